"""What was decided is on disk, in a chain, or the caller knows that it is not."""

import asyncio
import os
import stat
import subprocess
import sys
import textwrap
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import orjson
import pytest

from gateway.audit.log import GENESIS, AuditError, AuditLog, line_hash
from gateway.audit.query import verify


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "state" / "audit.jsonl"


@contextmanager
def opened(path: Path) -> Iterator[AuditLog]:
    log = AuditLog(path)
    try:
        yield log
    finally:
        log.close()


def lines(path: Path) -> list[dict[str, Any]]:
    return [orjson.loads(line) for line in path.read_bytes().splitlines()]


def write(path: Path, count: int) -> None:
    with opened(path) as log:
        for number in range(count):
            log.append_blocking({"event": "test", "n": number})


async def test_a_record_is_in_the_file_when_append_returns(path: Path) -> None:
    with opened(path) as log:
        await log.append({"event": "test", "n": 1})
        (record,) = lines(path)
    assert record["event"] == "test"
    assert (record["seq"], record["prev"]) == (1, GENESIS)
    assert record["time"].endswith("Z")


def test_each_record_carries_the_hash_of_the_one_before_also_after_a_restart(path: Path) -> None:
    write(path, 3)
    write(path, 2)
    raw = path.read_bytes().splitlines()
    assert [record["seq"] for record in lines(path)] == [1, 2, 3, 4, 5]
    assert [record["prev"] for record in lines(path)] == [GENESIS, *map(line_hash, raw[:-1])]
    assert verify(path) == (5, [])


def test_only_the_owner_can_read_it(path: Path) -> None:
    write(path, 1)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_a_record_can_not_set_its_own_place_in_the_chain(path: Path) -> None:
    write(path, 1)
    with opened(path) as log:
        log.append_blocking({"event": "test", "prev": "0" * 64})
        log.append_blocking({"event": "test"})
    assert verify(path) == (3, [])


