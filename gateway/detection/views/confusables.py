"""Turns letters that look like Latin ones, in words that mix scripts, into those they look like.

The pairs follow Unicode's security mechanisms (UTS #39, confusables): single letters of Cyrillic,
Greek, Armenian, Cherokee and Lisu, Latin letters of phonetic alphabets, and letters written for
digits. A word wholly in another script is a word of that script and stays, unless it is an address
or key. Combining marks that only decorate go away.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from gateway.detection.views.view import Edit

STEP = "look-alike letters"
MARKS = "combining marks"
_PAIRS = """
аa ӑa еe ёe оo рp сc уy хx һh іi їi јj ӏl ԁd ԛq ѕs ѵv ԝw кk мm тt нh вb пn гr ԍg ғf ьb зз АA ВB ЕE КK МM НH ОO РP СC
ТT УY ХX ІI ЈJ ЅS ЗЗ ҮY ҺH ӀI ԌG ԚQ ԜW ѴV ԀD ЬB
αa βb γy εe ηn ιi κk νv οo ρp τt υu χx ωw ςc σo ΑA ΒB ΕE ΖZ ΗH ΙI ΚK ΜM ΝN ΟO ΡP ΤT ΥY ΧX ϜF ϳj ϨS
աw զq էt հh յj նu ոn ռn սu օo ցg քp ւi ԱU ԼL ՍU ՏS ՕO ՅJ ՀZ
ᎪA ᏴB ᏟC ᎠD ᎬE ᏀG ᎻH ᎥI ᎫJ ᏦK ᏞL ᎷM ᏢP ᏒR ᏚS ᎢT ᏙV ᎳW ᎩY ᏃZ ᏎZ ᎡR ᏳG
ꓮA ꓐB ꓚC ꓓD ꓰE ꓝF ꓖG ꓧH ꓲI ꓙJ ꓗK ꓡL ꓟM ꓠN ꓳO ꓑP ꓣR ꓢS ꓔT ꓴU ꓦV ꓪW ꓫX ꓬY ꓜZ
ɑa ɡg ıi ɩi ɪi ʙb ɢg ʜh ʟl ɴn ʀr ʏy ᴀa ᴄc ᴅd ᴇe ᴊj ᴋk ᴍm ᴏo ᴘp ᴛt ᴜu ᴠv ᴡw ᴢz ꜰf ꜱs ꞯq ƅb ɭl ʋv ɾr ɯw ʍm ɵo ɗd ƙk ƴy ȥz
"""
_LETTERS = {pair[0]: pair[1] for pair in _PAIRS.split() if pair[0] != pair[1]}
# Letters in filled circles and squares have no compatibility form.
_LETTERS |= {chr(start + place): chr(65 + place) for start in (0x1F150, 0x1F170) for place in range(26)}
_LATIN = {character for character in _LETTERS if "\u0180" <= character <= "\u02af" or "\u1d00" <= character <= "\u1dbf"}
_LATIN |= {character for character in _LETTERS if character in "ꜰꜱꞯ" or ord(character) >= 0x1F150}
_FOREIGN = "\u0370-\u03ff\u0400-\u052f\u0531-\u0587\u13a0-\u13ff\ua4d0-\ua4ff"
_WORD = re.compile(
    rf"[A-Za-z{_FOREIGN}\u0180-\u02af\u1d00-\u1dbf\ua730\ua731\ua7af\U0001f150-\U0001f189\u00c0-\u017f]+"
)
_TOKEN = re.compile(r"\S+")
_MARK = re.compile("[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20f0\ufe20-\ufe2f]+")
_DECORATED = f"[{''.join(sorted(_LATIN))}]"
_FOREIGN_PAIRS = f"[{''.join(sorted(set(_LETTERS) - _LATIN))}]"
# The blocks that they are in: a quick look before the exact one.
_ANY = re.compile(
    "[\u0180-\u02af\u0300-\u058f\u13a0-\u13ff\u1ab0-\u1dff\u20d0-\u20ff\ua4d0-\ua7ff\ufe20-\ufe2f\U0001f150-\U0001f189ı]"
)
_MIXED = re.compile(f"[A-Za-z]{_FOREIGN_PAIRS}|{_FOREIGN_PAIRS}[A-Za-z]|{_DECORATED}|{_MARK.pattern}")
# An address, or a key as long as services give out.
_ADDRESS = re.compile(r"[^\s@]+@[^\s@]+\.[^\s@]+|\w+://\S+|(?=\S*\d)\S{16,}")
_LONG = re.compile(rf"(?:{_FOREIGN_PAIRS}|[0-9_-]){{16}}")
# Letters for digits, in what is otherwise a number.
_AS_DIGIT = str.maketrans("OoОоΟοIlІӀ", "0000001111")
_LIKE_DIGIT = "[0-9OoОоΟοIlІӀ]"
_NUMBER = re.compile(rf"(?<![A-Za-z0-9_.]){_LIKE_DIGIT}+(?:[ -]{_LIKE_DIGIT}+)*(?![A-Za-z0-9_])")
_LEAST_DIGITS = 4
_MISWRITTEN = (re.compile("[0-9][OoОоΟοIlІӀ]"), re.compile("[OoОоΟοIlІӀ][0-9]"))


def could_hold(text: str, digits: int) -> bool:
    """Whether there may be such a letter or mark where it stands for another. `digits`: how many there are."""
    if digits >= _LEAST_DIGITS and any(pattern.search(text) for pattern in _MISWRITTEN):
        return True
    if text.isascii() or _ANY.search(text) is None:
        return False
    return _MIXED.search(text) is not None or _LONG.search(text) is not None or "@" in text or "://" in text


def resolve(text: str) -> Iterator[Edit]:
    """Edits that put the plain letters and digits, in order."""
    end = 0
    for edit in sorted({*_letters(text), *_marks(text), *_digits(text)}):
        if edit[0] >= end:  # A letter inside a number is the number's.
            yield edit
            end = edit[1]


def _letters(text: str) -> Iterator[Edit]:
    if text.isascii():
        return
    for word in _WORD.finditer(text):
        if not word.group().isascii() and _is_disguised(word.group()):
            yield from _each(text, word.start(), word.end())
    for token in _TOKEN.finditer(text):
        letters = token.group()
        if not letters.isascii() and _ADDRESS.fullmatch(letters) and _all_known(letters):
            yield from _each(text, token.start(), token.end())


def _is_disguised(word: str) -> bool:
    """Whether a word mixes scripts, all of whose other letters look like Latin ones, or is decorated."""
    mixed = any(map(str.isascii, word)) and any(map(_is_foreign, word))
    return (mixed or any(letter in _LATIN for letter in word)) and _all_known(word)


def _all_known(word: str) -> bool:
    return all(letter in _LETTERS for letter in word if _is_foreign(letter))


def _is_foreign(letter: str) -> bool:
    return "\u0370" <= letter <= "\u0587" or "\u13a0" <= letter <= "\u13ff" or "\ua4d0" <= letter <= "\ua4ff"


def _each(text: str, start: int, end: int) -> Iterator[Edit]:
    for place in range(start, end):
        if text[place] in _LETTERS:
            yield Edit(place, place + 1, _LETTERS[text[place]], STEP, aligned=True)


def _marks(text: str) -> Iterator[Edit]:
    if not text.isascii():
        for match in _MARK.finditer(text):
            yield Edit(match.start(), match.end(), "", MARKS)


def _digits(text: str) -> Iterator[Edit]:
    if not any(pattern.search(text) for pattern in _MISWRITTEN):
        return
    for match in _NUMBER.finditer(text):
        number = match.group()
        digits = sum("0" <= character <= "9" for character in number)
        written = len(number) - number.count(" ") - number.count("-")
        if written > digits >= max(written / 2, 2 if written == len(number) else 6):
            yield Edit(match.start(), match.end(), number.translate(_AS_DIGIT), STEP, aligned=True)
