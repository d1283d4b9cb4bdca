"""Values that stand for a secret are told from secrets."""

from __future__ import annotations

import pytest

from gateway.detection.recognizers.placeholder import entropy, is_placeholder


@pytest.mark.parametrize(
    "value",
    [
        "YOUR_API_KEY",
        "xxxxxxxx",
        "sk-XXXXXXXX",
        "${TOKEN}",
        "{{ token }}",
        "<token>",
        "$TOKEN",
        "changeme",
        "example-key",
        "AKIAIOSFODNN7EXAMPLE",
        "********",
        "abc...",
        "1234567890",
        "0000000000",
        "deadbeefdeadbeefdeadbeefdeadbeef",
    ],
)
def test_placeholders(value: str) -> None:
    assert is_placeholder(value)


@pytest.mark.parametrize("value", ["q7Zt3Vx9Kp2Lm8Rb", "hunter2", "5cb4a5f04cd412fe946667b17f0129ba", "K9x.tmpQ"])
def test_secrets(value: str) -> None:
    assert not is_placeholder(value)


@pytest.mark.parametrize(("value", "bits"), [("", 0.0), ("aaaa", 0.0), ("abab", 1.0), ("abcd", 2.0)])
def test_entropy_is_bits_a_character(value: str, bits: float) -> None:
    assert entropy(value) == pytest.approx(bits)
