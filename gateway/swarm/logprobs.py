"""Log probabilities of an answer's tokens, in step with the text that is shown, and OpenAI's shapes for them.

Values are those of the model itself: before biases, penalties, temperature and constraints, as
llama.cpp's server gives them. Knows nothing of how text is held back.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import torch


@dataclass(frozen=True, slots=True)
class Likelihood:
    """A token's bytes and its log probability (natural); None: nothing comes before it."""

    data: bytes
    logprob: float | None

    def as_chat(self) -> dict[str, Any]:
        """OpenAI's object for chats; bytes that are no whole character show as U+FFFD in `token`."""
        token = self.data.decode("utf-8", "replace")
        return {"token": token, "logprob": self.logprob, "bytes": list(self.data)}

    @property
    def name(self) -> str:
        """The token as OpenAI's completions name it."""
        try:
            return self.data.decode("utf-8")
        except UnicodeDecodeError:
            return "bytes:" + "".join(f"\\x{byte:02x}" for byte in self.data)


@dataclass(frozen=True, slots=True)
class TokenLogprob:
    """One token of the answer, the likeliest in its place, and where its text begins, in characters."""

    token: Likelihood
    likeliest: tuple[Likelihood, ...]
    offset: int = 0


def measure(scores: torch.Tensor, token: int, count: int, data: Callable[[int], bytes]) -> TokenLogprob:
    """What `scores`, logits of shape (vocabulary,), say of `token` and of the `count` likeliest.

    `data` gives a token's bytes.
    """
    logprobs = torch.log_softmax(scores.float(), dim=-1)
    values, ids = logprobs.topk(count)
    likeliest = [Likelihood(data(best), value) for best, value in zip(ids.tolist(), values.tolist(), strict=True)]
    return TokenLogprob(Likelihood(data(token), float(logprobs[token])), tuple(likeliest))


def as_chat(tokens: Sequence[TokenLogprob]) -> dict[str, Any]:
    """`logprobs` of a chat's choice."""
    return {
        "content": [
            {**one.token.as_chat(), "top_logprobs": [best.as_chat() for best in one.likeliest]} for one in tokens
        ],
        "refusal": None,
    }


def as_completion(tokens: Sequence[TokenLogprob]) -> dict[str, Any]:
    """`logprobs` of a completion's choice."""
    return {
        "tokens": [one.token.name for one in tokens],
        "token_logprobs": [one.token.logprob for one in tokens],
        "top_logprobs": [_named(one) for one in tokens],
        "text_offset": [one.offset for one in tokens],
    }


def _named(token: TokenLogprob) -> dict[str, float | None] | None:
    return None if token.token.logprob is None else {best.name: best.logprob for best in token.likeliest}


class Ledger:
    """Keeps tokens until all of their text is shown."""

    def __init__(self) -> None:
        self._unplaced: list[TokenLogprob] = []
        self._placed: list[tuple[int, TokenLogprob]] = []
        self._length = 0

    def add(self, token: TokenLogprob) -> None:
        """One more token, whose text is not known yet."""
        self._unplaced.append(token)

    def place(self, text: str) -> None:
        """`text`, which follows all before, is that of the tokens that were added since."""
        start, self._length = self._length, self._length + len(text)
        for token in self._unplaced:
            placed = TokenLogprob(token.token, token.likeliest, start)
            self._placed.append((self._length, placed))
        self._unplaced = []

    def take(self, shown: int) -> tuple[TokenLogprob, ...]:
        """The tokens whose text is within the first `shown` characters, each once."""
        count = sum(1 for end, _ in self._placed if end <= shown)
        taken, self._placed = self._placed[:count], self._placed[count:]
        return tuple(token for _, token in taken)
