"""Writes a conversation as the one text that the model was trained on, by the checkpoint's own template.

Templates are Jinja2 as in Hugging Face's `tokenizer_config.json`, run in Jinja's sandbox. What a template
can do with tools is found by rendering with and without them. Knows nothing of tokens.
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
from gateway.swarm.messages import Call, Message
from gateway.swarm.tools import Tool

# What a template raises over a conversation that it was not written for.
_FAULTS = (jinja2.TemplateError, TypeError, ValueError, LookupError, AttributeError, RecursionError)
_MARK = "sepal_probe"
_ASKED = Message("user", "hi")
_CALLED = (_ASKED, Message("assistant", "", (Call("a1b2c3d4e", _MARK, "{}"),)))
_ANSWERED = (*_CALLED, Message("tool", "sepal_result", answers="a1b2c3d4e", tool=_MARK))


class ChatTemplate:
    """One checkpoint's template; `render` may be called from any thread.

    Args:
        directory: the checkpoint's. Without a template there, every conversation is refused.
        file: a template in the place of the checkpoint's.

    Attributes:
        shows_tools: the template tells the model of tools.
        shows_calls: it shows earlier calls and what they gave back.
        example: how it writes tools and a call of one; empty without `shows_tools`.

    Raises:
        ValueError: the template is not valid Jinja2.
        OSError: `tokenizer_config.json` is missing.
    """

    def __init__(self, directory: Path, file: Path | None = None) -> None:
        config = json.loads((directory / "tokenizer_config.json").read_text(encoding="utf-8"))
        environment = ImmutableSandboxedEnvironment(
            trim_blocks=True, lstrip_blocks=True, extensions=["jinja2.ext.loopcontrols"]
        )
        environment.globals["raise_exception"] = _refuse
        environment.globals["strftime_now"] = lambda form: datetime.datetime.now().strftime(form)
        environment.filters["tojson"] = _to_json
        self._special = {name: _content(config.get(name)) for name in ("bos_token", "eos_token", "pad_token")}
        try:
            given = config.get("chat_template") if file is None else file.read_text(encoding="utf-8")
            sources = _sources(given, directory)
            self._plain = environment.from_string(sources["default"]) if "default" in sources else None
            self._with_tools = environment.from_string(sources["tool_use"]) if "tool_use" in sources else self._plain
        except jinja2.TemplateError as error:
            raise ValueError(f"the chat template in {directory} can't be read: {error}") from None
        probe = (Tool(_MARK),)
        self.shows_tools = _MARK in self._tried((_ASKED,), probe) and _MARK not in self._tried((_ASKED,))
        answered = self._tried(_ANSWERED, probe)
        self.shows_calls = "sepal_result" in answered and _MARK in self._tried(_ANSWERED)
        self.example = (answered or self._tried((_ASKED,), probe)) if self.shows_tools else ""

    def render(self, messages: Sequence[Message], tools: Sequence[Tool] = ()) -> str:
        """The prompt for `messages` and `tools`, up to where the answer begins.

        Raises:
            BridgeError: 400; the template does not take such a conversation.
        """
        if self._plain is None:
            raise unsupported("messages", "The model on the swarm has no chat template. Use /v1/completions.")
        if tools and not self.shows_tools:
            raise unsupported("tools", "The model on the swarm can't do tools. Leave them out.")
        if not self.shows_calls and _uses_tools(messages):
            raise unsupported("messages", "The model on the swarm can't do calls of tools in messages.")
        try:
            return self._rendered(messages, tools)
        except _FAULTS:
            message = "The model's chat template does not take these roles in this order."
            raise invalid(message, "messages") from None

    def _rendered(self, messages: Sequence[Message], tools: Sequence[Tool]) -> str:
        template = self._with_tools if tools or _uses_tools(messages) else self._plain
        if template is None:
            return ""
        return template.render(
            messages=[message.as_json() for message in messages],
            tools=[tool.as_json() for tool in tools] or None,
            add_generation_prompt=True,
            **self._special,
        )

    def _tried(self, messages: Sequence[Message], tools: Sequence[Tool] = ()) -> str:
        try:
            return self._rendered(messages, tools)
        except _FAULTS:
            return ""


def _uses_tools(messages: Sequence[Message]) -> bool:
    return any(message.calls or message.role == "tool" for message in messages)


def _sources(given: Any, directory: Path) -> dict[str, str]:
    """Templates by name: one text, a list of named ones, or a file of its own, as newer checkpoints have."""
    if isinstance(given, list):
        named = [entry for entry in given if isinstance(entry, dict)]
        return {str(entry.get("name")): str(entry.get("template", "")) for entry in named}
    file = directory / "chat_template.jinja"
    if not isinstance(given, str) and file.is_file():
        given = file.read_text(encoding="utf-8")
    return {"default": given} if isinstance(given, str) else {}


def _to_json(value: Any, indent: int | None = None, **_options: Any) -> str:
    # Jinja's own writes for HTML: it would show the model < for every angle bracket.
    return json.dumps(value, ensure_ascii=False, indent=indent)


def _refuse(_message: str) -> NoReturn:
    raise jinja2.TemplateError


def _content(token: Any) -> str:
    return str(token.get("content", "")) if isinstance(token, dict) else token or ""
