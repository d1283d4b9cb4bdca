"""A client's script in a process of its own, which does one step at a time and says what came of it.

Knows nothing of the clients' libraries, nor of what a step does.
"""

from __future__ import annotations

import json
import os
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from tests.clients import environments

# What a client would reach outside fails at once instead of after a while; nothing of the user's is read.
NOWHERE = "http://127.0.0.1:9"


class Gateway(Protocol):
    """A running gateway."""

    @property
    def url(self) -> str: ...

    def audit(self) -> list[dict[str, Any]]: ...


@dataclass(frozen=True)
class Done:
    """What came of a step.

    Attributes:
        value: what the script's function returned.
        raised: the exception's class, status, code and message; None when there was none.
        audit: the gateway's records from before the step to after it.
    """

    value: Any
    raised: dict[str, Any] | None
    audit: list[dict[str, Any]]

    @property
    def decisions(self) -> list[dict[str, Any]]:
        """What the gateway decided meanwhile, in order."""
        return [record for record in self.audit if record["event"] == "decision"]

    @property
    def destinations(self) -> list[str | None]:
        """Who answered each of them; None for nobody."""
        outcomes = {record["decision"]: record for record in self.audit if record["event"] == "outcome"}
        return [outcomes[decision["decision"]]["destination"] for decision in self.decisions]

    @property
    def labels(self) -> list[str]:
        """The label of each of them."""
        return [decision["label"] for decision in self.decisions]


class Client:
    """A script that runs: Python's in one of the environments, or Node's (`.mjs`)."""

    def __init__(self, script: str, environment: str, home: Path) -> None:
        interpreter = environments.node() if script.endswith(".mjs") else environments.python(environment)
        self._errors = home / "stderr"
        with self._errors.open("wb") as errors:
            self._process = subprocess.Popen(
                [str(interpreter), str(environments.SCRIPTS / script)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
                text=True,
                env=surroundings(home),
                cwd=home,
            )

    def do(self, step: str, at: Gateway, **arguments: Any) -> Done:
        """Let it do a step that is to succeed."""
        done = self.attempt(step, at, **arguments)
        assert done.raised is None, f"{done.raised}\n{self._errors.read_text()}"
        return done

    def attempt(self, step: str, at: Gateway, **arguments: Any) -> Done:
        """Let it do a step that may fail."""
        before = len(at.audit())
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        print(json.dumps({"step": step, "base_url": f"{at.url}/v1", **arguments}), file=self._process.stdin, flush=True)
        said = self._process.stdout.readline()
        assert said, self._errors.read_text()
        told = json.loads(said)
        return Done(told.get("value"), told.get("raised"), completed(at, before))

    def close(self) -> None:
        """End it."""
        if self._process.returncode is None:
            self._process.kill()
            self._process.communicate()


def completed(at: Gateway, before: int) -> list[dict[str, Any]]:
    """The records since there were `before`, once every decision among them has its outcome."""
    deadline = time.monotonic() + 60
    while True:
        audit = at.audit()[before:]
        ended = {record["decision"] for record in audit if record["event"] == "outcome"}
        if all(record["decision"] in ended for record in audit if record["event"] == "decision"):
            return audit
        assert time.monotonic() < deadline, "a decision has no outcome"
        time.sleep(0.02)


def surroundings(home: Path) -> dict[str, str]:
    """Environment variables for a client."""
    return {
        "PATH": os.environ["PATH"],
        "HOME": str(home),
        "LANG": "C.UTF-8",
        "HTTP_PROXY": NOWHERE,
        "HTTPS_PROXY": NOWHERE,
        "NO_PROXY": "127.0.0.1,localhost",
        # LiteLLM asks for a price list when it is imported.
        "LITELLM_LOCAL_MODEL_COST_MAP": "True",
    }
