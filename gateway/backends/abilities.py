"""What a request needs of a destination, and what the engines can do.

A need is named by the request's own parameter, so that a refusal can say which to leave out. What an engine
can in every case stands here; what depends on its model, the engine tells when it has started (`learn`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from gateway.openai.form import echoed_here, prompts
from gateway.openai.wire import ChatRequest, CompletionRequest, EmbeddingRequest, Message, OpaquePart, Request
from gateway.policy.destination import AbilityName, Destination

_LLAMA = frozenset({"response_format", "logprobs", "logit_bias", "n", "messages"})
# The most answers to one request: of llama.cpp's server, its slots; of the swarm's bridge, its own limit.
_SLOTS = {"llama.cpp": 4, "petals": 8}
CAN: dict[str, frozenset[str]] = {
    "llama.cpp": _LLAMA | {"logprobs of completions", "prompt"},
    "petals": frozenset(
        {"response_format", "logprobs", "logprobs of completions", "logit_bias", "n", "echo", "max_tokens"}
    ),
    "openai": _LLAMA
    | {
        "tools",
        "content",
        "content of images",
        "echo",
        "suffix",
        "best_of",
        "prompt",
        "input",
        "logprobs of completions",
    }
    | {"max_tokens"},
    "transformers": frozenset({"messages"}),
}
COULD: dict[str, frozenset[str]] = {
    "llama.cpp": frozenset({"tools", "content of images", "embeddings"}),
    "petals": frozenset({"tools", "messages"}),
}
"""What depends on an engine's model; the running engine tells."""
_BELOW = re.compile(r"logit_bias below [0-9]{1,9}")
NAMES: Mapping[AbilityName, frozenset[str]] = {
    "tools": frozenset({"tools", "messages"}),
    "response_format": frozenset({"response_format"}),
    "logprobs": frozenset({"logprobs", "logprobs of completions"}),
    "logit_bias": frozenset({"logit_bias"}),
    "n": frozenset({"n"}),
    "images": frozenset({"content of images"}),
    "files": frozenset({"content"}),
    "echo": frozenset({"echo", "max_tokens"}),
    "suffix": frozenset({"suffix"}),
    "best_of": frozenset({"best_of"}),
    "token_ids": frozenset({"prompt", "input"}),
}
"""What people call abilities: in policies, and in the list of models."""


@dataclass(frozen=True, slots=True)
class Told:
    """What a running engine told of itself.

    Attributes:
        names: what it can besides, as in `CAN`, and ``logit_bias below`` the number of its tokens.
        context_length: tokens of prompt and answer together.
    """

    names: frozenset[str] = frozenset()
    context_length: int | None = None


# Which engine with which model → what it told last, since this process began.
_LEARNED: dict[str, Told] = {}


def learn(destination: Destination, told: object, context_length: object = None) -> None:
    """Take over what the running engine of `destination` says that it can, in the place of what it said before.

    Args:
        told: a list of names; what is no such list stands for nothing.
        context_length: a number of tokens; anything else is not known.
    """
    names = told if isinstance(told, Iterable) and not isinstance(told, str) else ()
    known = context_length if type(context_length) is int and context_length > 0 else None
    _LEARNED[destination.identity] = Told(frozenset(name for name in names if isinstance(name, str)), known)


def told_of(destination: Destination) -> Told:
    """What was learnt of `destination`."""
    return _LEARNED.get(destination.identity, Told())


def context_length(destination: Destination) -> int | None:
    """Tokens of a request and its answer, where that is known."""
    return destination.context_length or told_of(destination).context_length


def names_of(destination: Destination) -> list[str]:
    """What `destination` can, in people's words."""
    can = able(destination)
    found: list[str] = [name for name, needed in NAMES.items() if needed <= can]
    return [*found, *(["embeddings"] if "embeddings" in can else [])]


def needs(request: Request) -> list[str]:
    """The parameters of `request` that not every engine honours, in the order of the request."""
    if isinstance(request, EmbeddingRequest):
        # Token ids are those of a model that the caller has in mind.
        return ["embeddings"] if texts(request) else ["embeddings", "input"]
    wanted: list[str] = []
    if (request.n or 1) > 1:
        wanted.append("n")
    if request.logit_bias:
        wanted.append("logit_bias")
    wanted += _chat_needs(request) if isinstance(request, ChatRequest) else _completion_needs(request)
    return wanted


def texts(request: EmbeddingRequest) -> list[str]:
    """What is to be embedded, if it is texts."""
    given = [request.input] if isinstance(request.input, str) else request.input
    return [one for one in given if isinstance(one, str)]


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
    opaque = [part for message in request.messages for part in _parts(message) if isinstance(part, OpaquePart)]
    if opaque:
        wanted.append("content of images" if all(map(_is_image, opaque)) else "content")
    return wanted


def _is_image(part: OpaquePart) -> bool:
    """Whether `part` holds a picture itself. An engine of ours must not fetch one."""
    image = getattr(part, "image_url", None)
    return part.type == "image_url" and isinstance(image, dict) and str(image.get("url")).startswith("data:image/")


def _parts(message: Message) -> list[object]:
    return list(message.content) if isinstance(message.content, list) else []


def _completion_needs(request: CompletionRequest) -> list[str]:
    wanted = []
    if request.logprobs is not None:
        wanted.append("logprobs of completions")
    if request.echo and not echoed_here(request):
        wanted.append("echo")
    if request.suffix:
        wanted.append("suffix")
    if (request.best_of or 1) > (request.n or 1):
        wanted.append("best_of")
    if not prompts(request):
        wanted.append("prompt")  # token ids
    if request.max_tokens == 0:
        wanted.append("max_tokens")
    return wanted


def _outside(request: Request, can: Iterable[str]) -> bool:
    """Whether `logit_bias` names a token that the model does not have: some engines take it without a word."""
    sizes = [int(name.split()[-1]) for name in can if _BELOW.fullmatch(name)]
    biases = getattr(request, "logit_bias", None) or {}
    return any(int(token) >= size for token in biases for size in sizes)


def able(destination: Destination) -> frozenset[str]:
    """What `destination` can, as its engine has told; until it has, what its kind of model may turn out to."""
    told = _LEARNED.get(destination.identity)
    can = CAN[destination.engine] | (_hoped(destination) if told is None else told.names)
    if destination.abilities is not None:
        can = frozenset[str]().union(*(NAMES[name] for name in destination.abilities))
    if destination.engine == "openai" and destination.embeds_with is not None:
        can = can | {"embeddings"}
    return can


def _hoped(destination: Destination) -> frozenset[str]:
    known = {
        "content of images": destination.mmproj is not None,
        "embeddings": destination.embeds_with is not None,
    }
    return frozenset(name for name in COULD.get(destination.engine, ()) if known.get(name, True))


def unmet(destination: Destination, request: Request) -> list[str]:
    """What `request` needs and `destination` can't, in the words of `CAN`."""
    can = able(destination)
    wanted = [need for need in needs(request) if need not in can or (need == "logit_bias" and _outside(request, can))]
    if (
        not isinstance(request, EmbeddingRequest)
        and (request.n or 1) > _SLOTS.get(destination.engine, 128)
        and "n" not in wanted
    ):
        wanted.append("n")
    return wanted


def lacking(destination: Destination, request: Request) -> list[str]:
    """The parameters of `request` that `destination` can't honour."""
    return [need.split()[0] for need in unmet(destination, request)]