async def test_many_at_once_are_all_written_in_one_chain(path: Path) -> None:
    with opened(path) as log:
        await asyncio.gather(*(log.append({"event": "test", "n": number}) for number in range(500)))

        def append_fifty() -> None:
            for _ in range(50):
                log.append_blocking({"event": "thread"})

        threads = [threading.Thread(target=append_fifty) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            await asyncio.to_thread(thread.join)
    assert verify(path) == (900, [])
    assert {record["n"] for record in lines(path) if record["event"] == "test"} == set(range(500))


async def test_closing_writes_what_is_waiting(path: Path) -> None:
    log = AuditLog(path)
    for number in range(200):
        log.append_soon({"event": "test", "n": number})
    log.close()
    assert verify(path) == (200, [])


async def test_an_append_whose_waiter_goes_away_is_still_written(path: Path) -> None:
    with opened(path) as log:
        waiters = [asyncio.create_task(log.append({"event": "test"})) for _ in range(20)]
        await asyncio.sleep(0)
        for waiter in waiters:
            waiter.cancel()
        await asyncio.gather(*waiters, return_exceptions=True)
        await log.append({"event": "last"})
    assert verify(path) == (21, [])


def test_a_closed_log_takes_nothing_and_may_be_closed_again(path: Path) -> None:
    log = AuditLog(path)
    log.close()
    log.close()
    with pytest.raises(AuditError):
        log.append_blocking({"event": "test"})
    with pytest.raises(AuditError):
        log.append_soon({"event": "test"})


class TestOneWriter:
    def test_a_second_writer_is_told_what_to_do(self, path: Path) -> None:
        with opened(path), pytest.raises(AuditError, match="another gateway is writing"):
            AuditLog(path)

    def test_also_from_another_process(self, path: Path) -> None:
        code = (
            "import sys; from pathlib import Path; from gateway.audit.log import *\ntry: AuditLog(Path(sys.argv[1]))\n"
        )
        code += "except AuditError as error: print(error)"
        with opened(path):
            done = subprocess.run([sys.executable, "-c", code, str(path)], capture_output=True, text=True, check=True)
        assert "another gateway is writing" in done.stdout

    def test_the_first_one_goes_on_and_its_end_frees_the_file(self, path: Path) -> None:
        with opened(path) as log:
            with pytest.raises(AuditError):
                AuditLog(path)
            log.append_blocking({"event": "test"})
        write(path, 1)
        assert verify(path) == (2, [])


class TestCutOff:
    """A gateway that dies while it writes leaves a part of a line."""

    def test_a_cut_off_last_line_is_recovered_at_every_place(self, path: Path) -> None:
        write(path, 3)
        whole = path.read_bytes()
        second = whole.index(b"\n", whole.index(b"\n") + 1) + 1
        for end in range(second + 1, len(whole)):
            path.write_bytes(whole[:end])
            write(path, 1)
            count, breaks = verify(path)
            assert breaks == [], end
            if end == len(whole) - 1:
                # Only the line break was missing: the record is whole.
                assert [record["event"] for record in lines(path)] == ["test"] * 4
            else:
                assert count == 4
                assert path.read_bytes().splitlines()[2] == whole[second:end]

    def test_dying_again_while_it_recovers_is_recovered_too(self, path: Path) -> None:
        write(path, 1)
        with path.open("ab") as file:
            file.write(b'{"seq":2,"ti')
        write(path, 0)
        whole = path.read_bytes()
        path.write_bytes(whole[:-20])
        write(path, 1)
        assert verify(path) == (3, [])

    def test_an_empty_file_and_one_with_nothing_but_a_part_begin_a_chain(self, path: Path) -> None:
        path.parent.mkdir()
        for start in (b"", b'{"se', b"\n", b"\0\0\0"):
            path.write_bytes(start)
            write(path, 1)
            assert verify(path)[1] == []

    @pytest.mark.parametrize(
        "junk", [b"{garbage}\n", b"[1]\n", b'{"a":1}\n', b'{"seq":"x","prev":"y"}\n', b"\xff\xfe\n", b"\n\n\n", b"{}\n"]
    )
    def test_lines_that_are_no_records_do_not_keep_a_gateway_from_starting(self, path: Path, junk: bytes) -> None:
        write(path, 2)
        with path.open("ab") as file:
            file.write(junk)
        write(path, 1)
        assert verify(path) == (4, [])
        assert path.read_bytes().count(b'"recovered"') == 1


class TestFaults:
    def test_a_place_that_can_not_be_written_says_so(self, tmp_path: Path) -> None:
        (tmp_path / "file").write_text("")
        for path in (tmp_path / "file" / "audit.jsonl", tmp_path):
            with pytest.raises(AuditError, match="can't be opened for writing"):
                AuditLog(path)

    async def test_a_record_that_is_no_json_fails_alone(self, path: Path) -> None:
        with opened(path) as log:
            results = await asyncio.gather(
                log.append({"n": 1}),
                log.append({"n": "\ud800"}),
                log.append({"n": 2**70}),
                log.append({"n": object()}),
                log.append({"n": 2}),
                return_exceptions=True,
            )
            await log.append({"n": 3})
        assert [isinstance(result, AuditError) for result in results] == [False, True, True, True, False]
        assert [record["n"] for record in lines(path)] == [1, 2, 3]
        assert verify(path) == (3, [])

    async def test_a_failure_that_nobody_waits_for_is_reported(self, path: Path) -> None:
        failures: list[str] = []
        with opened(path) as log:
            log.append_soon({"n": 1}, lambda: failures.append("good"))
            log.append_soon({"n": "\ud800"}, lambda: failures.append("bad"))
            await log.append({"n": 2})
        assert failures == ["bad"]

    def test_when_the_file_was_deleted_nothing_is_taken_for_recorded(self, path: Path) -> None:
        with opened(path) as log:
            log.append_blocking({"event": "test"})
            path.unlink()
            with pytest.raises(AuditError, match="deleted"):
                log.append_blocking({"event": "test"})

    def test_a_full_disk_is_an_error_leaves_the_chain_whole_and_passes(self, path: Path) -> None:
        """In a process of its own, since the limit on file sizes is the process's."""
        code = textwrap.dedent(
            """
            import asyncio, resource, sys
            from pathlib import Path
            from gateway.audit.log import AuditError, AuditLog

            async def main():
                path = Path(sys.argv[1])
                log = AuditLog(path)
                await log.append({"event": "before"})
                unlimited = resource.getrlimit(resource.RLIMIT_FSIZE)
                # Room for one more record and a half.
                resource.setrlimit(resource.RLIMIT_FSIZE, (path.stat().st_size * 5 // 2, unlimited[1]))
                await log.append({"event": "second"})
                for _ in range(3):
                    results = await asyncio.gather(
                        *(log.append({"event": "too much"}) for _ in range(5)), return_exceptions=True
                    )
                    assert all(isinstance(result, AuditError) for result in results), results
                print(results[0])
                resource.setrlimit(resource.RLIMIT_FSIZE, unlimited)
                await log.append({"event": "after"})
                log.close()

            asyncio.run(main())
            """
        )
        done = subprocess.run([sys.executable, "-c", code, str(path)], capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        assert "can't be written" in done.stdout
        assert [record["event"] for record in lines(path)] == ["before", "second", "after"]
        assert verify(path) == (3, [])

    def test_when_even_a_part_can_not_be_taken_back_the_log_takes_nothing_more(
        self, path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def fails(*_: Any) -> int:
            raise OSError(5, "Input/output error")

        with opened(path) as log:
            log.append_blocking({"n": 1})
            with monkeypatch.context() as broken:
                broken.setattr(os, "fdatasync", fails)
                broken.setattr(os, "ftruncate", fails)
                with pytest.raises(AuditError, match="Input/output error"):
                    log.append_blocking({"n": 2})
            with pytest.raises(AuditError):
                log.append_blocking({"n": 3})
