"""`sepal bench` runs and reports; how fast anything is, no test judges."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from gateway.bench.overhead import SIDES

SEPAL = str(Path(sys.executable).with_name("sepal"))


def bench(state: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the command; every process below it has `state` in its environment as TMPDIR."""
    environment = {**os.environ, "TMPDIR": str(state)}
    command = [SEPAL, "bench", *arguments, "--state-dir", str(state)]
    return subprocess.run(command, capture_output=True, text=True, env=environment, timeout=200)


def started_with(state: Path) -> list[str]:
    """Commands of running processes that `bench` left behind."""
    mark, found = f"TMPDIR={state}".encode(), []
    for process in Path("/proc").iterdir():
        if process.name.isdigit():
            try:
                if mark in (process / "environ").read_bytes().split(b"\0"):
                    found.append((process / "cmdline").read_text().replace("\0", " "))
            except OSError:
                continue
    return found


@pytest.fixture(scope="module")
def measured(state_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Any], str]:
    """The state directory, the report and the progress of one short measurement of the overhead."""
    state = tmp_path_factory.mktemp("bench")
    (state / "models").symlink_to(state_dir / "models")
    result = bench(state, "overhead", "--requests", "10", "--seconds", "0.1", "--json")
    assert result.returncode == 0, result.stderr
    return state, json.loads(result.stdout), result.stderr


def test_reports_latency_and_throughput_of_all_sides_for_every_kind_of_prompt(
    measured: tuple[Path, dict[str, Any], str],
) -> None:
    _, report, _ = measured

    variants = report["overhead"]["variants"]

    assert [(item["tokens"], item["cold"], item["aim_added_p50_ms"]) for item in variants] == [
        (50, False, 2.0),
        (50, True, 10.0),
        (500, True, None),
    ]
    for variant in variants:
        whole = variant["latency_ms"]["whole"]
        sides = SIDES if variant["tokens"] == 50 else SIDES[:2]
        for side in sides:
            assert 0 < whole[side]["p50"] <= whole[side]["p99"]
        for side in sides[1:]:
            more = whole[side]["p50"] - whole["direct"]["p50"]
            assert whole[side]["added"]["p50"] == pytest.approx(more, abs=0.01)
        assert [item["connections"] for item in variant["throughput"]] == [1, 16]
        assert all(item[side]["median"] > 0 for item in variant["throughput"] for side in sides)


def test_reports_latency_of_answers_that_come_at_once_and_chunk_by_chunk(
    measured: tuple[Path, dict[str, Any], str],
) -> None:
    _, report, _ = measured

    at_once, paced = report["overhead"]["streams"]["rows"]

    assert (at_once["pause_ms"], paced["pause_ms"]) == (0, 5)
    least = 5 * (report["overhead"]["streams"]["chunks"] - 1)
    assert all(paced["latency_ms"]["whole"][side]["p50"] > least for side in SIDES)


def test_says_on_what_it_was_measured(measured: tuple[Path, dict[str, Any], str]) -> None:
    _, report, _ = measured

    assert report["machine"]["processor"]
    assert report["machine"]["cores"] >= 1
    assert report["machine"]["disk_flush_ms"] > 0
    assert {"python", "uvicorn", "onnxruntime"} <= set(report["versions"])


def test_shows_progress_and_leaves_nothing_behind(measured: tuple[Path, dict[str, Any], str]) -> None:
    state, _, progress = measured

    assert "latency of 10 requests a side" in progress
    assert [path.name for path in state.iterdir()] == ["models"]
    assert started_with(state) == []


def test_says_what_to_do_when_there_are_no_models(tmp_path: Path) -> None:
    result = bench(tmp_path, "overhead", "--requests", "1")

    assert result.returncode == 1
    assert "sepal setup" in result.stderr
    assert list(tmp_path.iterdir()) == []


def test_prompts_of_a_number_are_always_the_same_and_of_two_numbers_never() -> None:
    from gateway.bench.load import request

    bodies = [json.dumps(request(number, 50)) for number in range(1000)]

    assert bodies == [json.dumps(request(number, 50)) for number in range(1000)]
    assert len(set(bodies)) == 1000
