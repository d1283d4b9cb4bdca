"""API keys: made once, kept as hashes, good until they are not."""

from __future__ import annotations

import asyncio
import sqlite3
import stat
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from gateway.settings import Effective, load_settings
from gateway.team.key import Key, Limits
from gateway.team.keys import PREFIX, Keys, KeysError
from gateway.team.limits import Exceeded, Usage
from gateway.team.shared import Shared, open_shared
from gateway.team.sqlite.file import SqliteFile
from gateway.team.store import StoreError
from tests.redis_server import RedisProcess
from tests.team.conftest import Clock


@pytest.fixture
def keys(store: Shared, clock: Clock) -> Keys:
    return Keys(store.keys, clock)


async def test_a_key_is_found_by_its_secret_with_all_that_it_was_given(keys: Keys) -> None:
    made = Key("alice", ("finance", "eu"), "internal", ("swarm",), Limits(60, 1000, 5000))
    secret = await keys.create(made)
    assert secret.startswith(PREFIX)
    assert len(secret) == len(PREFIX) + 43
    found = await keys.find(secret)
    assert found is not None
    key, state = found
    assert state == "active"
    assert (key.name, key.groups, key.floor, key.models, key.limits) == (
        *("alice", ("finance", "eu"), "internal", ("swarm",)),
        Limits(60, 1000, 5000),
    )
    assert key.endings == (secret[-4:],)
    assert await keys.find(secret[:-1]) is None
    assert await keys.find("") is None
    assert await keys.find("\ud800") is None


async def test_a_secret_is_nowhere_in_the_store(
    keys: Keys, effective: Effective, request: pytest.FixtureRequest
) -> None:
    secrets = [await keys.create(Key("alice")), await keys.rotate("alice", 60)]
    stored = everything(effective, request)
    assert b"alice" in stored
    assert not any(secret.encode() in stored or secret[-12:].encode() in stored for secret in secrets)


def everything(effective: Effective, request: pytest.FixtureRequest) -> bytes:
    """All bytes of the store."""
    if effective.settings.store is not None:
        redis_process: RedisProcess = request.getfixturevalue("redis_process")
        return redis_process.dump()
    return b"".join(file.read_bytes() for file in effective.state_dir.iterdir() if file.is_file())


async def test_the_file_is_its_owners(tmp_path: Path) -> None:
    shared = open_shared(load_settings(None, {}, {"state_dir": str(tmp_path / "state")}))
    await Keys(shared.keys).create(Key("alice"))
    for file in (tmp_path / "state").iterdir():
        assert stat.S_IMODE(file.stat().st_mode) & 0o077 == 0
    assert stat.S_IMODE((tmp_path / "state").stat().st_mode) == 0o700
    await shared.close()


async def test_no_secret_shows_in_a_representation(keys: Keys) -> None:
    secret = await keys.create(Key("alice"))
    assert secret not in repr(await keys.find(secret)) + repr(keys) + repr(await keys.all())


@pytest.mark.parametrize("name", ["", "Alice", "a b", "-a", "a" * 64, "é", "a/b", "a\n"])
async def test_a_name_that_can_not_be_used_is_refused(keys: Keys, name: str) -> None:
    with pytest.raises(KeysError, match="small letters"):
        await keys.create(Key(name))
    assert await keys.all() == []


async def test_a_name_is_given_once_and_a_lost_attempt_leaves_nothing(keys: Keys, store: Shared) -> None:
    await keys.create(Key("alice"))
    with pytest.raises(KeysError, match="already; take another name, or `sepal keys rotate alice`"):
        await keys.create(Key("alice"))
    assert [len(entry.secrets) for entry in await store.keys.entries()] == [1]


async def test_it_ends_when_it_expires(keys: Keys, clock: Clock) -> None:
    secret = await keys.create(Key("alice", expires=int(clock.now) + 60))
    assert (await keys.find(secret))[1] == "active"  # type: ignore[index]
    clock.now += 60
    assert (await keys.find(secret))[1] == "expired"  # type: ignore[index]
    with pytest.raises(KeysError, match="future"):
        await keys.create(Key("bob", expires=int(clock.now)))


async def test_a_rotated_key_has_another_secret_and_the_old_one_its_grace(keys: Keys, clock: Clock) -> None:
    old = await keys.create(Key("alice", ("eu",)))
    new = await keys.rotate("alice", 100)
    assert [(await keys.find(secret))[1] for secret in (old, new)] == ["active", "active"]  # type: ignore[index]
    assert (await keys.all())[0].endings == (new[-4:], old[-4:])
    clock.now += 100
    assert [(await keys.find(secret))[1] for secret in (old, new)] == ["expired", "active"]  # type: ignore[index]
    newest = await keys.rotate("alice")
    assert [(await keys.find(secret))[1] for secret in (new, newest)] == ["expired", "active"]  # type: ignore[index]
    assert (await keys.find(newest))[0].groups == ("eu",)  # type: ignore[index]


async def test_a_second_rotation_does_not_lengthen_the_first_ones_grace(keys: Keys, clock: Clock) -> None:
    first = await keys.create(Key("alice"))
    await keys.rotate("alice", 10)
    await keys.rotate("alice", 1000)
    clock.now += 10
    assert (await keys.find(first))[1] == "expired"  # type: ignore[index]


