"""Which stand-in each value gets: the same for the same, all different, none of them in the request."""

import datetime
import itertools
import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.declassify.assign import CannotReplace, Method, Value, assign
from gateway.declassify.replaced import Replaced

KEY = bytes(range(32))
NAMES = [
    *("Maria Gonzalez", "John Smith", "Jane Smith", "Bob", "Anna-Lena Schmidt", "J. Doe", "Zhang Wei", "Li Na"),
    *(
        "张伟",
        "王志强",
        "欧阳修文",
        "李秀英",
        "张敏",
        "Иван Петров",
        "山田太郎",
        "김민준",
        "Maria",
        "Smith",
        "志强",
        "张先生",
    ),
]
OTHERS = [
    ("CREDIT_CARD", "4111 1111 1111 1111"),
    ("PHONE_NUMBER", "13812345678"),
    ("PHONE_NUMBER", "+1 415 555 2671"),
    ("EMAIL_ADDRESS", "maria.gonzalez@acme.com"),
    ("EMAIL_ADDRESS", "Maria.Gonzalez@acme.com"),
    ("URL", "https://acme.com/maria"),
    ("DATE_OF_BIRTH", "1961-05-03"),
    ("DATE_TIME", "3 May 1961"),
    ("DATE_TIME", "1961"),
    ("STREET_ADDRESS", "12 Oak Street, Salem"),
    ("STREET_ADDRESS", "北京市海淀区中关村大街27号"),
    ("LOCATION", "北京"),
    ("LOCATION", "Salem"),
    ("ORGANIZATION", "Acme Inc"),
    ("ORGANIZATION", "ACME INC"),
    ("CN_RESIDENT_ID", "110101199003078515"),
    ("API_KEY", "sk-abc123DEF456"),
    ("IP_ADDRESS", "10.1.2.3"),
]
KNOWN = [("PERSON", name) for name in NAMES] + OTHERS
LETTERS = st.text(alphabet=st.characters(categories=("Lu", "Ll", "Nd", "Lo", "Zs", "Po")), min_size=4, max_size=24)
VALUES = st.lists(
    st.one_of(
        st.sampled_from(KNOWN),
        st.tuples(st.sampled_from(["PERSON", "STREET_ADDRESS", "PASSWORD", "DATE_TIME", "PHONE_NUMBER"]), LETTERS),
    ),
    max_size=12,
)


