"""What a request needs of a destination, and what the engines can do.

A need is named by the request's own parameter, so that a refusal can say which to leave out. What an engine
can in every case stands here; what depends on its model, the engine tells when it has started (`learn`).
"""

from __future__ import annotations

from collections.abc import Iterable

from gateway.openai.wire import ChatRequest, CompletionRequest, Message, OpaquePart, Request
from gateway.policy.schema import Destination

_LLAMA = frozenset({"tools", "response_format", "logprobs", "logit_bias", "n", "messages"})
# The most answers to one request: of llama.cpp's server, its slots; of the swarm's bridge, its own limit.
_SLOTS = {"llama.cpp": 4, "petals": 8}
CAN: dict[str, frozenset[str]] = {
    "llama.cpp": _LLAMA,
    # Tools, and messages about them, depend on the model's chat template.
    "petals": frozenset({"response_format", "logprobs", "logprobs of completions", "logit_bias", "n"}),
    "openai": _LLAMA | {"content", "echo", "suffix", "best_of", "prompt", "logprobs of completions"},
    "transformers": frozenset({"messages"}),
}
# (engine, model) → what its engine told of it, since this process began.
_LEARNED: dict[tuple[str, str], frozenset[str]] = {}


def learn(engine: str, model: str, told: object) -> None:
    """Take over what the running `engine` says that it can with `model`: a list of names as in `CAN`.

    It replaces what was told before; what is no such list stands for nothing.
    """
    names = told if isinstance(told, Iterable) and not isinstance(told, str) else ()
    _LEARNED[engine, model] = frozenset(name for name in names if isinstance(name, str))


def needs(request: Request) -> list[str]:
    """The parameters of `request` that not every engine honours, in the order of the request."""
    wanted: list[str] = []
    if (request.n or 1) > 1:
        wanted.append("n")
    if request.logit_bias:
        wanted.append("logit_bias")
    wanted += _chat_needs(request) if isinstance(request, ChatRequest) else _completion_needs(request)
    return wanted


def _chat_needs(request: ChatRequest) -> list[str]:
    wanted = []
    if request.tools:
        wanted.append("tools")
    if request.response_format is not None and request.response_format.type != "text":
        wanted.append("response_format")
    if request.logprobs:
        wanted.append("logprobs")
    if any(message.role in ("tool", "function") or message.tool_calls for message in request.messages):
        wanted.append("messages")
    if any(isinstance(part, OpaquePart) for message in request.messages for part in _parts(message)):
        wanted.append("content")
    return wanted


def _parts(message: Message) -> list[object]:
    return list(message.content) if isinstance(message.content, list) else []


def _completion_needs(request: CompletionRequest) -> list[str]:
    wanted = []
    if request.logprobs is not None:
        wanted.append("logprobs of completions")
    if request.echo:
        wanted.append("echo")
    if request.suffix:
        wanted.append("suffix")
    if (request.best_of or 1) > 1:
        wanted.append("best_of")
    if isinstance(request.prompt, list) and len(request.prompt) != 1:
        wanted.append("prompt")
    return wanted


def lacking(destination: Destination, request: Request) -> list[str]:
    """The parameters of `request` that `destination` can't honour."""
    can = CAN[destination.engine] | _LEARNED.get((destination.engine, destination.model), frozenset())
    if destination.engine == "llama.cpp" and destination.model == "embedded":
        # Its chat template shows no tools: the server would drop them without a word.
        can = can - {"tools"}
    wanted = [need for need in needs(request) if need not in can]
    if (request.n or 1) > _SLOTS.get(destination.engine, 128) and "n" not in wanted:
        wanted.append("n")
    return [need.split()[0] for need in wanted]
