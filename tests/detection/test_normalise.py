"""What a disguised text becomes, and that every offset leads back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.detection.normalise import normalise

TEXTS = st.text(
    st.one_of(
        st.characters(codec=None),
        st.sampled_from("aZ9 \u200b\u200d\u202e\ufeff１Ａ㎏ﬁ①٣५½\U000e0041\U0001d7d8張é\ud800\u00ad"),
    ),
    max_size=60,
)


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("１３８００１３８０００", "13800138000"),
        ("m\u200ba\u200dr\u2060i\ufeffa", "maria"),
        ("\u202egnirts\u202c", "gnirts"),
        ("٣٤५", "345"),
        ("ﬁnance ㎏ ①", "finance kg 1"),
        ("𝟒𝟏𝟏𝟏", "4111"),
        ("\U000e0068\U000e0069", "hi"),
        ("so\u00adft", "soft"),
        ("\ud800x", "\ufffdx"),
        ("plain text, 中文不变。", "plain text, 中文不变。"),
    ],
)
def test_disguises_are_undone(text: str, plain: str) -> None:
    assert normalise(text).text == plain


def test_a_span_leads_back_to_the_disguised_characters() -> None:
    text = "tel: １\u200b３８!"
    view = normalise(text)
    start = view.text.index("138")
    begin, end = view.original_span(start, start + 3)
    assert text[begin:end] == "１\u200b３８"


def test_plain_text_is_not_copied() -> None:
    text = "nothing to undo"
    assert normalise(text).origins is None
    assert normalise(text).text is text


@given(TEXTS)
def test_normalising_twice_changes_nothing_more(text: str) -> None:
    once = normalise(text).text
    assert normalise(once).text == once


@given(TEXTS, st.data())
def test_every_span_maps_to_a_span_of_the_original_that_normalises_to_it(text: str, data: st.DataObject) -> None:
    view = normalise(text)
    start = data.draw(st.integers(0, len(view.text)))
    end = data.draw(st.integers(start, len(view.text)))
    begin, until = view.original_span(start, end)
    assert 0 <= begin <= until <= len(text)
    assert view.text[start:end] in normalise(text[begin:until]).text


@given(TEXTS)
def test_origins_ascend_and_cover_the_text(text: str) -> None:
    view = normalise(text)
    if view.origins is not None:
        assert len(view.origins) == len(view.text) + 1
        assert list(view.origins) == sorted(view.origins)
        assert view.origins[-1] == len(text)