def fold(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()


def pseudonyms(*values: tuple[str, str], text: str = "", key: bytes = KEY, attempt: int = 0) -> tuple[Replaced, ...]:
    return run(values, "pseudonym", text=text, key=key, attempt=attempt)


def run(
    values: Sequence[tuple[str, str]], method: Method, *, text: str = "", key: bytes = KEY, attempt: int = 0
) -> tuple[Replaced, ...]:
    return turns([(values, text)], method, key=key, attempts={value: attempt for _, value in values})


def turns(
    said: Sequence[tuple[Sequence[tuple[str, str]], str]],
    method: Method = "pseudonym",
    *,
    key: bytes = KEY,
    attempts: Mapping[str, int] | None = None,
) -> tuple[Replaced, ...]:
    """The stand-ins of a conversation: what is to be replaced in each turn, and what else it says."""
    texts = ["\n".join([text, *(value for _, value in values)]) for values, text in said]
    values = [(Value(*value, turn=turn), method) for turn, (some, _) in enumerate(said) for value in some]
    return assign(values, texts=texts, key=key, attempts=attempts)


def people(*names: str, text: str = "", key: bytes = KEY) -> dict[str, str]:
    """The stand-ins of names by the names."""
    found = pseudonyms(*(("PERSON", name) for name in names), text=text, key=key)
    return {each.original: each.surrogate for each in found}


def attempted(values: Sequence[tuple[str, str]], text: str = "") -> tuple[Replaced, ...]:
    """Nothing where there is no stand-in: a value of one common letter may have none."""
    try:
        return pseudonyms(*values, text=text)
    except CannotReplace:
        return ()


@given(VALUES, st.sampled_from(["", "Dear Maria, 张伟 wrote to Laura in 1961 and 1962.", "李 王 陈 刘 a b c d e"]))
@settings(max_examples=60, deadline=None)
def test_for_any_values_stand_ins_are_new_and_told_apart(values: list[tuple[str, str]], text: str) -> None:
    found = attempted(values, text)
    everything = fold("\0".join([text, *(value for _, value in values)]))
    originals = [fold(each.original) for each in found]
    for each in found:
        surrogate = fold(each.surrogate)
        assert surrogate.strip()
        # Up to three letters may stand inside a longer word.
        assert surrogate not in everything or (len(surrogate) <= 3 and surrogate not in re.findall(r"\w+", everything))
        assert not any(original in surrogate for original in originals)
        assert each.surrogate.count("\n") <= each.original.count("\n")
    assert len({each.original for each in found}) == len(found)
    assert len({each.surrogate for each in found}) == len(found)


@given(
    st.lists(
        st.sampled_from([value for value in KNOWN if value[1] not in ("Maria", "Smith", "志强", "张先生")]), unique=True
    )
)
@settings(max_examples=40, deadline=None)
def test_for_any_unrelated_values_no_stand_in_is_a_part_of_another(values: list[tuple[str, str]]) -> None:
    found = pseudonyms(*values)
    for one, two in itertools.permutations(found, 2):
        if fold(one.original) != fold(two.original) or one.entity == "EMAIL_ADDRESS":
            assert fold(one.surrogate) not in fold(two.surrogate)


@given(st.lists(st.sampled_from(NAMES), unique=True, min_size=1))
@settings(max_examples=40, deadline=None)
def test_for_any_names_what_people_may_be_called_is_not_in_the_texts(names: list[str]) -> None:
    text = fold("\0".join(names))
    for each in pseudonyms(*(("PERSON", name) for name in names)):
        assert all(fold(part.surrogate) not in text for part in each.parts)
        assert all(part.original in each.original and part.surrogate in each.surrogate for part in each.parts)


MORE = [
    "Mr Smith",
    "Ms Smith",
    "Dr. Maria J. Gonzalez",
    "M.G.",
    "王先生",
    "小王",
    "王女士",
    "Taylor Morgan",
    "Ms Morgan",
]
SAID = st.one_of(st.sampled_from(KNOWN), st.sampled_from([("PERSON", name) for name in MORE]))


@given(st.lists(st.lists(SAID, max_size=4), min_size=2, max_size=5), st.sampled_from(["pseudonym", "placeholder"]))
@settings(max_examples=80, deadline=None)
def test_for_any_conversation_a_later_turn_repeats_the_stand_ins(
    said: list[list[tuple[str, str]]], method: Method
) -> None:
    whole = turns([(values, "") for values in said], method)
    originals = [value for values in said for _, value in values]
    news = fold("\n".join(originals))
    for count in range(1, len(said)):
        before = turns([(values, "") for values in said[:count]], method)
        for was, now in zip(before, whole, strict=False):
            # What a later turn says itself can't stand for anything any more.
            if fold(was.surrogate) not in news and not any(fold(value) in fold(was.surrogate) for value in originals):
                assert (now.original, now.surrogate) == (was.original, was.surrogate)


class TestALaterTurn:
    """What is said later does not change what stands for what was said before."""

    @pytest.mark.parametrize(
        ("first", "later", "same"),
        [
            ("Alex Morgan", "Dr. Alex J. Morgan", lambda one, two: re.fullmatch(rf"Dr\. {one[0]} \w\. {one[1]}", two)),
            ("Alex Morgan", "Alex Jordan Morgan", lambda one, two: two.split()[::2] == one),
            ("Taylor Morgan", "Ms Morgan", lambda one, two: two == f"Ms {one[1]}"),
            ("Alex Morgan", "A. Morgan", lambda one, two: two == f"{one[0][0]}. {one[1]}"),
            ("Maria", "Maria Gonzalez", lambda one, two: two.split()[0] == one[0]),
            ("Mr Gonzalez", "Pedro Gonzalez", lambda one, two: two.split()[1] == one[1]),
            ("A. Morgan", "Alex Morgan", lambda one, two: two[0] == one[0][0] and two.split()[1] == one[1]),
            ("ALEX MORGAN", "Alex J. Morgan", lambda one, two: two.upper().split()[::2] == one),
            ("张先生", "张志强", lambda one, two: two[0] == one[0][0]),
            ("志强", "张志强", lambda one, two: two[1:] == one[0]),
            ("张志强", "小张", lambda one, two: two == f"小{one[0][0]}"),
        ],
    )
    def test_says_more_or_less_of_the_same_person(self, first: str, later: str, same: Callable[..., object]) -> None:
        for seed in range(8):
            key = bytes([seed] * 32)
            (before,) = turns([([("PERSON", first)], "")], key=key)
            was, now = turns([([("PERSON", first)], ""), ([("PERSON", later)], "")], key=key)
            assert was.surrogate == before.surrogate
            assert same(was.surrogate.split(), now.surrogate), (was.surrogate, now.surrogate)

    def test_tells_the_gender_where_no_given_name_was_said(self) -> None:
        from gateway.declassify.surrogates.names import parse

        for seed in range(8):
            said = [([("PERSON", "J. Morgan")], ""), ([("PERSON", "Jennifer Morgan")], "")]
            _, now = turns(said, key=bytes([seed] * 32))
            assert parse(now.surrogate).gender != "male"

    def test_names_another_of_whom_a_mention_may_be_too(self) -> None:
        said = [([("PERSON", "John Smith"), ("PERSON", "Smith")], "")]
        before = turns(said)
        after = turns([*said, ([("PERSON", "Jane Smith"), ("PERSON", "Mr. Smith")], "")])
        assert after[:2] == before
        assert after[2].surrogate.split()[1] != before[1].surrogate

    def test_says_what_somebody_was_to_be_called(self) -> None:
        (before,) = turns([([("PERSON", "Alex Morgan")], "")])
        given, family = before.surrogate.split()
        (after,) = turns([([("PERSON", "Alex Morgan")], ""), ([], f"A {family.lower()} is no {given}.")])
        assert after.surrogate == before.surrogate
        assert [part.surrogate for part in before.parts] == [given, family]
        assert after.parts == ()

    def test_says_a_longer_word_with_a_stand_in_in_it(self) -> None:
        (before,) = turns([([("PERSON", "Alex Morgan")], "")])
        given, family = before.surrogate.lower().split()
        (after,) = turns([([("PERSON", "Alex Morgan")], ""), ([], f"{family}{given}@x.org, {family}stein {family}er")])
        assert after == before

    def test_says_a_stand_in_and_only_that_one_is_another(self) -> None:
        said = [([("PERSON", "Alex Morgan"), ("PERSON", "Maria Gonzalez"), ("PHONE_NUMBER", "555-0134")], "")]
        before = turns(said)
        after = turns([*said, ([], f"Ask {before[0].surrogate}.")])
        assert [one == two for one, two in zip(before, after, strict=True)] == [False, True, True]

    def test_has_other_dates_that_are_moved_by_as_much(self) -> None:
        days = [f"2020-{month:02}-{day:02}" for month in range(1, 13) for day in (3, 17)]
        (before,) = turns([([("DATE_TIME", "2020-01-01")], "")])
        after = turns([([("DATE_TIME", "2020-01-01")], ""), ([("DATE_TIME", day) for day in days], "")])
        assert after[0] == before

    def test_has_a_placeholder_of_its_own(self) -> None:
        said = [([("PERSON", "Alex Morgan"), ("PERSON", "Maria Gonzalez"), ("PERSON", "Li Na")], "")]
        after = turns([*said, ([("PERSON", "Tom Ford"), ("PERSON", "Maria")], "<PERSON_2>")], "placeholder")
        assert [each.surrogate for each in after] == [
            *("<PERSON_1>", "<PERSON_102>", "<PERSON_3>", "<PERSON_4>", "<PERSON_2_2>"),
        ]


@pytest.mark.parametrize("which", range(4))
def test_only_what_would_not_do_is_drawn_again(which: int) -> None:
    values = [("PERSON", "Alex Morgan"), ("PHONE_NUMBER", "555-0134"), ("DATE_TIME", "2020-01-01"), ("PERSON", "张伟")]
    before = turns([(values, "")])
    after = turns([(values, "")], attempts={values[which][1]: 1})
    assert [one == two for one, two in zip(before, after, strict=True)] == [index != which for index in range(4)]


def test_the_same_key_gives_the_same_and_another_key_or_attempt_others() -> None:
    first = pseudonyms(*KNOWN)
    assert pseudonyms(*KNOWN) == first
    others = pseudonyms(*KNOWN, key=bytes(32)), pseudonyms(*KNOWN, attempt=1)
    for other in others:
        same = [one.original for one, two in zip(first, other, strict=True) if one.surrogate == two.surrogate]
        assert len(same) <= 1


def test_a_text_with_two_types_counts_as_the_first() -> None:
    (found,) = pseudonyms(("LOCATION", "Salem"), ("PERSON", "Salem"), ("LOCATION", "Salem"))
    assert found.entity == "LOCATION"


def test_a_stand_in_that_stands_in_a_text_is_not_drawn() -> None:
    taken: list[str] = []
    for _ in range(20):
        surrogate = people("Maria Gonzalez", text="\n".join(taken))["Maria Gonzalez"]
        given, family = surrogate.split()
        assert not any(part in each for part in (given, family) for each in taken)
        taken.append(surrogate.upper() if len(taken) % 2 else surrogate)


def test_full_width_letters_in_a_text_count_as_letters() -> None:
    surrogate = people("Maria Gonzalez")["Maria Gonzalez"]
    wide = "".join(chr(ord(letter) + 0xFEE0) if letter != " " else letter for letter in surrogate)
    assert people("Maria Gonzalez", text=wide)["Maria Gonzalez"] != surrogate


def test_a_value_without_possible_stand_in_is_refused_by_its_type_alone() -> None:
    with pytest.raises(CannotReplace) as refused:
        pseudonyms(("CUSTOMER_ID", "7"), text="0 1 2 3 4 5 6 7 8 9")
    assert str(refused.value) == "no stand-in for a CUSTOMER_ID could be found that is not in the text already"


def test_case_variants_share_a_stand_in_in_their_case() -> None:
    found = pseudonyms(
        ("PERSON", "Maria Gonzalez"),
        ("PERSON", "MARIA GONZALEZ"),
        ("PERSON", "maria gonzalez"),
        ("ORGANIZATION", "Acme Widgets"),
        ("ORGANIZATION", "ACME WIDGETS"),
    )
    name, upper, lower, organization, capitals = (each.surrogate for each in found)
    assert (upper, lower) == (name.upper(), name.lower())
    assert capitals == organization.upper()


@pytest.mark.parametrize(
    ("entity", "one", "other"),
    [
        ("CREDIT_CARD", "4111 1111 1111 1111", "4111111111111111"),
        ("CREDIT_CARD", "4111111111111111", "4111-1111-1111-1111"),
        ("IBAN_CODE", "DE89 3704 0044 0532 0130 00", "DE89370400440532013000"),
        ("IBAN_CODE", "DE89370400440532013000", "de89 3704 0044 0532 0130 00"),
        ("PHONE_NUMBER", "138-1234-5678", "13812345678"),
        ("CN_RESIDENT_ID", "110101 19900307 8515", "110101199003078515"),
    ],
)
def test_a_number_with_other_signs_in_it_is_the_same_number(entity: str, one: str, other: str) -> None:
    for seed in range(5):
        first, second = pseudonyms((entity, one), (entity, other), key=bytes([seed] * 32))
        digits = [re.sub(r"\W", "", each.surrogate).upper() for each in (first, second)]
        assert digits[0] == digits[1] != re.sub(r"\W", "", other).upper()
        assert re.sub(r"\w", "0", second.surrogate) == re.sub(r"\w", "0", other)


@pytest.mark.parametrize(
    ("one", "other"),
    [("+49 170 1234567", "0170/1234567"), ("+86 138 1234 5678", "13812345678"), ("01701234567", "0049 170 1234567")],
)
def test_a_telephone_number_without_its_country_is_the_same_number(one: str, other: str) -> None:
    same = 0
    for seed in range(10):
        first, second = pseudonyms(("PHONE_NUMBER", one), ("PHONE_NUMBER", other), key=bytes([seed] * 32))
        ends = [re.sub(r"\D", "", each.surrogate)[-9:] for each in (first, second)]
        assert first.surrogate != second.surrogate
        same += ends[0] == ends[1]
    assert same >= 8  # A stand-in may begin otherwise than its original: then it is not certain what to leave out.


def test_numbers_that_only_end_alike_are_different() -> None:
    one, two = pseudonyms(("BANK_ACCOUNT", "100-123456789"), ("BANK_ACCOUNT", "200-123456789"))
    assert one.surrogate[-9:] != two.surrogate[-9:]


def test_a_variant_that_could_not_be_told_from_its_case_is_a_value_of_its_own() -> None:
    odd = people("Maria Gonzalez", "mArIa GoNzAlEz")
    assert odd["Maria Gonzalez"].casefold() != odd["mArIa GoNzAlEz"].casefold()
    one, two = pseudonyms(("API_KEY", "abcdef123456"), ("API_KEY", "ABCDEF123456"))
    assert one.surrogate.casefold() != two.surrogate.casefold()


def test_mentions_of_one_person_are_mentions_of_one_stand_in() -> None:
    found = people(
        *("Maria Gonzalez", "Maria", "Gonzalez", "Ms. Gonzalez", "Dr Gonzalez", "M. Gonzalez", "M.G.", "MG", "MARIA"),
        *("Gonzalez, Maria", "Dr. Maria Gonzalez"),
    )
    given, family = found["Maria Gonzalez"].split()
    assert found == {
        "Maria Gonzalez": f"{given} {family}",
        "Maria": given,
        "Gonzalez": family,
        "Ms. Gonzalez": f"Ms. {family}",
        "Dr Gonzalez": f"Dr {family}",
        "M. Gonzalez": f"{given[0]}. {family}",
        "M.G.": f"{given[0]}.{family[0]}.",
        "MG": f"{given[0]}{family[0]}",
        "MARIA": given.upper(),
        "Gonzalez, Maria": f"{family}, {given}",
        "Dr. Maria Gonzalez": f"Dr. {given} {family}",
    }


def test_no_stand_in_contains_a_word_of_a_name() -> None:
    words = ("john", "smith", "ann", "lee", "志强")
    for seed in range(150):
        found = people("John Smith", "Ann Lee", "张志强", key=seed.to_bytes(32, "big"))
        assert not any(word in fold(each) for word in words for each in found.values())


def test_half_a_name_is_the_same_with_a_title_and_without() -> None:
    found = people("Dr. Vang", "Vang", "VANG")
    name = found["Vang"]
    assert found == {"Dr. Vang": f"Dr. {name}", "Vang": name, "VANG": name.upper()}
    two = people("Mr Vang", "Ms Vang")
    assert two["Mr Vang"].split()[1] != two["Ms Vang"].split()[1]


def test_initials_are_consistent_in_a_long_text_too() -> None:
    letters = "abcdefghijklmnopqrstuvwxyz"
    text = " ".join(f"x{one}{two}x" for one in letters for two in letters)
    found = people("Maria Gonzalez", "MG", text=text)
    assert found["MG"] == "".join(word[0] for word in found["Maria Gonzalez"].split())


def test_a_mention_may_come_before_the_name() -> None:
    found = people("Gonzalez", "Maria Gonzalez")
    assert found["Gonzalez"] == found["Maria Gonzalez"].split()[1]


def test_chinese_mentions_of_one_person_are_mentions_of_one_stand_in() -> None:
    found = people("王志强", "王先生", "小王", "老王", "王总", "王老师", "志强", "王志强先生")
    family, given = found["王志强"][0], found["王志强"][1:]
    assert found == {
        "王志强": family + given,
        "王先生": f"{family}先生",
        "小王": f"小{family}",
        "老王": f"老{family}",
        "王总": f"{family}总",
        "王老师": f"{family}老师",
        "志强": given,
        "王志强先生": f"{family}{given}先生",
    }


def test_a_mention_tells_the_gender_of_the_stand_in() -> None:
    from gateway.declassify.surrogates.names import parse

    for seed in range(10):
        women = people("张晨", "张女士", key=bytes([seed] * 32))
        assert parse(women["张晨"]).gender != "male"


@pytest.mark.parametrize(
    ("names", "mention", "kind"),
    [
        (("John Smith", "Jane Smith"), "Smith", r"[A-Z][a-z]+"),
        (("John Smith", "Jane Smith"), "Mr Smith", r"Mr [A-Z][a-z]+"),
        (("John Smith", "John Carter"), "John", r"[A-Z][a-z]+"),
        (("张伟", "张敏"), "张先生", r"[一-鿿]先生"),
        (("张伟", "张敏"), "小张", r"小[一-鿿]"),
    ],
)
def test_a_mention_that_may_be_of_two_people_is_nobodys_of_them(
    names: tuple[str, ...], mention: str, kind: str
) -> None:
    found = people(*names, mention)
    own = re.sub(r"Mr |先生|小", "", found[mention])
    assert re.fullmatch(kind, found[mention])
    assert not any(own in found[name] for name in names)


def test_a_mans_title_is_no_mention_of_a_woman() -> None:
    found = people("Maria Gonzalez", "Mr Gonzalez")
    assert found["Mr Gonzalez"].split()[1] not in found["Maria Gonzalez"]


def test_dates_of_a_conversation_keep_their_intervals() -> None:
    days = ["2020-01-01", "2020-01-08", "2020-02-01"]
    found = [each.surrogate for each in pseudonyms(*(("DATE_TIME", day) for day in days))]
    moved = [datetime.date.fromisoformat(each) for each in found]
    assert not set(found) & set(days)
    assert [(moved[1] - moved[0]).days, (moved[2] - moved[0]).days] == [7, 31]


def test_a_birth_date_and_the_identity_number_that_has_it_still_agree() -> None:
    number, date = pseudonyms(("CN_RESIDENT_ID", "110101199003078515"), ("DATE_OF_BIRTH", "1990年03月07日"))
    assert re.sub(r"\D", "", date.surrogate) == number.surrogate[6:14]


def test_the_offset_is_another_one_where_a_date_would_become_another_of_the_request() -> None:
    days = [f"2020-{month:02}-{day:02}" for month in range(1, 13) for day in (1, 15)]
    found = {each.surrogate for each in pseudonyms(*(("DATE_TIME", day) for day in days))}
    assert not found & set(days)
    assert len(found) == len(days)


def test_placeholders_count_by_type_and_pass_over_numbers_of_the_text() -> None:
    values = [("PERSON", "Maria"), ("CREDIT_CARD", "4111"), ("PERSON", "John"), ("PERSON", "Maria Gonzalez")]
    found = run(values, "placeholder", text="what is <PERSON_2>?")
    assert [each.surrogate for each in found] == ["<PERSON_1>", "<CREDIT_CARD_1>", "<PERSON_102>", "<PERSON_1_2>"]
    assert all(each.reversible for each in found)


def test_hashes_are_of_the_value_and_the_key() -> None:
    values = [("PERSON", "Maria"), ("PERSON", "John")]
    one, two = (each.surrogate for each in run(values, "hash"))
    assert all(re.fullmatch(r"<PERSON:[0-9a-f]{10}>", each) for each in (one, two))
    assert one != two
    assert one != run(values, "hash", key=bytes(32))[0].surrogate
    assert run(values[::-1], "hash")[1].surrogate == one


@pytest.mark.parametrize(
    ("entity", "text", "mask"),
    [
        ("CREDIT_CARD", "4111 1111 1111 1234", "**** **** **** 1234"),
        ("IBAN_CODE", "DE89370400440532013000", "******************3000"),
        ("PHONE_NUMBER", "+86 138-1234-5678", "+** ***-****-5678"),
        ("PHONE_NUMBER", "555-2671", "***-****"),
        ("PERSON", "Maria Gonzalez-Lopez", "***** ********-*****"),
        ("EMAIL_ADDRESS", "maria@acme.com", "*****@****.***"),
        ("PASSWORD", "p@ss w0rd!", "**** *****"),
        ("STREET_ADDRESS", "北京市 27号", "*** ***"),
        ("PERSON", "राहुल", "*****"),
    ],
)
def test_a_mask_shows_the_end_of_long_numbers_only(entity: str, text: str, mask: str) -> None:
    (found,) = run([(entity, text)], "mask")
    assert found.surrogate == mask
    assert not found.reversible


def test_what_is_removed_leaves_nothing_and_masks_may_coincide() -> None:
    removed = run([("PERSON", "Maria"), ("PERSON", "Anna")], "remove")
    masked = run([("PERSON", "Maria"), ("PERSON", "Laura")], "mask")
    assert [each.surrogate for each in removed] == ["", ""]
    assert [each.surrogate for each in masked] == ["*****", "*****"]
    assert not any(each.reversible for each in removed)


def test_no_value_shows_in_a_representation() -> None:
    value = Value("PERSON", "Maria Gonzalez", "Dear Maria Gonzalez,")
    (found,) = pseudonyms(("PERSON", "Maria Gonzalez"))
    shown = f"{value!r} {found!r} {found.parts!r}"
    assert not any(word in shown for word in ("Maria", "Gonzalez", *found.surrogate.split()))
