"""A real private swarm for these tests: two Petals servers and the bridge, started once."""

from __future__ import annotations

import http.client
import json
import os
import secrets
import select
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest

from gateway.backends import leash
from gateway.swarm import tickets
from tests.swarm.asked import HERMES_TEMPLATE, LONG, PROMPTS, TEXTS

ROOT = Path(__file__).parents[2]
PREFIX = "sepal-test"
REQUEST_TIMEOUT = 5


class Child:
    """One entry point of the Petals environment on a leash, with its channel."""

    def __init__(self, command: list[str], log: Path, child_secrets: dict[str, str] | None = None) -> None:
        self.log = log
        self._channel, channel_end = socket.socketpair()
        self._lifeline, lifeline_end = socket.socketpair()
        passed = (channel_end.fileno(), lifeline_end.fileno())
        keeper = [sys.executable, "-I", "-S", leash.__file__, "--lifeline", str(passed[1]), "--pass-fd", str(passed[0])]
        with log.open("ab") as output:
            self._leash = subprocess.Popen(
                [*keeper, "--", *command],
                env=os.environ | {"SEPAL_CHANNEL_FD": str(passed[0])},
                pass_fds=passed,
                stdout=output,
                stderr=output,
            )
        channel_end.close()
        lifeline_end.close()
        self._channel.sendall(json.dumps({"secrets": child_secrets or {}}).encode() + b"\n")
        self.pid = int(self._lifeline.recv(32))
        self._unread = b""
        self.events: list[dict[str, Any]] = []

    def wait_for(self, event: str, within: float = 60.0) -> dict[str, Any]:
        """The first event of that name that has not been waited for."""
        deadline = time.monotonic() + within
        while not (found := [one for one in self._new_events() if one["event"] == event]):
            left = deadline - time.monotonic()
            assert left > 0, f"no {event} within {within} s; the log ends:\n{self.log.read_text()[-2000:]}"
            if select.select([self._channel], [], [], left)[0]:
                received = self._channel.recv(65536)
                assert received, f"the process ended; its log:\n{self.log.read_text()[-2000:]}"
                self._unread += received
        self.events.remove(found[0])
        return found[0]

    def _new_events(self) -> list[dict[str, Any]]:
        *lines, self._unread = self._unread.split(b"\n")
        self.events += [json.loads(line) for line in lines]
        return self.events

    def send(self, number: int) -> None:
        """Send a signal to the process itself."""
        os.kill(self.pid, number)

    def stop(self, within: float = 15.0) -> float:
        """End all of it as the gateway would; seconds it took."""
        began = time.monotonic()
        self._lifeline.close()
        self._leash.wait(within)
        self._channel.close()
        return time.monotonic() - began

    def kill(self) -> None:
        """End the process without a word, as a crash would."""
        self.send(signal.SIGKILL)
        self._leash.wait(10)
        self.stop()


@dataclass
class Answer:
    """What came back: of a stream, the time of each event too."""

    status: int
    headers: dict[str, str]
    body: bytes
    chunks: list[tuple[float, dict[str, Any]]] = field(default_factory=list)

    @property
    def json(self) -> dict[str, Any]:
        loaded: dict[str, Any] = json.loads(self.body)
        return loaded

    @property
    def text(self) -> str:
        if not self.chunks:
            choice = self.json["choices"][0]
            return str(choice["message"]["content"] if "message" in choice else choice["text"])
        deltas = (choice for _, chunk in self.chunks for choice in chunk.get("choices", []))
        return "".join(choice.get("delta", {}).get("content") or choice.get("text") or "" for choice in deltas)


