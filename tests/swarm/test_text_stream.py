from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.swarm.text_stream import Detokenizer, StopStrings


def _decode(tokens: Sequence[int]) -> str:
    """A byte-level vocabulary at its finest: one token a byte."""
    return bytes(tokens).decode("utf-8", errors="replace")


def _pieces(text: bytes) -> list[str]:
    detokenizer = Detokenizer(_decode)
    return [*(detokenizer.push(byte) for byte in text), detokenizer.flush()]


@given(st.text())
def test_pieces_join_to_the_text(text: str) -> None:
    assert "".join(_pieces(text.encode())) == text


@given(st.text().filter(lambda text: "\ufffd" not in text))
def test_no_piece_holds_half_a_character(text: str) -> None:
    assert not any("\ufffd" in piece for piece in _pieces(text.encode()))


def test_a_character_appears_with_its_last_byte() -> None:
    assert _pieces("é🙂".encode()) == ["", "é", "", "", "", "🙂", ""]


def test_bytes_that_are_no_text_do_not_hold_the_rest_back_for_ever() -> None:
    pieces = _pieces(b"\xff" * 30 + b"abc")
    assert any("\ufffd" in piece for piece in pieces[:12])
    assert "".join(pieces).endswith("abc")


def test_an_unfinished_character_at_the_end_is_shown_as_such() -> None:
    assert "".join(_pieces("ab🙂".encode()[:-1])) == "ab\ufffd"


def _run(stops: list[str], pieces: list[str]) -> tuple[str, bool]:
    matcher = StopStrings(stops)
    shown = "".join([*(matcher.push(piece) for piece in pieces), matcher.flush()])
    return shown, matcher.met


@pytest.mark.parametrize(
    ("stops", "pieces", "shown", "met"),
    [
        ([], ["a", "b"], "ab", False),
        (["stop"], ["no", "thing"], "nothing", False),
        (["stop"], ["a st", "op b"], "a ", True),
        (["stop"], ["a s", "t", "o", "p"], "a ", True),
        (["stop"], ["a st", "ay"], "a stay", False),
        (["stop"], ["a sto"], "a sto", False),
        (["aab"], ["aa", "ab"], "a", True),
        (["\n\n"], ["one\n", "two\n", "\nthree"], "one\ntwo", True),
        (["bc", "b"], ["a", "bc"], "a", True),
        (["结束"], ["好的结", "束了"], "好的", True),
        (["x"], ["x"], "", True),
        (["a", "baa"], ["ba", "a"], "b", True),
        (["a", "baa"], ["baa"], "b", True),
    ],
)
def test_text_ends_before_the_first_stop_string(stops: list[str], pieces: list[str], shown: str, met: bool) -> None:
    assert _run(stops, pieces) == (shown, met)


@given(st.text("ab", max_size=30), st.lists(st.text("ab", min_size=1, max_size=4), min_size=1, max_size=4), st.data())
def test_how_the_text_is_cut_into_pieces_changes_nothing(text: str, stops: list[str], data: st.DataObject) -> None:
    cuts = sorted(data.draw(st.lists(st.integers(0, len(text)), max_size=8)))
    pieces = [text[start:end] for start, end in zip([0, *cuts], [*cuts, len(text)], strict=True)]
    places = [(text.find(stop) + len(stop), text.find(stop)) for stop in stops if stop in text]
    expected = text[: min(places)[1]] if places else text
    assert _run(stops, pieces) == (expected, bool(places))


def test_what_can_no_longer_become_a_stop_string_is_shown_at_once() -> None:
    matcher = StopStrings(["END"])
    assert matcher.push("the E") == "the "
    assert matcher.push("gg") == "Egg"
