"""`sepal policy show`: one policy that says the same as the files it is made of, and where each value is from."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from gateway.cli.policy_lines import lines
from gateway.document import read_document
from gateway.paths import ready_made
from gateway.policy.load import load_policy, load_text
from gateway.policy.policy import Policy
from tests.cli.conftest import Sepal

BASE = """\
version: 1
levels: [public, internal, restricted]
destinations:
  local: {clearance: restricted, engine: llama.cpp}
  swarm: {clearance: public, engine: petals}
entities: {default: internal, PERSON: internal, EMAIL_ADDRESS: restricted}
rules:
  - {name: code, when: {words_file: words.txt, not: {keys: [me]}}, raise_to: restricted}
route: {prefer: [swarm, local]}
"""
MINE = """\
version: 1
name: mine
extends: team/base.yaml
destinations:
  swarm: {first_token_timeout: 5}
entities:
  PERSON: null
  contact: {level: internal, min_score: 0.5}
rules:
  - name: say
    when: {matches: '\\bPRJ-\\d{4}\\b: # no comment'}
    deny: "Not here: “ask” the # team, 同事。"
tests:
  - name: two lines
    prompt: |
      one
      two
    expect: {label: public}
"""


@pytest.fixture
def mine(tmp_path: Path) -> Path:
    (tmp_path / "team").mkdir()
    (tmp_path / "team" / "base.yaml").write_text(BASE)
    (tmp_path / "team" / "words.txt").write_text("heron\n")
    (tmp_path / "mine.yaml").write_text(MINE)
    return tmp_path / "mine.yaml"


def meaning(policy: Policy) -> dict[str, Any]:
    """What can be compared of two policies."""
    rules = [(rule.name, rule.raise_to, rule.deny, rule.require, rule.declassify) for rule in policy.rules]
    return {
        "levels": policy.levels, "destinations": dict(policy.destinations), "entities": dict(policy.entities),
        "default": policy.default, "rules": rules, "prefer": policy.prefer, "tests": policy.tests,
        "recognizers": policy.recognizers, "needs": policy.needs, "warnings": len(policy.warnings),
    }  # fmt: skip


@pytest.mark.parametrize("options", [(), ("--all",), ("--origin",), ("--origin", "--all")])
def test_what_is_shown_is_a_policy_that_means_the_same(command: Sepal, mine: Path, options: tuple[str, ...]) -> None:
    run = command("policy", "show", mine, *options)
    elsewhere = mine.parent / "team" / "deeper" / "shown.yaml"
    elsewhere.parent.mkdir()
    elsewhere.write_text(run.stdout)

    assert run.returncode == 0, run.stderr
    assert "extends" not in run.stdout
    assert meaning(load_policy(elsewhere)) == meaning(load_policy(mine))


@pytest.mark.parametrize("name", sorted(ready_made()))
def test_ready_made_policies_are_shown_whole(command: Sepal, name: str) -> None:
    shown = command("policy", "show", name, "--all").stdout

    assert meaning(load_text(shown)) == meaning(load_policy(ready_made()[name]))


def test_each_line_says_where_its_value_is_from(command: Sepal, mine: Path) -> None:
    shown = command("policy", "show", mine, "--origin", "--all").stdout.splitlines()
    origins = {line.rpartition("  # ")[0].strip(): line.rpartition("  # ")[2] for line in shown}
    base = str(mine.parent / "team" / "base.yaml")

    assert origins["name: mine"] == "mine.yaml:2"
    assert origins["first_token_timeout: 5"] == "mine.yaml:5"
    assert origins["EMAIL_ADDRESS: restricted"] == f"{base}:6"
    assert origins["contact:"] == "mine.yaml:8"
    assert origins["- name: code"] == f"{base}:8"
    assert origins["- name: say"] == "mine.yaml:10"
    assert origins["prefer: [swarm, local]"] == f"{base}:9"
    assert origins["on_unavailable: next"] == "default"
    assert "PERSON: internal" not in origins
    short = [line for line in shown if len(line.rpartition("  # ")[0].rstrip()) < 60]
    assert len({line.rindex("  # ") for line in short if line.isascii()}) == 1


def test_engine_options_of_the_settings_are_in_it_and_say_so(command: Sepal, mine: Path) -> None:
    (mine.parent / "sepal.yaml").write_text("destinations: {local: {context_length: 512}}\n")

    shown = command("policy", "show", mine, "--origin").stdout

    assert [line.split() for line in shown.splitlines() if "context_length" in line] == [
        ["context_length:", "512", "#", "sepal.yaml"]
    ]


def test_machines_get_values_and_origins(process: Sepal, mine: Path) -> None:
    report = json.loads(process("policy", "show", mine, "--json").stdout)

    assert report["policy"]["entities"]["contact"] == {"level": "internal", "min_score": 0.5}
    assert report["origins"]["entities.contact.level"] == f"{mine}:8"
    assert report["origins"]["rules[1].name"] == f"{mine}:10"


def test_a_list_too_long_for_a_line_says_where_each_entry_is_from(command: Sepal, mine: Path) -> None:
    words = "".join(f"      - word number {number} of a long list\n" for number in range(9))
    mine.write_text(MINE.replace("    deny:", f"    deny: x\n  - name: long\n    when:\n     words:\n{words}    deny:"))

    shown = command("policy", "show", mine, "--origin").stdout.splitlines()

    origins = {line.split("#")[0].strip(): line.split("# ")[1] for line in shown if "of a long list" in line}
    assert origins["- word number 0 of a long list"] == "mine.yaml:16"
    assert origins["- word number 8 of a long list"] == "mine.yaml:24"


TEXTS = some.text(
    some.characters(exclude_categories=("Cs", "Cc", "Cn", "Co")) | some.sampled_from("\n\x85\u2028 #:'\"-")
)
VALUES = some.recursive(
    TEXTS | some.integers(-(10**9), 10**9) | some.booleans() | some.none() | some.floats(allow_nan=False, width=16),
    lambda inner: (
        some.lists(inner, max_size=3) | some.dictionaries(TEXTS.filter(lambda key: len(key) < 60), inner, max_size=3)
    ),
    max_leaves=8,
)


@given(some.dictionaries(TEXTS.filter(lambda key: len(key) < 60), VALUES, min_size=1, max_size=3))
def test_whatever_a_policy_holds_is_read_as_it_was(data: dict[str, Any]) -> None:
    text = "\n".join(line.text for line in lines(data)) + "\n"

    assert read_document("p.yaml", text, start="").data == data
    assert len(text.splitlines()) == len(list(lines(data)))
