"""Forms that answers are kept in, with the tokenizer of a real checkpoint and scores that mean nothing."""

from __future__ import annotations

import datetime
import json
import shutil
import subprocess
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal

import pytest
from pydantic import BaseModel, ConfigDict, Field, RootModel, ValidationError

from tests.swarm.asked import HERMES_TEMPLATE, LLAMA_3_TEMPLATE, MISTRAL_TEMPLATE

Said = dict[str, Any]
CANARY = "canary-19c4"
SEEDS = range(2)


class Person(BaseModel):
    model_config = ConfigDict(extra="forbid")
    name: str = Field(min_length=2)
    age: int = Field(ge=10, le=120)
    tags: list[Literal["a", "b"]] = Field(min_length=2, max_length=3)
    email: str | None


class Tree(BaseModel):
    model_config = ConfigDict(extra="forbid")
    value: float
    branches: list[Tree] = Field(max_length=2)


class Event(BaseModel):
    when: datetime.date
    id: uuid.UUID
    code: str = Field(pattern=r"^[A-Z]{3}-[0-9]{2}$")


Numbers = RootModel[list[int]]
Choice = RootModel[Literal["yes", "no"]]
MODELS: list[type[BaseModel]] = [Person, Tree, Event, Numbers, Choice]
TOOLS: list[dict[str, Any]] = [
    {"type": "function", "function": {"name": "person", "parameters": Person.model_json_schema()}},
    {"type": "function", "function": {"name": 'tell "天气"', "parameters": Tree.model_json_schema()}},
]
FORMATS = {"hermes": HERMES_TEMPLATE, "mistral": MISTRAL_TEMPLATE, "llama": LLAMA_3_TEMPLATE}
BEGINNINGS = {"hermes": "Well. <tool_call>", "mistral": "[TOOL_CALLS]", "llama": "{"}
NAMED = {"type": "function", "function": {"name": "person"}}


def _format(schema: Any) -> dict[str, Any]:
    return {"type": "json_schema", "json_schema": {"name": "x", "schema": schema, "strict": True}}


def _requests() -> dict[Any, tuple[Any, ...]]:
    asked: dict[Any, tuple[Any, ...]] = {}
    for seed in SEEDS:
        for model in MODELS:
            for most in (70, 100):
                fields = {
                    "response_format": _format(model.model_json_schema()),
                    "max_tokens": most,
                    "temperature": seed,
                }
                asked[model, most, seed] = ("plain", fields, seed)
        fields = {"response_format": {"type": "json_object"}, "max_tokens": 30}
        asked["object", seed] = ("plain", fields, seed)
        settings = {"logit_bias": {"17": -100, "74": 100}, "presence_penalty": 2, "frequency_penalty": 2}
        asked["settings", seed] = ("plain", fields | settings, seed)
        asked["short", seed] = (
            "plain",
            {"response_format": _format(Person.model_json_schema()), "max_tokens": 4},
            seed,
        )
        for name in FORMATS:
            tools = {"tools": TOOLS, "max_tokens": 120}
            asked[name, "required", seed] = (name, tools | {"tool_choice": "required"}, seed)
            asked[name, "named", seed] = (name, tools | {"tool_choice": NAMED}, seed)
            asked[name, "auto", seed] = (name, tools | {"max_tokens": 20}, seed)
            or_json = tools | {"response_format": _format(Choice.model_json_schema())}
            asked[name, "or JSON", seed] = (name, or_json, seed)
            strict = [{**tool, "function": {**tool["function"], "strict": True}} for tool in TOOLS]
            asked[name, "begun", seed] = (name, tools | {"tools": strict}, seed, BEGINNINGS[name])
    bad = {"type": CANARY, "properties": {CANARY: {"not": {}}}}
    asked["bad schema"] = ("plain", {"response_format": _format(bad)}, 0)
    asked["look-ahead"] = ("plain", {"response_format": _format({"type": "string", "pattern": f"(?={CANARY})"})}, 0)
    asked["outside"] = ("plain", {"response_format": _format({"$ref": "http://127.0.0.1:9/canary-19c4"})}, 0)
    tool = {"type": "function", "function": {"name": CANARY, "parameters": bad}}
    asked["bad tool"] = ("hermes", {"tools": [tool], "tool_choice": "required"}, 0)
    asked["bad strict tool"] = (
        "hermes", {"tools": [{**tool, "function": {**tool["function"], "strict": True}}]}, 0
    )  # fmt: skip
    asked["no tools"] = ("plain", {"tools": TOOLS}, 0)
    asked["token"] = ("plain", {"logit_bias": {"49152": 1}}, 0)
    return asked


