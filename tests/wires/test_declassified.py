"""Prompts with names, numbers and addresses go to the real swarm as pseudonyms and come back with the originals."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from tests.wires.tap import betrayed, plain
from tests.wires.tapped_product import TappedProduct

RULE = """\
rules:
  - name: contacts-as-pseudonyms
    when: {only: [PERSON, contact]}
    declassify: {method: pseudonym, to: public}
"""
# Prompts that the small model answers by repeating them in part, and what no stranger may see of them.
PROMPTS: dict[str, tuple[str, tuple[str, ...]]] = {
    "name": ("Say hello to Henrietta Vandermeulen in one sentence.", ("Henrietta", "Vandermeulen")),
    "telephone": (
        "Write one sentence: call Ottoline Featherstone on 0161 882 4417.",
        ("Ottoline", "Featherstone", "0161 882 4417"),
    ),
    "mailbox": (
        "Write one sentence: send the file to Bartholomew Quigley at bart.quigley@quigley-farms.com.",
        ("Bartholomew", "Quigley", "bart.quigley", "quigley-farms"),
    ),
    "address": (
        "Write one sentence: Persephone Abernathy moved to 42 Thistledown Lane, Bristol.",
        ("Persephone", "Abernathy", "Thistledown"),
    ),
    "Chinese": ("用一句话问候欧阳雪莉，并告诉她给13912345678打电话。", ("欧阳雪莉", "13912345678")),
}


@dataclass(frozen=True)
class Told:
    """What the caller got."""

    text: str
    headers: dict[str, str]
    usage: Any


def ask(product: TappedProduct, prompt: str, *, stream: bool) -> Told:
    raw: Any = product.client.chat.completions.with_raw_response.create(
        model="auto",
        messages=[{"role": "user", "content": prompt}],
        max_tokens=48,
        temperature=0,
        stream=stream,
        **({"stream_options": {"include_usage": True}} if stream else {}),
    )
    answer = raw.parse()
    if not stream:
        return Told(answer.choices[0].message.content, dict(raw.headers), answer.usage)
    chunks = list(answer)
    text = "".join(chunk.choices[0].delta.content or "" for chunk in chunks if chunk.choices)
    return Told(text, dict(raw.headers), chunks[-1].usage)


@pytest.fixture(scope="module")
def told(tapped: TappedProduct) -> Iterator[dict[tuple[str, bool], Told]]:
    """All prompts, streamed and not."""
    tapped.wait_until_whole()
    with tapped.policy(RULE):
        yield {
            (name, stream): ask(tapped, prompt, stream=stream)
            for name, (prompt, _) in PROMPTS.items()
            for stream in (False, True)
        }


def sent(product: TappedProduct) -> dict[str, str]:
    """By the words that pseudonyms leave alone: each prompt as the bridge got it."""
    wire = "\n".join(product.tap.bridge())
    found = re.findall(r'"content":("(?:[^"\\]|\\.)*")', wire)
    texts = [json.loads(text) for text in found]
    marks = {"name": "Say hello to", "telephone": "sentence: call", "mailbox": "send the file", "address": "moved to"}
    return {
        name: next(text for text in reversed(texts) if mark in text)
        for name, mark in {**marks, "Chinese": "用一句话问候"}.items()
    }


def test_every_prompt_went_to_the_swarm_rewritten(told: dict[tuple[str, bool], Told]) -> None:
    for key, item in told.items():
        seen = {name: item.headers.get(f"x-sepal-{name}") for name in ("destination", "label", "declassified")}
        assert seen == {"destination": "swarm", "label": "confidential", "declassified": "public"}, key


def test_no_original_is_on_any_wire(tapped: TappedProduct, told: dict[tuple[str, bool], Told]) -> None:
    secrets = [secret for _, originals in PROMPTS.values() for secret in originals]
    assert betrayed(secrets, plain(tapped.tap.bridge())) == []
    assert betrayed(secrets, plain(tapped.tap.server())) == []


def test_the_tap_sees_the_stand_ins(tapped: TappedProduct, told: dict[tuple[str, bool], Told]) -> None:
    """Guards the test above against a tap that sees nothing."""
    server = "\n".join(plain(tapped.tap.server()))
    texts = sent(tapped)
    assert set(texts) == set(PROMPTS)
    for name in ("name", "telephone", "mailbox", "address"):
        assert texts[name].lower() in server


def test_answers_come_back_with_the_originals(tapped: TappedProduct, told: dict[tuple[str, bool], Told]) -> None:
    """Of whatever a small model makes of five prompts with names drawn by chance."""
    texts, restored, astray = sent(tapped), [], []
    people = {"name": r"hello to (.+) in one", "telephone": r"call (.+) on", "mailbox": r"file to (.+) at"}
    people |= {"address": r"sentence: (.+) moved", "Chinese": r"问候(.+?)，"}
    for name, pattern in people.items():
        text = told[name, True].text
        person = re.findall(pattern, texts[name])[0]
        assert person not in PROMPTS[name][0]
        restored += [name] if any(original in text for original in PROMPTS[name][1]) else []
        astray += [name] if person in text else []
    assert astray == []
    assert len(restored) >= 2


def test_streamed_and_whole_answers_are_the_same(told: dict[tuple[str, bool], Told]) -> None:
    for name in PROMPTS:
        assert told[name, True].text == told[name, False].text
        assert told[name, True].usage == told[name, False].usage
        assert told[name, True].usage.completion_tokens > 1


def test_the_audit_says_what_was_replaced_and_no_value(
    tapped: TappedProduct, told: dict[tuple[str, bool], Told]
) -> None:
    decision = told["telephone", True].headers["x-sepal-decision"]
    assert tapped.decided(decision)["declassified"] == {
        "to": "public",
        "rules": ["contacts-as-pseudonyms"],
        "methods": ["pseudonym"],
        "replaced": {"PERSON": 1, "PHONE_NUMBER": 1},
        "destinations": ["swarm"],
    }
    assert tapped.outcome(decision)["rewritten"] is True
    assert "confidential ↻ public → swarm" in tapped.sepal("audit", "tail", "-n", "50").stdout
    written = (tapped.state / "audit.jsonl").read_text() + tapped.output.read_text()
    written += "".join(log.read_text() for log in (tapped.state / "logs").iterdir())
    stand_ins = [text.removeprefix("Say hello to ").removesuffix(" in one sentence.") for text in sent(tapped).values()]
    for value in (*(original for _, originals in PROMPTS.values() for original in originals), stand_ins[0]):
        assert value not in written


def test_while_the_swarm_is_down_the_local_model_gets_the_original(
    tapped: TappedProduct, told: dict[tuple[str, bool], Told]
) -> None:
    raw = tapped.client.chat.completions.with_raw_response.create(
        model="local", messages=[{"role": "user", "content": PROMPTS["name"][0]}], max_tokens=4, temperature=0
    )
    assert raw.headers["x-sepal-destination"] == "local"
    assert "x-sepal-declassified" not in raw.headers
