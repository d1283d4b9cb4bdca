"""A mistake that sepal.yaml's engine options make is told there, and the policy's own stays the policy's."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from gateway.document import Mistake, read_document
from gateway.policy.load import PolicyError, load_text
from gateway.policy.overrides import Overrides
from tests.policy.test_load import GOOD

SERVER = "engine: openai, model: m, base_url: 'http://127.0.0.1:1/v1'"


def mistakes(settings: str, policy: str = GOOD) -> list[Mistake]:
    document = read_document("my/sepal.yaml", settings, start="port: 8080")
    with pytest.raises(PolicyError) as caught:
        load_text(policy, "p.yaml", overrides=Overrides(document.data["destinations"], document))
    return caught.value.mistakes


# The settings, where the mistake stands in them, and what is said.
THEIRS: list[tuple[str, int, int, str]] = [
    ("destinations:\n  locl: {model: x}\n", 2, 3, "unknown destination `locl`; did you mean `local`?"),
    ("port: 1\ndestinations:\n  swarm:\n    first_token_timeout: -1.5\n", 4, 26, "expected a number above"),
    ("destinations:\n  local: {api_key_env: sk-1}\n", 2, 24, "found something else; expected the name"),
    ("destinations:\n  swarm: {engine: openai}\n", 2, 10, "engine openai needs base_url"),
    ("destinations:\n  local: {engine: petals}\n", 2, 10, "could route down: "),
    ("destinations:\n  local: {base_url: 'https://a.example/v1'}\n", 2, 10, "base_url belongs to engine openai"),
]  # fmt: skip


@pytest.mark.parametrize(("settings", "line", "column", "words"), THEIRS)
def test_a_mistake_of_the_settings_has_its_line_and_column(settings: str, line: int, column: int, words: str) -> None:
    found = mistakes(settings)
    assert {item.file for item in found} == {"my/sepal.yaml"}
    assert any(words in item.message for item in found), found
    assert {(item.line, item.column) for item in found} == {(line, column)}
    assert all("sk-1" not in item.message for item in found)


def test_what_would_route_down_stands_at_the_option_and_says_whose_the_choice_is() -> None:
    policy = GOOD.replace("engine: llama.cpp", SERVER)
    (found,) = mistakes("destinations:\n  local:\n    base_url: https://elsewhere.example/v1\n", policy)
    assert (found.line, found.column) == (3, 5)
    assert "could route down: `local` is another machine" in found.message
    assert "the policy's to give" in found.message


def test_every_unknown_destination_is_named() -> None:
    assert [item.line for item in mistakes("destinations:\n  a: {model: x}\n  b: {model: x}\n")] == [2, 3]


OWN = [
    ("clearance: public", "clearance: publik", "unknown level `publik`"),
    ("engine: petals", "engine: petals, context_length: none", "found `none`"),
    ("PERSON: internal", "PERSON: intrenal", "unknown level `intrenal`"),
    (GOOD[GOOD.index("destinations:") : GOOD.index("entities:")], "destinations: 5\n", "found `5`; expected a mapping"),
    ("engine: petals", "engine: petals, trusted: true", "trusted belongs to engine openai"),
]


@pytest.mark.parametrize(("good", "bad", "words"), OWN)
def test_a_mistake_of_the_policy_stays_there(good: str, bad: str, words: str) -> None:
    (found,) = mistakes("destinations:\n  swarm: {first_token_timeout: 5.0}\n", GOOD.replace(good, bad))
    assert found.file == "p.yaml"
    assert words in found.message


def test_what_the_options_do_to_another_line_of_the_policy_is_said_there() -> None:
    policy = GOOD.replace("default: internal", "default: public").replace(
        "  swarm: {clearance: public, engine: petals}\n", ""
    )
    policy = (
        policy.replace("engine: llama.cpp", SERVER.replace("openai,", "openai, trusted: true,"))
        .replace("clearance: restricted", "clearance: internal")
        .replace("[swarm, local]", "[local]")
        .replace("raise_to: restricted", "raise_to: internal")
    )
    assert load_text(policy, "p.yaml").rules
    (found,) = mistakes("destinations:\n  local: {base_url: 'https://elsewhere.example/v1'}\n", policy)
    assert (found.file, "default" in policy.splitlines()[found.line - 1]) == ("p.yaml", True)
    assert "so it is with the options that my/sepal.yaml gives" in found.message


@pytest.mark.parametrize("options", [{"locl": {}}, {"local": {"base_url": "https://a.example/v1"}}])
def test_without_the_settings_file_the_destination_is_named(options: dict[str, Any]) -> None:
    with pytest.raises(PolicyError) as caught:
        load_text(GOOD, "p.yaml", overrides=options)
    assert str(caught.value).startswith(f"sepal.yaml:1:1: destinations.{next(iter(options))}: ")


def test_a_policy_that_needs_the_options_loads_with_them() -> None:
    policy = GOOD.replace("engine: llama.cpp", "engine: openai, model: m")
    given = yaml.safe_load("{local: {base_url: 'http://127.0.0.1:1/v1'}}")
    assert load_text(policy, "p.yaml", overrides=given).destinations["local"].spec.base_url
