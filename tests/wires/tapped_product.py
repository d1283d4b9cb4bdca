"""A running product whose wires are tapped and whose parts can be killed and kept from coming back.

The Petals side and the local engine are started through small scripts: the first puts the taps in, both
wait before a start for as long as the test holds that part down.
"""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, TypeVar

import httpx
import openai

from gateway.audit.query import records
from tests.conftest import ROOT, Product, assert_it_ends, free_port, started_below, wait_for
from tests.wires.conversations import CLEAN, Conversation
from tests.wires.tap import Tap

HERE = Path(__file__).parent
PATIENCE = 120.0
# Shorter waits than the defaults, so that what comes after them comes soon; and one thread for each part, since
# the parts are more than the cores.
SETTINGS = """
policy: policy.yaml
threads: 1
detection_timeout: 5
destinations:
  swarm: {first_token_timeout: 6}
"""
POLICY = "version: 1\nname: default\nextends: default\n"
T = TypeVar("T")

# Part → words of its command line.
PARTS = {
    "bridge": "-m gateway.swarm.bridge ",
    "server-a": "--public-name swarm-server-a ",
    "server-b": "--public-name swarm-server-b ",
    "local": "-m gateway.backends.engines.llama_cpp_server ",
}
_START = """#!/bin/sh
part=
case "$*" in
  "-I -m gateway.swarm.host "*) part=servers ;;
  "-I -m gateway.backends.engines.llama_cpp_server "*) part=local ;;
esac
while [ -n "$part" ] && [ -e "{base}/hold-$part" ]; do sleep 0.1; done
exec {command} "$@"
"""


def eventually(look: Callable[[], T], what: str, patience: float = PATIENCE) -> T:
    """What `look` returns as soon as that is true; fails when it does not become so."""
    deadline = time.monotonic() + patience
    while not (seen := look()):
        assert time.monotonic() < deadline, f"not within {patience:g} s: {what}"
        time.sleep(0.1)
    return seen


@dataclass(frozen=True)
class Answer:
    """What the official client got for a conversation.

    Attributes:
        error: OpenAI's code of the error, if it was one; a stream may break off with one.
    """

    conversation: Conversation
    status: int
    headers: dict[str, str] = field(repr=False)
    error: str | None = None

    @property
    def destination(self) -> str:
        """Who answered, as the headers say it; ``none`` for nobody."""
        return self.headers.get("x-sepal-destination", "none")

    @property
    def decision(self) -> str | None:
        """The decision's id, if one was made."""
        return self.headers.get("x-sepal-decision")


@dataclass(frozen=True)
class TappedProduct(Product):
    """Where it is, and what its wires carry."""

    base: Path
    tap: Tap

    def ask(self, conversation: Conversation, **changes: Any) -> Answer:
        """Send it by the official client; fails unless the answer is one that OpenAI might give."""
        return ask(self.url, conversation, **changes)

    def get(self, path: str) -> httpx.Response:
        """A path of the gateway."""
        return httpx.get(self.url + path, timeout=30, trust_env=False)

    def pid(self, part: str) -> int | None:
        """The main process of a part, as its leash started it."""
        started = started_below(self.base / "tmp")
        leashes = {pid for pid, command in started.items() if "leash.py" in command}
        for pid, command in started.items():
            if pid not in leashes and f"{PARTS[part]}" in f"{command} " and parent(pid) in leashes:
                return pid
        return None

    def running_pid(self, part: str) -> int:
        """The same, waiting until there is one."""
        eventually(lambda: self.pid(part) is not None, f"{part} runs")
        pid = self.pid(part)
        assert pid is not None
        return pid

    def wait_for_another(self, part: str, killed: int) -> None:
        """Wait until a part runs anew."""
        eventually(lambda: self.pid(part) not in (None, killed), f"{part} is back")

    def kill(self, part: str) -> int:
        """SIGKILL the main process of a part that runs; its pid."""
        pid = self.running_pid(part)
        os.kill(pid, signal.SIGKILL)
        return pid

    @contextmanager
    def held_down(self, part: str) -> Iterator[None]:
        """While this lasts, `servers` or `local` do not start again after they have ended."""
        hold = self.base / f"hold-{part}"
        hold.touch()
        try:
            yield
        finally:
            hold.unlink()

    @contextmanager
    def policy(self, more: str) -> Iterator[None]:
        """While this lasts, the default policy with `more` in it is in force, without a restart."""
        self._save(POLICY + more)
        try:
            yield
        finally:
            self._save(POLICY)

    def _save(self, policy: str) -> None:
        before = self.get("/health/ready").json()["policy"]["sha256"]
        (self.base / "policy.yaml").write_text(policy)
        eventually(lambda: self.get("/health/ready").json()["policy"]["sha256"] != before, "the policy is loaded", 10)

    def destinations(self) -> dict[str, str]:
        """Destination → state."""
        report = self.get("/health/ready").json()
        return {name: item["state"] for name, item in report["destinations"].items()}

    def wait_until_whole(self) -> None:
        """Wait until every destination answers, the swarm not only by its own word."""
        eventually(lambda: set(self.destinations().values()) == {"ready"}, "all destinations are ready")
        probe = Conversation("chat", CLEAN[0]("weather")[1] | {"max_tokens": 1}, "weather", "clean")
        eventually(lambda: self.ask(probe).destination == "swarm", "the swarm answers")

    def audit(self) -> list[dict[str, Any]]:
        """All records."""
        return [record for _, _, record in records(self.state / "audit.jsonl") if record is not None]

    def outcome(self, decision: str | None) -> dict[str, Any]:
        """How a decision ended, as recorded."""

        def recorded() -> dict[str, Any] | None:
            found = [item for item in self.audit() if item["event"] == "outcome" and item["decision"] == decision]
            return found[0] if found else None

        return eventually(recorded, "the outcome is recorded") or {}

    def decided(self, decision: str | None) -> dict[str, Any]:
        """A decision as recorded."""
        found = [item for item in self.audit() if item["event"] == "decision" and item["decision"] == decision]
        assert len(found) == 1
        return found[0]

    def bridge_url(self) -> str:
        """Where the bridge listens."""
        log = (self.state / "logs" / "swarm-bridge.log").read_text()
        found: list[str] = re.findall(r"listening on (http://\S+)", log)
        return found[-1]

    def bridge_health(self) -> dict[str, Any]:
        """What the bridge says of itself."""
        health: dict[str, Any] = httpx.get(f"{self.bridge_url()}/health", timeout=30, trust_env=False).json()
        return health

    def swarm_peer(self) -> str:
        """The address at which the swarm can be joined."""
        arguments = Path(f"/proc/{self.running_pid('bridge')}/cmdline").read_text().split("\0")
        return arguments[arguments.index("--initial-peer") + 1]


