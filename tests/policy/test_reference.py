"""The schema for editors and the reference page say what the models say, and take what loads."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
import yaml

from gateway.paths import ready_made
from gateway.policy.json_schema import json_schema
from gateway.policy.load import PolicyError, load_text
from gateway.policy.reference import START, reference
from gateway.policy.schema import PolicyFile
from tests.conftest import ROOT

SCHEMA = json_schema()
AGAIN = "run `sepal policy schema > docs/policy.schema.json`"
WORDS = {
    "$schema", "title", "description", "default", "examples", "definitions", "properties", "type", "$ref", "allOf",
    "anyOf", "oneOf", "enum", "const", "pattern", "required", "additionalProperties", "patternProperties",
    "propertyNames", "items", "minItems", "maxItems", "minProperties", "minLength", "maxLength", "minimum", "maximum",
    "exclusiveMinimum", "maxProperties", "not", "if", "then", "else",
}  # fmt: skip
TYPES: dict[str, Any] = {
    "object": dict, "array": list, "string": str, "boolean": bool, "integer": int, "number": (int, float),
    "null": type(None),
}  # fmt: skip


def takes(schema: Any, value: Any) -> bool:
    """Whether `schema` takes `value`, as JSON Schema's draft 7 says; a word that is not known here is an error."""
    if isinstance(schema, bool):
        return schema
    assert schema.keys() <= WORDS, schema.keys() - WORDS
    if "$ref" in schema:
        return takes(SCHEMA["definitions"][schema["$ref"].rpartition("/")[2]], value)
    return all(_combined(schema, value)) and all(_alone(schema, value)) and all(_inside(schema, value))


def _combined(schema: Any, value: Any) -> Iterator[bool]:
    yield all(takes(item, value) for item in schema.get("allOf", ()))
    for word in ("anyOf", "oneOf"):
        if word in schema:
            count = sum(takes(item, value) for item in schema[word])
            yield count == 1 if word == "oneOf" else count > 0
    yield "not" not in schema or not takes(schema["not"], value)
    if "if" in schema:
        yield takes(schema.get("then" if takes(schema["if"], value) else "else", True), value)


def _alone(schema: Any, value: Any) -> Iterator[bool]:
    if "type" in schema:
        kinds = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
        yield any(isinstance(value, TYPES[kind]) and isinstance(value, bool) <= (kind == "boolean") for kind in kinds)
    yield "enum" not in schema or value in schema["enum"]
    yield "const" not in schema or (value == schema["const"] and type(value) is type(schema["const"]))
    if isinstance(value, str):
        yield re.search(schema.get("pattern", ""), value) is not None
        yield schema.get("minLength", 0) <= len(value) <= schema.get("maxLength", 10**9)
    if isinstance(value, int | float) and not isinstance(value, bool):
        yield schema.get("minimum", value) <= value <= schema.get("maximum", value)
        yield "exclusiveMinimum" not in schema or value > schema["exclusiveMinimum"]


def _inside(schema: Any, value: Any) -> Iterator[bool]:
    if isinstance(value, list):
        yield schema.get("minItems", 0) <= len(value) <= schema.get("maxItems", 10**9)
        yield all(takes(schema.get("items", True), item) for item in value)
    if isinstance(value, dict):
        yield set(schema.get("required", ())) <= value.keys()
        yield schema.get("minProperties", 0) <= len(value) <= schema.get("maxProperties", 10**9)
        for key, item in value.items():
            yield takes(schema.get("propertyNames", True), key)
            patterns = [one for form, one in schema.get("patternProperties", {}).items() if re.search(form, key)]
            known = [*patterns, *([schema["properties"][key]] if key in schema.get("properties", {}) else [])]
            yield all(takes(one, item) for one in known or [schema.get("additionalProperties", True)])


def test_the_files_in_docs_are_what_is_made() -> None:
    assert json.loads((ROOT / "docs" / "policy.schema.json").read_text("utf-8")) == SCHEMA, AGAIN
    page = (ROOT / "docs" / "policy.md").read_text("utf-8")
    made = START + page.partition(START)[2]
    assert made == reference(), "put the output of `sepal policy schema --markdown` at the end of docs/policy.md"


@pytest.mark.parametrize("name", sorted(ready_made()))
def test_ready_made_policies_are_taken(name: str) -> None:
    assert takes(SCHEMA, yaml.safe_load(ready_made()[name].read_text("utf-8")))


