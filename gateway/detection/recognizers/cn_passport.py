"""Chinese passports (formats of the National Immigration Administration)."""

from __future__ import annotations

from gateway.detection.recognizers.needs import Needs
from gateway.detection.recognizers.rule import Rule


class CnPassportRecognizer(Rule):
    """One letter (or E with a second one) and digits, nine characters; only beside a word that says so."""

    REQUIRED = True
    NEEDS: Needs = Needs(digits=7)
    LANGUAGES = ("zh", "en")
    EXAMPLE = "护照E12345678"
    STANDARD = "Passport Law of China, ICAO Doc 9303"

    ENTITY = "CN_PASSPORT"
    PATTERNS = (("passport", r"(?<![0-9A-Za-z])(?:E[A-HJ-NP-Z]\d{7}|[EGDSPHMK]\d{8}|1[45]\d{7})(?![0-9A-Za-z])", 0.3),)
    CONTEXT = ("护照", "護照", "chinese passport", "passport")
