"""Personal numbers of Asia and the Pacific."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from gateway.detection.recognizers.asia_pacific import (
    IdentityNumberInContextRecognizer,
    IlIdRecognizer,
    MyNricRecognizer,
    NzIrdRecognizer,
    PkCnicRecognizer,
)

Believed = Callable[[Any, str], list[str]]


@pytest.mark.parametrize(
    ("rule", "text", "expected"),
    [
        (MyNricRecognizer, "MyKad 770305-02-1234", "770305-02-1234"),
        (IlIdRecognizer, "teudat zehut 039337423", "039337423"),
        (PkCnicRecognizer, "CNIC 34201-0891231-8", "34201-0891231-8"),
        (NzIrdRecognizer, "IRD number 49-091-850", "49-091-850"),
        (IdentityNumberInContextRecognizer, "NIK 3171011708920001", "3171011708920001"),
        (IdentityNumberInContextRecognizer, "CCCD 001099012345", "001099012345"),
    ],
)
def test_found(believed: Believed, rule: Any, text: str, expected: str) -> None:
    assert believed(rule, text) == [expected]


@pytest.mark.parametrize(
    ("rule", "text"),
    [
        (MyNricRecognizer, "MyKad 771305-02-1234"),
        (MyNricRecognizer, "ref 770305-02-1234"),
        (IlIdRecognizer, "teudat zehut 039337424"),
        (IlIdRecognizer, "039337423"),
        (PkCnicRecognizer, "34201-0891231-88"),
        (PkCnicRecognizer, "04201-0891231-8"),
        (NzIrdRecognizer, "IRD number 49-091-851"),
        (NzIrdRecognizer, "49-091-850"),
        (IdentityNumberInContextRecognizer, "order 3171011708920001"),
    ],
)
def test_look_alikes_and_wrong_check_digits_are_left_alone(believed: Believed, rule: Any, text: str) -> None:
    assert believed(rule, text) == []
