"""Engine `openai`: any OpenAI-compatible server that runs already, at a base URL. Starts no process."""

from __future__ import annotations

import asyncio
import json
import os
import time
from contextlib import suppress
from dataclasses import replace

from gateway.backends import abilities
from gateway.backends.engines.engine import EngineSettingsError
from gateway.backends.leashed import EventCallback
from gateway.backends.probe import http_get
from gateway.backends.status import EngineState, EngineStatus
from gateway.backends.upstream import Address
from gateway.policy.schema import Destination

PROBE_EVERY = 5.0


class External:
    """A server of somebody's; asked every few seconds for its models, to know whether it is there.

    Its key is read from the environment variable that the destination names, and kept in memory.
    """

    def __init__(self, name: str, spec: Destination, on_event: EventCallback | None = None) -> None:
        if spec.base_url is None:
            raise EngineSettingsError(f"destination {name}: engine openai needs base_url")
        self._base_url = spec.base_url
        self._spec, self._model = spec, spec.model
        self._embeds = spec.embeds_with is not None
        self._key = os.environ.get(spec.api_key_env, "").strip() if spec.api_key_env else None
        if spec.api_key_env and not self._key:
            raise EngineSettingsError(
                f"destination {name}: the environment variable {spec.api_key_env} (api_key_env) is not set; export it "
                "before the gateway starts"
            )
        if self._key and not (self._key.isascii() and self._key.isprintable()):
            raise EngineSettingsError(
                f"destination {name}: the environment variable {spec.api_key_env} holds more than one line, or "
                "characters that no key has; export the key alone"
            )
        self._status = EngineStatus(
            name, EngineState.STOPPED, "It has not been asked yet.", since=time.time(), base_url=self._base_url
        )
        self._on_event = on_event
        self._task: asyncio.Task[None] | None = None

    @property
    def status(self) -> EngineStatus:
        """How it stood when it was asked last."""
        return self._status

    @property
    def served_model(self) -> str:
        """The model id on that server."""
        return self._model

    def address(self) -> Address:
        """The base URL with the key."""
        return Address(self._base_url, api_key=self._key, embeddings_url=self._base_url if self._embeds else None)

    async def start(self, wait: float | None = None) -> EngineStatus:
        """Begin to ask; the first answer is waited for, up to the probe's own patience."""
        if self._task is None:
            await self._ask()
            self._task = asyncio.create_task(self._ask_forever())
        return self._status

    async def _ask_forever(self) -> None:
        while True:
            await asyncio.sleep(PROBE_EVERY)
            await self._ask()

    async def _ask(self) -> None:
        status, body = await http_get(f"{self._base_url}/models", api_key=self._key)
        if status is None:
            state, detail = EngineState.FAILED, f"Nothing answers at {self._base_url}."
        elif status in (401, 403):
            state, detail = EngineState.FAILED, f"The server at {self._base_url} does not accept the key."
        elif status >= 500:
            state, detail = EngineState.FAILED, f"The server at {self._base_url} answers with status {status}."
        else:
            state, detail = EngineState.READY, "It answers."
            abilities.learn(self._spec, (), _context_length(body, self._model))
        if state is not self._status.state:
            self._status = replace(self._status, state=state, detail=detail, since=time.time())
            if self._on_event is not None:
                self._on_event("state", {"state": state.value, "detail": detail})

    async def stop(self) -> None:
        """Stop asking; the server goes on."""
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task
            self._task = None
        self._status = replace(self._status, state=EngineState.STOPPED, detail="It is no longer asked.")


_CONTEXT_LENGTHS = ("max_model_len", "context_length", "context_window", "max_context_length", "n_ctx")
"""What servers call it: vLLM, OpenRouter, Groq, LM Studio, llama.cpp (below `meta`)."""


def _context_length(body: bytes, model: str) -> int | None:
    """What a server's list of models says of the context of `model`."""
    try:
        listed = json.loads(body)["data"]
        found = next(item for item in listed if item["id"] == model)
    except (ValueError, LookupError, TypeError, StopIteration):
        return None
    meta = found.get("meta")
    for facts in (found, meta if isinstance(meta, dict) else {}):
        for name in _CONTEXT_LENGTHS:
            if type(facts.get(name)) is int:
                return int(facts[name])
    return None
