"""The process that reads, and what becomes of those that hang, crash or ask for too much."""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path

import pytest

from gateway.attachments.part import Attachment, attachment
from gateway.attachments.reader import Reader
from tests.attachments.made import file_part, image_part, pdf, picture


def of(data: bytes, name: str = "a") -> Attachment:
    found = attachment(file_part(data, name))
    assert found is not None
    return found


def run_by(reader: Reader, code: str) -> Reader:
    """`reader` with another program in the place of its own."""
    reader._command = [sys.executable, "-I", "-c", code]
    return reader


async def test_each_attachment_has_a_reading_of_its_own() -> None:
    texts, letter, broken = of(b"Dear Bob"), of(pdf("Dear Alice")), of(b"\x00")

    found = await Reader().read([texts, letter, broken, texts])

    assert found[texts.digest].plain() == "Dear Bob"
    assert found[letter.digest].plain() == "[page 1]\nDear Alice"
    assert found[broken.digest].problem == "unknown format"


async def test_what_was_read_once_is_not_read_again() -> None:
    reader, item = Reader(), of(b"Dear Bob")
    await reader.read([item])

    found = await run_by(reader, "raise SystemExit(1)").read([item])

    assert found[item.digest].plain() == "Dear Bob"


async def test_only_so_much_is_remembered() -> None:
    reader, first, second = Reader(remembered=1000), of(b"Dear Bob"), of(b"Dear Alice")
    await reader.read([first])
    await reader.read([second])

    found = await run_by(reader, "raise SystemExit(1)").read([first, second])

    assert found[first.digest].problem == "reading failed"
    assert found[second.digest].plain() == "Dear Alice"


async def test_at_the_deadline_the_process_is_killed(tmp_path: Path) -> None:
    told, item = tmp_path / "pid", of(b"Dear Bob")
    code = f"import os, time; open({str(told)!r}, 'w').write(str(os.getpid())); time.sleep(600)"
    reader = run_by(Reader(deadline=3), code)

    found = await reader.read([item])

    assert found[item.digest].problem == "not read in time"
    with pytest.raises(ProcessLookupError):
        os.kill(int(told.read_text()), 0)


async def test_a_caller_who_goes_away_takes_the_process_along(tmp_path: Path) -> None:
    told = tmp_path / "pid"
    code = f"import os, time; open({str(told)!r}, 'w').write(str(os.getpid())); time.sleep(600)"
    reading = asyncio.create_task(run_by(Reader(), code).read([of(b"Dear Bob")]))
    while not (told.exists() and told.read_text()):
        await asyncio.sleep(0.01)

    reading.cancel()
    await asyncio.gather(reading, return_exceptions=True)

    with pytest.raises(ProcessLookupError):
        os.kill(int(told.read_text()), 0)


@pytest.mark.parametrize(
    "code",
    [
        "import os; os.abort()",
        "raise SystemExit(0)",
        "print('no JSON')",
        "print('[]')",
        """print('[{"texts": 5, "problem": null}]')""",
        """print('["text"]')""",
    ],
)
async def test_a_process_that_dies_or_talks_nonsense_has_read_nothing(code: str) -> None:
    item = of(b"Dear Bob")

    found = await run_by(Reader(), code).read([item])

    assert (found[item.digest].texts, found[item.digest].problem) == ((), "reading failed")


async def test_what_failed_for_want_of_luck_is_tried_again() -> None:
    reader, item = Reader(), of(b"Dear Bob")
    own = reader._command
    await run_by(reader, "raise SystemExit(1)").read([item])
    reader._command = own

    found = await reader.read([item])

    assert found[item.digest].plain() == "Dear Bob"


TRIES = {
    "a file is written": "open('/tmp/sepal-was-here', 'w')",
    "a connection is made": "import socket; socket.create_connection(('127.0.0.1', 9))",
    "a name is looked up": "import socket; socket.getaddrinfo('example.org', 80)",
    "a program is started": "import subprocess; subprocess.run(['true'])",
    "a shell is started": "import os; os.system('true')",
}


@pytest.mark.parametrize("attempt", TRIES.values(), ids=TRIES.keys())
async def test_the_process_that_reads_can_not_do_anything_else(attempt: str) -> None:
    code = f"from gateway.attachments.worker import give_up; give_up(); {attempt}"

    process = await asyncio.create_subprocess_exec(
        sys.executable, "-I", "-c", code, stderr=asyncio.subprocess.PIPE, stdin=asyncio.subprocess.DEVNULL
    )
    _, said = await process.communicate()

    assert b"PermissionError: attachments are read without that" in said


async def test_the_process_has_an_end_of_memory_and_of_time() -> None:
    code = (
        "from gateway.attachments.worker import give_up; give_up(); import resource as r; "
        "print(r.getrlimit(r.RLIMIT_AS)[1] > 0, r.getrlimit(r.RLIMIT_CPU)[1] > 0, r.getrlimit(r.RLIMIT_FSIZE)[1] == 0)"
    )

    process = await asyncio.create_subprocess_exec(sys.executable, "-I", "-c", code, stdout=asyncio.subprocess.PIPE)
    said, _ = await process.communicate()

    assert said.split() == [b"True"] * 3


async def test_reading_pictures_leaves_nothing_on_disk_or_in_the_log(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    item = attachment(image_part(picture("Name: Maria Gonzalez")))
    assert item is not None

    found = await Reader().read([item])

    assert found[item.digest].plain() == "Name: Maria Gonzalez"
    assert list(tmp_path.iterdir()) == []
    assert capfd.readouterr() == ("", "")
