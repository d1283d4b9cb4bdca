"""Turns frames into labelled texts: fills the slots, varies the writing, and notes what is what.

Knows nothing of token numbers or models.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from gateway.detection import well_known
from gateway.detection.famous import FAMOUS
from gateway.detection.training.frames import Frame
from gateway.detection.training.names import Name, Names
from gateway.detection.training.values import Values

TAGS = ("none", "person", "public", "address", "place", "organisation", "contact", "identifier", "secret", "date")
"""What a token can be part of, in the order of the model's outputs."""

_TAG_OF = {
    "person": "person", "named": "person", "first": "person", "last": "person", "titled": "person", "nick": "person", "handle": "person",
    "famous": "public", "author": "public", "fiction": "public", "brand": "organisation", "work": "none",
    "email": "contact", "phone": "contact", "address": "address", "street": "address", "postaddress": "address", "zip": "address",
    "city": "place", "country": "place", "place": "place",
    "org": "organisation", "bigorg": "organisation", "school": "organisation", "hospital": "organisation",
    **dict.fromkeys(("id", "passport", "plate", "card", "iban", "account", "ssn", "license", "mrn", "insurance", "taxid", "imei", "vin",
                     "wallet", "ip", "mac", "geo"), "identifier"),
    **dict.fromkeys(("secret", "password", "privkey", "connstr"), "secret"),
    **dict.fromkeys(("dob", "date"), "date"),
}  # fmt: skip
_PEOPLE = frozenset({"person", "first", "last", "titled", "nick", "handle"})
_PUBLIC = frozenset({"famous", "author", "fiction"})
_PIECES = re.compile(r"\{\{|\}\}|\{([a-z]+)(\d*)(?:\|([a-z]+))?\}|\[\[(.+?)\]\]", re.DOTALL)
_CREATIVE = re.compile(
    r"stor(y|ies)|novel|fan ?fic|scene|screenplay|script|poem|character|role-?play|dialogue|d&d|campaign|word problem|fairy|"
    r"小说|故事|剧本|角色|童话|续写|武侠|应用题|台词|对话|番外|同人|人设",
    re.IGNORECASE,
)
"""Requests in which any name is a made-up one."""
_NO_POOL = frozenset(
    {"clean", "structured", "story", "creative", "hard", "misc", "posts", "posts2", "posts3", "paste", "code", "ask"}
)
"""Files whose marked names are those of exercises, inventions and accounts, not of people whom all know."""
INVENTED = 0.45
"""How often a character in such a request bears an ordinary name."""
_CHOICE = re.compile(r"<<([^<>]*)>>")


@dataclass(frozen=True, slots=True)
class Example:
    """A labelled text.

    Attributes:
        spans: (start, end, tag) with tags of `TAGS`; the rest of the text is "none". None when it is not
            known what the tokens are.
        topics: of `frames.TOPICS`; None when it is not known which.
        discloses: whether it discloses anything, names and numbers aside; None when that is not known.
        weight: how much it counts in training.
    """

    text: str
    spans: tuple[tuple[int, int, str], ...] | None
    topics: frozenset[str] | None
    discloses: bool | None
    weight: float = 1.0


