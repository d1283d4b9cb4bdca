"""A date that comes back in another format than it was sent in."""

from __future__ import annotations

import pytest

from gateway.declassify.date_forms import of_dates
from gateway.declassify.days import read_day
from gateway.declassify.forms import forms
from gateway.declassify.replaced import Replaced
from gateway.declassify.restore import Restorer, restore


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
        # Ranges over two months
        ("from July 9 to August 2; July 9 – Aug 2; July 9 until August; July 9 to the 2nd of August", None),
        ("from June 2 to July 9; June 2nd - July 9; 2 June until 9 July; 2 June 1985 to 9 July", None),
        ("vom 9. Juli bis 2. August; vom 21. Juni bis 9. Juli; vom 9. Juli bis zum Ende", None),
        ("du 9 juillet au 2 août, du 21 juin au 9 juillet, del 2 de junio al 9 de julio, del 9 de julio a 2", None),
        ("7月9日到八月二日，6月2日至7月9日", None),
        ("between June 2 and July 9; between July 9 and August 2; zwischen dem 2. Juni und dem 9. Juli", None),
        ("from July 9 to you, on 2 June and 9 July", "from March 12 to you, on 2 June and 12 March"),
        ("bis 9. Juli bis auf Weiteres, 7月9日至今", "bis 12. März bis auf Weiteres, 3月12日至今"),
        # Another year's, further away
        ("July 9 (2021), 9 July (1862), July 9 last year, July 9 next year, July 9 of last year", None),
        (
            "In 1862, on July 9, it sank. Last year, on July 9. Born in 1931, he died 9 July. '69 was it, and July 9",
            None,
        ),
        ("July 9 BC; July 9 AD 37; 9. Juli letzten Jahres; 9 juillet dernier; 9 de julio del año pasado", None),
        ("去年的7月9日，2021年，在7月9日，农历7月9日", None),
        ("It was in 1862. We meet on July 9.", "It was in 1862. We meet on March 12."),
        ("| 1862 | Gettysburg\n| July 9", "| 1862 | Gettysburg\n| March 12"),
        ("Born 9 July 1985, feted on July 9", "Born 12 March 1985, feted on March 12"),
        ("For $1600, or 1700 people, on July 9", "For $1600, or 1700 people, on March 12"),
        ("In 1066, on July 9, and in the year 2021, on July 9", None),
        ("二〇二一年，在7月9日；民国79年的7月9日", None),
        ("她上二年级，生日是7月9日", "她上二年级，生日是3月12日"),
        ("Born 8 July 1985, feted on July 9", None),
        (
            "July 9 (Monday), every July 9 or so. July 9 this year",
            "March 12 (Monday), every March 12 or so. March 12 this year",
        ),
        # Other words
        ("Chapter 9 July, Top 9 July events", None),
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


YEARLESS = forms([born("12 May", "3 April"), born("5月12日", "4月6日"), born("25 May", "15 April")])


@pytest.mark.parametrize(
    ("written", "restored"),
    [
        ("On 3 April, at 5. 3 April? 3 APRIL", "On 12 May, at 5. 12 May? 12 MAY"),
        # As the text may have it itself: ranges, hours, people
        ("from 3 April to 15 April", "from 12 May to 25 May"),
        (
            "3 April, 20 people; 3 April 20:15; 3 April (20 people)",
            "12 May, 20 people; 12 May 20:15; 12 May (20 people)",
        ),
        ("In 2020 we met. Then 3 April", "In 2020 we met. Then 12 May"),
        ("4月6日来，今年4月6日", "5月12日来，今年5月12日"),
        # Another year's
        ("3 April 2020; 3 April, 2020; 3 April of 2020; 3 April (2020); 3 April '20", None),
        ("2020: 3 April; 2020, 3 April", None),
        ("15 April 2020, 2020: 15 April", None),
        ("2020年4月6日，二〇二〇年4月6日", None),
        # Others' numbers
        ("Top 3 April events, the best 3 April days, Chapter 3 April, Vol. 3 April", None),
    ],
)
def test_an_exact_date_without_its_year_gets_no_other_year(written: str, restored: str | None) -> None:
    assert restore(written, YEARLESS) == (written if restored is None else restored)


@pytest.mark.parametrize("surrogate", ["3 April", "4 July", "4月6日", "Tuesday, 9 July"])
def test_of_a_date_without_its_year_no_more_is_held_back_than_the_bound(surrogate: str) -> None:
    table = forms([born("12 May", surrogate)])
    for behind in (", of 2020, x", " (2020) x", " in 20 x", " of this year", " to August"):
        restorer = Restorer(table)
        for character in f"on {surrogate}{behind}":
            restorer.feed(character)
            assert restorer.held <= table.longest
