"""What a destination says of its models."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from gateway.policy.destination import Destination

LLAMA: dict[str, Any] = {"clearance": "public", "engine": "llama.cpp"}
OPENAI: dict[str, Any] = {"clearance": "public", "engine": "openai", "model": "m", "base_url": "http://127.0.0.1:1/v1"}


@pytest.mark.parametrize(
    ("fields", "embeds_with"),
    [
        (LLAMA, "embedded"),
        (LLAMA | {"embedding_model": "none"}, None),
        (LLAMA | {"embedding_model": "bge.gguf"}, "bge.gguf"),
        (LLAMA | {"model": "chat.gguf"}, None),
        (LLAMA | {"model": "chat.gguf", "embedding_model": "embedded"}, "embedded"),
        (OPENAI, None),
        (OPENAI | {"embedding_model": "text-embedding-3-small"}, "text-embedding-3-small"),
        ({"clearance": "public", "engine": "petals"}, None),
        ({"clearance": "public", "engine": "transformers"}, None),
    ],
)
def test_it_embeds_with_what_is_named_and_llama_cpp_by_itself_beside_the_embedded_model(
    fields: dict[str, Any], embeds_with: str | None
) -> None:
    assert Destination(**fields).embeds_with == embeds_with


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        (LLAMA | {"embedding_model": "bge-m3"}, r"a \.gguf file, `embedded` or `none`"),
        (OPENAI | {"embedding_model": "embedded"}, "id of an embedding model on that server"),
        (OPENAI | {"embedding_model": "none"}, "id of an embedding model on that server"),
        ({"clearance": "public", "engine": "petals", "embedding_model": "embedded"}, "belongs to engines llama.cpp"),
        ({"clearance": "public", "engine": "transformers", "embedding_model": "x"}, "belongs to engines llama.cpp"),
    ],
)
def test_an_embedding_model_that_the_engine_can_not_have_is_refused_in_words(
    fields: dict[str, Any], message: str
) -> None:
    with pytest.raises(ValidationError, match=message):
        Destination(**fields)
