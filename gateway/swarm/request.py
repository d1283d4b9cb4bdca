"""Reads a completion request from its bytes, checking every field that would change the answer.

A pure function from bytes to a value. Fields and limits follow OpenAI's API reference ("Create chat
completion", "Create completion"). What the swarm can't do is refused by name, never ignored silently;
fields without influence on the text (`user`, `metadata`, `store`, ...) are. Errors never echo input.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, NoReturn

from gateway.swarm.errors import BridgeError, invalid, unsupported

Endpoint = Literal["chat", "completions"]

MOST_STOPS = 4
_ROLES = {"system": "system", "developer": "system", "user": "user", "assistant": "assistant"}
_UNSUPPORTED: Mapping[str, tuple[object, ...]] = {
    # name: values that mean the same as leaving it out
    "tools": ([],),
    "tool_choice": ("none", "auto"),
    "functions": ([],),
    "function_call": ("none", "auto"),
    "response_format": ({"type": "text"},),
    "logit_bias": ({},),
    "logprobs": (False,),
    "top_logprobs": (0,),
    "n": (1,),
    "best_of": (1,),
    "echo": (False,),
    "suffix": ("",),
    "audio": (),
    "modalities": (["text"],),
    "prediction": (),
    "web_search_options": (),
    "top_k": (),
    "min_p": (0,),
    "repetition_penalty": (1,),
    "grammar": (),
    "json_schema": (),
}


@dataclass(frozen=True, slots=True)
class Sampling:
    """How the next token is chosen. None stands for the bridge's default; temperature 0 is greedy."""

    temperature: float | None = None
    top_p: float | None = None
    frequency_penalty: float = 0.0
    presence_penalty: float = 0.0
    seed: int | None = None


@dataclass(frozen=True, slots=True)
class Request:
    """One request for an answer. Exactly one of `messages` (role and text) and `prompt` is set.

    `max_tokens` None stands for the bridge's default.
    """

    endpoint: Endpoint
    messages: tuple[tuple[str, str], ...]
    prompt: str | None
    sampling: Sampling
    max_tokens: int | None
    stop: tuple[str, ...]
    stream: bool
    include_usage: bool

    @property
    def text_param(self) -> str:
        """The field that holds the prompt."""
        return "messages" if self.endpoint == "chat" else "prompt"


def parse(body: bytes, endpoint: Endpoint) -> Request:
    """The request in `body`.

    Raises:
        BridgeError: 400, naming the field.
    """
    fields = _json_object(body)
    _refuse_unsupported(fields)
    if not isinstance(fields.get("model", ""), str):
        raise invalid("model must be a text.", "model")
    stream = _boolean(fields, "stream")
    return Request(
        endpoint=endpoint,
        messages=_messages(fields.get("messages")) if endpoint == "chat" else (),
        prompt=_prompt(fields.get("prompt")) if endpoint == "completions" else None,
        sampling=Sampling(
            temperature=_number(fields, "temperature", 0.0, 2.0),
            top_p=_number(fields, "top_p", 0.0, 1.0),
            frequency_penalty=_number(fields, "frequency_penalty", -2.0, 2.0) or 0.0,
            presence_penalty=_number(fields, "presence_penalty", -2.0, 2.0) or 0.0,
            seed=_integer(fields, "seed", -(2**63), 2**64 - 1),
        ),
        max_tokens=_max_tokens(fields),
        stop=_stop(fields.get("stop")),
        stream=stream,
        include_usage=stream and _include_usage(fields.get("stream_options")),
    )


def _json_object(body: bytes) -> dict[str, Any]:
    try:
        fields = json.loads(body, parse_constant=_no_constant)
    except RecursionError:
        raise invalid("The body is nested too deeply.", code="invalid_json") from None
    except ValueError:
        raise invalid("The body is not valid JSON in UTF-8.", code="invalid_json") from None
    if not isinstance(fields, dict):
        raise invalid("The body must be a JSON object.", code="invalid_json")
    return fields


