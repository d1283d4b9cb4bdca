"""Settles findings that overlap: the same thing seen twice is one, and proof outranks guesses."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from itertools import accumulate

from gateway.detection.findings import Finding

# A run of digits that has proved to be one of these by its check digit is none of the guesses.
_PROOF = 0.95
_PROVABLE = frozenset({"CN_RESIDENT_ID", "CREDIT_CARD", "IBAN_CODE", "CN_SOCIAL_CREDIT_CODE", "CRYPTO"})
_GUESSES = frozenset(
    {
        "PHONE_NUMBER", "BANK_ACCOUNT", "US_BANK_NUMBER", "TAX_ID", "GOVERNMENT_ID", "DRIVER_LICENSE", "PASSPORT",
        "ZIP_CODE", "DATE_TIME",
    }
)  # fmt: skip


_OF_A_STATE = re.compile(r"[A-Z]{2}_|JMBG$|BALTIC_PERSONAL_CODE$")
"""Types that say which state gave a number: better than that some state did."""
_SOME_STATE = "StateNumberRecognizer"


def _merged(findings: Iterable[Finding]) -> list[Finding]:
    """Findings of one type: overlapping ones become one, which keeps the surest one's name and score."""
    merged: list[Finding] = []
    for finding in sorted(findings):
        if merged and finding.start < merged[-1].end:
            last = merged[-1]
            surest = max(last, finding, key=lambda item: item.score)
            merged[-1] = replace(surest, start=last.start, end=max(last.end, finding.end))
        else:
            merged.append(finding)
    return merged


def settle(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """The findings to report, sorted by span.

    A finding is dropped only for one of the same type, where a check digit shows that it was a wrong guess about the
    very same characters, or where it says no more than that some state gave a number of which another finding says
    which one; other types that overlap all stay.
    """
    by_type: defaultdict[str, list[Finding]] = defaultdict(list)
    for finding in findings:
        by_type[finding.entity].append(finding)
    merged = sorted(finding for same in by_type.values() for finding in _merged(same))
    proven = [item for item in merged if item.entity in _PROVABLE and item.score >= _PROOF]
    starts = [item.start for item in proven]
    # How far the proofs up to each one reach: the last that begins before a guess need not be the longest.
    reach = list(accumulate((item.end for item in proven), max))

    def refuted(item: Finding) -> bool:
        last = bisect_right(starts, item.start) - 1
        return item.entity in _GUESSES and last >= 0 and item.end <= reach[last]

    kept = [item for item in merged if not refuted(item)]
    exact = [item for item in kept if _OF_A_STATE.match(item.entity)]
    begins, ends = [item.start for item in exact], list(accumulate((item.end for item in exact), max))

    def said_better(item: Finding) -> bool:
        last = bisect_right(begins, item.start) - 1
        return item.recognizer == _SOME_STATE and last >= 0 and item.end <= ends[last]

    return tuple(item for item in kept if not said_better(item))
