from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.swarm.answer_text import AnswerText
from gateway.swarm.call_format import HERMES
from gateway.swarm.call_parser import CallArguments, CallBegun, CallParser
from gateway.swarm.events import Part, Piece
from gateway.swarm.logprobs import Likelihood, TokenLogprob

END = 256


def _decode(tokens: Sequence[int]) -> str:
    """A byte-level vocabulary at its finest: one token a byte."""
    return bytes(tokens).decode("utf-8", errors="replace")


def _write(answer: AnswerText, tokens: Sequence[int]) -> list[Part]:
    parts: list[Part] = []
    for token in tokens:
        logprob = TokenLogprob(Likelihood(bytes([token]) if token < END else b"", -1.0), ())
        parts += answer.add(token, logprob)
        if answer.reason is not None:
            break
    return [*parts, *answer.finish()]


def _text(parts: Sequence[Part]) -> str:
    return "".join(part.text for part in parts if isinstance(part, Piece))


def _measured(parts: Sequence[Part]) -> bytes:
    return b"".join(one.token.data for part in parts if isinstance(part, Piece) for one in part.logprobs)


@given(st.text(max_size=20))
def test_each_token_has_its_log_probability_with_the_text_it_completes(text: str) -> None:
    answer = AnswerText(_decode, {END}, 1000)
    parts = _write(answer, [*text.encode(), END])
    assert (_text(parts), _measured(parts), answer.reason) == (text, text.encode(), "stop")
    shown = 0
    for part in parts:
        assert isinstance(part, Piece)
        assert _measured([part]).decode() == part.text
        assert all(shown <= one.offset < shown + len(part.text) for one in part.logprobs)
        shown += len(part.text)


def test_tokens_of_one_character_come_together_at_its_place() -> None:
    parts = _write(AnswerText(_decode, {END}, 1000), [*"aé".encode(), END])
    assert [(part.text, [one.offset for one in part.logprobs]) for part in parts if isinstance(part, Piece)] == [
        ("a", [0]),
        ("é", [1, 1]),
    ]


@given(st.text("ab", max_size=20), st.text("ab", min_size=1, max_size=3))
def test_nothing_of_what_a_stop_string_cut_off_has_a_log_probability(text: str, stop: str) -> None:
    answer = AnswerText(_decode, {END}, 1000, [stop])
    parts = _write(answer, [*text.encode(), END])
    shown = text.split(stop)[0]
    assert (_text(parts), _measured(parts)) == (shown, shown.encode())
    assert answer.length == (len(shown) + len(stop) if stop in text else len(text) + 1)


def test_a_token_that_is_cut_in_two_has_none() -> None:
    answer = AnswerText(lambda tokens: "".join(["keep", "it STOP"][token] for token in tokens), {END}, 9, ["STOP"])
    parts = [*answer.add(0, TokenLogprob(Likelihood(b"keep", -1.0), ()))]
    parts += [*answer.add(1, TokenLogprob(Likelihood(b"it STOP", -1.0), ())), *answer.finish()]
    assert (_text(parts), _measured(parts)) == ("keepit ", b"keep")


@pytest.mark.parametrize(("most", "reason"), [(3, "length"), (4, "stop")])
def test_an_answer_ends_at_its_length_or_its_end(most: int, reason: str) -> None:
    answer = AnswerText(_decode, {END}, most)
    assert _text(_write(answer, [*b"abc", END])) == "abc"
    assert (answer.reason, answer.room) == (reason, 0)


def _with_calls(text: str, *, one_call: bool = False) -> tuple[AnswerText, list[Part]]:
    answer = AnswerText(_decode, {END}, 1000, (), CallParser(HERMES, {"f"}), one_call=one_call)
    return answer, _write(answer, [*text.encode(), END])


CALL = '<tool_call>{"name": "f", "arguments": {"a": "é"}}</tool_call>'


def test_a_call_ends_with_a_reason_of_its_own_and_has_no_log_probabilities() -> None:
    answer, parts = _with_calls(f"ok {CALL}")
    assert answer.reason == "tool_calls"
    assert (_text(parts), _measured(parts)) == ("ok ", b"ok ")
    assert [part.name for part in parts if isinstance(part, CallBegun)] == ["f"]
    assert "".join(part.text for part in parts if isinstance(part, CallArguments)) == '{"a": "é"}'


def test_an_answer_of_one_call_ends_with_it() -> None:
    _, parts = _with_calls(CALL * 2, one_call=True)
    assert sum(isinstance(part, CallBegun) for part in parts) == 1
    _, parts = _with_calls(CALL * 2)
    assert sum(isinstance(part, CallBegun) for part in parts) == 2


def test_text_that_looks_like_a_call_and_is_none_has_log_probabilities() -> None:
    answer, parts = _with_calls("<tool_call>no")
    assert (_text(parts), _measured(parts), answer.reason) == ("<tool_call>no", b"<tool_call>no", "stop")
