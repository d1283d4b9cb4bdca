"""Writes mail addresses as mail programs do: "maria (at) firm dot de", "maria艾特firm点com".

Needs an at in brackets or in Chinese, or a spelled-out dot: "look at google.com" is no address.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from gateway.detection.views.view import Edit

STEP = "spelled-out address"
_AT = (
    r"(?:[#*$](?=(?:gmail|outlook|hotmail|yahoo|icloud|proton|protonmail|qq|163|126|foxmail|sina|gmx)\.)|"
    r"\s{0,2}(?:[(\[{<]\s?(?:at|@|a|arroba|собака|アット)\s?[)\]}>]|\s(?:at|arroba|собака)\s|艾特|圈a|小老鼠|"
    r"[_-]at[_-])\s{0,2})"
)
_DOT = (
    r"(?:\s{0,2}[(\[{<]\s?(?:dot|\.|d|punto|ponto|punkt|点)\s?[)\]}>]\s{0,2}|\s(?:dot|punto|ponto|punkt|точка)\s|"
    r"\s?点\s?|[_-]dot[_-])"
)
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,40}[A-Za-z0-9])?"
_BOX = r"[A-Za-z0-9][A-Za-z0-9_+-]{0,40}"
_SPELLED = re.compile(
    rf"(?<![A-Za-z0-9._%+@-])(?P<box>{_BOX}(?:(?:\.|{_DOT}){_BOX}){{0,3}})(?P<at>{_AT}|@)"
    rf"(?P<host>{_LABEL}(?:(?:\.|{_DOT}){_LABEL}){{1,3}})(?![A-Za-z0-9])",
    re.IGNORECASE,
)
_DOTS = re.compile(_DOT, re.IGNORECASE)
_SURE_AT = re.compile(r"[(\[{<_-]|艾特|圈|小老鼠|arroba|собака", re.IGNORECASE)
_KNOWN = (
    "gmail",
    "outlook",
    "hotmail",
    "yahoo",
    "icloud",
    "proton",
    "protonmail",
    "qq",
    "163",
    "126",
    "foxmail",
    "sina",
    "gmx",
)
_HINTS = ("dot", "at)", "at]", "@)", "@]", "punto", "punkt", "ponto", "_at_", "-at-", "arroba")
_SIGN_FOR_AT = re.compile(rf"[#*$](?:{'|'.join(_KNOWN)})\.")
_OTHER_HINTS = ("点", "艾特", "圈a", "小老鼠", "точка", "собака")
_AT_KNOWN = re.compile(rf"at (?:{'|'.join(_KNOWN)})")


def could_hold(low: str) -> bool:
    """Whether `low`, a text in small letters, has any of the words."""
    if any(hint in low for hint in _HINTS) or _AT_KNOWN.search(low) or _SIGN_FOR_AT.search(low):
        return True
    return not low.isascii() and any(hint in low for hint in _OTHER_HINTS)


def rewrite(text: str) -> Iterator[Edit]:
    """Edits that put @ and full stops, in order."""
    for match in _SPELLED.finditer(text):
        at, host = match.group("at"), match.group("host")
        dotted = _DOTS.search(host) is not None
        plain_host = _DOTS.sub(".", host)
        known = plain_host.split(".")[0].lower() in _KNOWN
        if at == "@" and not dotted and not _DOTS.search(match.group("box")):
            continue
        if not (at == "@" or _SURE_AT.search(at) or dotted or known) or not plain_host.rpartition(".")[2].isalpha():
            continue
        for part in ("box", "host"):
            for dot in _DOTS.finditer(text, match.start(part), match.end(part)):
                yield Edit(dot.start(), dot.end(), ".", STEP)
            if part == "box":
                yield Edit(match.start("at"), match.end("at"), "@", STEP)
