"""What the pages in docs/ show works."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

from gateway.detection.engine import build_detector
from gateway.detection.labelled import Row, read_rows
from gateway.detection.plugins import described, prepared
from gateway.policy.load import load_text
from tests.conftest import ROOT

DOCS = ROOT / "docs"
HEAD = """\
version: 1
levels: [public, internal, restricted]
destinations: {local: {clearance: restricted, engine: llama.cpp}}
route: {prefer: [local]}
"""


def blocks(page: str, language: str) -> list[str]:
    fenced = re.findall(r"^```([a-z]*)\n(.*?)^```$", (DOCS / page).read_text("utf-8"), re.MULTILINE | re.DOTALL)
    return [body for kind, body in fenced if kind == language]


@pytest.mark.parametrize("page", sorted(path.name for path in DOCS.glob("*.md")))
def test_every_file_that_is_linked_exists(page: str) -> None:
    for link in re.findall(r"\]\((?!https?:)([^)#]+)\)", (DOCS / page).read_text("utf-8")):
        assert (DOCS / link).exists(), link


def test_the_recognizers_in_yaml_and_in_python_find_what_they_say(state_dir: Path) -> None:
    (yaml,), (python,), (toml,) = (blocks("plug-ins.md", language) for language in ("yaml", "python", "toml"))
    policy = load_text(HEAD + yaml.replace("entities:\n", "entities:\n  default: internal\n"))
    names: dict[str, Any] = {}
    exec(python, names)  # noqa: S102 - our own page
    tomllib.loads(toml)
    staff = prepared(names["StaffRecognizer"](), "entry point")
    detector = build_detector(extra=[*described(policy.recognizers, "policy"), staff])

    def found(text: str) -> set[tuple[str, str]]:
        return {(item.entity, item.recognizer) for item in detector.detect([text])[0]}

    assert ("STAFF_NUMBER", "Staff number") in found("工号 481516")
    assert ("PROJECT", "Projects") in found("青鹭的进展")
    assert {"Staff number", "StaffRecognizer"} & {name for _, name in found("ask ZX-4711")}
    assert policy.entity("PROJECT").level == policy.levels.highest


def test_the_labelled_rows_are_rows() -> None:
    (lines,) = blocks("evaluation.md", "json")

    assert all(isinstance(row, Row) for row in read_rows(lines.encode().splitlines()))
    assert all(json.loads(line) for line in lines.splitlines())
