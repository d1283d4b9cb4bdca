"""How many tokens a text has, as the model cuts it that ships with this package. Knows nothing of windows."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import Any


@cache
def _tokenizer() -> Any:
    from tokenizers import Tokenizer

    from gateway.detection.encoder import MODEL

    return Tokenizer.from_file(str(MODEL / "tokenizer.json"))


def count_tokens(texts: Iterable[str]) -> int:
    """The number of tokens of all `texts` together, without those that only mark beginnings and ends."""
    tokenizer = _tokenizer()
    return sum(len(tokenizer.encode(text, add_special_tokens=False).ids) for text in texts)
