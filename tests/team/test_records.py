"""Records come back to those they belong to, end in time, and can be read nowhere else."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gateway.settings import Effective, load_settings
from gateway.team import records as module
from gateway.team.records import RecordError, Records
from gateway.team.seal import Seal
from gateway.team.shared import Shared, open_shared
from gateway.team.sqlite.file import SqliteFile
from gateway.team.store import StoreError
from tests.team.conftest import Clock
from tests.team.test_keys import everything

HOUR = 3600.0
KEY = bytes(range(32))


@pytest.fixture
def records(store: Shared, clock: Clock) -> Records:
    store.records._clock = clock
    return store.records


class TestARecord:
    async def test_comes_back_as_it_was_put(self, records: Records) -> None:
        assert await records.get("answer", "a", "alice") is None
        await records.put("answer", "a", "alice", b"first", HOUR)
        assert await records.get("answer", "a", "alice") == b"first"
        await records.put("answer", "a", "alice", b"", HOUR)
        assert await records.get("answer", "a", "alice") == b""

    async def test_is_seen_by_every_gateway(self, records: Records, opened: Callable[[], Shared], clock: Clock) -> None:
        other = opened().records
        other._clock = clock
        await records.put("answer", "a", "alice", b"first", HOUR)
        assert await other.get("answer", "a", "alice") == b"first"

    async def test_is_its_owners_alone(self, records: Records) -> None:
        await records.put("answer", "a", "alice", b"alice's", HOUR)
        await records.put("answer", "a", "bob", b"bob's", HOUR)
        assert await records.get("answer", "a", "") is None
        assert await records.get("conversation", "a", "alice") is None
        assert not await records.delete("answer", "a", "carl")
        assert await records.delete("answer", "a", "bob")
        assert await records.get("answer", "a", "alice") == b"alice's"

    async def test_is_gone_when_it_is_deleted(self, records: Records) -> None:
        await records.put("answer", "a", "alice", b"first", HOUR)
        assert await records.delete("answer", "a", "alice")
        assert not await records.delete("answer", "a", "alice")
        assert (await records.get("answer", "a", "alice"), await records.names("answer", "alice")) == (None, [])

    async def test_ends_in_time(self, records: Records, clock: Clock) -> None:
        await records.put("answer", "a", "alice", b"first", 10)
        clock.now += 9.9
        assert await records.get("answer", "a", "alice") == b"first"
        clock.now += 0.1
        assert (await records.get("answer", "a", "alice"), await records.names("answer", "alice")) == (None, [])
        assert await records.put_if_absent("answer", "a", "alice", b"second", 10)
        await records.expire()
        assert await records.get("answer", "a", "alice") == b"second"

    async def test_is_named_to_its_owner_what_ends_last_first(self, records: Records) -> None:
        for name, ttl in (("a", 10), ("b\ud800", 30), ("c", 20)):
            await records.put("answer", name, "alice", b"", ttl)
        await records.put("answer", "d", "bob", b"", 40)
        assert await records.names("answer", "alice") == ["b\ud800", "c", "a"]
        assert await records.names("answer", "alice", most=1) == ["b\ud800"]


class TestWhoComesFirst:
    async def test_alone_puts(self, records: Records) -> None:
        assert await records.put_if_absent("answer", "a", "alice", b"first", HOUR)
        assert not await records.put_if_absent("answer", "a", "alice", b"second", HOUR)
        assert await records.get("answer", "a", "alice") == b"first"

    async def test_is_one_of_all_gateways(self, opened: Callable[[], Shared]) -> None:
        several = [opened().records for _ in range(4)]
        put = [
            one.put_if_absent("answer", "a", "alice", str(number).encode(), HOUR)
            for number, one in enumerate(several * 5)
        ]
        done = await asyncio.gather(*put)
        assert done.count(True) == 1
        assert await several[0].get("answer", "a", "alice") == str(done.index(True)).encode()

    async def test_replaces_what_can_not_be_read_once(
        self, effective: Effective, records: Records, opened: Callable[[], Shared], request: pytest.FixtureRequest
    ) -> None:
        await records.put("answer", "a", "alice", b"first", HOUR)
        spoil(effective, request, lambda sealed: sealed[:-1] + bytes([sealed[-1] ^ 1]))
        several = [opened().records for _ in range(4)]
        for one in several:
            one._clock = records._clock
        done = await asyncio.gather(*(one.put_if_absent("answer", "a", "alice", b"new", HOUR) for one in several))
        assert done.count(True) == 1


class TestBounds:
    @pytest.mark.parametrize(
        ("kind", "name", "owner", "value", "ttl"),
        [
            ("Answer", "a", "alice", b"", 1),
            ("answer", "é" * 513, "alice", b"", 1),
            ("answer", "a", "x" * 257, b"", 1),
            ("answer", "a", "alice", bytes(module.MAX_VALUE + 1), 1),
            ("answer", "a", "alice", b"", 0),
            ("answer", "a", "alice", b"", float("nan")),
            ("answer", "a", "alice", b"", float("inf")),
        ],
    )
    async def test_are_kept(self, records: Records, kind: str, name: str, owner: str, value: bytes, ttl: float) -> None:
        with pytest.raises(RecordError):
            await records.put(kind, name, owner, value, ttl)

    async def test_a_record_may_be_large(self, records: Records) -> None:
        await records.put("answer", "a", "alice", bytes(module.MAX_VALUE), HOUR)
        assert await records.get("answer", "a", "alice") == bytes(module.MAX_VALUE)

    async def test_an_owner_has_so_many_and_no_more(self, records: Records, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(module, "MOST", 3)
        monkeypatch.setattr("gateway.team.sqlite.records._SWEEP", 2)
        await records.put("answer", "bob's", "bob", b"", HOUR)
        for number in range(10):
            await records.put("answer", str(number), "alice", b"", HOUR + number)
        assert len(await records.names("answer", "alice")) <= 4
        assert await records.get("answer", "0", "alice") is None
        assert await records.get("answer", "9", "alice") == b""
        assert await records.get("answer", "bob's", "bob") == b""

    async def test_what_has_ended_leaves_the_file(self, tmp_path: Path, clock: Clock) -> None:
        shared = open_shared(load_settings(None, {}, {"state_dir": str(tmp_path)}))
        shared.records._clock = clock
        await shared.records.put("answer", "a", "alice", b"", 10)
        clock.now += 10
        await shared.records.expire()
        assert file_rows(tmp_path) == []
        await shared.close()

    async def test_what_has_ended_leaves_the_server(
        self, effective: Effective, records: Records, request: pytest.FixtureRequest
    ) -> None:
        await records.put("answer", "a", "alice", b"", 10)
        if effective.settings.store is not None:
            with request.getfixturevalue("redis_process").client() as client:
                kept = [*client.keys("sepal:record:*"), *client.keys("sepal:shelf:*")]
                assert len(kept) == 2
                assert all(0 < client.pttl(key) <= 10_000 for key in kept)


def file_rows(state: Path) -> list[tuple[str, bytes]]:
    file = SqliteFile(state / "store.db")
    try:
        return [(token, value) for token, value in file.read("SELECT token, value FROM records ORDER BY token")]
    finally:
        file.close()


def spoil(effective: Effective, request: pytest.FixtureRequest, to: Callable[[bytes], bytes]) -> None:
    """Change all values behind the gateway's back."""
    if effective.settings.store is None:
        file = SqliteFile(effective.state_dir / "store.db")
        with file.transaction() as connection:
            for token, value in connection.execute("SELECT token, value FROM records").fetchall():
                connection.execute("UPDATE records SET value = ? WHERE token = ?", (to(value), token))
        file.close()
        return
    with request.getfixturevalue("redis_process").client() as client:
        for key in client.keys("sepal:record:*"):
            client.hset(key, "value", to(client.hget(key, "value")))


