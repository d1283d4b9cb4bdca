"""Passwords in prose, code, configuration and URLs, English and Chinese."""

from __future__ import annotations

from typing import Any

import regex

from gateway.detection.presidio import LocalRecognizer, RecognizerResult
from gateway.detection.recognizers.placeholder import is_placeholder
from gateway.detection.recognizers.rule import matches, result

_NAME = (
    r"(?<![A-Za-z])(?:[a-z0-9_.-]{0,40}[_.-])?"
    r"(?:pass[ _-]?(?:word|wd|code|phrase)?s?|pwd|psw|passwort|contraseña|mot de passe|senha)"
)
# name = "value" in code and configuration; name is value in prose; password in a URL; PIN.
_ASSIGNED = (
    rf"{_NAME}[\"'`\]]{{0,2}}\s{{0,3}}(?::=|=>|=|:|：|,\s?(?=[\"']))\s{{0,3}}"
    r"(?P<quote>[\"'`“]?)(?P<value>[^\s\"'`“”,;<>()\[\]]{4,128})"
)
_PROSE = (
    r"(?<![A-Za-z])(?:pass[ -]?(?:word|code|phrase)|pwd|login)(?:\s+(?:for|to|of|on)\s+[^\n.,:;]{1,40}?)?"
    r"\s+(?:is|was)(?:\s+now)?:?\s+"
    r"(?P<quote>[\"'`“]?)(?P<value>[^\s\"'`“”]{4,128})"
)
_CHINESE = (
    r"(?:密码|密碼|口令|开机码|解锁码|验证码|暗号)(?:就?是|为|設為|设为|改成|：|:|=|＝|\s){1,3}"
    r"(?P<quote>[\"'“「]?)(?P<value>[!-~]{4,64})"
)
_URL = (
    r"(?<![A-Za-z0-9+])[a-z][a-z0-9+.-]{1,20}://[^\s:/@\"'<>]{0,64}:"
    r"(?P<quote>)(?P<value>[^\s/@\"'<>]{3,128})@(?=[\w\[])"
)
_PIN = (
    r"(?<![A-Za-z])(?:pin(?: code| number)?|passcode|security code|cvv2?|cvc)(?: is|:|=| was)\s{0,2}"
    r"(?P<quote>)(?P<value>\d{3,8})(?!\d|[.,]\d)"
)
# Words that may follow "password is" without being one.
_ORDINARY = (
    "incorrect wrong required not too weak strong invalid valid correct empty missing expired stored saved hashed "
    "encrypted case sensitive always never being also used set changed reset known unknown protected hidden the that "
    "this your our their same very just still only what when where there needed optional blank different important "
    "secure safe sent shown displayed given what's"
)
_WORDS = frozenset(_ORDINARY.split())
_OF_CODE = regex.compile(
    r"^(?:self|this|req|request|os|process|env|config|settings|args|options|params|user|data|form|input|get\w*)\b[.\[(]"
    r"|^[A-Za-z_]\w*\(|^\$|^%|\{"
)
_ITS_OWN_NAME = regex.compile(r"[\w-]*pass(?:word|wd)?[\w-]*", regex.IGNORECASE)
_VARIABLE = regex.compile(r"[A-Za-z_]\w*(?:\.\w+)*")
_TYPE_NAMES = "string str text bytes password passwd char varchar int bool optional any object type hash field prompt"
_TYPES = frozenset((*_TYPE_NAMES.split(), "input"))


class PasswordRecognizer(LocalRecognizer):  # type: ignore[misc, unused-ignore]
    """Presidio recognizer for `PASSWORD`."""

    def __init__(self) -> None:
        self._assigned, self._prose, self._chinese, self._url, self._pin = (
            regex.compile(pattern, regex.IGNORECASE) for pattern in (_ASSIGNED, _PROSE, _CHINESE, _URL, _PIN)
        )
        super().__init__(supported_entities=["PASSWORD"], supported_language="any")

    def load(self) -> None:
        """Nothing to load."""

    def analyze(self, text: str, entities: list[str], nlp_artifacts: Any = None) -> list[RecognizerResult]:
        """Presidio's interface.

        Raises:
            TimeoutError: a pattern took too long.
        """
        results = []
        checks = (
            (self._assigned, _assigned),
            (self._prose, _said),
            (self._chinese, _said),
            (self._url, _in_url),
            (self._pin, _any),
        )
        for pattern, accepts in checks:
            for match in matches(pattern, text):
                value = match.group("value").rstrip(".,!?:;)。，！？；）")
                if len(value) >= 3 and not is_placeholder(value) and accepts(value, bool(match.group("quote"))):
                    start = match.start("value")
                    results.append(result(self, "PASSWORD", start, start + len(value), 0.8))
        return results


def _any(value: str, quoted: bool) -> bool:
    return True


def _in_url(value: str, quoted: bool) -> bool:
    return value.lower() not in {"pass", "password", "pwd", "secret"} and "{" not in value


def _varied(value: str) -> bool:
    """Whether letters meet digits or symbols, or small and capital letters meet inside."""
    plain = value.isalpha() and (value.islower() or value.isupper() or value.istitle())
    return not plain and any(character.isalnum() for character in value)


def _assigned(value: str, quoted: bool) -> bool:
    if len(value) < 4 or _OF_CODE.search(value) or value.lower() in _TYPES:
        return False
    if quoted:
        return _ITS_OWN_NAME.fullmatch(value) is None or any(character.isdigit() for character in value)
    return (_varied(value) and _VARIABLE.fullmatch(value) is None) or _has_both(value)


def _has_both(value: str) -> bool:
    return any(c.isdigit() for c in value) and any(c.isalpha() for c in value) and "." not in value and "_" not in value


def _said(value: str, quoted: bool) -> bool:
    return len(value) >= 4 and value.lower() not in _WORDS and (quoted or _varied(value))
