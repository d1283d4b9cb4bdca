"""Korea: business registration numbers with their check digit, passports in context, addresses."""

from __future__ import annotations

from gateway.detection.recognizers.identifier import Identifier
from gateway.detection.recognizers.needs import Needs, needs
from gateway.detection.recognizers.rule import Rule


def is_business_number(number: str) -> bool:
    """Whether the last digit is the right check digit."""
    digits = [int(digit) for digit in number]
    total = sum(digit * weight for digit, weight in zip(digits, (1, 3, 7, 1, 3, 7, 1, 3, 5), strict=False))
    return (10 - (total + digits[8] * 5 // 10) % 10) % 10 == digits[9]


class KrBusinessNumberRecognizer(Identifier):
    """Ten figures, 3-2-5, beside a word for it. Names Presidio's type."""

    ENTITY = "KR_BRN"
    FORM = r"\d{3}-?\d{2}-?\d{5}"
    CHECK = is_business_number
    DIGITS = 10
    CONTEXT = ("사업자등록번호", "사업자번호", "사업자", "business registration", "brn")
    LANGUAGES = ("ko", "en")
    EXAMPLE = "사업자등록번호 116-82-00276"
    STANDARD = "National Tax Service (Korea), business registration number"


class KrAddressRecognizer(Rule):
    """A district, a road and a number: 강남구 테헤란로 152; a lot: 역삼동 737."""

    ENTITY = "STREET_ADDRESS"
    PATTERNS = (
        (
            "road",
            r"(?:[가-힣]{1,6}(?:특별시|광역시|시|도|군|구|읍|면)\s){1,4}[가-힣0-9]{1,12}(?:로|"
            r"길)\s?\d{1,4}(?:-\d{1,3})?(?:번길\s?\d{1,4})?"
            r"(?:,?\s\d{1,4}동)?(?:,?\s?\d{1,4}호)?",
            0.75,
        ),
        ("lot", r"[가-힣]{1,6}(?:시|군|구)\s[가-힣]{1,6}(?:동|리)\s\d{1,4}(?:-\d{1,3})?(?:번지)?(?!\d)", 0.7),
        ("flat", r"[가-힣]{2,14}(?:아파트|빌라|오피스텔)\s\d{1,4}동\s\d{1,4}호", 0.75),
    )
    NEEDS: Needs = needs(foreign=True, digits=1, shape=r"[로길동리]\s?\d")
    LANGUAGES = ("ko",)
    EXAMPLE = "서울특별시 강남구 테헤란로 152"
    STANDARD = "Road Name Address Act (Korea)"


RECOGNIZERS = (
    KrBusinessNumberRecognizer,
    KrAddressRecognizer,
)
