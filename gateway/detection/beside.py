"""A name beside a telephone number, an address or another identifier is that of whom these belong to.

Somebody whom nobody knows may sound like a character ("Persephone Abernathy moved to 42 Thistledown Lane"); such a
prompt is held back for the identifier in any case, and what may replace people in it must know them all. Knows
nothing of policies.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from gateway.detection.famous import is_famous
from gateway.detection.findings import HIDDEN, SPELLED, Finding
from gateway.detection.han_names import is_full_name
from gateway.detection.scripts import has_han
from gateway.detection.topics import TOPICS

_NOBODYS = TOPICS | frozenset(
    {
        "API_KEY", "BIRTH_MONTH", "DATE_TIME", HIDDEN, "IP_ADDRESS", "LOCATION", "MAC_ADDRESS", "ORGANIZATION",
        "PASSWORD", "PERSON", "PRIVATE_KEY", "PUBLIC_FIGURE", SPELLED, "URL", "VAT_ID", "ZIP_CODE",
    }
)  # fmt: skip
"""Types that say nothing of who is named beside them."""


def with_owners(text: str, findings: Iterable[Finding]) -> Iterator[Finding]:
    """`findings`, in which the full names of the unknown are people's where something else identifies somebody."""
    found = list(findings)
    identified = any(finding.entity not in _NOBODYS for finding in found)
    for finding in found:
        name = text[finding.start : finding.end]
        if identified and finding.entity == "PUBLIC_FIGURE" and _is_full(name) and not is_famous(name):
            yield replace(finding, entity="PERSON")
        else:
            yield finding


def _is_full(name: str) -> bool:
    return is_full_name(name) if has_han(name) else " " in name.strip()