@pytest.fixture(scope="module")
def said(petals_python: str, state_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[Any, Said]:
    place = tmp_path_factory.mktemp("checkpoints")
    directories = {name: str(_checkpoint(state_dir, place / name, name)) for name in ("plain", *FORMATS)}
    asked = _requests()
    rows = [(directories[name], fields | {"seed": seed}, seed, *rest) for name, fields, seed, *rest in asked.values()]
    given = json.dumps([(*row, "")[:4] for row in rows])
    command = [petals_python, str(Path(__file__).with_name("constrained.py"))]
    run = subprocess.run(
        command, input=given, capture_output=True, text=True, timeout=120, env={"OMP_NUM_THREADS": "1"}
    )
    assert run.returncode == 0, run.stderr[-2000:]
    assert CANARY not in run.stderr
    return dict(zip(asked, json.loads(run.stdout), strict=True))


def _checkpoint(state_dir: Path, place: Path, name: str) -> Path:
    """The embedded checkpoint without weights, with another template; Mistral's mark is a special token."""
    place.mkdir()
    for file in (state_dir / "models/smollm2-135m-instruct").glob("*.json"):
        shutil.copy(file, place)
    if name != "plain":
        config = json.loads((place / "tokenizer_config.json").read_text())
        (place / "tokenizer_config.json").write_text(json.dumps(config | {"chat_template": FORMATS[name]}))
    if name == "mistral":
        for file in (place / "tokenizer_config.json", place / "tokenizer.json"):
            file.write_text(file.read_text().replace("<file_sep>", "[TOOL_CALLS]"))
    return place


@pytest.mark.parametrize("model", MODELS)
def test_json_follows_its_schema_also_when_its_length_ends_it(said: dict[Any, Said], model: type[BaseModel]) -> None:
    for (asked, most, _), answer in ((key, one) for key, one in said.items() if len(key) == 3 and key[0] is model):
        assert asked.model_validate_json(answer["text"])
        assert answer["length"] <= most
        assert answer["reason"] in ("stop", "length")


def test_what_is_cut_says_so(said: dict[Any, Said]) -> None:
    assert {said["object", seed]["reason"] for seed in SEEDS} == {"length"}
    assert all(isinstance(json.loads(said["object", seed]["text"]), dict) for seed in SEEDS)


def test_a_form_holds_whatever_is_banned_or_wanted(said: dict[Any, Said]) -> None:
    assert all(isinstance(json.loads(said["settings", seed]["text"]), dict) for seed in SEEDS)


def test_too_few_tokens_for_any_answer_give_the_beginning_of_one(said: dict[Any, Said]) -> None:
    for seed in SEEDS:
        assert said["short", seed]["reason"] == "length"
        assert said["short", seed]["text"].startswith('{"name":')
        with pytest.raises(ValidationError):
            Person.model_validate_json(said["short", seed]["text"])


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("choice", ["required", "named", "begun"])
def test_calls_are_of_offered_tools_and_follow_their_schemas(said: dict[Any, Said], form: str, choice: str) -> None:
    parsers: dict[str, Callable[[str], BaseModel]] = {
        "person": Person.model_validate_json, 'tell "天气"': Tree.model_validate_json
    }  # fmt: skip
    for seed in SEEDS:
        answer = said[form, choice, seed]
        assert choice == "begun" or answer["text"] == "", "only where no call was forced, text may stand beside"
        assert answer["reason"] in ("tool_calls", "length")
        assert answer["calls"]
        assert all(parsers[name](arguments) for name, arguments in answer["calls"])
        if choice == "named":
            assert [name for name, _ in answer["calls"]] == ["person"]


def test_a_call_may_follow_text(said: dict[Any, Said]) -> None:
    assert all(said["hermes", "begun", seed]["text"].startswith("Well. ") for seed in SEEDS)


@pytest.mark.parametrize("form", FORMATS)
def test_an_answer_that_may_call_or_follow_a_form_does_one_of_them(said: dict[Any, Said], form: str) -> None:
    for seed in SEEDS:
        answer = said[form, "or JSON", seed]
        assert bool(answer["calls"]) != bool(answer["text"])
        assert answer["calls"] or Choice.model_validate_json(answer["text"])


@pytest.mark.parametrize("form", FORMATS)
def test_an_answer_that_need_not_call_is_free(said: dict[Any, Said], form: str) -> None:
    assert all((said[form, "auto", seed]["length"], said[form, "auto", seed]["calls"]) == (20, []) for seed in SEEDS)


@pytest.mark.parametrize(
    ("asked", "param"),
    [
        ("bad schema", "response_format"), ("look-ahead", "response_format"), ("outside", "response_format"),
        ("bad tool", "tools[0].function.parameters"), ("bad strict tool", "tools[0].function.parameters"),
        ("no tools", "tools"), ("token", "logit_bias"),
    ],
)  # fmt: skip
def test_what_cannot_be_done_is_refused_by_name_and_not_quoted(said: dict[Any, Said], asked: str, param: str) -> None:
    assert said[asked]["param"] == param
    assert CANARY not in said[asked]["error"]
