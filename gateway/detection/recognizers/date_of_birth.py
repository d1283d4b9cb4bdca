"""Dates of birth: a date beside a word for birth, in English, Chinese and a few more languages.

A birth before 1900 is history, not a private matter.
"""

from __future__ import annotations

from gateway.detection.recognizers.needs import Needs, needs
from gateway.detection.recognizers.rule import Rule

_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|"
    r"nov(?:ember)?|dec(?:ember)?|janvier|février|mars|avril|mai|juin|juillet|août|septembre|octobre|novembre|décembre|"
    r"januar|februar|märz|juni|juli|oktober|dezember|enero|febrero|marzo|abril|mayo|junio|julio|agosto|septiembre|"
    r"octubre|noviembre|diciembre)\.?"
)
_YEAR = r"(?:19|20)\d{2}"
_DAY = r"(?:0?[1-9]|[12]\d|3[01])(?:st|nd|rd|th)?\.?"
_DATE = (
    rf"(?:{_DAY}(?: of)?[ -]{_MONTH},?[ -](?:of |de )?{_YEAR}|{_DAY} de {_MONTH} (?:de|del) {_YEAR}|"
    rf"{_MONTH} {_DAY},? {_YEAR}|"
    rf"{_YEAR}[-/.](?:0?[1-9]|1[0-2])[-/.](?:0?[1-9]|[12]\d|3[01])|"
    rf"(?:0?[1-9]|[12]\d|3[01])[-/.](?:0?[1-9]|[12]\d|3[01])[-/.](?:{_YEAR}|\d{{2}})|"
    rf"{_YEAR}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01]))(?!\d)"
)  # fmt: skip
_MONTH_AND_YEAR = rf"(?:{_MONTH},? {_YEAR}|(?:0?[1-9]|1[0-2])/{_YEAR})(?!\d)"
_BIRTH = (
    r"born|b\.|dob|d\.o\.b\.?|date[ _-]of[ _-]birth|birth[ _-]?dates?|birth[ _-]?days?|bday|né|née|nee|"
    r"nacid[oa]|nacimiento|geboren|geb\.|geburtsdatum|naissance|nascid[oa]|nascimento|nat[oa] il|"
    r"(?:дата|год) рождения|родил(?:ся|ась)|生年月日|생년월일|출생"
)  # fmt: skip
_NUMBER = "[0-9一二三四五六七八九十〇零两]"
_CN_YEAR = rf"(?:(?:19|20)\d\d|[一二][九〇零]{_NUMBER}{{2}}|(?<!\d)\d\d)"
_CN_MONTH = rf"{_CN_YEAR}\s?[年년./-]\s?{_NUMBER}{{1,3}}"
_CN_DATE = rf"{_CN_MONTH}\s?[月월./-]\s?{_NUMBER}{{1,3}}\s?[日号號일]?"
_CN_BORN = r"(?:出生(?:日期|年月日?|时间)?|生日|生于|誕辰|诞生于|生年月日|생년월일)"
_NEEDS = needs(
    "born", "b", "dob", "birth", "birthdate", "birthdates", "birthday", "birthdays", "bday", "né", "née", "nee",
    "nacido", "nacida", "nacimiento", "geboren", "geb", "geburtsdatum", "naissance", "nascido", "nascida", "nascimento",
    "nato", "nata", "рождения", "родился", "родилась", "生年", "생년", "출생", "出生", "生日", "生于", "誕辰",
    "诞生", "年生", "月生", "日生",
    "号生",
)  # fmt: skip


class DateOfBirthRecognizer(Rule):
    """Finds the date; the word for birth may stand before it, in Chinese also behind."""

    ENTITY = "DATE_OF_BIRTH"
    PATTERNS = (
        ("word, date", rf"(?<![^\W_])(?:{_BIRTH})(?![^\W_])[^\n\d.;]{{0,32}}?(?<!\d)(?P<value>{_DATE})", 0.85),
        ("出生, date", rf"{_CN_BORN}[^\n\d。；]{{0,6}}?(?P<value>{_CN_DATE})", 0.85),
        ("date, 出生", rf"(?<!\d)(?P<value>{_CN_DATE})\s?(?:出生|生(?![一-龥])|诞生)", 0.85),
    )  # fmt: skip
    NEEDS: Needs = _NEEDS
    LANGUAGES = ("en", "zh", "es", "fr", "de", "pt", "it", "ru", "ja", "ko")
    EXAMPLE = "date of birth: 14 March 1986"
    STANDARD = "HIPAA Privacy Rule, 45 CFR 164.514(b)(2)(i)(C)"


class BirthMonthRecognizer(Rule):
    """A month or a year of birth: shared by too many to say who is meant, unlike the day.

    A type of its own, so that a policy can tell them apart: the default takes it as public.
    """

    ENTITY = "BIRTH_MONTH"
    PATTERNS = (
        ("word", rf"(?<![^\W_])(?:{_BIRTH})(?![^\W_])[^\n\d.;]{{0,32}}?(?<!\d)(?P<value>{_MONTH_AND_YEAR})", 0.85),
        ("出生, month", rf"{_CN_BORN}[^\n\d。；]{{0,6}}?(?P<value>{_CN_MONTH}月?)(?!\s?[月./-]?\s?{_NUMBER})", 0.85),
        ("month, 出生", rf"(?<!\d)(?P<value>(?:{_CN_MONTH}|{_CN_YEAR}\s?年)月?)\s?(?:出生|生(?![一-龥])|诞生)", 0.85),
    )  # fmt: skip
    NEEDS: Needs = _NEEDS
    LANGUAGES = ("en", "zh", "es", "fr", "de", "pt", "it", "ru", "ja", "ko")
    EXAMPLE = "1968年10月出生"
    STANDARD = DateOfBirthRecognizer.STANDARD


RECOGNIZERS = (DateOfBirthRecognizer, BirthMonthRecognizer)
