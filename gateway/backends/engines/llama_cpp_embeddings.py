"""The second server of the llama.cpp child: an embedding model on a port of its own.

Takes the parameters that both servers share and adds what embeddings need; tells what the running
server can. Knows nothing of the chat model or of the channel.
"""

from __future__ import annotations

import http.client
import json
from typing import Any
from urllib.parse import urlsplit

SLOTS = 4
LONGEST_TEXT = 2048
"""Tokens. llama.cpp embeds a text in one physical batch, for which it keeps memory; longer ones are refused."""

PATIENCE = 60.0


class NoEmbeddings(RuntimeError):
    """The model can't be served for embeddings; the message is a sentence without its full stop."""


class EmbeddingServer:
    """Runs from when it is made until the process ends.

    Args:
        parameters: of a server for the embedding model, as yet without what embeddings need.
        api_key: what callers must show, these looks at itself included.

    Attributes:
        facts: for the event `ready`: `embeddings_url` ends before ``/embeddings``, `embedding_length` counts
            dimensions, `embedding_context_length` the tokens of one text.

    Raises:
        NoEmbeddings: llama.cpp could not load the model, or it makes no embeddings.
    """

    def __init__(self, parameters: Any, api_key: str) -> None:
        import xllamacpp

        model = parameters.model.path
        try:
            self._server = xllamacpp.Server(_for_embeddings(parameters))
            self.facts = _facts(self._server.listening_address, api_key)
        except (RuntimeError, OSError, http.client.HTTPException, LookupError, TypeError, ValueError):
            raise NoEmbeddings(f"llama.cpp could not load {model}, or that makes no embeddings of texts") from None


def _for_embeddings(parameters: Any) -> Any:
    """How tokens are pooled, the model says."""
    parameters.embedding = True
    parameters.n_parallel = SLOTS
    # The model's own for each slot: positions beyond them do not exist.
    parameters.n_ctx = 0
    parameters.kv_unified = False
    parameters.n_batch = LONGEST_TEXT
    parameters.n_ubatch = LONGEST_TEXT
    # The first look at it warms it up.
    parameters.warmup = False
    # No prompt is a part of another one's embedding.
    parameters.cache_ram_mib = 0
    return parameters


def _facts(base_url: str, api_key: str) -> dict[str, object]:
    properties = _ask(base_url, api_key, "GET", "/props")
    answer = _ask(base_url, api_key, "POST", "/v1/embeddings", {"input": "a"})
    return {
        "embeddings_url": f"{base_url}/v1",
        "embedding_length": len(answer["data"][0]["embedding"]),
        "embedding_context_length": min(int(properties["default_generation_settings"]["n_ctx"]), LONGEST_TEXT),
    }


def _ask(base_url: str, api_key: str, method: str, path: str, body: object = None) -> Any:
    address = urlsplit(base_url)
    connection = http.client.HTTPConnection(address.hostname or "127.0.0.1", address.port, timeout=PATIENCE)
    try:
        headers = {"Authorization": f"Bearer {api_key}", "Content-Type": "application/json"}
        connection.request(method, path, json.dumps(body) if body is not None else None, headers)
        return json.loads(connection.getresponse().read())
    finally:
        connection.close()