class TestOnTheDisk:
    async def test_nothing_can_be_read(
        self, effective: Effective, records: Records, request: pytest.FixtureRequest
    ) -> None:
        words = ["the-patients-name", "idempotency-key-of-alice", "alice-the-owner"]
        for number in range(3):
            await records.put("answer", words[1] + str(number), words[2], words[0].encode() * 50, HOUR)
        stored = everything(effective, request)
        assert len(stored) > 3 * 50 * len(words[0])
        assert not any(word[:8].encode() in stored for word in words)

    async def test_the_key_is_its_owners_and_not_in_the_store(
        self, effective: Effective, records: Records, request: pytest.FixtureRequest
    ) -> None:
        await records.put("answer", "a", "alice", b"first", HOUR)
        file = effective.state_dir / "keys" / "store.key"
        assert file.stat().st_mode & 0o777 == 0o600
        assert file.read_bytes().strip() not in everything(effective, request)
        assert [other.name for other in file.parent.iterdir()] == ["store.key"]

    @pytest.mark.parametrize(
        "to",
        [
            lambda sealed: b"",
            lambda sealed: sealed[:20],
            lambda sealed: b"\x02" + sealed[1:],
            lambda sealed: sealed[:5] + bytes([sealed[5] ^ 1]) + sealed[6:],
            lambda sealed: sealed[:-1],
        ],
    )
    async def test_what_was_changed_counts_as_absent_and_is_logged_without_a_word_of_it(
        self,
        effective: Effective,
        records: Records,
        request: pytest.FixtureRequest,
        caplog: pytest.LogCaptureFixture,
        to: Callable[[bytes], bytes],
    ) -> None:
        await records.put("answer", "the-name", "alice", b"the-value", HOUR)
        spoil(effective, request, to)
        assert await records.get("answer", "the-name", "alice") is None
        assert "answer can't be decrypted" in caplog.text
        assert not any(word in caplog.text for word in ("the-name", "alice", "the-value"))

    async def test_a_value_that_was_moved_to_another_record_counts_as_absent(
        self, effective: Effective, records: Records, request: pytest.FixtureRequest
    ) -> None:
        await records.put("answer", "a", "alice", b"alice's", HOUR)
        seen: list[bytes] = []
        spoil(effective, request, lambda sealed: seen.append(sealed) or sealed)  # type: ignore[func-returns-value]
        await records.put("answer", "a", "bob", b"bob's", HOUR)
        spoil(effective, request, lambda _: seen[0])
        assert await records.get("answer", "a", "bob") is None
        assert await records.get("answer", "a", "alice") == b"alice's"

    async def test_another_key_reads_nothing(
        self, effective: Effective, records: Records, opened: Callable[[], Shared]
    ) -> None:
        await records.put("answer", "a", "alice", b"first", HOUR)
        (effective.state_dir / "keys" / "store.key").unlink()
        other = opened().records
        if effective.settings.store is None:
            assert await other.get("answer", "a", "alice") is None
        else:
            with pytest.raises(StoreError, match="give all gateways the same one"):
                await other.get("answer", "a", "alice")


