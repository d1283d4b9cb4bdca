"""Whatever detection does, a prompt is either inspected or known not to be."""

import asyncio
import logging
import threading
import time
from collections.abc import AsyncIterator, Callable, Sequence
from typing import Any

import pytest

from gateway.detection import inspect
from gateway.detection.findings import DetectionError, DetectionTimeout, Finding
from gateway.detection.inspect import Inspector
from gateway.detection.joined import STEP
from gateway.prompt import Prompt, Segment

CANARY = "Canary Fairweather 4417"
FOUND = (Finding(0, 5, "PERSON", 0.9, "r"),)
Answer = Callable[[Sequence[str]], Any]


class Scripted:
    """A detector whose answer the test writes; keeps what it was asked."""

    parts: dict[str, str] = {}  # noqa: RUF012
    entities = frozenset({"PERSON"})

    def __init__(self, answer: Answer) -> None:
        self.version = "v1"
        self.answer = answer
        self.asked: list[list[str]] = []
        self.asked_by_rule: list[list[str]] = []
        self.asked_as_answers: list[list[str]] = []

    def detect(
        self,
        texts: Sequence[str],
        *,
        deadline: float | None = None,
        rules_only: bool = False,
        answers: bool = False,
    ) -> Any:
        assert deadline is not None
        (self.asked_by_rule if rules_only else self.asked_as_answers if answers else self.asked).append(list(texts))
        return self.answer(texts)


def names(texts: Sequence[str]) -> list[tuple[Finding, ...]]:
    return [FOUND if "Canary" in text else () for text in texts]


def prompt(*texts: str) -> Prompt:
    segments = tuple(Segment(f"messages[{index}].content", text) for index, text in enumerate(texts))
    return Prompt(segments, (), sequences=(tuple(range(len(texts))),) if len(texts) > 1 else ())


@pytest.fixture
async def inspecting() -> AsyncIterator[Callable[..., tuple[Inspector, Scripted]]]:
    made: list[Inspector] = []

    def make(answer: Answer = names, **options: Any) -> tuple[Inspector, Scripted]:
        detector = Scripted(answer)
        made.append(Inspector(detector, **options))
        return made[-1], detector

    yield make
    for inspector in made:
        inspector.close()


Inspecting = Callable[..., tuple[Inspector, Scripted]]


class TestFindings:
    async def test_they_carry_the_place_of_their_segment(self, inspecting: Inspecting) -> None:
        inspector, _ = inspecting()
        result = await inspector.inspect(prompt("hello", CANARY, "bye", CANARY))
        assert result.failed is None
        assert result.findings == (("messages[1].content", FOUND[0]), ("messages[3].content", FOUND[0]))
        assert result.elapsed_ms > 0

    async def test_a_text_seen_before_is_not_looked_at_again(self, inspecting: Inspecting) -> None:
        inspector, detector = inspecting()
        await inspector.inspect(prompt("hello", CANARY))
        again = await inspector.inspect(prompt("hello", CANARY, "new"))
        assert detector.asked == [["hello", CANARY], ["new"]]
        assert again.findings == (("messages[1].content", FOUND[0]),)

    async def test_a_text_that_stands_there_twice_is_looked_at_once(self, inspecting: Inspecting) -> None:
        inspector, detector = inspecting()
        result = await inspector.inspect(prompt(CANARY, CANARY))
        assert detector.asked == [[CANARY]]
        assert len(result.findings) == 2

    async def test_another_detector_version_looks_again(self, inspecting: Inspecting) -> None:
        inspector, detector = inspecting()
        await inspector.inspect(prompt("hello"))
        detector.version = "v2"
        await inspector.inspect(prompt("hello"))
        assert len(detector.asked) == 2

    async def test_a_prompt_without_text_needs_no_detector(self, inspecting: Inspecting) -> None:
        inspector, detector = inspecting()
        result = await inspector.inspect(prompt())
        assert (result.findings, result.failed, detector.asked) == ((), None, [])

    async def test_many_prompts_at_once_get_each_their_own(self, inspecting: Inspecting) -> None:
        inspector, _ = inspecting(cache_size=5)
        prompts = [prompt(f"text {number}", f"Canary {number}") for number in range(100)]
        results = await asyncio.gather(*map(inspector.inspect, prompts))
        assert all(len(result.findings) == 1 and result.failed is None for result in results)


