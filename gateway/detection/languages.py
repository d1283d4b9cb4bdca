"""Which languages a text is in: by its script where that says it, else by a small model that runs here (py3langid).

Short texts in an alphabet say too little and count as no language. Knows nothing of policies.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from gateway.detection.scripts import HAN

LATIN = (
    "af", "ca", "cs", "da", "de", "en", "es", "et", "fi", "fr", "hr", "hu", "id", "it", "lt", "lv", "nl", "no", "pl",
    "pt", "ro", "sk", "sl", "sq", "sv", "sw", "tl", "tr", "vi",
)  # fmt: skip
CYRILLIC = ("be", "bg", "kk", "mk", "ru", "sr", "uk")
_SCRIPTS = {
    "ar": "\u0600-\u06ff", "bn": "\u0980-\u09ff", "el": "\u0370-\u03ff", "he": "\u0590-\u05ff", "hi": "\u0900-\u097f",
    "hy": "\u0530-\u058f", "ja": "\u3040-\u30ff", "ka": "\u10a0-\u10ff", "ko": "\uac00-\ud7af", "ta": "\u0b80-\u0bff",
    "th": "\u0e00-\u0e7f",
}  # fmt: skip
KNOWN = frozenset({*LATIN, *CYRILLIC, *_SCRIPTS, "zh"})
"""ISO 639-1 codes of what can be told."""

_BY_SCRIPT = {language: re.compile(f"[{span}]") for language, span in _SCRIPTS.items()}
_HAN = re.compile(f"[{HAN}]")
_LATIN = re.compile(r"[A-Za-z\u00c0-\u024f\u1e00-\u1eff]+(?:['’-][A-Za-z\u00c0-\u024f]+)*")
_CYRILLIC = re.compile(r"[\u0400-\u04ff]+")
_WORDS = 3
_LOOKED_AT = 5_000  # characters; more does not change the model's mind


def languages(text: str) -> frozenset[str]:
    """The ISO 639-1 codes of the languages in `text`; none when it can't be told."""
    found = set()
    if not text.isascii():
        found = {language for language, script in _BY_SCRIPT.items() if script.search(text)}
    if "ja" not in found and _HAN.search(text):
        found.add("zh")
    for words, known in ((_LATIN.findall(text[:_LOOKED_AT]), LATIN), (_CYRILLIC.findall(text[:_LOOKED_AT]), CYRILLIC)):
        if len(words) >= _WORDS:
            found.add(_model(known).classify(" ".join(words))[0])
    return frozenset(found)


@cache
def _model(known: tuple[str, ...]) -> Any:
    # Imported only where a policy asks for languages: it takes a moment.
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    identifier = LanguageIdentifier.from_model_file(MODEL_FILE)
    identifier.set_languages(list(known))
    return identifier
