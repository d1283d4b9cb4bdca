"""Log probabilities as engines send them, brought into exactly OpenAI's shapes.

Sources: OpenAI's API reference, `ChatCompletionTokenLogprob` and `logprobs` of the completion object. Some engines
(llama.cpp's server) give completions the chat's shape, more of the likeliest tokens than were asked for, and fields of
their own.
"""

from __future__ import annotations

import codecs
from dataclasses import dataclass, field
from typing import Any

from gateway.openai.checked import checked, number, required

Logprobs = dict[str, Any]


def chat_logprobs(given: Logprobs, top: int | None) -> Logprobs:
    """A chat choice's `logprobs`.

    Args:
        given: what the engine sent.
        top: how many of the likeliest tokens were asked for; None: as many as there are.

    Raises:
        BrokenAnswer: it makes no sense.
    """
    shaped: Logprobs = {}
    for key in ("content", "refusal"):
        tokens = checked(given.get(key), list)
        shaped[key] = None if tokens is None else [_with_likeliest(token, top) for token in tokens]
    return shaped


def _with_likeliest(given: Any, top: int | None) -> dict[str, Any]:
    likeliest = checked(required(given, dict).get("top_logprobs"), list) or []
    return {**_token(given), "top_logprobs": [_token(one) for one in likeliest[:top]]}


def _token(given: Any) -> dict[str, Any]:
    token = required(required(given, dict).get("token"), str)
    data = checked(given.get("bytes"), list)
    if data is not None and not all(type(byte) is int and 0 <= byte < 256 for byte in data):
        data = None
    return {"token": token, "bytes": data, "logprob": number(given.get("logprob"))}


@dataclass(slots=True)
class CompletionLogprobs:
    """The `logprobs` of one choice of a completion, whose places count from its text's beginning.

    Args:
        top: how many of the likeliest tokens were asked for; None: as many as there are.
    """

    top: int | None
    _length: int = 0
    _decoder: Any = field(default_factory=lambda: codecs.getincrementaldecoder("utf-8")("replace"))

    def shaped(self, given: Logprobs) -> Logprobs:
        """The next tokens' `logprobs` in OpenAI's shape for completions, from either shape.

        Raises:
            BrokenAnswer: they make no sense.
        """
        if "content" not in given:
            return self._own(given)
        shaped: Logprobs = {"text_offset": [], "token_logprobs": [], "tokens": [], "top_logprobs": []}
        for one in chat_logprobs(given, self.top)["content"] or ():
            shaped["tokens"].append(_name(one))
            shaped["token_logprobs"].append(one["logprob"])
            shaped["top_logprobs"].append({_name(best): best["logprob"] for best in one["top_logprobs"]})
            shaped["text_offset"].append(self._length)
            data = one["token"].encode() if one["bytes"] is None else bytes(one["bytes"])
            self._length += len(self._decoder.decode(data))
        return shaped

    def _own(self, given: Logprobs) -> Logprobs:
        tokens = checked(given.get("tokens"), list) or []
        shaped: Logprobs = {
            "text_offset": [required(offset, int) for offset in checked(given.get("text_offset"), list) or ()],
            # Of a prompt that is echoed, nothing comes before the first token.
            "token_logprobs": [_or_none(one) for one in checked(given.get("token_logprobs"), list) or ()],
            "tokens": [required(token, str) for token in tokens],
            "top_logprobs": None,
        }
        likeliest = checked(given.get("top_logprobs"), list)
        if likeliest is not None:
            shaped["top_logprobs"] = [None if best is None else _likeliest(best) for best in likeliest]
        return shaped


def _likeliest(given: Any) -> dict[str, float]:
    return {token: number(logprob) for token, logprob in required(given, dict).items()}


def _or_none(value: Any) -> float | None:
    return None if value is None else number(value)


def _name(token: dict[str, Any]) -> str:
    """The token as OpenAI's completions name it: bytes that are no whole character one by one."""
    if token["bytes"] is not None:
        try:
            return bytes(token["bytes"]).decode("utf-8")
        except UnicodeDecodeError:
            return "bytes:" + "".join(f"\\x{byte:02x}" for byte in token["bytes"])
    return str(token["token"])
