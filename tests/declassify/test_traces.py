"""What gives a replaced value away in another form keeps a prompt here; what only looks alike does not."""

from __future__ import annotations

import base64
import codecs
import sys
from collections.abc import Callable
from types import FrameType

import pytest

from gateway.declassify import readings
from gateway.declassify.afterwards import left_over
from gateway.declassify.replaced import Replaced
from gateway.declassify.traces import Traces
from gateway.prompt import read_prompt

PAIRS = [
    Replaced("PERSON", "Thomas Becker", "Kevin Kemp"),
    Replaced("PERSON", "Grace Oda", "Ann Wu"),
    Replaced("PERSON", "Maria José Gonzalez", "Ana Inés Kemp"),
    Replaced("PERSON", "王晓明", "李志强"),
    Replaced("PERSON", "Petra Novotná", "Jana Dvorak"),
    Replaced("PERSON", "김민수에게", "조현우에게"),
    Replaced("EMAIL_ADDRESS", "slq77x@fastmail.com", "abc12d@example.org"),
    Replaced("PHONE_NUMBER", "+49 170 9876543", "+49 488 8620261"),
    Replaced("CREDIT_CARD", "4539 1488 0343 6467", "4711 1526 9118 5946"),
    Replaced("STREET_ADDRESS", "42 Thistledown Lane", "60 Huynh Lane"),
]
TRACES = Traces.of(PAIRS)


@pytest.mark.parametrize(
    "text",
    [
        "becker is late again", "The Beckers are nice", "becker_cv.pdf", "ＢＥＣＫＥＲ", "𝐁𝐞𝐜𝐤𝐞𝐫", "Bécker", "thomas",
        "oda says no", "T h o m a s B e c k e r", "see B-e-c-k-e-r", "B-e-c-k-e-r", "王，晓，明", "github.com/slq77x",
        "他姓王。", '{"姓":"王","名":"志强"}',
        "Novotný a syn", "김민수씨", "last six 876543",
        "0170 / 98 76 54 3", "BIN 453914", "4539148803436467", "the thistledown house",
    ],
)  # fmt: skip
def test_a_trace_is_seen(text: str) -> None:
    assert TRACES.stand_in(text)


@pytest.mark.parametrize(
    "text",
    [
        "Kevin Kemp, abc12d@example.org, +49 488 8620261", "with grace", "a soda", "晓风残月", "call +49 now", "4711",
        "Oak Lane", "12345678", "tom", "国王来了", "",
    ],
)  # fmt: skip
def test_what_looks_alike_is_none(text: str) -> None:
    assert not TRACES.stand_in(text)


@pytest.mark.parametrize(
    "text",
    [
        "TZ signs today", "Signed T.Z.", "ask T. Z. about it", "t.z. agrees", "T.Z agrees", "contract_TZ.pdf",
        "M.J.G.", "(MJG)", "MG's desk", "告诉TZ", "G.O. knows",
    ],
)  # fmt: skip
def test_initials_are_seen(text: str) -> None:
    pairs = [*PAIRS[1:3], Replaced("PERSON", "Tilman Zürn", "Kevin Kemp")]
    assert Traces.of(pairs).stand_in(text)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("Maria Gonzalez", "500 MG a day"), ("Maria Gonzalez", "12 mg"), ("Maria Gonzalez", "the MG-12 and the MG34"),
        ("Ian Thomas", "IT is down"), ("Ian Thomas", "the I.T. department"), ("Paula Miller", "at 3 P.M. or 4 PM"),
        ("Ulla Kern", "in the UK"), ("Carla Alvarez", "Sacramento, CA 95814"), ("Anna Ivanova", "AI and ML"),
        ("Bob Ivanov", "Take plan B. I agree."), ("Tom Olsen", "TO: ALL"), ("Petra Green", "e.g. the PGA"),
        ("Maria Gonzalez", "MGM and OMG"), ("Carl Valentin", "a CV"), ("Maria Gonzalez", "K.K. and KK"),
    ],
)  # fmt: skip
def test_units_and_common_abbreviations_are_no_initials(name: str, text: str) -> None:
    assert not Traces.of([Replaced("PERSON", name, "Kurt Kemp")]).stand_in(text)


def test_initials_that_the_stand_in_shares_are_none() -> None:
    assert not Traces.of([Replaced("PERSON", "Maria Gonzalez", "Mona Green")]).stand_in("MG signs")


