"""Whose name it is: a private person's, or one that everybody knows and asks about.

The tagger for Chinese names does not tell the two apart; the own model does, from the words around the
name, and a short list of very well-known names helps it out. What a rule took for a name because of a
label before it stays a private person's. In doubt it is private: a Chinese text that asks for nothing
tells of somebody, and a name in it that is not on the list is a person's.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from gateway.detection.addressed import is_addressed
from gateway.detection.asking import asks, is_record
from gateway.detection.famous import is_famous
from gateway.detection.han_names import is_full_name
from gateway.detection.recognizers.cn_role import CnRoleRecognizer
from gateway.detection.recognizers.lac import NAME as LAC
from gateway.detection.recognizers.own_model import NAME
from gateway.detection.recognizers.person_title import PersonTitleRecognizer
from gateway.detection.scripts import HAN, has_han, is_chinese
from gateway.detection.well_known import is_well_known, plain, whole_names

TITLED = PersonTitleRecognizer.__name__
ROLE = CnRoleRecognizer.__name__
PRIVATE = 0.6
"""From this probability on the model's word that somebody is private counts more than the list."""

PUBLIC = 0.3
"""In questions and instructions the model's word that somebody is public counts from this probability on."""
CERTAIN = 0.95
"""From this probability on even "Mr" before a name does not make it a private person's (Mr. Bean)."""
SURE = 0.85
"""Where a text asks for something and the model sees no name, a tagger's word counts from this score on, if what it
found is built as a Chinese full name; other words (费曼图, 小七和弦) are none."""
STATED = 0.6
"""In a Chinese text that asks for nothing, what is a public name at least this probably is a person's."""

_EXERCISE = re.compile(f"小[{HAN}]")
"""The people of exercises and sketches (小丽, 小王), in questions and instructions."""
_ACCOUNT = re.compile(rf"([{HAN}]{{2,4}})(?![{HAN}])")


def tell_apart(text: str, results: Sequence[Any], *, asked: bool) -> None:
    """Turn PERSON results about somebody public into PUBLIC_FIGURE, and public ones of whom is told into PERSON.

    A tagger's doubtful name in a question or an instruction gets the score 0. In what tools return, names are as a
    rule those of people, as in Chinese statements.

    Args:
        asked: whether the text, or what it is a part of, asks for something or is an answer.
    """
    own = [item for item in results if _is_own(item) and item.entity_type in ("PERSON", "PUBLIC_FIGURE")]
    people = [item for item in results if item.entity_type == "PERSON"]
    if not own and not people:
        return
    asked = asked or asks(text)
    about = _well_known(text, people) if asked else frozenset()
    tells = not asked and (is_chinese(text) or is_record(text))
    told_of = [item for item in own if _is_told_of(text, item)] if tells else []
    told_of += [
        item for item in own if _is_named_account(text, item) or _speaks(text, item) or _is_written_to(text, item)
    ]
    for item in people:
        over = [other for other in own if other.start < item.end and item.start < other.end]
        private = max((other.score for other in over if other.entity_type == "PERSON"), default=0.0)
        public = max((other.score for other in over if other.entity_type == "PUBLIC_FIGURE"), default=0.0)
        name = text[item.start : item.end]
        if _is_written_to(text, item):
            continue
        known = private < PRIVATE and (
            is_famous(name, dead=not asked) or (asked and _is_guessed(item) and is_well_known(name))
        )
        known = known or (asked and _is_guessed(item) and _EXERCISE.fullmatch(name) is not None)
        known = known or (_is_guessed(item) and bool(about) and set(_parts(plain(name))) <= about)
        doubted = asked and _name(item) == LAC and not _is_named_account(text, item) and not _speaks(text, item)
        titled = _name(item) == TITLED and public >= CERTAIN and private == 0
        if known or titled or (doubted and public >= PUBLIC and public > private):
            item.entity_type = "PUBLIC_FIGURE"
        elif doubted and not over and (item.score < SURE or not is_full_name(name)):
            item.score = 0.0
        if asked and _name(item) == ROLE and not over:
            item.score = 0.0
    for item in told_of:
        item.entity_type = "PERSON"


def _well_known(text: str, people: Sequence[Any]) -> frozenset[str]:
    """The parts of all names on the list that stand in `text` in full: who is meant there by one of them is clear."""
    guessed = [item for item in people if _is_guessed(item)]
    return frozenset(
        part for item in guessed for name in whole_names(text, item.start, item.end) for part in _parts(name)
    )


def _parts(name: str) -> list[str]:
    return re.split(r"[ ·]+", name)


def _is_guessed(item: Any) -> bool:
    """Whether a name was found by what it looks like, not by a label that says whose it is."""
    return _name(item) in (NAME, LAC, TITLED, ROLE)


def _is_told_of(text: str, item: Any) -> bool:
    """Whether a name that the model finds public may be anybody's: not on the list, and no account's."""
    name, before = text[item.start : item.end], text[: item.start].rstrip()[-1:]
    likely = item.entity_type == "PUBLIC_FIGURE" and item.score >= STATED
    known = is_famous(name, dead=is_chinese(text))
    return likely and len(name) > 1 and before not in ("@", "＠") and not known


def _is_named_account(text: str, item: Any) -> bool:
    """Whether a name is an account's that is called as a person is (@王小明2013), and no well-known one's."""
    match = _ACCOUNT.match(text[item.start : item.end])
    before = text[: item.start].rstrip()[-1:] in ("@", "＠")
    return before and match is not None and is_full_name(match[1]) and not is_famous(match[1])


def _speaks(text: str, item: Any) -> bool:
    """Whether a Chinese text begins with the name as that of who speaks (何云岭：你怎么看？)."""
    name, after = text[item.start : item.end], text[item.end :].lstrip()[:1]
    return item.start == 0 and after in (":", "：") and len(name) > 1 and has_han(text) and not is_famous(name)


def _is_written_to(text: str, item: Any) -> bool:
    """Whether somebody writes to the name, or calls it, and it is not that of somebody whom all know."""
    name = text[item.start : item.end]
    return len(name) > 1 and is_addressed(text, item.start, item.end) and not is_famous(name) and _is_full(name)


def _is_full(name: str) -> bool:
    """Whether a name is a given and a family name: "Dear Romeo" may be anybody's."""
    return is_full_name(name) if has_han(name) else " " in name.strip()


def _is_own(item: Any) -> bool:
    return _name(item) == NAME


def _name(item: Any) -> str:
    return str((item.recognition_metadata or {}).get("recognizer_name"))
