"""Destinations are tried in order until one begins to answer; every end is recorded once."""

import asyncio
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack
from typing import Any

import pytest

from gateway.audit.record import OutcomeRecord
from gateway.backends.run import Attempt, Backend, Journey, NoDestination, run
from gateway.backends.unanswered import RETRY_AFTER
from gateway.openai.errors import ApiError
from gateway.openai.stream import BrokenAnswer, Chunk
from tests.backends.stub_engine import (
    HELLO,
    NAMES,
    PROMPT,
    ROLE,
    STOP,
    USAGE,
    Answer,
    Stub,
    cleared,
    client,
    delta,
    fails,
    says,
    stub_engine,
)


class Scene:
    """Engines behind the gateway's clients, and a journey through them."""

    def __init__(self, stack: AsyncExitStack) -> None:
        self._stack = stack
        self.stubs: list[Stub] = []
        self.made: list[str] = []
        self.ended: list[OutcomeRecord] = []
        self.journey = Journey(lambda: 1.5, OutcomeRecord("dec_1", "failed"), {}, self.ended.append)

    async def attempts(
        self, *answers: Answer | None, whole: bool = False, patience: float | None = None
    ) -> Iterator[Attempt]:
        backends = []
        for name, answer in zip(NAMES, answers, strict=False):
            stub = None
            if answer is not None:
                stub = await self._stack.enter_async_context(stub_engine(answer))
                self.stubs.append(stub)
            upstream = await self._stack.enter_async_context(client(stub, name))
            backends.append((name, Backend(upstream, f"{name}-model", "m")))

        def attempts() -> Iterator[Attempt]:
            for name, backend in backends:
                self.made.append(name)
                yield Attempt(backend, cleared(name), "chat.completion.chunk", whole, patience)

        return attempts()

    async def run(self, *answers: Answer | None, whole: bool = False, patience: float | None = None) -> Journey:
        await run(self.journey, await self.attempts(*answers, whole=whole, patience=patience))
        return self.journey

    async def fails(self, *answers: Answer | None, whole: bool = False, patience: float | None = None) -> ApiError:
        with pytest.raises(NoDestination) as caught:
            await self.run(*answers, whole=whole, patience=patience)
        return caught.value.error

    @property
    def fallbacks(self) -> dict[str, str]:
        return {item["destination"]: item["reason"] for item in self.journey.outcome.fallbacks}


@pytest.fixture
async def scene() -> AsyncIterator[Scene]:
    async with AsyncExitStack() as stack:
        yield Scene(stack)


def said(chunks: list[Chunk]) -> str:
    return "".join(choice["delta"].get("content", "") for chunk in chunks for choice in chunk["choices"])


async def read(journey: Journey) -> list[Chunk]:
    return [chunk async for chunk in journey.chunks()]


class TestOrder:
    async def test_the_first_that_answers_is_the_only_one_that_sees_the_prompt(self, scene: Scene) -> None:
        journey = await scene.run(says(*HELLO), says(*HELLO))
        chunks = await read(journey)
        assert said(chunks) == "Hello"
        assert [chunk["model"] for chunk in chunks] == ["first-model"] * len(chunks)
        assert (scene.made, [len(stub.seen) for stub in scene.stubs]) == (["first"], [1, 0])
        assert journey.headers == {"x-sepal-destination": "first"}

    @pytest.mark.parametrize("whole", [False, True])
    @pytest.mark.parametrize(
        ("fault", "reason"),
        [
            (None, "is starting (loading the model)"),
            (fails(503, {"error": {"message": PROMPT}}), "answered with status 503"),
            (fails(302, {}, {"location": "http://127.0.0.1:1/"}), "answered with status 302"),
            (fails(400, {"error": {"message": PROMPT}}), "refused the request"),
            (fails(400, {"error": {"type": "exceed_context_size_error"}}), "the prompt is longer than its context"),
            (says(None), "broke off its answer (connection_lost)"),
            (says(), "broke off its answer (ended_early)"),
            (says(ROLE), "broke off its answer (ended_early)"),
            (says(ROLE, None), "broke off its answer (connection_lost)"),
            (says({"error": {"message": PROMPT, "code": PROMPT}}), "broke off its answer (engine_error)"),
            (says({"error": {"code": "swarm_timeout"}}), "broke off its answer (swarm_timeout)"),
            (says(b"data: nonsense\n\n"), "broke off its answer (malformed_chunk)"),
            (says({"choices": [{"delta": PROMPT}]}), "broke off its answer (malformed_chunk)"),
            (fails(200, {"choices": [{"message": {"content": PROMPT}}]}), "broke off its answer (ended_early)"),
        ],
    )
    async def test_one_that_does_not_begin_is_passed_over_with_a_reason(
        self, scene: Scene, fault: Answer | None, reason: str, whole: bool
    ) -> None:
        journey = await scene.run(fault, says(*HELLO), whole=whole)
        if whole:
            assert journey.answer is not None
            assert journey.answer["choices"][0]["message"]["content"] == "Hello"
        else:
            assert said(await read(journey)) == "Hello"
        assert scene.fallbacks == {"first": reason}
        assert (journey.outcome.outcome, journey.outcome.destination) == ("completed", "second")
        assert journey.outcome.model == "second-model"
        assert journey.headers["x-sepal-destination"] == "second"
        assert scene.ended == [journey.outcome]

    async def test_several_are_passed_over_in_their_order(self, scene: Scene) -> None:
        await read(await scene.run(None, fails(500, {}), says(*HELLO)))
        assert list(scene.fallbacks) == ["first", "second"]
        assert scene.made == list(NAMES)


