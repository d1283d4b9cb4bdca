"""Brazil: CPF, RG and CNPJ."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from gateway.detection.recognizers.br import BrCnpjRecognizer, BrCpfInContextRecognizer, BrCpfRecognizer

Believed = Callable[[Any, str], list[str]]


@pytest.mark.parametrize(
    ("rule", "text", "expected"),
    [
        (BrCpfRecognizer, "CPF 390.533.447-05", "390.533.447-05"),
        (BrCpfRecognizer, "390.533.447-05", "390.533.447-05"),
        (BrCpfInContextRecognizer, "meu CPF: 41863027580", "41863027580"),
        (BrCpfInContextRecognizer, "CPF 418.630.275-80", "418.630.275-80"),
        (BrCpfInContextRecognizer, "RG: 12.345.678-9", "12.345.678-9"),
        (BrCnpjRecognizer, "CNPJ 16.727.230/0001-97", "16.727.230/0001-97"),
    ],
)
def test_found(believed: Believed, rule: Any, text: str, expected: str) -> None:
    assert believed(rule, text) == [expected]


@pytest.mark.parametrize(
    ("rule", "text"),
    [
        (BrCpfRecognizer, "390.533.447-06"),
        (BrCpfRecognizer, "390.533.447.05"),
        (BrCpfInContextRecognizer, "CPF é obrigatório"),
        (BrCpfInContextRecognizer, "pedido 41863027580"),
        (BrCnpjRecognizer, "CNPJ 16.727.230/0001-98"),
        (BrCnpjRecognizer, "16/12/0001-97"),
    ],
)
def test_look_alikes_and_wrong_check_digits_are_left_alone(believed: Believed, rule: Any, text: str) -> None:
    assert believed(rule, text) == []
