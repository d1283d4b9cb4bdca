"""Telephone numbers of all countries, checked against their numbering plans (python-phonenumbers).

Presidio's recognizer walks the text once for each country; here what has the shape of a number is
found once and then checked. Mainland mobile numbers have a recognizer of their own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Any

import phonenumbers
import regex

from gateway.detection.presidio import LocalRecognizer, RecognizerResult
from gateway.detection.recognizers.needs import Needs, needs, signals, triggers
from gateway.detection.recognizers.rule import matches, result

REGIONS = (
    "US", "GB", "DE", "FR", "IN", "CN", "HK", "TW", "JP", "KR", "SG", "AU", "BR", "ES", "IT", "NL", "CH", "IL", "AT",
    "BE",
    "SE", "NO", "DK", "FI", "PL", "PT", "CZ", "HU", "RO", "GR", "IE", "NZ", "ZA", "MX", "AR", "CO", "CL", "TR", "RU",
    "UA",
    "VN", "TH", "MY", "ID", "PH", "SA", "AE", "EG", "NG", "PK",
)  # fmt: skip
"""Where a number without country code may belong to."""
_SHAPE = regex.compile(
    r"(?<![0-9A-Za-z_.+/=-])(?:\+|00)?\(?\d[\d ().\u2010-\u2013/-]{5,22}\d(?:\s?(?:x|"
    r"ext\.?)\s?\d{1,6})?(?![0-9A-Za-z_=]|[.-]\d)",
    regex.IGNORECASE,
)
_OTHER_THINGS = regex.compile(
    r"^(?:\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4}|"
    r"\d{1,3}(?:\.\d{1,3}){3}|\d+\.\d+|\d{4}-\d{4}|\d{4} ?- ?\d{4}|[\d ]+/[\d ]+)\b"
)
_NORTH_AMERICAN = regex.compile(r"^(?:1[ .-])?(?:\([2-9]\d{2}\) ?|[2-9]\d{2}[ .-])\d{3}[ .-]\d{4}")
_RUSSIAN = regex.compile(r"^8[ -]?\(?9\d{2}\)?[ -]?\d{3}[ -]?\d{2}[ -]?\d{2}$")
_GROUP = regex.compile(r"\d+")
_SEPARATED = regex.compile(r"^(?:0[\d()]*|\(\d+\))[ ./-]+\d")


class PhoneRecognizer(LocalRecognizer):  # type: ignore[misc, unused-ignore]
    """Presidio recognizer for `PHONE_NUMBER`. Numbers that other things may look like score low."""

    NEEDS: Needs = needs(digits=7)
    LANGUAGES = ("any",)
    EXAMPLE = "call +49 30 901820"
    STANDARD = "ITU-T E.164; national numbering plans (libphonenumber)"

    CONTEXT = (
        "phone", "telephone", "tel", "cell", "cellphone", "mobile", "call", "fax", "whatsapp", "text me", "sms",
        "dial", "contact", "ring", "answering", "messages", "voicemail", "reach", "reached", "hotline",
        "telefon", "handy", "téléphone", "teléfono", "telefone", "celular", "móvil", "movil", "telefono", "tlf",
        "portable", "handynummer", "cellulare", "telefoon", "телефон", "тел", "номер", "携帯", "電話番号",
        "연락처", "llámame", "llamame", "llama", "llamar", "llame", "ligue", "liga", "ligar", "chiamami",
        "chiama", "chiamare", "appelle", "appelez", "appeler", "joindre", "anrufen", "ruf", "rufen", "bel",
        "bellen", "позвони", "позвоните", "звони", "звоните", "звонить", "перезвони", "перезвоните", "набери",
        "моб", "电话", "電話", "手机", "手機", "传真", "联系方式", "致电", "热线", "전화", "휴대폰",
    )  # fmt: skip

    def __init__(self) -> None:
        self._called = triggers(self.CONTEXT)
        super().__init__(supported_entities=["PHONE_NUMBER"], supported_language="any", context=list(self.CONTEXT))

    def load(self) -> None:
        """Read the metadata of all regions now; phonenumbers would do it at first use."""
        for region, _, _ in _plans():
            phonenumbers.is_valid_number(phonenumbers.parse("0123456789", region))

    def analyze(self, text: str, entities: list[str], nlp_artifacts: Any = None) -> list[RecognizerResult]:
        """Presidio's interface.

        Raises:
            TimeoutError: the pattern took too long.
        """
        named = not self._called.isdisjoint(signals(text).words)
        results = []
        for match in matches(_SHAPE, text):
            score = _score(match.group(), named)
            if score:
                results.append(result(self, "PHONE_NUMBER", match.start(), match.end(), score))
        return results


def _score(number: str, named: bool) -> float:
    groups = _GROUP.findall(number)
    digits = sum(map(len, groups))
    if digits < 7 or digits > 21 or _OTHER_THINGS.match(number):
        return 0.0
    if number.startswith(("+", "00")):
        international = "+" + number.removeprefix("+").removeprefix("00")
        return 0.8 if _is_valid(international, None) else 0.2
    if _NORTH_AMERICAN.match(number):
        return 0.6 if _is_valid(number, "US") else 0.45
    if _RUSSIAN.match(number) and not number.isdecimal():
        return 0.6 if _is_valid(number, "RU") else 0.2
    separated = digits >= 9 and _SEPARATED.match(number) is not None and not _is_of_something_else(groups)
    # Without a telephone's word in the text the others score too low anyway: spare the numbering plans.
    if not (separated or named) or not any(_is_valid(number, region) for region in _plausible_regions("".join(groups))):
        return 0.05
    return 0.5 if separated else 0.2


@cache
def _plans() -> tuple[tuple[str, str, re.Pattern[str]], ...]:
    """Of each region: its name, the prefix of calls inside it, and the form of what follows."""
    plans = []
    for region in REGIONS:
        metadata: Any = phonenumbers.PhoneMetadata.metadata_for_region(region)
        form = re.compile(metadata.general_desc.national_number_pattern)
        plans.append((region, str(metadata.national_prefix_for_parsing or ""), form))
    return tuple(plans)


def _plausible_regions(digits: str) -> Iterator[str]:
    """The regions in whose numbering plans `digits` could be: a hundredth of the work of parsing it for each."""
    for region, prefix, form in _plans():
        if form.fullmatch(digits) or (prefix and form.fullmatch(re.sub(f"^(?:{prefix})", "", digits))):
            yield region


def _is_of_something_else(groups: list[str]) -> bool:
    """Whether its figures are grouped like no telephone number: "0401000-02", or a draw of the lottery."""
    drawn = len(groups) >= 5 and all(len(group) == 2 for group in groups) and groups == sorted(set(groups))
    return drawn or (len(groups[-1]) <= 2 and max(map(len, groups)) > 3)


def _is_valid(number: str, region: str | None) -> bool:
    try:
        return phonenumbers.is_valid_number(phonenumbers.parse(number, region))
    except phonenumbers.NumberParseException:
        return False
