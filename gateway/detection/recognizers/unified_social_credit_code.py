"""Unified social credit codes of Chinese organisations (GB 32100-2015)."""

from __future__ import annotations

from gateway.detection.recognizers.needs import Needs, needs
from gateway.detection.recognizers.rule import Rule

_CHARACTERS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_WEIGHTS = tuple(3**place % 31 for place in range(17))


def check_character(code: str) -> str:
    """The 18th character for the first 17."""
    total = sum(_CHARACTERS.index(character) * weight for character, weight in zip(code, _WEIGHTS, strict=True))
    return _CHARACTERS[-total % 31]


class UnifiedSocialCreditCodeRecognizer(Rule):
    """18 characters: authority, category, six digits of the region, organisation, check character."""

    NEEDS: Needs = needs(digits=8)
    LANGUAGES = ("zh", "en")
    EXAMPLE = "91350100M000100Y43"
    STANDARD = "GB 32100-2015"

    ENTITY = "CN_SOCIAL_CREDIT_CODE"
    PATTERNS = (("18 characters", r"(?<![0-9A-Za-z])[1-9A-GNY][1-59]\d{6}[0-9A-HJ-NP-RTUWXY]{10}(?![0-9A-Za-z])", 0.7),)
    CONTEXT = ("统一社会信用代码", "信用代码", "社会信用", "税号", "纳税人识别号", "social credit", "uscc")

    def validate_result(self, pattern_text: str) -> bool:
        """Whether the check character is right."""
        code = pattern_text.upper()
        return check_character(code[:17]) == code[17]