names = st.text(max_size=40)


class TestASeal:
    @given(value=st.binary(max_size=500), bound=st.lists(names, max_size=4), key=st.binary(min_size=32, max_size=32))
    def test_opens_what_it_sealed(self, value: bytes, bound: list[str], key: bytes) -> None:
        assert Seal(key).open(Seal(key).seal(value, *bound), *bound) == value

    @given(value=st.binary(max_size=200), place=st.integers(0), bit=st.integers(0, 7))
    def test_does_not_open_what_was_changed(self, value: bytes, place: int, bit: int) -> None:
        sealed = bytearray(Seal(KEY).seal(value, "answer"))
        sealed[place % len(sealed)] ^= 1 << bit
        assert Seal(KEY).open(bytes(sealed), "answer") is None

    @given(value=st.binary(max_size=200), length=st.integers(0))
    def test_does_not_open_what_was_cut(self, value: bytes, length: int) -> None:
        sealed = Seal(KEY).seal(value, "answer")
        assert Seal(KEY).open(sealed[: length % len(sealed)], "answer") is None

    @given(bound=st.lists(names, max_size=4), other=st.lists(names, max_size=4))
    def test_opens_only_for_what_it_was_bound_to(self, bound: list[str], other: list[str]) -> None:
        opened = Seal(KEY).open(Seal(KEY).seal(b"value", *bound), *other)
        assert (opened == b"value") == (bound == other)
        assert (Seal(KEY).name(*bound) == Seal(KEY).name(*other)) == (bound == other)

    @given(value=st.binary(min_size=8, max_size=200))
    def test_shows_nothing_and_is_never_twice_the_same(self, value: bytes) -> None:
        first, second = Seal(KEY).seal(value), Seal(KEY).seal(value)
        assert value not in first
        assert first != second

    def test_tells_keys_apart_and_says_nothing_of_them(self) -> None:
        seal = Seal(KEY)
        assert seal.fingerprint != Seal(KEY[::-1]).fingerprint
        assert KEY.hex() not in repr(seal) + seal.fingerprint
        with pytest.raises(ValueError, match="32 bytes"):
            Seal(KEY[:-1])


@given(
    entries=st.dictionaries(
        st.tuples(st.sampled_from(["answer", "conversation"]), names, names), st.binary(max_size=300), max_size=6
    )
)
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_is_kept_comes_back_and_nothing_else(
    effective: Effective, entries: dict[tuple[str, str, str], bytes]
) -> None:
    async def kept() -> None:
        shared = open_shared(effective)
        for (kind, name, owner), value in entries.items():
            await shared.records.put(kind, name, owner, value, HOUR)
        for (kind, name, owner), value in entries.items():
            assert await shared.records.get(kind, name, owner) == value
            assert name in await shared.records.names(kind, owner)
            assert await shared.records.get(kind, name, owner + "x") is None or (kind, name, owner + "x") in entries
            await shared.records.delete(kind, name, owner)
            assert await shared.records.get(kind, name, owner) is None
            await shared.records.put(kind, name, owner, value, HOUR)
        await shared.close()

    asyncio.run(kept())
