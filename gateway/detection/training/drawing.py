"""What all made-up values have in common: chance, Faker, patterns of digits. Knows no slot."""

from __future__ import annotations

import random
import string
from collections.abc import Callable

from faker import Faker

LOCALES = {"en": ("en_US", "en_US", "en_GB", "en_AU", "en_CA", "en_IN"), "es": ("es_ES", "es_MX"), "fr": ("fr_FR",), "de": ("de_DE", "de_AT"),
            "ja": ("ja_JP",), "ko": ("ko_KR",), "pt": ("pt_BR", "pt_PT"), "ru": ("ru_RU",), "zh": ("zh_CN",)}  # fmt: skip


class Drawing:
    """Draws a value for a slot; the modules beside this one add the slots.

    Args:
        rng: what decides.
    """

    def __init__(self, rng: random.Random) -> None:
        self._rng = rng
        self._pools: dict[tuple[str, str], list[str]] = {}
        self._fakers: dict[str, Faker] = {}

    def value(self, slot: str, language: str) -> str:
        """A value for `slot` (a name from the list of slots) as a text in `language` would hold it.

        Raises:
            KeyError: there is no such slot.
        """
        draw: Callable[[str], str] | None = getattr(self, f"_{slot}", None)
        if draw is None:
            raise KeyError(slot)
        return draw(language)

    def _pool(self, kind: str, language: str, count: int = 2_000) -> str:
        """A value of Faker's; each kind is drawn `count` times and then reused."""
        locale = self._rng.choice(LOCALES.get(language, ("en_US",)))
        key = (kind, locale)
        if key not in self._pools:
            if locale not in self._fakers:
                self._fakers[locale] = Faker(locale, use_weighting=False)
                self._fakers[locale].seed_instance(self._rng.random())
            self._pools[key] = [str(getattr(self._fakers[locale], kind)()) for _ in range(count)]
        return self._rng.choice(self._pools[key])

    def _chars(self, count: int, alphabet: str = string.ascii_letters + string.digits) -> str:
        return "".join(self._rng.choices(alphabet, k=count))

    def digits(self, pattern: str) -> str:
        """`pattern` with each # a digit, each @ a capital letter."""
        rng = self._rng
        return "".join(
            rng.choice(string.digits) if c == "#" else rng.choice(string.ascii_uppercase) if c == "@" else c
            for c in pattern
        )

    def _one(self, language: str, han: list[str], other: list[str]) -> str:
        return self._rng.choice(han if language == "zh" else other)
