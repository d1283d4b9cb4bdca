"""The prompts of one request are answered on their own, at places that are free, as one answer."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from typing import Any

import orjson
import pytest
from aiohttp import web

from gateway.audit.record import OutcomeRecord
from gateway.backends.run import Attempt, Backend, Journey, NoDestination, run
from gateway.backends.turns import Turns
from gateway.openai.form import Form
from gateway.openai.stream import BrokenAnswer, Chunk
from gateway.policy.clear import Cleared, clear_each
from gateway.policy.decide import Facts, decide
from gateway.prompt import read_prompt
from tests.backends.stub_engine import POLICY, Answer, client, fails, says, stub_engine


def cleared(prompts: list[str]) -> list[Cleared]:
    """Prompts of one request that a real policy cleared together."""
    prompt = read_prompt({"prompt": prompts})
    bodies = [{"prompt": one, "stream": True} for one in prompts]
    decision = decide(POLICY, Facts((), inspected=prompt.digest()))
    return clear_each(decision, "first", prompt, decision_id="dec_1", path="/completions", bodies=bodies)


def text(content: str, finish: str | None = None, index: int = 0) -> dict[str, Any]:
    return {"id": f"cmpl-{content}", "choices": [{"index": index, "text": content, "finish_reason": finish}]}


def usage(prompt: int, completion: int) -> dict[str, Any]:
    counts = {"prompt_tokens": prompt, "completion_tokens": completion, "total_tokens": prompt + completion}
    return {"choices": [], "usage": counts}


class Engine:
    """Answers each prompt in its own way, and can be held up; knows how many it answers at the same time."""

    def __init__(self, answers: dict[str, Answer]) -> None:
        self.answers = answers
        self.seen: list[str] = []
        self.open = asyncio.Event()
        self.open.set()
        self.busy = self.most = 0

    async def __call__(self, request: web.Request) -> web.StreamResponse:
        prompt = str(orjson.loads(await request.read())["prompt"])
        self.seen.append(prompt)
        self.busy += 1
        self.most = max(self.most, self.busy)
        try:
            await self.open.wait()
            return await self.answers[prompt](request)
        finally:
            self.busy -= 1


class Scene:
    def __init__(self, stack: AsyncExitStack) -> None:
        self._stack = stack
        self.ended: list[OutcomeRecord] = []
        self.journey = Journey(lambda: 1.5, OutcomeRecord("dec_1", "failed"), {}, self.ended.append)
        self.turns = Turns(4)

    async def run(self, engine: Engine, *, whole: bool = False, answers: int = 1, echo: bool = False) -> Journey:
        stub = await self._stack.enter_async_context(stub_engine(engine))
        upstream = await self._stack.enter_async_context(client(stub))
        prompts = list(engine.answers)
        first, *more = cleared(prompts)
        form = Form(answers, echo=tuple(prompts) if echo else ())
        backend = Backend(upstream, "model", "m", self.turns)
        attempt = Attempt(backend, first, "text_completion", whole, None, more=tuple(more), form=form)
        await run(self.journey, [attempt])
        return self.journey


@pytest.fixture
async def scene() -> AsyncIterator[Scene]:
    async with AsyncExitStack() as stack:
        yield Scene(stack)


async def read(journey: Journey) -> dict[int, str]:
    said: dict[int, str] = {}
    async for chunk in journey.chunks():
        for choice in chunk["choices"]:
            said[choice["index"]] = said.get(choice["index"], "") + choice["text"]
    return said


def saying(*texts: str) -> dict[str, Answer]:
    return {f"prompt {one}": says(text(one), text("!", "stop"), usage(3, 2)) for one in texts}


@pytest.mark.parametrize("whole", [False, True])
async def test_each_prompt_has_its_answer_at_its_place(scene: Scene, whole: bool) -> None:
    journey = await scene.run(Engine(saying(*"abcdefgh")), whole=whole)
    if whole:
        assert journey.answer is not None
        said = {choice["index"]: choice["text"] for choice in journey.answer["choices"]}
        assert list(said) == list(range(8))
    else:
        said = await read(journey)
    assert said == {index: f"{letter}!" for index, letter in enumerate("abcdefgh")}
    assert journey.usage == {"prompt_tokens": 24, "completion_tokens": 16, "total_tokens": 40}
    (outcome,) = scene.ended
    assert (outcome.outcome, outcome.destination, outcome.usage) == ("completed", "first", journey.usage)


async def test_choice_j_of_prompt_i_has_the_index_i_n_plus_j(scene: Scene) -> None:
    def two(name: str) -> Answer:
        return says(text(f"{name}1", "stop", 1), text(f"{name}0", "stop", 0), usage(3, 2))

    journey = await scene.run(Engine({"x": two("x"), "y": two("y")}), answers=2, echo=True)
    assert await read(journey) == {0: "xx0", 1: "xx1", 2: "yy0", 3: "yy1"}


async def test_all_chunks_belong_to_one_answer(scene: Scene) -> None:
    journey = await scene.run(Engine(saying("a", "b")))
    assert len({chunk["id"] async for chunk in journey.chunks()}) == 1


async def held(engine: Engine, count: int) -> None:
    async with asyncio.timeout(5):
        while engine.busy < count:
            await asyncio.sleep(0.005)


async def test_as_many_are_answered_at_once_as_there_are_places(scene: Scene) -> None:
    engine = Engine(saying(*"abcdefgh"))
    engine.open.clear()
    running = asyncio.create_task(scene.run(engine, whole=True))
    await held(engine, 4)
    engine.open.set()
    await running
    assert (len(engine.seen), engine.most) == (8, 4)


async def test_several_answers_to_each_prompt_take_as_many_places(scene: Scene) -> None:
    engine = Engine(saying(*"abcd"))
    engine.open.clear()
    running = asyncio.create_task(scene.run(engine, whole=True, answers=2))
    await held(engine, 2)
    engine.open.set()
    await running
    assert engine.most == 2


async def test_another_caller_is_served_after_one_answer_at_most(scene: Scene) -> None:
    scene.turns = Turns(2)
    engine = Engine(saying(*"abcdefgh"))
    engine.open.clear()
    running = asyncio.create_task(scene.run(engine, whole=True))
    await held(engine, 2)

    async def other() -> int:
        async with scene.turns.turn("other"):
            return len(engine.seen)

    waiting = asyncio.create_task(other())
    await asyncio.sleep(0)
    engine.open.set()
    assert await waiting < 8
    await running


async def test_where_no_other_place_is_free_they_are_answered_one_after_the_other(scene: Scene) -> None:
    scene.turns = Turns(1, most_waiting=0)
    engine = Engine(saying(*"abc"))
    await scene.run(engine, whole=True)
    assert (engine.most, engine.seen) == (1, ["prompt a", "prompt b", "prompt c"])


async def test_one_that_is_refused_refuses_the_whole_request(scene: Scene) -> None:
    too_long = fails(400, {"error": {"type": "exceed_context_size_error", "n_prompt_tokens": 9, "n_ctx": 5}})
    with pytest.raises(NoDestination) as caught:
        await scene.run(Engine({**saying("a"), "long": too_long}), whole=True)
    assert (caught.value.error.code, caught.value.error.param) == ("context_length_exceeded", "prompt")


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        (fails(400, {"error": {"type": "exceed_context_size_error"}}), "context_length_exceeded"),
        (fails(503, {}), "engine_error"),
        (says(None), "connection_lost"),
        (says(text("b", "stop", 1)), "malformed_chunk"),
    ],
)
async def test_a_stream_that_has_begun_breaks_where_one_fails(scene: Scene, fault: Answer, code: str) -> None:
    scene.turns = Turns(1, most_waiting=0)
    journey = await scene.run(Engine({**saying("a"), "bad": fault}))
    chunks: list[Chunk] = []

    async def reading() -> None:
        async for chunk in journey.chunks():
            chunks.append(chunk)

    with pytest.raises(BrokenAnswer, match=f"^{code}$"):
        await reading()
    assert "".join(chunk["choices"][0]["text"] for chunk in chunks) == "a!"
    (outcome,) = scene.ended
    assert (outcome.outcome, outcome.error) == ("interrupted", code)
    await journey.close()
    assert scene.turns.waiting == 0


async def test_a_caller_who_goes_away_ends_the_work_on_all_prompts(scene: Scene) -> None:
    endless: Answer = says(text("a"), 30)
    engine = Engine({"a": endless, "b": endless, "c": endless})
    journey = await scene.run(engine)
    await held(engine, 3)
    await journey.close()
    async with asyncio.timeout(5):
        while engine.busy:
            await asyncio.sleep(0.005)
    assert [outcome.outcome for outcome in scene.ended] == ["cancelled"]
    async with asyncio.timeout(5), scene.turns.turn(None):
        assert scene.turns.waiting == 0