def _shows(value: str, text: str) -> bool:
    """Whether `value`, of a person, keeps `text` here."""
    traces = Traces.of([Replaced("PERSON", value, "Qxqx Zzyzz")])
    return traces.stand_in(text) or traces.are_whole_in(text)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("Tom", "that the customer comes tomorrow"), ("Ann", "I cannot plan it"), ("Ian", "Italian food"),
        ("Lee", "sleep well"), ("Tim", "this time"), ("Ben", "the benefits"), ("Max", "the maximum"),
        ("Ute", "heute Abend"), ("Ana", "hasta mañana"), ("PS", "the next steps"), ("RP", "a corporate card"),
        ("PS", "ps"), ("Z", "the buzz"), ("Keller", "im Weinkeller. Dann"),
    ],
)  # fmt: skip
def test_a_value_within_another_word_is_none(value: str, text: str) -> None:
    assert not _shows(value, text)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("Tom", "tom says"), ("Tom", "to_tom.pdf"), ("Ann", "ANN2"), ("Max", "Maximum"), ("Z", "Mr Z comes"),
        ("19", "he is 19."), ("19", "in 1943"), ("Z", "the Zoo"),
        ("Keller", "KELLERS"), ("Tom Ede", "xtom edex"), ("王芳", "小王芳们"),
    ],
)  # fmt: skip
def test_a_value_as_written_or_as_a_word_is_seen(value: str, text: str) -> None:
    traces = Traces.of([Replaced("PERSON", value, "Qxqx Zzyzz")])
    assert traces.stand_in(text)
    assert traces.are_whole_in(text) or value == "Keller"


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("Theresa Adams", "Is there a bakery?"), ("Anna Richter", "Schreib Frau Kemp eine Nachricht, richtig"),
        ("Cameron Diaz", "a camera, two cameras"), ("Vincent Hall", "convince the province"),
        ("Erica Jones", "the American way"), ("Eva Morales", "the moral of high morale"),
        ("Luis Estrada", "the orchestra"), ("Amy Burgess", "a burger"), ("Hans Fischer", "kein Fisch, keine Fische"),
        ("Ute Schneider", "schneiden, ich schneide"), ("Karl Schreiber", "Schreibe, schreibt und schreiben"),
        ("Ben Steiner", "Einstein"), ("Max Winters", "in winter"), ("Tim Everett", "Mount Everest"),
        ("Lisa Peterson", "St. Petersburg"), ("William Penn", "willing"), ("Lea Scheibe", "Bescheid sagen"),
        ("Lea Schinke", "die Maschine"), ("Tina Keller", "im Weinkeller. Dann"), ("Jo Anderson", "ganz anders"),
        ("Hans Fischer", "wie das Nachtfischerboot"), ("mark@x.org", "the market"),
    ],
)  # fmt: skip
def test_a_piece_within_a_word_or_with_what_is_no_ending_is_none(name: str, text: str) -> None:
    traces = Traces.of([Replaced("EMAIL_ADDRESS" if "@" in name else "PERSON", name, "qxqx zzyzz")])
    assert not traces.stand_in(text)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("Petra Novotná", "s Novotným"), ("Petra Novotná", "Novotneho"), ("Jan Kowalski", "Kowalskiego"),
        ("Jan Kowalski", "Kowalska"), ("Weronika Zett", "o Weronice"), ("Ivan Dvoracek", "Dvoracka"),
        ("Лев Достоевский", "у Достоевского"), ("Анна Кузнецова", "Кузнецову"), ("Анна Кузнецова", "Кузнецов"),
        ("Nikos Papadopoulos", "Papadopoulou"), ("Ana Fernandez", "Fernandes"), ("Eva Hoffmann", "Hoffman"),
        ("Sam Roberts", "robert"), ("Tina Keller", "Kellersche"), ("Tina Keller", "getTinaKeller()"),
        ("Tina Keller", "xykeller@x.de"), ("Tina Keller", "xkeller_2"), ("Tina Keller", "www.drkeller.de"),
        ("Tina Keller", "tkeller"), ("Tina Keller", "drkeller"), ("Tina Keller", "告诉Keller"),
        ("Grace Oda", "告诉oda"), ("Tina Keller", "HERRKELLER"), ("Tina Keller", "http://x.org/wwwkeller"),
        ("Анна Лебедева", "деЛебедева"),
        ("Tina Keller", "k.e.l.l.e.r"), ("Tina Keller", r"line\nkeller"), ("Tina Keller", r"line\\nkeller"),
        ("Tina Keller", "wein\u200bkeller"), ("Tina Keller", "kel\u00adler"), ("Grace Oda", r"line\toda"),
        ("Ludwig van Beethoven", "vanbeethoven"),
    ],
)  # fmt: skip
def test_a_name_with_another_ending_or_in_a_handle_is_seen(name: str, text: str) -> None:
    assert Traces.of([Replaced("PERSON", name, "Qxqx Zzyzz")]).stand_in(text)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("Anna Koch", "Die Kochs kommen."), ("Anna Koch", "KOCHS HAUS"), ("Anna Koch", "Koches"),
        ("Tom Cole", "the Coles' house"), ("Otto Hahn", "Hahns Auto"), ("Ben Lau", "Bens Auto"),
    ],
)  # fmt: skip
def test_a_short_name_with_an_ending_is_seen(name: str, text: str) -> None:
    assert Traces.of([Replaced("PERSON", name, "Qxqx Zzyzz")]).stand_in(text)


