"""The least score at which a type is believed, from measurement.

Presidio's pattern scores say little by themselves ("order 12345678" is a date at 0.85): what counts
is whether a check digit or a context word stood behind them, which lifts a score over `DEFAULT`.
The threshold for names was chosen by measuring (see `measure`); the others are the taggers' even odds.
"""

from __future__ import annotations

DEFAULT = 0.4
"""Presidio's score of a weak pattern with a context word: nothing weaker, and nothing without one."""

# Names at 0.45: 12.3% of clean English prompts are held back, most of them for names in stories. At 0.6 it would
# be 12.0%, and 0.6 points more of synthetic identities and 2.1 more of real users' prompts would pass.
BY_TYPE: dict[str, float] = {
    "DATE_TIME": 0.55,
    "LOCATION": 0.5,
    "ORGANIZATION": 0.5,
    "PERSON": 0.45,
    "STREET_ADDRESS": 0.5,
    "ZIP_CODE": 0.5,
}


def least(entity: str) -> float:
    """The threshold of a type."""
    return BY_TYPE.get(entity, DEFAULT)
