"""Personal numbers of northern, eastern and south-eastern Europe."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from gateway.detection.recognizers.eastern_europe import (
    BalticNumberRecognizer,
    BgEgnRecognizer,
    CzBirthNumberRecognizer,
    DkCprRecognizer,
    EmsoRecognizer,
    GrAmkaRecognizer,
    HrOibRecognizer,
    NoBirthNumberRecognizer,
    RoCnpRecognizer,
)

Believed = Callable[[Any, str], list[str]]


@pytest.mark.parametrize(
    ("rule", "text", "expected"),
    [
        (CzBirthNumberRecognizer, "rodné číslo 710319/2745", "710319/2745"),
        (DkCprRecognizer, "CPR-nummer 211062-5629", "211062-5629"),
        (NoBirthNumberRecognizer, "fødselsnummer 151086 95088", "151086 95088"),
        (RoCnpRecognizer, "CNP 1630615123457", "1630615123457"),
        (BgEgnRecognizer, "ЕГН 7523169263", "7523169263"),
        (HrOibRecognizer, "OIB 33392005961", "33392005961"),
        (GrAmkaRecognizer, "ΑΜΚΑ 01013099997", "01013099997"),
        (BalticNumberRecognizer, "isikukood 36805280109", "36805280109"),
        (BalticNumberRecognizer, "asmens kodas 33309240064", "33309240064"),
        (EmsoRecognizer, "EMŠO 0101006500006", "0101006500006"),
    ],
)
def test_found(believed: Believed, rule: Any, text: str, expected: str) -> None:
    assert believed(rule, text) == [expected]


@pytest.mark.parametrize(
    ("rule", "text"),
    [
        (CzBirthNumberRecognizer, "rodné číslo 710319/2746"),
        (CzBirthNumberRecognizer, "710319/2745"),
        (DkCprRecognizer, "CPR-nummer 511062-5629"),
        (DkCprRecognizer, "ordre 211062-5629"),
        (NoBirthNumberRecognizer, "fødselsnummer 151086 95089"),
        (NoBirthNumberRecognizer, "15108695088"),
        (RoCnpRecognizer, "CNP 1630615123458"),
        (RoCnpRecognizer, "1630615123457"),
        (BgEgnRecognizer, "ЕГН 7523169264"),
        (BgEgnRecognizer, "7523169263"),
        (HrOibRecognizer, "OIB 33392005962"),
        (HrOibRecognizer, "33392005961"),
        (GrAmkaRecognizer, "ΑΜΚΑ 01013099998"),
        (GrAmkaRecognizer, "01013099997"),
        (BalticNumberRecognizer, "isikukood 36805280108"),
        (BalticNumberRecognizer, "36805280109"),
        (EmsoRecognizer, "EMŠO 0101006500007"),
        (EmsoRecognizer, "0101006500006"),
    ],
)
def test_look_alikes_and_wrong_check_digits_are_left_alone(believed: Believed, rule: Any, text: str) -> None:
    assert believed(rule, text) == []