class Writer:
    """Writes examples from frames.

    Args:
        frames: what to write from.
        seed: the same seed writes the same examples.
    """

    def __init__(self, frames: list[Frame], seed: int) -> None:
        self._rng = random.Random(seed)
        self._names = Names(self._rng)
        self._values = Values(self._rng)
        self._frames = frames
        marked: dict[str, list[str]] = {"zh": [], "en": []}
        for frame in frames:
            if frame.source.split("_")[1] in _NO_POOL:
                continue
            for name in re.findall(r"\[\[(.+?)\]\]", frame.text):
                marked["zh" if re.search(r"[一-鿿]", name) else "en"].append(name)
        known: dict[str, list[str]] = {"zh": [], "en": []}
        for name in sorted(FAMOUS | set(well_known.listed())):
            known["zh" if re.search(r"[一-鿿]", name) else "en"].append(name.title())
        self._public = {key: sorted(set(marked[key])) + known[key] for key in known}

    def write(self, frame: Frame) -> Example:
        """One example of a frame."""
        rng = self._rng
        text = _CHOICE.sub(lambda match: rng.choice(match[1].split("|")), frame.text)
        filled: dict[tuple[str, str], str] = {}
        people: dict[str, Name] = {}
        out: list[str] = []
        spans: list[tuple[int, int, str]] = []
        size = at = 0
        for match in _PIECES.finditer(text):
            out.append(text[at : match.start()])
            size += match.start() - at
            at = match.end()
            value, tag = self._fill(match, frame, filled, people)
            if value.startswith("@") and text[: match.start()].endswith("@"):
                value = value[1:]
            if tag != "none":
                spans.append((size, size + len(value), tag))
            out.append(value)
            size += len(value)
        out.append(text[at:])
        return Example("".join(out), tuple(spans), frame.topics, bool(frame.topics))

    def _fill(
        self, match: re.Match[str], frame: Frame, filled: dict[tuple[str, str], str], people: dict[str, Name]
    ) -> tuple[str, str]:
        whole, slot, number, form, marked = match[0], match[1], match[2], match[3], match[4]
        if marked is not None:
            if ("marked", marked) not in filled:
                invented = _CREATIVE.search(frame.text) and self._rng.random() < INVENTED
                filled["marked", marked] = self._ordinary(frame) if invented else marked
            return filled["marked", marked], "public"
        if slot is None:
            return whole[0], "none"
        tag = _TAG_OF.get(slot, "none")
        if slot == "handle" and frame.source.split("_")[1].startswith("posts"):
            tag = "public"  # in a post that all can read, an account is called by a name that it chose for them
        if slot in _PEOPLE:
            return self._person(slot, number, form, frame, filled, people), tag
        key = (slot, number)
        if key not in filled:
            if slot == "fiction" and self._rng.random() < INVENTED:
                filled[key] = self._ordinary(frame)
            elif slot == "named":
                filled[key] = self._named(frame)
            elif slot in _PUBLIC:
                filled[key] = self._rng.choice(self._public["zh" if frame.language == "zh" else "en"])
            elif slot == "work":
                filled[key] = self._rng.choice(
                    ("Hamlet", "Dune", "Inception", "Minecraft", "Frozen")
                    if frame.language != "zh"
                    else ("红楼梦", "三体", "活着", "西游记", "原神")
                )
            else:
                filled[key] = self._values.value(slot, frame.language)
        return _shaped(filled[key], form), tag

    def _person(
        self,
        slot: str,
        number: str,
        form: str | None,
        frame: Frame,
        filled: dict[tuple[str, str], str],
        people: dict[str, Name],
    ) -> str:
        if number not in people:
            people[number] = self._names.draw(frame.language)
            # A statement about a well-known person is treated like any other: the question makes the difference.
            if slot == "person" and frame.language == "zh" and self._rng.random() < 0.12:
                famous = self._rng.choice(self._public["zh"])
                people[number] = replace(people[number], full=famous)
        name = people[number]
        key = (slot, number)
        if key not in filled:
            filled[key] = {
                "person": name.full, "first": name.given, "last": name.family, "titled": name.titled,
                "nick": self._names.nick(name, frame.language) if slot == "nick" else "",
                "handle": self._handle(name) if slot == "handle" else "",
            }[slot]  # fmt: skip
        if form == "pinyin":
            return self._names.pinyin(name if re.search(r"[一-鿿]", name.full) else self._names.draw("zh"))
        return _shaped(filled[key], form)

    def _ordinary(self, frame: Frame) -> str:
        """A made-up person's name, in full or in part."""
        name = self._names.draw(frame.language)
        return self._rng.choice((name.full, name.full, name.given, name.titled))

    def _named(self, frame: Frame) -> str:
        """Anybody who may be named in a statement, well known or not."""
        language = "zh" if frame.language == "zh" else "en"
        form = self._rng.random()
        if form < 0.3:
            return self._rng.choice(self._public[language])
        if language == "zh" and form < 0.5:
            return self._names.transliterated()
        if language == "zh" and form < 0.58:
            return self._names.pen_name()
        return self._names.draw(frame.language).full

    def _handle(self, name: Name) -> str:
        rng = self._rng
        base = re.sub(r"\W", "", name.given) if rng.random() < 0.5 else re.sub(r"\W", "", name.full)
        base = base if rng.random() < 0.3 else base.lower()
        return rng.choice(("@", "@", "")) + base + rng.choice(("", "", str(rng.randint(1, 99)), "_", "_official"))


def _shaped(value: str, form: str | None) -> str:
    if form == "lower":
        return value.lower()
    return value.upper() if form == "upper" else value


