"""Vehicle registration plates."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from gateway.detection.recognizers.license_plate import (
    CnPlateRecognizer,
    PlateByFormRecognizer,
    PlateInContextRecognizer,
)

Believed = Callable[[Any, str], list[str]]


@pytest.mark.parametrize(
    ("rule", "text", "expected"),
    [
        (CnPlateRecognizer, "车牌苏E·2Q7M8", "苏E·2Q7M8"),
        (CnPlateRecognizer, "京A12345", "京A12345"),
        (CnPlateRecognizer, "粤B·D12345", "粤B·D12345"),
        (CnPlateRecognizer, "沪AD00001", "沪AD00001"),
        (CnPlateRecognizer, "使014578", "使014578"),
        (PlateByFormRecognizer, "А417КМ 102", "А417КМ 102"),
        (PlateByFormRecognizer, "12가 3456", "12가 3456"),
        (PlateByFormRecognizer, "品川 300 あ 12-34", "品川 300 あ 12-34"),
        (PlateInContextRecognizer, "number plate AB12 CDE", "AB12 CDE"),
        (PlateInContextRecognizer, "Kennzeichen B-MW 1234", "B-MW 1234"),
        (PlateInContextRecognizer, "vehicle KA 01 AB 1234", "KA 01 AB 1234"),
        (PlateInContextRecognizer, "license plate 7ABC123", "7ABC123"),
        (PlateInContextRecognizer, "placa ABC1D23", "ABC1D23"),
        (PlateInContextRecognizer, "immatriculation AB-123-CD", "AB-123-CD"),
    ],
)
def test_found(believed: Believed, rule: Any, text: str, expected: str) -> None:
    assert believed(rule, text) == [expected]


@pytest.mark.parametrize(
    ("rule", "text"),
    [
        (CnPlateRecognizer, "川A级景区"),
        (CnPlateRecognizer, "京沪高速G2"),
        (CnPlateRecognizer, "沪A股600519"),
        (CnPlateRecognizer, "粤B2"),
        (CnPlateRecognizer, "浙江A100"),
        (PlateByFormRecognizer, "12개 3456"),
        (PlateByFormRecognizer, "дом А417"),
        (PlateByFormRecognizer, "300円"),
        (PlateInContextRecognizer, "model AB12 CDE"),
        (PlateInContextRecognizer, "ISO 9001"),
        (PlateInContextRecognizer, "plate tectonics"),
    ],
)
def test_look_alikes_and_wrong_check_digits_are_left_alone(believed: Believed, rule: Any, text: str) -> None:
    assert believed(rule, text) == []
