from __future__ import annotations

import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.swarm.call_format import HERMES, LLAMA_3, MISTRAL, CallFormat
from gateway.swarm.call_parser import CallArguments, CallBegun, CallParser, Part

A = '{"name": "f", "arguments": {"a": "}\\"{"}}'
A_CALL = ("f", '{"a": "}\\"{"}')
P = '{"name": "f", "parameters": {"a": 1}}'


def _pieces(form: CallFormat, pieces: list[str]) -> list[Part]:
    parser = CallParser(form, {"f", "g"})
    return [*(part for piece in pieces for part in parser.push(piece)), *parser.flush()]


def _read(form: CallFormat, pieces: list[str]) -> tuple[str, list[tuple[str, str]]]:
    parts = _pieces(form, pieces)
    calls = [(part.name, "") for part in parts if isinstance(part, CallBegun)]
    for part in parts:
        if isinstance(part, CallArguments):
            calls[part.index] = (calls[part.index][0], calls[part.index][1] + part.text)
    return "".join(part for part in parts if isinstance(part, str)), calls


@pytest.mark.parametrize(
    ("form", "text", "shown", "calls"),
    [
        (HERMES, "just text, a < b", "just text, a < b", []),
        (HERMES, f"<tool_call>\n{A}\n</tool_call>", "", [A_CALL]),
        (HERMES, f"See:\n<tool_call>{A}</tool_call>\n<tool_call>{A}</tool_call>\n", "See:\n", [A_CALL, A_CALL]),
        (HERMES, '<tool_call>{"arguments": {"a": 1}, "name": "g"}</tool_call>', "", [("g", '{"a": 1}')]),
        (HERMES, '<tool_call>{"name": "f", "arguments": "{\\"a\\": 1}"}</tool_call>', "", [("f", '{"a": 1}')]),
        (HERMES, '<tool_call>{"name": "f", "arguments": {"a": 1', "", [("f", '{"a": 1')]),
        (MISTRAL, f"[TOOL_CALLS] [{A}, {A}]", "", [A_CALL, A_CALL]),
        (MISTRAL, '[TOOL_CALLS][{"name": "g", "arguments": {}, "id": "123456789"}]', "", [("g", "{}")]),
        (MISTRAL, f"Well. [TOOL_CALLS] {A}", "Well. ", [A_CALL]),
        (LLAMA_3, P, "", [("f", '{"a": 1}')]),
        (LLAMA_3, f"<|python_tag|>{P}; {P}", "", [("f", '{"a": 1}')] * 2),
        (LLAMA_3, '\n{"type": "function", "name": "g", "parameters": {}}', "", [("g", "{}")]),
    ],
)
def test_calls_are_found_and_the_rest_is_text(
    form: CallFormat, text: str, shown: str, calls: list[tuple[str, str]]
) -> None:
    for size in (1, 2, 5, len(text)):
        assert _read(form, [text[start : start + size] for start in range(0, len(text), size)]) == (shown, calls)


@pytest.mark.parametrize(
    ("form", "text"),
    [
        (HERMES, "<tool_call>no object</tool_call>"),
        (HERMES, '<tool_call>{"name": "not offered", "arguments": {}}</tool_call>'),
        (HERMES, '<tool_call>{"name": "f", "argu'),
        (HERMES, "<tool_"),
        (MISTRAL, '[TOOL_CALLS] [{"name": "not offered", "arguments": {}}]'),
        (LLAMA_3, '{"name": "Bob", "age": 3}'),
        (LLAMA_3, f"Do not call {P}"),
        (LLAMA_3, "<|python_tag|>print(1)"),
        (LLAMA_3, "{"),
        (LLAMA_3, " "),
    ],
)
def test_what_is_no_call_stays_text(form: CallFormat, text: str) -> None:
    assert _read(form, list(text)) == (text, [])


@pytest.mark.parametrize("form", [HERMES, MISTRAL, LLAMA_3])
@given(
    words=st.lists(st.sampled_from(["<tool_call>", "</tool_call>", "[TOOL_CALLS]", A, P, *'{}[]",;\\ a']), max_size=8)
)
def test_how_the_text_is_cut_into_pieces_changes_nothing(form: CallFormat, words: list[str]) -> None:
    text = "".join(words)
    assert _read(form, list(text)) == _read(form, words) == _read(form, [text])


def test_a_call_begins_before_its_arguments_and_these_come_as_they_are_written() -> None:
    parser = CallParser(HERMES, {"f"})
    assert parser.push('<tool_call>{"name": "f", "arguments": ') == []
    begun, first = parser.push('{"a"')
    assert isinstance(begun, CallBegun)
    assert (begun.index, begun.name) == (0, "f")
    assert re.fullmatch(r"call_[0-9a-f]{24}", begun.id)
    assert first == CallArguments(0, '{"a"')
    assert parser.push(": 1}") == [CallArguments(0, ": 1}")]
    assert (parser.begun, parser.ended) == (1, 0)
    assert parser.push("}</tool_call>") == []
    assert (parser.begun, parser.ended) == (1, 1)


def test_each_call_has_an_id_of_its_own() -> None:
    parts = _pieces(MISTRAL, [f"[TOOL_CALLS] {json.dumps([json.loads(A)] * 20)}"])
    assert len({part.id for part in parts if isinstance(part, CallBegun)}) == 20
