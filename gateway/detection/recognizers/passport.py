"""Passport numbers of any country (ICAO Doc 9303: up to nine letters and digits), where a word says so."""

from __future__ import annotations

from gateway.detection.recognizers.needs import Needs, needs
from gateway.detection.recognizers.rule import Rule

_WORDS = (
    "passports?|passport (?:no|number|nr|num|id|#)|travel document|pasaporte|passeport|reisepass|passnummer|"
    "passaporto|passaporte|paspoort|паспорт[а-я]*|护照|護照|パスポート|旅券|여권"
)


class PassportRecognizer(Rule):
    """A word for passport, at most a few words, then the number."""

    NEEDS: Needs = needs(digits=5)
    LANGUAGES = ("en", "es", "fr", "de", "it", "pt", "nl", "ru", "zh", "ja", "ko")
    EXAMPLE = "passport no. X1234567"
    STANDARD = "ICAO Doc 9303"

    ENTITY = "PASSPORT"
    PATTERNS = (
        (
            "named",
            rf"(?:(?<![^\W_])(?:{_WORDS}))[^\n\d]{{0,32}}?(?<![0-9A-Z])"
            r"(?P<value>(?=[A-Z0-9]{0,4}\d)[A-Z]{0,3}\d{5,9}[A-Z]{0,2}|\d{2} \d{2} \d{6})(?![0-9A-Za-z])",
            0.7,
        ),
    )
