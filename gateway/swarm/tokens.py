"""A checkpoint's own files: how its model writes prompts, tokens and calls, and the figures it was made with.

Turns a request into tokens and into the form of its answers. Knows nothing of the swarm.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any

from transformers import AutoTokenizer

from gateway.swarm import call_format, grammar
from gateway.swarm.chat_template import ChatTemplate
from gateway.swarm.constraint import Constraint
from gateway.swarm.echo import Echo
from gateway.swarm.errors import invalid, unsupported
from gateway.swarm.request import Request
from gateway.swarm.tools import Tool
from gateway.swarm.vocabulary import BadGrammar, Vocabulary

logger = logging.getLogger("sepal.bridge")

# No tokenizer makes fewer tokens of ordinary text; beyond it, a part of the text decides the case.
_CHARACTERS_PER_TOKEN = 32
_ALWAYS = ("n", "logit_bias", "max_tokens")
_WITH_VOCABULARY = ("logprobs", "logprobs of completions", "echo", "response_format")


class Checkpoint:
    """The files of a checkpoint that the bridge reads itself.

    Args:
        max_length: upper bound on prompt and answer in tokens, where servers allow less than the model.
        template: a Jinja file in the place of the checkpoint's own chat template.

    Attributes:
        calls: how the model writes calls of tools; None: it can't do tools.

    Raises:
        OSError, ValueError: files are missing or can't be read.
    """

    def __init__(self, directory: Path, max_length: int | None = None, template: Path | None = None) -> None:
        config = _read(directory / "config.json")
        generation = _read(directory / "generation_config.json", optional=True)
        ends = generation.get("eos_token_id", config.get("eos_token_id"))
        self.blocks: int = config.get("num_hidden_layers") or config["n_layer"]
        own: int = config.get("max_position_embeddings") or config.get("seq_length") or 2048
        self.context_length = min(own, max_length or own)
        self.end_tokens = frozenset(ends if isinstance(ends, list) else [] if ends is None else [ends])
        self.template = ChatTemplate(directory, template)
        self._tokenizer = AutoTokenizer.from_pretrained(directory)
        self._special = {
            token: added.content for token, added in self._tokenizer.added_tokens_decoder.items() if added.special
        }
        self._size: int = config["vocab_size"]
        self._vocabulary = self._with_grammars()
        self.calls = call_format.recognised(self.template.example) if self._vocabulary else None

    def _with_grammars(self) -> Vocabulary | None:
        try:
            tokenizer = self._tokenizer.backend_tokenizer.to_str()
            return Vocabulary(tokenizer, self._size, sorted(self.end_tokens))
        except (AttributeError, ValueError):
            logger.warning("no grammars and log probabilities: llguidance does not know this checkpoint's tokenizer")
            return None

    def abilities(self) -> list[str]:
        """What it can beyond plain text, named by OpenAI's parameters."""
        can = [*_ALWAYS, f"logit_bias below {self._size}", *(_WITH_VOCABULARY if self._vocabulary else ())]
        if self.calls is not None:
            can += ["tools", *(["messages"] if self.template.shows_calls else [])]
        return can

    def encode(self, request: Request) -> tuple[list[int], bool]:
        """The prompt's tokens, and whether that is all of them (a far too long text is cut)."""
        chat = request.prompt is None
        text = request.prompt
        if text is None:
            text = self.template.render(request.messages, request.tools.offered)
        most = self.context_length * _CHARACTERS_PER_TOKEN
        if len(text) > most and len(tokens := self._encode(text[:most], chat)) > self.context_length:
            return tokens, False
        return self._encode(text, chat), True

    def echo(self, request: Request) -> Echo | None:
        """The prompt as the beginning of its answer, if that is asked for."""
        if not request.echo or request.prompt is None:
            return None
        if request.logprobs is None:
            return Echo(request.prompt, ())
        encoded = self._tokenizer(request.prompt, return_offsets_mapping=True, verbose=False)
        return Echo(request.prompt, tuple(start for start, _ in encoded["offset_mapping"]))

    def form(self, request: Request) -> Callable[[], Constraint] | None:
        """Makes what keeps an answer in the form that `request` asks for; None: any text will do.

        Raises:
            BridgeError: 400, this model can't do what is asked for.
        """
        if any(token >= self._size for token in request.sampling.bias):
            message = f"logit_bias names a token outside of the vocabulary (0 to {self._size - 1})."
            raise invalid(message, "logit_bias")
        if request.tools.offered and self.calls is None:
            raise _cannot("tools")
        if self._vocabulary is None:
            if request.schema is not None or request.logprobs is not None:
                raise _cannot("logprobs" if request.schema is None else "response_format")
            return None
        vocabulary = self._vocabulary
        written = self._grammar(request, vocabulary)
        if written is None:
            return None
        try:
            matcher = vocabulary.matcher(written)
        except BadGrammar:
            raise _too_hard("tools" if request.tools.offered else "response_format") from None
        return lambda: Constraint(vocabulary, matcher.deep_copy())

    def _grammar(self, request: Request, vocabulary: Vocabulary) -> str | None:
        schema, tools = request.schema, request.tools
        if schema is not None and not (tools.offered and tools.forced) and not vocabulary.takes(schema):
            raise _too_hard("response_format")
        if not tools.offered or self.calls is None:
            return None if schema is None else grammar.of_schema(schema)
        for index, tool in enumerate(tools.offered):
            if not vocabulary.takes(_parameters(tool)):
                if tools.forced or tool.strict or schema is not None:
                    raise _too_hard(f"tools[{index}].function.parameters")
                return None
        return grammar.of_calls(tools, self.calls, self._id_of, schema)

    def data(self, token: int) -> bytes:
        """The bytes of `token`."""
        return self._vocabulary.data(token) if self._vocabulary else b""

    def decode(self, tokens: Any) -> str:
        """Text of `tokens`, special ones left out."""
        return str(self._tokenizer.decode(tokens, skip_special_tokens=True))

    def decode_calls(self, tokens: Any) -> str:
        """The same, but with special tokens that mark calls."""
        special = self._special
        shown = [token for token in tokens if token not in special or special[token] in call_format.MARKS]
        return str(self._tokenizer.decode(shown))

    def _id_of(self, text: str) -> int | None:
        return next((token for token, content in self._special.items() if content == text), None)

    def _encode(self, text: str, chat: bool) -> list[int]:
        # A chat template writes the special tokens itself.
        encoded: list[int] = self._tokenizer(text, add_special_tokens=not chat, verbose=False)["input_ids"]
        return encoded


def _parameters(tool: Tool) -> Any:
    return tool.as_json()["function"]["parameters"]


def _cannot(name: str) -> Exception:
    return unsupported(name, f"The model on the swarm can't do {name}. Leave it out, or ask another destination.")


def _too_hard(param: str) -> Exception:
    return invalid("The swarm can't make answers follow this JSON schema. Use a simpler one.", param)


def _read(path: Path, *, optional: bool = False) -> dict[str, Any]:
    if optional and not path.exists():
        return {}
    loaded = json.loads(path.read_text(encoding="utf-8"))
    if not isinstance(loaded, dict):
        raise ValueError(f"{path} holds no JSON object")
    return loaded
