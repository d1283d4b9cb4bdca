"""Where a text stands in a request, in the words that policies use: roles, turns, tools, parameters.

Knows nothing of policies.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

_MESSAGE = re.compile(r"messages\[(\d+)\]")
_ROLES = {"developer": "system", "function": "tool"}
_TOOLS = ("tools", "functions", "tool_choice", "function_call", "response_format")


def places_in(body: Mapping[str, Any]) -> Callable[[str], frozenset[str]]:
    """A function from a segment's path in `body` to where that is.

    The last turn is the last user message and whatever follows it.
    """
    messages = body.get("messages")
    roles = [str(message.get("role")) for message in messages] if isinstance(messages, list) else []
    last = max((index for index, role in enumerate(roles) if role == "user"), default=0)
    of_message = [
        frozenset({_ROLES.get(role, role), "last_turn" if index >= last else "earlier_turns"})
        for index, role in enumerate(roles)
    ]

    def place(path: str) -> frozenset[str]:
        match = _MESSAGE.match(path)
        if match is not None:
            return of_message[int(match[1])]
        if path.startswith(("prompt", "suffix", "input")):
            return _PROMPT
        return _IN_TOOLS if path.startswith(_TOOLS) else _PARAMETERS

    return place


_PROMPT = frozenset({"user", "last_turn"})
_IN_TOOLS = frozenset({"tools"})
_PARAMETERS = frozenset({"parameters"})
