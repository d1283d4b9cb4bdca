"""What a soak reads from disk afterwards."""

from __future__ import annotations

import json
from pathlib import Path

from gateway.audit.log import AuditLog
from gateway.bench.soak_traces import faults, files_with_text, trail_of

TEXT = "为什么天空在日落之前是蓝色的，请用几句话说明。"


def trail(path: Path, *events: tuple[str, str]) -> Path:
    """An audit file with these events of decisions."""
    log = AuditLog(path)
    for event, decision in events:
        log.append_blocking({"event": event, "decision": decision, "outcome": "completed"})
    log.close()
    return path


def test_each_decision_has_one_end(tmp_path: Path) -> None:
    good = trail_of(trail(tmp_path / "good", ("decision", "a"), ("decision", "b"), ("outcome", "b"), ("outcome", "a")))

    assert (good.without_one_end, good.breaks) == (0, 0)
    assert good.ends == {"completed": 2}


def test_finds_decisions_without_an_end_with_two_and_ends_of_none(tmp_path: Path) -> None:
    events = [("decision", "a"), ("decision", "b"), ("outcome", "b"), ("outcome", "b"), ("outcome", "c")]

    assert trail_of(trail(tmp_path / "bad", *events)).without_one_end == 3


def test_finds_a_break_in_the_chain(tmp_path: Path) -> None:
    path = trail(tmp_path / "audit", ("decision", "a"), ("outcome", "a"))
    path.write_text(path.read_text().replace("completed", "cancelled", 1))

    assert trail_of(path).breaks == 1


def test_finds_a_part_of_a_text_as_it_is_and_as_json_escapes_it(tmp_path: Path) -> None:
    logs = tmp_path / "logs"
    logs.mkdir()
    (logs / "plain").write_text(f"error near {TEXT[5:]}", "utf-8")
    (logs / "escaped").write_text(json.dumps({"text": TEXT}), "ascii")
    (logs / "other").write_text("nothing of the kind", "utf-8")
    (tmp_path / "linked").symlink_to(logs)

    assert files_with_text(tmp_path, [TEXT]) == ["logs/escaped", "logs/plain"]


def test_counts_faults_in_a_log(tmp_path: Path) -> None:
    log = tmp_path / "log"
    log.write_text("WARNING the engine starts\nreq_1 failed with KeyError (bug)\nTraceback (most recent call last):\n")

    assert faults(log) == 2
    assert faults(tmp_path / "none") == 0
