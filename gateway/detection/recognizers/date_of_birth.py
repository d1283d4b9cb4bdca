"""Dates of birth: a date beside a word for birth, in English, Chinese and a few more languages.

Only full dates and year with month count; a birth before 1900 is history, not a private matter.
"""

from __future__ import annotations

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
    rf"{_MONTH} {_DAY},? {_YEAR}|{_MONTH},? {_YEAR}|"
    rf"{_YEAR}[-/.](?:0?[1-9]|1[0-2])[-/.](?:0?[1-9]|[12]\d|3[01])|"
    rf"(?:0?[1-9]|[12]\d|3[01])[-/.](?:0?[1-9]|[12]\d|3[01])[-/.](?:{_YEAR}|\d{{2}})|"
    rf"{_YEAR}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01]))(?!\d)"
)  # fmt: skip
_BIRTH = (
    r"born|b\.|dob|d\.o\.b\.?|date[ _-]of[ _-]birth|birth[ _-]?dates?|birth[ _-]?days?|bday|né|née|nee|"
    r"nacid[oa]|nacimiento|geboren|geb\.|geburtsdatum|naissance|nascid[oa]|nascimento|nat[oa] il"
)  # fmt: skip
_NUMBER = "[0-9一二三四五六七八九十〇零两]"
_CN_DATE = (
    rf"(?:(?:19|20)\d\d|[一二][九〇零]{_NUMBER}{{2}}|\d\d)\s?[年./-]\s?{_NUMBER}{{1,3}}"
    rf"(?:\s?[月./-](?:\s?{_NUMBER}{{1,3}}\s?[日号]?)?)?"
)


class DateOfBirthRecognizer(Rule):
    """Finds the date; the word for birth may stand before it, in Chinese also behind."""

    ENTITY = "DATE_OF_BIRTH"
    PATTERNS = (
        ("word, date", rf"(?<![^\W_])(?:{_BIRTH})(?![^\W_])[^\n\d.;]{{0,32}}?(?<!\d)(?P<value>{_DATE})", 0.85),
        (
            "出生, date",
            rf"(?:出生(?:日期|年月|时间)?|生日|生于|誕辰|诞生于)[^\n\d。；]{{0,6}}?(?P<value>{_CN_DATE})",
            0.85,
        ),
        ("date, 出生", rf"(?<!\d)(?P<value>{_CN_DATE})\s?(?:出生|生(?![一-龥])|诞生)", 0.85),
    )  # fmt: skip
