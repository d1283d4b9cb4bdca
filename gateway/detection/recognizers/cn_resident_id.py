"""Chinese resident identity numbers (GB 11643-1999), and those of 15 digits that came before."""

from __future__ import annotations

from calendar import monthrange

from gateway.detection.recognizers.needs import Needs, needs
from gateway.detection.recognizers.rule import Rule

# Provinces in GB/T 2260; 81-83 are residence permits for Hong Kong, Macao and Taiwan.
_PROVINCE_CODES = "11-15 21-23 31-37 41-46 50-54 61-65 71 81-83"
_PROVINCES = frozenset(
    str(code)
    for first, _, last in (part.partition("-") for part in _PROVINCE_CODES.split())
    for code in range(int(first), int(last or first) + 1)
)
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK = "10X98765432"


def check_character(digits: str) -> str:
    """The 18th character for the first 17 (ISO 7064 MOD 11-2)."""
    return _CHECK[sum(int(digit) * weight for digit, weight in zip(digits, _WEIGHTS, strict=True)) % 11]


def _plausible_date(year: int, month: int, day: int) -> bool:
    return 1880 <= year <= 2099 and 1 <= month <= 12 and 1 <= day <= monthrange(year, month)[1]


class CnResidentIdRecognizer(Rule):
    """18 characters with a right check character, province and date; with a slip, and 15 digits, only in context."""

    NEEDS: Needs = needs(digits=15)
    LANGUAGES = ("zh", "en")
    EXAMPLE = "身份证号11010519491231002X"
    STANDARD = "GB 11643-1999, ISO 7064"

    ENTITY = "CN_RESIDENT_ID"
    PATTERNS = (
        ("18 characters", r"(?<![0-9A-Za-z])\d{6}[ -]?\d{8}[ -]?\d{3}[0-9Xx](?![0-9A-Za-z])", 0.1),
        ("15 digits", r"(?<![0-9A-Za-z])\d{15}(?![0-9A-Za-z])", 0.1),
    )
    CONTEXT = (
        "身份证",
        "身份證",
        "证件号",
        "居民证",
        "身份号码",
        "公民身份",
        "resident id",
        "id card",
        "identity card",
    )

    def validate_result(self, pattern_text: str) -> bool | None:
        """False for what can't be one, True when the check character is right, None where a label must decide."""
        number = pattern_text.replace(" ", "").replace("-", "").upper()
        if number[:2] not in _PROVINCES:
            return False
        if len(number) == 15:
            born = 1900 + int(number[6:8]), int(number[8:10]), int(number[10:12])
            return None if _plausible_date(*born) else False
        born = int(number[6:10]), int(number[10:12]), int(number[12:14])
        if not _plausible_date(*born):
            return False
        # People make slips: behind a label it is a number of identity all the same.
        return True if check_character(number[:17]) == number[17] else None
