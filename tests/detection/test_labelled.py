"""Labelled rows are read one by one; a mistake says what to write instead, and quotes nothing."""

from __future__ import annotations

import json
from typing import Any

import pytest

from gateway.detection.labelled import BadRow, Row, Span, Textless, read_rows

CANARY = "canary"


def one(line: str | bytes | dict[str, Any]) -> Row | BadRow | Textless:
    raw = line if isinstance(line, bytes) else (line if isinstance(line, str) else json.dumps(line)).encode()
    (row,) = read_rows([raw])
    return row


def test_a_text_becomes_a_request_with_one_message() -> None:
    row = one({"id": "a-1", "text": "hello", "sensitive": True, "class": "greeting", "spans": [[0, 5, "WORD"]]})

    assert isinstance(row, Row)
    assert row.body == {"messages": [{"role": "user", "content": "hello"}]}
    assert (row.name, row.sensitive, row.category, row.text) == ("a-1", True, "greeting", "hello")
    assert row.spans == (Span("messages[0].content", 0, 5, "WORD"),)


def test_messages_and_tools_stay_as_they_are() -> None:
    messages, tools = [{"role": "user", "content": "a"}, {"role": "user", "content": "b"}], [{"type": "function"}]
    spans = [{"path": "messages[1].content", "start": 0, "end": 1, "type": "X"}]
    row = one({"messages": messages, "tools": tools, "sensitive": False, "category": "c", "spans": spans})

    assert isinstance(row, Row)
    assert row.body == {"messages": messages, "tools": tools}
    assert (row.category, row.text, row.spans) == ("c", None, (Span("messages[1].content", 0, 1, "X"),))


def test_a_row_without_an_id_is_named_by_its_line_and_one_may_be_a_number() -> None:
    lines = [b"\n", b'{"text": "a", "sensitive": true}\n', b" \r\n", b'{"text": "b", "sensitive": true, "id": 7}']
    rows = list(read_rows(lines, "x.jsonl"))

    assert [(row.line, row.name, row.file) for row in rows if isinstance(row, Row)] == [
        (2, "2", "x.jsonl"),
        (4, "7", "x.jsonl"),
    ]


def test_a_byte_order_mark_and_line_separators_inside_a_text_do_no_harm() -> None:
    row = one(b"\xef\xbb\xbf" + json.dumps({"text": "a\u2028b", "sensitive": True}, ensure_ascii=False).encode())

    assert isinstance(row, Row)
    assert row.text == "a\u2028b"


def test_feedback_without_a_text_is_told_apart_from_a_mistake() -> None:
    assert one({"decision": "dec_1", "sensitive": True}) == Textless(1)
    assert isinstance(one({"decision": "dec_1", "sensitive": True, "text": "a"}), Row)


@pytest.mark.parametrize(("line", "words"), [
    ('{"text": "canary"', ["not valid JSON at column 18", '{"text": '],),
    (b'{"text": "\xff canary"}', ["not UTF-8"]),
    ('{"text": "\\ud800 canary", "sensitive": true}', ["half a character"]),
    ('["canary"]', ["the line is a list", "write an object"]),
    ({"text": CANARY}, ['"sensitive" is missing', "true or false"]),
    ({"text": CANARY, "sensitive": "canary"}, ['"sensitive" is a string', "true or false"]),
    ({"text": CANARY, "sensitive": 1}, ['"sensitive" is a number']),
    ({"sensitive": True}, ['neither "text" nor "messages"']),
    ({"text": None, "sensitive": True}, ['neither "text" nor "messages"']),
    ({"text": CANARY, "messages": [], "sensitive": True}, ['both "text" and "messages"']),
    ({"text": [CANARY], "sensitive": True}, ['"text" is a list', "write a string"]),
    ({"messages": CANARY, "sensitive": True}, ['"messages" is a string', "write a list"]),
    ({"text": CANARY, "sensitive": True, "tools": CANARY}, ['"tools" is a string']),
    ({"text": CANARY, "sensitive": True, "id": [CANARY]}, ['"id" is a list']),
    ({"text": CANARY, "sensitive": True, "id": True}, ['"id" is true or false']),
    ({"text": CANARY, "sensitive": True, "class": 3}, ['"class" is a number']),
    ({"text": CANARY, "sensitive": True, "category": {}}, ['"category" is an object']),
    ({"text": CANARY, "sensitive": True, "spans": CANARY}, ['"spans" is a string']),
    ({"text": CANARY, "sensitive": True, "spans": [[0, 1, "A"], CANARY]}, ['"spans"[1] is not a span']),
    ({"text": CANARY, "sensitive": True, "spans": [[3, 3, "A"]]}, ['"spans"[0]', "0 <= start < end"]),
    ({"text": CANARY, "sensitive": True, "spans": [[0.5, 3, "A"]]}, ['"spans"[0]']),
    ({"text": CANARY, "sensitive": True, "spans": [[0, 7, "A"]]}, ["ends after the text does"]),
    ({"messages": [], "sensitive": True, "spans": [[0, 7, "A"]]}, ['"spans"[0] has no "path"']),
])  # fmt: skip
def test_a_mistake_says_what_to_write_and_quotes_nothing(line: Any, words: list[str]) -> None:
    bad = one(line)

    assert isinstance(bad, BadRow)
    for word in words:
        assert word in bad.problem
    assert CANARY not in bad.problem


def test_a_mistake_costs_only_its_own_line() -> None:
    good = b'{"text": "a", "sensitive": true}'

    assert [type(row) for row in read_rows([good, b"{", good])] == [Row, BadRow, Row]
