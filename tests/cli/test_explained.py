"""A decision on a terminal: spans in the text, topics apart, and nothing that moves the cursor."""

from __future__ import annotations

import io
from typing import Any

import pytest
from rich.console import Console

from gateway.cli.explained import painted, print_decision, visible
from gateway.policy.load import load_text
from gateway.policy.policy import Policy

POLICY = """\
version: 1
levels: [public, internal, restricted]
destinations: {local: {clearance: restricted, engine: llama.cpp}}
entities: {default: internal, CREDIT_CARD: restricted}
route: {prefer: [local]}
"""
TEXT = "Ann pays with 4111 1111 1111 1111."


@pytest.fixture(scope="module")
def policy() -> Policy:
    return load_text(POLICY)


def finding(start: int, end: int, entity: str = "PERSON", level: str = "internal", **fields: Any) -> dict[str, Any]:
    about = {"path": "messages[0].content", "entity": entity, "level": level, "score": 0.9, "recognizer": "R"}
    return {**about, "start": start, "end": end, "undone": [], "counts": True, **fields}


def report(*findings: dict[str, Any], topics: tuple[dict[str, Any], ...] = ()) -> dict[str, Any]:
    return {
        "findings": list(findings), "topics": list(topics), "unreadable": [], "detection_failed": None,
        "label": "restricted", "rule": "entities", "why": "found", "unable": {}, "destination": "local",
        "destinations": ["local"], "denied": None, "policy": {"name": "p", "sha256": "0" * 64},
    }  # fmt: skip


def printed(policy: Policy, decision: dict[str, Any], *, colour: bool = False, **texts: str) -> str:
    out = io.StringIO()
    console = Console(file=out, width=120, highlight=False, force_terminal=colour, color_system="standard")
    if not colour:
        console = Console(file=out, width=120, highlight=False)
    print_decision(decision, policy, texts or {"messages[0].content": TEXT}, console)
    return out.getvalue()


def test_spans_stand_in_the_text_in_their_levels_colour_underlined(policy: Policy) -> None:
    card = finding(14, 33, "CREDIT_CARD", "restricted")

    coloured = printed(policy, report(finding(0, 3), card), colour=True)

    assert "\x1b[4;33mAnn\x1b[0m pays with \x1b[4;31m4111 1111 1111 1111\x1b[0m." in coloured
    assert "⟦" not in coloured


def test_without_colours_spans_are_in_brackets(policy: Policy) -> None:
    assert "⟦Ann⟧ pays with ⟦4111 1111 1111 1111⟧." in printed(policy, report(finding(0, 3), finding(14, 33)))


def test_where_spans_overlap_the_higher_level_gives_the_colour(policy: Policy) -> None:
    spans = [finding(14, 33, "CREDIT_CARD", "restricted"), finding(0, 20)]

    text = painted(TEXT, spans, policy, marks=True)

    assert text.plain == "⟦Ann pays with 4111 1111 1111 1111⟧."
    assert [str(span.style) for span in text.spans if span.start <= 16 < span.end][-1] == "underline red"


def test_a_topic_is_listed_and_not_painted_over_everything(policy: Policy) -> None:
    topic = finding(0, len(TEXT), "HEALTH")
    listed = {"entity": "HEALTH", "level": "internal", "score": 0.97}

    out = printed(policy, report(finding(0, 3), topic, topics=(listed,)))

    assert "topics:      HEALTH 0.97" in out
    assert "⟦Ann⟧ pays with 4111 1111 1111 1111." in out
    assert out.count("HEALTH") == 1


def test_the_table_tells_type_level_score_recognizer_and_what_was_undone(policy: Policy) -> None:
    plain = finding(0, 3, recognizer="NameRecognizer")
    weak = finding(14, 33, "CREDIT_CARD", "restricted", undone=["base64", "homoglyphs"], counts=False)

    lines = printed(policy, report(plain, weak)).splitlines()

    assert any(line.split() == ["PERSON", "internal", "0.90", "Ann", "NameRecognizer"] for line in lines)
    assert any("score too low" in line and "R, base64, homoglyphs undone" in line for line in lines)
    assert lines[0] == "⟦Ann⟧ pays with 4111 1111 1111 1111."


def test_of_a_long_text_only_what_is_near_a_span_is_shown(policy: Policy) -> None:
    text = "x" * 5_000 + " Ann " + "y" * 5_000

    shown = painted(text, [finding(5_001, 5_004)], policy, marks=True).plain

    assert "⟦Ann⟧" in shown
    assert shown.count(" … ") == 2
    assert len(shown) < 250


def test_of_several_texts_those_with_spans_are_shown_with_their_place(policy: Policy) -> None:
    texts = {"messages[0].content": "nothing here", "messages[1].content": "Ann"}

    out = printed(policy, report(finding(0, 3, path="messages[1].content")), **texts)

    assert "messages[1].content\n⟦Ann⟧" in out
    assert "nothing here" not in out


@pytest.mark.parametrize(("raw", "shown"), [
    ("a\x1b[31mb", "a␛[31mb"),
    ("a\x07\x00\rb\x7f", "a␇␀␍b\ufffd"),
    ("jos\u200bé\u202e\ufeff", "jos·é··"),
    ("\ud800\x9b", "\ufffd\ufffd"),
    ("a\u00a0b\u2028c\n\td 张伟 😀", "a b c\n\td 张伟 😀"),
])  # fmt: skip
def test_what_has_no_shape_is_shown_by_a_sign_and_nothing_moves(raw: str, shown: str) -> None:
    assert visible(raw) == shown
    assert len(visible(raw)) == len(raw)


def test_nothing_of_a_text_reaches_the_terminal_as_a_command(policy: Policy) -> None:
    text = "Ann\x1b]0;canary\x07 [bold]x[/bold]"

    out = printed(policy, report(finding(0, 12)), **{"messages[0].content": text})

    assert "\x1b" not in out
    assert "[bold]x[/bold]" in out
