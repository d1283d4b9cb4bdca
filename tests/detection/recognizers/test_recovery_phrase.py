"""Recovery phrases of wallets."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from gateway.detection.recognizers.recovery_phrase import RecoveryPhraseRecognizer

Find = Callable[[Any, str], list[str]]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "seed phrase: ribbon cannon velvet otter march salad tunnel brave ocean pencil guitar lemon",
            "ribbon cannon velvet otter march salad tunnel brave ocean pencil guitar lemon",
        ),
        (
            "助记词：ribbon cannon velvet otter march salad tunnel brave ocean pencil guitar lemon",
            "ribbon cannon velvet otter march salad tunnel brave ocean pencil guitar lemon",
        ),
        (
            "Recovery phrase:\n1. ribbon 2. cannon 3. velvet 4. otter 5. march 6. salad 7. "
            "tunnel 8. brave 9. ocean 10. pencil 11. guitar 12. lemon",
            "1. ribbon 2. cannon 3. velvet 4. otter 5. march 6. salad 7. tunnel 8. brave 9. "
            "ocean 10. pencil 11. guitar 12. lemon",
        ),
        (
            "mnemonic = 'ribbon cannon velvet otter march salad tunnel brave ocean pencil guitar lemon'",
            "ribbon cannon velvet otter march salad tunnel brave ocean pencil guitar lemon",
        ),
    ],
)
def test_found(found: Find, text: str, expected: str) -> None:
    assert found(RecoveryPhraseRecognizer(), text) == [expected]


@pytest.mark.parametrize(
    "text",
    [
        "the seed phrase is a list of words that lets you restore the wallet when your phone is lost",
        "a recovery phrase: keep it safe and never share the words with anyone who asks for them online",
        "seed phrase has 12 words",
        "BIP39 mnemonic generator in python",
        "ribbon cannon velvet otter march salad tunnel brave ocean pencil guitar lemon",
        "seed phrase: ribbon cannon velvet otter march",
        "助记词是什么？怎么保存？",
    ],
)
def test_look_alikes_are_left_alone(found: Find, text: str) -> None:
    assert found(RecoveryPhraseRecognizer(), text) == []
