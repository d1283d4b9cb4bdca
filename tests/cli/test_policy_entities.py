"""`sepal policy entities`: what may be named in a policy, and which line gives each type its level."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Sepal

POLICY = """\
version: 1
levels: [public, internal, restricted]
destinations: {local: {clearance: restricted, engine: llama.cpp}}
entities:
  default: internal
  contact: internal
  location: {level: restricted, min_score: 0.6}
  EMAIL_ADDRESS: public
recognizers:
  - {name: Mine, supported_entity: PROJECT, deny_list: [heron]}
route: {prefer: [local]}
"""


@pytest.fixture
def policy(tmp_path: Path) -> str:
    (tmp_path / "p.yaml").write_text(POLICY)
    return "p.yaml"


def test_each_type_has_a_level_and_a_reason(process: Sepal, policy: str) -> None:
    report = json.loads(process("policy", "entities", policy, "--json").stdout)
    types = {item["entity"]: (item["level"], item["min_score"], item["why"]) for item in report["types"]}

    assert types["EMAIL_ADDRESS"] == ("public", 0, "its own line, p.yaml:8")
    assert types["PHONE_NUMBER"] == ("internal", 0, "group contact, p.yaml:6")
    assert types["ZIP_CODE"] == ("restricted", 0, "group location, p.yaml:7")
    assert types["PERSON"] == ("internal", 0, "default, p.yaml:5")
    assert types["PROJECT"] == ("internal", 0, "default, p.yaml:5")
    assert types["ENCODED_CONTENT"] == ("restricted", 0, "it could not be read, so the highest")
    assert {group["group"] for group in report["groups"]} >= {"contact", "health", "credentials"}


def test_a_group_or_a_type_can_be_seen_alone(command: Sepal, policy: str) -> None:
    group = command("policy", "entities", "contact", "--policy", policy).stdout
    one = command("policy", "entities", "ZIP_CODE", "--policy", policy).stdout

    assert "contact  how somebody is reached" in group
    assert "group location, p.yaml:7" in group
    assert "PERSON" not in group
    assert [line.split()[0] for line in one.splitlines() if "p.yaml" in line] == ["ZIP_CODE"]
    assert "location  where somebody" in one


@pytest.mark.parametrize(("name", "words"), [
    ("PERSN", "no group, type or policy is called `PERSN`; did you mean `PERSON`?"),
    ("persn", "no group, type or policy is called `persn`; did you mean `PERSON`?"),
    ("contct", "no group, type or policy is called `contct`; did you mean `contact`?"),
    ("projct", "did you mean `PROJECT`?"),
    ("hippa", "did you mean `hipaa`?"),
    ("联系", "no group, type or policy is called `联系`; expected one of"),
])  # fmt: skip
@pytest.mark.parametrize("named", [True, False])
def test_a_wrong_name_is_answered_with_the_right_one(
    command: Sepal, tmp_path: Path, policy: str, name: str, words: str, named: bool
) -> None:
    (tmp_path / "sepal.yaml").write_text(f"policy: {policy}\n")

    run = command("policy", "entities", name, *(("--policy", policy) if named else ()))

    assert run.returncode == 2
    assert words in run.stderr


@pytest.mark.parametrize(
    ("name", "line"), [("zip_code", "ZIP_CODE"), ("Project", "PROJECT"), ("CONTACT", "contact  how")]
)
def test_case_does_not_matter(command: Sepal, policy: str, name: str, line: str) -> None:
    run = command("policy", "entities", name, "--policy", policy)

    assert run.returncode == 0, run.stderr
    assert any(row.startswith(line) for row in run.stdout.splitlines())


def test_a_file_that_is_not_there_is_said_to_be_missing(command: Sepal) -> None:
    assert "there is no policy file nowhere.yaml" in command("policy", "entities", "nowhere.yaml").stderr
