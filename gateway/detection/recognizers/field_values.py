"""Whether a value can be what its field's label says, or was only written to show the form."""

from __future__ import annotations

import re

from gateway.detection.recognizers import label_words
from gateway.detection.recognizers.label_words import listed
from gateway.detection.recognizers.labels import BESIDES, kind_of, plain
from gateway.detection.scripts import HAN

_JAPANESE = rf"[\u3040-\u30ff{HAN}ー々]"
_WORD = r"(?:[^\W\d_](?:[^\W\d_]|['’-]{1,2}(?=[^\W\d_]))*\.?|(?:[^\W\d_]\.){2,4})"
_EASTERN = re.compile(
    rf"[{HAN}]{{2,4}}|[{HAN}]{{1,6}}[·•][{HAN}]{{1,8}}|{_JAPANESE}{{2,8}}(?:[ \u3000]{_JAPANESE}{{1,6}})?|"
    rf"[\uac00-\ud7af]{{2,5}}"
)
_WESTERN = re.compile(rf"{_WORD}(?:,? {_WORD}){{0,4}}")
_NO_CAPITALS = re.compile(rf"[{HAN}\u3040-\u30ff\uac00-\ud7af]")
_FIRM = re.compile(
    r"\b(?:inc|ltd|llc|gmbh|corp|co|company|plc|group|bank|university|school|hospital|team|department|office|server|"
    r"service|app|api|project|test|demo|page|form|table|list|file|button|studio|code|data)\b\.?|[公司厂部局院校所店行]$",
    re.IGNORECASE,
)
_PHONE = re.compile(r"\+?[\d(][\d ()./x-]{4,24}")
_IDENTIFIER = re.compile(r"[A-Za-z]{0,6}[A-Za-z0-9][A-Za-z0-9 ./-]{3,24}[A-Za-z0-9*]?")
_WEB = re.compile(r"[→_\s]*(?:https?:|www\.)", re.IGNORECASE)  # "地址：http://…" is where a page is
_AMOUNT = re.compile(r"\D{0,4}\d[\d.,' ]{2,14}\D{0,10}")
_STAND_IN = re.compile(
    r"^[\W_xX×某]*$|\byour\b|^my |example|sample|placeholder|insert|enter |xxx|××|<|\[|\{|…|\.\.\.|\*\*|__|(.)\1{4}|"
    r"1234567|请输入|请填写|示例|你的|您的",
    re.IGNORECASE,
)
_NOBODY = frozenset(listed(label_words.NOBODY))
_NOTHING = frozenset(listed(label_words.NOTHING))


def fits(entity: str, value: str) -> bool:
    """Whether `value` can be of type `entity` and is no placeholder and no label itself."""
    shown = value.strip()
    label = plain(shown)
    if not shown or shown.lower() in _NOBODY or label in BESIDES or kind_of(label) or _STAND_IN.search(shown):
        return False
    digits = sum(map(str.isdigit, shown))
    letters = sum(map(str.isalpha, shown))
    if entity == "PERSON":
        return _is_name(shown)
    if entity == "PHONE_NUMBER":
        return 7 <= digits <= 16 and _PHONE.fullmatch(shown) is not None and len(set(shown) & set("123456789")) > 2
    if entity == "STREET_ADDRESS":
        return len(shown) >= 6 and digits > 0 and letters >= 3 and not _WEB.match(shown)
    if entity == "DATE_OF_BIRTH":
        return 4 <= digits <= 8 and len(shown) <= 24
    if entity == "FINANCE":
        return _AMOUNT.fullmatch(shown) is not None
    if entity == "HEALTH":
        return shown.lower() not in _NOTHING and (digits > 0 or letters >= 2)
    return digits >= 5 and _IDENTIFIER.fullmatch(shown) is not None


def is_secret(value: str) -> bool:
    """Whether a cell below "password" or "key" holds one."""
    varied = any(map(str.isdigit, value)) and any(map(str.isalpha, value))
    return 4 <= len(value) <= 128 and " " not in value and varied and not _STAND_IN.search(value)


def _is_name(value: str) -> bool:
    if _FIRM.search(value):
        return False
    if _EASTERN.fullmatch(value):
        return True
    if _NO_CAPITALS.search(value) or _WESTERN.fullmatch(value) is None:
        return False
    capitals = any(word[:1].isupper() for word in re.split(r"[ .,'’-]+", value))
    return capitals and not (value.isupper() and len(value) <= 4)
