"""However an engine cuts its answer, the items and their events tell the same."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from openai.types.responses import ResponseStreamEvent

from gateway.dialects.responses.output import Event, Output, choices_of
from tests.strict_models import strict

RESPONSE = f"resp_{'ab' * 12}"
texts = st.text(max_size=5)
said = st.tuples(st.sampled_from(["content", "refusal", "reasoning_content"]), texts)
called = st.tuples(st.just("call"), st.integers(0, 2), texts)
answers = st.lists(said | called, max_size=12)


def choice(part: Any) -> dict[str, Any]:
    if part[0] == "call":
        function = {"name": f"f{part[1]}", "arguments": part[2]}
        return {"delta": {"tool_calls": [{"index": part[1], "id": f"call_{part[1]}", "function": function}]}}
    return {"delta": {part[0]: part[1]}}


def told(parts: list[Any], output: Output) -> list[Event]:
    events = []
    for part in parts:
        events += [(kind, fields) for kind, fields in output.add(choice(part)) if strict_event(kind, fields)]
    return events + [(kind, fields) for kind, fields in output.end("completed") if strict_event(kind, fields)]


def strict_event(kind: str, fields: dict[str, Any]) -> bool:
    strict(ResponseStreamEvent, {"type": kind, "sequence_number": 0, **fields})
    return True


@given(answers)
def test_nothing_of_an_answer_is_lost_and_all_that_begins_ends(parts: list[Any]) -> None:
    output = Output(RESPONSE)

    events = told(parts, output)

    for name, kind, key in (
        ("content", "output_text", "text"),
        ("refusal", "refusal", "refusal"),
        ("reasoning_content", "reasoning_text", "text"),
    ):
        wanted = "".join(part[1] for part in parts if part[0] == name)
        shown = [part for item in output.items for part in item.get("content", ()) if part["type"] == kind]
        assert "".join(part[key] for part in shown) == wanted
        assert "".join(fields["delta"] for type_, fields in events if type_ == f"response.{kind}.delta") == wanted
    for index in {part[1] for part in parts if part[0] == "call"}:
        (item,) = [item for item in output.items if item.get("call_id") == f"call_{index}"]
        assert item["arguments"] == "".join(part[2] for part in parts if part[0] == "call" and part[1] == index)
    begun = [fields["output_index"] for kind, fields in events if kind == "response.output_item.added"]
    ended = [fields["output_index"] for kind, fields in events if kind == "response.output_item.done"]
    assert begun == sorted(ended) == list(range(len(output.items)))
    assert all(item["status"] == "completed" for item in output.items)
    assert len({item["id"] for item in output.items}) == len(output.items) > 0


@given(answers)
def test_what_was_kept_is_told_again_as_the_same_items(parts: list[Any]) -> None:
    output, again = Output(RESPONSE), Output(RESPONSE)
    told(parts, output)

    for one in choices_of(output.items):
        list(again.add(one))
    list(again.end("completed"))

    assert again.items == output.items
