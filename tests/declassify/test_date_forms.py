"""A date that comes back in another format than it was sent in."""

from __future__ import annotations

import pytest

from gateway.declassify.date_forms import of_dates
from gateway.declassify.days import read_day
from gateway.declassify.forms import forms
from gateway.declassify.replaced import Replaced
from gateway.declassify.restore import restore


def born(original: str, surrogate: str) -> Replaced:
    return Replaced("DATE_OF_BIRTH", original, surrogate)


JULY = forms([born("12 March 1985", "9 July 1985")])


@pytest.mark.parametrize(
    ("written", "restored"),
    [
        # Numbers
        ("1985-07-09, 1985/7/9, 1985.07.09", "1985-03-12, 1985/3/12, 1985.03.12"),
        ("1985-07-09T10:20", "1985-03-12T10:20"),
        ("09.07.1985 and 9.7.1985 and 9. 7. 1985", "12.03.1985 and 12.3.1985 and 12. 3. 1985"),
        ("07/09/1985, 09/07/1985, 9-7-1985", None),
        ("1.9.7.1985, 1985.7.9.1, 2020-1985-07-09, 1985-07-09-1", None),
        # Names
        (
            "July 9, 1985 or July 9th, 1985 or 9th of July 1985",
            "March 12, 1985 or March 12th, 1985 or 12th of March 1985",
        ),
        ("Jul 9, 1985; Jul. 9, 1985; 9 Jul 1985; 09-Jul-1985", "Mar 12, 1985; Mar. 12, 1985; 12 Mar 1985; 12-Mar-1985"),
        ("JULY 9, 1985 and 9 july 1985", "MARCH 12, 1985 and 12 march 1985"),
        ("9. Juli 1985, 9 juillet 1985", "12. März 1985, 12 mars 1985"),
        ("9 de julio de 1985", "12 de marzo de 1985"),
        ("9\n  July 1985", "12\n  March 1985"),
        ("19 July 1985, 9 July 19855, 9 July 1986", None),
        ("2 and July 9, 1985", "2 and March 12, 1985"),
        ("2-9th of July 1985, 2nd and 9th of July 1985", None),
        # Chinese
        ("生于1985年7月9日，1985年07月09日", "生于1985年3月12日，1985年03月12日"),
        ("1985 年 7 月 9 日", "1985 年 3 月 12 日"),
        # A year or a month alone
        ("1985, July 1985, 7/1985", None),
    ],
)
def test_a_date_comes_back_in_the_format_it_is_written_in(written: str, restored: str | None) -> None:
    assert restore(written, JULY) == (written if restored is None else restored)


@pytest.mark.parametrize(
    ("written", "restored"),
    [
        ("on 9 July, on July 9th. (9 July)", "on 12 March, on March 12th. (12 March)"),
        ("am 9. Juli, le 9 juillet, el 9 de julio", "am 12. März, le 12 mars, el 12 de marzo"),
        ("7月9日上午10点", "3月12日上午10点"),
        ("9 July at 10:30. So 9 July 10:30", "12 March at 10:30. So 12 March 10:30"),
        ("1. 9 July\n2. July 9", "1. 12 March\n2. March 12"),
        # Another year's
        ("9 July 1990, July 9, 1990, 9 July of 1990, 9 de julio de 1990", None),
        ("1990年7月9日, 1990, 9 July, 9 July '90", None),
        # Several days
        ("July 9-12; July 9 – 12; July 9 and 10; July 9 to 12; July 9 through 12", None),
        ("2-9 July; 2 and 9 July; from 2 to 9 July", None),
        ("7月9日至12日，7月9日、10日", None),
        # Other words
        ("july 9 and 9 july, 9 julyish, 19 July", None),
    ],
)
def test_without_its_year_it_comes_back_where_it_can_be_no_other(written: str, restored: str | None) -> None:
    assert restore(written, JULY) == (written if restored is None else restored)


def test_without_a_year_a_holiday_or_a_terms_end_may_be_the_models_own() -> None:
    for surrogate, written in (("4 July 1985", "4 July"), ("25.12.1985", "December 25"), ("1985-06-30", "30 June")):
        table = forms([born("12 March 1985" if " " in surrogate else surrogate.replace("85", "84"), surrogate)])
        assert restore(f"By {written}!", table) == f"By {written}!"


