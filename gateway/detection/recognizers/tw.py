"""Taiwan: national identity numbers and those of residents from abroad, both with a check digit; mobiles."""

from __future__ import annotations

from gateway.detection.recognizers.identifier import Identifier

# The letter of the place of registration stands for two figures.
_LETTERS = {letter: number for number, letter in enumerate("ABCDEFGHJKLMNPQRSTUVXYWZIO", start=10)}
_WEIGHTS = (1, 9, 8, 7, 6, 5, 4, 3, 2, 1, 1)


def is_identity_number(number: str) -> bool:
    """Whether the check digit is right; the second place may be a letter, as on older residence certificates."""
    first = f"{_LETTERS[number[0]]}"
    second = str(_LETTERS[number[1]] % 10) if number[1].isalpha() else number[1]
    digits = first + second + number[2:]
    return sum(int(digit) * weight for digit, weight in zip(digits, _WEIGHTS, strict=True)) % 10 == 0


class TwNationalIdRecognizer(Identifier):
    """A letter, 1 or 2 (8 or 9 for residents), eight figures; or two letters and eight figures."""

    ENTITY = "TW_NATIONAL_ID"
    FORM = r"[A-Z][1289]\d{8}|[A-Z][A-D]\d{8}"
    CHECK = is_identity_number
    DIGITS = 8
    REQUIRED = False
    CONTEXT = (
        "身分證", "身份證", "身分证", "身份证", "統一編號", "统一编号", "居留證", "居留证", "national id",
        "id number", "taiwan",
        "arc", "台灣", "台湾",
    )  # fmt: skip
    LANGUAGES = ("zh", "en")
    EXAMPLE = "身分證字號 A123456789"
    STANDARD = "Household Registration Act (Taiwan); National Immigration Agency, UI number of 2021"


class TwMobileRecognizer(Identifier):
    """09 and eight figures, grouped 4-3-3 or not."""

    ENTITY = "PHONE_NUMBER"
    FORM = r"(?:(?:\+|00)?886[ -]?(?:\(0\))?9\d{2}|09\d{2})[ -]?\d{3}[ -]?\d{3}"
    DIGITS = 10
    REQUIRED = False
    CONTEXT = ("手機", "手机", "電話", "电话", "聯絡", "line", "mobile", "phone", "cell", "call")
    LANGUAGES = ("zh", "en")
    EXAMPLE = "手機 0912-345-678"
    STANDARD = "Telecommunication numbering plan of the National Communications Commission (Taiwan)"


RECOGNIZERS = (
    TwNationalIdRecognizer,
    TwMobileRecognizer,
)
