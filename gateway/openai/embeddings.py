"""An engine's embeddings, put into the shape that OpenAI's clients rely on.

Takes the parsed answer of any OpenAI-compatible engine, whether it wrote numbers or base64, and gives
what the caller asked for: order, format, dimensions, usage. Pure; knows nothing of HTTP or engines.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping, Sequence
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from gateway.openai.errors import ApiError, invalid
from gateway.openai.stream import BrokenAnswer

Encoding = Literal["float", "base64"]
Vectors = NDArray[np.float32]
_COUNTS = ("prompt_tokens", "total_tokens")
_LONGEST = 65_536
"""Dimensions; no model has as many."""


def embedding_response(
    answer: Mapping[str, Any],
    *,
    inputs: int,
    model: str,
    encoding_format: Encoding | None = None,
    dimensions: int | None = None,
) -> dict[str, Any]:
    """The body of an answer to ``POST /v1/embeddings``.

    Args:
        answer: what the engine gave.
        inputs: the number of texts that were sent.
        model: the model id to show.
        encoding_format: ``base64`` is little-endian float32 (what OpenAI's Python client asks for); else numbers.
        dimensions: the length that the caller wants, at most the model's own.

    Raises:
        ApiError: 400, the model's embeddings have fewer dimensions.
        BrokenAnswer: the answer makes no sense.
    """
    vectors = shortened(_vectors(answer, inputs), dimensions)
    written: Sequence[str | list[float]]
    written = [_base64(vector) for vector in vectors] if encoding_format == "base64" else vectors.tolist()
    return {
        "object": "list",
        "data": [{"object": "embedding", "index": index, "embedding": item} for index, item in enumerate(written)],
        "model": model,
        "usage": embedding_usage(answer),
    }


def shortened(vectors: Vectors, dimensions: int | None) -> Vectors:
    """The first `dimensions` of each vector at length 1, as OpenAI's text-embedding-3 does; all of them as they are.

    Raises:
        ApiError: 400, there are fewer.
    """
    has = vectors.shape[1]
    if dimensions is None or dimensions == has:
        return vectors
    if dimensions > has:
        raise too_many_dimensions(has)
    first = vectors[:, :dimensions].astype(np.float64)
    # By the largest first, so that squares neither vanish nor overflow.
    scaled = first / _or_one(np.abs(first).max(axis=1, keepdims=True))
    return (scaled / _or_one(np.linalg.norm(scaled, axis=1, keepdims=True))).astype(np.float32)


def too_many_dimensions(has: int) -> ApiError:
    """The error for a request of more dimensions than the model `has`."""
    return invalid(
        f"The model's embeddings have {has} dimensions; ask for at most as many, or leave 'dimensions' out.",
        "dimensions",
        "invalid_dimensions",
    )


def embedding_usage(answer: Mapping[str, Any]) -> dict[str, int]:
    """Token counts and nothing else; 0 where the engine gave none."""
    usage = answer.get("usage")
    given = {key: usage[key] for key in _COUNTS if _is_count(usage.get(key))} if isinstance(usage, Mapping) else {}
    prompt = given.get("prompt_tokens", given.get("total_tokens", 0))
    return {"prompt_tokens": prompt, "total_tokens": given.get("total_tokens", prompt)}


def _is_count(value: object) -> bool:
    return type(value) is int and 0 <= value < 2**53


def _or_one(values: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.where(values > 0, values, 1.0)


def _vectors(answer: Mapping[str, Any], inputs: int) -> Vectors:
    """One row a text, in the order of the texts."""
    data = answer.get("data")
    if not isinstance(data, list) or len(data) != inputs or not inputs:
        raise BrokenAnswer("malformed_answer")
    rows: dict[int, Vectors] = {}
    for position, item in enumerate(data):
        if not isinstance(item, dict):
            raise BrokenAnswer("malformed_answer")
        index = item.get("index", position)
        if type(index) is not int or not 0 <= index < inputs:
            raise BrokenAnswer("malformed_answer")
        rows[index] = _vector(item.get("embedding"))
    if len(rows) != inputs or len({len(row) for row in rows.values()}) != 1:
        raise BrokenAnswer("malformed_answer")
    return np.stack([rows[index] for index in range(inputs)])


def _vector(embedding: object) -> Vectors:
    try:
        if isinstance(embedding, str):
            vector = np.frombuffer(base64.b64decode(embedding, validate=True), "<f4").astype(np.float32)
        elif isinstance(embedding, list) and all(type(value) in (int, float) for value in embedding):
            with np.errstate(over="ignore"):
                vector = np.array(embedding, dtype=np.float64).astype(np.float32)
        else:
            raise BrokenAnswer("malformed_answer")
    except (ValueError, OverflowError, binascii.Error):
        raise BrokenAnswer("malformed_answer") from None
    if not 0 < len(vector) <= _LONGEST or not np.isfinite(vector).all():
        raise BrokenAnswer("malformed_answer")
    return vector


def _base64(vector: Vectors) -> str:
    return base64.b64encode(vector.astype("<f4").tobytes()).decode()
