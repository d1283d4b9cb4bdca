"""Mobile numbers of mainland China (ITU E.164: +86, then eleven digits that begin with 13 to 19)."""

from __future__ import annotations

from gateway.detection.recognizers.needs import Needs, needs
from gateway.detection.recognizers.rule import Rule


class CnMobileRecognizer(Rule):
    """With or without +86, with spaces or hyphens at 3-4-4; never inside a longer number or word."""

    NEEDS: Needs = needs(digits=11)
    LANGUAGES = ("zh", "en")
    EXAMPLE = "手机 138 1234 5678"
    STANDARD = "ITU-T E.164, numbering plan of the MIIT (2017)"

    ENTITY = "PHONE_NUMBER"
    PATTERNS = (
        (
            "mobile",
            r"(?<![0-9A-Za-z_.+-])(?:(?:\+|00)?86[ -]?|\((?:\+|00)?86\)[ -]?)?1[3-9]\d[ -]?\d{4}[ -]?\d{4}"
            r"(?![0-9A-Za-z_]|[.-]\d)",
            0.75,
        ),
    )
    CONTEXT = (
        "手机",
        "手機",
        "电话",
        "電話",
        "联系",
        "致电",
        "微信",
        "mobile",
        "phone",
        "tel",
        "cell",
        "call",
        "whatsapp",
    )

    def invalidate_result(self, pattern_text: str) -> bool:
        """True for 13333333333 and the like, and for 13800138000, a carrier's own that documents show."""
        digits = "".join(character for character in pattern_text if character.isdigit())[-11:]
        return len(set(digits[1:])) == 1 or digits == "13800138000"
