"""What an engine is sent for a request: OpenAI's body, in the words that this engine understands as OpenAI means them.

Knows nothing of whether the request may be sent.
"""

from __future__ import annotations

from typing import Any

from gateway.openai.forced_calls import by_schema, forces_a_call
from gateway.openai.form import echoed_here, one_by_one
from gateway.openai.wire import ChatRequest, CompletionRequest, Request, outbound

Body = dict[str, Any]


def bodies(request: Request, *, engine: str, model: str, stream: bool = True) -> list[Body]:
    """The bodies that ask for the answer together, in the order of the request's prompts; most often one.

    Args:
        engine: the engine's name in the policy.
        model: the engine's own model id.
        stream: whether the engine is to stream its answer.
    """
    if not isinstance(request, CompletionRequest):
        return [_worded(outbound(request, model=model, stream=stream), request, engine)]
    changed = {"echo": None} if echoed_here(request) else {}
    changed |= {} if engine == "openai" else {"best_of": None}
    request = request.model_copy(update=changed)
    # One by one, since many servers take one prompt alone (Ollama's) or count and stream several wrongly (llama.cpp's).
    return [_worded(outbound(one, model=model, stream=stream), request, engine) for one in one_by_one(request)]


def is_told_as_json(request: Request, *, engine: str) -> bool:
    """Whether the answer's call of a tool comes as JSON (see `ForcedCalls`)."""
    if engine != "llama.cpp" or not isinstance(request, ChatRequest) or not request.tools:
        return False
    return forces_a_call(outbound(request, model="", stream=True))


def _worded(body: Body, request: Request, engine: str) -> Body:
    if engine == "llama.cpp":
        # Its server takes 0 for none at all, and gives a chat 20 where no number stands.
        if isinstance(request, CompletionRequest) and request.logprobs == 0:
            body["logprobs"] = 1
        if isinstance(request, ChatRequest) and request.logprobs:
            body["top_logprobs"] = request.top_logprobs or 1
        if forces_a_call(body):
            return by_schema(body)
    return body
