"""Personal numbers of Spanish-speaking America."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from gateway.detection.recognizers.americas import (
    ArCuitRecognizer,
    ClRutRecognizer,
    LatinIdInContextRecognizer,
    MxCurpRecognizer,
    MxRfcRecognizer,
)

Believed = Callable[[Any, str], list[str]]


@pytest.mark.parametrize(
    ("rule", "text", "expected"),
    [
        (MxCurpRecognizer, "CURP BOXW310820HNERXN09", "BOXW310820HNERXN09"),
        (MxRfcRecognizer, "RFC GODE561231GR8", "GODE561231GR8"),
        (ClRutRecognizer, "RUT 12.531.909-2", "12.531.909-2"),
        (ArCuitRecognizer, "CUIL 20-05536168-2", "20-05536168-2"),
        (LatinIdInContextRecognizer, "cédula 1.020.345.678", "1.020.345.678"),
        (LatinIdInContextRecognizer, "mi DNI es 45678901", "45678901"),
    ],
)
def test_found(believed: Believed, rule: Any, text: str, expected: str) -> None:
    assert believed(rule, text) == [expected]


@pytest.mark.parametrize(
    ("rule", "text"),
    [
        (MxCurpRecognizer, "CURP BOXW310820HNERXN08"),
        (MxCurpRecognizer, "BOXW311320HNERXN09"),
        (MxRfcRecognizer, "RFC GODE561331GR8"),
        (MxRfcRecognizer, "GODE561231GR8"),
        (MxRfcRecognizer, "RFC 2616"),
        (ClRutRecognizer, "RUT 12.531.909-3"),
        (ClRutRecognizer, "12.531.909-2"),
        (ArCuitRecognizer, "CUIL 20-05536168-3"),
        (ArCuitRecognizer, "20-05536168-2"),
        (LatinIdInContextRecognizer, "precio 1.020.345"),
        (LatinIdInContextRecognizer, "el DNI es obligatorio"),
    ],
)
def test_look_alikes_and_wrong_check_digits_are_left_alone(believed: Believed, rule: Any, text: str) -> None:
    assert believed(rule, text) == []