# What people write around a text that they hand over.
_WRAPPERS = {
    "en": (
        "Translate to French:\n", "Fix the grammar: ", "rewrite this in a friendlier tone\n\n", "Summarize the following text.\n\n", "proofread: ", "Improve:\n",
        "What do you think about this?\n", "Make this shorter:\n", "reply to this:\n", "Please correct my English. ", "tl;dr ", "Explain this to me: ",
        "You are a helpful assistant.\n\n", "Write this more formally: ", "Continue: ", "Turn this into bullet points:\n\n", "hi! ", "help pls. ", "Question: ", "> ",
    ),
    "zh": (
        "翻译成英文：", "帮我润色一下：\n", "总结以下内容：\n", "改写得正式一点：", "请修改语病：", "这句话是什么意思：", "请回复：\n", "你好，", "续写：", "帮我看看：\n", "缩短：",
        "请用要点列出：\n", "写成一封邮件：\n", "问题：",
    ),
}  # fmt: skip


class Varied:
    """Endless examples in many shapes.

    Args:
        frames: what to write from.
        sets: examples of public sets, to mix in as they are, by set.
        shares: how much of all each set makes up.
        seed: the same seed gives the same examples.
    """

    def __init__(
        self, frames: list[Frame], sets: dict[str, list[Example]], shares: dict[str, float], seed: int
    ) -> None:
        self._writer = Writer(frames, seed)
        self._rng = random.Random(seed + 1)
        self._sets = {name: examples for name, examples in sets.items() if examples}
        self._shares = [shares.get(name, 0.0) for name in self._sets]
        groups: dict[str, list[Frame]] = {}
        for frame in frames:
            kind = frame.source.split("_")[0] + ("+" if frame.topics else "-")
            groups.setdefault(kind, []).append(frame)
        self._groups = groups
        self._kinds = list(groups)
        # English and Chinese weigh most; the others share the rest.
        self._weights = [len(groups[kind]) ** 0.8 for kind in self._kinds]

    def __iter__(self) -> Iterator[Example]:
        while True:
            if self._rng.random() < sum(self._shares):
                name = self._rng.choices(list(self._sets), self._shares)[0]
                yield self._disguised(self._rng.choice(self._sets[name]))
            else:
                yield self._disguised(self._composed())

    def _frame(self, language: str | None = None) -> Frame:
        kinds, weights = self._kinds, self._weights
        if language is not None:
            pairs = [(k, w) for k, w in zip(kinds, weights, strict=True) if k[:-1] == language] or list(
                zip(kinds, weights, strict=True)
            )
            kinds, weights = [k for k, _ in pairs], [w for _, w in pairs]
        return self._rng.choice(self._groups[self._rng.choices(kinds, weights)[0]])

    def _composed(self) -> Example:
        rng = self._rng
        first = self._frame()
        example = self._writer.write(first)
        if rng.random() < 0.12:
            prefix = rng.choice(_WRAPPERS["zh" if first.language == "zh" and rng.random() < 0.9 else "en"])
            example = joined(Example(prefix, (), frozenset(), False), example, "")
        for _ in range(rng.choice((0, 0, 0, 0, 0, 0, 0, 1, 1, 2))):
            other = self._writer.write(self._frame(first.language if rng.random() < 0.9 else None))
            pair = (example, other) if rng.random() < 0.5 else (other, example)
            example = joined(*pair, rng.choice(("\n", "\n\n", " ", "\n---\n", ". ")))
        return example

    def _disguised(self, example: Example) -> Example:
        form = self._rng.random()
        if form < 0.13:
            lower = example.text.lower()
            return replace(example, text=lower) if len(lower) == len(example.text) else example
        if form < 0.15:
            upper = example.text.upper()
            return replace(example, text=upper) if len(upper) == len(example.text) else example
        if form < 0.19:
            return typed_badly(example, self._rng)
        return example


def joined(left: Example, right: Example, between: str) -> Example:
    """Two examples as one text, which discloses what either does."""
    shift = len(left.text) + len(between)
    spans = None
    if left.spans is not None and right.spans is not None:
        spans = left.spans + tuple((start + shift, end + shift, tag) for start, end, tag in right.spans)
    topics = None if left.topics is None or right.topics is None else left.topics | right.topics
    known = [item.discloses for item in (left, right)]
    discloses = True if True in known else None if None in known else False
    return Example(left.text + between + right.text, spans, topics, discloses)


def typed_badly(example: Example, rng: random.Random) -> Example:
    """With a few letters swapped or punctuation lost; the length stays."""
    characters = list(example.text)
    for _ in range(max(1, len(characters) // 40)):
        at = rng.randrange(len(characters) - 1) if len(characters) > 1 else 0
        if at + 1 < len(characters) and characters[at].isalpha() and characters[at + 1].isalpha():
            characters[at], characters[at + 1] = characters[at + 1], characters[at]
        elif characters[at] in ".,'!?":
            characters[at] = " "
    return replace(example, text="".join(characters))
