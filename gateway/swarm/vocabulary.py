"""A checkpoint's tokens as llguidance sees them: the bytes of each, and which of them a grammar allows next.

Byte-level and SentencePiece tokenizers are known to it by their `tokenizer.json`. Nothing is fetched, and
llguidance's messages, which quote schemas, stay here. Knows nothing of requests.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from llguidance import LLMatcher, LLTokenizer  # type: ignore[import-not-found]  # in the Petals environment only

# What ends a JSON text is looked up by its bytes; the longest is `false`.
_SHORT = 5


class BadGrammar(Exception):
    """llguidance can't take a grammar. It has no message, since that would quote it."""


class Vocabulary:
    """The tokens of one checkpoint; may be used by several threads.

    Args:
        tokenizer: the content of `tokenizer.json`.
        size: number of the model's scores.
        ends: ids of tokens that end an answer; at least one.

    Raises:
        ValueError: llguidance does not know such a tokenizer.
    """

    def __init__(self, tokenizer: str, size: int, ends: Sequence[int]) -> None:
        if not tokenizer.lstrip().startswith("{") or not ends:
            raise ValueError("llguidance needs a tokenizer as JSON and a token that ends answers")
        self._tokens = LLTokenizer(tokenizer, n_vocab=size, eos_token=list(ends))
        self.size = size
        short = ((self.data(token), token) for token in range(size - 1, -1, -1))
        self._ids = {data: token for data, token in short if len(data) <= _SHORT}

    def data(self, token: int) -> bytes:
        """The bytes of `token`; of a special one, those of its name."""
        return bytes(self._tokens.decode_bytes([token]))

    def token(self, data: bytes) -> int | None:
        """The token of exactly these bytes, at most 5, if there is one."""
        return self._ids.get(data)

    def matcher(self, grammar: str) -> Any:
        """What follows an answer through `grammar`, in llguidance's variant of Lark.

        Raises:
            BadGrammar: it can't be taken.
        """
        matcher = LLMatcher(self._tokens, grammar, log_level=0)
        if matcher.is_error():
            raise BadGrammar
        return matcher

    def takes(self, schema: Mapping[str, Any]) -> bool:
        """Whether JSON that follows `schema` can be asked for."""
        try:
            grammar = LLMatcher.grammar_from_json_schema(dict(schema))
        except ValueError:
            return False
        return not LLMatcher.validate_grammar_with_warnings(grammar, self._tokens)[0]
