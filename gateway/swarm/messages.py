"""A conversation as a request holds it: roles, texts, calls of tools and what the tools gave back.

Follows OpenAI's API reference ("Create chat completion", `messages`). Knows nothing of templates.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, replace
from typing import Any

from gateway.swarm.errors import invalid, unsupported
from gateway.swarm.fields import mapping, name, text

_ID_LENGTH = 9
_ROLES = {"system": "system", "developer": "system", "user": "user", "assistant": "assistant", "tool": "tool"}


@dataclass(frozen=True, slots=True)
class Call:
    """A call that the model made in an earlier turn. `arguments` is JSON as the model wrote it."""

    id: str
    name: str
    arguments: str

    def as_json(self) -> dict[str, Any]:
        """The call as chat templates take it: arguments as an object, if they are one."""
        try:
            arguments = json.loads(self.arguments)
            json.dumps(arguments, ensure_ascii=False).encode("utf-8")  # an escape may stand for half a character
        except (ValueError, RecursionError):
            arguments = None
        function = {"name": self.name, "arguments": arguments if isinstance(arguments, dict) else self.arguments}
        return {"id": _short(self.id), "type": "function", "function": function}


@dataclass(frozen=True, slots=True)
class Message:
    """One message. `answers` is the id of the call whose result it holds, `tool` that call's tool."""

    role: str
    text: str
    calls: tuple[Call, ...] = ()
    answers: str | None = None
    tool: str | None = None

    def as_json(self) -> dict[str, Any]:
        """The message as chat templates take it; what it lacks is left out, since templates ask for that."""
        message: dict[str, Any] = {"role": self.role, "content": self.text}
        if self.calls:
            message["tool_calls"] = [call.as_json() for call in self.calls]
        if self.answers is not None:
            message["tool_call_id"] = _short(self.answers)
        if self.tool is not None:
            message["name"] = self.tool
        return message


def _short(id_: str) -> str:
    """An id as Mistral's templates take it: 9 letters and digits, the same for the same id. Nobody minds them."""
    fits = len(id_) == _ID_LENGTH and id_.isascii() and id_.isalnum()
    return id_ if fits else hashlib.sha256(id_.encode("utf-8", "surrogatepass")).hexdigest()[:_ID_LENGTH]


def parse(value: object) -> tuple[Message, ...]:
    """The messages in `value`.

    Raises:
        BridgeError: 400, naming the field.
    """
    if not isinstance(value, list) or not value:
        raise invalid("messages must be a list of at least one message.", "messages")
    messages = [_message(message, f"messages[{index}]") for index, message in enumerate(value)]
    called = {call.id: call.name for message in messages for call in message.calls}
    return tuple(replace(message, tool=called.get(message.answers or "")) for message in messages)


def _message(value: object, path: str) -> Message:
    message = mapping(value, path)
    role = message.get("role")
    if not isinstance(role, str) or role not in _ROLES:
        raise invalid("role must be one of system, developer, user, assistant and tool here.", f"{path}.role")
    if message.get("function_call"):
        raise unsupported(f"{path}.function_call", "Use tool_calls in the place of function_call.")
    if message.get("tool_calls") and role != "assistant":
        raise invalid("Only an assistant's message has tool_calls.", f"{path}.tool_calls")
    calls = _calls(message.get("tool_calls"), f"{path}.tool_calls")
    answers = text(message.get("tool_call_id"), f"{path}.tool_call_id") if role == "tool" else None
    silent = message.get("content") is None and calls
    return Message(_ROLES[role], "" if silent else _content(message.get("content"), f"{path}.content"), calls, answers)


def _calls(value: object, path: str) -> tuple[Call, ...]:
    if value is None:
        return ()
    if not isinstance(value, list):
        raise invalid("tool_calls must be a list.", path)
    return tuple(_call(call, f"{path}[{index}]") for index, call in enumerate(value))


def _call(value: object, path: str) -> Call:
    call = mapping(value, path)
    function = mapping(call.get("function"), f"{path}.function")
    return Call(
        text(call.get("id"), f"{path}.id"),
        name(function.get("name"), f"{path}.function.name"),
        text(function.get("arguments"), f"{path}.function.arguments"),
    )


def _content(content: object, path: str) -> str:
    if isinstance(content, list):
        return "".join(_part(part, f"{path}[{index}]") for index, part in enumerate(content))
    return text(content, path)


def _part(part: object, path: str) -> str:
    if not isinstance(part, dict):
        raise invalid("A part of a message must be an object.", path)
    if part.get("type") != "text":
        raise unsupported(f"{path}.type", "The swarm takes text only.")
    return text(part.get("text"), f"{path}.text")
