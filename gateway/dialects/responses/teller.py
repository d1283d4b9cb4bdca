"""Tells an answer as a Response, whole or in events.

Source: OpenAI's API reference, "Streaming events" of responses. Knows nothing of where responses are kept.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Awaitable, Callable, Iterator, Mapping
from typing import Any

from gateway.backends.run import Journey
from gateway.dialects.openai import interrupted, too_late
from gateway.dialects.responses.namespaces import names_of
from gateway.dialects.responses.output import Output, choices_of
from gateway.dialects.responses.response import Response, ended, failed, finish_status
from gateway.openai.errors import ApiError
from gateway.openai.sse import event
from gateway.openai.stream import BrokenAnswer

Keep = Callable[[Response, str], Awaitable[None]]
"""Keeps a response that has its answer, with the label that it was answered under."""


def label_of(headers: Mapping[str, str]) -> str:
    """The label under which an answer with these headers was made: of what the destination saw."""
    return headers.get("x-sepal-declassified") or headers["x-sepal-label"]


class Events:
    """Numbers a response's events."""

    def __init__(self) -> None:
        self._number = 0

    def event(self, kind: str, **fields: Any) -> bytes:
        """The next event."""
        told = event({"type": kind, "sequence_number": self._number, **fields}, kind)
        self._number += 1
        return told


class ResponsesTeller:
    """Tells one answer as OpenAI's servers do.

    Args:
        response: as it stands before there is an answer.
        keep: is told of a streamed response before its caller.

    Attributes:
        response: as it stands.
    """

    def __init__(self, response: Response, keep: Keep | None = None) -> None:
        self.response = response
        self._keep = keep
        self._events = Events()
        self._output = Output(response["id"], names_of(response["tools"]))
        self._created = False

    async def whole(self, answer: dict[str, Any]) -> Response:
        """The answer as a Response."""
        choice = answer["choices"][0]
        message = choice["message"]
        calls = [{"index": index, **call} for index, call in enumerate(message.get("tool_calls") or ())]
        said = {"delta": {**message, "tool_calls": calls}, "logprobs": choice["logprobs"]}
        _exhaust(self._output.add(said))
        _exhaust(self._output.end(finish_status(choice["finish_reason"])))
        self.response = ended(
            {**self.response, "model": answer["model"], "status": "in_progress"},
            self._output.items,
            choice["finish_reason"],
            answer.get("usage"),
        )
        return self.response

    def queued(self) -> Iterator[bytes]:
        """The events of a response that waits for its turn."""
        yield self._lifecycle("created")
        yield self._lifecycle("queued")
        self._created = True

    async def events(self, journey: Journey) -> AsyncGenerator[bytes, None]:
        """The answer's events as its chunks come."""
        finish, started = None, False
        try:
            async for chunk in journey.chunks():
                if not started:
                    started = True
                    for event in self._start(chunk["model"]):
                        yield event
                for choice in chunk["choices"]:
                    for kind, fields in self._output.add(choice):
                        yield self._events.event(kind, **fields)
                    finish = choice["finish_reason"] or finish
        except BrokenAnswer as broken:
            yield self.failed(interrupted(broken).message)
            return
        for kind, fields in self._output.end(finish_status(finish)):
            yield self._events.event(kind, **fields)
        self.response = ended(self.response, self._output.items, finish, journey.usage)
        if self._keep is not None:
            await self._keep(self.response, label_of(journey.headers))
        yield self._lifecycle(self.response["status"])

    def late(self) -> bytes:
        """The events that tell that it took too long."""
        return self.failed(too_late().message)

    def failed(self, message: str, code: str = "server_error") -> bytes:
        """The events that tell that nothing more will come."""
        begun = b"" if self._created else b"".join(self._start(self.response["model"]))
        for item in self._output.items:
            item["status"] = "completed" if item["status"] == "completed" else "incomplete"
        self.response = failed(self.response, message, code, self._output.items)
        return begun + self._lifecycle("failed")

    def _start(self, model: str) -> Iterator[bytes]:
        self.response = {**self.response, "model": model, "status": "in_progress"}
        if not self._created:
            self._created = True
            yield self._lifecycle("created")
        yield self._lifecycle("in_progress")

    def _lifecycle(self, word: str) -> bytes:
        return self._events.event(f"response.{word}", response=self.response)


def replayed(response: Response) -> Iterator[bytes]:
    """The events of a response that has ended, each text in one piece."""
    events, output = Events(), Output(response["id"], names_of(response["tools"]))
    begun = {**response, "status": "in_progress", "output": [], "usage": None, "completed_at": None}
    begun |= {"error": None, "incomplete_details": None}
    yield events.event("response.created", response=begun)
    yield events.event("response.in_progress", response=begun)
    for choice in choices_of(response["output"]):
        yield from (events.event(kind, **fields) for kind, fields in output.add(choice))
    if response["status"] in ("completed", "incomplete"):
        yield from (events.event(kind, **fields) for kind, fields in output.end(response["status"]))
    if response["status"] != "cancelled":
        yield events.event(f"response.{response['status']}", response=response)


def refused(error: ApiError) -> tuple[str, str]:
    """The message and code by which a response fails that nobody answered."""
    code = "rate_limit_exceeded" if error.status == 429 else "server_error" if error.status >= 500 else "invalid_prompt"
    return error.message, code


def _exhaust(events: Iterator[Any]) -> None:
    for _ in events:
        pass
