"""Chinese passports and travel permits (formats of the National Immigration Administration)."""

from __future__ import annotations

from gateway.detection.recognizers.rule import Rule


class CnPassportRecognizer(Rule):
    """One letter (or E with a second one) and digits, nine characters; only beside a word that says so."""

    ENTITY = "CN_PASSPORT"
    PATTERNS = (
        ("passport", r"(?<![0-9A-Za-z])(?:E[A-HJ-NP-Z]\d{7}|[EGDSPHMK]\d{8}|1[45]\d{7})(?![0-9A-Za-z])", 0.3),
        ("travel permit", r"(?<![0-9A-Za-z])(?:[CWHMT]\d{8}|[CHM]\d{10}|C[A-HJ-NP-Z]\d{7})(?![0-9A-Za-z])", 0.2),
    )
    CONTEXT = ("护照", "護照", "通行证", "通行證", "回乡证", "台胞证", "chinese passport", "passport", "travel permit")
