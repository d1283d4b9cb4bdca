"""What happens while parts are down, and when callers go away: real parts, killed for real."""

from __future__ import annotations

import asyncio
import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import openai
import pytest

from tests.wires.conversations import Conversation
from tests.wires.tapped_product import TappedProduct, eventually


def prompt(text: str, marker: str, **more: Any) -> Conversation:
    messages = [{"role": "user", "content": text.format(marker)}]
    return Conversation("chat", {"model": "auto", "max_tokens": 2, "messages": messages, **more}, marker, "")


def clean(marker: str, **more: Any) -> Conversation:
    return prompt("Say something about the {}.", marker, **more)


def sensitive(marker: str, **more: Any) -> Conversation:
    return prompt("Write to my patient Maria Gonzalez, born 3 May 1961, about the {}.", marker, **more)


def on_the_wire(product: TappedProduct, marker: str) -> bool:
    """Whether the swarm's side got to see the marker."""
    return any(marker in text for text in (*product.tap.bridge(), *product.tap.server()))


def test_while_all_servers_of_the_swarm_are_down_the_local_model_answers_and_the_audit_says_why(
    whole: TappedProduct,
) -> None:
    with whole.held_down("servers"), whole.held_down("local"):
        whole.kill("server-a")
        whole.kill("server-b")
        at_once = whole.ask(clean("copper weathercock"))
        degraded = {"local": "ready", "swarm": "degraded"}
        eventually(lambda: whole.destinations() == degraded, "the gateway knows")
        later = whole.ask(clean("granite staircase", stream=True))
        kept = whole.ask(sensitive("velvet armchair", model="swarm"))
        whole.kill("local")
        nowhere = whole.ask(clean("rusty anchor"))

    for answer in (at_once, later):
        assert (answer.status, answer.error, answer.destination) == (200, None, "local")
        assert answer.headers["x-sepal-label"] == "public"
        assert whole.decided(answer.decision)["destinations"] == ["swarm", "local"]
        outcome = whole.outcome(answer.decision)
        assert outcome["outcome"] == "completed"
        assert [passed["destination"] for passed in outcome["fallbacks"]] == ["swarm"]
    assert "swarm_unavailable" in whole.outcome(later.decision)["fallbacks"][0]["reason"]
    assert kept.destination == "local"
    assert whole.decided(kept.decision)["destinations"] == ["local"]
    assert whole.outcome(kept.decision)["fallbacks"] == []
    assert not on_the_wire(whole, "velvet armchair")
    assert (nowhere.status, nowhere.error, nowhere.destination) == (503, "no_destination_available", "none")
    passed = whole.outcome(nowhere.decision)["fallbacks"]
    assert [item["destination"] for item in passed] == ["swarm", "local"]
    assert all(item["reason"] for item in passed)


def test_a_swarm_that_gives_no_token_in_time_is_passed_over(whole: TappedProduct) -> None:
    servers = [whole.running_pid(part) for part in ("server-a", "server-b")]
    with stopped(*servers):
        answer = whole.ask(clean("silver teaspoon", stream=True))

    assert (answer.status, answer.error, answer.destination) == (200, None, "local")
    assert [passed["destination"] for passed in whole.outcome(answer.decision)["fallbacks"]] == ["swarm"]


@contextmanager
def stopped(*pids: int) -> Iterator[None]:
    """While this lasts, these processes live but do nothing."""
    for pid in pids:
        os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        for pid in pids:
            os.kill(pid, signal.SIGCONT)


def test_what_must_stay_here_is_refused_while_the_local_engine_is_down(whole: TappedProduct) -> None:
    asked = [
        sensitive("brass doorknob"),
        sensitive("linen curtain", model="swarm", stream=True),
        sensitive("marble fountain", model="local"),
        clean("paper lantern", model="local"),
        clean("leather saddle", model="local", stream=True),
    ]
    with whole.held_down("local"):
        whole.kill("local")
        answers = [whole.ask(item) for item in asked]
        meanwhile = whole.ask(clean("woollen blanket"))

    for answer in answers:
        assert (answer.status, answer.error) == (503, "no_destination_available")
        assert int(answer.headers["retry-after"]) > 0
        assert answer.headers["x-should-retry"] == "true"
        assert answer.destination == "none"
        assert whole.decided(answer.decision)["destinations"] == ["local"]
        outcome = whole.outcome(answer.decision)
        assert (outcome["outcome"], outcome["destination"]) == ("failed", None)
        assert [passed["destination"] for passed in outcome["fallbacks"]] == ["local"]
        assert not on_the_wire(whole, answer.conversation.marker)
    assert meanwhile.destination == "swarm"
    assert on_the_wire(whole, "woollen blanket")


LONG = {"max_tokens": 3000, "temperature": 0}


@pytest.mark.parametrize(("form", "destination"), [(clean, "swarm"), (sensitive, "local")])
@pytest.mark.parametrize("stream", [True, False], ids=["in mid-stream", "before the answer"])
def test_a_caller_who_goes_away_ends_the_work_at_the_engine(
    whole: TappedProduct, form: Callable[..., Conversation], destination: str, stream: bool
) -> None:
    before = decisions(whole)
    # More callers than either engine answers at once: their places must be free again.
    for turn in range(6):
        leave(whole, form(f"endless tale {turn}, in ten thousand words", stream=stream, **LONG))

    outcomes = [whole.outcome(decision) for decision in decisions(whole) - before]
    assert len(outcomes) == 6
    assert {outcome["outcome"] for outcome in outcomes} == {"cancelled"}
    assert {outcome["destination"] for outcome in outcomes} == {destination}
    eventually(lambda: whole.bridge_health()["active_requests"] == 0, "the bridge is idle", 15)
    eventually(lambda: is_idle(whole, "local"), "the local engine is idle", 15)
    assert whole.ask(form("short tale")).destination == destination


def leave(product: TappedProduct, conversation: Conversation) -> None:
    """Ask, and go away: of a stream after the first words, else while the answer is being written."""
    if conversation.arguments["stream"]:
        with openai.OpenAI(base_url=f"{product.url}/v1", api_key="anything", max_retries=0) as client:
            chunks = client.chat.completions.create(**conversation.arguments)
            assert any(chunk.choices[0].delta.content for chunk in chunks)
            chunks.close()
    else:
        asyncio.run(_leave_while_it_is_written(product, conversation))


async def _leave_while_it_is_written(product: TappedProduct, conversation: Conversation) -> None:
    async with openai.AsyncOpenAI(base_url=f"{product.url}/v1", api_key="anything", max_retries=0) as client:
        known = decisions(product)
        asking = asyncio.create_task(client.chat.completions.create(**conversation.arguments))
        while decisions(product) == known:
            await asyncio.sleep(0.05)
        await asyncio.sleep(0.3)
        assert asking.cancel(), "the answer was too short"
        await asyncio.gather(asking, return_exceptions=True)


def decisions(product: TappedProduct) -> set[str]:
    """Ids of all decisions so far."""
    return {record["decision"] for record in product.audit() if record["event"] == "decision"}


def is_idle(product: TappedProduct, part: str) -> bool:
    """Whether a part's main process rests: it has used less than a tenth of a core for half a second."""
    pid = product.running_pid(part)
    before, started = cpu_seconds(pid), time.monotonic()
    time.sleep(0.5)
    return cpu_seconds(pid) - before < 0.1 * (time.monotonic() - started)


def cpu_seconds(pid: int) -> float:
    """What a process has used so far, in user and kernel mode."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
