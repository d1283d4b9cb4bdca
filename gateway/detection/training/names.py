"""Made-up names of people, by language of the text around them.

Names come from Faker's locales and, for Chinese, from surnames and characters of given names, so that
they are more varied than any list. Knows nothing of frames.
"""

from __future__ import annotations

import random
import unicodedata
from dataclasses import dataclass

from faker import Faker

from gateway.detection.han_names import SURNAMES
from gateway.detection.training.words import WORDS

_LOCALES = {
    "en": (
        *("en_US",) * 8, *("en_GB",) * 4, "en_IN", "en_IN", "en_AU", "en_CA", "en_NZ", "en_IE", "es_ES", "es_MX", "de_DE", "fr_FR",
        "it_IT", "nl_NL", "pl_PL", "cs_CZ", "sv_SE", "no_NO", "da_DK", "fi_FI", "hu_HU", "ro_RO", "hr_HR", "pt_BR", "tr_TR",
        "id_ID", "sk_SK", "sl_SI", "lv_LV", "lt_LT", "et_EE", "vi_VN", "fil_PH",
    ),
    "es": ("es_ES", "es_MX", "es_AR", "es_CO"), "fr": ("fr_FR", "fr_CA", "fr_BE"), "de": ("de_DE", "de_AT", "de_CH"),
    "ja": ("ja_JP",), "ko": ("ko_KR",), "pt": ("pt_BR", "pt_PT"), "ru": ("ru_RU",),
}  # fmt: skip


_RARE = tuple(sorted(SURNAMES))
_NO_NAME = set(
    "的了是在不我有和就人都而及与着或么没你他她它这那哪谁什很也还吗呢吧啊哦被把让向从对为以所其并但如若则因于之乎者"
)
_COMMON = tuple(
    char
    for row in range(0xB0, 0xD8)
    for column in range(0xA1, 0xFF)
    if (char := bytes((row, column)).decode("gb2312", "ignore")) and char not in _NO_NAME
)
"""The 3,755 most frequent characters (GB 2312, level 1), without particles and pronouns."""
_SYLLABLES = [
    "ka",
    "ro",
    "mi",
    "te",
    "zu",
    "lo",
    "fi",
    "ne",
    "sha",
    "dra",
    "vo",
    "xi",
    "ly",
    "ra",
    "ze",
    "po",
    "ki",
    "mo",
    "ju",
    "an",
    "or",
    "ix",
    "er",
    "on",
    "in",
    "us",
]


@dataclass(frozen=True, slots=True)
class Name:
    """A made-up person's name; `given` and `family` as they stand in `full`."""

    full: str
    given: str
    family: str
    titled: str


def _pinyin_of(text: str) -> str:
    from pypinyin import lazy_pinyin

    return "".join(lazy_pinyin(text))