PLAIN = {"embeddings": "/v1/embeddings", "responses": "/v1/responses", "messages": "/v1/messages"}


OPENAIS = {"overloaded_error": "no_destination_available", "invalid_request_error": "unsupported_parameter"}
"""What Anthropic's kinds of errors are called by OpenAI, of those that may come."""


def ask(url: str, conversation: Conversation, **changes: Any) -> Answer:
    """Send it by the official client; fails unless the answer is one that OpenAI might give."""
    arguments = conversation.arguments | changes
    if conversation.endpoint in PLAIN:
        return _ask_plainly(f"{url}{PLAIN[conversation.endpoint]}", conversation, arguments)
    with openai.OpenAI(base_url=f"{url}/v1", api_key="anything", max_retries=0, timeout=PATIENCE) as client:
        endpoint: Any = client.chat.completions if conversation.endpoint == "chat" else client.completions
        headers: dict[str, str] = {}
        try:
            raw = endpoint.with_raw_response.create(**arguments)
            headers = dict(raw.headers)
            answer = raw.parse()
            chunks = list(answer) if arguments.get("stream") else [answer]
        except openai.APIConnectionError:
            raise
        except openai.APIStatusError as refused:
            told = refused.response.json()["error"]
            return _refused(
                Answer(conversation, refused.status_code, dict(refused.response.headers), told["code"]), told
            )
        except openai.APIError as broken:
            # A stream that broke off: an error event, then its end.
            return _refused(Answer(conversation, 200, headers, str(broken.code)), broken.body)
    assert any(choice.finish_reason for chunk in chunks for choice in chunk.choices)
    return Answer(conversation, 200, headers)


def _ask_plainly(url: str, conversation: Conversation, arguments: dict[str, Any]) -> Answer:
    """What the clients of the other endpoints do is tested elsewhere; here the answer must only be whole."""
    response = httpx.post(url, json=arguments, timeout=PATIENCE, trust_env=False)
    answer = Answer(conversation, response.status_code, dict(response.headers))
    if response.status_code != 200:
        told = {"param": None, "code": None, **response.json()["error"]}
        return _refused(replace(answer, error=told["code"] or OPENAIS[told["type"]]), told)
    if arguments.get("stream"):
        last = json.loads(response.text.strip().rpartition("data: ")[2])
        broken = last.get("error") or (last.get("response") or {}).get("error")
        return replace(answer, error=str(broken.get("code", broken.get("type")))) if broken else answer
    assert response.json()["object" if conversation.endpoint != "messages" else "type"] in (
        "list",
        "response",
        "message",
    )
    return answer


def _refused(answer: Answer, told: Any) -> Answer:
    assert set(told) == {"message", "type", "param", "code"}
    assert answer.status in (200, 400, 503), (answer.conversation.where, answer.status, answer.error)
    assert answer.status != 503 or answer.headers["retry-after"].isdecimal()
    return answer


def parent(pid: int) -> int | None:
    """The parent of a process, if that still runs."""
    try:
        return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
    except OSError:
        return None


@contextmanager
def running(state_dir: Path, base: Path, *, broken_at: str | None = None) -> Iterator[TappedProduct]:
    """`sepal up`, or a broken gateway alone for the swarm at `broken_at`; stopped at the end."""
    state, out, tmpdir = base / "state", base / "out", base / "tmp"
    for path in (state, out, tmpdir):
        path.mkdir(mode=0o700)
    (state / "models").symlink_to(state_dir / "models")
    (base / "policy.yaml").write_text(POLICY)
    (base / "sepal.yaml").write_text(SETTINGS)
    petals = _script(base, "petals-python", f"{ROOT}/.venv-petals/bin/python -I {HERE}/tapped.py {out}")
    local = _script(base, "local-python", sys.executable)
    port = free_port()
    command = [sys.executable, str(HERE / "tapped_up.py"), str(state), str(port), petals, local]
    with (base / "up.out").open("wb") as output:
        process = subprocess.Popen(
            command if broken_at is None else [*command, broken_at],
            stdout=output,
            stderr=subprocess.STDOUT,
            env={**os.environ, "TMPDIR": str(tmpdir), "OMP_NUM_THREADS": "1"},
            cwd=base,
        )
    try:
        wait_for(base / "up.out", "Sepal is ready" if broken_at is None else "listening on", process)
        tap = Tap(out, state / "models" / "smollm2-135m-instruct")
        yield TappedProduct(f"http://127.0.0.1:{port}", state, base / "up.out", process, base, tap)
        assert_it_ends(process, tmpdir)
    finally:
        process.kill()


def _script(base: Path, name: str, command: str) -> str:
    path = base / name
    path.write_text(_START.format(base=base, command=command))
    path.chmod(0o700)
    return str(path)
