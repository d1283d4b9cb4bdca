"""Recovery phrases of wallets: 12 to 24 plain words (BIP 39) beside a word that says what they are."""

from __future__ import annotations

import re
from typing import Any

from gateway.detection.presidio import RecognizerResult
from gateway.detection.recognizers.needs import Needs, needs
from gateway.detection.recognizers.rule import Rule

_NAMES = (
    r"(?:seed|recovery|backup|secret|mnemonic|wallet)[ _-]?(?:phrases?|words?|mnemonics?|seed)|mnemonics?|bip[- ]?39|"
    r"助记词|助記詞|恢复短语|恢复词|种子短语|种子词|ニーモニック|リカバリーフレーズ|시드 ?구문|복구 ?구문|"
    r"frase semilla|frase de recuperación|phrase de récupération|seed-phrase|фраза восстановления|сид[- ]?фраз[аы]"
)
_WORD = r"(?:\d{1,2}[.)]\s?)?[a-z]{3,8}"
_LENGTHS = frozenset((12, 15, 18, 21, 24))
# In running text every third or fourth word is one of these; of BIP 39's 2,048 words only a few are.
_GRAMMAR_TEXT = (
    "the and for are was were with that this from have has had not but you your our their they them "
    "his her its which who whom when where how why would could should shall will been being into "
    "onto upon than then these those does did can may might must also very such some any each every "
    "all both"
)
_GRAMMAR = frozenset(_GRAMMAR_TEXT.split())
_WORDS = re.compile(r"[a-z]{3,8}")


class RecoveryPhraseRecognizer(Rule):
    """The words after the name, commas and numbering allowed."""

    ENTITY = "RECOVERY_PHRASE"
    PATTERNS = (
        (
            "named words",
            rf"(?:{_NAMES})[^\n]{{0,40}}?(?:[:：=是为\n]|\bis\b|\bare\b|\bes\b|\best\b|は|은|는)\s{{0,4}}[\"'`\[“]{{0,2}}"
            rf"(?P<value>{_WORD}(?:[\"']?[\s,，、]{{1,4}}[\"']?{_WORD}){{11,23}})(?![A-Za-z])",
            0.9,
        ),
    )
    NEEDS: Needs = needs("seed", "recovery phrase", "backup phrase", "secret phrase", "mnemonic", "mnemonics", "bip39",
                         "bip 39", "wallet", "助记词", "助記詞", "恢复", "种子", "ニーモニック", "リカバリー", "시드",
                         "복구", "frase", "phrase", "фраза", "сид")  # fmt: skip
    LANGUAGES = ("en", "zh", "ja", "ko", "es", "fr", "ru")
    EXAMPLE = "my seed phrase: ribbon cannon velvet otter march salad tunnel brave ocean pencil guitar lemon"
    STANDARD = "BIP 39"

    def analyze(
        self, text: str, entities: list[str], nlp_artifacts: Any = None, regex_flags: int | None = None
    ) -> list[RecognizerResult]:
        """Presidio's interface; drops what reads as a sentence."""
        return [item for item in super().analyze(text, entities) if is_phrase(text[item.start : item.end])]


def is_phrase(words: str) -> bool:
    """Whether these are as many words as a phrase has, and no sentence."""
    found = _WORDS.findall(words.lower())
    return len(found) in _LENGTHS and sum(word in _GRAMMAR for word in found) <= 1