GOOD = """\
version: 1
levels: [public, internal, restricted]
destinations:
  local: {clearance: restricted, engine: llama.cpp}
  swarm: {clearance: public, engine: petals, initial_peers: auto}
keys: {ann: {sha256: 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08, groups: [team]}}
entities: {default: internal, contact: {level: internal, min_score: 0.4}, MY_OWN_TYPE: restricted}
recognizers:
  - {name: Mine, supported_entity: MY_OWN_TYPE, deny_list: [heron], supported_languages: [en, {language: zh}]}
rules:
  - name: one
    when:
      any: [PERSON, health, {not: {languages: [zh], topics: [health]}}]
      headers: {x-team: 'a|b'}
      characters: {at_least: 5}
      markers: true
      matches: 'PRJ-\\d+'
    raise_to: restricted
    tag: [a, b]
  - {name: two, deny: Not here.}
route: {prefer: [swarm, local]}
tests: [{name: t, messages: [{role: user, content: x}], headers: {x-sepal-level: internal}, expect: {label: internal}}]
"""
# What stands in the good one, and what stands there instead: mistakes of form, which editors can mark.
MISTAKES = [
    ("version: 1\n", ""),
    ("version: 1", "version: 2"),
    ("levels: [public, internal, restricted]\n", ""),
    ("levels: [public, internal, restricted]", "levels: [public]"),
    ("clearance: restricted, ", ""),
    ("engine: petals", "engine: petal"),
    ("default: internal, ", ""),
    ("sha256: 9f86d081", "sha256: sk-86d081"),
    ("min_score: 0.4", "min_score: 1.4"),
    ("any: [PERSON", "anny: [PERSON"),
    ("any: [PERSON", "any: [per-son"),
    ("languages: [zh], ", "languages: [chinese], "),
    ("topics: [health]", "topics: [helth]"),
    ("x-team", "X-Team"),
    ("at_least: 5", "at_least: -5"),
    ("markers: true", "markers: false"),
    ("tag: [a, b]", "tag: [A]"),
    ("    raise_to: restricted\n    tag: [a, b]\n", ""),
    ("route: {prefer: [swarm, local]}\n", ""),
    ("route: {prefer: [swarm, local]}", "route: {on_unavailable: next}"),
    ("expect: {label: internal}", "expekt: {label: internal}"),
]


def test_the_good_one_is_taken_and_loads() -> None:
    assert takes(SCHEMA, yaml.safe_load(GOOD))
    load_text(GOOD)


@pytest.mark.parametrize(("right", "wrong"), MISTAKES)
def test_what_the_schema_marks_does_not_load_either(right: str, wrong: str) -> None:
    text = GOOD.replace(right, wrong)

    assert text != GOOD
    assert not takes(SCHEMA, yaml.safe_load(text))
    with pytest.raises(PolicyError):
        load_text(text)


def test_a_policy_that_extends_another_needs_no_more_than_a_version() -> None:
    parts = "version: 1\nextends: default\n"
    changes = """\
destinations: {swarm: null, local: {context_length: 512}}
keys: {ann: null, bob: {groups: [team]}}
entities: {PERSON: null}
route: {prefer: [local]}
"""

    assert takes(SCHEMA, yaml.safe_load(parts))
    assert takes(SCHEMA, yaml.safe_load(parts + changes))
    assert not takes(SCHEMA, yaml.safe_load(parts.replace("default", "[]")))
    assert not takes(SCHEMA, yaml.safe_load(parts + "rulez: []"))


@pytest.mark.parametrize("part", ["rules", "tests", "recognizers"])
def test_an_entry_that_only_switches_an_inherited_one_is_taken(part: str) -> None:
    text = f"version: 1\nextends: default\n{part}: [{{name: x, enabled: false}}]\n"

    assert takes(SCHEMA, yaml.safe_load(text))
    assert not takes(SCHEMA, yaml.safe_load(text.replace(", enabled: false", "")))
    assert not takes(SCHEMA, yaml.safe_load(text.replace("enabled: false", "enabled: false, supported_language: en")))


def test_every_field_is_described_completed_and_in_the_reference() -> None:
    page = reference()
    models = {"": SCHEMA, **SCHEMA["definitions"]}
    for model in models.values():
        for name, field in model.get("properties", {}).items():
            assert field["description"], name
            assert f"| `{name}` |" in page or name in SCHEMA["properties"]["entities"]["properties"]
            assert {"title", "null"}.isdisjoint(field)
    for name, field in PolicyFile.model_fields.items():
        assert f"| `{field.alias or name}` |" in page
    assert "not" in SCHEMA["definitions"]["When"]["properties"]
    completed = json.dumps(SCHEMA["definitions"]["When"]["properties"]["any"])
    assert '"CREDIT_CARD"' in completed
    assert '"contact"' in completed


def test_links_in_the_reference_lead_somewhere() -> None:
    page = reference()
    anchors = {
        re.sub(r"[^\w-]", "", title.lower().replace(" ", "-")) for title in re.findall(r"^#+ (.*)$", page, re.MULTILINE)
    }

    assert set(re.findall(r"\]\(#([^)]*)\)", page)) <= anchors
