"""Dates move by one offset, each in its own form."""

import datetime
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.declassify.surrogates import dates

AHEAD = [
    ("1961-05-03", "1961-08-12"),
    ("1961/5/3", "1961/8/12"),
    ("03.05.1961", "12.08.1961"),
    ("3.5.61", "12.8.61"),
    ("05/03/1961", "08/12/1961"),
    ("25/03/1961", "04/07/1961"),
    ("3 May 1961", "12 August 1961"),
    ("May 3, 1961", "August 12, 1961"),
    ("MAY 3RD, 1961", "AUGUST 12TH, 1961"),
    ("13 Feb 1961", "25 May 1961"),
    ("3rd of May 1961", "12th of August 1961"),
    ("Monday, May 1, 1961", "Thursday, August 10, 1961"),
    ("May 1961", "August 1961"),
    ("05/1961", "08/1961"),
    ("1961-05", "1961-08"),
    ("May", "August"),
    ("3 de mayo de 1961", "12 de agosto de 1961"),
    ("3. Mai 1961", "12. August 1961"),
    ("3 mai 1961", "12 août 1961"),
    ("3 мая 1961 г.", "12 августа 1961 г."),
    ("1961年5月3日", "1961年8月12日"),
    ("1961年05月03日", "1961年08月12日"),
    ("1961年5月", "1961年8月"),
    ("5月3日", "8月12日"),
    ("五月三日", "八月十二日"),
    ("一九六一年五月三日", "一九六一年八月十二日"),
    ("二〇〇一年十二月二十三日", "二〇〇二年四月三日"),
    ("贰零零壹年伍月叁日", "贰零零壹年捌月拾贰日"),
    ("1961년 5월 3일", "1961년 8월 12일"),
    ("１９６１年５月３日", "１９６１年８月１２日"),
    ("٣/٥/١٩٦١", "١٢/٨/١٩٦١"),
    ("3.V.1961", "12.VIII.1961"),
    ("May the 3rd, 1961", "August the 12th, 1961"),
    ("61-05-03", "61-08-12"),
    ("610503", "610812"),
    ("29021960", "09061960"),
    ("上周五", "上周一"),
    ("下星期天", "下星期三"),
    ("다음 월요일", "다음 목요일"),
    ("火曜日", "金曜日"),
    ("31/12/1999", "10/04/2000"),
    ("29 February", "9 June"),
    ("2000-02-29", "2000-06-09"),
    ("19610503", "19610812"),
    ("1961-05-03T10:20:00Z", "1961-08-12T10:20:00Z"),
    ("1961-05-03 10:20", "1961-08-12 10:20"),
    ("1961", "1962"),
    ("1961年", "1962年"),
    ("1990s", "2000s"),
    ("from 3 May 1961 to 5 June 1962", "from 12 August 1961 to 14 September 1962"),
]


def moved(text: str, days: int = 101, context: str = "") -> str:
    return dates.draw(text, context, random.Random(0), days)


@pytest.mark.parametrize(("text", "later"), AHEAD)
def test_a_date_moves_in_its_own_form(text: str, later: str) -> None:
    assert moved(text) == later


def test_beside_a_text_that_is_not_english_the_day_comes_first() -> None:
    assert moved("05/03/1961", -47, "nacido el 05/03/1961") == "17/01/1961"


def test_a_year_moves_back_by_one_at_least() -> None:
    assert moved("1961", -30) == "1960"


@given(
    st.dates(datetime.date(1905, 1, 1), datetime.date(2090, 1, 1)),
    st.dates(datetime.date(1905, 1, 1), datetime.date(2090, 1, 1)),
    st.integers(30, 330),
    st.sampled_from(["%Y-%m-%d", "%d %B %Y", "%B %d, %Y", "%m/%d/%Y", "%Y年%m月%d日", "%Y%m%d", "%d.%m.%Y"]),
)
def test_the_days_between_two_dates_stay(one: datetime.date, two: datetime.date, days: int, form: str) -> None:
    later = [datetime.datetime.strptime(moved(date.strftime(form), days), form).date() for date in (one, two)]
    assert later[1] - later[0] == two - one
    assert later[0] - one == datetime.timedelta(days)


@pytest.mark.parametrize(
    "form", ["%Y-%m-%d", "%d.%m.%Y", "%m/%d/%Y", "%y-%m-%d", "%y%m%d", "%d%m%Y", "%Y年%m月%d日", "%B %d, %Y"]
)
def test_no_day_of_a_leap_year_becomes_an_impossible_one(form: str) -> None:
    first = datetime.date(1996, 1, 1)
    for day in (first + datetime.timedelta(number) for number in range(366)):
        for days in (-329, -30, 59, 330):
            later = datetime.datetime.strptime(moved(day.strftime(form), days), form).date()
            assert later == day + datetime.timedelta(days)


@pytest.mark.parametrize(("text", "length"), [("99/99/9999", 10), ("2023-13-45", 10), ("7 days ago", 10), ("10:20", 5)])
def test_what_is_no_date_keeps_its_shape(text: str, length: int) -> None:
    assert moved(text) != text
    assert len(moved(text)) == length