class TestPatience:
    @pytest.mark.parametrize("silence", [says(30), says(ROLE, 30), says(b": ping\n\n", delta(), 30)])
    async def test_one_that_gives_no_token_in_time_is_left_for_the_next(self, scene: Scene, silence: Answer) -> None:
        journey = await scene.run(silence, says(*HELLO), patience=0.5)
        assert said(await read(journey)) == "Hello"
        assert scene.fallbacks == {"first": "gave no token within 0.5 s"}
        await asyncio.wait_for(scene.stubs[0].left.wait(), 5)

    async def test_so_is_one_that_does_not_even_answer(self, scene: Scene) -> None:
        async def silent(request: Any) -> Any:
            await asyncio.sleep(30)

        journey = await scene.run(silent, says(*HELLO), patience=0.5)
        assert said(await read(journey)) == "Hello"
        await asyncio.wait_for(scene.stubs[0].left.wait(), 5)

    @pytest.mark.parametrize("whole", [False, True])
    async def test_after_the_first_token_it_may_take_its_time(self, scene: Scene, whole: bool) -> None:
        answer = says(ROLE, delta("a"), 0.8, delta("b"), STOP)
        journey = await scene.run(answer, says(*HELLO), patience=0.6, whole=whole)
        if whole:
            assert journey.answer is not None
            assert journey.answer["choices"][0]["message"]["content"] == "ab"
        else:
            assert said(await read(journey)) == "ab"
        assert scene.fallbacks == {}

    async def test_without_a_limit_it_waits(self, scene: Scene) -> None:
        assert said(await read(await scene.run(says(0.3, *HELLO)))) == "Hello"

    async def test_streaming_begins_with_the_first_token_not_with_the_last(self, scene: Scene) -> None:
        start = time.monotonic()
        journey = await scene.run(says(ROLE, delta("a"), 30))
        chunks = journey.chunks()
        assert said([await anext(chunks), await anext(chunks)]) == "a"
        assert time.monotonic() - start < 10
        await journey.close()


class TestEnds:
    async def test_a_whole_stream_is_completed_with_its_usage(self, scene: Scene) -> None:
        journey = await scene.run(says(*HELLO))
        assert scene.ended == []
        await read(journey)
        (outcome,) = scene.ended
        assert (outcome.outcome, outcome.usage, outcome.error) == ("completed", USAGE, None)
        assert outcome.timings.to_json() == {"first_token_ms": 1.5, "total_ms": 1.5}

    async def test_a_whole_answer_is_completed_before_anything_is_sent(self, scene: Scene) -> None:
        journey = await scene.run(says(*HELLO), whole=True)
        assert [outcome.outcome for outcome in scene.ended] == ["completed"]
        assert journey.answer is not None
        assert journey.answer["usage"] == USAGE
        assert journey.answer["choices"][0]["finish_reason"] == "stop"

    async def test_a_stream_that_breaks_in_the_middle_is_not_begun_elsewhere(self, scene: Scene) -> None:
        journey = await scene.run(says(ROLE, delta("par"), 0.01, None), says(*HELLO))
        chunks: list[Chunk] = []

        async def reading() -> None:
            async for chunk in journey.chunks():
                chunks.append(chunk)

        with pytest.raises(BrokenAnswer, match="connection_lost"):
            await reading()
        assert said(chunks) == "par"
        (outcome,) = scene.ended
        assert (outcome.outcome, outcome.error, outcome.destination) == ("interrupted", "connection_lost", "first")
        assert scene.stubs[1].seen == []

    async def test_a_whole_answer_that_breaks_in_the_middle_is_made_again_elsewhere(self, scene: Scene) -> None:
        broken = says(ROLE, delta("par"), None)
        journey = await scene.run(broken, says(*HELLO), whole=True)
        assert journey.answer is not None
        assert journey.answer["choices"][0]["message"]["content"] == "Hello"
        assert scene.fallbacks == {"first": "broke off its answer (connection_lost)"}
        assert [outcome.outcome for outcome in scene.ended] == ["completed"]

    async def test_nothing_of_an_attempt_that_broke_off_is_recorded_as_the_answers(self, scene: Scene) -> None:
        broken = says(ROLE, {**delta("par"), "usage": USAGE}, None)
        await scene.fails(broken, None, whole=True)
        assert scene.journey.usage is None
        assert scene.journey.outcome.timings.first_token_ms is None

    async def test_a_reader_who_stops_cancels_the_engine(self, scene: Scene) -> None:
        journey = await scene.run(says(ROLE, delta("a"), 30))
        chunks = journey.chunks()
        await anext(chunks)
        await journey.close()
        assert [outcome.outcome for outcome in scene.ended] == ["cancelled"]
        await asyncio.wait_for(scene.stubs[0].left.wait(), 5)

    async def test_so_does_one_who_goes_while_waiting_for_the_next_token(self, scene: Scene) -> None:
        journey = await scene.run(says(ROLE, delta("a"), 30))
        task = asyncio.create_task(read(journey))
        await asyncio.sleep(0.05)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        await journey.close()
        assert [outcome.outcome for outcome in scene.ended] == ["cancelled"]
        await asyncio.wait_for(scene.stubs[0].left.wait(), 5)

    @pytest.mark.parametrize(
        ("answer", "whole"), [(says(30), False), (says(ROLE, 30), False), (says(ROLE, delta("a"), 30), True)]
    )
    async def test_so_does_one_who_goes_before_anything_was_sent(
        self, scene: Scene, answer: Answer, whole: bool
    ) -> None:
        attempts = await scene.attempts(answer, says(*HELLO), whole=whole)
        task = asyncio.create_task(run(scene.journey, attempts))
        while not scene.stubs[0].seen:
            await asyncio.sleep(0.01)
        await asyncio.sleep(0.05)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        await scene.journey.close()
        assert [outcome.outcome for outcome in scene.ended] == ["cancelled"]
        assert scene.stubs[1].seen == []
        await asyncio.wait_for(scene.stubs[0].left.wait(), 0.5)

    async def test_an_end_is_recorded_once(self, scene: Scene) -> None:
        journey = await scene.run(says(*HELLO))
        await read(journey)
        await journey.close()
        journey.fail(ApiError(500, "No."))
        assert len(scene.ended) == 1