@pytest.mark.parametrize(
    ("name", "text"), [("Anna Koch", "er kochs"), ("Tim Adler", "New York Times"), ("Tom Cole", "Colestreet")]
)
def test_a_short_name_with_an_ending_is_written_large_and_no_everyday_word(name: str, text: str) -> None:
    assert not Traces.of([Replaced("PERSON", name, "Qxqx Zzyzz")]).stand_in(text)


@pytest.mark.parametrize(
    "text",
    [
        "Approved (AC)", "[AC/MG]", "written by AC", "signed: AC", "gez. AC", "from AC", "To: AC", "cc AC", "Grüße\nAC",
        "Best,\nAC\n", "Fine.\n-- AC\nNext", "AC said so", "AC: fine", "AC sagte das", "AC's desk", "告诉AC", "AC说",
        "notes_AC.pdf", "x" * 30 + "\nAC\n" + "x" * 30,
    ],
)  # fmt: skip
def test_two_bare_initials_are_seen_where_a_person_may_stand(text: str) -> None:
    assert Traces.of([Replaced("PERSON", "Amy Cole", "Kurt Kemp")]).stand_in(text)


PAIRS_OF_LETTERS = "AC EV GP VR CD HP CO DM SW BW SD AR MM AK NR PR HR TV PC QA"


@pytest.mark.parametrize("letters", PAIRS_OF_LETTERS.split())
@pytest.mark.parametrize("text", ["the {} is on", "an {} card", "buy a new {}, or two", "{}", "the {}'s cable", "x{}"])
def test_two_bare_initials_elsewhere_are_none(letters: str, text: str) -> None:
    first, last = letters
    shown = f"Then, and long before that, {text.format(letters)} for everybody who may want it."
    assert not Traces.of([Replaced("PERSON", f"{first}qy {last}xq", "Kurt Kemp")]).stand_in(shown)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("万鹏", "给李志发邮件：预算是 3 万"), ("万鹏", "3.5万"), ("万鹏", "三 万"), ("毛丹", "5毛"), ("段强", "10段"),
        ("段强", "段 3"), ("周杰", "34周"), ("高飞", "高33cm"),
    ],
)  # fmt: skip
def test_a_unit_beside_a_number_is_no_family(name: str, text: str) -> None:
    assert not Traces.of([Replaced("PERSON", name, "李志")]).stand_in(text)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("万鹏", "客户姓万"),
        ("万鹏", "客户：万，3 岁"),
        ("万鹏", "3\n万\n138"),
        ("高飞", "高 先生"),
        ("王芳", "客户：王 3"),
    ],
)
def test_a_family_that_may_be_a_unit_is_seen_elsewhere(name: str, text: str) -> None:
    assert Traces.of([Replaced("PERSON", name, "李志")]).stand_in(text)


HAN = Traces.of(
    [
        Replaced("PERSON", "王晓明", "李志强"),
        Replaced("PERSON", "张伟", "陈涛"),
        Replaced("PERSON", "欧阳娜", "上官婷"),
        Replaced("PERSON", "吕颖", "何静"),
        Replaced("PERSON", "曾毅", "赵敏"),
        Replaced("PERSON", "單雄信", "趙志強"),
        Replaced("PERSON", "李娜", "周杰"),
        Replaced("PERSON", "何安", "周杰"),
    ]
)


