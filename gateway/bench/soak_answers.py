"""What makes a streamed answer whole, in each dialect. Pure; knows nothing of how it came.

Sources: OpenAI's API reference, "Streaming" of chat completions, completions and responses; Anthropic's, "Streaming
Messages".
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import orjson

from gateway.bench.soak_prompts import Dialect

Event = dict[str, Any]


class NotWhole(Exception):
    """The answer lacks something; the message says what, and quotes nothing of it."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A whole answer.

    Attributes:
        finish: ``stop`` or ``length``, whatever the dialect calls it.
        prompt_tokens, completion_tokens: by the engine's own count.
    """

    id: str
    text: str
    finish: str
    prompt_tokens: int
    completion_tokens: int

    def fits(self, most_tokens: int) -> None:
        """See that it is as long as it says, and no longer than was asked for.

        Raises:
            NotWhole: it is not.
        """
        _require(self.completion_tokens <= most_tokens, "has more tokens than were asked for")
        if self.finish == "length":
            _require(self.completion_tokens == most_tokens, "says that it was cut off, and was not at its limit")
            _require(bool(self.text), "was cut off before it had a character")


def whole(dialect: Dialect, events: list[bytes]) -> Answer:
    """The answer that the data of these events tell.

    Raises:
        NotWhole: something is missing, comes twice or stands in the wrong place.
    """
    try:
        return _READ[dialect](events)
    except (KeyError, IndexError, TypeError, orjson.JSONDecodeError) as error:
        raise NotWhole(f"has an event that is none of its dialect's ({type(error).__name__})") from None


def begun(event: bytes) -> bool:
    """Whether a piece of the answer's text stands in this event's data."""
    if not event.startswith(b"{"):
        return False
    data = orjson.loads(event)
    delta = data.get("delta")
    if isinstance(delta, str):
        return bool(delta)
    if isinstance(delta, dict):
        return bool(delta.get("text"))
    return any(choice.get("text") or choice.get("delta", {}).get("content") for choice in data.get("choices") or ())


def _require(holds: bool, otherwise: str) -> None:
    if not holds:
        raise NotWhole(otherwise)


def _chunks(events: list[bytes]) -> list[Event]:
    """The chunks of OpenAI's own streams, which end with their usage."""
    _require(bool(events) and events[-1] == b"[DONE]", "does not end with [DONE]")
    chunks = [orjson.loads(event) for event in events[:-1]]
    _require(not any("error" in chunk for chunk in chunks), "was broken off")
    _require(len({chunk["id"] for chunk in chunks}) == 1, "has chunks of several ids")
    _require(chunks[-1]["choices"] == [] and chunks[-1].get("usage"), "has no usage at its end")
    _require(all(len(chunk["choices"]) == 1 for chunk in chunks[:-1]), "has a chunk without a choice")
    return chunks


def _from_choices(events: list[bytes], text_of: Callable[[Event], str]) -> Answer:
    chunks = _chunks(events)
    choices = [chunk["choices"][0] for chunk in chunks[:-1]]
    finishes = [choice["finish_reason"] for choice in choices if choice["finish_reason"] is not None]
    _require(len(finishes) == 1, f"has {len(finishes)} finish reasons")
    _require(choices[-1]["finish_reason"] is not None, "goes on after its finish reason")
    usage = chunks[-1]["usage"]
    text = "".join(map(text_of, choices))
    return Answer(chunks[0]["id"], text, finishes[0], usage["prompt_tokens"], usage["completion_tokens"])


def _chat(events: list[bytes]) -> Answer:
    first = orjson.loads(events[0])["choices"][0]["delta"]
    _require(first.get("role") == "assistant" and not first.get("content"), "does not begin with its role")
    return _from_choices(events, lambda choice: choice["delta"].get("content") or "")


def _completion(events: list[bytes]) -> Answer:
    return _from_choices(events, lambda choice: choice["text"])


def _responses(events: list[bytes]) -> Answer:
    told = [orjson.loads(event) for event in events]
    _require([item["sequence_number"] for item in told] == list(range(len(told))), "has a gap in its numbers")
    kinds = [item["type"] for item in told]
    _require(kinds[:2] == ["response.created", "response.in_progress"], "does not begin as a response does")
    _require(kinds[-1] in ("response.completed", "response.incomplete"), "does not end as a response does")
    _one_each(kinds, ("response.created", "response.completed", "response.incomplete"), otherwise="has two ends")
    response = told[-1]["response"]
    _require(len({item["response"]["id"] for item in told if "response" in item}) == 1, "has several ids")
    text = "".join(item["delta"] for item in told if item["type"] == "response.output_text.delta")
    final = "".join(part["text"] for item in response["output"] for part in item.get("content") or ())
    _require(text == final, "has another text at its end than on its way")
    finish = "stop" if kinds[-1] == "response.completed" else "length"
    usage = response["usage"]
    return Answer(response["id"], text, finish, usage["input_tokens"], usage["output_tokens"])


def _messages(events: list[bytes]) -> Answer:
    told = [orjson.loads(event) for event in events]
    kinds = [item["type"] for item in told]
    _require(kinds[0] == "message_start" and told[0]["message"]["role"] == "assistant", "does not begin with its role")
    _require(kinds[-2:] == ["message_delta", "message_stop"], "does not end as a message does")
    _one_each(kinds, ("message_start", "message_delta", "message_stop"), otherwise="begins or ends twice")
    _require(kinds.count("content_block_start") == kinds.count("content_block_stop"), "leaves a block open")
    text = "".join(item["delta"]["text"] for item in told if item["type"] == "content_block_delta")
    reason, usage = told[-2]["delta"]["stop_reason"], told[-2]["usage"]
    finish = {"end_turn": "stop", "max_tokens": "length"}[reason]
    return Answer(told[0]["message"]["id"], text, finish, usage["input_tokens"], usage["output_tokens"])


def _one_each(kinds: list[str], once: Iterable[str], *, otherwise: str) -> None:
    _require(all(kinds.count(kind) <= 1 for kind in once), otherwise)


_READ: dict[Dialect, Callable[[list[bytes]], Answer]] = {
    "chat": _chat,
    "completions": _completion,
    "responses": _responses,
    "messages": _messages,
}
