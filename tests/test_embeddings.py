"""`POST /v1/embeddings`: decided and recorded as prompts are, computed where a destination has a model for it."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

import numpy as np
import openai
import pytest
from aiohttp import web
from openai.types import CreateEmbeddingResponse

from tests.backends.stub_engine import HELLO, says
from tests.conftest import Product
from tests.running_gateway import policy, running
from tests.strict_models import strict

VECTORS = [[0.6, 0.0, 0.8], [0.0, 1.0, 0.0]]
CANARY = "Zanzibarquartz"


def embeds(url: str) -> str:
    return policy("mine", "public", url).replace("model: m", "model: m, embedding_model: embedder")


async def engine(request: web.Request) -> web.StreamResponse:
    """Gives fixed vectors, in the wrong order."""
    if not request.path.endswith("/embeddings"):
        return await says(*HELLO)(request)
    given = (await request.json())["input"]
    count = 1 if isinstance(given, str) else len(given)
    data = [{"object": "embedding", "index": index, "embedding": VECTORS[index]} for index in range(count)]
    return web.json_response({"data": data[::-1], "usage": {"prompt_tokens": 4, "total_tokens": 4}, "model": "x"})


async def test_texts_are_embedded_in_their_order(tmp_path: Path) -> None:
    async with running(tmp_path, embeds, engine) as gateway:
        response = await gateway.client.post("/v1/embeddings", json={"model": "auto", "input": ["one", "two"]})
        [sent] = [json.loads(request.body) for request in gateway.stub.seen if request.method == "POST"]
        [decision], [outcome] = gateway.audit("decision"), gateway.audit("outcome")

    answer = strict(CreateEmbeddingResponse, response.json())
    assert np.allclose([item.embedding for item in answer.data], VECTORS)
    assert answer.model == "embedder"
    assert sent == {"model": "embedder", "input": ["one", "two"], "encoding_format": "base64"}
    assert decision["endpoint"] == "embeddings"
    assert (outcome["outcome"], outcome["usage"]["prompt_tokens"]) == ("completed", 4)
    assert response.headers["x-sepal-destination"] == "local"


async def test_base64_and_fewer_dimensions(tmp_path: Path) -> None:
    body = {"model": "embedder", "input": "one", "encoding_format": "base64", "dimensions": 2}
    async with running(tmp_path, embeds, engine) as gateway:
        response = await gateway.client.post("/v1/embeddings", json=body)
        more = await gateway.client.post("/v1/embeddings", json={**body, "dimensions": 4})

    raw = base64.b64decode(response.json()["data"][0]["embedding"])
    assert np.frombuffer(raw, "<f4").tolist() == [1.0, 0.0]
    assert (more.status_code, more.json()["error"]["param"]) == (400, "dimensions")


async def test_a_sensitive_text_goes_nowhere_without_clearance(tmp_path: Path) -> None:
    def text(url: str) -> str:
        return embeds(url).replace("clearance: secret", "clearance: public")

    async with running(tmp_path, text, engine) as gateway:
        refused = await gateway.client.post(
            "/v1/embeddings", json={"model": "auto", "input": ["fine", "card 4111 1111 1111 1111"]}
        )
        asked = [request for request in gateway.stub.seen if request.method == "POST"]

    assert refused.status_code == 403
    assert refused.json()["error"]["code"] == "no_cleared_destination"
    assert asked == []


@pytest.mark.parametrize(
    ("changes", "param"),
    [
        ({"input": []}, "input"),
        ({"input": [[1, 2], [3]]}, "input"),
        ({"input": [1, 2, 3]}, "input"),
        ({"input": {"a": CANARY}}, "input"),
        ({"input": ""}, "input"),
        ({"encoding_format": CANARY}, "encoding_format"),
        ({"dimensions": 0}, "dimensions"),
        ({"model": CANARY}, "model"),
    ],
)
def test_what_cannot_be_embedded_is_refused_by_name(product: Product, changes: dict[str, Any], param: str) -> None:
    client = product.client
    body = {"model": "auto", "input": "hello", **changes}
    with pytest.raises((openai.BadRequestError, openai.NotFoundError)) as refused:
        client.post("/embeddings", body=body, cast_to=object)

    assert refused.value.param == param
    assert CANARY not in str(refused.value)


async def test_without_a_model_for_it_the_error_says_what_to_write(tmp_path: Path) -> None:
    async with running(tmp_path, lambda url: policy("mine", "public", url)) as gateway:
        response = await gateway.client.post("/v1/embeddings", json={"model": "auto", "input": "hello"})

    assert response.status_code == 400
    assert "embedding_model" in response.json()["error"]["message"]


def cosine(one: list[float], other: list[float]) -> float:
    return float(np.dot(one, other) / np.linalg.norm(one) / np.linalg.norm(other))


@pytest.mark.parametrize(
    ("query", "near", "far"),
    [
        ("How do I bake bread?", "A recipe for a loaf with yeast", "The train leaves at noon"),
        ("怎样烤面包？", "用酵母做一个面包的食谱", "火车中午开"),
    ],
)
def test_the_real_model_says_what_belongs_together(product: Product, query: str, near: str, far: str) -> None:
    raw = product.client.embeddings.with_raw_response.create(model="auto", input=[query, near, far])
    answer = raw.parse()
    asked, close, distant = (item.embedding for item in answer.data)

    assert cosine(asked, close) > cosine(asked, distant)
    assert len(asked) == 384
    assert raw.headers["x-sepal-destination"] == "local"
    assert answer.usage.prompt_tokens > 0


def test_the_real_clients_default_format_is_the_same_vector(product: Product) -> None:
    client = product.client
    encoded = client.embeddings.create(model="multilingual-e5-small", input="hello")
    plain = client.embeddings.create(model="local", input="hello", encoding_format="float")

    assert encoded.data[0].embedding == pytest.approx(plain.data[0].embedding, abs=1e-6)
