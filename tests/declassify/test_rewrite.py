"""Rewriting takes every mention of a value out, and can be undone; where it can't, nothing is rewritten."""

from __future__ import annotations

import contextlib
import json
import re
import time
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gateway.declassify.afterwards import beyond, left_over
from gateway.declassify.forms import forms
from gateway.declassify.restore import restore
from gateway.declassify.rewrite import Rewriting, conversation_key, rewrite
from gateway.declassify.spans import CannotRewrite, MethodOf
from gateway.detection.findings import Finding
from gateway.prompt import read_prompt

KEY = b"k" * 32


def chat(*texts: str, **more: Any) -> dict[str, Any]:
    return {"model": "auto", "messages": [{"role": "user", "content": text} for text in texts], **more}


def every(method: Any) -> MethodOf:
    return lambda entity: method


def mark(text: str, *values: tuple[str, str], path: str = "messages[0].content") -> list[tuple[str, Finding]]:
    """Findings where these values stand first."""
    found = []
    for entity, value in values:
        start = text.index(value)
        found.append((path, Finding(start, start + len(value), entity, 1.0, "test")))
    return found


def rewritten(body: dict[str, Any], findings: list[tuple[str, Finding]], method: Any = "pseudonym") -> Rewriting:
    result = rewrite(body, read_prompt(body), findings, every(method), KEY)
    assert result is not None
    return result


TEXT = "Write to Maria Gonzalez (maria@acme.com). Tell MARIA GONZALEZ that gonzalez is late; Maria's phone is 555-0134."
VALUES = (("PERSON", "Maria Gonzalez"), ("EMAIL_ADDRESS", "maria@acme.com"), ("PHONE_NUMBER", "555-0134"))


@pytest.mark.parametrize("method", ["pseudonym", "placeholder", "hash"])
def test_other_mentions_are_replaced_too_and_everything_comes_back(method: str) -> None:
    result = rewritten(chat(TEXT), mark(TEXT, *VALUES), method)
    sent = result.body["messages"][0]["content"]
    for value in ("Maria", "MARIA", "Gonzalez", "GONZALEZ", "acme", "555-0134"):
        assert value not in sent
    assert restore(sent, forms(result.replaced)) == TEXT


@pytest.mark.parametrize(("method", "gone"), [("mask", True), ("remove", True)])
def test_what_is_masked_or_removed_is_gone_for_good(method: str, gone: bool) -> None:
    result = rewritten(chat(TEXT), mark(TEXT, *VALUES), method)
    sent = result.body["messages"][0]["content"]
    assert ("Maria" not in sent) is gone
    assert restore(sent, forms(result.replaced)) == sent


def test_the_same_value_in_another_message_and_field_gets_the_same_stand_in() -> None:
    arguments = json.dumps({"to": "Maria Gonzalez", "n": 3})
    call = {"id": "call_1", "type": "function", "function": {"name": "send", "arguments": arguments}}
    body = {
        "model": "auto",
        "messages": [
            {"role": "system", "content": "You help Maria Gonzalez."},
            {"role": "user", "content": [{"type": "text", "text": "Write to Maria Gonzalez"}]},
            {"role": "assistant", "content": None, "tool_calls": [call]},
        ],
        "stop": ["Maria Gonzalez"],
    }
    text = "You help Maria Gonzalez."
    result = rewritten(body, mark(text, ("PERSON", "Maria Gonzalez")))
    name = result.body["messages"][0]["content"].removeprefix("You help ").removesuffix(".")
    assert result.body["messages"][1]["content"][0]["text"] == f"Write to {name}"
    assert json.loads(result.body["messages"][2]["tool_calls"][0]["function"]["arguments"]) == {"to": name, "n": 3}
    assert result.body["stop"] == [name]
    assert body["messages"][0]["content"] == "You help Maria Gonzalez."  # The original is untouched.


def test_a_conversation_keeps_its_stand_ins_and_another_has_others() -> None:
    first, second = "Write to Maria Gonzalez", "And to Peter Miller"
    one = chat(first)
    two = {"model": "auto", "messages": [*one["messages"], {"role": "assistant", "content": "Dear Maria Gonzalez"},
                                         {"role": "user", "content": second}]}  # fmt: skip
    other = chat("Please write to Maria Gonzalez")

    def name(body: dict[str, Any], text: str, *more: tuple[str, Finding]) -> str:
        findings = [*mark(text, ("PERSON", "Maria Gonzalez")), *more]
        result = rewrite(body, read_prompt(body), findings, every("pseudonym"), conversation_key(KEY, body))
        assert result is not None
        return next(pair.surrogate for pair in result.replaced if pair.original == "Maria Gonzalez")

    later = mark(second, ("PERSON", "Peter Miller"), path="messages[2].content")
    assert name(one, first) == name(two, first, *later)
    assert name(one, first) != name(other, "Please write to Maria Gonzalez")


