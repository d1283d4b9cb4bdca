"""Values of which only the shape matters: each character becomes another one of its kind.

A digit becomes another digit, a letter another letter of its case and script, and everything else stays. Knows no
entity types but those whose check digit must not come out right.
"""

from __future__ import annotations

import functools
import random
import re
import string
import unicodedata

from stdnum import luhn

from gateway.declassify.surrogates import numerals
from gateway.declassify.surrogates.check_digits import passes
from gateway.detection.scripts import HAN

COMMON_HAN = (
    "柏晨池典帆芳福歌禾虹杰京茂梅乾善泰庭溪祥秀旭岩怡益育珍舟瑾峻蔓薇蕾莎黛珊晟昊翊翰弘忻憬懿捷敖昶楷沁泓渝澄熙博弗肯佩舍芝菱苓茜萱葵蔚"
    "蕊梧榕槐棠楠橙橡麟岱崇嵩潭澳浦渚淀堡邑埔坪"
)
"""Characters that names are made of, and of which no two make a word; the same in Chinese texts of both kinds."""
_ALPHABETS = {
    "LATIN": (string.ascii_lowercase, string.ascii_uppercase),
    "CYRILLIC": ("абвгдежзиклмнопрстуфхцчшэюя", "АБВГДЕЖЗИКЛМНОПРСТУФХЦЧШЭЮЯ"),
    "GREEK": ("αβγδεζηθικλμνξοπρστυφχψω", "ΑΒΓΔΕΖΗΘΙΚΛΜΝΞΟΠΡΣΤΥΦΧΨΩ"),
}
_UNCASED = {
    "HEBREW": "אבגדהוזחטילמנסעפצקרשת",
    "ARABIC": "ابتثجحدرزسشصطعغفقكلمنهوي",
    "DEVANAGARI": "कखगघचछजझटठडढतथदधनपफबभमयरलवशषसह",
    "HIRAGANA": "あいうえおかきくけこさしすせそたちつてとなにぬねのはひふへほまみむめもやゆよらりるれろわ",
    "KATAKANA": "アイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロワ",
    "HANGUL": "가나다라마바사아자차카파하강남동민서성영우원은정준지진한현호",
    "THAI": "กขคงจชดตถทนบปผพมยรลวสหอ",
}
_HAN = re.compile(f"[{HAN}々]")
_HAN_RUNS = re.compile(f"([{HAN}]+)")
_PREFIXES = re.compile(
    r"(?:sk-(?:proj-|ant-|live-|test-)?|[rps]k_(?:live|test)_|gh[pousr]_|github_pat_|glpat-|xox[abprs]-|AKIA|ASIA|AIza|"
    r"ya29\.|hf_|npm_|pypi-|SG\.|Bearer |Basic |bc1q?|0x)"
)
"""What secrets and wallets of a kind all begin with: it stays, so that a stand-in still looks like one."""
_STATES = re.compile(r"ATU|CHE|[A-Z]{2}(?=[ \dA-Z])")
"""What a number for value added tax begins with."""
_ARMOUR = re.compile(r"-----(?:BEGIN|END) [A-Z0-9 ]+-----")
_PLATES = "京津沪渝冀晋辽吉黑苏浙皖闽赣鲁豫鄂湘粤桂琼川贵云藏陕甘青宁新蒙"
"""What a Chinese licence plate begins with: its province."""
_TRIES = 20
_NEAR = 32
"""Letters of one script stand so near to each other in Unicode."""


def draw(entity: str, text: str, rng: random.Random) -> str:
    """A value of the shape of `text`.

    Args:
        entity: the type; one with a well-known check digit comes out with a wrong one.
        rng: where chance comes from.
    """
    lines = re.split(f"({_ARMOUR.pattern})", text)
    found = ""
    for _ in range(_TRIES):
        found = "".join(line if _ARMOUR.fullmatch(line) else _prefixed(entity, line, rng) for line in lines)
        if not passes(entity, numerals.plain(found)):
            break
    if entity == "LICENSE_PLATE" and text[:1] in _PLATES:
        return _one_of(_PLATES, text[:1], rng) + found[1:]
    return found


def spoilt(number: str) -> str:
    """`number` with another last digit if its Luhn sum is right."""
    digits = [character for character in number if character in string.digits]
    if len(digits) < 2 or not luhn.is_valid("".join(digits)):
        return number
    last = max(number.rindex(digit) for digit in set(digits))
    return number[:last] + str((int(number[last]) + 1) % 10) + number[last + 1 :]


def shaped(text: str, rng: random.Random) -> str:
    """Each letter and digit of `text` replaced; a number's first digit is 0 only if it was."""
    first = next((index for index, character in enumerate(text) if numerals.value(character) is not None), -1)
    if sum(character.isalnum() for character in text) == 1 and numerals.value(text[first]) == 0:
        first = -1  # Nothing else can become another one.
    return "".join(
        character if _is_unit(text, index) else _other(character, rng, leading=index == first)
        for index, character in enumerate(text)
    )


def _is_unit(text: str, index: int) -> bool:
    """Whether a character says only how much the digit beside it counts: 十 in 三十."""
    around = text[max(0, index - 1) : index] + text[index + 1 : index + 2]
    return text[index] in numerals.UNITS and any(numerals.value(character) is not None for character in around)


def digit(character: str, rng: random.Random, *, leading: bool = False) -> str:
    """Another digit of the same script.

    Args:
        leading: it is a number's first: not 0, and 0 stays.
    """
    value = numerals.value(character)
    if leading and value == 0:
        return character
    other = rng.choice([number for number in range(int(leading), 10) if number != value])
    return numerals.written(other, character)


def _prefixed(entity: str, text: str, rng: random.Random) -> str:
    if entity == "CN_MILITARY_ID" and any(map(str.isdigit, text)):
        return "".join(run if _HAN.match(run) else shaped(run, rng) for run in _HAN_RUNS.split(text))
    match = (_STATES if entity == "VAT_ID" else _PREFIXES).match(text)
    kept = match.end() if match and any(map(str.isalnum, text[match.end() :])) else 0
    return text[:kept] + shaped(text[kept:], rng)


def _other(character: str, rng: random.Random, *, leading: bool) -> str:
    if numerals.value(character) is not None:
        return digit(character, rng, leading=leading)
    if _HAN.match(character):
        return _one_of(COMMON_HAN, character, rng)
    if not character.isalpha():
        return character
    width = unicodedata.decomposition(character).startswith("<wide>")
    plain = unicodedata.normalize("NFKD", character)[0]
    script = _script(plain)
    if script in _ALPHABETS:
        found = _one_of(_ALPHABETS[script][character.isupper()], plain, rng)
        return numerals.widened(found) if width else found
    letters = _UNCASED.get(script) or _beside(character)
    return _one_of(letters, character, rng) if letters else character


def _script(character: str) -> str:
    return unicodedata.name(character, "?").split()[0]


@functools.cache
def _beside(character: str) -> str:
    """Letters of a script that is none of those above, of the same case; nothing for a mark among letters."""
    near = map(chr, range(max(0, ord(character) - _NEAR), ord(character) + _NEAR))
    kind = unicodedata.category(character)
    found = [other for other in near if (_script(other), unicodedata.category(other)) == (_script(character), kind)]
    return "".join(found) if len(found) > 1 and kind != "Lm" else ""


def _one_of(letters: str, but: str, rng: random.Random) -> str:
    chosen = rng.choice(letters)
    while chosen == but:
        chosen = rng.choice(letters)
    return chosen