class Names:
    """Draws names.

    Args:
        rng: what decides.
    """

    def __init__(self, rng: random.Random) -> None:
        self._rng = rng
        self._pools: dict[str, list[tuple[str, str]]] = {}

    def _pool(self, locale: str) -> list[tuple[str, str]]:
        """(given, family) pairs of a locale, drawn once."""
        if locale not in self._pools:
            faker = Faker(locale, use_weighting=False)
            faker.seed_instance(self._rng.random())
            self._pools[locale] = [(faker.first_name(), faker.last_name()) for _ in range(3_000)]
        return self._pools[locale]

    def draw(self, language: str) -> Name:
        """A name as a text in `language` would hold it, now and then a foreign one."""
        rng = self._rng
        if language == "zh" and rng.random() < 0.9:
            return self._chinese()
        if language == "zh" or (language != "en" and rng.random() < 0.1):
            language = "en"
        if language == "en" and rng.random() < 0.25:
            given, family = rng.choice(WORDS.more_first), rng.choice(WORDS.more_last)
        else:
            pool = self._pool(rng.choice(_LOCALES[language]))
            given, family = rng.choice(pool)[0], rng.choice(pool)[1]
        if language == "en" and rng.random() < 0.7:
            given, family = _plain(given), _plain(family)
        return self._joined(language, given, family)

    def _joined(self, language: str, given: str, family: str) -> Name:
        rng = self._rng
        if language in ("ja", "ko"):
            full = f"{family}{rng.choice(('', '', ' '))}{given}"
            titled = f"{family}{'さん' if language == 'ja' else '씨'}"
            return Name(full, given, family, titled)
        form = rng.random()
        if form < 0.8:
            full = f"{given} {family}"
        elif form < 0.88:
            full = f"{given} {chr(rng.randrange(65, 91))}. {family}"
        elif form < 0.94:
            full = f"{given[0]}. {family}"
        else:
            full = f"{family}, {given}"
        title = rng.choice(WORDS.titles.get(language, WORDS.latin_titles))
        return Name(full, given, family, f"{title} {family if rng.random() < 0.8 else full}")

    def _chinese(self) -> Name:
        rng = self._rng
        family = rng.choice(WORDS.han_double) if rng.random() < 0.03 else self._surname()
        count = 1 if rng.random() < 0.25 else 2
        given = "".join(rng.choice(WORDS.han_given if rng.random() < 0.75 else _COMMON) for _ in range(count))
        shown = given if count == 2 or rng.random() < 0.5 else rng.choice("小阿老") + given
        title = rng.choice(WORDS.han_titles)
        return Name(
            family + given, shown, family, f"{family}{title}" if rng.random() < 0.75 else f"{family}{given}{title}"
        )

    def _surname(self) -> str:
        if self._rng.random() < 0.12:
            return self._rng.choice(_RARE)
        index = min(int(self._rng.expovariate(1 / 45)), len(WORDS.han_surnames) - 1)  # frequent ones come first
        return WORDS.han_surnames[index]

    def transliterated(self) -> str:
        """A foreign name in Chinese characters."""
        rng = self._rng

        def part(longest: int) -> str:
            return "".join(rng.choice(WORDS.sounds) for _ in range(rng.randint(2, longest)))

        return part(6) if rng.random() < 0.6 else f"{part(4)}·{part(5)}"

    def pen_name(self) -> str:
        """What writers, hosts and players call themselves in Chinese texts: characters without a family name, or letters."""
        rng = self._rng
        if rng.random() < 0.5:
            return "".join(rng.choice(_COMMON) for _ in range(rng.choice((2, 2, 2, 3, 3, 4))))
        name = "".join(rng.choice(_SYLLABLES) for _ in range(rng.choice((1, 2, 2, 3))))
        name = rng.choice((name, name.title(), name.upper()))
        return name + rng.choice(("", "", "", str(rng.randrange(1000)), "000", "."))

    def pinyin(self, name: Name) -> str:
        """A Chinese name in Latin letters, in one of the ways in which people write it."""
        rng = self._rng
        family, given = _pinyin_of(name.family), _pinyin_of(name.given)
        forms = (
            f"{family.title()} {given.title()}", f"{given.title()} {family.title()}", f"{family} {given}",
            f"{family.upper()} {given.title()}", f"{family}{given}", f"{family.title()}{given.title()}",
        )  # fmt: skip
        return rng.choice(forms)

    def nick(self, name: Name, language: str) -> str:
        """A nickname."""
        rng = self._rng
        if language == "zh" and len(name.full) <= 4:
            last = name.full[-1]
            return rng.choice(
                (
                    f"小{name.family}",
                    f"老{name.family}",
                    f"阿{last}",
                    last * 2,
                    f"{name.family}哥",
                    f"{name.family}姐",
                    f"{last}{last}",
                    f"{last}儿",
                )
            )
        short = name.given[: rng.choice((3, 4))]
        return rng.choice((short, short + "y", short + "ie", name.given, name.given + "y"))


def _plain(text: str) -> str:
    """Without accents, as most people type."""
    return "".join(c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c))
