"""Passwords: in code, configuration, command lines and prose, in ten languages.

A word for a password, what ties it to a value, and a value that nobody would take for a word of the
sentence: quoted, on a line of its own, or with figures, signs or capitals in it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, ClassVar

import regex

from gateway.detection.presidio import LocalRecognizer, RecognizerResult
from gateway.detection.recognizers.needs import Needs, needs
from gateway.detection.recognizers.placeholder import is_masked, is_stand_in
from gateway.detection.recognizers.randomness import counting_runs
from gateway.detection.recognizers.rule import matches, result
from gateway.detection.recognizers.secret_names import is_name_of_password

_WORD = (
    r"pass(?:[ _-]?(?:word|wd|code|phrase|key)s?)?|pwd|pswd|psw|passwort|kennwort|contrase[ñn]a|"
    r"clave|mot de passe|mdp|(?<![A-Za-z])pw(?![A-Za-z])|senha|"
    r"palavra-passe|wachtwoord|hasło|heslo|парол[ьяе]|パスワード|暗証番号|비밀번호|비번|암호|密码|"
    r"密碼|口令|开机码|解锁码|暗号"
)
_HAN = r"密码|密碼|口令|开机码|解锁码|暗号|パスワード|暗証番号|비밀번호|비번|암호"
_SHAPE = (
    r"pass|pwd|psw|\\bpw\\b|kennwort|contrase|clave|mdp|senha|wachtwoord|hasło|heslo|парол|パスワード|"
    r"暗証|비밀번호|비번|암호|密码|密碼|口令|"
    r"开机码|解锁码|暗号|identified by|securestring|credential|login|log in|sign in|登录|登陆|账号|账户"
)
_VALUE = (
    r"(?:(?P<quote>[\"'`“「])(?P<value>[^\s\"'`“”「」]{4,128})[\"'`”」]|"
    r"(?P<value>[^\s\"'`“”,;<>()\[\]{}，。；、）]{4,128}))"
)
_TYPED = r"(?:\s{0,3}:\s{0,2}[A-Za-z_][\w.<>\[\]|?]{0,24}|\s[a-z]{3,10})(?=\s{0,3}=[\s\"'`])"
# name = "value" in code and configuration, also ("name", "value") and <name>value</name>
_ASSIGNED = (
    rf"(?<![A-Za-z0-9_.-])(?P<name>[A-Za-z0-9_.-]{{0,40}}?(?:{_WORD})[A-Za-z0-9_.-]{{0,24}})"
    rf"[\"'`\]]{{0,2}}(?:{_TYPED})?\s{{0,4}}(?:[（(][^()（）\n]{{1,16}}[)）])?"
    r"(?::=|=>|->|\?=|={1,3}|:|：|＝|,\s?(?=[\"'])|\(\s?(?=[\"'])|>|\"?\s(?:value|content)\s?=)\s{0,4}"
    rf"(?P<secure>[A-Za-z_.]{{2,24}}\((?=[\"']))?{_VALUE}"
)
# The password for the router is value; in the languages that put a verb there.
_SAID = (
    rf"(?<![A-Za-z])(?:{_WORD}|login|pin)(?:\s+(?:for|to|of|on|de|del|do|da|du|für|para|pour|от|"
    rf"для)\s+[^\n.,:;]{{1,40}}?)?"
    r"(?:\s+(?:is|was|will be|are|es|est|ist|lautet|é|è|jest|это|-|—|–)(?:\s+(?:now|set to|jetzt|"
    r"ahora|maintenant))?:?|\s?:)[^\S\n]+"
    rf"{_VALUE}"
)
_CHINESE = (
    rf"(?:{_HAN})(?:[（(][^()（）\n]{{1,16}}[)）])?(?:都|一直|已经|统一|现在|目前|初始|"
    rf"默认)?(?:就?是|为|為|設為|设为|设成|"
    rf"设置[为成]|改[成为]|换成|了|叫|用的?是?|はこちら|は|が|을|를|은|는|이|가|：|:|=|＝|\s){{0,3}}"
    r"(?P<quote>[\"'“「`]?)(?P<value>(?![(\[])[!-~]{4,64})"
)
# What takes a password with no word for it before: SQL, PowerShell, command lines, .netrc, "admin / Hunter2!".
_COMMANDS = (
    r"identified\s+by\s+(?:password\s+)?(?P<quote>[\"'])(?P<value>[^\"'\s]{4,128})",
    r"(?:user|role|login)\s[^\n;]{1,60}?\spassword\s+=?\s?(?P<quote>[\"'])(?P<value>[^\"'\s]{4,128})",
    r"convertto-securestring\s+(?:-string\s+)?(?P<quote>[\"'])(?P<value>[^\"'\n]{4,128})",
    r"(?:sshpass\s+-p\s?|(?:mysql|mysqldump|mariadb|mongo|mongosh)\s[^\n|;]{0,120}?\s-p|"
    r"redis-cli\s[^\n|;]{0,80}?-a\s)(?P<quote>[\"']?)(?P<value>[^\s\"'-][^\s\"']{3,128})",
    r"--?pass(?:word|wd)?(?:\s|=)(?P<quote>[\"']?)(?P<value>[^\s\"'$<-][^\s\"']{3,128})",
    r"login\s+\S{1,64}\s+password\s+(?P<quote>)(?P<value>\S{4,128})",
    r"(?<!\w)(?:credentials?|creds|log(?:ged|ging)?[ -]?in|sign[ -]in|user(?:name)?|account|"
    r"登录|登陆|账号|账户|帐号|用户名)"
    r"(?=[\s:：用是为])(?:\s?(?:with|as|using|are|is|use|:|：|用|是|为)){0,3}\s?[\w.@+-]{2,64}\s{0,2}(?:/|"
    r":|,|，|和|and|with)\s{0,2}(?:(?:password|密码)\s?)?"
    r"(?P<quote>[\"'`]?)(?P<value>(?=[!-~]*\d)(?=[!-~]*[A-Za-z])[!-.0-~]{6,64})",
    r"(?<![A-Za-z])(?:pass(?:word|code)|pwd|requirepass|contraseña|senha|passwort|kennwort|"
    r"парол[ьяе]|mot de passe)\s(?P<quote>[\"'`]?)(?P<value>(?"
    r"=[!-~]*\d)(?=[!-~]*[A-Za-z])[!-~]{6,64})",
    r"(?:wi-?fi|router|hotspot|无线|热点)(?:\s?(?:password|key|pw|密码|密钥))?\s?(?:is|:|：|是|"
    r"为)\s?(?P<quote>[\"'`]?)(?P<value>(?=[!-~]*\d)[!-~]{6,63})",
)
# Said letter by letter: "capital H u n t e r two", "大写H，然后unter".
_SIZE = (
    r"(?:(?:capital|uppercase|upper case|lowercase|lower case|small|big|大写|小写|大寫|小寫)[ ]?(?:letter[ ]|字母)?)"
)
_NUMBER_WORD = (
    r"(?:zero|one|two|three|four|five|six|seven|eight|nine|hash|star|dash|exclamation mark|at sign|dollar sign|"
    r"underscore)"
)
_FULL_WORD = rf"pass(?:word|code|phrase)|pwd|passwort|kennwort|contraseña|mot de passe|senha|парол[ьяе]|{_HAN}"
_LETTER_BY_LETTER = (
    rf"(?:{_FULL_WORD})(?:\s+(?:for|to|of)\s+[^\n.,:;]{{1,40}}?)?\s{{0,2}}(?:is|was|:|=|是|为|為|：)\s{{0,2}}"
    rf"(?P<value>{_SIZE}?[A-Za-z0-9](?:[\s,-]{{1,3}}(?:{_SIZE}?[A-Za-z0-9]|{_NUMBER_WORD})(?![A-Za-z0-9])){{3,40}})",
    rf"(?:{_HAN})(?:就?是|为|為|：|:|\s){{0,3}}(?P<value>{_SIZE}\s?[A-Za-z][!-~，、。\s]{{0,2}}"
    rf"(?:[!-~，、\s]|然后|接着|再|加|数字|小写|大写){{2,40}})",
)
_ORDINARY = (
    "incorrect wrong required not too weak strong invalid valid correct empty missing expired stored saved hashed "
    "encrypted case sensitive always never being also used set changed reset known unknown protected hidden the that "
    "this your our their same very just still only what when where there needed optional blank different important "
    "secure safe sent shown displayed given what's which some something either both mandatory enabled disabled "
    "forgotten leaked compromised shared visible rotated protected policy none here below above fine good bad easy"
)
_WORDS = frozenset(_ORDINARY.split())
_OF_CODE = re.compile(
    r"(?:self|this|req|request|os|process|env|config|settings|args|options|params|user|data|form|"
    r"input|body|get\w*)\b[.\[(]|"
    r"[A-Za-z_][\w.]*\(|\$|%|.*\{|[A-Za-z_]\w*\[|https?://|\\|/[\w.-]+/|\*|@"
)
_ITS_OWN_NAME = re.compile(r"[\w.-]*pass(?:word|wd|phrase)?[\w.-]*|[\w.-]*pwd|root|admin|user(?:name)?", re.IGNORECASE)
_VARIABLE = re.compile(r"[A-Za-z_]\w*(?:\.\w+)*")
_TYPE_NAMES = (
    "string str text bytes password passwd char varchar int integer number bool boolean optional any object type hash "
    "field prompt input null none undefined true false required email username auto file prompt yes"
)
_TYPES = frozenset(_TYPE_NAMES.split())
_NEXT_FIELD = re.compile(r"&(?=[\w.-]{1,40}=)")
_MAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_LEAST_FIGURES = 6
_LINE = re.compile(r"[^\S\n]*(?:#.*|//.*)?(?:\r?\n|$)")
_SHELL_NAME = re.compile(r"[A-Z][A-Z0-9_]+")


class PasswordRecognizer(LocalRecognizer):  # type: ignore[misc, unused-ignore]
    """Presidio recognizer for `PASSWORD`: the password, without quotes."""

    NEEDS: ClassVar[Needs] = needs(shape=_SHAPE)
    LANGUAGES: ClassVar[tuple[str, ...]] = ("en", "zh", "es", "fr", "de", "pt", "ru", "ja", "ko", "nl", "pl", "cs")
    EXAMPLE: ClassVar[str] = "the wifi password is Tr0ub4dor&3"
    STANDARD: ClassVar[str] = "CWE-259 (use of hard-coded password), NIST SP 800-63B"

    def __init__(self) -> None:
        compiled = [regex.compile(pattern, regex.IGNORECASE) for pattern in (_ASSIGNED, _SAID, _CHINESE, *_COMMANDS)]
        compiled += [regex.compile(pattern, regex.IGNORECASE) for pattern in _LETTER_BY_LETTER]
        self._checks = tuple(
            zip(
                compiled,
                (
                    _assigned,
                    _said,
                    _said,
                    *[_varied_enough] * len(_COMMANDS),
                    *[_in_letters] * len(_LETTER_BY_LETTER),
                ),
                strict=True,
            )
        )
        super().__init__(supported_entities=["PASSWORD"], supported_language="any")

    def load(self) -> None:
        """Nothing to load."""

    def analyze(self, text: str, entities: list[str], nlp_artifacts: Any = None) -> list[RecognizerResult]:
        """Presidio's interface.

        Raises:
            TimeoutError: a pattern took too long.
        """
        spans = dict.fromkeys(self._found(text))
        return [result(self, "PASSWORD", start, end, 0.8) for start, end in spans]

    def _found(self, text: str) -> Iterator[tuple[int, int]]:
        for pattern, accepts in self._checks:
            for match in matches(pattern, text):
                value = _NEXT_FIELD.split(match.group("value"), maxsplit=1)[0].rstrip(".,:;)\"'`。，！？；）")
                start = match.start("value")
                if len(value) < 4 or is_stand_in(value) or is_masked(text, start + len(value)):
                    continue
                if accepts(match, value, text):
                    yield start, start + len(value)


def _varied(value: str) -> bool:
    """Whether letters meet digits or symbols, or small and capital letters meet inside."""
    plain = value.isalpha() and (value.islower() or value.isupper() or value.istitle())
    return not plain and any(map(str.isalnum, value))


def _has_both(value: str) -> bool:
    return any(map(str.isdigit, value)) and any(map(str.isalpha, value)) and "." not in value and "_" not in value


def _assigned(match: Any, value: str, text: str) -> bool:
    if (
        _OF_CODE.match(value)
        or value.lower() in _TYPES
        or value.lower() in _WORDS
        or text[match.end("value") :][:1] == "("
    ):
        return False
    if max(counting_runs(value)) == len(value):
        return False  # "123456" in code is what examples write
    name = match.group("name")
    if not is_name_of_password(name):
        return False
    if match.group("quote"):
        return _ITS_OWN_NAME.fullmatch(value) is None or any(map(str.isdigit, value))
    if _LINE.match(text, match.end("value")) and (_SHELL_NAME.fullmatch(name) or _begins_line(text, match.start())):
        return _ITS_OWN_NAME.fullmatch(value) is None and "." not in value.strip(".")
    return (_varied(value) and _VARIABLE.fullmatch(value) is None) or _has_both(value)


def _begins_line(text: str, place: int) -> bool:
    return not text[text.rfind("\n", 0, place) + 1 : place].strip(" \t-\"'")


def _said(match: Any, value: str, text: str) -> bool:
    if not match.group("quote") and value.isdigit() and len(value) < _LEAST_FIGURES:
        return False  # "密码8-16位", "password is 1 of 3"
    if (
        _OF_CODE.match(value)
        or _MAIL.fullmatch(value)
        or value.lower() in _WORDS
        or text[match.end("value") :][:1] == "("
    ):
        return False
    return bool(match.group("quote")) or _varied(value)


def _in_letters(match: Any, value: str, text: str) -> bool:
    return any(map(str.isalpha, value))


def _varied_enough(match: Any, value: str, text: str) -> bool:
    return (
        _ITS_OWN_NAME.fullmatch(value) is None
        and not _OF_CODE.match(value)
        and (bool(match.group("quote")) or _varied(value))
    )
