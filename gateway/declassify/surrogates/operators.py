"""Stand-ins that say nothing but a type, or nothing at all: placeholder, hash, mask, remove.

Hash, mask and remove are presidio-anonymizer's operators, imported when first used. Knows nothing of pseudonyms.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import regex

_RUN = regex.compile(r"[\p{L}\p{M}\p{N}]+")
_VISIBLE = regex.compile(r"\S+")
_SECRET = frozenset({"API_KEY", "PASSWORD", "PRIVATE_KEY", "RECOVERY_PHRASE", "VERIFICATION_CODE"})
"""Types whose punctuation is a part of the secret."""
_SHOWN = 4
"""How many last characters of a long number a mask leaves, as card receipts do."""
_LONG = 12
"""A number of fewer letters and digits is masked as a whole: four of them would be too much of it."""
_SHOWS_END = frozenset({"BANK_ACCOUNT", "CREDIT_CARD", "IBAN_CODE", "PHONE_NUMBER"})
_HASH_DIGITS = 10


def placeholder(entity: str, number: int, called: int = 1) -> str:
    """The stand-in ``<PERSON_1>``; ``<PERSON_1_2>`` for the second that the same person is called."""
    return f"<{entity}_{number}>" if called == 1 else f"<{entity}_{number}_{called}>"


def hashed(entity: str, text: str, key: bytes) -> str:
    """The stand-in ``<PERSON:3fa9c2d14e>``: the beginning of a salted SHA-256.

    Args:
        key: the salt, of at least 16 bytes.
    """
    digest = str(_operator("Hash")(text=text, params={"hash_type": "sha256", "salt": key}))
    return f"<{entity}:{digest[:_HASH_DIGITS]}>"


def masked(entity: str, text: str) -> str:
    """`text` with ``*`` for its letters and digits; of a long number four remain, of a secret not even punctuation."""
    runs = list((_VISIBLE if entity in _SECRET else _RUN).finditer(text))
    shown = _SHOWN if entity in _SHOWS_END and sum(len(run[0]) for run in runs) >= _LONG else 0
    for run in reversed(runs):
        hidden = max(0, len(run[0]) - shown)
        shown = max(0, shown - len(run[0]))
        if hidden:
            params = {"masking_char": "*", "chars_to_mask": hidden, "from_end": False}
            text = text[: run.start()] + str(_operator("Mask")(text=run[0], params=params)) + text[run.end() :]
    return text


def removed(text: str) -> str:
    """Nothing in the place of `text`."""
    return str(_operator("Redact")(text=text, params={}))


@functools.cache
def _operator(name: str) -> Callable[..., Any]:
    from presidio_anonymizer import operators

    operate: Callable[..., Any] = getattr(operators, name)().operate
    return operate