async def test_a_revoked_key_lets_nobody_in_and_stays_on_the_list(keys: Keys) -> None:
    secret = await keys.create(Key("alice"))
    with pytest.raises(KeysError, match="revoke alice` first"):
        await keys.remove("alice")
    await keys.revoke("alice")
    assert (await keys.find(secret))[1] == "revoked"  # type: ignore[index]
    assert [key.name for key in await keys.all()] == ["alice"]
    with pytest.raises(KeysError, match="create another one"):
        await keys.rotate("alice")
    await keys.remove("alice")
    assert (await keys.find(secret), await keys.all()) == (None, [])


@pytest.mark.parametrize("change", [Keys.revoke, Keys.rotate, Keys.remove])
async def test_what_is_not_there_is_said_with_what_is(
    keys: Keys, change: Callable[[Keys, str], Awaitable[object]]
) -> None:
    with pytest.raises(KeysError, match="there is no key named alcie; there is none"):
        await change(keys, "alcie")
    await keys.create(Key("alice"))
    with pytest.raises(KeysError, match="there is no key named alcie; there are alice"):
        await change(keys, "alcie")


async def test_another_gateway_sees_changes(
    keys: Keys, opened: Callable[[], Shared], clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gateway.team.keys._LOOK", 0)
    other = Keys(opened().keys, clock)
    assert await other.all() == []
    secret = await keys.create(Key("alice"))
    assert await other.find(secret) is not None
    await other.revoke("alice")
    assert (await keys.find(secret))[1] == "revoked"  # type: ignore[index]


async def test_of_all_who_make_a_key_at_once_one_does(opened: Callable[[], Shared], clock: Clock) -> None:
    several = [Keys(opened().keys, clock) for _ in range(4)]
    made = await asyncio.gather(*(keys.create(Key("alice")) for keys in several * 5), return_exceptions=True)
    assert [isinstance(secret, str) for secret in made].count(True) == 1
    assert [isinstance(error, KeysError) for error in made].count(True) == 19


async def test_changes_at_the_same_time_are_all_made(opened: Callable[[], Shared], clock: Clock) -> None:
    several = [Keys(opened().keys, clock) for _ in range(4)]
    await several[0].create(Key("alice"))
    secrets = await asyncio.gather(*(keys.rotate("alice", 60) for keys in several * 2))
    assert {(await several[0].find(secret) or [None, "lost"])[1] for secret in secrets} == {"active"}
    assert len((await several[0].all())[0].endings) == 9


async def test_those_who_ask_at_once_wait_for_one_look(store: Shared, clock: Clock) -> None:
    looks = 0

    class Counted:
        async def version(self) -> object:
            nonlocal looks
            looks += 1
            await asyncio.sleep(0)
            return await store.keys.version()

        entries, change = store.keys.entries, store.keys.change

    counted = Keys(Counted(), clock)  # type: ignore[arg-type]
    await asyncio.gather(*(counted.find("nobody's") for _ in range(50)))
    assert looks == 1


async def test_a_key_that_is_made_anew_starts_with_nothing_used(keys: Keys, store: Shared, clock: Clock) -> None:
    usage, limited = Usage(store.usage, clock), Key("alice", limits=Limits(requests_per_minute=1))
    await keys.create(limited)
    assert not isinstance(await usage.take(limited, 0), Exceeded)
    await keys.revoke("alice")
    await keys.remove("alice")
    await keys.create(limited)
    assert not isinstance(await usage.take(limited, 0), Exceeded)


async def test_secrets_that_are_long_over_are_forgotten(keys: Keys, store: Shared, clock: Clock) -> None:
    first = await keys.create(Key("alice"))
    for _ in range(20):
        clock.now += 1
        await keys.rotate("alice")
    assert await keys.find(first) is None
    assert len((await store.keys.entries())[0].secrets) == 17


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
            SqliteFile(tmp_path / "store.db")

    def test_is_not_written_over(self, tmp_path: Path) -> None:
        (tmp_path / "store.db").write_bytes(b"mine" * 1000)
        with pytest.raises(StoreError):
            SqliteFile(tmp_path / "store.db")
        assert (tmp_path / "store.db").read_bytes() == b"mine" * 1000

    def test_may_be_one_that_others_can_read_and_no_longer_is(self, tmp_path: Path) -> None:
        SqliteFile(tmp_path / "store.db").close()
        (tmp_path / "store.db").chmod(0o644)
        SqliteFile(tmp_path / "store.db").close()
        assert stat.S_IMODE((tmp_path / "store.db").stat().st_mode) == 0o600

    def test_of_an_older_version_gets_what_it_lacks(self, tmp_path: Path) -> None:
        SqliteFile(tmp_path / "store.db").close()
        older = sqlite3.connect(tmp_path / "store.db")
        older.executescript("DROP TABLE records; PRAGMA user_version = 1")
        older.close()
        file = SqliteFile(tmp_path / "store.db")
        assert file.read("SELECT count(*) FROM records") == [(0,)]
        file.close()
