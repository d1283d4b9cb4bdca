"""llama.cpp with a model that sees images: what is asked of it, and what it may be sent."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from gateway.backends import abilities
from gateway.backends.engines.engine import Surroundings
from gateway.backends.engines.llama_cpp import LlamaCpp
from gateway.backends.engines.llama_cpp_server import parse_arguments, server_parameters
from gateway.openai import wire
from gateway.openai.read import validate
from gateway.paths import Paths
from gateway.policy.schema import Destination

SEES = {"clearance": "restricted", "engine": "llama.cpp", "model": "/models/sees.gguf", "mmproj": "/models/eye.gguf"}
PICTURE = {"type": "image_url", "image_url": {"url": "data:image/png;base64,AAAA"}}
AUDIO = {"type": "input_audio", "input_audio": {"data": "AAAA", "format": "wav"}}


def lacking(spec: Destination, *parts: dict[str, Any]) -> list[str]:
    body = {"model": "auto", "messages": [{"role": "user", "content": list(parts)}]}
    return abilities.lacking(spec, validate(body, wire.ChatRequest))


def test_the_server_loads_the_projector() -> None:
    options = parse_arguments(["--model", "m.gguf", "--alias", "m", "--mmproj", "eye.gguf"])

    assert server_parameters(options, "key").mmproj.path == "eye.gguf"


def test_without_a_projector_none_is_loaded() -> None:
    assert server_parameters(parse_arguments(["--model", "m.gguf", "--alias", "m"]), "key").mmproj.path == ""


async def test_a_projector_that_is_missing_is_said_to_be(tmp_path: Path) -> None:
    model = tmp_path / "sees.gguf"
    model.touch()
    spec = Destination.model_validate({**SEES, "model": str(model), "mmproj": str(tmp_path / "eye.gguf")})
    told: list[object] = []
    engine = LlamaCpp(
        "local", spec, "x", Surroundings(Paths(tmp_path)), lambda _, fields: told.append(fields.get("message"))
    )

    await engine.start(wait=60)
    await engine.stop()

    assert any("eye.gguf" in str(message) for message in told)


@pytest.mark.parametrize("wrong", [{"model": "embedded"}, {"engine": "transformers"}, {"mmproj": "eye.bin"}])
def test_a_projector_stands_where_it_can_be_used(wrong: dict[str, str]) -> None:
    with pytest.raises(ValidationError, match=r"mmproj"):
        Destination.model_validate(SEES | wrong)


def test_only_what_the_engine_says_it_sees_may_be_sent_there() -> None:
    spec = Destination.model_validate({**SEES, "model": "/models/told.gguf"})
    abilities.learn(spec, [])
    assert lacking(spec, PICTURE) == ["content"]

    abilities.learn(spec, ["content of images"])

    assert lacking(spec, PICTURE) == []
    assert lacking(spec, PICTURE, AUDIO) == ["content"]


@pytest.mark.parametrize("url", ["https://example.org/a.png", "file:///etc/passwd", "", None])
def test_an_engine_of_ours_is_never_asked_to_fetch_an_image(url: str | None) -> None:
    spec = Destination.model_validate({**SEES, "model": "/models/fetches.gguf"})
    abilities.learn(spec, ["content of images"])

    assert lacking(spec, {"type": "image_url", "image_url": {"url": url}}) == ["content"]
