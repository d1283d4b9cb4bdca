"""The least score at which a type is believed, from measurement.

Presidio's pattern scores say little by themselves ("order 12345678" is a date at 0.85): what counts
is whether a check digit or a context word stood behind them, which lifts a score over `DEFAULT`.
The threshold for names was chosen by measuring (see `measure`); the others are the taggers' even odds.
"""

from __future__ import annotations

from gateway.detection.recognizers.own_model import NAME

DEFAULT = 0.4
"""Presidio's score of a weak pattern with a context word: nothing weaker, and nothing without one."""

BY_TYPE: dict[str, float] = {
    "DATE_TIME": 0.55,
    "LOCATION": 0.5,
    "ORGANIZATION": 0.5,
    "PERSON": 0.45,
    "STREET_ADDRESS": 0.5,
    "ZIP_CODE": 0.5,
}
DISCLOSED = 0.4
"""The least probability at which the model's word is taken that something private is disclosed."""
BY_MODEL: dict[str, float] = {
    "LOCATION": 0.5,
    "ORGANIZATION": 0.5,
    "PERSON": 0.4,
    "PUBLIC_FIGURE": 0.0,
    "STREET_ADDRESS": 0.8,
}
"""For the model that ships with this package; types that are not named are topics, at `DISCLOSED`."""


def least(entity: str, recognizer: str = "") -> float:
    """The threshold of a type that `recognizer` found."""
    if recognizer == NAME:
        return BY_MODEL.get(entity, DISCLOSED)
    return BY_TYPE.get(entity, DEFAULT)
