"""Whatever pieces an answer comes in, the same comes out; what is no stand-in passes, and soon."""

from __future__ import annotations

import json

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from gateway.declassify.forms import Forms, forms
from gateway.declassify.replaced import Part, Replaced
from gateway.declassify.restore import Restorer, restore

LAURA = Replaced(
    "PERSON",
    "Maria Gonzalez",
    "Laura Fernandez",
    (Part("given", "Maria", "Laura"), Part("family", "Gonzalez", "Fernandez")),
)
HOPE = Replaced(
    "PERSON",
    "Ana Maria Roberts",
    "Hope Lee Robert",
    (Part("given", "Ana Maria", "Hope Lee"), Part("family", "Roberts", "Robert")),
)
LI = Replaced("PERSON", "张志强", "李伟明", (Part("family", "张", "李"), Part("given", "志强", "伟明")))
OTHERS = (
    Replaced("EMAIL_ADDRESS", "Maria.G@mail.test", "laura.f@example.com"),
    Replaced("PHONE_NUMBER", "+49 30 1234", "+49 30 98 76"),
    Replaced("STREET_ADDRESS", "5 Main St\nSpringfield", "9 Elm Rd\n  Ville"),
    Replaced("PASSWORD", 'a"b\\n\nc', "C:\\nina\\u12"),
    Replaced("LOCATION", "Laura Fernandez Plaza", "<LOCATION_1>"),
    Replaced("PERSON", "maria gonzalez", "laura fernandez"),
    Replaced("PERSON", "Éloïse", "Zoë"),
    Replaced("DATE_OF_BIRTH", "12 March 1985", "9 July 1986"),
    Replaced("DATE_TIME", "2023-11-05", "2024-02-27"),
    Replaced("CREDIT_CARD", "4111 1111 1111 1111", "4795 7544 9648 3522"),
    Replaced("STREET_ADDRESS", "5 Main Street, Springfield", "9 Elm Street, Marshville"),
)
ALL = (LAURA, HOPE, LI, *OTHERS)
PLAIN = forms(ALL)
JSON = forms(ALL, escaped=True)
TABLES = st.sampled_from([PLAIN, JSON])

BITS = st.sampled_from(
    [item.surrogate for item in ALL]
    + [item.surrogate.upper() for item in ALL]
    + [json.dumps(item.surrogate)[1:-1] for item in ALL]
    + [
        "July 9",
        "9 July",
        "1986-07-09",
        "9. Juli",
        ", 1986",
        "27.02.2024",
        "4795-7544-",
        "9648 3522",
        "+49",
        "(",
        "7月9日",
    ]
    + ["9 Elm Street", "van", "Fernandezes", "姓", "先生", "–", "/"]
    + ["Laura", "Fernandez", "laura", "Hope", "Lee", "Robert", "李", "伟明", "李总", "小李", "L. Fernandez", "L.F."]
    + [
        "Dern",
        "Anna",
        "Is",
        "Mrs.",
        " ",
        "  ",
        "\n",
        "\t",
        "-",
        "’",
        "'s",
        "s",
        "es",
        ".",
        "**",
        "\\",
        "\\n",
        "\\u",
        '"',
    ]
    + [
        "\\u5f20",
        "\\u674",
        "\\ud83d",
        "\\ude00",
        "Ｌ",
        "ａ",
        "王",
        "于",
        "x",
        "1",
        "_",
        "é",
        "\u0301",
        "<LOCATION_1",
        "\u00a0",
    ]
)
TEXTS = st.lists(BITS | st.text(max_size=3), max_size=12).map("".join)


def pieces_of(text: str, cuts: list[int]) -> list[str]:
    places = sorted({cut % (len(text) + 1) for cut in cuts} | {0, len(text)})
    return [text[start:end] for start, end in zip(places, [*places[1:], len(text)], strict=True)]


def streamed(pieces: list[str], table: Forms) -> str:
    restorer = Restorer(table)
    return "".join([restorer.feed(piece) for piece in pieces]) + restorer.finish()


@given(TEXTS, st.lists(st.integers(0, 200), max_size=12), TABLES)
@settings(max_examples=600, deadline=None)
@example("Laura Fernandez", [3, 8], PLAIN)
@example("\\u674e\\u4f1f\\u660e Laura", [3, 8], JSON)
def test_the_pieces_make_no_difference(text: str, cuts: list[int], table: Forms) -> None:
    whole = restore(text, table)
    assert streamed(pieces_of(text, cuts), table) == whole
    assert streamed(["", *text, ""], table) == whole


