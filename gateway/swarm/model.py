"""The model as the bridge sees it: its checkpoint, and the swarm that runs it.

Says what can be answered now and turns a request into work. Knows nothing of HTTP.
"""

from __future__ import annotations

import argparse
import threading
from collections.abc import Callable
from functools import partial
from typing import Any

from gateway.swarm import errors
from gateway.swarm.answering import Work
from gateway.swarm.connection import Connection, Swarm
from gateway.swarm.events import Event
from gateway.swarm.generation import DEFAULT_MAX_TOKENS, Prompt, Writer
from gateway.swarm.request import Request
from gateway.swarm.routes import Patience
from gateway.swarm.session import Cancelled
from gateway.swarm.tokens import Checkpoint


class SwarmModel:
    """One model on one swarm."""

    def __init__(self, model_id: str, checkpoint: Checkpoint, connection: Connection, patience: Patience) -> None:
        self.model_id = model_id
        self.context_length = checkpoint.context_length
        self._checkpoint = checkpoint
        self._connection = connection
        self._writer = Writer(
            checkpoint.decode, checkpoint.decode_calls, checkpoint.data, checkpoint.end_tokens, patience
        )

    def connect(self) -> None:
        """Begin to join the swarm, in the background."""
        self._connection.start()

    def close(self) -> None:
        """Leave the swarm."""
        self._connection.close()

    def health(self) -> dict[str, Any]:
        """The last look at the swarm."""
        return self._connection.snapshot.as_json()

    def abilities(self) -> list[str]:
        """What it can beyond plain text, named by OpenAI's parameters."""
        return self._checkpoint.abilities()

    def prepare(self, asked: Request) -> list[Work[Event]]:
        """The works that write the answers to `asked`, one each.

        The swarm's sessions can't be wound back or divided, so each answer has a session of its own.

        Raises:
            BridgeError: 503 at once while blocks are missing; 400 if the prompt does not fit, or asks for what
                this model can't do.
        """
        self._require_swarm()
        form = self._checkpoint.form(asked)
        tokens, whole = self._checkpoint.encode(asked)
        room = self.context_length - len(tokens)
        wanted = DEFAULT_MAX_TOKENS if asked.max_tokens is None else asked.max_tokens
        if room < min(wanted, 1):
            raise errors.too_long(asked.text_param, len(tokens), self.context_length, at_least=not whole)
        if not tokens:
            raise errors.invalid("The prompt is empty.", asked.text_param)
        calls = self._checkpoint.calls if asked.tools.offered else None
        prompt = Prompt(tokens, min(room, wanted), form, calls, self._checkpoint.echo(asked))
        return [partial(self._write, prompt, asked, index) for index in range(asked.answers)]

    def _write(
        self,
        prompt: Prompt,
        asked: Request,
        index: int,
        tell: Callable[[Event], None],
        cancelled: threading.Event,
    ) -> None:
        self._require_swarm()  # again: it may have waited for its turn
        try:
            self._writer.write(self._connection.client(), prompt, asked, index, tell, cancelled)
        except Cancelled:
            return

    def _require_swarm(self) -> None:
        snapshot = self._connection.snapshot
        if snapshot.state == "starting":
            raise errors.unavailable("The bridge has not reached the swarm yet.")
        if snapshot.state == "degraded":
            missing = len(snapshot.missing)
            message = f"{missing} of the model's {len(snapshot.replicas)} blocks are run by no server of the swarm."
            raise errors.unavailable(message)


def load(options: argparse.Namespace) -> SwarmModel:
    """The model that the bridge's command line names.

    Raises:
        OSError, ValueError: the checkpoint can't be read, or a peer id is none.
    """
    patience = Patience(options.request_timeout, options.connect_timeout, options.max_retries)
    checkpoint = Checkpoint(options.checkpoint, options.max_length, options.chat_template)
    swarm = Swarm(options.checkpoint, options.dht_prefix, options.initial_peer, options.allowed_server, patience)
    connection = Connection(swarm, checkpoint.blocks)
    return SwarmModel(options.alias or options.checkpoint.name, checkpoint, connection, patience)
