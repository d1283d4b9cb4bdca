"""Whose name it is: a private person's, or one that everybody knows and asks about.

Taggers for names (and rules for titles) do not tell the two apart; the own model does, from the words
around the name, and a short list of very well-known names helps it out. In doubt it is private.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from gateway.detection.famous import is_famous
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
        if known or (not _is_own(item) and public >= PUBLIC and public > private):
            item.entity_type = "PUBLIC_FIGURE"


def _is_own(item: Any) -> bool:
    return (item.recognition_metadata or {}).get("recognizer_name") == NAME
