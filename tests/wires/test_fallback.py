"""What happens when parts are down, and when callers go away: real parts, stopped for real."""

from __future__ import annotations

import json
import os
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.conftest import free_port, start_product, wait_for
from tests.test_up import started_below
from tests.wires.test_wire_tap import kill, wait_until_whole

HARMLESS = "Why is the sky blue?"
PERSONAL = "Write to my patient Maria Gonzalez, born 3 May 1961, about her biopsy"


class Running:
    """A product of this module's own, whose parts may be stopped."""

    def __init__(self, url: str, state: Path, tmpdir: Path) -> None:
        self.url, self.state, self.tmpdir = url, state, tmpdir

    def ask(self, prompt: str, **changes: Any) -> httpx.Response:
        body = {"model": "auto", "max_tokens": 2, "messages": [{"role": "user", "content": prompt}], **changes}
        return httpx.post(f"{self.url}/v1/chat/completions", json=body, timeout=90, trust_env=False)

    def outcome(self, decision: str) -> dict[str, Any]:
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline:
            for line in (self.state / "audit.jsonl").read_text().splitlines():
                record: dict[str, Any] = json.loads(line)
                if record["event"] == "outcome" and record["decision"] == decision:
                    return record
            time.sleep(0.1)
        raise AssertionError("the decision has no outcome")

    def pids(self, part: str) -> list[int]:
        return [
            pid for pid, command in started_below(self.tmpdir).items() if part in command and "leash" not in command
        ]


@pytest.fixture(scope="module")
def running(state_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    base = tmp_path_factory.mktemp("fallback")
    state, tmpdir, port = base / "state", base / "tmp", free_port()
    state.mkdir()
    tmpdir.mkdir()
    (state / "models").symlink_to(state_dir / "models")
    process = start_product(state, tmpdir, port)
    try:
        wait_for(state / "up.out", "Sepal is ready", process)
        yield Running(f"http://127.0.0.1:{port}", state, tmpdir)
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(timeout=30)


@pytest.fixture(autouse=True)
def whole(running: Running) -> None:
    time.sleep(0.5)  # A part that was killed a moment ago counts as ready until its end is noticed.
    wait_until_whole(running.url)


def until(condition: Callable[[], bool], patience: float = 30) -> bool:
    """Whether `condition` comes true in time."""
    deadline = time.monotonic() + patience
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.2)
    return True


def test_a_dead_bridge_is_passed_over_with_a_reason(running: Running) -> None:
    kill(running.tmpdir, "gateway.swarm.bridge")

    response = running.ask(HARMLESS)

    assert response.headers["x-sepal-destination"] == "local"
    assert response.headers["x-sepal-label"] == "public"
    outcome = running.outcome(response.headers["x-sepal-decision"])
    assert outcome["destination"] == "local"
    assert [passed["destination"] for passed in outcome["fallbacks"]] == ["swarm"]
    assert outcome["fallbacks"][0]["reason"]


def test_a_swarm_that_gives_no_token_in_time_is_passed_over(running: Running) -> None:
    servers = running.pids("gateway.swarm.host")
    for pid in servers:
        os.kill(pid, signal.SIGSTOP)
    try:
        response = running.ask(HARMLESS, stream=True)
    finally:
        for pid in servers:
            os.kill(pid, signal.SIGCONT)

    assert response.headers["x-sepal-destination"] == "local"
    assert response.text.endswith("data: [DONE]\n\n")
    assert running.outcome(response.headers["x-sepal-decision"])["fallbacks"]


@pytest.mark.parametrize(
    ("prompt", "changes"), [(PERSONAL, {}), (PERSONAL, {"model": "swarm"}), (HARMLESS, {"model": "local"})]
)
def test_what_must_stay_here_never_goes_to_the_swarm_when_the_local_engine_is_down(
    running: Running, prompt: str, changes: dict[str, str]
) -> None:
    refused = None
    for _ in range(20):
        kill(running.tmpdir, "llama_cpp_server")
        response = running.ask(prompt, **changes)
        assert response.headers["x-sepal-destination"] in ("local", "none")
        if response.status_code == 503:
            refused = response
            break

    assert refused is not None, "the engine was never found down"
    assert int(refused.headers["retry-after"]) > 0
    assert refused.headers["x-should-retry"] == "true"
    assert "'local'" in refused.json()["error"]["message"]
    assert "'swarm'" not in refused.json()["error"]["message"]


@pytest.mark.parametrize("destination", ["local", "swarm"])
def test_a_caller_who_goes_away_stops_the_work(running: Running, destination: str) -> None:
    body = {"model": destination, "max_tokens": 4000, "stream": True, "temperature": 0}
    body["messages"] = [{"role": "user", "content": "Count from one to ten thousand, in words."}]
    body["logit_bias" if destination == "local" else "seed"] = {"2": -100} if destination == "local" else 1
    decisions = []
    for _ in range(5):
        with httpx.stream(
            "POST", f"{running.url}/v1/chat/completions", json=body, timeout=90, trust_env=False
        ) as response:
            assert response.status_code == 200
            assert response.headers["x-sepal-destination"] == destination
            decisions.append(response.headers["x-sepal-decision"])
            next(response.iter_lines())

    assert {running.outcome(decision)["outcome"] for decision in decisions} <= {"cancelled", "completed"}
    assert "cancelled" in {running.outcome(decision)["outcome"] for decision in decisions}
    if destination == "swarm":

        def idle() -> bool:
            report = httpx.get(f"{running.url}/health/ready", trust_env=False, timeout=30).json()
            return bool(report["destinations"]["swarm"]["swarm"]["active_requests"] == 0)
    else:
        [pid] = running.pids("llama_cpp_server")

        def idle() -> bool:
            before = _cpu_seconds(pid)
            time.sleep(1)
            return _cpu_seconds(pid) - before < 0.2

    assert until(idle)
    assert running.ask(HARMLESS, model=destination).status_code == 200


def _cpu_seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def test_every_decision_has_one_outcome(running: Running) -> None:
    time.sleep(1)
    records = [json.loads(line) for line in (running.state / "audit.jsonl").read_text().splitlines()]
    decided = sorted(record["decision"] for record in records if record["event"] == "decision")

    assert decided == sorted(record["decision"] for record in records if record["event"] == "outcome")
    assert len(decided) > 10
