"""Names of people that were replaced and are told again otherwise: by their initials, and Chinese ones in pinyin.

Takes texts as `readings.plain` leaves them. What is a common abbreviation, or another name or word as well, is no
sign of anybody.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from gateway.declassify import romanised
from gateway.declassify.known_words import FUNCTION_WORDS, is_everyday_word, is_name, is_never_alone
from gateway.declassify.parts import ABBREVIATIONS
from gateway.declassify.readings import plain
from gateway.declassify.surrogates import names

# Besides those that are no initials even with points behind them.
_OFFICE = """
ai api aws bbc bi bmw bp cc ceo cfo ci cia cnn coo cpu crm css csv cto cv db dns doc dvd eod erp eta eur eta faq fbi fda
fyi gb gbp gdp gmt gpt gpu hdd html http ibm id ii iii iso jpg js json kb kpi led lgbt llc llm ltd mac mb mba mit ml mr
mri nasa nato ngo nlp np oecd ok os pc pdf php pin png pos ppt ps qa qr ram rd roi sap sdk seo sla sms sos sql ssd ssh
ssl ssn tb tbd tls ts ui un url usa usb usd utc ux vat vip vp vpn wc wto xml zip
"""
_COMMON = ABBREVIATIONS | FUNCTION_WORDS | frozenset(_OFFICE.split())
_LETTERS = "A-Za-zА-Яа-яΑ-Ωα-ω"
_POINTED = re.compile(
    rf"\.(?<=[{_LETTERS}]\.)(?<![{_LETTERS}\d][{_LETTERS}]\.)(?<!\.[{_LETTERS}]\.)"
    rf"(?:(?:[{_LETTERS}]\.){{0,2}}[{_LETTERS}](?![{_LETTERS}\d])|(?: [{_LETTERS}]\.){{1,3}})"
)
"""From the first point on, so that a search is quick."""
_CAPITALS = "A-ZА-ЯΑ-Ω"
_BARE = re.compile(
    rf"[{_CAPITALS}](?<![{_LETTERS}\d].)(?<!\d[ .-].)[{_CAPITALS}]{{1,3}}"
    rf"(?![{_LETTERS}\d])(?![.-]?\d)(?! \d{{5}}(?!\d))"
)
"""Not behind a number, as a unit, and not before one, as in a model's name or where a postcode follows a state."""
_PAIR, _BESIDE = 2, 24
"""Characters beside two capitals that tell whether they are somebody's."""
_NAMED_BEFORE = """
by signed sign gez gezeichnet from to cc bcc attn dear hi hello ask tell told thanks regards cheers best sincerely von
durch liebe lieber hallo danke gruß grüße vg lg mfg por para firmado hola saludos
"""
_SAID_BEHIND = """
says said say signs signed sign asks asked writes wrote agrees agreed tells told replies
replied answers answered confirms confirmed approves approved mentions mentioned sagt sagte meint meinte
schreibt schrieb fragt fragte bittet bat antwortet antwortete unterschreibt unterschrieb dice dijo escribe escribió
pregunta preguntó firma firmó
"""
_HAN_BEFORE = "告诉|联系|抄送|署名|签名|签字|致"
_PERSON_BEFORE = re.compile(
    rf"(?<![^\W_])(?:{'|'.join(plain(_NAMED_BEFORE).split())})[:.,!]?\s{{1,2}}\Z|_\Z|(?:{_HAN_BEFORE}):?\s?\Z",
    re.IGNORECASE,
)
_PERSON_BEHIND = re.compile(
    rf"\s?:(?!//)|\s(?:{'|'.join(plain(_SAID_BEHIND).split())})(?![^\W_])|\s?(?:说|表示|认为|回答|写道|签)",
    re.IGNORECASE,
)
_OPENED, _CLOSED = re.compile(r"[(\[（【]\s?\Z"), re.compile(r"\s?[)\]）】/]")
_LINE_BEFORE = re.compile(r"(?:\A|\n)[ \t>]*(?:--[ ]?|[—–~][ ]?|-)?\Z")
_LINE_BEHIND = re.compile(r"[.,]?[ \t\r]*(?:\n|\Z)")
_POSSESSIVE = re.compile(r"['’]s(?![^\W_])")
_THING_BEFORE = re.compile(
    r"(?<![^\W_])(?:the|an?|this|that|my|your|his|her|our|their|each|every|its)\s\Z", re.IGNORECASE
)
_MOST_INITIALS = 4
_NO_LETTER = re.compile(r"[\W\d_]+")
_TONE = re.compile(r"(?<=[A-Za-z])[1-5](?!\d)")
_TOKEN = re.compile(r"[A-Za-z]+")
_GAP = re.compile(r"[ \t_.,·/'\u2019-]{0,3}")
_HANDLE = re.compile(r"[@\d_]")
_CALLED = "mr mrs ms miss mx dr prof professor lao xiao".split
_MOST_TOKENS = 4
_SHORT_WORD, _SURE_WORD, _INSIDE = 4, 6, 9
"""Letters of a full name that is seen in a handle only, of a given name, and of a name that is seen in other words."""