class TestNobody:
    async def test_when_all_are_down_the_caller_may_try_again(self, scene: Scene) -> None:
        error = await scene.fails(None, fails(500, {"error": {"message": PROMPT}}))
        assert (error.status, error.code, error.retry_after) == (503, "no_destination_available", RETRY_AFTER)
        assert "'first' is starting (loading the model); 'second' answered with status 500" in error.message
        assert scene.journey.outcome.destination is None
        assert scene.journey.outcome.model is None

    async def test_when_the_prompt_is_too_long_everywhere_the_numbers_are_of_the_longest_context(
        self, scene: Scene
    ) -> None:
        def too_long(context: int) -> Answer:
            error = {"type": "exceed_context_size_error", "n_prompt_tokens": 900, "n_ctx": context}
            return fails(400, {"error": {**error, "message": PROMPT}})

        error = await scene.fails(too_long(256), too_long(512), too_long(128))
        assert (error.status, error.code, error.param) == (400, "context_length_exceeded", "messages")
        assert "900 tokens; the largest context here is 512" in error.message
        assert error.retry_after is None

    async def test_when_it_is_too_long_here_and_the_other_is_down_a_retry_may_help(self, scene: Scene) -> None:
        error = await scene.fails(fails(400, {"error": {"code": "context_length_exceeded"}}), None)
        assert (error.status, error.retry_after) == (503, RETRY_AFTER)

    async def test_when_the_engine_does_not_like_the_request_a_retry_does_not_help(self, scene: Scene) -> None:
        error = await scene.fails(fails(400, {"error": {"message": PROMPT}}))
        assert (error.status, error.code, error.retry_after) == (400, "engine_refused", None)

    async def test_without_any_attempt_nobody_answers(self, scene: Scene) -> None:
        assert (await scene.fails()).status in (400, 503)

    async def test_a_failure_carries_the_decisions_headers(self, scene: Scene) -> None:
        scene.journey.headers["x-sepal-label"] = "secret"
        error = scene.journey.fail(await scene.fails(None))
        assert error.headers()["x-sepal-destination"] == "none"
        assert error.headers()["x-sepal-label"] == "secret"
        assert [outcome.error for outcome in scene.ended] == ["no_destination_available"]

    @pytest.mark.parametrize(
        "fault",
        [
            fails(500, {"error": {"message": PROMPT, "type": PROMPT}}),
            fails(400, {"error": {"message": PROMPT, "code": PROMPT}}),
            says({"error": {"message": PROMPT, "code": PROMPT, "type": PROMPT}}),
            says(b"data: " + PROMPT.encode() + b"\n\n"),
            fails(200, {"detail": PROMPT}),
        ],
    )
    async def test_nothing_that_an_engine_quotes_reaches_the_caller_or_the_record(
        self, scene: Scene, fault: Answer
    ) -> None:
        error = scene.journey.fail(await scene.fails(fault, fault, fault))
        shown = f"{error.body()} {error.headers()} {scene.journey.outcome.to_json()}"
        assert "Fairweather" not in shown
