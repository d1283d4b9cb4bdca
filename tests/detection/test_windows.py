"""Windows cover a text without a gap and keep short things whole."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from gateway.detection.windows import OVERLAP, SIZE, windows

TEXTS = st.text(st.sampled_from("ab \n"), max_size=400)


def test_a_short_text_is_one_window() -> None:
    assert list(windows("hello")) == [(0, 5)]
    assert list(windows("")) == []


def test_windows_begin_at_words() -> None:
    text = "word " * 4_000
    spans = list(windows(text))
    assert len(spans) > 3
    assert all(start == 0 or text[start - 1] == " " for start, _ in spans)


@given(TEXTS, st.integers(0, 400), st.integers(0, 10))
def test_anything_shorter_than_the_overlap_lies_whole_in_some_window(text: str, start: int, length: int) -> None:
    spans = list(windows(text, size=40, overlap=10))
    start = min(start, len(text))
    end = min(start + length, len(text))
    assert all(until - begin <= 40 for begin, until in spans)
    assert start == end or any(begin <= start and end <= until for begin, until in spans)


def test_work_is_linear_for_a_text_without_spaces() -> None:
    spans = list(windows("x" * 1_000_000))
    assert len(spans) <= 1_000_000 / (SIZE - OVERLAP) + 2