@dataclass(slots=True)
class Names:
    """Other ways to write some people's names, to be looked for in texts."""

    initials: set[str] = field(default_factory=set, repr=False)
    romanised: set[str] = field(default_factory=set, repr=False)
    inside: set[str] = field(default_factory=set, repr=False)
    _cores: set[str] = field(default_factory=set, repr=False)

    def take(self, original: str, surrogate: str) -> None:
        """Look for the name `original` as well, but for what `surrogate` shares."""
        family, given = _chinese(original)
        if family or given:
            new = set(_in_pinyin(family, given)) - set(_in_pinyin(*_chinese(surrogate)))
            self.romanised |= new
            self.inside |= {word for word in new if len(word) >= _INSIDE}
            self._cores |= {sounds[-1] for part in (family, given) if part for sounds in romanised.readings(part)}
        else:
            self.initials |= _initials(original) - _initials(surrogate)

    def stand_in(self, text: str, folded: str) -> bool:
        """Whether one of them stands in `text`; `folded` is the same in small letters."""
        return bool(
            (self.initials and not self.initials.isdisjoint(_abbreviated(text)))
            or any(word in folded for word in self.inside)
            or (any(core in folded for core in self._cores) and self._could_hold(folded) and self._in_pinyin(text))
        )

    def _could_hold(self, folded: str) -> bool:
        letters = _NO_LETTER.sub("", folded)
        return any(word in letters for word in self.romanised)

    def _in_pinyin(self, text: str) -> bool:
        toneless = _TONE.sub("", text)
        return self._in_latin(text) or (toneless != text and self._in_latin(toneless))

    def _in_latin(self, text: str) -> bool:
        """Whether a Chinese name stands in pinyin: one to four words that follow one another."""
        known = "\n".join(self.romanised)
        open_runs: list[list[re.Match[str]]] = []
        last: re.Match[str] | None = None
        for word in _TOKEN.finditer(text):
            if word[0].casefold() not in known:
                last = None
                continue
            goes_on = last is not None and _GAP.fullmatch(text, last.end(), word.start())
            runs = [[*run, word] for run in open_runs if len(run) < _MOST_TOKENS] if goes_on else []
            open_runs = [*runs, [word]]
            last = word
            for run in open_runs:
                if "".join(part[0] for part in run).casefold() in self.romanised and _is_meant(text, run):
                    return True
        return False


def _chinese(name: str) -> tuple[str, str]:
    """The family and the given name of a Chinese name in Chinese characters; nothing of others."""
    parsed = names.parse(name)
    if not parsed.locale.startswith("zh"):
        return "", ""
    family, given = ("".join(word.text for word in parsed.words if word.kind == kind) for kind in ("family", "given"))
    return family, given


def _initials(name: str) -> set[str]:
    """The initials of all words of a full name, and of the first and the last, in small letters."""
    words = [word.text for word in names.parse(name).words if word.is_named and word.text[0].isalpha()]
    if not 1 < len(words) <= 2 * _MOST_INITIALS or not all(word[0].isupper() for word in words):
        return set()
    letters = "".join(word[0] for word in words).casefold()
    return {found for found in (letters, letters[0] + letters[-1]) if found not in _COMMON}


def _abbreviated(text: str) -> Iterator[str]:
    """What may be somebody's initials: letters with points, and two to four capitals."""
    for match in _POINTED.finditer(text):
        yield _NO_LETTER.sub("", text[match.start() - 1 : match.end()]).casefold()
    for match in _BARE.finditer(text):
        if len(match[0]) > _PAIR or _is_somebody(text, *match.span()):
            yield match[0].casefold()


def _is_somebody(text: str, start: int, end: int) -> bool:
    """Whether two capitals stand where a person may: most pairs are abbreviations as well."""
    before, behind = text[max(0, start - _BESIDE) : start], text[end : end + _BESIDE]
    before, behind = "." * (start > _BESIDE) + before, behind + "." * (end + _BESIDE < len(text))
    return bool(
        _PERSON_BEFORE.search(before)
        or _PERSON_BEHIND.match(behind)
        or (_OPENED.search(before) and _CLOSED.match(behind))
        or (_LINE_BEFORE.search(before) and _LINE_BEHIND.match(behind))
        or (_POSSESSIVE.match(behind) and not _THING_BEFORE.search(before))
    )


def _in_pinyin(family: str, given: str) -> Iterator[str]:
    """A Chinese name in Latin letters, joined: either order, with a title, and the given name alone."""
    for first in romanised.readings(family) if family else ():
        called = "".join(first)
        yield from (title + called for title in _CALLED())
        for sounds in romanised.readings(given) if given else ():
            own, short = "".join(sounds), "".join(sound[0] for sound in sounds)
            yield from (called + own, own + called)
            if len(sounds) > 1:
                yield from (word for word in (called + short, short + called) if len(word) >= _SURE_WORD)
    for sounds in romanised.readings(given) if len(given) > 1 else ():
        if sum(map(len, sounds)) >= _SURE_WORD:
            yield "".join(sounds)


def _is_meant(text: str, run: Sequence[re.Match[str]]) -> bool:
    """Whether a name in pinyin is no other word: by its length, its capitals, or as a handle."""
    words = [word[0] for word in run]
    if len(words) > 1:
        return all(word[0].isupper() for word in words) or not all(map(_is_word, words))
    if len(words[0]) > _SHORT_WORD and not is_name(words[0]) and not is_everyday_word(words[0]):
        return True
    start, end = run[0].span()
    return bool(_HANDLE.match(text[start - 1 : start]) or _HANDLE.match(text, end))


def _is_word(text: str) -> bool:
    return is_never_alone(text) or (len(text) > 2 and is_everyday_word(text))
