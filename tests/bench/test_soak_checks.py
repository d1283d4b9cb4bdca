"""Each thing that a soak must show is a check that fails when it does not show it."""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from typer.testing import CliRunner

from gateway.bench.soak import Seen
from gateway.bench.soak_answers import Answer
from gateway.bench.soak_checks import report
from gateway.bench.soak_clients import Finished
from gateway.bench.soak_traces import Trail
from gateway.bench.soak_watch import Sample
from gateway.cli import app, bench

ANSWER = Answer("one", "Hello", "stop", 3, 2)
LEVEL = Sample(0, descriptors=20, sockets=5, threads=10, rss=300.0, tasks=10)


def good() -> Seen:
    """A soak of two minutes that shows everything."""
    both = {"gateway": LEVEL, "engine": dataclasses.replace(LEVEL, tasks=None)}
    seen = Seen(alone={(True, 0): ANSWER}, warm=both, after=dict(both), at_once=(4, 4))
    seen.tally.finished.append(Finished(ANSWER, "a", "chat", 0))
    seen.during = {name: [dataclasses.replace(sample, at=at) for at in range(121)] for name, sample in both.items()}
    seen.trail = Trail(frozenset({"a"}), {"a": ["completed"]}, 0, Counter())
    return seen


def failed(seen: Seen) -> list[str]:
    return [check["name"] for check in report(seen, 120)["checks"] if check["good"] is not True]


def test_nothing_fails_where_everything_is_as_it_should_be() -> None:
    assert failed(good()) == []


def more(seen: Seen, name: str, **held: int) -> None:
    seen.after[name] = dataclasses.replace(seen.after[name], **held)


def trail(seen: Seen, **changes: Any) -> None:
    assert seen.trail is not None
    seen.trail = dataclasses.replace(seen.trail, **changes)


def grow(seen: Seen, name: str) -> None:
    seen.during[name] = [dataclasses.replace(sample, rss=300 + sample.at) for sample in seen.during[name]]


@pytest.mark.parametrize(
    ("spoil", "check"),
    [
        (lambda seen: seen.tally.broken.update(["a 503"]), "answers not whole"),
        (lambda seen: seen.tally.finished.append(seen.tally.finished[0]), "ids that came twice"),
        (
            lambda seen: seen.alone.update({(True, 0): dataclasses.replace(ANSWER, prompt_tokens=4)}),
            "answers to another prompt",
        ),
        (lambda seen: setattr(seen, "at_once", (3, 3)), "places free afterwards"),
        (lambda seen: setattr(seen, "at_once", (4, 5)), "places free afterwards"),
        (lambda seen: more(seen, "gateway", descriptors=21), "gateway: descriptors"),
        (lambda seen: more(seen, "engine", descriptors=21), "engine: descriptors"),
        (lambda seen: more(seen, "gateway", tasks=11), "gateway: tasks"),
        (lambda seen: more(seen, "engine", threads=60), "engine: threads"),
        (lambda seen: grow(seen, "gateway"), "gateway: memory growth"),
        (lambda seen: grow(seen, "engine"), "engine: memory growth"),
        (lambda seen: trail(seen, decisions=frozenset({"a", "b"})), "decisions without one end"),
        (lambda seen: trail(seen, outcomes={"a": ["cancelled"]}), "ends recorded wrongly"),
        (lambda seen: trail(seen, breaks=1), "breaks in the audit"),
        (lambda seen: seen.text_in.append("logs/engine.log"), "files with prompt text"),
        (lambda seen: setattr(seen, "faults", 1), "faults in the log"),
    ],
)
def test_fails_where_one_thing_is_wrong(spoil: Callable[[Seen], None], check: str) -> None:
    seen = good()

    spoil(seen)

    assert failed(seen) == [check]


def test_nothing_finished_is_no_success() -> None:
    seen = good()
    seen.tally.finished.clear()

    assert failed(seen) == ["answers not whole"]


@pytest.mark.parametrize(
    ("spoil", "status"), [(lambda seen: None, 0), (lambda seen: more(seen, "engine", threads=60), 1)]
)
def test_the_status_says_whether_a_check_failed(
    spoil: Callable[[Seen], None], status: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = good()
    spoil(seen)

    async def measured(*arguments: Any) -> dict[str, Any]:
        return {"soak": report(seen, 120)}

    monkeypatch.setattr(bench, "_measure", measured)

    assert CliRunner().invoke(app, ["bench", "soak", "--json"]).exit_code == status
