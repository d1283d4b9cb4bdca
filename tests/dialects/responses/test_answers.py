"""A response, whole and in events, is exactly what OpenAI's types say, and the same both ways."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from tests.backends.stub_engine import HELLO, ROLE, STOP, delta, fails, says
from tests.dialects.responses.asking import CALLS, END, TOOL, ask, events, events_in, post, text_of, types_of
from tests.running_gateway import Running

pytestmark = pytest.mark.asyncio(loop_scope="module")
TOKEN = {"token": "Hi", "logprob": -0.5, "bytes": [72, 105], "top_logprobs": [{"token": "Ho", "logprob": -2.0}]}


def with_logprobs(text: str) -> dict[str, Any]:
    chunk = delta(text)
    chunk["choices"][0]["logprobs"] = {"content": [TOKEN]}
    return chunk


THOUGHT = (ROLE, delta(reasoning_content="Hm"), delta(reasoning_content="m."), delta("Yes."), STOP, *END)
REFUSAL = (ROLE, delta(refusal="I will"), delta(refusal=" not."), STOP, *END)
LENGTH = (ROLE, delta("Once upon"), delta(finish="length"), *END)
FILTERED = (ROLE, delta("Once"), delta(finish="content_filter"), *END)
NOTHING = (ROLE, STOP, *END)
LOGPROBS = (ROLE, with_logprobs("Hi"), STOP, *END)
ANSWERS = {
    "text": HELLO,
    "calls": CALLS,
    "thought": THOUGHT,
    "refusal": REFUSAL,
    "length": LENGTH,
    "filtered": FILTERED,
    "nothing": NOTHING,
    "logprobs": LOGPROBS,
}


def alike(response: dict[str, Any]) -> dict[str, Any]:
    """What two responses to the same request have in common."""
    own = response["id"].partition("_")[2]
    data = {key: value for key, value in response.items() if key not in ("id", "created_at", "completed_at")}
    data["output"] = [{**item, "id": item["id"].replace(own, "")} for item in response["output"]]
    return data


@pytest.mark.parametrize("answer", ANSWERS.values(), ids=ANSWERS)
async def test_a_streamed_response_ends_as_the_whole_one_and_is_told_again_alike(
    up: Running, answer: tuple[Any, ...]
) -> None:
    up.stub.answer = says(*answer)
    more: dict[str, Any] = {"tools": [TOOL], "top_logprobs": 1, "temperature": 0.5, "metadata": {"a": "b"}}

    whole = await ask(up, **more)
    told = await events(up, **more)

    last = told[-1]["response"]
    assert alike(last) == alike(whole)
    assert told[-1]["type"] == f"response.{whole['status']}"
    again = events_in((await up.client.get(f"/v1/responses/{last['id']}?stream=true")).text)
    assert again[-1]["response"] == last
    assert set(types_of(again)) == set(types_of(told))


async def test_text_is_told_in_openais_order(up: Running) -> None:
    told = await events(up)

    assert types_of(told) == [
        "created", "in_progress", "output_item.added", "content_part.added", "output_text.delta", "output_text.delta",
        "output_text.done", "content_part.done", "output_item.done", "completed",
    ]  # fmt: skip
    assert "".join(event["delta"] for event in told if event["type"].endswith("delta")) == "Hello"
    assert told[0]["response"]["status"] == "in_progress"
    assert told[0]["response"]["output"] == []
    assert told[2]["item"]["content"] == []
    usage = told[-1]["response"]["usage"]
    assert (usage["input_tokens"], usage["output_tokens"], usage["total_tokens"]) == (3, 2, 5)


async def test_calls_of_functions_keep_the_engines_ids_and_arguments(up: Running) -> None:
    up.stub.answer = says(*CALLS)

    told = await events(up, tools=[TOOL])

    message, clock, now = told[-1]["response"]["output"]
    assert message["content"][0]["text"] == "Let me look."
    assert (clock["call_id"], clock["name"], clock["arguments"]) == ("call_1", "clock", '{"zone": "UTC"}')
    assert (now["call_id"], now["name"], now["arguments"]) == ("call_2", "now", "{}")
    deltas = [event for event in told if event["type"] == "response.function_call_arguments.delta"]
    assert "".join(event["delta"] for event in deltas if event["item_id"] == clock["id"]) == '{"zone": "UTC"}'
    done = [event["arguments"] for event in told if event["type"] == "response.function_call_arguments.done"]
    assert done == ['{"zone": "UTC"}', "{}"]


async def test_thoughts_are_an_item_of_their_own(up: Running) -> None:
    up.stub.answer = says(*THOUGHT)

    told = await events(up)

    reasoning, message = told[-1]["response"]["output"]
    assert reasoning["content"] == [{"type": "reasoning_text", "text": "Hmm."}]
    assert message["content"][0]["text"] == "Yes."
    assert "reasoning_text.delta" in types_of(told)


async def test_a_refusal_is_no_text(up: Running) -> None:
    up.stub.answer = says(*REFUSAL)

    response = await ask(up)

    assert response["output"][0]["content"] == [{"type": "refusal", "refusal": "I will not."}]


@pytest.mark.parametrize(("answer", "reason"), [(LENGTH, "max_output_tokens"), (FILTERED, "content_filter")])
async def test_an_answer_that_was_cut_off_is_incomplete(up: Running, answer: tuple[Any, ...], reason: str) -> None:
    up.stub.answer = says(*answer)

    response = await ask(up)

    assert response["status"] == "incomplete"
    assert response["incomplete_details"] == {"reason": reason}
    assert response["output"][-1]["status"] == "incomplete"


async def test_log_probabilities_come_with_the_text(up: Running) -> None:
    up.stub.answer = says(*LOGPROBS)

    told = await events(up, include=["message.output_text.logprobs"], top_logprobs=1)

    (part,) = told[-1]["response"]["output"][0]["content"]
    assert part["logprobs"][0]["token"] == "Hi"
    assert part["logprobs"][0]["top_logprobs"][0]["bytes"] == [72, 111]
    assert next(event for event in told if event["type"].endswith("text.delta"))["logprobs"][0]["logprob"] == -0.5


async def test_an_answer_that_breaks_off_fails_after_it_was_created(up: Running) -> None:
    up.stub.answer = says(ROLE, delta("Hel"), None)

    told = await events(up)

    assert types_of(told)[0] == "created"
    assert types_of(told)[-1] == "failed"
    response = told[-1]["response"]
    assert (response["status"], response["error"]["code"]) == ("failed", "server_error")
    assert text_of(response) == "Hel"


async def test_an_answer_that_takes_too_long_fails(up: Running) -> None:
    forever = asyncio.Event()

    async def answer(request: Any) -> Any:
        response = await says(ROLE, delta("Hel"))(request)
        await forever.wait()
        return response

    up.stub.answer = answer

    told = events_in((await post(up, stream=True, headers={"x-sepal-timeout": "0.3"})).text)

    assert types_of(told)[-1] == "failed"


async def test_an_engine_that_is_down_is_an_error_and_no_stream(up: Running) -> None:
    up.stub.answer = fails(503)

    answer = await post(up, stream=True)

    assert answer.status_code == 503
    assert answer.json()["error"]["code"] == "no_destination_available"


async def test_a_prompt_that_is_too_long_is_told_of_the_input(up: Running) -> None:
    up.stub.answer = fails(400, {"error": {"code": "context_length_exceeded", "message": "x"}})

    answer = await post(up, truncation="auto")

    assert answer.status_code == 400
    assert (answer.json()["error"]["code"], answer.json()["error"]["param"]) == ("context_length_exceeded", "input")


async def test_the_response_is_found_in_the_audit_by_its_id(up: Running) -> None:
    response = await ask(up)

    record = up.audit("decision")[-1]
    assert record["decision"] == response["id"].replace("resp_", "dec_")
    assert record["endpoint"] == "responses"