@given(TEXTS, TABLES)
@settings(max_examples=400, deadline=None)
def test_no_more_is_held_back_than_the_longest_form(text: str, table: Forms) -> None:
    restorer = Restorer(table)
    bound = table.longest_escaped if "\\" in text else table.longest
    for character in text:
        restorer.feed(character)
        assert restorer.held <= bound
    restorer.finish()
    assert restorer.held == 0


@pytest.mark.parametrize(
    ("items", "most"),
    [
        ([Replaced("API_KEY", "sk-1", "sk-29")], 5),
        ([Replaced("LOCATION", "Rome", "Springfield")], 11),
        ([Replaced("PASSWORD", "a", "two words")], 9 + 4),
        ([Replaced("PERSON", "Maria", "Laura")], 5 + 2),
        ([LAURA], len("L. Fernandez") + 4 + 6),
        ([LI], len("李") + 3),
        ([Replaced("IP_ADDRESS", "10.0.0.1", "192.0.2.4"), Replaced("PERSON", "Maria", "<PERSON_1>")], 10),
        ([Replaced("CREDIT_CARD", "4111 1111 1111 1111", "4795 7544 9648 3522")], 16 + 9),
        ([Replaced("BANK_ACCOUNT", "11111111", "22222222")], 8 + 9),
    ],
)
def test_the_bound_is_the_longest_stand_in_and_what_its_rule_needs(items: list[Replaced], most: int) -> None:
    table = forms(items)
    assert table.longest == most
    assert table.in_json().longest == most


TITLED = [f"李{title}" for title in ("先生", " 先生", "经理", "总经理", "工程师", "ちゃん", "老太太", "姓", "总")]


@pytest.mark.parametrize("written", TITLED)
def test_a_title_is_waited_for_no_longer_than_it_is(written: str) -> None:
    table = forms([LI])
    for length in range(1, len(written) + 1):
        restorer = Restorer(table)
        restorer.feed(written[:length])
        assert restorer.held <= table.longest


WORDS = [
    "Laura",
    "is",
    "Anna",
    "van",
    "de",
    "la",
    "Is",
    "Within",
    "I",
    "O'Brien",
    "9",
    "July",
    "2",
    "to",
    "1986",
    "throu",
]


@given(st.lists(st.sampled_from(WORDS), min_size=1, max_size=5), st.sampled_from([" ", ", ", "\n", "–"]))
def test_what_follows_a_lone_part_is_waited_for_within_the_bound(words: list[str], between: str) -> None:
    for items in ([LAURA], [Replaced("DATE_OF_BIRTH", "12 March 1985", "9 July 1986")], [HOPE], list(ALL)):
        table = forms(items)
        restorer = Restorer(table)
        for character in "Laura, 9 July" + between + between.join(words):
            restorer.feed(character)
            assert restorer.held <= table.longest


# No character that any form begins with, nor one that is taken for such.
FREE = st.text(st.characters(codec="utf-8", exclude_categories=["L", "N"], exclude_characters="\\+<＜＋＼﹢﹤﹨"))


@given(FREE, TABLES)
def test_what_can_not_begin_a_form_passes_at_once(text: str, table: Forms) -> None:
    restorer = Restorer(table)
    for character in text:
        assert restorer.feed(character) == character


def test_a_letter_within_a_word_passes_at_once() -> None:
    restorer = Restorer(PLAIN)
    assert [restorer.feed(letter) for letter in "vlllrrr"] == list("vlllrrr")


@given(st.text())
def test_without_stand_ins_nothing_changes(text: str) -> None:
    gone = Replaced("PASSWORD", "secret", "******", reversible=False)
    for table in (forms([]), forms([gone, Replaced("PERSON", "Maria", "", reversible=False)])):
        restorer = Restorer(table)
        assert restorer.feed(text) == text
        assert restore(text, table) == text


@given(st.text(st.characters(codec="utf-8", exclude_categories=["L", "N", "M"], exclude_characters="\\")))
def test_a_text_without_stand_ins_stays_as_it_is(text: str) -> None:
    assert restore(text, PLAIN) == text


# Values as they may come: of several scripts, with inner spaces and punctuation.
WORD = st.text("abcdeklmnoXYZéß", min_size=2, max_size=6)
VALUE = st.one_of(
    WORD,
    st.lists(WORD, min_size=2, max_size=3).map(" ".join),
    st.text("张李王伟明强", min_size=2, max_size=4),
    st.text("0123456789-", min_size=4, max_size=9).filter(lambda text: text[0] != "-" != text[-1]),
    st.integers(1, 99).map(lambda number: f"<PERSON_{number}>"),
)
ENTITY = st.sampled_from(["PERSON", "ORGANIZATION", "API_KEY", "PHONE_NUMBER"])
BETWEEN = st.text(" ,.:;()[]*#\n'’\"!?", min_size=1, max_size=4).map(lambda text: f",{text},")


