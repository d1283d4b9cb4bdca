"""Personal numbers of western Europe."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from gateway.detection.recognizers.western_europe import (
    AtSocialSecurityRecognizer,
    BeNationalNumberRecognizer,
    ChAhvRecognizer,
    FrNirInContextRecognizer,
    FrNirRecognizer,
    FrTaxNumberRecognizer,
    IePpsRecognizer,
    NlBsnRecognizer,
    PtCitizenCardRecognizer,
    PtNifRecognizer,
)

Believed = Callable[[Any, str], list[str]]


@pytest.mark.parametrize(
    ("rule", "text", "expected"),
    [
        (FrNirRecognizer, "mon numéro de sécu est le 2 95 10 99 126 111 93", "2 95 10 99 126 111 93"),
        (FrNirRecognizer, "295109912611193", "295109912611193"),
        (FrNirInContextRecognizer, "numéro de sécurité sociale : 1 79 03 75 056 382", "1 79 03 75 056 382"),
        (FrNirInContextRecognizer, "Mon numéro de sécu est le 1 79 03 75 056 382 91", "1 79 03 75 056 382 91"),
        (FrTaxNumberRecognizer, "numéro fiscal 07 01 987 765 493", "07 01 987 765 493"),
        (NlBsnRecognizer, "mijn BSN is 111222333", "111222333"),
        (NlBsnRecognizer, "burgerservicenummer 1112.22.333", "1112.22.333"),
        (BeNationalNumberRecognizer, "rijksregisternummer 85.07.30-033.28", "85.07.30-033.28"),
        (PtNifRecognizer, "o meu NIF é 501964843", "501964843"),
        (PtNifRecognizer, "contribuinte 501 964 843", "501 964 843"),
        (PtCitizenCardRecognizer, "cartão de cidadão 00000000 0 ZZ4", "00000000 0 ZZ4"),
        (AtSocialSecurityRecognizer, "SVNR 1237 010180", "1237 010180"),
        (ChAhvRecognizer, "AHV-Nummer 756.9217.0769.85", "756.9217.0769.85"),
        (ChAhvRecognizer, "7569217076985", "7569217076985"),
        (IePpsRecognizer, "PPS number 6433435F", "6433435F"),
    ],
)
def test_found(believed: Believed, rule: Any, text: str, expected: str) -> None:
    assert believed(rule, text) == [expected]


@pytest.mark.parametrize(
    ("rule", "text"),
    [
        (FrNirRecognizer, "2 95 10 99 126 111 94"),
        (FrNirRecognizer, "195109912611193"),
        (FrNirInContextRecognizer, "la sécurité sociale a été créée en 1945"),
        (FrNirInContextRecognizer, "1 79 03 75 056 382"),
        (FrTaxNumberRecognizer, "commande 07 01 987 765 493"),
        (NlBsnRecognizer, "mijn BSN is 111222334"),
        (NlBsnRecognizer, "order 111222333"),
        (BeNationalNumberRecognizer, "rijksregisternummer 85.07.30-033.29"),
        (BeNationalNumberRecognizer, "85.07.30-033.28"),
        (PtNifRecognizer, "o meu NIF é 501964844"),
        (PtNifRecognizer, "pedido 501964843"),
        (PtCitizenCardRecognizer, "cartão de cidadão 00000000 0 ZZ5"),
        (AtSocialSecurityRecognizer, "SVNR 2237 010180"),
        (AtSocialSecurityRecognizer, "Bestellung 1237 010180"),
        (ChAhvRecognizer, "756.9217.0769.84"),
        (ChAhvRecognizer, "1756921707698500"),
        (IePpsRecognizer, "PPS number 6433435E"),
        (IePpsRecognizer, "6433435F"),
    ],
)
def test_look_alikes_and_wrong_check_digits_are_left_alone(believed: Believed, rule: Any, text: str) -> None:
    assert believed(rule, text) == []
