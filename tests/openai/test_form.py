"""What a request asks of its answer's form, and the echo that needs no engine."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest

from gateway.openai import wire
from gateway.openai.form import Form, echoed_here, form_of, one_by_one
from gateway.openai.read import validate
from gateway.openai.stream import Chunk


def completion(**fields: Any) -> wire.CompletionRequest:
    return validate({"model": "auto", "prompt": "x", **fields}, wire.CompletionRequest)


def chat(**fields: Any) -> wire.ChatRequest:
    return validate({"model": "auto", "messages": [{"role": "user", "content": "x"}], **fields}, wire.ChatRequest)


@pytest.mark.parametrize(
    ("request_", "form"),
    [
        (chat(), Form()),
        (chat(n=3, logprobs=True), Form(3, 0)),
        (chat(logprobs=True, top_logprobs=4), Form(1, 4)),
        (chat(logprobs=False), Form()),
        (completion(), Form()),
        (completion(n=2, logprobs=3, echo=True), Form(2, 3)),
        (completion(echo=True), Form(echo=("x",))),
        (completion(echo=True, prompt=["x", "y"], n=2), Form(2, echo=("x", "y"))),
        (completion(echo=True, prompt=[1, 2]), Form()),
    ],
)
def test_a_requests_form(request_: wire.Request, form: Form) -> None:
    assert form_of(request_) == form


@pytest.mark.parametrize(
    ("fields", "here"),
    [
        ({"echo": True}, True),
        ({"echo": True, "prompt": ["x", "y"]}, True),
        ({"echo": False}, False),
        ({"echo": True, "logprobs": 0}, False),
        ({"echo": True, "prompt": [1]}, False),
        ({"echo": True, "prompt": [[1], [2]]}, False),
    ],
)
def test_text_is_echoed_without_an_engine(fields: dict[str, Any], here: bool) -> None:
    assert echoed_here(completion(**fields)) is here


@pytest.mark.parametrize(
    ("prompt", "alone"),
    [
        ("x", ["x"]),
        (["x"], ["x"]),
        (["x", "y"], ["x", "y"]),
        ([1, 2], [[1, 2]]),
        ([[1, 2], [3]], [[1, 2], [3]]),
    ],
)
def test_each_prompt_is_a_request_of_its_own(prompt: Any, alone: list[Any]) -> None:
    requests = one_by_one(completion(prompt=prompt, n=2, seed=5))
    assert [one.prompt for one in requests] == alone
    assert {(one.n, one.seed) for one in requests} == {(2, 5)}


async def test_each_choice_begins_with_its_own_prompt() -> None:
    async def chunks() -> AsyncIterator[Chunk]:
        for index, text in ((3, "c"), (0, "a"), (3, "d"), (2, "e")):
            yield {"id": "c1", "choices": [{"index": index, "text": text, "logprobs": None, "finish_reason": None}]}

    told = [chunk async for chunk in Form(2, echo=("one ", "two ")).echoed(chunks())]
    said = dict.fromkeys(range(4), "")
    for chunk in told:
        (choice,) = chunk["choices"]
        said[choice["index"]] += choice["text"]
    assert said == {0: "one a", 1: "", 2: "two e", 3: "two cd"}
    assert {chunk["id"] for chunk in told} == {"c1"}


def test_a_form_does_not_show_its_prompts() -> None:
    assert "Fairweather" not in repr(Form(echo=("Canary Fairweather",)))
