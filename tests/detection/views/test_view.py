"""Every place in a view leads back to the text that was given."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.detection.normalise import Normalised, normalise
from gateway.detection.views.view import REACH, Edit, View, edit

TEXTS = st.text(st.sampled_from("ab 1２\u200b张\n"), min_size=1, max_size=60)


def plain(text: str) -> View:
    return View.of(text, Normalised(text, None))


def changed(view: View, *edits: Edit) -> View:
    made = edit(view, edits, models=False)
    assert made is not None
    return made


@st.composite
def edits(draw: st.DrawFn, text: str) -> list[Edit]:
    made: list[Edit] = []
    place = 0
    while place < len(text) and draw(st.booleans()):
        start = draw(st.integers(place, len(text) - 1))
        end = draw(st.integers(start + 1, min(len(text), start + 8)))
        aligned = draw(st.booleans())
        new = draw(
            st.text("xyz", min_size=end - start, max_size=end - start) if aligned else st.text("xyz", max_size=9)
        )
        made.append(Edit(start, end, new, f"step {len(made)}", aligned))
        place = end
    return made


def test_a_span_of_an_edit_is_all_that_was_edited_unless_it_is_aligned() -> None:
    view = changed(plain("say four one!"), Edit(4, 12, "41", "spelled"))
    assert view.text == "say 41!"
    assert view.original_span(4, 5) == (4, 12)
    assert view.original_span(5, 6) == (4, 12)
    assert view.original_span(0, 7) == (0, 13)
    view = changed(plain("say 四一!"), Edit(4, 6, "41", "numerals", aligned=True))
    assert view.original_span(4, 5) == (4, 5)
    assert view.original_span(5, 7) == (5, 7)


def test_what_was_removed_belongs_to_the_spans_around_it_only() -> None:
    view = changed(plain("12 - 34 56"), Edit(2, 5, "", "separators"))
    assert view.text == "1234 56"
    assert view.original_span(0, 4) == (0, 7)
    assert view.original_span(0, 2) == (0, 2)
    assert view.original_span(2, 4) == (5, 7)
    assert view.undone(0, 4) == {"separators"}
    assert view.undone(0, 2) == frozenset()


def test_steps_are_named_all_the_way_back() -> None:
    text = "ＡＢ\u200bＣ cd ef"
    root = View.of(text, normalise(text))
    view = changed(changed(root, Edit(0, 3, "four", "one")), Edit(0, 4, "4", "two"))
    assert view.text == "4 cd ef"
    assert view.undone(0, 1) == {"one", "two", "compatibility characters", "invisible characters"}
    assert view.undone(2, 4) == frozenset()
    assert text[slice(*view.original_span(0, 1))] == "ＡＢ\u200bＣ"


def test_edits_that_overlap_or_change_nothing_are_left_out() -> None:
    view = changed(plain("abcdef"), Edit(0, 3, "x", "s"), Edit(2, 4, "y", "s"), Edit(4, 5, "e", "s"))
    assert view.text == "xdef"
    assert edit(plain("abc"), [Edit(0, 1, "a", "s")], models=False) is None


def test_only_what_stands_around_an_edit_is_looked_at_again() -> None:
    text = "word " * 1_000
    view = changed(plain(text), Edit(2_500, 2_504, "four", "s"), Edit(2_600, 2_604, "five", "s"))
    ((start, end),) = view.regions()
    assert start <= 2_500 - REACH
    assert end >= 2_604 + REACH
    assert end - start < 3 * REACH + 200
    assert text[start - 1] == " "
    assert text[end] == " "
    assert list(plain(text).regions()) == [(0, 5_000)]


def test_a_view_shows_no_text() -> None:
    assert "secret" not in repr(changed(plain("secret here"), Edit(7, 11, "there", "s")))


@given(TEXTS.flatmap(lambda text: st.tuples(st.just(text), edits(normalise(text).text))), st.data())
def test_every_span_leads_to_a_span_inside_the_text(case: tuple[str, list[Edit]], data: st.DataObject) -> None:
    text, changes = case
    root = View.of(text, normalise(text))
    view = edit(root, changes, models=False) or root
    if not view.text:
        return
    start = data.draw(st.integers(0, len(view.text) - 1))
    end = data.draw(st.integers(start + 1, len(view.text)))
    begin, until = view.original_span(start, end)
    assert 0 <= begin < until <= len(text)
    if not view.touches(start, end):
        assert normalise(text[begin:until]).text == view.text[start:end]
    wider = view.original_span(max(0, start - 1), min(len(view.text), end + 1))
    assert wider[0] <= begin
    assert until <= wider[1]


@given(TEXTS.flatmap(lambda text: st.tuples(st.just(text), edits(text))))
def test_regions_ascend_and_hold_every_edit(case: tuple[str, list[Edit]]) -> None:
    text, changes = case
    view = edit(plain(text), changes, models=False)
    if view is None:
        return
    regions = list(view.regions())
    assert regions == sorted(regions)
    assert all(any(start <= at and until <= end for start, end in regions) for at, until, _ in view.edited)


@pytest.mark.parametrize("text", ["", " ", "a"])
def test_short_texts_have_one_region(text: str) -> None:
    assert list(plain(text).regions()) == [(0, len(text))]
