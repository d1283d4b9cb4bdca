"""`GET /v1/models`: what may be asked for, and what each destination can."""

from __future__ import annotations

from pathlib import Path

import anthropic
import openai
import pytest
from openai.types import Model

from tests.conftest import Product
from tests.running_gateway import policy, running
from tests.strict_models import strict

OURS = frozenset({".sepal"})


def two(url: str) -> str:
    away = f'  away: {{clearance: public, engine: openai, base_url: "{url}/v1", model: m, abilities: [n]}}\nentities'
    text = (
        policy("mine", "public", url).replace("entities", away, 1).replace("prefer: [local]", "prefer: [away, local]")
    )
    return text.replace("model: m}", "model: m, embedding_model: e, context_length: 4096}", 1)


async def test_models_say_where_they_are_and_what_they_can(tmp_path: Path) -> None:
    async with running(tmp_path, two) as gateway:
        listed = (await gateway.client.get("/v1/models")).json()["data"]
        one = (await gateway.client.get("/v1/models/e")).json()

    for model in listed:
        strict(Model, model, allowed=OURS)
    facts = {model["id"]: model["sepal"] for model in listed}
    assert {name: fact["destinations"] for name, fact in facts.items()} == {
        "auto": ["away", "local"],
        "away": ["away"],
        "local": ["local"],
        "m": ["away", "local"],
        "e": ["local"],
    }
    assert facts["away"]["abilities"] == ["n"]
    assert {"n", "tools", "embeddings"} <= set(facts["local"]["abilities"])
    assert (
        facts["e"] == one["sepal"] == {"destinations": ["local"], "context_length": None, "abilities": ["embeddings"]}
    )
    assert (facts["local"]["context_length"], facts["away"]["context_length"]) == (4096, None)


async def test_anthropics_clients_get_their_own_form(tmp_path: Path) -> None:
    async with (
        running(tmp_path, two) as gateway,
        anthropic.AsyncAnthropic(base_url=gateway.url, api_key="x") as client,
    ):
        page = await client.models.list()
        one = await client.models.retrieve("local")

    assert [model.id for model in page.data] == ["auto", "away", "local", "m", "e"]
    assert one.display_name == "local"


async def test_a_model_that_something_stands_for_is_told_by_the_name_it_was_asked_for(tmp_path: Path) -> None:
    aliases = {"gpt-*": "local", "lost-*": "nowhere"}
    async with running(tmp_path, two, model_aliases=aliases) as gateway:
        asked = {
            name: await gateway.client.get(f"/v1/models/{name}") for name in ("gpt-4o", "local", "lost-1", "other")
        }

    assert strict(Model, asked["gpt-4o"].json(), allowed=OURS).id == "gpt-4o"
    assert asked["gpt-4o"].json()["sepal"] == asked["local"].json()["sepal"]
    assert [asked[name].status_code for name in ("lost-1", "other")] == [404, 404]


async def test_where_everything_has_an_alias_any_model_is_there(tmp_path: Path) -> None:
    async with running(tmp_path, two, model_aliases={"*": "auto"}) as gateway:
        answer = await gateway.client.get("/v1/models/anything")

    assert (answer.status_code, answer.json()["id"]) == (200, "anything")


def test_real_engines_tell_their_context_and_abilities(product: Product) -> None:
    facts = {model.id: model.model_extra["sepal"] for model in product.client.models.list() if model.model_extra}

    assert list(facts) == ["auto", "swarm", "local", "smollm2-135m-instruct", "multilingual-e5-small"]
    assert facts["local"]["context_length"] == facts["swarm"]["context_length"] == 8192
    assert "embeddings" in facts["local"]["abilities"]
    assert "embeddings" not in facts["swarm"]["abilities"]
    assert {"n", "logprobs", "response_format"} <= set(facts["swarm"]["abilities"])
    with pytest.raises(openai.NotFoundError):
        product.client.models.retrieve("gpt-unknown")