class BridgeClient:
    """Asks the bridge as the gateway does: with a ticket for exactly these bytes."""

    def __init__(self, base_url: str, key: bytes) -> None:
        self._address = base_url.removeprefix("http://")
        self.key = key

    def get(self, path: str) -> Answer:
        with closing(self.connect()) as connection:
            connection.request("GET", path)
            return self._read(connection.getresponse())

    def health(self) -> dict[str, Any]:
        return self.get("/health").json

    def connect(self) -> http.client.HTTPConnection:
        return http.client.HTTPConnection(self._address, timeout=90)

    def ticket(self, body: bytes, **changes: Any) -> str:
        terms = {"destination": "swarm", "decision_id": "d-1", "lifetime": 30.0} | changes
        return tickets.mint(self.key, body=body, **terms)

    def post(self, fields: dict[str, Any] | bytes, path: str = "/v1/chat/completions") -> Answer:
        with self.open(fields, path) as response:
            return self._read(response)

    @contextmanager
    def open(
        self, fields: dict[str, Any] | bytes, path: str = "/v1/chat/completions"
    ) -> Iterator[http.client.HTTPResponse]:
        body = fields if isinstance(fields, bytes) else json.dumps(fields).encode()
        with closing(self.connect()) as connection:
            connection.request("POST", path, body, {tickets.HEADER: self.ticket(body)})
            response = connection.getresponse()
            yield response
            response.close()

    def raw(self, body: bytes, headers: dict[str, str]) -> Answer:
        with closing(self.connect()) as connection:
            connection.request("POST", "/v1/chat/completions", body, headers)
            return self._read(connection.getresponse())

    @staticmethod
    def _read(response: http.client.HTTPResponse) -> Answer:
        headers = {name.lower(): value for name, value in response.getheaders()}
        answer = Answer(response.status, headers, b"")
        if not headers.get("content-type", "").startswith("text/event-stream"):
            answer.body = response.read()
            return answer
        for line in response:
            answer.body += line
            if line.startswith(b"data: {"):
                answer.chunks.append((time.monotonic(), json.loads(line[6:])))
        return answer


@dataclass
class PrivateSwarm:
    """Servers by name, and the bridge to them."""

    python: str
    checkpoint: Path
    place: Path
    servers: dict[str, Child] = field(default_factory=dict)
    addresses: dict[str, str] = field(default_factory=dict)
    peer_ids: dict[str, str] = field(default_factory=dict)

    def start_servers(self, **blocks: str) -> None:
        """Start servers by name and wait until all are ready."""
        self.launch(**blocks)
        self.wait_for(*blocks)

    def launch(self, **blocks: str) -> None:
        """Start servers by name, the others as soon as the first can be dialled."""
        for name, span in blocks.items():
            self.servers[name] = self._server(name, span)
            if name == next(iter(blocks)):
                self._now_at(name, self.servers[name].wait_for("joined"))

    def wait_for(self, *names: str) -> None:
        """Wait until these servers are ready."""
        for name in names:
            self._now_at(name, self.servers[name].wait_for("ready"))

    def _now_at(self, name: str, event: dict[str, Any]) -> None:
        self.addresses[name], self.peer_ids[name] = event["multiaddrs"][0], event["peer_id"]

    def _server(self, name: str, blocks: str) -> Child:
        command = [self.python, "-m", "gateway.swarm.host", "--checkpoint", str(self.checkpoint)]
        command += ["--blocks", blocks, "--dht-prefix", PREFIX, "--public-name", name, "--update-period", "2"]
        command += ["--identity", str(self.place / f"{name}.id")]
        if name in self.addresses:
            command += ["--port", self.addresses[name].split("/")[4]]
        for other in list(self.addresses)[:1]:
            command += ["--initial-peer", self.addresses[other]] if other != name else []
        return Child(command, self.place / f"{name}.log")

    def start_bridge(self, *options: str) -> tuple[Child, BridgeClient]:
        key = secrets.token_bytes(tickets.KEY_BYTES)
        command = [self.python, "-m", "gateway.swarm.bridge", "--destination", "swarm", "--alias", "smollm2"]
        command += ["--checkpoint", str(self.checkpoint), "--dht-prefix", PREFIX]
        command += ["--initial-peer", next(iter(self.addresses.values())), *options]
        child = Child(command, self.place / "bridge.log", {"ticket_key": key.hex()})
        return child, BridgeClient(child.wait_for("ready")["base_url"], key)


def eventually(true: Callable[[], bool], within: float = 30.0) -> None:
    """Wait until `true` is."""
    deadline = time.monotonic() + within
    while not true():
        assert time.monotonic() < deadline, f"not within {within} s"
        time.sleep(0.1)


