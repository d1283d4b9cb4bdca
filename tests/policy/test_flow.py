"""What could route down does not load; what looks alike and could not, does."""

from typing import Any

import pytest
import yaml

from gateway.policy.load import PolicyError, load_text


def text(**changes: Any) -> str:
    destination = {"clearance": "secret", "engine": "llama.cpp", **changes.pop("destination", {})}
    document = {
        "version": 1,
        "levels": ["public", "inner", "secret"],
        "destinations": {"d": destination, "local": {"clearance": "secret", "engine": "llama.cpp"}},
        "entities": {"default": "inner"},
        "route": {"prefer": ["d", "local"]},
    }
    return yaml.safe_dump(document | changes, sort_keys=False)


def server(base_url: str, clearance: str, **more: Any) -> dict[str, Any]:
    return {"engine": "openai", "model": "m", "base_url": base_url, "clearance": clearance, **more}


DOWN = [
    ({"engine": "petals"}, "clearance"),
    ({"engine": "petals", "clearance": "inner"}, "clearance"),
    ({"engine": "petals", "clearance": "inner", "allowed_servers": []}, "clearance"),
    ({"engine": "petals", "clearance": "secret", "allowed_servers": ["QmPeer"]}, "clearance"),
    (server("https://llm.example/v1", "secret"), "clearance"),
    (server("https://llm.example/v1", "secret", trusted=False), "clearance"),
    (server("http://llm.example/v1", "inner"), "base_url"),
    (server("http://llm.example/v1", "secret", trusted=True), "base_url"),
    (server("http://192.168.0.9:8000/v1", "inner"), "base_url"),
    (server("http://0.0.0.0:8000/v1", "inner"), "base_url"),
    (server("http://127.0.0.1.evil.example/v1", "inner"), "base_url"),
    (server("http://localhost.evil.example/v1", "inner"), "base_url"),
    (server("http://127.1/v1", "inner"), "base_url"),
    (server("http://1２7.0.0.1/v1", "inner"), "base_url"),
    (server("http://[::ffff:10.0.0.1]/v1", "inner"), "base_url"),
]


@pytest.mark.parametrize(("destination", "field"), DOWN)
def test_a_destination_that_strangers_can_read_does_not_load_above_its_level(
    destination: dict[str, Any], field: str
) -> None:
    written = text(destination=destination)
    with pytest.raises(PolicyError) as caught:
        load_text(written)
    mistake = caught.value.mistakes[0]
    assert "could route down" in mistake.message
    assert written.splitlines()[mistake.line - 1].strip().startswith(f"{field}:")
    assert "write" in mistake.message


ALIKE = [
    {"engine": "petals", "clearance": "public"},
    {"engine": "petals", "clearance": "inner", "allowed_servers": ["QmPeer"]},
    server("http://127.0.0.1:11434/v1", "secret"),
    server("http://127.9.9.9/v1", "secret"),
    server("http://localhost:11434/v1", "secret"),
    server("http://[::1]:11434/v1", "secret"),
    server("https://llm.example/v1", "inner"),
    server("https://llm.example/v1", "secret", trusted=True),
    server("http://llm.example/v1", "public"),
    {"engine": "transformers"},
]


@pytest.mark.parametrize("destination", ALIKE)
def test_a_destination_that_is_safe_at_its_level_loads(destination: dict[str, Any]) -> None:
    policy = load_text(text(destination=destination))
    assert policy.destinations["d"].clearance.name == destination.get("clearance", "secret")


def test_unnamed_types_do_not_travel_when_anything_is_remote() -> None:
    remote = {"engine": "petals", "clearance": "public"}
    for default in ("public", {"level": "public", "min_score": 0.5}):
        with pytest.raises(PolicyError, match="could route down: a type that is not named"):
            load_text(text(destination=remote, entities={"default": default}))
    assert load_text(text(entities={"default": "public"}))


@pytest.mark.parametrize("action", ["lower_to", "allow", "route_to", "send_to", "set_level", "level", "destination"])
def test_a_rule_has_no_word_for_down(action: str) -> None:
    with pytest.raises(PolicyError, match=f"no action `{action}`.*nothing lowers a label"):
        load_text(text(rules=[{"name": "r", action: "public"}]))


def test_a_rule_that_raises_to_the_lowest_level_is_a_mistake() -> None:
    with pytest.raises(PolicyError, match="can't raise anything"):
        load_text(text(rules=[{"name": "r", "raise_to": "public"}]))


@pytest.mark.parametrize("condition", [{"only": ["PERSON"]}, {"none": ["PERSON"]}, {"not": {"topics": ["health"]}}])
@pytest.mark.parametrize("action", [{"raise_to": "secret"}, {"deny": "No."}, {"require": ["local"]}])
def test_a_rule_that_more_text_switches_off_loads_with_a_warning(
    action: dict[str, Any], condition: dict[str, Any]
) -> None:
    """`only: [PERSON]` with raise_to lets the name of a company in the text lower the label."""
    policy = load_text(text(rules=[{"name": "r", "when": condition, **action}]))
    (warning,) = policy.warnings
    assert f"can switch rule `r` off through `{next(iter(condition))}`" in warning


def test_a_minimum_score_for_every_unnamed_type_does_not_load() -> None:
    with pytest.raises(PolicyError, match="min_score"):
        load_text(
            "version: 1\nlevels: [public, high]\n"
            "destinations:\n  local: {clearance: high, engine: llama.cpp}\n"
            "entities:\n  default: {level: high, min_score: 0.9}\nroute: {prefer: [local]}\n"
        )