class TestPieces:
    """What stands in several texts is looked for where they meet, by rules alone, and cached as well."""

    async def test_a_number_over_two_texts_is_found_in_both(self, inspecting: Inspecting) -> None:
        def cards(texts: Sequence[str]) -> Any:
            return [
                (Finding(3, 22, "CREDIT_CARD", 1.0, "r"),) if text == "is 4111 1111\n1111 1111" else ()
                for text in texts
            ]

        inspector, detector = inspecting(cards)
        result = await inspector.inspect(prompt("is 4111 1111", "1111 1111"))
        assert [(path, item.start, item.end, item.undone) for path, item in result.findings] == [
            ("messages[0].content", 3, 12, (STEP,)),
            ("messages[1].content", 0, 9, (STEP,)),
        ]
        assert detector.asked == [["is 4111 1111", "1111 1111"]]
        assert detector.asked_by_rule == [["is 4111 1111\n1111 1111"]]

    async def test_only_new_meetings_are_looked_at(self, inspecting: Inspecting) -> None:
        inspector, detector = inspecting()
        await inspector.inspect(prompt("is 4111 1111", "1111 1111"))
        await inspector.inspect(prompt("is 4111 1111", "1111 1111", "fine"))
        await inspector.inspect(prompt("is 4111 1111", "1111 1111", "fine", "is 17", "18"))
        assert detector.asked_by_rule == [["is 4111 1111\n1111 1111"], ["is 17\n18"]]

    async def test_a_text_that_rules_alone_have_seen_is_looked_at_in_full(self, inspecting: Inspecting) -> None:
        inspector, detector = inspecting()
        await inspector.inspect(prompt("is 17", "18"))
        await inspector.inspect(prompt("is 17\n18"))
        assert detector.asked == [["is 17", "18"], ["is 17\n18"]]

    async def test_what_a_text_shows_by_itself_is_not_reported_twice(self, inspecting: Inspecting) -> None:
        inspector, _ = inspecting(
            lambda texts: [(Finding(3, 5, "PIN", 1.0, "r"),) if "is 17" in text else () for text in texts]
        )
        result = await inspector.inspect(prompt("is 17", "18"))
        assert [path for path, _ in result.findings] == ["messages[0].content"]

    async def test_a_failure_there_is_a_failure(self, inspecting: Inspecting) -> None:
        def fails(texts: Sequence[str]) -> Any:
            if "\n" in texts[0]:
                raise ValueError(CANARY)
            return [()] * len(texts)

        inspector, _ = inspecting(fails)
        result = await inspector.inspect(prompt("is 17", "18"))
        assert (result.failed, result.findings) == ("ValueError in the detector", ())

    async def test_a_request_of_very_many_texts_is_joined_off_the_loop(self, inspecting: Inspecting) -> None:
        inspector, detector = inspecting()
        result = await inspector.inspect(prompt(*map(str, range(2_000))))
        assert result.failed is None
        assert len(detector.asked_by_rule[0]) > 50


def raising(error: BaseException) -> Answer:
    def answer(texts: Sequence[str]) -> Any:
        raise error

    return answer


FAULTS: dict[str, Answer] = {
    "an error that quotes the text": raising(ValueError(f"can't parse {CANARY!r}")),
    "a key error": raising(KeyError(CANARY)),
    "an error of the detector": raising(DetectionError("LAC failed")),
    "a time-out of the detector": raising(DetectionTimeout("out of time")),
    "too little memory": raising(MemoryError(CANARY)),
    "too deep": raising(RecursionError(CANARY)),
    "an unreadable text": raising(UnicodeDecodeError("utf-8", CANARY.encode(), 0, 1, CANARY)),
    "no answer": lambda texts: None,
    "no answer for any text": lambda texts: [],
    "an answer too few": lambda texts: [()] * (len(texts) - 1),
    "an answer too many": lambda texts: [()] * (len(texts) + 1),
    "a number": lambda texts: 5,
}
NO_FINDINGS: dict[str, Answer] = {
    "nothing for a text": lambda texts: [None] * len(texts),
    "a word for a text": lambda texts: [CANARY] * len(texts),
    "text among the findings": lambda texts: [(CANARY,)] * len(texts),
}


