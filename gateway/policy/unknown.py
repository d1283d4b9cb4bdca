"""What can be said of a rule's conditions where texts, headers and tokens are not known: surely, perhaps, or not.

Two conditions are made of each: one that holds only where the rule surely applies, and one that holds wherever it
could. Knows nothing of records.
"""

from __future__ import annotations

from typing import Any, get_args

from gateway.policy.conditions import When, walk
from gateway.policy.facts import Endpoint
from gateway.policy.matching import Condition, compile_when
from gateway.policy.texts import Searches

_OF_TEXTS: dict[str, Any] = {
    "matches": [],
    "words": [],
    "words_file": None,
    "markers": None,
    "languages": [],
    "characters": None,
    "tokens": None,
    "headers": {},
}
_ALWAYS = When(endpoints=list(get_args(Endpoint)))
_NOTHING = When.model_construct()
_NEVER = When.model_construct(not_=_ALWAYS)


def asks_for_texts(when: When) -> bool:
    """Whether something in `when` can't be judged by what was found and who asked."""
    return any(_asks(item) for _, item in walk(when))


def surely(when: When) -> Condition:
    """Holds only where `when` does, whatever the texts say."""
    return compile_when(_under(when), Searches(), lambda _: ())


def possibly(when: When) -> Condition:
    """Holds wherever `when` could."""
    return compile_when(_over(when), Searches(), lambda _: ())


def _asks(when: When) -> bool:
    alone = bool(when.where) and when.model_copy(update={"where": [], "min_score": None}) == _NOTHING
    return alone or any(getattr(when, name) not in (empty, None) for name, empty in _OF_TEXTS.items())


def _over(when: When) -> When:
    inside = {name: [_over(item) if isinstance(item, When) else item for item in getattr(when, name)] for name in _BOTH}
    refused = _under(when.not_) if when.not_ is not None else None
    # Of what is left out nothing must be left that means something else.
    endpoints = when.endpoints or _ALWAYS.endpoints if _asks(when) else when.endpoints
    return when.model_copy(
        update={**(_OF_TEXTS if _asks(when) else {}), **inside, "not_": refused, "endpoints": endpoints}
    )


def _under(when: When) -> When:
    if _asks(when):
        return _NEVER
    inside = {
        name: [_under(item) if isinstance(item, When) else item for item in getattr(when, name)] for name in _BOTH
    }
    refused = _over(when.not_) if when.not_ is not None else None
    return when.model_copy(update={**inside, "not_": refused})


_BOTH = ("any", "all")
