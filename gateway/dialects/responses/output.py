"""An answer's items as they grow, from the deltas of a chat.

Takes choices of normalised chunks and gives events, each a type and its fields. Source: OpenAI's API reference,
"Streaming events" of responses. Knows nothing of the response that the items belong to.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Literal

from gateway.dialects.responses.items import Item, item_id
from gateway.dialects.responses.namespaces import Names, full_name
from gateway.openai.stream import Chunk

Event = tuple[str, dict[str, Any]]
Part = dict[str, Any]
_PARTS = {"reasoning_content": "reasoning_text", "content": "output_text", "refusal": "refusal"}
"""Where a delta's text goes: the field of a chat's → the type of the part."""
_TEXT = {"reasoning_text": "text", "output_text": "text", "refusal": "refusal"}


@dataclass(slots=True)
class Output:
    """The items of one answer.

    Args:
        names: the functions in namespaces that may be called.

    Attributes:
        items: as the API shows them; those that are not done yet too.
    """

    response: str
    names: Names = field(default_factory=dict)
    items: list[Item] = field(default_factory=list, repr=False)
    _said: Item | None = field(default=None, repr=False)
    _calls: dict[int, Item] = field(default_factory=dict, repr=False)
    _logprobs: list[Any] = field(default_factory=list, repr=False)

    def add(self, choice: Chunk) -> Iterator[Event]:
        """What `choice`, the next part of the answer, adds."""
        delta = choice["delta"]
        self._logprobs += (choice.get("logprobs") or {}).get("content") or ()
        for name, kind in _PARTS.items():
            if delta.get(name):
                yield from self._say(kind, delta[name])
        for call in delta.get("tool_calls") or ():
            yield from self._call(call)

    def end(self, status: Literal["completed", "incomplete"]) -> Iterator[Event]:
        """End all items; `status` is that of the last one."""
        if not self.items:
            yield from self._begin({"type": "message", "role": "assistant", "content": []})
            yield from self._begin_part("output_text")
            self._said = self.items[0]
        # What is said closes before calls begin, so what is being said is the last item.
        saying, calls = self._said is not None, list(self._calls.values())
        yield from self._end_said(status)
        for call in calls:
            yield from self._end_call(call, "completed" if saying or call is not calls[-1] else status)
        self._calls.clear()

    def _say(self, kind: str, text: str) -> Iterator[Event]:
        of = "reasoning" if kind == "reasoning_text" else "message"
        if self._said is None or self._said["type"] != of:
            yield from self._end_said("completed")
            more: Item = {"role": "assistant"} if of == "message" else {"summary": []}
            yield from self._begin({"type": of, "content": [], **more})
            self._said = self.items[-1]
        parts = self._said["content"]
        if not parts or parts[-1]["type"] != kind:
            yield from self._end_part()
            yield from self._begin_part(kind)
        part = parts[-1]
        part[_TEXT[kind]] += text
        logprobs = self._take_logprobs(part) if kind == "output_text" else {}
        yield f"response.{kind}.delta", {**self._place_of_part(), "delta": text, **logprobs}

    def _take_logprobs(self, part: Part) -> dict[str, Any]:
        """Add the log probabilities that have come to `part`; what its delta says of them."""
        taken, self._logprobs = self._logprobs, []
        part["logprobs"] = part.get("logprobs", []) + [_whole(one) for one in taken]
        return {"logprobs": [_short(one) for one in taken]}

    def _begin(self, item: Item) -> Iterator[Event]:
        index = len(self.items)
        item = {"id": item_id(self.response, item["type"], index), "status": "in_progress", **item}
        self.items.append(item)
        yield "response.output_item.added", {"output_index": index, "item": item}

    def _begin_part(self, kind: str) -> Iterator[Event]:
        part: Part = {"type": kind, _TEXT[kind]: ""}
        if kind == "output_text":
            part |= {"annotations": [], "logprobs": []}
        self.items[-1]["content"].append(part)
        yield "response.content_part.added", {**self._place_of_part(self.items[-1]), "part": part}

    def _end_part(self) -> Iterator[Event]:
        if self._said is None or not self._said["content"]:
            return
        part, place = self._said["content"][-1], self._place_of_part()
        kind, name = part["type"], _TEXT[part["type"]]
        if kind == "output_text":
            self._take_logprobs(part)
        logprobs = {"logprobs": [_short(one) for one in part["logprobs"]]} if kind == "output_text" else {}
        yield f"response.{kind}.done", {**place, name: part[name], **logprobs}
        yield "response.content_part.done", {**place, "part": part}

    def _end_said(self, status: str) -> Iterator[Event]:
        if self._said is None:
            return
        yield from self._end_part()
        self._said["status"] = status
        yield "response.output_item.done", {"output_index": self.items.index(self._said), "item": self._said}
        self._said = None

    def _call(self, call: dict[str, Any]) -> Iterator[Event]:
        index, function = int(call.get("index") or 0), call.get("function") or {}
        if index not in self._calls:
            yield from self._end_said("completed")
            space, name = self.names.get(function.get("name") or "", (None, function.get("name") or ""))
            named = {"call_id": call.get("id") or "", "name": name, "arguments": ""}
            yield from self._begin({"type": "function_call", **named, **({"namespace": space} if space else {})})
            self._calls[index] = self.items[-1]
        elif function.get("name"):
            self._calls[index]["name"] += function["name"]
        item = self._calls[index]
        if function.get("arguments"):
            item["arguments"] += function["arguments"]
            yield "response.function_call_arguments.delta", {**self._place(item), "delta": function["arguments"]}

    def _end_call(self, item: Item, status: str) -> Iterator[Event]:
        item["status"] = status
        yield "response.function_call_arguments.done", {**self._place(item), "arguments": item["arguments"]}
        yield "response.output_item.done", {"output_index": self.items.index(item), "item": item}

    def _place(self, item: Item) -> dict[str, Any]:
        return {"item_id": item["id"], "output_index": self.items.index(item)}

    def _place_of_part(self, item: Item | None = None) -> dict[str, Any]:
        item = item or self._said or self.items[-1]
        return {**self._place(item), "content_index": len(item["content"]) - 1}


def _whole(token: dict[str, Any]) -> dict[str, Any]:
    """A token's log probability as a text's part shows it."""
    return {**_bytes(token), "top_logprobs": [_bytes(one) for one in token.get("top_logprobs") or ()]}


def _bytes(token: dict[str, Any]) -> dict[str, Any]:
    data = token.get("bytes")
    known = list(token["token"].encode()) if data is None else data
    return {"token": token["token"], "bytes": known, "logprob": token["logprob"]}


def _short(token: dict[str, Any]) -> dict[str, Any]:
    """The same as an event shows it."""
    best = [{"token": one["token"], "logprob": one["logprob"]} for one in token.get("top_logprobs") or ()]
    return {"token": token["token"], "logprob": token["logprob"], "top_logprobs": best}


def choices_of(items: list[Item]) -> Iterator[Chunk]:
    """Finished items as the choices from which an `Output` makes the same items."""
    calls = 0
    for item in items:
        if item["type"] == "function_call":
            function = {"name": full_name(item["name"], item.get("namespace")), "arguments": item["arguments"]}
            yield {"delta": {"tool_calls": [{"index": calls, "id": item["call_id"], "function": function}]}}
            calls += 1
            continue
        for part in item["content"]:
            name = next(name for name, kind in _PARTS.items() if kind == part["type"])
            logprobs = {"content": part.get("logprobs")}
            yield {"delta": {name: part[_TEXT[part["type"]]]}, "logprobs": logprobs}
