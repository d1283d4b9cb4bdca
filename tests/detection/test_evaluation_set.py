"""The evaluation set is whole: every row has a prompt, an answer and a class; both answers and languages are there."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path
from typing import Any

import orjson
import pytest

FOLDER = Path(__file__).parent / "evaluation"

SENSITIVE = {
    "zero-width",
    "full-width",
    "homoglyph",
    "encoded",
    "spelled-out",
    "split",
    "tables",
    "code-credentials",
    "lower-case-names",
    "pinyin-names",
    "mixed-language",
    "other-languages",
    "indirect-health",
    "indirect-finance",
    "indirect-legal",
    "indirect-work",
    "disclosures",
    "minors",
    "whereabouts",
    "confidential-business",
    "identity",
    "real-prompts",
}
CLEAN = {
    "public-figures",
    "fiction",
    "documentation-and-code",
    "look-alike-numbers",
    "general-questions",
    "everyday-chat",
    "ordinary-prompts",
    "look-alike-names",
    "encoded-harmless",
    "generic-templates",
}

Rows = list[dict[str, Any]]


def read(name: str) -> Rows:
    return [orjson.loads(line) for line in (FOLDER / f"{name}.jsonl").read_bytes().splitlines()]


@pytest.fixture(scope="module")
def rows() -> Rows:
    return [row for name in sorted(SENSITIVE | CLEAN) for row in read(name)]


def test_there_is_one_file_a_class() -> None:
    assert {path.stem for path in FOLDER.glob("*.jsonl")} == SENSITIVE | CLEAN


@pytest.mark.parametrize("name", sorted(SENSITIVE | CLEAN))
def test_rows_are_well_formed(name: str) -> None:
    found = read(name)
    assert len(found) >= 12
    for number, row in enumerate(found, start=1):
        assert row["id"] == f"{name}-{number:02d}"
        assert row["class"] == name
        assert row["sensitive"] is (name in SENSITIVE)
        assert ("text" in row) != ("messages" in row)
        assert row.keys() <= {"id", "text", "messages", "tools", "sensitive", "class"}
        if "text" in row:
            assert row["text"].strip()
            continue
        assert row["messages"]
        for message in row["messages"]:
            assert message["role"] in {"system", "user", "assistant", "tool"}
            assert message["content"] or message["tool_calls"]


def test_ids_and_texts_are_unique(rows: Rows) -> None:
    for key in ("id", "text"):
        counts = Counter(row[key] for row in rows if key in row)
        assert [value for value, count in counts.items() if count > 1] == []


def test_both_answers_and_both_languages_are_there(rows: Rows) -> None:
    assert len(rows) >= 400
    for sensitive in (True, False):
        chosen = [row for row in rows if row["sensitive"] is sensitive]
        chinese = [row for row in chosen if re.search(r"[\u4e00-\u9fff]", orjson.dumps(row).decode())]
        assert len(chosen) >= 200
        assert len(chinese) >= 50
        assert len(chosen) - len(chinese) >= 100