@pytest.mark.parametrize("answer", FAULTS.values(), ids=FAULTS.keys())
async def test_whatever_goes_wrong_is_a_failure_that_shows_nothing_and_is_not_remembered(
    inspecting: Inspecting, answer: Answer, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    inspector, detector = inspecting(answer)
    first = await inspector.inspect(prompt(CANARY, "hello"))
    assert first.failed
    assert first.findings == ()
    assert CANARY not in first.failed
    detector.answer = names
    second = await inspector.inspect(prompt(CANARY, "hello"))
    assert second.failed is None
    assert len(second.findings) == 1
    assert detector.asked == [[CANARY, "hello"]] * 2
    shown = caplog.text + "".join(str(record.exc_info) + str(record.args) for record in caplog.records)
    assert "detection failed" in shown
    assert CANARY not in shown


@pytest.mark.parametrize("answer", NO_FINDINGS.values(), ids=NO_FINDINGS.keys())
async def test_an_answer_that_is_no_findings_is_a_failure(inspecting: Inspecting, answer: Answer) -> None:
    inspector, _ = inspecting(answer)
    result = await inspector.inspect(prompt(CANARY, "hello"))
    assert result.failed
    assert result.findings == ()


async def test_when_new_text_fails_what_was_known_before_does_not_count_as_a_result(inspecting: Inspecting) -> None:
    inspector, detector = inspecting()
    await inspector.inspect(prompt(CANARY))
    detector.answer = raising(ValueError("x"))
    result = await inspector.inspect(prompt(CANARY, "new"))
    assert result.failed == "ValueError in the detector"
    assert result.findings == ()


async def test_a_detector_that_hangs_is_given_up_and_the_loop_goes_on(
    inspecting: Inspecting, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(inspect, "GRACE", 0.05)
    released = threading.Event()

    def hangs(texts: Sequence[str]) -> Any:
        released.wait(10)
        return names(texts)

    inspector, detector = inspecting(hangs, timeout=0.1)
    try:
        start = time.monotonic()
        result = await inspector.inspect(prompt(CANARY))
        assert result.failed == "it took longer than 0.1 s"
        assert result.findings == ()
        assert time.monotonic() - start < 5
    finally:
        released.set()
    detector.answer = names
    await asyncio.sleep(0.05)
    assert (await inspector.inspect(prompt(CANARY))).failed is None


async def test_waiting_for_a_thread_counts(inspecting: Inspecting, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inspect, "GRACE", 0.05)
    released = threading.Event()

    def hangs(texts: Sequence[str]) -> Any:
        released.wait(10)
        return names(texts)

    inspector, detector = inspecting(hangs, timeout=0.1, threads=1)
    try:
        results = await asyncio.gather(*(inspector.inspect(prompt(f"{CANARY} {n}")) for n in range(5)))
        assert all(result.failed for result in results)
        assert len(detector.asked) == 1
    finally:
        released.set()


async def test_a_caller_who_goes_away_is_not_held(inspecting: Inspecting) -> None:
    released = threading.Event()
    inspector, _ = inspecting(lambda texts: (released.wait(10), names(texts))[1])
    task = asyncio.create_task(inspector.inspect(prompt(CANARY)))
    try:
        await asyncio.sleep(0.05)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
    finally:
        released.set()


async def test_after_closing_nothing_is_taken_for_inspected(inspecting: Inspecting) -> None:
    inspector, _ = inspecting()
    inspector.close()
    assert (await inspector.inspect(prompt(CANARY))).failed == "RuntimeError in the detector"


class TestEnough:
    """What rules find can make the models' word unneeded."""

    async def test_the_models_are_not_asked_where_a_rule_found_enough(
        self, inspecting: Callable[..., tuple[Inspector, Scripted]]
    ) -> None:
        inspector, detector = inspecting(enough=frozenset({"PERSON"}))

        result = await inspector.inspect(prompt("nothing here", CANARY))

        assert [path for path, _ in result.findings] == ["messages[1].content"]
        assert detector.asked == []

    async def test_they_are_asked_where_rules_found_other_things_or_nothing(
        self, inspecting: Callable[..., tuple[Inspector, Scripted]]
    ) -> None:
        inspector, detector = inspecting(enough=frozenset({"API_KEY"}))

        await inspector.inspect(prompt(CANARY))

        assert detector.asked == [[CANARY]]
        assert detector.asked_by_rule == [[CANARY]]

    async def test_what_rules_alone_said_is_never_taken_for_the_whole(
        self, inspecting: Callable[..., tuple[Inspector, Scripted]]
    ) -> None:
        inspector, detector = inspecting(enough=frozenset({"PERSON"}))
        await inspector.inspect(prompt(CANARY))
        inspector._enough = frozenset()

        await inspector.inspect(prompt(CANARY))

        assert detector.asked == [[CANARY]]


async def test_a_model_s_answers_are_looked_at_as_such_and_remembered_apart(
    inspecting: Callable[..., tuple[Inspector, Scripted]],
) -> None:
    inspector, detector = inspecting()
    segments = tuple(Segment(f"messages[{index}].content", "the same") for index in range(2))
    await inspector.inspect(Prompt(segments, (), answers=frozenset({1})))
    await inspector.inspect(Prompt(segments, (), answers=frozenset({1})))

    assert detector.asked == [["the same"]]
    assert detector.asked_as_answers == [["the same"]]
