"""Reads a completion request from its bytes, checking every field that would change the answer.

A pure function from bytes to a value. Fields and limits follow OpenAI's API reference ("Create chat
completion", "Create completion"). What the swarm can't do is refused by name, never ignored silently;
fields without influence on the text (`user`, `metadata`, `store`, ...) are. Errors never echo input.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from gateway.swarm import messages, tools
from gateway.swarm.errors import invalid, unsupported
from gateway.swarm.fields import boolean, integer, json_object, mapping, number, schema, text

Endpoint = Literal["chat", "completions"]

MOST_STOPS = 4
MOST_ANSWERS = 8
_MOST_BIASES = 1024
_TOKEN_ID = re.compile(r"[0-9]{1,9}")
_UNSUPPORTED: Mapping[str, tuple[object, ...]] = {
    # name: values that mean the same as leaving it out
    "functions": ([],),
    "function_call": ("none", "auto"),
    "best_of": (1,),
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
_COMPLETIONS_ONLY: Mapping[str, tuple[object, ...]] = {"echo": (False,)}
_CHATS_ONLY: Mapping[str, tuple[object, ...]] = {
    "tools": ([],),
    "tool_choice": ("none", "auto"),
    "response_format": ({"type": "text"},),
    "top_logprobs": (0,),
}


@dataclass(frozen=True, slots=True)
class Sampling:
    """How the next token is chosen. None stands for the bridge's default; temperature 0 is greedy.

    `bias` is added to the scores of these token ids; -100 bans them.
    """

    temperature: float | None = None
    top_p: float | None = None
    frequency_penalty: float = 0.0
    presence_penalty: float = 0.0
    seed: int | None = None
    bias: Mapping[int, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Request:
    """One request for answers. Exactly one of `messages` and `prompt` is set.

    Attributes:
        max_tokens: of each answer; None stands for the bridge's default; 0: nothing but the prompt's echo.
        answers: how many answers to write.
        logprobs: how many of the likeliest tokens to name in each token's place; None = no log probabilities.
        schema: JSON schema that the answer must follow; None = any text.
        echo: each answer begins with the prompt.
    """

    endpoint: Endpoint
    messages: tuple[messages.Message, ...]
    prompt: str | None
    sampling: Sampling
    max_tokens: int | None
    stop: tuple[str, ...]
    stream: bool
    include_usage: bool
    answers: int = 1
    logprobs: int | None = None
    schema: Mapping[str, Any] | None = None
    tools: tools.Tools = field(default_factory=tools.Tools)
    echo: bool = False

    @property
    def text_param(self) -> str:
        """The field that holds the prompt."""
        return "messages" if self.endpoint == "chat" else "prompt"


def parse(body: bytes, endpoint: Endpoint) -> Request:
    """The request in `body`.

    Raises:
        BridgeError: 400, naming the field.
    """
    fields = json_object(body)
    chat = endpoint == "chat"
    _refuse_unsupported(fields, {**_UNSUPPORTED, **(_COMPLETIONS_ONLY if chat else _CHATS_ONLY)})
    if not isinstance(fields.get("model", ""), str):
        raise invalid("model must be a text.", "model")
    stream = boolean(fields, "stream")
    return Request(
        endpoint=endpoint,
        messages=messages.parse(fields.get("messages")) if chat else (),
        prompt=None if chat else _prompt(fields.get("prompt")),
        sampling=_sampling(fields),
        max_tokens=_max_tokens(fields, least=1 if chat else 0),
        stop=_stop(fields.get("stop")),
        stream=stream,
        include_usage=stream and _include_usage(fields.get("stream_options")),
        answers=integer(fields, "n", 1, MOST_ANSWERS) or 1,
        logprobs=_chat_logprobs(fields) if chat else _completion_logprobs(fields),
        schema=_schema(fields.get("response_format")) if chat else None,
        tools=tools.parse(fields) if chat else tools.Tools(),
        echo=not chat and boolean(fields, "echo"),
    )


def _refuse_unsupported(fields: Mapping[str, Any], harmless: Mapping[str, tuple[object, ...]]) -> None:
    for name, values in harmless.items():
        value = fields.get(name)
        if value is not None and not any(type(value) is type(same) and value == same for same in values):
            raise unsupported(name, f"The swarm can't do {name}. Leave it out, or ask another destination.")


def _sampling(fields: Mapping[str, Any]) -> Sampling:
    return Sampling(
        temperature=number(fields, "temperature", 0.0, 2.0),
        top_p=number(fields, "top_p", 0.0, 1.0),
        frequency_penalty=number(fields, "frequency_penalty", -2.0, 2.0) or 0.0,
        presence_penalty=number(fields, "presence_penalty", -2.0, 2.0) or 0.0,
        seed=integer(fields, "seed", -(2**63), 2**64 - 1),
        bias=_bias(fields.get("logit_bias")),
    )


def _bias(value: object) -> dict[int, float]:
    given = {} if value is None else mapping(value, "logit_bias")
    if len(given) > _MOST_BIASES or not all(_TOKEN_ID.fullmatch(token) for token in given):
        raise invalid(f"logit_bias takes at most {_MOST_BIASES} token ids, in digits.", "logit_bias")
    for bias in given.values():
        number({"logit_bias": bias}, "logit_bias", -100.0, 100.0)
    return {int(token): float(bias) for token, bias in given.items() if bias}


def _chat_logprobs(fields: Mapping[str, Any]) -> int | None:
    most = integer(fields, "top_logprobs", 0, 20)
    if boolean(fields, "logprobs"):
        return most or 0
    if most:
        raise invalid("top_logprobs needs logprobs: true.", "top_logprobs")
    return None


def _completion_logprobs(fields: Mapping[str, Any]) -> int | None:
    return None if fields.get("logprobs") is False else integer(fields, "logprobs", 0, 5)


def _schema(value: object) -> Mapping[str, Any] | None:
    if value is None:
        return None
    wanted = mapping(value, "response_format")
    kind = wanted.get("type")
    if kind == "text":
        return None
    if kind not in ("json_object", "json_schema"):
        raise invalid("type must be text, json_object or json_schema.", "response_format.type")
    path = "response_format.json_schema"
    given = mapping(wanted.get("json_schema"), path).get("schema") if kind == "json_schema" else None
    return {"type": "object"} if given is None else schema(given, f"{path}.schema")


def _prompt(value: object) -> str:
    if isinstance(value, list):
        if len(value) != 1 or not isinstance(value[0], str):
            raise unsupported("prompt", "prompt must be a text; several prompts and token ids are not supported.")
        value = value[0]
    return text(value, "prompt")


def _stop(value: object) -> tuple[str, ...]:
    if value is None:
        return ()
    stops = value if isinstance(value, list) else [value]
    if len(stops) > MOST_STOPS:
        raise invalid(f"stop takes at most {MOST_STOPS} texts.", "stop")
    texts = tuple(text(stop, "stop") for stop in stops)
    if not all(texts):
        raise invalid("stop must not hold an empty text.", "stop")
    return texts


def _max_tokens(fields: Mapping[str, Any], least: int) -> int | None:
    given = [integer(fields, name, least, 2**31 - 1) for name in ("max_completion_tokens", "max_tokens")]
    return next((value for value in given if value is not None), None)


def _include_usage(options: object) -> bool:
    if options is None:
        return False
    if not isinstance(options, dict):
        raise invalid("stream_options must be an object.", "stream_options")
    return boolean(options, "include_usage", "stream_options.include_usage")
