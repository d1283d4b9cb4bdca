"""Embeddings as OpenAI's clients expect them, whatever way the engine wrote them down."""

from __future__ import annotations

import base64
import struct
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from openai.types import CreateEmbeddingResponse

from gateway.openai.embeddings import embedding_response, embedding_usage, shortened
from gateway.openai.errors import ApiError
from gateway.openai.stream import BrokenAnswer

NUMBERS = st.floats(width=32, allow_nan=False, allow_infinity=False)
VECTORS = st.integers(1, 12).flatmap(
    lambda length: st.lists(st.lists(NUMBERS, min_size=length, max_size=length), min_size=1, max_size=6)
)


def in_base64(vector: list[float]) -> str:
    return base64.b64encode(struct.pack(f"<{len(vector)}f", *vector)).decode()


def answer(vectors: list[Any], order: list[int] | None = None, **more: Any) -> dict[str, Any]:
    data = [{"object": "embedding", "index": index, "embedding": vector} for index, vector in enumerate(vectors)]
    return {"object": "list", "data": [data[index] for index in order] if order else data, "model": "e", **more}


def response(engine: dict[str, Any], inputs: int, **asked: Any) -> CreateEmbeddingResponse:
    return CreateEmbeddingResponse.model_validate(embedding_response(engine, inputs=inputs, model="m", **asked))


@given(VECTORS, st.randoms(), st.booleans())
def test_each_text_gets_its_own_numbers_in_the_order_of_the_texts(
    vectors: list[list[float]], random: Any, encoded: bool
) -> None:
    order = list(range(len(vectors)))
    random.shuffle(order)
    given_ = [in_base64(vector) for vector in vectors] if encoded else vectors

    got = response(answer(given_, order), len(vectors))

    assert [item.index for item in got.data] == list(range(len(vectors)))
    assert [item.embedding for item in got.data] == vectors
    assert (got.object, got.model, {item.object for item in got.data}) == ("list", "m", {"embedding"})


@given(VECTORS, st.booleans())
def test_base64_holds_the_same_numbers_as_little_endian_float32(vectors: list[list[float]], encoded: bool) -> None:
    given_ = [in_base64(vector) for vector in vectors] if encoded else vectors

    got = embedding_response(answer(given_), inputs=len(vectors), model="m", encoding_format="base64")

    assert [item["embedding"] for item in got["data"]] == [in_base64(vector) for vector in vectors]


@given(VECTORS, st.data())
def test_fewer_dimensions_are_the_first_ones_at_length_one(vectors: list[list[float]], data: Any) -> None:
    wanted = data.draw(st.integers(1, len(vectors[0])))

    got = np.array([item.embedding for item in response(answer(vectors), len(vectors), dimensions=wanted).data])

    first = np.array(vectors)[:, :wanted]
    assert got.shape == first.shape
    if wanted == len(vectors[0]):
        assert (got == first).all()
        return
    for vector, origin in zip(got, first, strict=True):
        length = np.linalg.norm(origin / (np.abs(origin).max() or 1))
        assert np.allclose(vector * length, origin / (np.abs(origin).max() or 1), atol=1e-6)
        assert np.linalg.norm(vector) == pytest.approx(1 if origin.any() else 0, abs=1e-6)


def test_more_dimensions_than_the_model_has_are_refused_with_their_number() -> None:
    with pytest.raises(ApiError, match="3 dimensions") as caught:
        embedding_response(answer([[1.0, 2.0, 3.0]]), inputs=1, model="m", dimensions=4)

    assert (caught.value.status, caught.value.param) == (400, "dimensions")


def test_a_zero_vector_stays_one_when_it_is_shortened() -> None:
    assert shortened(np.zeros((1, 4), np.float32), 2).tolist() == [[0.0, 0.0]]


def test_usage_is_counts_and_nothing_else() -> None:
    told = {"prompt_tokens": 7, "total_tokens": 7, "text": "secret", "completion_tokens": 0}

    assert embedding_usage({"usage": told}) == {"prompt_tokens": 7, "total_tokens": 7}
    assert embedding_usage({"usage": {"total_tokens": 7}}) == {"prompt_tokens": 7, "total_tokens": 7}
    for usage in (None, "7", {}, {"prompt_tokens": True}, {"prompt_tokens": "secret"}, {"prompt_tokens": -1}):
        assert embedding_usage({"usage": usage}) == {"prompt_tokens": 0, "total_tokens": 0}
    assert embedding_usage({}) == {"prompt_tokens": 0, "total_tokens": 0}


def test_an_engine_that_numbers_nothing_keeps_the_order_of_the_texts() -> None:
    got = response({"data": [{"embedding": [1.0]}, {"embedding": [2.0]}]}, 2)

    assert [item.embedding for item in got.data] == [[1.0], [2.0]]


@pytest.mark.parametrize(
    "engine",
    [
        {},
        {"data": None},
        {"data": []},
        {"data": ["secret", "secret"]},
        answer([[1.0]]),
        answer([[1.0], [2.0], [3.0]]),
        answer([[1.0], [2.0, 3.0]]),
        answer([[], []]),
        answer([[1.0], None]),
        answer([[1.0], ["secret"]]),
        answer([[1.0], [True]]),
        answer([[1.0], [[1.0]]]),
        answer([[1.0], [float("nan")]]),
        answer([[1.0], [1e300]]),
        answer([[1], [10**400]]),
        answer(["AACAPw==", "secret!"]),
        answer(["AACAPw==", "AAA="]),
        answer(["AACAPw==", in_base64([float("inf")])]),
        {"data": [{"index": 0, "embedding": [1.0]}, {"index": 0, "embedding": [2.0]}]},
        {"data": [{"index": 0, "embedding": [1.0]}, {"index": 2, "embedding": [2.0]}]},
        {"data": [{"index": "secret", "embedding": [1.0]}, {"index": 1, "embedding": [2.0]}]},
    ],
)
def test_an_answer_that_makes_no_sense_is_broken_and_not_repeated(engine: dict[str, Any]) -> None:
    with pytest.raises(BrokenAnswer) as caught:
        embedding_response(engine, inputs=2, model="m")

    assert caught.value.code == "malformed_answer"
    assert "secret" not in repr(caught.value)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["data", "index", "embedding"]), inner),
    max_leaves=12,
)


@given(st.dictionaries(st.sampled_from(["data", "usage", "model"]), JSON), st.integers(1, 3))
def test_whatever_an_engine_sends_is_an_answer_or_broken(engine: dict[str, Any], inputs: int) -> None:
    try:
        got = response(engine, inputs, dimensions=1)
    except BrokenAnswer:
        return
    assert len(got.data) == inputs