@pytest.mark.parametrize(
    "text",
    [
        "Wang Xiaoming", "xiaoming wang", "Wáng Xiǎomíng", "wang2 xiao3 ming2", "WANG Xiao-Ming", "wangxiaoming88",
        "github.com/wang-xiaoming", "drwangxiaoming.cn", "Xiaoming says", "wangxm", "Wang, Xiaoming",
        "Zhang Wei", "zhang.wei@acme.io", "weizhang", "Zhāng Wěi", "Mr. Zhang", "Lao Zhang", "我是zhangwei。",
        "Ouyang Na", "ou yang na", "Lü Ying", "Lv Ying", "Lyu Ying", "Zeng Yi", "Shan Xiongxin",
        "Li Na", "lina88", "lina1", "@lina", "He An",
    ],
)  # fmt: skip
def test_a_chinese_name_in_pinyin_is_seen(text: str) -> None:
    assert HAN.stand_in(text)


@pytest.mark.parametrize(
    "text",
    [
        "Carolina and Lina", "he, an old man", "an hour", "Ming vases", "Li Zhiqiang", "Chen Tao", "zhang", "the way",
        "Wei is late", "we in China", "Wang Xiao", "Zhangjiajie",
    ],
)  # fmt: skip
def test_other_words_and_names_are_no_pinyin(text: str) -> None:
    assert not HAN.stand_in(text)


def test_a_title_is_no_name_in_pinyin() -> None:
    traces = Traces.of([Replaced("PERSON", "王先生", "李先生")])
    assert not traces.stand_in("chen xiansheng")
    assert traces.stand_in("Mr Wang")


def test_pinyin_that_the_stand_in_shares_is_none() -> None:
    assert not Traces.of([Replaced("PERSON", "张伟", "章玮")]).stand_in("Zhang Wei")


NUMBERS = Traces.of(
    [
        Replaced("PHONE_NUMBER", "13812345678", "17367929131"),
        Replaced("PHONE_NUMBER", "555-0134", "555-0199"),
        Replaced("CREDIT_CARD", "4539 1488 0343 6467", "4711 1526 9118 5946"),
    ]
)


@pytest.mark.parametrize(
    "text",
    [
        "138, then 1234, then 5678", "first 138; the middle is 1234 and it ends with 5678",
        "开头138，中间1234，最后5678", "4539, 1488, 0343, 6467", "5 5 5 and then 0134",
        "one three eight one two three four five six seven eight", "One-three-eight, one-two-three-four",
        "four five three nine, one four double eight", "一三八一二三四五六七八", "幺三八 一二三四 五六七八",
        "一三八，然后一二三四，再是五六七八", "138一二三四5678", "壹叁捌壹贰叁肆伍陆柒捌",
        "l38I2345678", "4539 l488 O343 6467", "453914880343", "１３８１２３４５６７８",
    ],
)  # fmt: skip
def test_a_number_told_in_pieces_in_words_or_with_letters_is_seen(text: str) -> None:
    assert NUMBERS.stand_in(text)


@pytest.mark.parametrize(
    "text",
    [
        "17367929131 and 555-0199", "138 people, 1234 houses", "one or two of three, eight in all", "一三八号线",
        "in 2013, 81 people; 23 of them in room 7845", "一共三个人，八点见", "4539", "138" + " and more" * 9 + " 12345",
        "10 l of oil", "version 1.38.12", "",
    ],
)  # fmt: skip
def test_other_numbers_are_none(text: str) -> None:
    assert not NUMBERS.stand_in(text)


def test_a_number_told_over_two_messages_is_left_over() -> None:
    def chat(*texts: str) -> bool:
        body = {"model": "auto", "messages": [{"role": "user", "content": text} for text in texts]}
        return left_over(read_prompt(body), PAIRS)

    assert chat("It begins with 170 98", "and goes on 76543.")
    assert not chat("It begins with 170 98", "and there is much more to say about other things, 76543.")
    assert not chat("It begins with 488 86", "and goes on 20261.")


def test_what_a_stand_in_holds_by_chance_gives_nothing_away() -> None:
    pairs = [Replaced("PERSON", "Daniel Becker", "Jeff Riggs"), Replaced("PERSON", "Amy Wong", "Ann Beckerton")]
    text = "Jeff Riggs and Ann Beckerton"
    prompt = read_prompt({"model": "auto", "messages": [{"role": "user", "content": text}]})
    (segment,) = prompt.segments
    first, second = (0, 10), (15, len(text))
    assert not left_over(prompt, pairs, {segment.path: (first, second)})
    assert left_over(prompt, pairs, {segment.path: (first,)})
    assert left_over(prompt, pairs)


def _url(text: str) -> str:
    return "".join(f"%{byte:02X}" for byte in text.encode())


