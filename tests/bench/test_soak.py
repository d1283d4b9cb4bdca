"""A short soak on the real engine: every answer that is read to its end is whole, and nothing is left behind."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from gateway.bench import soak
from gateway.bench.rig import Rig
from gateway.bench.soak_report import print_soak
from gateway.settings import load_settings

STREAMS, SECONDS = 16, 8.0


async def soaked(state: Path) -> dict[str, Any]:
    effective = load_settings(None, {}, {"state_dir": str(state)})
    async with Rig(effective, Path("no-petals"), lambda line: None) as rig:
        # Two of each language, one of which tells of somebody.
        return await soak.measure(rig, STREAMS, SECONDS, prompts=(0, 4, 8, 12))


@pytest.fixture(scope="module")
def report(state_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    state = tmp_path_factory.mktemp("soak")
    (state / "models").symlink_to(state_dir / "models")
    found = asyncio.run(soaked(state))
    assert [path.name for path in state.iterdir()] == ["models"]
    return found


def test_clients_finish_and_go_away(report: dict[str, Any]) -> None:
    answers = report["answers"]

    assert answers["finished"] > 0
    assert answers["cut_off_by_clients"]["all"] > 0


def test_every_check_holds_but_for_memory_which_takes_longer(report: dict[str, Any]) -> None:
    verdicts = {check["name"]: check["good"] for check in report["checks"]}

    not_judged = {name for name, good in verdicts.items() if good is None}
    assert not_judged == {"gateway: memory growth", "engine: memory growth"}
    assert [check for check in report["checks"] if check["good"] is False] == []


def test_the_audit_tells_of_more_decisions_than_answers_were_read(report: dict[str, Any]) -> None:
    audit = report["audit"]

    assert audit["ends"]["cancelled"] > 0
    assert audit["ends"]["completed"] >= report["answers"]["finished"]
    assert sum(audit["ends"].values()) == audit["decisions"]


def test_is_shown_with_its_counts_and_verdicts(report: dict[str, Any]) -> None:
    console = Console(width=120)
    with console.capture() as shown:
        print_soak(report, console)

    assert f"{STREAMS} clients for 8 s" in shown.get()
    assert shown.get().count("good") == sum(check["good"] is True for check in report["checks"])
