"""Post boxes and military addresses, which name no street (USPS Publication 28, sections 225 and 238)."""

from __future__ import annotations

from gateway.detection.recognizers.needs import Needs, needs
from gateway.detection.recognizers.rule import Rule


class PostBoxRecognizer(Rule):
    """Such as "P.O. Box 123", "PSC 0729, Box 5797" or "FPO AE 12382"."""

    NEEDS: Needs = needs("box", "postfach", "apartado", "boîte", "apo", "fpo", "dpo", digits=1)
    LANGUAGES = ("en", "de", "es", "fr")
    EXAMPLE = "P.O. Box 1234"
    STANDARD = "USPS Publication 28"

    ENTITY = "STREET_ADDRESS"
    PATTERNS = (
        (
            "post box",
            r"(?<![^\W_])(?:p\.?\s?o\.?\s?box|post office box|postfach|apartado(?: postal)?|boîte postale)"
            r"\s{0,2}#?\d{1,6}(?!\d)",
            0.8,
        ),
        ("unit and box", r"(?<![^\W_])(?:psc|unit|cmr)\s\d{1,5},?\s{1,2}box\s\d{1,5}(?!\d)", 0.8),
        ("military", r"(?<![^\W_])[afd]po,?\s{1,2}a[aep]\s\d{5}(?:-\d{4})?(?!\d)", 0.8),
    )  # fmt: skip
