"""Passwords inside addresses and connection strings (RFC 3986's userinfo, ADO.NET, ODBC, JDBC)."""

from __future__ import annotations

import re
from typing import Any, ClassVar
from urllib.parse import unquote

import regex

from gateway.detection.presidio import LocalRecognizer, RecognizerResult
from gateway.detection.recognizers.needs import Needs, needs
from gateway.detection.recognizers.placeholder import is_placeholder
from gateway.detection.recognizers.rule import matches, result

# scheme://user:password@host; the password may hold what should have been percent-encoded, as people write it.
_URL = (
    r"(?<![A-Za-z0-9+])[a-z][a-z0-9+.-]{1,24}://(?P<user>[^\s:/@\"'<>]{0,64}):"
    r"(?!\d{1,5}/)(?P<value>[^\s/@\"'<>]{3,256}|[^\s\"'<>]{3,128}?)@(?P<host>[\w\[.-]+)"
)
# Server=...;Uid=...;Pwd=...; and ?user=...&password=...
_FIELD = r"(?<=[;?&\"'\s])(?:password|pwd|pass)\s?=\s?(?P<value>[^\s;&\"'<>]{3,128})(?=[;&\"'\s]|$)"
_CONTEXT = re.compile(
    r"jdbc:|server\s?=|data source\s?=|host\s?=|database\s?=|(?:user|uid|user id|username)\s?=", re.IGNORECASE
)
_REACH = 300
_STAND_INS_TEXT = (
    "pass password passwd pwd pw secret mypassword yourpassword token key user username userpass "
    "db_password db_pass my_password user_password"
)
_STAND_INS = frozenset(_STAND_INS_TEXT.split())
_LOCAL = ("localhost", "127.0.0.1", "0.0.0.0", "[", "host.docker.internal")  # noqa: S104


class ConnectionStringRecognizer(LocalRecognizer):  # type: ignore[misc, unused-ignore]
    """Presidio recognizer for `PASSWORD`: the password inside."""

    NEEDS: ClassVar[Needs] = needs(shape=r"://[^\s/]{0,320}@|(?:password|pwd|pass)\s?=")
    LANGUAGES: ClassVar[tuple[str, ...]] = ("any",)
    EXAMPLE: ClassVar[str] = "postgres://app:b7Hk2pQz9w@db.firm.com:5432/orders"
    STANDARD: ClassVar[str] = "RFC 3986 section 3.2.1; ADO.NET, ODBC and JDBC connection strings"

    def __init__(self) -> None:
        self._url, self._field = (regex.compile(pattern, regex.IGNORECASE) for pattern in (_URL, _FIELD))
        super().__init__(supported_entities=["PASSWORD"], supported_language="any")

    def load(self) -> None:
        """Nothing to load."""

    def analyze(self, text: str, entities: list[str], nlp_artifacts: Any = None) -> list[RecognizerResult]:
        """Presidio's interface.

        Raises:
            TimeoutError: a pattern took too long.
        """
        results = []
        for match in matches(self._url, text):
            if is_password(unquote(match.group("value")), match.group("user"), match.group("host")):
                results.append(result(self, "PASSWORD", match.start("value"), match.end("value"), 0.85))
        for match in matches(self._field, text):
            near = text[max(0, match.start() - _REACH) : match.end() + _REACH]
            if _CONTEXT.search(near) and is_password(match.group("value"), "", ""):
                results.append(result(self, "PASSWORD", match.start("value"), match.end("value"), 0.85))
        return results


def is_password(value: str, user: str, host: str) -> bool:
    """Whether it is more than a word for a password, a variable, or a database's own default on this machine."""
    if value.lower() in _STAND_INS or is_placeholder(value) or "{" in value or value.startswith("$"):
        return False
    return not (host.lower().startswith(_LOCAL) and value == user)