@st.composite
def conversations(draw: st.DrawFn) -> tuple[list[Replaced], list[tuple[str, int]]]:
    """Values with stand-ins of which none holds another, and a text: what stands between, and which value follows."""
    surrogates: list[str] = []
    for surrogate in draw(st.lists(VALUE, min_size=1, max_size=5, unique_by=str.casefold)):
        folded = surrogate.casefold()
        if not any(one.casefold() in folded or folded in one.casefold() for one in surrogates):
            surrogates.append(surrogate)
    originals = draw(st.lists(VALUE | st.sampled_from(surrogates), min_size=5, max_size=5, unique=True))
    replaced = [
        Replaced(draw(ENTITY), original, surrogate) for original, surrogate in zip(originals, surrogates, strict=False)
    ]
    which = st.integers(0, len(replaced) - 1)
    return replaced, draw(st.lists(st.tuples(BETWEEN, which), max_size=8))


@given(conversations(), st.lists(st.integers(1, 40), min_size=8, max_size=8))
@settings(max_examples=200, deadline=None)
def test_of_any_values_no_more_is_held_back_than_the_longest_form(
    conversation: tuple[list[Replaced], list[tuple[str, int]]], lengths: list[int]
) -> None:
    replaced, said = conversation
    table = forms(replaced)
    restorer = Restorer(table)
    for (between, which), length in zip(said, lengths, strict=False):
        for character in replaced[which].surrogate[:length] + between:
            restorer.feed(character)
            assert restorer.held <= table.longest


@given(conversations(), st.lists(st.integers(0, 200), max_size=8), st.booleans())
@settings(max_examples=400, deadline=None)
def test_what_was_replaced_comes_back(
    conversation: tuple[list[Replaced], list[tuple[str, int]]], cuts: list[int], escaped: bool
) -> None:
    replaced, said = conversation
    sent = "".join(between + replaced[which].surrogate for between, which in said)
    meant = "".join(between + replaced[which].original for between, which in said)
    if escaped:
        sent, meant = json.dumps([sent]), json.dumps([meant])
        answer = streamed(pieces_of(sent, cuts), forms(replaced, escaped=True))
        assert json.loads(answer) == json.loads(meant)
    else:
        assert streamed(pieces_of(sent, cuts), forms(replaced)) == meant


ANYTHING = st.text(st.characters(codec="utf-8"), min_size=1, max_size=8)


@given(st.lists(st.text("abc", min_size=3, max_size=3), unique=True, min_size=1, max_size=4), st.data(), st.booleans())
@settings(max_examples=200, deadline=None)
def test_json_stays_json_with_any_originals(surrogates: list[str], data: st.DataObject, ascii_only: bool) -> None:
    replaced = [Replaced("PASSWORD", data.draw(ANYTHING), surrogate) for surrogate in surrogates]
    sent = {"to": f"«{surrogates[0]}»\n\t{surrogates[-1]}", "more": [surrogates[0], {surrogates[-1]: 1}]}
    answer = restore(json.dumps(sent, ensure_ascii=ascii_only), forms(replaced, escaped=True))
    first, last = replaced[0].original, replaced[-1].original
    assert json.loads(answer) == {"to": f"«{first}»\n\t{last}", "more": [first, {last: 1}]}


def test_a_telephone_number_comes_back_in_a_link_too() -> None:
    table = forms([Replaced("PHONE_NUMBER", "+34 612 345 678", "+34 709 937 241")])
    assert restore("call +34 709 937 241 or tel:+34709937241, 34709937241", table) == (
        "call +34 612 345 678 or tel:+34612345678, 34612345678"
    )


def test_a_chinese_family_name_within_another_word_is_left_alone() -> None:
    parts = (Part("family", "王", "方"), Part("given", "伟", "强"))
    table = forms([Replaced("PERSON", "王伟", "方强", parts)])
    for text in ("双方律师都来了", "三方经理说"):
        assert restore(text, table) == text


def test_a_chinese_family_name_with_a_title_comes_back() -> None:
    table = forms([Replaced("PERSON", "王伟", "薛平", (Part("family", "王", "薛"), Part("given", "伟", "平")))])
    assert restore("请薛先生来。薛老师好！和薛经理谈", table) == "请王先生来。王老师好！和王经理谈"