@pytest.mark.parametrize(
    "body",
    [
        chat("hi", metadata={"Maria Gonzalez": "x"}),
        chat("hi", metadata={"a": {"phone": 13812345678}}),
    ],
)
def test_a_value_in_a_key_or_a_number_is_not_rewritten(body: dict[str, Any]) -> None:
    prompt = read_prompt(body)
    segment = next(item for item in prompt.segments if "Maria" in item.text or "138" in item.text)
    findings = [(segment.path, Finding(0, len(segment.text), "PERSON", 1.0, "test"))]
    with pytest.raises(CannotRewrite, match="stands where nothing can be replaced"):
        rewrite(body, prompt, findings, every("pseudonym"), KEY)


def test_a_value_that_also_stands_in_a_key_is_left_over() -> None:
    body = chat("Write to Maria Gonzalez", metadata={"Maria Gonzalez": "x"})
    result = rewritten(body, mark("Write to Maria Gonzalez", ("PERSON", "Maria Gonzalez")))
    assert left_over(read_prompt(result.body), result.replaced)
    clean = rewritten(chat("Write to Maria Gonzalez"), mark("Write to Maria Gonzalez", ("PERSON", "Maria Gonzalez")))
    assert not left_over(read_prompt(clean.body), clean.replaced)


@pytest.mark.parametrize("disguised", ["g o n z a l e z", "g-o-n-z-a-l-e-z", "MariaGonzalez2", "ｇｏｎｚａｌｅｚ"])
def test_a_value_that_stands_elsewhere_in_disguise_is_left_over(disguised: str) -> None:
    text = f"Write to Maria Gonzalez, or {disguised}."
    result = rewritten(chat(text), mark(text, ("PERSON", "Maria Gonzalez")))
    assert left_over(read_prompt(result.body), result.replaced)


def test_nothing_to_replace_is_nothing_rewritten() -> None:
    body = chat("Write to Maria Gonzalez")
    prompt = read_prompt(body)
    findings = mark("Write to Maria Gonzalez", ("PERSON", "Maria Gonzalez"))
    assert rewrite(body, prompt, findings, lambda entity: None, KEY) is None
    assert rewrite(body, prompt, [], every("pseudonym"), KEY) is None


def test_only_what_reaches_beyond_the_stand_ins_is_still_found() -> None:
    text = "Maria Gonzalez, 12 Oak Street, has diabetes"
    result = rewritten(chat(text), mark(text, ("PERSON", "Maria Gonzalez"), ("STREET_ADDRESS", "12 Oak Street")))
    sent = result.body["messages"][0]["content"]
    prompt = read_prompt(result.body)
    (first, second) = result.spans["messages[0].content"]

    def left(start: int, end: int, entity: str = "PERSON") -> bool:
        return bool(beyond([("messages[0].content", Finding(start, end, entity, 1.0, "t"))], result.spans, prompt))

    assert not left(*first)
    assert not left(first[0], first[0] + 3)
    assert not left(first[0], second[1])  # Both, and the comma between them.
    assert left(second[0], len(sent))
    assert left(sent.index("diabetes"), len(sent), "HEALTH")
    assert left(0, len(sent), "HEALTH")


def test_a_name_repeated_thousands_of_times_in_one_word_costs_little() -> None:
    text = "Maria Gonzalez " + "Gonzalez" * 2_300
    start = time.process_time()
    with contextlib.suppress(CannotRewrite):
        rewrite(chat(text), read_prompt(chat(text)), mark(text, ("PERSON", "Maria Gonzalez")), every("pseudonym"), KEY)
    assert time.process_time() - start < 20


def test_a_list_of_thousands_of_names_is_refused_rather_than_worked_on() -> None:
    names = [
        f"Anna Maier{'abcdefghij'[index % 10]}{'klmnopqrst'[index // 10 % 10]}{'uvwxyz'[index // 100]}"
        for index in range(500)
    ]
    text = ", ".join(names)
    with pytest.raises(CannotRewrite, match="more than 400 values"):
        rewrite(
            chat(text), read_prompt(chat(text)), mark(text, *(("PERSON", name) for name in names)), every("hash"), KEY
        )


def test_values_never_show_in_what_is_printed() -> None:
    result = rewritten(chat(TEXT), mark(TEXT, *VALUES))
    for shown in (repr(result), repr(result.replaced), str(result.counts)):
        assert "Maria" not in shown
        assert result.replaced[0].surrogate not in shown


WORDS = st.sampled_from(
    [
        "Maria",
        "Gonzalez",
        "maria",
        "MARIA",
        "张伟",
        "李小明",
        "先生",
        "的",
        "电话",
        "call",
        "to",
        "at",
        "Ana",
        "Banana",
        "13812345678",
        "4111 1111 1111 1111",
        "a@b.co",
        "x",
        "1",
        "Müller",
        "Иван",
        "<PERSON_1>",
        "\n",
        ", ",
        ". ",
        " ",
        '"',
        "\\n",
        "{}",
        "’s",
        "é",
    ]
)
TEXTS = st.lists(st.one_of(WORDS, WORDS, st.just(" "), st.text(max_size=3)), max_size=14).map("".join)
ENTITIES = st.sampled_from(
    ["PERSON", "EMAIL_ADDRESS", "PHONE_NUMBER", "CREDIT_CARD", "DATE_OF_BIRTH", "STREET_ADDRESS", "API_KEY"]
)


