"""Joins strings that a program puts together: "sk-" + "proj-…", 'a' . 'b', "a" "b", "a".concat("b").

Single characters in quotes are `letters`'.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from gateway.detection.views.view import Edit

STEP = "strings put together"
_JOINT = re.compile(
    r"(?<=[^\s\"'`])([\"'`])(?:\s{0,4}(?:\+|\.\.|\.|&|\|\|)\s{0,24}|\.concat\(|\s{1,24})\1(?=[^\s\"'`,:)\]])"
)


def could_hold(text: str) -> bool:
    """Whether there are quotes enough."""
    return text.count('"') > 3 or text.count("'") > 3 or text.count("`") > 3


def join(text: str) -> Iterator[Edit]:
    """Edits that take out what stands between two such strings, in order."""
    for joint in _JOINT.finditer(text):
        yield Edit(joint.start(), joint.end(), "", STEP)
