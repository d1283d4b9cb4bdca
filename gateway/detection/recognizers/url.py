"""Addresses on the web: with a scheme, with `www.`, or a bare host under a common top-level domain.

Presidio's recognizer lists all top-level domains in one expression; it takes `main.py` and
`user.name` for hosts, and seconds for a long chain of dots.
"""

from __future__ import annotations

from gateway.detection.recognizers.needs import Needs, needs
from gateway.detection.recognizers.rule import Rule

# Common endings that are not also those of files or attributes in code.
_ENDINGS = (
    "com|org|net|edu|gov|mil|int|io|ai|dev|app|cloud|info|biz|me|tv|cc|xyz|site|online|shop|blog|tech|"
    "cn|hk|tw|jp|kr|in|sg|us|uk|ca|au|nz|de|fr|es|it|nl|be|ch|at|se|no|dk|fi|pl|cz|pt|ru|ua|tr|il|br|mx|ar|za|eu"
)
_END = r"(?![A-Za-z0-9_-]|\.\w)"
_REST = r"(?::\d{2,5})?(?:[/?#][^\s\"'<>`|\\^{}]*)?"


class UrlRecognizer(Rule):
    """Public by itself; what a URL may hold that is not (a token, an address) other recognizers find."""

    NEEDS: Needs = needs(shape=r"://|www\.|\w\.[a-z]{2}")
    LANGUAGES = ("any",)
    EXAMPLE = "https://www.firm.de/about"
    STANDARD = "RFC 3986"

    ENTITY = "URL"
    PATTERNS = (
        ("scheme", r"(?<![A-Za-z0-9])(?:https?|ftp|wss?)://[^\s\"'<>`|\\^{}]+", 0.6),
        ("www", rf"(?<![A-Za-z0-9_@.-])www\.[\w-]+(?:\.[\w-]+)+{_REST}", 0.6),
        (
            "host",
            rf"(?<![A-Za-z0-9_@./-])(?!www\.)(?:[a-z0-9][a-z0-9-]*+\.)+(?:{_ENDINGS})(?![A-Za-z0-9_-]|\.\w){_REST}",
            0.5,
        ),
    )