ENCODED: list[Callable[[str], str]] = [
    lambda text: base64.b64encode(text.encode()).decode(),
    lambda text: base64.b64encode(base64.b64encode(text.encode())).decode(),
    lambda text: text.encode().hex(),
    _url,
    lambda text: "".join(f"&#{ord(character)};" for character in text),
    lambda text: "".join(f"\\u{ord(character):04x}" for character in text),
]


@pytest.mark.parametrize("encode", ENCODED)
@pytest.mark.parametrize("value", ["Becker", "Thomas Becker", "王晓明", "thomas becker's card"])
def test_an_encoded_trace_is_seen(encode: Callable[[str], str], value: str) -> None:
    assert TRACES.stand_in(f"read {encode(value)} please")


@pytest.mark.parametrize(
    "text",
    [
        "Вecker", "Bесkеr", codecs.encode("becker", "rot13"), codecs.encode("Thomas Becker", "rot13"), "rekceB",
        "rekceB samohT", "明晓王", "Dear Bec-\nker", "B&#101;cker", "Be%63ker",
    ],
)  # fmt: skip
def test_a_disguised_trace_is_seen(text: str) -> None:
    assert TRACES.stand_in(text)


@pytest.mark.parametrize("encode", ENCODED)
def test_what_else_is_encoded_is_none(encode: Callable[[str], str]) -> None:
    assert not TRACES.stand_in(f"read {encode('Kevin Kemp lives here')} please")


STREETS = Traces.of(
    [
        Replaced("STREET_ADDRESS", "12 Elm Street", "7 Wren Street"),
        Replaced("STREET_ADDRESS", "88 Park Road, Springfield", "31 Huynh Road, Kempton"),
        Replaced("STREET_ADDRESS", "Eichstraße 17", "Kempstraße 52"),
        Replaced("STREET_ADDRESS", "14 rue des Lilas", "92 rue des Kemps"),
        Replaced("STREET_ADDRESS", "上海市黄浦区中山路88号", "盛岩市芳福区柏晨路31号"),
    ]
)


@pytest.mark.parametrize(
    "text",
    [
        "Elm St. 12", "12, Elm St", "ELM STREET", "at 12 Elm", "Elm no. 12", "elm st.", "Park Rd 88", "on Park Road",
        "17 Eichstr.", "Eichstr. 17", "Eichstrasse", "Eich 17", "rue des Lilas", "r. Lilas 14", "88号中山路",
        "中山路上", "中 山 路 88 号",
    ],
)  # fmt: skip
def test_a_street_written_otherwise_is_seen(text: str) -> None:
    assert STREETS.stand_in(text)


@pytest.mark.parametrize(
    "text",
    [
        "7 Wren Street", "an elm, 12 m high", "twelve elms", "the park by the road", "Elm Avenue", "88 roads",
        "12 streets", "Elmar 12", "les lilas", "中山先生", "柏晨路31号", "parking 88", "", "12 people under an elm",
    ],
)  # fmt: skip
def test_other_streets_and_words_are_none(text: str) -> None:
    assert not STREETS.stand_in(text)


def test_what_says_too_much_to_be_read_is_a_trace(monkeypatch: pytest.MonkeyPatch) -> None:
    packed = base64.b64encode(b"\x78\x9c" + codecs.encode(b"nothing " * 900, "zlib")[2:]).decode()
    assert not TRACES.stand_in(packed)
    monkeypatch.setattr(readings, "_MOST", 1_000)
    assert TRACES.stand_in(packed)


def _steps(text: str) -> int:
    """How many functions are called to look at `text`, those written in C among them."""
    count = 0

    def called(frame: FrameType, event: str, argument: object) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    sys.setprofile(called)
    try:
        TRACES.stand_in(text)
    finally:
        sys.setprofile(None)
    return count


@pytest.mark.parametrize(
    "text",
    [
        "一",
        "三八，",
        "1",
        "1 ",
        "o0",
        "A.",
        "A. ",
        "a-",
        "zhang ",
        "AC ",
        "\\n",
        "x\u200b",
        "tom",
        "xbecker ",
        "%41",
        "QmVj",
        "elm 1 ",
        "\\u0041",
        "lane ",
        "&#65;",
    ],
)
def test_looking_takes_steps_in_proportion_to_the_length(text: str) -> None:
    short, long = text * (20_000 // len(text)), text * (160_000 // len(text))
    assert 0 < _steps(long) <= 8 * _steps(short)


def test_values_do_not_show() -> None:
    for traces in (TRACES, HAN, NUMBERS, STREETS):
        shown = repr(traces).casefold()
        assert not any(value in shown for value in ("becker", "tz", "zhang", "13812", "elm", "中山"))
