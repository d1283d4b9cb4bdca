"""The model as the bridge sees it: its checkpoint's tokenizer and figures, and the swarm that runs it.

Says what can be answered now and turns a request into work. Knows nothing of HTTP.
"""

from __future__ import annotations

import argparse
import json
import threading
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from transformers import AutoTokenizer

from gateway.swarm import errors
from gateway.swarm.answering import Work
from gateway.swarm.chat_template import ChatTemplate
from gateway.swarm.connection import Connection, Swarm
from gateway.swarm.events import Event
from gateway.swarm.generation import DEFAULT_MAX_TOKENS, Prompt, Writer
from gateway.swarm.request import Request
from gateway.swarm.routes import Patience
from gateway.swarm.session import Cancelled

# No tokenizer makes fewer tokens of ordinary text; beyond it, a part of the text decides the case.
_CHARACTERS_PER_TOKEN = 32


class Checkpoint:
    """The files of a checkpoint that the bridge reads itself.

    Args:
        max_length: upper bound on prompt and answer in tokens, where servers allow less than the model.

    Raises:
        OSError, ValueError: files are missing or can't be read.
    """

    def __init__(self, directory: Path, max_length: int | None = None) -> None:
        config = _read(directory / "config.json")
        generation = _read(directory / "generation_config.json", optional=True)
        ends = generation.get("eos_token_id", config.get("eos_token_id"))
        self.blocks: int = config.get("num_hidden_layers") or config["n_layer"]
        own: int = config.get("max_position_embeddings") or config.get("seq_length") or 2048
        self.context_length = min(own, max_length or own)
        self.end_tokens = frozenset(ends if isinstance(ends, list) else [] if ends is None else [ends])
        self.template = ChatTemplate(directory)
        self._tokenizer = AutoTokenizer.from_pretrained(directory)

    def encode(self, request: Request) -> tuple[list[int], bool]:
        """The prompt's tokens, and whether that is all of them (a far too long text is cut)."""
        chat = request.prompt is None
        text = self.template.render(request.messages) if request.prompt is None else request.prompt
        most = self.context_length * _CHARACTERS_PER_TOKEN
        if len(text) > most and len(tokens := self._encode(text[:most], chat)) > self.context_length:
            return tokens, False
        return self._encode(text, chat), True

    def decode(self, tokens: Any) -> str:
        """Text of `tokens`, special ones left out."""
        return str(self._tokenizer.decode(tokens, skip_special_tokens=True))

    def _encode(self, text: str, chat: bool) -> list[int]:
        # A chat template writes the special tokens itself.
        encoded: list[int] = self._tokenizer(text, add_special_tokens=not chat, verbose=False)["input_ids"]
        return encoded


class SwarmModel:
    """One model on one swarm."""

    def __init__(self, model_id: str, checkpoint: Checkpoint, connection: Connection, patience: Patience) -> None:
        self.model_id = model_id
        self.context_length = checkpoint.context_length
        self._checkpoint = checkpoint
        self._connection = connection
        self._writer = Writer(checkpoint.decode, checkpoint.end_tokens, patience)

    def connect(self) -> None:
        """Begin to join the swarm, in the background."""
        self._connection.start()

    def close(self) -> None:
        """Leave the swarm."""
        self._connection.close()

    def health(self) -> dict[str, Any]:
        """The last look at the swarm."""
        return self._connection.snapshot.as_json()

    def prepare(self, asked: Request) -> Work[Event]:
        """The work that answers `asked`.

        Raises:
            BridgeError: 503 at once while blocks are missing; 400 if the prompt does not fit.
        """
        self._require_swarm()
        tokens, whole = self._checkpoint.encode(asked)
        room = self.context_length - len(tokens)
        if room < 1:
            raise errors.too_long(asked.text_param, len(tokens), self.context_length, at_least=not whole)
        if not tokens:
            raise errors.invalid("The prompt is empty.", asked.text_param)
        prompt = Prompt(tokens, min(room, asked.max_tokens or DEFAULT_MAX_TOKENS))
        return partial(self._write, prompt, asked)

    def _write(self, prompt: Prompt, asked: Request, tell: Callable[[Event], None], cancelled: threading.Event) -> None:
        self._require_swarm()  # again: it may have waited for its turn
        try:
            self._writer.write(self._connection.client(), prompt, asked, tell, cancelled)
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
    checkpoint = Checkpoint(options.checkpoint, options.max_length)
    swarm = Swarm(options.checkpoint, options.dht_prefix, options.initial_peer, options.allowed_server, patience)
    connection = Connection(swarm, checkpoint.blocks)
    return SwarmModel(options.alias or options.checkpoint.name, checkpoint, connection, patience)


def _read(path: Path, *, optional: bool = False) -> dict[str, Any]:
    if optional and not path.exists():
        return {}
    loaded = json.loads(path.read_text(encoding="utf-8"))
    if not isinstance(loaded, dict):
        raise ValueError(f"{path} holds no JSON object")
    return loaded
