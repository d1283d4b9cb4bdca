"""Where several things may stand, one sentence names them all; what is wrong inside one of them is told there."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from gateway.document import Mistake
from gateway.policy.load import PolicyError, load_text
from tests.policy.test_load import GOOD


def mistakes(changes: dict[str, Any]) -> list[Mistake]:
    document = yaml.safe_load(GOOD)
    for path, value in changes.items():
        *above, last = path.split("/")
        there = document
        for step in above:
            there = there[int(step) if step.isdigit() else step]
        there[int(last) if last.isdigit() else last] = value
    with pytest.raises(PolicyError) as caught:
        load_text(yaml.safe_dump(document, sort_keys=False, allow_unicode=True), "p.yaml")
    return caught.value.mistakes


NAME = "a name of small letters (a-z), digits, - and _ that begins with a letter"
OF_SEVERAL = [
    ({"extends": {"a": "b"}}, "found a mapping; expected a word, or a list"),
    ({"extends": 7}, "found `7`; expected a word, or a list; put a word in quotes"),
    ({"rules/0/tag": 5}, "found `5`; expected a word, or a list; put a word in quotes"),
    ({"rules/0/tag": "Not A Word"}, f"found `Not A Word`; expected {NAME}, or a list"),
    ({"rules/0/tag": ["ok", {}]}, "found a mapping; expected a word"),
    ({"rules/0/when/matches": {"a": 1}}, "found a mapping; expected a word, or a list"),
    ({"rules/0/when/matches": ["a", 7]}, "found `7`; expected a word; put it in quotes"),
    ({"rules/0/when/markers": ["eyes only", []]}, "found an empty list; expected a word"),
    ({"destinations/swarm/initial_peers": "atuo"}, "found `atuo`; expected `auto`, or a list"),
    ({"destinations/swarm/initial_peers": {}}, "found a mapping; expected `auto`, or a list"),
    ({"entities/PERSON": ["internal"]}, "found a list; expected a word, or a mapping"),
    ({"rules/0/when/any": [["PERSON"]]}, "found a list; expected a word, or a mapping"),
    ({"rules/0/deny": True}, "found `true`; expected a word"),
]


@pytest.mark.parametrize(("changes", "words"), OF_SEVERAL, ids=[words for _, words in OF_SEVERAL])
def test_one_value_is_one_mistake_that_says_what_may_stand_there(changes: dict[str, Any], words: str) -> None:
    (mistake,) = mistakes(changes)
    assert mistake.message == words


@pytest.mark.parametrize("language", [{"lang": "zh"}, {"language": "zh", "contxt": []}])
def test_inside_an_alternative_only_what_is_wrong_there_is_told(language: dict[str, Any]) -> None:
    own = {"name": "Mine", "supported_entity": "MINE", "deny_list": ["x"], "supported_languages": [language]}
    messages = [mistake.message for mistake in mistakes({"recognizers": [own]})]
    assert any("unknown key" in message for message in messages)
    assert not any(message.startswith("found a mapping") for message in messages)


def test_a_type_of_ones_own_is_named_as_types_are() -> None:
    (mistake,) = mistakes({"recognizers": [{"name": "工号", "supported_entity": "工号", "deny_list": ["x"]}]})
    assert "expected a name of capital letters (A-Z), digits and _" in mistake.message


def test_a_test_may_expect_a_destination_or_none() -> None:
    test = {"name": "t", "prompt": "x", "expect": {"destination": "No Where"}}
    (mistake,) = mistakes({"tests": [test]})
    assert mistake.message == f"found `No Where`; expected {NAME}, or `none`"


@pytest.mark.parametrize("keys", [
    {"me": {"sha256": "sk-live-0123456789"}}, {"me": {"sha256": "a" * 64, "groups": "sk-live-0123456789"}},
    {"sk-live-0123456789 ": {"sha256": "a" * 64}}, {"me": {"sha256": "a" * 64, "sk-live-0123456789": 1}},
    {"me": "sk-live-0123456789"},
])  # fmt: skip
def test_a_key_in_a_wrong_place_is_not_repeated(keys: dict[str, Any]) -> None:
    for mistake in mistakes({"keys": keys}):
        assert "sk-live" not in str(mistake)


@pytest.mark.parametrize(("changes", "words"), [
    ({"route/prefer": "swarm"}, "found `swarm`; expected a list, such as [swarm]"),
    ({"rules/0/when/any": "PERSON"}, "found `PERSON`; expected a list, such as [PERSON]"),
    ({"rules/0/declassify": "hash"}, "found `hash`; expected a mapping, such as {method: pseudonym, to: LEVEL}"),
    ({"route": ["swarm"]}, "found a list; expected a mapping, such as {prefer: [DESTINATION]}"),
    ({"rules/0/when/roles": ["user"]}, "unknown key `roles`; did you mean `where`?"),
    ({"rules/0/when/regex": "a"}, "unknown key `regex`; did you mean `matches`?"),
    ({"rules/0": {"name": "d", "deny": "\u3000"}}, "this says nothing; write a sentence for the caller"),
    ({"levels": ["公开", "内部"]}, f"found `公开`; expected {NAME}"),
])  # fmt: skip
def test_what_is_nearly_right_is_shown_as_it_should_be(changes: dict[str, Any], words: str) -> None:
    assert words in [mistake.message for mistake in mistakes(changes)]


@pytest.mark.parametrize(("changes", "words"), [
    ({"rules/0/when/topics": ["health", "medical"]}, "unknown topic `medical`; expected one of: "),
    ({"rules/0/when/languages": ["zh", "中文"]}, "unknown language `中文`; expected one of: "),
    ({"rules/0/when： {markers": "a"}, "the `：` is none of YAML's signs; write `:`"),
    ({"entities": {"default": "internal", "PERSON：internal": None}}, "the `：` is none of YAML's signs; write `:`"),
])  # fmt: skip
def test_what_is_wrong_is_named_alone(changes: dict[str, Any], words: str) -> None:
    (mistake,) = mistakes(changes)
    assert words in mistake.message
    assert mistake.line > 2
