"""API keys: made once, kept as hashes, good until they are not."""

from __future__ import annotations

import sqlite3
import stat
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from gateway.team.keys import PREFIX, Key, Keys, KeysError, Limits
from gateway.team.store import Store, StoreError


class Clock:
    """Seconds that pass when a test says so."""

    def __init__(self) -> None:
        self.now = 1_800_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store(tmp_path / "state" / "store.db")
    yield opened
    opened.close()


@pytest.fixture
def keys(store: Store, clock: Clock) -> Keys:
    return Keys(store, clock)


def test_a_key_is_found_by_its_secret_with_all_that_it_was_given(keys: Keys) -> None:
    made = Key("alice", ("finance", "eu"), "internal", ("swarm",), Limits(60, 1000, 5000))
    secret = keys.create(made)
    assert secret.startswith(PREFIX)
    assert len(secret) == len(PREFIX) + 43
    found = keys.find(secret)
    assert found is not None
    key, state = found
    assert state == "active"
    assert (key.name, key.groups, key.floor, key.models, key.limits) == (
        *("alice", ("finance", "eu"), "internal", ("swarm",)),
        Limits(60, 1000, 5000),
    )
    assert key.endings == (secret[-4:],)
    assert keys.find(secret[:-1]) is None
    assert keys.find("") is None
    assert keys.find("\ud800") is None


def test_a_secret_is_nowhere_on_the_disk_and_the_file_is_its_owners(keys: Keys, store: Store) -> None:
    secret = keys.create(Key("alice"))
    keys.rotate("alice")
    for file in store.path.parent.iterdir():
        assert secret.encode() not in file.read_bytes()
        assert stat.S_IMODE(file.stat().st_mode) & 0o077 == 0
    assert stat.S_IMODE(store.path.parent.stat().st_mode) == 0o700


def test_no_secret_shows_in_a_representation(keys: Keys) -> None:
    secret = keys.create(Key("alice"))
    assert secret not in repr(keys.find(secret)) + repr(keys) + repr(keys.all())


@pytest.mark.parametrize("name", ["", "Alice", "a b", "-a", "a" * 64, "é", "a/b", "a\n"])
def test_a_name_that_can_not_be_used_is_refused(keys: Keys, name: str) -> None:
    with pytest.raises(KeysError, match="small letters"):
        keys.create(Key(name))
    assert keys.all() == []


def test_a_name_is_given_once_and_a_lost_attempt_leaves_nothing(keys: Keys, store: Store) -> None:
    keys.create(Key("alice"))
    with pytest.raises(KeysError, match="already; take another name, or `sepal keys rotate alice`"):
        keys.create(Key("alice"))
    assert store.read("SELECT count(*) FROM secrets") == [(1,)]


def test_it_ends_when_it_expires(keys: Keys, clock: Clock) -> None:
    secret = keys.create(Key("alice", expires=int(clock.now) + 60))
    assert keys.find(secret)[1] == "active"  # type: ignore[index]
    clock.now += 60
    assert keys.find(secret)[1] == "expired"  # type: ignore[index]
    with pytest.raises(KeysError, match="future"):
        keys.create(Key("bob", expires=int(clock.now)))


def test_a_rotated_key_has_another_secret_and_the_old_one_its_grace(keys: Keys, clock: Clock) -> None:
    old = keys.create(Key("alice", ("eu",)))
    new = keys.rotate("alice", 100)
    assert [keys.find(secret)[1] for secret in (old, new)] == ["active", "active"]  # type: ignore[index]
    assert keys.all()[0].endings == (new[-4:], old[-4:])
    clock.now += 100
    assert [keys.find(secret)[1] for secret in (old, new)] == ["expired", "active"]  # type: ignore[index]
    newest = keys.rotate("alice")
    assert [keys.find(secret)[1] for secret in (new, newest)] == ["expired", "active"]  # type: ignore[index]
    assert keys.find(newest)[0].groups == ("eu",)  # type: ignore[index]


def test_a_second_rotation_does_not_lengthen_the_first_ones_grace(keys: Keys, clock: Clock) -> None:
    first = keys.create(Key("alice"))
    keys.rotate("alice", 10)
    keys.rotate("alice", 1000)
    clock.now += 10
    assert keys.find(first)[1] == "expired"  # type: ignore[index]


def test_a_revoked_key_lets_nobody_in_and_stays_on_the_list(keys: Keys) -> None:
    secret = keys.create(Key("alice"))
    with pytest.raises(KeysError, match="revoke alice` first"):
        keys.remove("alice")
    keys.revoke("alice")
    assert keys.find(secret)[1] == "revoked"  # type: ignore[index]
    assert [key.name for key in keys.all()] == ["alice"]
    with pytest.raises(KeysError, match="create another one"):
        keys.rotate("alice")
    keys.remove("alice")
    assert (keys.find(secret), keys.all()) == (None, [])


@pytest.mark.parametrize("change", [Keys.revoke, Keys.rotate, Keys.remove])
def test_what_is_not_there_is_said_with_what_is(keys: Keys, change: Callable[[Keys, str], object]) -> None:
    with pytest.raises(KeysError, match="there is no key named alcie; there is none"):
        change(keys, "alcie")
    keys.create(Key("alice"))
    with pytest.raises(KeysError, match="there is no key named alcie; there are alice"):
        change(keys, "alcie")


def test_another_process_sees_changes(keys: Keys, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gateway.team.keys._LOOK", 0)
    other_store = Store(store.path)
    other = Keys(other_store)
    try:
        assert other.all() == []
        secret = keys.create(Key("alice"))
        assert other.find(secret) is not None
        other.revoke("alice")
        assert keys.find(secret)[1] == "revoked"  # type: ignore[index]
    finally:
        other_store.close()


class TestAFileThatCanNotBeUsed:
    @pytest.mark.parametrize(
        ("spoil", "why"),
        [
            (lambda file: file.write_bytes(b"this is no database" * 100), "is no store of Sepal's"),
            (lambda file: sqlite3.connect(file).execute("PRAGMA user_version = 99").connection.close(), "version"),
            (lambda file: file.mkdir(), "can't be opened"),
        ],
    )
    def test_is_said(self, tmp_path: Path, spoil: Callable[[Path], None], why: str) -> None:
        spoil(tmp_path / "store.db")
        with pytest.raises(StoreError, match=why):
            Store(tmp_path / "store.db")

    def test_is_not_written_over(self, tmp_path: Path) -> None:
        (tmp_path / "store.db").write_bytes(b"mine" * 1000)
        with pytest.raises(StoreError):
            Store(tmp_path / "store.db")
        assert (tmp_path / "store.db").read_bytes() == b"mine" * 1000

    def test_may_be_one_that_others_can_read_and_no_longer_is(self, tmp_path: Path) -> None:
        Store(tmp_path / "store.db").close()
        (tmp_path / "store.db").chmod(0o644)
        Store(tmp_path / "store.db").close()
        assert stat.S_IMODE((tmp_path / "store.db").stat().st_mode) == 0o600
