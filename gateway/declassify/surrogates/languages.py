"""Which language a name written with spaces looks like: by its script, its letters, and whose lists have it.

Knows nothing of how a name is built.
"""

from __future__ import annotations

from collections.abc import Sequence

import regex

from gateway.declassify.surrogates import pinyin, titles
from gateway.declassify.surrogates.lists import LATIN, lists

_SCRIPTS = (
    (regex.compile("[іїєґІЇЄҐ]"), "uk_UA"),
    (regex.compile(r"\p{Cyrillic}"), "ru_RU"),
    (regex.compile("[پچژگکی]"), "fa_IR"),
    (regex.compile(r"\p{Arabic}"), "ar_AA"),
    (regex.compile(r"\p{Hebrew}"), "he_IL"),
    (regex.compile(r"\p{Devanagari}"), "hi_IN"),
    (regex.compile(r"\p{Greek}"), "el_GR"),
    (regex.compile(r"\p{Thai}"), "th_TH"),
    (regex.compile(r"\p{Georgian}"), "ka_GE"),
    (regex.compile(r"\p{Armenian}"), "hy_AM"),
    (regex.compile(r"\p{Bengali}"), "bn_BD"),
    (regex.compile(r"\p{Tamil}"), "ta_IN"),
    (regex.compile(r"\p{Gujarati}"), "gu_IN"),
    (regex.compile(r"\p{Oriya}"), "or_IN"),
    (regex.compile(r"\p{Sinhala}"), "si_LK"),
)
_LATIN_LETTER = regex.compile(r"\p{Latin}")
_MARKS = {
    "es_ES": "ñáéíóúü",
    "pt_BR": "ãõáéíóúâêôç",
    "de_DE": "ßüöä",
    "fr_FR": "éèêëàâîïôœçù",
    "it_IT": "àèéìòù",
    "pl_PL": "łąęśżźńćó",
    "cs_CZ": "řěůáéíóúýčšžňťď",
    "sv_SE": "åäöé",
    "da_DK": "æøå",
    "no_NO": "æøå",
    "fi_FI": "äö",
    "tr_TR": "ğşıöüç",
    "hu_HU": "őűáéíóúöü",
    "ro_RO": "ăâîșțşţ",
}
"""The letters that a language has beside those of English."""
_PARTICLES = {
    "van": "nl_NL",
    "von": "de_DE",
    "zu": "de_DE",
    "di": "it_IT",
    "della": "it_IT",
    "dos": "pt_BR",
    "da": "pt_BR",
    "bin": "id_ID",
    "bint": "id_ID",
    "ibn": "id_ID",
}
"""Particles that tell one; of Arabic names in Latin letters Indonesia's lists have most."""
_VIETNAMESE = frozenset(("nguyen", "nguyễn", "trần", "lê", "phạm", "hoàng", "huỳnh", "vũ", "đặng", "bùi", "đỗ", "ngô"))
_TOLD = 2
"""What a letter or particle counts: as much as a given name on a list."""
_EVERYWHERE = 2
"""A given name counts twice as much as a family name for whose list a name is on: family names travel more."""


def locale_of(names: Sequence[str]) -> str:
    """One of Faker's locales, or ``pinyin``, for the words of a name without titles and suffixes."""
    whole = " ".join(names)
    for pattern, locale in _SCRIPTS:
        if pattern.search(whole):
            return locale
    if _is_pinyin(names):
        return "pinyin"
    if len(names) > 1 and names[0].casefold() in _VIETNAMESE:
        return "vi_VN"
    marks = {letter for letter in whole.lower() if letter.isalpha() and not letter.isascii()}
    told = {locale for locale, letters in _MARKS.items() if marks and marks <= set(letters)}
    told |= {_PARTICLES[name.casefold()] for name in names if name.casefold() in _PARTICLES}
    told |= {"id_ID" for name in names if name.casefold().startswith(titles.ARTICLES)}
    best, score = "", 0
    for locale in LATIN:
        known = lists(locale)
        given = sum(_EVERYWHERE for name in names for piece in name.casefold().split("-")[:1] if piece in known.known)
        points = given + (len(names) > 1 and names[-1].casefold() in known.known_families)
        points = points or (len(names) == 1 and names[0].casefold() in known.known_families)
        points += _TOLD * (locale in told)
        if points > score:
            best, score = locale, points
    return best or "en_US"


def _is_pinyin(names: Sequence[str]) -> bool:
    """Whether family and given name are syllables of Chinese, in either order."""
    if len(names) == 1:
        folded = names[0].casefold()
        return bool(pinyin.joined(folded)) and not any(
            folded in lists(each).known or folded in lists(each).known_families for each in LATIN
        )
    if not 1 < len(names) < 4 or not any(map(pinyin.is_family, (names[0], names[-1]))):
        return False
    return all(pinyin.is_given(name.replace("-", "")) or pinyin.is_family(name) for name in names) and not (
        not pinyin.is_family(names[0]) and any(names[0].casefold() in lists(each).known for each in LATIN)
    )


def has_latin(name: str) -> bool:
    """Whether there is a letter of those with which most languages of `LATIN` are written."""
    return _LATIN_LETTER.search(name) is not None


def candidates(name: str) -> Sequence[str]:
    """The locales that may have `name`, by its script."""
    return next(((locale,) for pattern, locale in _SCRIPTS if pattern.search(name)), LATIN)
