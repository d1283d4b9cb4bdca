"""Whose name it is: a private person's, or one that everybody knows and asks about.

The tagger for Chinese names does not tell the two apart; the own model does, from the words around the
name, and a short list of very well-known names helps it out. What a rule took for a name because of a
title or a label before it stays a private person's. In doubt it is private.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from gateway.detection.famous import is_famous
from gateway.detection.recognizers.lac import NAME as LAC
from gateway.detection.recognizers.own_model import NAME

PRIVATE = 0.6
"""From this probability on the model's word that somebody is private counts more than the list."""

PUBLIC = 0.85
"""From this probability on the model's word that somebody is public counts against a tagger's that a name is one."""


def tell_apart(text: str, results: Sequence[Any]) -> None:
    """Turn those PERSON results in `results` that are about somebody public into PUBLIC_FIGURE."""
    people = [item for item in results if item.entity_type == "PERSON"]
    if not people:
        return
    own = [item for item in results if _is_own(item) and item.entity_type in ("PERSON", "PUBLIC_FIGURE")]
    for item in people:
        over = [other for other in own if other.start < item.end and item.start < other.end]
        private = max((other.score for other in over if other.entity_type == "PERSON"), default=0.0)
        public = max((other.score for other in over if other.entity_type == "PUBLIC_FIGURE"), default=0.0)
        known = private < PRIVATE and is_famous(text[item.start : item.end])
        if known or (_name(item) == LAC and public >= PUBLIC and public > private):
            item.entity_type = "PUBLIC_FIGURE"


def _is_own(item: Any) -> bool:
    return _name(item) == NAME


def _name(item: Any) -> str:
    return str((item.recognition_metadata or {}).get("recognizer_name"))
