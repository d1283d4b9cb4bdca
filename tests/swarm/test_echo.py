from __future__ import annotations

import pytest

from gateway.swarm.call_parser import CallBegun
from gateway.swarm.echo import Echo
from gateway.swarm.events import Piece
from gateway.swarm.logprobs import Likelihood, TokenLogprob, as_completion

FIRST = TokenLogprob(Likelihood(b"He", None), ())
SECOND = TokenLogprob(Likelihood(b"llo", -0.5), (Likelihood(b"y", -0.25),))


def test_a_prompt_is_told_with_its_tokens_where_they_stand() -> None:
    piece = Echo("Hello", (0, 2)).piece([FIRST, SECOND])
    assert piece.text == "Hello"
    assert as_completion(piece.logprobs) == {
        "tokens": ["He", "llo"],
        "token_logprobs": [None, -0.5],
        "top_logprobs": [None, {"y": -0.25}],
        "text_offset": [0, 2],
    }


def test_without_log_probabilities_it_is_text_alone() -> None:
    assert Echo("Hello", ()).piece([]) == Piece("Hello")


def test_no_token_of_it_may_be_missing() -> None:
    with pytest.raises(ValueError, match="longer"):
        Echo("Hello", (0, 2)).piece([FIRST])


def test_an_answers_places_count_from_the_prompts_beginning() -> None:
    told = Echo("Hello", ()).behind(Piece(" a", (TokenLogprob(Likelihood(b" a", -1.0), (), 3),)))
    assert isinstance(told, Piece)
    assert [one.offset for one in told.logprobs] == [8]
    call = CallBegun(0, "id", "f")
    assert Echo("Hello", ()).behind(call) is call