@pytest.fixture(scope="session")
def petals_python() -> str:
    """The interpreter of the Petals environment."""
    path = Path(os.environ.get("SEPAL_PETALS_PYTHON", ROOT / ".venv-petals/bin/python"))
    assert path.exists(), f"there is no Petals environment at {path}; run `make setup`"
    return str(path)


@pytest.fixture(scope="session")
def reference_process(
    petals_python: str, state_dir: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[subprocess.Popen[str]]:
    """The plain local Hugging Face model at work, while the swarm starts."""
    asked: dict[str, Any] = {"checkpoint": str(state_dir / "models/smollm2-135m-instruct"), "texts": TEXTS}
    given = tmp_path_factory.mktemp("reference") / "asked.json"
    asked["scored"] = [PROMPTS["plain text"][0], LONG]
    given.write_text(json.dumps(asked | {"prompts": list(PROMPTS.values())}))
    script = str(Path(__file__).with_name("reference.py"))
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    # One thread, since the swarm takes the other cores.
    environment = os.environ | {"OMP_NUM_THREADS": "1"}
    with (
        given.open() as source,
        subprocess.Popen([petals_python, script], stdin=source, text=True, env=environment, **pipes) as process,
    ):
        yield process
        process.kill()


@pytest.fixture(scope="session")
def reference(reference_process: subprocess.Popen[str]) -> dict[str, Any]:
    """What that model and its tokenizer say to the texts and prompts of `asked.py`."""
    said, errors = reference_process.communicate(timeout=120)
    assert reference_process.returncode == 0, errors[-2000:]
    loaded: dict[str, Any] = json.loads(said)
    return loaded


@pytest.fixture(scope="session")
def swarm(
    reference_process: subprocess.Popen[str],
    petals_python: str,
    state_dir: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[PrivateSwarm]:
    """Two servers, half of the blocks each; they may still be loading."""
    swarm = PrivateSwarm(petals_python, state_dir / "models/smollm2-135m-instruct", tmp_path_factory.mktemp("swarm"))
    try:
        swarm.launch(first="0:15", second="15:30")
        yield swarm
    finally:
        for child in swarm.servers.values():
            child.stop()


def _with_tools(checkpoint: Path, place: Path) -> Path:
    """The same checkpoint with a template that takes tools, and without them writes what it always wrote."""
    place.mkdir()
    for file in checkpoint.iterdir():
        (place / file.name).symlink_to(file)
    config = json.loads((place / "tokenizer_config.json").read_text())
    used = "tools or messages | selectattr('role', 'equalto', 'tool') | list"
    template = f"{{% if {used} %}}{HERMES_TEMPLATE}{{% else %}}{config['chat_template']}{{% endif %}}"
    (place / "tokenizer_config.json").unlink()
    (place / "tokenizer_config.json").write_text(json.dumps(config | {"chat_template": template}))
    return place


@pytest.fixture(scope="session")
def bridge_process(swarm: PrivateSwarm) -> Iterator[tuple[Child, BridgeClient]]:
    """The bridge to `swarm`, and its client."""
    checkpoint = _with_tools(swarm.checkpoint, swarm.place / swarm.checkpoint.name)
    child, client = replace(swarm, checkpoint=checkpoint).start_bridge("--request-timeout", str(REQUEST_TIMEOUT))
    try:
        swarm.wait_for("first", "second")
        eventually(lambda: client.health()["state"] == "ready")
        yield child, client
    finally:
        child.stop()


@pytest.fixture
def bridge(bridge_process: tuple[Child, BridgeClient]) -> BridgeClient:
    """A client of the bridge to a whole swarm."""
    client = bridge_process[1]
    eventually(lambda: client.health()["state"] == "ready")
    return client


@pytest.fixture(scope="session")
def child(tmp_path_factory: pytest.TempPathFactory) -> Callable[[list[str], dict[str, str]], Child]:
    """Starts any entry point on a leash with a channel."""
    place = tmp_path_factory.mktemp("children")
    return lambda command, child_secrets: Child(command, place / "child.log", child_secrets)