def _no_constant(_name: str) -> NoReturn:
    raise ValueError


def _refuse_unsupported(fields: Mapping[str, Any]) -> None:
    for name, harmless in _UNSUPPORTED.items():
        value = fields.get(name)
        if value is not None and not any(type(value) is type(same) and value == same for same in harmless):
            raise unsupported(name, f"The swarm can't do {name}. Leave it out, or ask another destination.")


def _messages(value: object) -> tuple[tuple[str, str], ...]:
    if not isinstance(value, list) or not value:
        raise invalid("messages must be a list of at least one message.", "messages")
    return tuple(_message(message, f"messages[{index}]") for index, message in enumerate(value))


def _message(message: object, path: str) -> tuple[str, str]:
    if not isinstance(message, dict):
        raise invalid("A message must be an object.", path)
    if message.get("tool_calls") or message.get("function_call"):
        raise unsupported(f"{path}.tool_calls", "The swarm can't do tool calls.")
    role = message.get("role")
    if not isinstance(role, str) or role not in _ROLES:
        raise invalid("role must be one of system, developer, user and assistant here.", f"{path}.role")
    return _ROLES[role], _content(message.get("content"), f"{path}.content")


def _content(content: object, path: str) -> str:
    if isinstance(content, list):
        return "".join(_part(part, f"{path}[{index}]") for index, part in enumerate(content))
    return _text(content, path)


def _part(part: object, path: str) -> str:
    if not isinstance(part, dict):
        raise invalid("A part of a message must be an object.", path)
    if part.get("type") != "text":
        raise unsupported(f"{path}.type", "The swarm takes text only.")
    return _text(part.get("text"), f"{path}.text")


def _prompt(value: object) -> str:
    if isinstance(value, list):
        if len(value) != 1 or not isinstance(value[0], str):
            raise unsupported("prompt", "prompt must be a text; several prompts and token ids are not supported.")
        value = value[0]
    return _text(value, "prompt")


def _stop(value: object) -> tuple[str, ...]:
    if value is None:
        return ()
    stops = value if isinstance(value, list) else [value]
    if len(stops) > MOST_STOPS:
        raise invalid(f"stop takes at most {MOST_STOPS} texts.", "stop")
    texts = tuple(_text(stop, "stop") for stop in stops)
    if not all(texts):
        raise invalid("stop must not hold an empty text.", "stop")
    return texts


def _text(value: object, path: str) -> str:
    if not isinstance(value, str):
        raise invalid("A text is needed here.", path)
    try:
        value.encode("utf-8")
    except UnicodeEncodeError:
        raise invalid("The text holds half of a surrogate pair, which is no character.", path) from None
    return value


def _max_tokens(fields: Mapping[str, Any]) -> int | None:
    given = [_integer(fields, name, 1, 2**31 - 1) for name in ("max_completion_tokens", "max_tokens")]
    return next((value for value in given if value is not None), None)


def _include_usage(options: object) -> bool:
    if options is None:
        return False
    if not isinstance(options, dict):
        raise invalid("stream_options must be an object.", "stream_options")
    return _boolean(options, "include_usage", "stream_options.include_usage")


def _boolean(fields: Mapping[str, Any], name: str, path: str | None = None) -> bool:
    value = fields.get(name)
    if value is not None and not isinstance(value, bool):
        raise invalid(f"{path or name} must be true or false.", path or name)
    return bool(value)


def _number(fields: Mapping[str, Any], name: str, least: float, most: float) -> float | None:
    value = fields.get(name)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not least <= value <= most:
        raise _out_of_range(name, f"{least:g}", f"{most:g}")
    return float(value)


def _integer(fields: Mapping[str, Any], name: str, least: int, most: int) -> int | None:
    value = fields.get(name)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
        raise _out_of_range(name, str(least), str(most), "an integer")
    return value


def _out_of_range(name: str, least: str, most: str, kind: str = "a number") -> BridgeError:
    return invalid(f"{name} must be {kind} from {least} to {most}.", name)
