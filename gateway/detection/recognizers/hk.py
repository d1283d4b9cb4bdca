"""Hong Kong: identity cards with their check digit, and mobile numbers."""

from __future__ import annotations

from gateway.detection.recognizers.identifier import Identifier, plain
from gateway.detection.recognizers.needs import Needs, needs

_MODULUS = 11


def is_identity_card(number: str) -> bool:
    """Whether the check digit is right: letters count from 10, a missing first one as a space (36)."""
    letters, digits, check = number[:-7], number[-7:-1], number[-1]
    values = [36] * (2 - len(letters)) + [ord(letter) - 55 for letter in letters] + [int(digit) for digit in digits]
    total = sum(value * weight for value, weight in zip(values, range(9, 1, -1), strict=True))
    return (total + (10 if check == "A" else int(check))) % _MODULUS == 0


class HkIdRecognizer(Identifier):
    """One or two letters, six figures and the check digit, mostly in brackets."""

    ENTITY = "HK_ID"
    FORM = r"[A-Z]{1,2}\d{6}\s?[(（][0-9A][)）]"
    CHECK = is_identity_card
    DIGITS = 6
    REQUIRED = False
    CONTEXT = (
        "hkid",
        "hong kong id",
        "hong kong identity",
        "identity card",
        "id card",
        "香港身份证",
        "香港身份證",
        "身份证",
        "身份證",
    )
    NEEDS: Needs = needs(digits=6, shape=r"[a-z]\d{6}\s?[(（]")
    LANGUAGES = ("en", "zh")
    EXAMPLE = "HKID A123456(3)"
    STANDARD = "Registration of Persons Ordinance (Cap. 177)"


class HkIdWithoutBracketsRecognizer(Identifier):
    """The same without brackets, where a word says so."""

    ENTITY = "HK_ID"
    FORM = r"[A-Z]{1,2}\d{6}[ -]?[0-9A]"
    CHECK = is_identity_card
    DIGITS = 6
    CONTEXT = HkIdRecognizer.CONTEXT
    LANGUAGES = ("en", "zh")
    EXAMPLE = "HKID: A1234563"
    STANDARD = HkIdRecognizer.STANDARD


class HkPhoneRecognizer(Identifier):
    """Eight figures that begin with 2 to 9, in two groups or one, beside a word for telephone or Hong Kong."""

    ENTITY = "PHONE_NUMBER"
    FORM = r"(?:(?:\+|00)?852[ -]?)?[2-9]\d{3}[ -]?\d{4}"
    DIGITS = 8
    CONTEXT = (
        "tel", "phone", "mobile", "cell", "whatsapp", "call", "contact", "852", "hong kong", "電話", "电话", "手機",
        "手机",
        "聯絡", "联络", "联系", "致電", "香港",
    )  # fmt: skip
    LANGUAGES = ("en", "zh")
    EXAMPLE = "WhatsApp 9123 4567"
    STANDARD = "Numbering Plan for Telecommunications Services in Hong Kong (OFCA)"

    def invalidate_result(self, pattern_text: str) -> bool:
        """True for dates such as 20240503."""
        digits = plain(pattern_text)
        return (
            digits.startswith(("19", "20"))
            and digits[4:6] <= "12"
            and "-" not in pattern_text
            and " " not in pattern_text
        )


RECOGNIZERS = (
    HkIdRecognizer,
    HkIdWithoutBracketsRecognizer,
    HkPhoneRecognizer,
)
