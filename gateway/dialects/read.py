"""From a body to the request that is inspected, decided and sent, whatever dialect it was written in."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

from gateway.openai import wire
from gateway.openai.errors import invalid
from gateway.openai.read import validate
from gateway.policy.facts import Endpoint

logger = logging.getLogger(__name__)
_MODELS: dict[str, type[wire.Request]] = {
    "chat.completions": wire.ChatRequest,
    "completions": wire.CompletionRequest,
    "embeddings": wire.EmbeddingRequest,
}
IGNORED: Mapping[str, str] = {
    "prediction": "speeds answers up; they are the same without it",
    "prompt_cache_key": "engines keep prompts by themselves",
    "prompt_cache_retention": "engines keep prompts by themselves",
    "safety_identifier": "names the caller to OpenAI; nobody is told here",
    "service_tier": "OpenAI's own queues",
    "verbosity": "no engine here knows it; say it in the prompt",
}
"""Fields of OpenAI's that change nothing of the answer: what becomes of them."""
REFUSED: Mapping[str, str] = {
    "audio": "No destination answers in sound. Leave `audio` and the modality `audio` out.",
    "function_call": "`function_call` is out of date. Send `tool_choice`.",
    "functions": "`functions` is out of date. Send `tools`.",
    "web_search_options": "No destination searches the web, and none is asked to. Leave `web_search_options` out.",
}
"""Fields of OpenAI's without which the answer would be another one."""


def endpoint_of(data: Mapping[str, Any]) -> Endpoint:
    """The endpoint that a body without an address was most likely meant for."""
    if "messages" in data:
        return "chat.completions"
    if "prompt" in data and not isinstance(data["prompt"], dict | None):
        return "completions"
    if "input" in data:
        return "embeddings" if _is_to_embed(data) else "responses"
    return "responses" if _OF_RESPONSES & set(data) else "chat.completions"


_OF_RESPONSES = frozenset({"conversation", "instructions", "previous_response_id", "prompt"})


def _is_to_embed(data: Mapping[str, Any]) -> bool:
    """Whether an `input` is that of embeddings: several texts, or tokens, or how they are to be given back."""
    given = data["input"]
    listed = isinstance(given, list) and bool(given) and not isinstance(given[0], dict)
    return listed or "encoding_format" in data or "dimensions" in data


def read_request(data: dict[str, Any], endpoint: Endpoint) -> wire.Request:
    """The validated request in `data`.

    Raises:
        ApiError: 400 that names the first field that is wrong or that can't be honoured.
    """
    if endpoint == "responses":
        from gateway.dialects.responses.read import chat_alone  # takes a while, which most commands need not

        return chat_alone(data)
    model = _MODELS[endpoint]
    _look_at_the_rest(data, model)
    return validate(data, model)


def _look_at_the_rest(data: Mapping[str, Any], model: type[wire.Request]) -> None:
    """Refuse what would change the answer; note what is dropped, by number alone unless it is a word of OpenAI's."""
    rest = [name for name, value in data.items() if name not in model.model_fields and value is not None]
    for name in rest:
        if name in REFUSED:
            raise invalid(REFUSED[name], name, "unsupported_parameter")
    modalities = data.get("modalities")
    if isinstance(modalities, list) and "audio" in modalities:
        raise invalid(REFUSED["audio"], "modalities", "unsupported_parameter")
    if rest and logger.isEnabledFor(logging.DEBUG):
        known = sorted(name for name in rest if name in IGNORED)
        logger.debug("ignored %d fields; those known are: %s", len(rest), ", ".join(known) or "none")