def test_without_a_year_a_day_of_two_dates_comes_back_only_if_both_mean_the_same() -> None:
    first = born("12 March 1985", "9 July 1985")
    assert restore("July 9", forms([first, born("12 March 1990", "9 July 1990")])) == "March 12"
    assert restore("July 9", forms([first, born("13 March 1990", "9 July 1990")])) == "July 9"


@pytest.mark.parametrize(
    ("original", "surrogate", "written", "restored"),
    [
        ("15 March 1985", "19 July 1985", "07/19/1985, 19/07/1985, 19-7-1985", "03/15/1985, 15/03/1985, 15-3-1985"),
        ("12 March 1985", "19 July 1985", "07/19/1985", "07/19/1985"),
        ("3 March 1985", "7 July 1985", "07/07/1985, 7/7/1985", "03/03/1985, 3/3/1985"),
        ("12/03/1985", "09/07/1985", "9 July 1985, 1985-07-09, 7 September 1985", None),
        ("25/03/1985", "09/07/1985", "9 July 1985, 9/7/1985, 07/09/1985", "25 March 1985, 25/3/1985, 07/09/1985"),
    ],
)
def test_numbers_alone_come_back_where_their_order_is_certain(
    original: str, surrogate: str, written: str, restored: str | None
) -> None:
    assert restore(written, forms([born(original, surrogate)])) == (written if restored is None else restored)


def test_the_order_is_certain_where_the_texts_other_dates_tell_it() -> None:
    told = Replaced("DATE_TIME", "12/25/2020", "05/13/2021")
    other = Replaced("DATE_TIME", "25/12/2020", "13/05/2021")
    unsure = born("12/03/1985", "09/07/1985")
    assert restore("7 September 1985, 9/7/1985, 9 July 1985", forms([unsure, told])) == (
        "3 December 1985, 12/3/1985, 9 July 1985"
    )
    assert restore("9 July 1985, 7 September 1985", forms([unsure, other])) == "12 March 1985, 7 September 1985"
    assert restore("9 July 1985", forms([unsure, told, other])) == "9 July 1985"


def test_a_form_that_two_dates_share_is_left_alone() -> None:
    other = Replaced("DATE_TIME", "2001-05-06", "1985-07-09")
    assert restore("July 9, 1985", forms([born("12 March 1985", "9 July 1985"), other])) == "July 9, 1985"


def test_the_texts_own_language_comes_before_its_neighbours() -> None:
    table = forms([born("12 de março de 1985", "10 de agosto de 1985")])
    assert restore("em 10 de agosto", table) == "em 12 de março"
    dutch = forms([born("12 maart 1985", "9 september 1985")])
    assert restore("op 9 september", dutch) == "op 12 maart"


def test_small_letters_are_english_only_where_no_other_language_has_them() -> None:
    table = forms([born("1985-03-12", "1985-09-10")])
    assert restore("10 september 1985, 10 September 1985", table) == "10 september 1985, 12 March 1985"


def test_first_days_have_their_ending() -> None:
    assert restore("1st of July 1985, le 1er juillet 1985", forms([born("22 March 1985", "1 July 1985")])) == (
        "22nd of March 1985, le 22 mars 1985"
    )


def test_a_weekday_or_a_time_beside_the_date_does_not_matter() -> None:
    table = forms([Replaced("DATE_TIME", "Monday, 11 March 1985, 10:20", "Tuesday, 9 July 1985, 10:20")])
    assert restore("on 1985-07-09", table) == "on 1985-03-11"


@pytest.mark.parametrize(
    "text", ["2-5 July 1985", "July 1985", "1985", "31 February 1985", "9 July to 12 July 1985", "x"]
)
def test_what_names_no_day_for_certain_has_no_other_formats(text: str) -> None:
    assert list(of_dates([born(text, text.replace("1985", "1986"))])) == []


def test_of_very_many_dates_the_usual_formats_come_back() -> None:
    dates = [born(f"{day} March {year}", f"{day} July {year}") for day in range(2, 29) for year in (1985, 1986)]
    assert restore("July 9, 1986 = 1986-07-09", forms(dates)) == "March 9, 1986 = 1986-03-09"


def test_no_day_shows_in_what_is_printed() -> None:
    day = read_day("9 July 1985")
    assert day is not None
    assert not any(number in repr(day) for number in ("9", "7", "1985", "uly"))
