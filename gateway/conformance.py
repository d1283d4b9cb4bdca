"""The conformance page: field by field, what is honoured at which engine, made by asking the code.

Each field is put into a request by an example; what becomes of it is what the very functions say that decide requests.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from gateway.backends import abilities
from gateway.conformance_examples import BASES, EXAMPLES, IN_THE_GATEWAY, SAID, WORDS
from gateway.dialects import read
from gateway.dialects.messages import types as messages
from gateway.dialects.messages.endpoints import read_messages
from gateway.dialects.responses import types as responses
from gateway.dialects.responses.read import chat_alone
from gateway.openai import wire
from gateway.openai.errors import ApiError
from gateway.policy.destination import Destination

Json = dict[str, Any]
Language = Literal["en", "zh"]
_ENGINES: Mapping[str, Destination] = {
    "llama.cpp": Destination(clearance="public", engine="llama.cpp", model="model.gguf"),
    "petals": Destination(clearance="public", engine="petals", model="checkpoint"),
    "openai": Destination(
        clearance="public", engine="openai", model="m", base_url="http://127.0.0.1/v1", embedding_model="e"
    ),
    "transformers": Destination(clearance="public", engine="transformers", model="m"),
}


@dataclass(frozen=True, slots=True)
class Surface:
    """One endpoint: how its bodies become what is sent, and what it drops and refuses."""

    path: str
    read: Callable[[Json], wire.Request]
    ignored: Mapping[str, str]
    refused: Mapping[str, str]


SURFACES: Mapping[str, Surface] = {
    "chat.completions": Surface(
        "/v1/chat/completions", lambda body: read.read_request(body, "chat.completions"), read.IGNORED, read.REFUSED
    ),
    "completions": Surface("/v1/completions", lambda body: read.read_request(body, "completions"), {}, {}),
    "embeddings": Surface("/v1/embeddings", lambda body: read.read_request(body, "embeddings"), {}, {}),
    "responses": Surface("/v1/responses", chat_alone, responses.IGNORED, responses.REFUSED),
    "messages": Surface("/v1/messages", read_messages, messages.IGNORED, messages.REFUSED),
}


def page(language: Language = "en") -> str:
    """The page in Markdown."""
    words = WORDS[language]
    for spec in _ENGINES.values():
        abilities.learn(spec, ())  # As if its model could nothing that depends on the model.
    parts = [f"# {words['title']}\n", words["intro"]]
    for name, surface in SURFACES.items():
        parts.append(f"\n## `POST {surface.path}`\n")
        parts.append(f"| {words['field']} | " + " | ".join(_ENGINES) + f" | {words['note']} |")
        parts.append("| --- |" + " --- |" * (len(_ENGINES) + 1))
        parts += _rows(name, surface, language)
    return "\n".join(parts) + "\n"


def _rows(name: str, surface: Surface, language: Language) -> Iterator[str]:
    base = surface.read(dict(BASES[name]))
    for field, change in EXAMPLES[name].items():
        marks, note = _become(name, surface, base, field, change, language)
        yield f"| `{field}` | " + " | ".join(marks) + f" | {note} |"
    for field, why in sorted(surface.ignored.items()):
        yield f"| `{field}` |" + " · |" * len(_ENGINES) + f" {WORDS[language]['ignored']}: {_said(why, language)} |"
    for field, why in sorted(surface.refused.items()):
        yield f"| `{field}` |" + " – |" * len(_ENGINES) + f" {WORDS[language]['refused']}: {_said(why, language)} |"


def _become(
    name: str, surface: Surface, base: wire.Request, field: str, change: Json, language: Language
) -> tuple[list[str], str]:
    words = WORDS[language]
    own = IN_THE_GATEWAY.get((name, field))
    if own is not None:
        return ["✓"] * len(_ENGINES), _said(own, language)
    try:
        request = surface.read({**BASES[name], **change})
    except ApiError:
        return ["–"] * len(_ENGINES), words["refused"]
    marks = [_mark(spec, request) for spec in _ENGINES.values()]
    sent, before = (wire.outbound(item, model="m", stream=True) for item in (request, base))
    changed = [key for key, value in sent.items() if before.get(key) != value]
    if not changed:
        return marks, words["here"]
    top = field.split(".")[0].split("[")[0]
    return marks, "" if changed == [top] or top in changed else f"→ `{'`, `'.join(changed)}`"


def _mark(spec: Destination, request: wire.Request) -> str:
    """✓ in every case, (✓) where the model decides, – not."""
    unmet = abilities.unmet(spec, request)
    if not unmet:
        return "✓"
    return "(✓)" if abilities.COULD.get(spec.engine, frozenset()).issuperset(unmet) else "–"


def _said(text: str, language: Language) -> str:
    """`text` in the reader's language."""
    return text if language == "en" else SAID[text]
