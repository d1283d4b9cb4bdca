"""What gives a value away where it stands in another form: a name in small letters or with an ending, part of a
number, a mailbox's name used elsewhere. What is known of a kind of value is in `told_names`, `told_numbers`,
`told_streets`, `told_values` and `told_words`.

In doubt something is a trace: whoever asks keeps the prompt here. Knows nothing of requests.
"""

from __future__ import annotations

import codecs
import functools
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from gateway.declassify.known_words import TITLES
from gateway.declassify.readings import TooMuch, plain, readings
from gateway.declassify.replaced import Replaced
from gateway.declassify.told_names import Names
from gateway.declassify.told_numbers import Numbers
from gateway.declassify.told_streets import Streets
from gateway.declassify.told_values import Values
from gateway.declassify.told_words import Words
from gateway.detection.han_names import DOUBLE_SURNAMES
from gateway.detection.scripts import HAN, has_han

_TELLING = 7
"""So many letters or digits do not stand one behind the other by chance; of Chinese characters three."""
_TELLING_HAN = 3
_HANDLE_LENGTH, _HANDLE_WORD, _NAMED_WORD = 4, 5, 6
"""Letters of a mailbox's name that tells it, of a word of one, and of a word of an address or an organisation."""
_WORD = re.compile(r"[^\W\d_]+")
_LETTERS_APART = re.compile(r"[^\w]{1,3}[^\W_](?:[^\w]{1,3}[^\W_]){2,}(?![^\W_])")
"""Letters that are written apart (B-e-c-k-e-r), but for the first: a search for signs is quicker."""
_NO_LETTER = re.compile(r"[\W_]+")
_GLUE = re.compile(r"\\+[abfnrtv](?=[^\W_])|[\u00ad\u200b-\u200f\u2060-\u2064\ufeff]")
"""What joins a word to the one before it where there is a gap: escaped line ends, characters that are not seen."""
_CHINESE_NAME = re.compile(f"[{HAN}]{{2,4}}")
_UNITS = "万千百毛段周高元分角石米尺丁张章页包卷户台部期项层路班季时钱席单双匹支平方长宽厚深边温余关盘束幅牛金楼车"
"""Chinese family names that also count or measure."""
_SPACE = "[ \u00a0\u3000]"
_NUMERALS = "〇零一二三四五六七八九十百千万亿两几半"
_PEOPLE = frozenset({"PERSON", "PUBLIC_FIGURE"})
_HANDLES = frozenset({"EMAIL_ADDRESS", "SOCIAL_ACCOUNT"})
_NAMED = frozenset({"STREET_ADDRESS", "ORGANIZATION"})


@dataclass(slots=True)
class Traces:
    """The traces of some values, to be looked for in texts."""

    values: Values = field(default_factory=Values, repr=False)
    squeezed: set[str] = field(default_factory=set, repr=False)
    words: Words = field(default_factory=Words, repr=False)
    families: set[str] = field(default_factory=set, repr=False)
    names: Names = field(default_factory=Names, repr=False)
    numbers: Numbers = field(default_factory=Numbers, repr=False)
    streets: Streets = field(default_factory=Streets, repr=False)

    @classmethod
    def of(cls, pairs: Iterable[Replaced]) -> Traces:
        """The traces of what was replaced. What a stand-in has in common with its original is none."""
        traces = cls()
        for pair in pairs:
            traces._take(pair)
        return traces

    def _take(self, pair: Replaced) -> None:
        if not pair.original.strip():
            return
        folded, surrogate = _fold(pair.original), _fold(pair.surrogate)
        one_word = pair.entity in _PEOPLE and bool(_WORD.fullmatch(folded)) and not has_han(folded)
        self.values.take(pair.original, one_word=one_word)
        if one_word and len(folded) >= _NAMED_WORD:
            self.words.pieces.add(folded)
        if pair.entity in _PEOPLE and _CHINESE_NAME.fullmatch(pair.original):
            family = pair.original[: 2 if pair.original[:2] in DOUBLE_SURNAMES else 1]
            if not pair.surrogate.startswith(family):
                self.families.add(family)
        short = _NO_LETTER.sub("", folded)
        if len(short) >= (_TELLING_HAN if has_han(short) else _TELLING):
            self.squeezed |= {short, short[::-1], _rotated(short)}
        self.numbers.take(folded, surrogate)
        kept = set(_WORD.findall(surrogate))
        if pair.entity in _PEOPLE:
            self.names.take(pair.original, pair.surrogate)
            self.words.take_name(word for word in _WORD.findall(folded) if word not in kept | TITLES)
        elif pair.entity in _HANDLES:
            handle = folded.lstrip("@").partition("@")[0]
            if len(handle) >= _HANDLE_LENGTH:
                self.words.take_handle(handle)
            self.words.take(word for word in _WORD.findall(handle) if word not in kept and len(word) >= _HANDLE_WORD)
        elif pair.entity in _NAMED:
            self.words.take(word for word in _WORD.findall(folded) if word not in kept and len(word) >= _NAMED_WORD)
        if pair.entity == "STREET_ADDRESS":
            self.streets.take(folded, surrogate)

    def are_whole_in(self, text: str) -> bool:
        """Whether an original stands in `text`: as it was written, or as a word in another case."""
        return self.values.stand_in(text)

    def stand_in(self, text: str) -> bool:
        """Whether one of them stands in `text`, as it is or in an encoding."""
        try:
            return any(self._stand_in(way) for reading in readings(text) for way in _ways(reading))
        except TooMuch:
            return True

    def stand_over(self, texts: Sequence[str]) -> bool:
        """Whether a number is told in pieces that stand in several of `texts`."""
        return len(texts) > 1 and self.numbers.in_pieces(map(_fold, texts))

    def _stand_in(self, text: str) -> bool:
        """Whether one of them stands in `text` as it is."""
        cased = plain(text)
        folded = cased.casefold()
        bare = _NO_LETTER.sub("", folded)
        apart = "".join(folded[max(0, run.start() - 1) : run.end()] for run in _LETTERS_APART.finditer(folded))
        apart = _NO_LETTER.sub("", apart)
        return (
            self.values.stand_in(text)
            or self.words.stand_in(cased, folded, apart)
            or any(short in bare for short in self.squeezed)
            or any(family in text and _family_alone(family).search(text) for family in self.families)
            or self.numbers.stand_in(folded)
            or self.streets.stand_in(folded, bare)
            or self.names.stand_in(cased, folded)
        )


@functools.lru_cache(maxsize=256)
def _family_alone(family: str) -> re.Pattern[str]:
    """A Chinese family name behind 姓, or between characters that are not Chinese; a unit beside no number."""
    unit = family in _UNITS
    before, behind = (
        (rf"(?<!\d{family})(?<![\d{_NUMERALS}]{_SPACE}{family})", rf"(?!{_SPACE}?\d)") if unit else ("", "")
    )
    return re.compile(rf"姓[氏是为名]?\W{{0,4}}{family}|{family}(?<![{HAN}]{family}){before}(?![{HAN}]){behind}")


def _ways(text: str) -> Iterator[str]:
    """`text`, and with gaps where words may be glued."""
    yield text
    parted = _GLUE.sub(" ", text)
    if parted != text:
        yield parted


def _fold(text: str) -> str:
    """`text` without differences of case, width and accents."""
    return plain(text).casefold()


def _rotated(word: str) -> str:
    """`word` in ROT13."""
    return codecs.encode(word, "rot13")
