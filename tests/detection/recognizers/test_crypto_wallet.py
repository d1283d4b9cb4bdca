"""Addresses of cryptocurrencies."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from gateway.detection.recognizers.crypto_wallet import CryptoWalletInContextRecognizer, CryptoWalletRecognizer

Believed = Callable[[Any, str], list[str]]


@pytest.mark.parametrize(
    ("rule", "text", "expected"),
    [
        (
            CryptoWalletRecognizer,
            "send USDT to TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t",
            "TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t",
        ),
        (
            CryptoWalletInContextRecognizer,
            "my eth wallet is 0x8ba1f109551bD432803012645Ac136ddd64DBA72",
            "0x8ba1f109551bD432803012645Ac136ddd64DBA72",
        ),
        (
            CryptoWalletInContextRecognizer,
            "钱包地址：0x8ba1f109551bd432803012645ac136ddd64dba72",
            "0x8ba1f109551bd432803012645ac136ddd64dba72",
        ),
    ],
)
def test_found(believed: Believed, rule: Any, text: str, expected: str) -> None:
    assert believed(rule, text) == [expected]


@pytest.mark.parametrize(
    ("rule", "text"),
    [
        (CryptoWalletRecognizer, "TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6u"),
        (CryptoWalletRecognizer, "LaTeXLaTeXLaTeXLaTeXLaTeXLaTeXLaTe"),
        (CryptoWalletInContextRecognizer, "the function selector 0x8ba1f109551bD432803012645Ac136ddd64DBA72"),
        (CryptoWalletInContextRecognizer, "wallet 0x0000000000000000000000000000000000000000"),
        (CryptoWalletInContextRecognizer, "sha1 8ba1f109551bd432803012645ac136ddd64dba72"),
    ],
)
def test_look_alikes_and_wrong_check_digits_are_left_alone(believed: Believed, rule: Any, text: str) -> None:
    assert believed(rule, text) == []
