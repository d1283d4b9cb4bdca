"""Figures out of judged rows: rates, classes, spans, percentiles, and the worst mistakes."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from gateway.detection.evaluate import Figures, Judge, Judgement, Unmeasurable, evaluate
from gateway.detection.findings import Finding
from gateway.detection.labelled import BadRow, Row, Span, Textless

PATH = "messages[0].content"


def row(name: str, sensitive: bool, **fields: Any) -> Row:
    return Row("f", 1, name, sensitive, [{"role": "user", "content": "the canary sings"}], **fields)


def judgement(held: bool, *findings: Finding, rank: int = 0, milliseconds: float = 1.0) -> Judgement:
    found = tuple((PATH, finding) for finding in findings)
    return Judgement(held, "secret" if held else "open", rank, found, frozenset({"X"} if held else ()), milliseconds)


def figures(*judged: tuple[Row, Judgement], worst: int = 10) -> Figures:
    result = Figures(worst)
    for item in judged:
        result.add(*item)
    return result


def test_rates_are_shares_of_their_own_rows_and_absent_without_such_rows() -> None:
    mixed = figures(
        (row("a", True), judgement(True)),
        (row("b", True), judgement(False)),
        (row("c", False), judgement(False)),
        (row("d", False), judgement(True)),
        (row("e", False), judgement(False)),
    ).to_json()
    clean = figures((row("c", False), judgement(False))).to_json()

    assert (mixed["leak_rate"], mixed["over_rate"]) == (1 / 2, 1 / 3)
    assert mixed["counts"] == {
        "rows": 5, "sensitive": 2, "clean": 3, "leaks": 1, "over": 1, "skipped": 0, "bad": 0, "failed": 0,
    }  # fmt: skip
    assert (clean["leak_rate"], clean["over_rate"]) == (None, 0.0)
    assert (clean["spans"], clean["worst"]) == (None, {"leaks": [], "over": []})
    assert mixed["held_back_by"] == {"X": 1}


def test_nothing_measured_is_no_figure_at_all() -> None:
    report = Figures().to_json()

    assert (report["leak_rate"], report["over_rate"], report["latency_ms"]) == (None, None, None)


def test_classes_are_counted_apart() -> None:
    report = figures(
        (row("a", True, category="names"), judgement(False)),
        (row("b", True, category="cards"), judgement(True)),
        (row("c", True), judgement(False)),
    ).to_json()

    assert report["classes"] == {
        "cards": {"leak_rate": 0.0, "over_rate": None, "sensitive": 1, "clean": 0, "leaks": 0, "over": 0},
        "names": {"leak_rate": 1.0, "over_rate": None, "sensitive": 1, "clean": 0, "leaks": 1, "over": 0},
    }


@pytest.mark.parametrize(("findings", "found"), [
    ([], False),
    ([Finding(4, 10, "OTHER_NAME", 0.9, "r")], True),
    ([Finding(0, 7, "PERSON", 0.9, "r")], True),
    ([Finding(0, 6, "PERSON", 0.9, "r")], False),
    ([Finding(4, 6, "A", 0.9, "r"), Finding(5, 7, "B", 0.9, "r")], True),
    ([Finding(0, 16, "HEALTH", 0.9, "r")], False),
])  # fmt: skip
def test_a_span_is_found_when_half_of_it_lies_in_findings_that_are_no_topics(
    findings: list[Finding], found: bool
) -> None:
    labelled = row("a", True, spans=(Span(PATH, 4, 10, "PERSON"), Span("messages[1].content", 4, 10, "PERSON")))
    report = figures((labelled, judgement(True, *findings))).to_json()

    assert report["spans"] == {
        "total": 2,
        "found": int(found),
        "recall": found / 2,
        "by_type": {"PERSON": {"total": 2, "found": int(found), "recall": found / 2}},
    }


def test_percentiles_are_those_of_the_rows() -> None:
    many = figures(*((row(str(n), False), judgement(False, milliseconds=n)) for n in range(1, 101)))

    assert many.to_json()["latency_ms"] == {"p50": 50, "p90": 90, "p99": 99}


def test_the_worst_mistakes_are_those_furthest_from_the_right_answer_then_the_first() -> None:
    weak, strong = Finding(0, 1, "A", 0.5, "r"), Finding(0, 1, "A", 0.9, "r")
    judged = figures(
        (row("strong", True), judgement(False, strong)),
        (row("nothing", True), judgement(False)),
        (row("weak", True), judgement(False, weak)),
        (row("nothing too", True), judgement(False)),
        (row("low", False), judgement(True, strong, rank=1)),
        (row("high", False), judgement(True, weak, rank=3)),
        worst=3,
    )

    assert [miss.row.name for miss in judged.leaks()] == ["nothing", "nothing too", "weak"]
    assert [miss.row.name for miss in judged.over()] == ["high", "low"]


def test_the_text_of_a_mistake_is_told_only_when_asked_for() -> None:
    judged = figures((row("a", True), judgement(False)))

    assert "canary" not in str(judged.to_json())
    assert judged.to_json(show=True)["worst"]["leaks"][0]["text"] == "the canary sings"


def test_rows_that_cannot_be_measured_are_counted_and_told_and_the_others_go_on() -> None:
    async def judge(item: Row) -> Judgement:
        if item.name == "odd":
            raise Unmeasurable("no request")
        return judgement(True)

    careful: Judge = judge
    told: list[BadRow] = []
    one, total = Figures(), Figures()
    rows = [BadRow(1, "broken"), row("odd", True), Textless(3), row("good", True)]
    asyncio.run(evaluate(rows, careful, [one, total], told.append))

    assert told == [BadRow(1, "broken"), BadRow(1, "no request")]
    for counted in (one, total):
        assert (counted.rows, counted.bad, counted.skipped) == (1, 2, 1)
