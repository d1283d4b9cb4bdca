"""The ways in which models write calls of tools, and which of them a checkpoint's model uses.

Hermes and Qwen: `<tool_call>{"name": ..., "arguments": {...}}</tool_call>`, once a call. Mistral:
`[TOOL_CALLS]` and a list of such objects. Llama 3: nothing but `{"name": ..., "parameters": {...}}`.
Knows nothing of how calls are found in a text or forced.
"""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class CallFormat:
    """One way.

    Attributes:
        opening: text before a call, or before the list of all; empty where an answer that begins with an
            object is a call.
        closing: text after a call, or after the list.
        arguments: the key that holds a call's arguments.
        listed: calls stand in one list.
        silent: a text that may stand before the first call without meaning.
    """

    opening: str
    closing: str
    arguments: str = "arguments"
    listed: bool = False
    silent: str = ""


HERMES = CallFormat("<tool_call>", "</tool_call>")
MISTRAL = CallFormat("[TOOL_CALLS]", "", listed=True)
LLAMA_3 = CallFormat("", "", "parameters", silent="<|python_tag|>")

# A tool's definition has its description between the two.
_BARE_CALL = re.compile(r'\{"name": "\w+", "parameters": \{')

MARKS = frozenset({"<tool_call>", "</tool_call>", "[TOOL_CALLS]", "<|python_tag|>"})
"""Tokens of these texts are shown to whom looks for calls, also where a tokenizer counts them as special."""


def recognised(example: str) -> CallFormat | None:
    """The way in which a template that wrote `example` shows calls to its model; None if it is not known."""
    if HERMES.opening in example:
        return HERMES
    if MISTRAL.opening in example:
        # A later way of Mistral's, with the name outside of JSON.
        return None if "[ARGS]" in example else MISTRAL
    return LLAMA_3 if _BARE_CALL.search(example) else None
