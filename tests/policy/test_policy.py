"""What a checked policy says of itself."""

from gateway.policy.load import load_text

FILE = """\
version: 1
levels: [public, restricted]
destinations:
  local: {clearance: restricted, engine: llama.cpp}
entities:
  default: public
  API_KEY: restricted
  PERSON: {level: restricted, min_score: 0.5}
route: {prefer: [local]}
"""
FOUND = ("API_KEY", "PERSON", "URL")


def test_nothing_is_enough_unless_the_policy_stops_at_the_highest_level() -> None:
    assert load_text(FILE, "p.yaml").enough(FOUND) == frozenset()


def test_types_of_the_highest_level_are_enough_where_no_score_is_asked_for() -> None:
    assert load_text(FILE + "stop_at_highest: true\n", "p.yaml").enough(FOUND) == {"API_KEY"}


def test_a_rule_that_denies_may_need_everything_that_can_be_found() -> None:
    text = FILE + "stop_at_highest: true\nrules: [{name: refuse, when: {any: [PERSON]}, deny: 'No names.'}]\n"

    assert load_text(text, "p.yaml").enough(FOUND) == frozenset()


def test_what_is_encoded_too_deep_to_read_has_the_highest_level_whatever_the_default() -> None:
    policy = load_text(FILE, "p.yaml")

    assert policy.entity("ENCODED_CONTENT").level == policy.levels["restricted"]
    assert policy.entity("ANYTHING_ELSE").level == policy.levels["public"]
