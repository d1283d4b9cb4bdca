"""Writes a conversation as the one text that the model was trained on, by the checkpoint's own template.

Templates are Jinja2 as in Hugging Face's `tokenizer_config.json`, run in Jinja's sandbox. Knows
nothing of tokens.
"""

from __future__ import annotations

import datetime
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NoReturn

import jinja2
from jinja2.sandbox import ImmutableSandboxedEnvironment

from gateway.swarm.errors import invalid, unsupported


class ChatTemplate:
    """One checkpoint's template; `render` may be called from any thread.

    Args:
        directory: the checkpoint's. Without a template there, every conversation is refused.

    Raises:
        ValueError: the template is not valid Jinja2.
        OSError: `tokenizer_config.json` is missing.
    """

    def __init__(self, directory: Path) -> None:
        config = json.loads((directory / "tokenizer_config.json").read_text(encoding="utf-8"))
        environment = ImmutableSandboxedEnvironment(trim_blocks=True, lstrip_blocks=True)
        environment.globals["raise_exception"] = _refuse
        environment.globals["strftime_now"] = lambda form: datetime.datetime.now().strftime(form)
        self._special = {name: _content(config.get(name)) for name in ("bos_token", "eos_token", "pad_token")}
        try:
            source = config.get("chat_template")
            self._template = environment.from_string(source) if isinstance(source, str) else None
        except jinja2.TemplateError as error:
            raise ValueError(f"the chat template in {directory} can't be read: {error}") from None

    def render(self, messages: Sequence[tuple[str, str]]) -> str:
        """The prompt for `messages` (role, text), up to where the answer begins.

        Raises:
            BridgeError: 400; the template does not take such a conversation.
        """
        if self._template is None:
            raise unsupported("messages", "The model on the swarm has no chat template. Use /v1/completions.")
        conversation = [{"role": role, "content": text} for role, text in messages]
        try:
            return self._template.render(messages=conversation, add_generation_prompt=True, **self._special)
        except jinja2.TemplateError:
            message = "The model's chat template does not take these roles in this order."
            raise invalid(message, "messages") from None


def _refuse(_message: str) -> NoReturn:
    raise jinja2.TemplateError


def _content(token: Any) -> str:
    return str(token.get("content", "")) if isinstance(token, dict) else token or ""
