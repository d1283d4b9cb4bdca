"""Credentials in HTTP requests: the Basic scheme (RFC 7617), curl's options, cookies that hold a session."""

from __future__ import annotations

import base64
import binascii
from typing import Any, ClassVar

import regex

from gateway.detection.presidio import LocalRecognizer, RecognizerResult
from gateway.detection.recognizers.connection_string import is_password
from gateway.detection.recognizers.needs import Needs, needs
from gateway.detection.recognizers.placeholder import is_placeholder
from gateway.detection.recognizers.randomness import looks_random
from gateway.detection.recognizers.rule import matches, result

_BASIC = (
    r"(?:authorization|basic[_-]?auth\w*|auth)?[\"'\]]{0,2}\s{0,2}[:=,(]?\s{0,2}"
    r"\\?[\"'`]?Basic\s+(?P<value>[A-Za-z0-9+/_-]{8,}={0,2})"
)
_CURL = (
    r"(?:curl|wget|https?)\b(?:[^\n]|\\\n){0,400}?\s(?:-u|--user|--proxy-user|-U|-a|--auth)[ =]?(?P<quote>[\"']?)"
    r"(?P<user>[^\s:\"']{1,64}):(?P<value>[^\s\"']{3,128})(?P=quote)"
)
_COOKIES = r"(?:set-)?cookie[\"']?\s{0,2}[:=,]\s{0,2}[\"'`]?(?P<value>[^\n\"'`]{16,4096})"
_COOKIE = regex.compile(r"(?P<name>[\w.~%$-]{1,64})=(?P<value>[^;\s,\"']{16,4096})")
# Cookies that count visits or show that a form is one's own.
_HARMLESS = regex.compile(
    r"_?_?(?:ga|gid|gat|gcl|utm\w|fbp|fbc|hj\w*|cf_?\w*|csrf\w*|xsrf\w*|_?csrf_?token|consent\w*|"
    r"locale|lang|optanon\w*|"
    r"ajs_anonymous_id|amplitude\w*|mp_\w*|intercom-id\w*|ab_\w*|visitor\w*|uuid|tracking\w*)(?:_.*)?|.*[cx]srf.*",
    regex.IGNORECASE,
)


class HttpCredentialRecognizer(LocalRecognizer):  # type: ignore[misc, unused-ignore]
    """Presidio recognizer for `PASSWORD` (Basic, curl) and `API_KEY` (cookies)."""

    NEEDS: ClassVar[Needs] = needs(shape=r"basic\s+[a-z0-9+/_-]{8}|cookie|(?:curl|wget|http)\b[^:]")
    LANGUAGES: ClassVar[tuple[str, ...]] = ("any",)
    EXAMPLE: ClassVar[str] = "curl -u deploy:b7Hk2pQz9w https://ci.firm.com/job"
    STANDARD: ClassVar[str] = "RFC 7617 (Basic), RFC 6265 (cookies), curl(1)"

    def __init__(self) -> None:
        self._basic, self._curl, self._cookies = (
            regex.compile(pattern, regex.IGNORECASE) for pattern in (_BASIC, _CURL, _COOKIES)
        )
        super().__init__(supported_entities=["PASSWORD", "API_KEY"], supported_language="any")

    def load(self) -> None:
        """Nothing to load."""

    def analyze(self, text: str, entities: list[str], nlp_artifacts: Any = None) -> list[RecognizerResult]:
        """Presidio's interface.

        Raises:
            TimeoutError: a pattern took too long.
        """
        results = []
        for match in matches(self._basic, text):
            user, colon, password = _decoded(match.group("value")).partition(":")
            if colon and (is_password(password, user, "") or not password):
                results.append(result(self, "PASSWORD", match.start("value"), match.end("value"), 0.9))
        for match in matches(self._curl, text):
            if is_password(match.group("value"), match.group("user"), ""):
                results.append(result(self, "PASSWORD", match.start("value"), match.end("value"), 0.85))
        for header in matches(self._cookies, text):
            for match in _COOKIE.finditer(text, *header.span("value")):
                value = match.group("value")
                if not _HARMLESS.fullmatch(match.group("name")) and not is_placeholder(value) and looks_random(value):
                    results.append(result(self, "API_KEY", match.start("value"), match.end("value"), 0.8))
        return results


def _decoded(value: str) -> str:
    try:
        return base64.b64decode(
            value + "=" * (-len(value) % 4), altchars=b"-_" if "-" in value or "_" in value else None, validate=True
        ).decode()
    except (binascii.Error, UnicodeDecodeError):
        return ""
