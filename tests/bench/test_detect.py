"""`sepal bench detect` measures ours, and others where they are installed; how fast anything is, no test judges."""

from __future__ import annotations

import asyncio
import io
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from gateway.bench import detect
from gateway.bench.detect import Detecting
from gateway.bench.report import print_report
from tests.conftest import ROOT

PEERS = ROOT / ".venv-bench" / "bin" / "python"


def measure(state: Path, python: Path) -> tuple[dict[str, Any], list[str]]:
    said: list[str] = []

    async def run() -> dict[str, Any]:
        async with Detecting(state, python, said.append) as detecting:
            return await detecting.measure(3)

    return asyncio.run(run()), said


@pytest.fixture(scope="module")
def short() -> Iterator[None]:
    """Lengths and turns that take no time."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(detect, "GROWTH", (50, 60, 70, 80, 90))
        patch.setattr(detect, "MEGABYTE", 5_000)
        patch.setattr(detect, "TURNS", 3)
        yield


@pytest.fixture(scope="module")
def measured(short: None, tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, Any], list[str], Path]:
    place = tmp_path_factory.mktemp("detect")
    report, said = measure(place, place / "none" / "bin" / "python")
    return report, said, place


def test_every_length_language_and_turn_is_measured_on_one_core(
    measured: tuple[dict[str, Any], list[str], Path],
) -> None:
    report, _, state = measured

    assert [(item["language"], item["tokens"]) for item in report["lengths"]] == [
        (language, tokens) for language in ("en", "zh") for tokens in (50, 60, 70, 80, 90)
    ]
    for item in report["lengths"]:
        ours = item["ms"]["sepal"]
        assert 0 < ours["p50"] <= ours["p99"]
        assert (ours["samples"], ours["cpu_p50"] > 0) == (3, True)
    assert report["lengths"][0]["aim_ms"] == {"p50": 5.0, "p99": 12.0}
    assert [row["turn"] for row in report["turns"]["rows"]] == [1, 2, 3]
    assert report["turns"]["cpu_ratio"] > 0
    assert [item["bytes"] for item in report["megabyte"]] == [5_000, pytest.approx(5_000, abs=3)]
    assert report["settled"]["samples"] == 3
    if hasattr(os, "sched_getaffinity"):
        assert report["core"] in os.sched_getaffinity(0)
    assert list(state.iterdir()) == []
    json.dumps(report)


def test_a_side_that_is_not_installed_is_left_out_with_a_sentence(
    measured: tuple[dict[str, Any], list[str], Path],
) -> None:
    report, _, state = measured
    out = io.StringIO()
    machine = {"processor": "p", "cores": 1, "memory_gib": 1, "load_average_1_min": 0, "disk_flush_ms": 0}

    print_report({"sepal": "1", "machine": machine, "versions": {}, "detect": report}, Console(file=out, width=200))

    for name in ("presidio", "rampart"):
        assert f"there is no {state}/none/bin/python" in report["sides"][name]["absent"]
    shown = out.getvalue()
    for expected in ("Rampart alone: not measured", "50 en", "≤ 5 / 12", "turn 3", "S sepal en", "1 MB, zh"):
        assert expected in shown


@pytest.mark.skipif(not PEERS.exists(), reason="the environment with other detectors is optional: .venv-bench")
def test_others_are_measured_beside_ours(short: None, tmp_path: Path) -> None:
    report, _ = measure(tmp_path, PEERS)

    for name in ("presidio", "rampart"):
        assert "absent" not in report["sides"][name], report["sides"][name]
        assert report["lengths"][0]["ms"][name]["p50"] > 0
        assert name not in report["lengths"][-1]["ms"]
