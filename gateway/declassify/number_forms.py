"""Numbers that a model may write with other separators than they were sent with: telephones, cards, accounts.

A form is the number's digits alone; separators may stand between any two. Knows nothing of the answer's text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

import phonenumbers

from gateway.declassify.beside import Beside
from gateway.declassify.option import DATES, Option
from gateway.declassify.replaced import Replaced

SEPARATORS = frozenset(" -./()")
SEPARATED = 9
"""Separators that a number may have altogether."""
_MANY = 50
"""Telephones above which none gets other countries' codes, to stay fast."""
_LONG_NUMBER = 7
_LETTER, _NO_SIGN = re.compile(r"[^\W\d_]"), re.compile(r"[^\w+]|_")
_PLAIN = re.compile(r"\+?[0-9]+")
_ACCOUNT = re.compile(r"[A-Z]{2}[0-9]{2}[0-9A-Z]+")
_OTHERS = DATES | {"IP_ADDRESS", "COORDINATES", "URL", "EMAIL_ADDRESS", "STREET_ADDRESS", "LOCATION", "ORGANIZATION"}
"""What has its points and strokes for a meaning."""
_SAID_BEFORE = re.compile(r"[\d+][-./( ]{0,2}\Z")
_NORTH_AMERICAN = re.compile(r"(?:[2-9][0-9]{2}){2}[0-9]{4}")
_CALLED = re.compile(r"(?:\A|(?<![\w.,/+-])(?<!\d )(?<!\d\())1[-. ]{0,2}\(?\Z")
"""The 1 that is called before a North American number, no other number's end."""
_NUMBER_BEFORE = re.compile(r"(?<![\w-])(?<!\d[ -])[+(]{0,2}(?:[0-9][-./() ]{0,3}){6,}[0-9]\s\(?\Z")
"""A number of its own, of seven digits at least, and white space; not an account's behind a country's letters."""
_ITEM = re.compile(r"(?:\A|\n)\s*\d{1,2}[.)] \Z")
_TRUNKS = "27 31 32 33 40 41 43 44 46 48 49 60 61 62 63 64 66 81 82 84 90 91 353 358 380 972"
_WITH_TRUNK = frozenset(_TRUNKS.split())
"""Countries where 0 stands before a number that is called from within."""
_BARE = "1 30 34 39 45 47 48 52 55 57 65 86 351 352 420 852 853"
_WITHOUT_TRUNK = frozenset(_BARE.split())


def of_numbers(replaced: Iterable[Replaced]) -> Iterator[Option]:
    """Every long number in `replaced` by its digits; a telephone's with and without the country's code."""
    replaced = list(replaced)
    abroad = sum(item.entity == "PHONE_NUMBER" for item in replaced) <= _MANY
    for item in replaced:
        pair = _bare(item.surrogate), _bare(item.original)
        if item.entity in _OTHERS or len(pair[0]) != len(pair[1]) or not _is_long(item, *pair):
            continue
        for surrogate, original in (
            pair,
            *(_telephones(*pair, abroad=abroad) if item.entity == "PHONE_NUMBER" else ()),
        ):
            yield Option(surrogate, original, "number")


def _bare(text: str) -> str:
    bare = _NO_SIGN.sub("", text)
    return f"+{bare[1:].replace('+', '')}" if bare.startswith("+") else bare.replace("+", "")


def _is_long(item: Replaced, surrogate: str, original: str) -> bool:
    if item.entity == "IBAN_CODE":
        return bool(_ACCOUNT.fullmatch(surrogate) and _ACCOUNT.fullmatch(original))
    if _LETTER.search(item.surrogate) or surrogate[:1].isdecimal() != original[:1].isdecimal():
        return False
    return len(surrogate) >= _LONG_NUMBER and bool(_PLAIN.fullmatch(surrogate) and _PLAIN.fullmatch(original))


def _telephones(surrogate: str, original: str, *, abroad: bool) -> Iterator[tuple[str, str]]:
    """The same number as it is called from within the country, or from abroad.

    Args:
        abroad: whether a number without the country's code gets any.
    """
    code = _country(surrogate)
    if code and code == _country(original):
        start = len(code) + (1 if surrogate.startswith("+") else 2)
        pair = surrogate[start:], original[start:]
        if code in _WITH_TRUNK and all(number.startswith("0") for number in pair):
            pair = pair[0][1:], pair[1][1:]
        prefixes = [f"+{code}", f"00{code}"]
        prefixes += [f"+{code}0", f"00{code}0", "0"] if code in _WITH_TRUNK else [""]
    elif surrogate[0] == original[0] == "0" and not surrogate.startswith("00"):
        pair = surrogate[1:], original[1:]
        prefixes = [f"+{code}" for code in _WITH_TRUNK] if abroad else []
    elif surrogate[0].isdecimal() and "0" not in (surrogate[0], original[0]):
        pair = surrogate, original
        prefixes = [f"+{code}" for code in _WITHOUT_TRUNK] if abroad else []
    else:
        return
    for prefix in prefixes:
        if len(pair[0]) + len(prefix) > _LONG_NUMBER and prefix + pair[0] != surrogate:
            yield prefix + pair[0], prefix + pair[1]


def _country(number: str) -> str:
    """The country's code with which `number` begins, behind + or 00."""
    digits = number[1:] if number.startswith("+") else number[2:] if number.startswith("00") else ""
    codes = phonenumbers.COUNTRY_CODE_TO_REGION_CODE
    return next((digits[:end] for end in (1, 2, 3) if digits[:end] and int(digits[:end]) in codes), "")


def is_the_number(beside: Beside, surrogate: str) -> bool:
    """Whether the number `surrogate`, which is found, is no longer number's end."""
    behind = beside.behind
    if _SAID_BEFORE.search(behind) is None or _ITEM.search(behind) or _NUMBER_BEFORE.search(behind):
        return True
    return bool(_NORTH_AMERICAN.fullmatch(surrogate) and _CALLED.search(behind))
