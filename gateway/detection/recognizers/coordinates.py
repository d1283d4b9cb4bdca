"""Coordinates precise enough to find a house, where the words speak of somebody's place (ISO 6709).

Five decimals of a degree are about a metre; four are a street. Landmarks, map centres and mathematics
use fewer, or no such word.
"""

from __future__ import annotations

from gateway.detection.recognizers.needs import Needs, needs
from gateway.detection.recognizers.rule import Rule

_LATITUDE = r"[-+]?(?:90|[0-8]?\d)\.\d{5,}"
_LONGITUDE = r"[-+]?(?:180|1[0-7]\d|\d{1,2})\.\d{5,}"
_PAIR = rf"{_LATITUDE}°?\s?[NS]?\s?[,;，/ ]\s?{_LONGITUDE}°?\s?[EW]?"
_DEGREES = (
    r"\d{1,2}°\s?\d{1,2}[′'’]\s?\d{1,2}(?:\.\d+)?[″\"”]?\s?[NS北],?\s{0,2}\d{1,3}°\s?\d{1,2}[′'’]\s?"
    r"\d{1,2}(?:\.\d+)?[″\"”]?\s?[EW东]"
)


class CoordinatesRecognizer(Rule):
    """A latitude and a longitude beside a word for home, for being somewhere, or for a position."""

    ENTITY = "COORDINATES"
    PATTERNS = (
        ("decimal", rf"(?<![\w.])(?:{_PAIR})(?![\w.])", 0.3),
        (
            "named fields",
            rf"lat(?:itude)?[\"']?\s?[:=]\s?[\"']?(?P<value>{_LATITUDE}[\"']?"
            rf"\s?[,;&\n]\s{{0,8}}[\"']?lo?ng?(?:itude)?[\"']?\s?[:=]\s?[\"']?{_LONGITUDE})",
            0.3,
        ),
        ("degrees", _DEGREES, 0.3),
        (
            "four decimals",
            r"(?<![\w.])[-+]?(?:90|[0-8]?\d)\.\d{4}\s?,\s?[-+]?(?:180|1[0-7]\d|\d{1,2})\.\d{4}(?![\w.])",
            0.2,
        ),
    )
    CONTEXT = (
        "home", "house", "live", "lives", "living", "my", "his", "her", "their", "our", "i'm at", "i am at", "he is",
        "she is",
        "pickup", "pick up", "drop off", "meet", "sleep",
        "located at", "gps", "location", "parked", "hiding", "address",
        "staying",
        "家", "住", "我", "他", "她", "位置", "定位", "坐标", "现在在", "集合", "见面", "casa", "vivo", "maison",
        "wohne", "自宅", "집",
    )  # fmt: skip
    REQUIRED = True
    NEEDS: Needs = needs(digits=8, shape=r"\d\.\d{4,}|\d°")
    LANGUAGES = ("en", "zh", "es", "fr", "de", "ja", "ko")
    EXAMPLE = "my house is at 51.501364, -0.141890"
    STANDARD = "ISO 6709"
