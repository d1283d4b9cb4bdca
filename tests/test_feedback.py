"""Feedback is on disk whole or not at all, for its owner's eyes only."""

from __future__ import annotations

import os
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import orjson
import pytest

from gateway.feedback import FeedbackError, append, feedback_row

RECORD = {"decision": "dec_1", "label": "public", "findings": {"PERSON": 2}, "detector": "sepal-1"}


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_a_row_says_what_was_decided_and_what_would_have_been_right() -> None:
    bare = feedback_row(RECORD, should_be="secret", sensitive=True, prompt=None)
    full = feedback_row(RECORD, should_be="secret", sensitive=True, prompt={"text": "the canary"})

    assert {key: bare[key] for key in ("decision", "label", "should_be", "sensitive", "findings", "detector")} == {
        "decision": "dec_1", "label": "public", "should_be": "secret", "sensitive": True,
        "findings": {"PERSON": 2}, "detector": "sepal-1",
    }  # fmt: skip
    assert "text" not in bare
    assert full["text"] == "the canary"
    assert bare["id"] != full["id"]


@pytest.mark.parametrize("mask", [0o000, 0o022, 0o077])
def test_the_file_is_its_owners_alone_whatever_the_umask(tmp_path: Path, mask: int) -> None:
    path = tmp_path / "feedback.jsonl"
    before = os.umask(mask)
    try:
        append(path, {"a": 1})
    finally:
        os.umask(before)

    assert mode(path) == 0o600


def test_a_file_that_others_could_read_is_closed_to_them(tmp_path: Path) -> None:
    path = tmp_path / "feedback.jsonl"
    path.write_bytes(b'{"a": 0}\n')
    path.chmod(0o644)

    append(path, {"a": 1})

    assert mode(path) == 0o600
    assert [orjson.loads(line) for line in path.read_bytes().splitlines()] == [{"a": 0}, {"a": 1}]


def test_what_a_crash_cut_off_does_not_spoil_the_next_row(tmp_path: Path) -> None:
    path = tmp_path / "feedback.jsonl"
    path.write_bytes(b'{"a": ')

    append(path, {"a": 1})

    assert path.read_bytes() == b'{"a": \n{"a":1}\n'


def test_rows_written_at_the_same_time_do_not_mix(tmp_path: Path) -> None:
    path = tmp_path / "feedback.jsonl"
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda number: append(path, {"n": number, "text": "x" * 20_000}), range(40)))

    assert sorted(orjson.loads(line)["n"] for line in path.read_bytes().splitlines()) == list(range(40))


def test_a_link_is_not_followed(tmp_path: Path) -> None:
    target = tmp_path / "elsewhere"
    (tmp_path / "feedback.jsonl").symlink_to(target)

    with pytest.raises(FeedbackError, match="is a link"):
        append(tmp_path / "feedback.jsonl", {"a": 1})
    assert not target.exists()


def test_what_is_no_file_is_refused(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")

    with pytest.raises(FeedbackError, match="is not a file"):
        append(tmp_path / "pipe", {"a": 1})
    with pytest.raises(FeedbackError, match="can't be opened"):
        append(tmp_path, {"a": 1})


def test_a_full_disk_leaves_no_half_row(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "feedback.jsonl"
    append(path, {"a": 0})
    whole = path.read_bytes()

    def fail(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("gateway.feedback.os.fsync", fail)
    with pytest.raises(FeedbackError, match="No space left"):
        append(path, {"a": 1})
    assert path.read_bytes() == whole


def test_half_a_character_is_refused_without_being_quoted(tmp_path: Path) -> None:
    with pytest.raises(FeedbackError, match=r"^the text is not valid Unicode$"):
        append(tmp_path / "feedback.jsonl", {"text": "canary \ud800"})
    assert not (tmp_path / "feedback.jsonl").exists()
