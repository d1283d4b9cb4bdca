"""Telephone numbers of all countries, checked against their numbering plans (python-phonenumbers).

Presidio's recognizer walks the text once for each country; here what has the shape of a number is
found once and then checked. Mainland mobile numbers have a recognizer of their own.
"""

from __future__ import annotations

from typing import Any

import phonenumbers
import regex

from gateway.detection.presidio import LocalRecognizer, RecognizerResult
from gateway.detection.recognizers.rule import matches, result

REGIONS = ("US", "GB", "DE", "FR", "IN", "CN", "HK", "TW", "JP", "KR", "SG", "AU", "BR", "ES", "IT", "NL", "CH", "IL")
"""Where a number without country code may belong to."""
_SHAPE = regex.compile(
    r"(?<![\w.+/=-])(?:\+|00)?\(?\d[\d ().\u2010-\u2013/-]{5,22}\d(?:\s?(?:x|ext\.?)\s?\d{1,6})?(?![\w=]|[.-]\d)",
    regex.IGNORECASE,
)
_OTHER_THINGS = regex.compile(
    r"^(?:\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4}|"
    r"\d{1,3}(?:\.\d{1,3}){3}|\d+\.\d+|\d{4}-\d{4}|\d{4} ?- ?\d{4}|[\d ]+/[\d ]+)\b"
)
_NORTH_AMERICAN = regex.compile(r"^(?:1[ .-])?(?:\([2-9]\d{2}\) ?|[2-9]\d{2}[ .-])\d{3}[ .-]\d{4}")
_SEPARATED = regex.compile(r"^(?:0[\d()]*|\(\d+\))[ ./-]+\d")


class PhoneRecognizer(LocalRecognizer):  # type: ignore[misc, unused-ignore]
    """Presidio recognizer for `PHONE_NUMBER`. Numbers that other things may look like score low."""

    CONTEXT = (
        "phone", "telephone", "tel", "cell", "cellphone", "mobile", "call", "fax", "whatsapp", "text me", "sms", "dial",
        "contact", "ring", "hotline", "telefon", "handy", "téléphone", "teléfono", "telefone", "celular", "móvil",
        "电话", "電話", "手机", "手機", "传真", "联系方式", "致电", "热线", "전화", "휴대폰",
    )  # fmt: skip

    def __init__(self) -> None:
        super().__init__(supported_entities=["PHONE_NUMBER"], supported_language="any", context=list(self.CONTEXT))

    def load(self) -> None:
        """Read the metadata of all regions now; phonenumbers would do it at first use."""
        for region in REGIONS:
            phonenumbers.is_valid_number(phonenumbers.parse("0123456789", region))

    def analyze(self, text: str, entities: list[str], nlp_artifacts: Any = None) -> list[RecognizerResult]:
        """Presidio's interface.

        Raises:
            TimeoutError: the pattern took too long.
        """
        results = []
        for match in matches(_SHAPE, text):
            score = self._score(match.group())
            if score:
                results.append(result(self, "PHONE_NUMBER", match.start(), match.end(), score))
        return results

    @staticmethod
    def _score(number: str) -> float:
        digits = sum(character.isdigit() for character in number)
        if digits < 7 or digits > 21 or _OTHER_THINGS.match(number):
            return 0.0
        if number.startswith(("+", "00")):
            international = "+" + number.removeprefix("+").removeprefix("00")
            return 0.8 if _is_valid(international, None) else 0.2
        if _NORTH_AMERICAN.match(number):
            return 0.6 if _is_valid(number, "US") else 0.45
        if not any(_is_valid(number, region) for region in REGIONS):
            return 0.05
        return 0.5 if digits >= 9 and _SEPARATED.match(number) else 0.2


def _is_valid(number: str, region: str | None) -> bool:
    try:
        return phonenumbers.is_valid_number(phonenumbers.parse(number, region))
    except phonenumbers.NumberParseException:
        return False
