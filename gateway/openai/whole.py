"""An answer that an engine gave in one piece, as the chunks of a stream, so that it goes the way of all answers.

Knows nothing of what becomes of it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from gateway.openai.checked import BrokenAnswer, checked, required

Answer = dict[str, Any]


def as_chunks(answer: Answer) -> Iterator[Answer]:
    """A chat's or completion's whole `answer` as chunks: all choices in one, then the usage.

    Raises:
        BrokenAnswer: the answer makes no sense, or does not say why it ended.
    """
    if not answer.get("choices"):
        yield answer
        return
    base = {key: value for key, value in answer.items() if key != "usage"}
    choices = [required(choice, dict) for choice in required(answer["choices"], list)]
    if not all(choice.get("finish_reason") for choice in choices):
        raise BrokenAnswer("ended_early")
    yield {**base, "choices": [_choice(choice) for choice in choices]}
    # Beside choices it would be that of each one.
    if answer.get("usage"):
        yield {**base, "choices": [], "usage": answer["usage"]}


def _choice(choice: dict[str, Any]) -> dict[str, Any]:
    message = checked(choice.get("message"), dict)
    if message is None:
        return choice
    rest = {key: value for key, value in choice.items() if key != "message"}
    return {**rest, "delta": {**message, "tool_calls": _numbered(message.get("tool_calls"))}}


def _numbered(calls: Any) -> list[dict[str, Any]] | None:
    if not calls:
        return None
    return [{**required(call, dict), "index": index} for index, call in enumerate(required(calls, list))]
