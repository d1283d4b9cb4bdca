"""Streets with a house number, in the orders of several countries."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from gateway.detection.recognizers.street_address import GermanicStreetRecognizer, StreetAddressRecognizer

Believed = Callable[[Any, str], list[str]]


@pytest.mark.parametrize(
    ("rule", "text", "expected"),
    [
        (StreetAddressRecognizer, "vive en la calle Pintor Sorolla 14, Alcoi", "calle Pintor Sorolla 14"),
        (StreetAddressRecognizer, "moradora da Rua das Acácias, 212, Londrina", "Rua das Acácias, 212"),
        (StreetAddressRecognizer, "12 rue de la Paix, 75002 Paris", "12 rue de la Paix"),
        (StreetAddressRecognizer, "abito in via Roma 12", "via Roma 12"),
        (StreetAddressRecognizer, "ul. Marszałkowska 12/4", "ul. Marszałkowska 12/4"),
        (StreetAddressRecognizer, "45 Elm Street, Apt 4B", "45 Elm Street, Apt 4B"),
        (StreetAddressRecognizer, "1200 N. Lake Shore Drive", "1200 N. Lake Shore Drive"),
        (GermanicStreetRecognizer, "Am Rosengarten 3, 06406 Bernburg", "Am Rosengarten 3, 06406 Bernburg"),
        (GermanicStreetRecognizer, "Hauptstraße 17a", "Hauptstraße 17a"),
        (GermanicStreetRecognizer, "Weiherring 12", "Weiherring 12"),
        (GermanicStreetRecognizer, "Prinsengracht 263", "Prinsengracht 263"),
        (GermanicStreetRecognizer, "bor på Storgatan 12", "Storgatan 12"),
    ],
)
def test_found(believed: Believed, rule: Any, text: str, expected: str) -> None:
    assert believed(rule, text) == [expected]


@pytest.mark.parametrize(
    ("rule", "text"),
    [
        (StreetAddressRecognizer, "221B Baker Street"),
        (StreetAddressRecognizer, "10 Downing Street"),
        (StreetAddressRecognizer, "send it via Email 3 times"),
        (StreetAddressRecognizer, "in 2019 Wall Street fell"),
        (StreetAddressRecognizer, "Chapter 3 Street Fighter"),
        (StreetAddressRecognizer, "Route 66"),
        (StreetAddressRecognizer, "la calle estaba vacía"),
        (StreetAddressRecognizer, "12 rue piétonne"),
        (GermanicStreetRecognizer, "Platz 1 belegt das Team"),
        (GermanicStreetRecognizer, "Hauptstraße im Regen"),
        (GermanicStreetRecognizer, "Am Montag 3 Termine"),
        (GermanicStreetRecognizer, "During 2021 prices rose"),
        (GermanicStreetRecognizer, "Engineering 101"),
    ],
)
def test_look_alikes_and_wrong_check_digits_are_left_alone(believed: Believed, rule: Any, text: str) -> None:
    assert believed(rule, text) == []