@st.composite
def bodies(draw: st.DrawFn) -> tuple[dict[str, Any], list[tuple[str, Finding]]]:
    """Any texts, and any spans in them, as if a detector had found them."""
    texts = draw(st.lists(TEXTS.filter(bool), min_size=1, max_size=3))
    found = []
    for index, text in enumerate(texts):
        for _ in range(draw(st.integers(0, 3))):
            start = draw(st.integers(0, len(text) - 1))
            end = draw(st.integers(start + 1, len(text)))
            found.append((f"messages[{index}].content", Finding(start, end, draw(ENTITIES), 1.0, "test")))
    return chat(*texts), found


@given(bodies(), st.sampled_from(["pseudonym", "placeholder", "hash"]), st.binary(min_size=32, max_size=32))
@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow], max_examples=300)
def test_for_any_text_and_any_findings_no_original_is_sent_and_an_echo_comes_back_whole(
    case: tuple[dict[str, Any], list[tuple[str, Finding]]], method: Any, key: bytes
) -> None:
    body, findings = case
    prompt = read_prompt(body)
    try:
        result = rewrite(body, prompt, findings, every(method), key)
    except CannotRewrite:
        return
    if result is None:
        return
    table = forms(result.replaced)
    sent = read_prompt(result.body)
    for before, after in zip(body["messages"], result.body["messages"], strict=True):
        assert restore(after["content"], table) == before["content"]
    if not left_over(sent, result.replaced):
        for pair in result.replaced:
            assert not any(pair.original in segment.text for segment in sent.segments if pair.original.strip())


def test_most_texts_can_be_rewritten() -> None:
    """Guards the property above against a rewriting that always gives up."""
    tried, done = 0, 0

    @given(bodies(), st.sampled_from(["pseudonym", "placeholder"]))
    @settings(
        deadline=None, suppress_health_check=[HealthCheck.too_slow], max_examples=200, derandomize=True, database=None
    )
    def count(case: tuple[dict[str, Any], list[tuple[str, Finding]]], method: Any) -> None:
        nonlocal tried, done
        body, findings = case
        if any(re.search(r"\w", body["messages"][0]["content"][f.start : f.end]) for p, f in findings if "[0]" in p):
            tried += 1
            try:
                result = rewrite(body, read_prompt(body), findings, every(method), KEY)
                done += result is not None and not left_over(read_prompt(result.body), result.replaced)
            except CannotRewrite:
                pass

    count()
    assert tried > 50
    assert done > 0.6 * tried


class TestDrawnAgain:
    """What would not do is drawn anew, and nothing else: a conversation keeps its other stand-ins."""

    LONG = "Write to Maria Gonzalez." + " And so on." * 20 + " Then call 555-0134, please, before the rest of it."

    def test_only_what_is_near_to_what_is_seen(self) -> None:
        found = mark(self.LONG, ("PERSON", "Maria Gonzalez"), ("PHONE_NUMBER", "555-0134"))
        body, path = chat(self.LONG), "messages[0].content"
        one = rewritten(body, found)
        number = one.spans[path][1]
        attempts = one.again([(path, number[0] - 20, number[0])])
        two = rewrite(body, read_prompt(body), found, every("pseudonym"), KEY, attempts=attempts)
        assert two is not None
        changed = {was.original for was, now in zip(one.replaced, two.replaced, strict=True) if was != now}
        assert changed == {"555-0134"}
        everything = rewrite(body, read_prompt(body), found, every("pseudonym"), KEY, attempts=two.again([]))
        assert everything is not None
        assert not {pair.surrogate for pair in everything.replaced} & {pair.surrogate for pair in two.replaced}

    def test_only_what_is_not_restored(self, monkeypatch: pytest.MonkeyPatch) -> None:
        found = mark(self.LONG, ("PERSON", "Maria Gonzalez"), ("PHONE_NUMBER", "555-0134"))
        one = rewritten(chat(self.LONG), found)
        (sent,) = (pair.surrogate for pair in one.replaced if pair.entity == "PHONE_NUMBER")
        monkeypatch.setattr(
            "gateway.declassify.rewrite.restore",
            lambda text, table: "".join(restore(piece, table) for piece in re.split(f"({sent[:4]})", text)),
        )
        two = rewritten(chat(self.LONG), found)
        assert two.attempts == {"555-0134": 1}
        changed = {was.original for was, now in zip(one.replaced, two.replaced, strict=True) if was != now}
        assert changed == {"555-0134"}
