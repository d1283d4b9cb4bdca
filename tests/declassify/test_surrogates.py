"""What stand-ins of each kind look like: a table of values and the shape that theirs must have."""

import random

import pytest
import regex
from stdnum import iban, luhn
from stdnum.cn import ric

from gateway.declassify.surrogates.conversation import Conversation, conversation
from gateway.declassify.surrogates.draw import draw

L = r"\p{Lu}\p{Ll}+"  # A capitalised word
H = r"\p{Han}"

SHAPES = [
    # People: English
    ("PERSON", "Maria Gonzalez", rf"{L} {L}"),
    ("PERSON", "MARIA GONZALEZ", r"\p{Lu}+ \p{Lu}+"),
    ("PERSON", "maria gonzalez", r"\p{Ll}+ \p{Ll}+"),
    ("PERSON", "Mr. John Smith", rf"Mr\. {L} {L}"),
    ("PERSON", "Dr Smith", rf"Dr {L}"),
    ("PERSON", "J. Smith", rf"\p{{Lu}}\. {L}"),
    ("PERSON", "J.R. Smith", rf"\p{{Lu}}\.\p{{Lu}}\. {L}"),
    ("PERSON", "M.G.", r"\p{Lu}\.\p{Lu}\."),
    ("PERSON", "Smith, John", rf"{L}, {L}"),
    ("PERSON", "John Q. Smith Jr.", rf"{L} \p{{Lu}}\. {L} Jr\."),
    ("PERSON", "Mary-Jane O'Brien", rf"{L}-{L} {L}"),
    ("PERSON", "Emily Anne Carter", rf"{L} {L} {L}"),
    ("PERSON", "Emily", L),
    ("PUBLIC_FIGURE", "Jane Austen", rf"{L} {L}"),
    # People: other languages in Latin letters
    ("PERSON", "José García Márquez", rf"{L} {L} {L}"),
    ("PERSON", "Sra. Pérez", rf"Sra\. {L}"),
    ("PERSON", "Jan van der Berg", rf"{L} van der {L}"),
    ("PERSON", "Hans-Peter Müller", rf"{L}-{L} {L}"),
    ("PERSON", "Frau Schneider", rf"Frau {L}"),
    ("PERSON", "François Dupont", rf"{L} {L}"),
    ("PERSON", "Ahmed bin Salman", rf"{L} bin {L}"),
    ("PERSON", "Nguyễn Văn An", rf"{L} {L} {L}"),
    ("PERSON", "Zhang Wei", rf"{L} {L}"),
    ("PERSON", "ZHANG Wei", rf"\p{{Lu}}+ {L}"),
    ("PERSON", "zhangwei", r"[a-z]{5,}"),
    # People: other scripts
    ("PERSON", "Иванов Иван Иванович", r"\p{Cyrillic}+ \p{Cyrillic}+ \p{Cyrillic}+вич"),
    ("PERSON", "Анна Петрова", r"\p{Cyrillic}+ \p{Cyrillic}+а(?:я)?"),
    ("PERSON", "Оксана Іваненко", r"\p{Cyrillic}+ \p{Cyrillic}+"),
    ("PERSON", "محمد علي", r"\p{Arabic}+ \p{Arabic}+"),
    ("PERSON", "דוד כהן", r"\p{Hebrew}+ \p{Hebrew}+"),
    ("PERSON", "Γιώργος Παπαδόπουλος", r"\p{Greek}+ \p{Greek}+"),
    ("PERSON", "राहुल शर्मा", r"[\p{Devanagari}]+ [\p{Devanagari}]+"),
    ("PERSON", "김민준", r"\p{Hangul}{3}"),
    ("PERSON", "김민준 씨", r"\p{Hangul}{3} 씨"),
    ("PERSON", "山田太郎", rf"{H}{{4}}"),
    ("PERSON", "佐藤さん", rf"{H}{{2}}さん"),
    ("PERSON", "タナカ", r"\p{Katakana}+"),
    ("PERSON", "たなか", r"\p{Hiragana}+"),
    # People: Chinese
    ("PERSON", "张伟", rf"{H}{{2}}"),
    ("PERSON", "王志强", rf"{H}{{3}}"),
    ("PERSON", "欧阳修文", rf"{H}{{4}}"),
    ("PERSON", "张先生", rf"{H}先生"),
    ("PERSON", "欧阳女士", rf"{H}{{2}}女士"),
    ("PERSON", "李医生", rf"{H}医生"),
    ("PERSON", "小张", rf"小{H}"),
    ("PERSON", "老王", rf"老{H}"),
    ("PERSON", "张总", rf"{H}总"),
    ("PERSON", "志强", rf"{H}{{2}}"),
    ("PERSON", "陳美玲", rf"{H}{{3}}"),
    ("PERSON", "David 王", rf"{L} {H}"),
    ("PERSON", "Mr. 王志强 (David Wang)", rf"Mr\. {H}{{3}} \({L} {L}\)"),
    ("PERSON", "约翰·史密斯", rf"{H}+·{H}+"),
    # Numbers
    ("CREDIT_CARD", "4111 1111 1111 1111", r"4\d{3} \d{4} \d{4} \d{4}"),
    ("CREDIT_CARD", "371449635398431", r"3\d{14}"),
    ("PHONE_NUMBER", "+1 (415) 555-2671", r"\+1 \(\d{3}\) 555-01\d\d"),
    ("PHONE_NUMBER", "415-555-2671", r"\d{3}-555-01\d\d"),
    ("PHONE_NUMBER", "13812345678", r"1[3-9]\d{9}"),
    ("PHONE_NUMBER", "+86 138-1234-5678", r"\+86 1[3-9]\d-\d{4}-\d{4}"),
    ("PHONE_NUMBER", "010-62345678", r"0\d\d-\d{8}"),
    ("PHONE_NUMBER", "+49 (0)30 1234567", r"\+49 \(0\)\d\d \d{7}"),
    ("PHONE_NUMBER", "0044 20 7946 0958", r"0044 \d\d \d{4} \d{4}"),
    ("CN_RESIDENT_ID", "110101199003078515", r"(?!11)\d{6}19900616\d\d[13579]\d"),
    ("CN_RESIDENT_ID", "11010119900307122X", r"(?!11)\d{6}19900616\d\d[02468]\d"),
    ("CN_RESIDENT_ID", "110101900307851", r"(?!11)\d{6}900616\d\d[13579]"),
    ("IBAN_CODE", "DE89 3704 0044 0532 0130 00", r"DE\d\d \d{4} \d{4} \d{4} \d{4} \d\d"),
    ("IBAN_CODE", "GB29NWBK60161331926819", r"GB\d\d[A-Z]{4}\d{14}"),
    ("US_SSN", "123-45-6789", r"(?:9\d\d|666)-\d\d-\d{4}"),
    ("IP_ADDRESS", "10.1.2.3", r"(?:192\.0\.2|198\.51\.100|203\.0\.113)\.\d+"),
    ("IP_ADDRESS", "fe80::1ff:fe23:4567:890a", r"2001:db8::[0-9a-f:]+"),
    ("MAC_ADDRESS", "00:1A:2B:3C:4D:5E", r"[0-9A-F][26AE](?::[0-9A-F]{2}){5}"),
    ("MAC_ADDRESS", "001a.2b3c.4d5e", r"[0-9a-f][26ae][0-9a-f]{2}(?:\.[0-9a-f]{4}){2}"),
    ("COORDINATES", "48.8584, 2.2945", r"\d\d\.\d{4}, \d{1,2}\.\d{4}"),
    # Contacts
    ("EMAIL_ADDRESS", "maria.gonzalez@acme.com", r"[a-z]+\.[a-z]+@(?:[a-z]+\.)?example\.(?:com|org|net)"),
    ("EMAIL_ADDRESS", "zhangwei88@163.com", r"[a-z]+\d\d@(?:[a-z]+\.)?example\.(?:com|org|net)"),
    ("EMAIL_ADDRESS", "J.DOE@ACME.COM", r"[A-Z]\.[A-Z]+@(?:[A-Z]+\.)?EXAMPLE\.(?:COM|ORG|NET)"),
    (
        "URL",
        "https://www.acme.com/u/4411?q=maria",
        r"https://www\.[a-z]+\.example\.(?:com|org|net)/[a-z]/\d{4}\?[a-z]=[a-z]{5}",
    ),
    ("URL", "http://intra.acme.io:8080/a.html", r"http://[a-z]+\.example\.(?:com|org|net):8080/[a-z]\.html"),
    ("SOCIAL_ACCOUNT", "@maria_g88", r"@[a-z]+_[a-z]\d\d"),
    ("SOCIAL_ACCOUNT", "https://github.com/jdoe", r"https://github\.com/[a-z]+"),
    # Places
    (
        "STREET_ADDRESS",
        "221B Baker Street, London NW1 6XE",
        rf"\d{{3}}\p{{Lu}} {L} Street, {L} \p{{Lu}}\p{{Lu}}\d \d\p{{Lu}}\p{{Lu}}",
    ),
    ("STREET_ADDRESS", "12 Oak Ave, Apt. 4, Salem, OR 97301", rf"\d\d {L} Ave, Apt\. \d, {L}, OR \d{{5}}"),
    ("STREET_ADDRESS", "Hauptstraße 12, 10115 Berlin", rf"{L}straße \d\d, \d{{5}} {L}"),
    ("STREET_ADDRESS", "12 rue de la Paix\n75002 Paris", rf"\d\d rue de la {L}\n\d{{5}} {L}"),
    ("STREET_ADDRESS", "Calle Mayor 5, 28013 Madrid", rf"Calle {L} \d, \d{{5}} {L}"),
    ("STREET_ADDRESS", "ул. Ленина, д. 5", r"ул\. \p{Cyrillic}+, д\. \d"),
    (
        "STREET_ADDRESS",
        "北京市海淀区中关村大街27号3单元502室",
        rf"{H}{{2}}市{H}{{2}}区{H}{{2}}村大街\d\d号\d单元\d{{3}}室",
    ),
    ("STREET_ADDRESS", "浙江省杭州市西湖区文三路8号", rf"{H}{{2}}省{H}{{2}}市{H}{{2}}区{H}{{2}}路\d号"),
    ("STREET_ADDRESS", "台北市信義區市府路45號", rf"{H}{{2}}市{H}{{2}}區{H}{{2}}路\d\d號"),
    ("STREET_ADDRESS", "서울특별시 강남구 테헤란로 152", r"\p{Hangul}{2}특별시 \p{Hangul}{2}구 \p{Hangul}{3}로 \d{3}"),
    ("ZIP_CODE", "94107", r"[1-9]\d{4}"),
    ("ZIP_CODE", "SW1A 1AA", r"\p{Lu}{2}\d\p{Lu} \d\p{Lu}{2}"),
    ("LOCATION", "Springfield", L),
    ("LOCATION", "浙江省", rf"{H}{{2}}省"),
    ("LOCATION", "北京", rf"{H}{{2}}"),
    ("ORGANIZATION", "Acme Widgets Inc.", rf"{L} {L} Inc\."),
    ("ORGANIZATION", "Siemens GmbH", rf"{L} GmbH"),
    ("ORGANIZATION", "University of Oxford", rf"University of {L}"),
    ("ORGANIZATION", "IBM", r"\p{Lu}{3}"),
    ("ORGANIZATION", "北京协和医院", rf"{H}{{4}}医院"),
    ("ORGANIZATION", "华兴科技有限公司", rf"{H}{{2}}科技有限公司"),
    # Everything else
    ("API_KEY", "sk-proj-abC123xyz", r"sk-proj-[a-z]{2}[A-Z]\d{3}[a-z]{3}"),
    ("API_KEY", "AKIAIOSFODNN7EXAMPLE", r"AKIA[A-Z]{8}\d[A-Z]{7}"),
    ("PASSWORD", "hunter2!", r"[a-z]{6}\d!"),
    ("PASSPORT", "G12345678", r"[A-Z]\d{8}"),
    ("LICENSE_PLATE", "京A·12345", rf"{H}[A-Z]·\d{{5}}"),
    ("VIN", "1HGCM82633A004352", r"\d[A-Z]{4}\d{5}[A-Z]\d{6}"),
    ("CUSTOMER_ID", "00-4711", r"0\d-\d{4}"),
    (
        "PRIVATE_KEY",
        "-----BEGIN RSA PRIVATE KEY-----\nMIIEpAIB\n-----END RSA PRIVATE KEY-----",
        r"-----BEGIN RSA PRIVATE KEY-----\n[A-Z]{4}[a-z][A-Z]{3}\n-----END RSA PRIVATE KEY-----",
    ),
]


def drawn(entity: str, text: str, context: str = "", seed: int = 0) -> str:
    return draw(entity, text, context, random.Random(seed), Conversation(101)).surrogate


@pytest.mark.parametrize(("entity", "text", "shape"), SHAPES)
def test_a_stand_in_is_of_the_same_kind_and_form(entity: str, text: str, shape: str) -> None:
    for seed in range(12):
        surrogate = drawn(entity, text, seed=seed)

        assert regex.fullmatch(shape, surrogate), surrogate
        assert surrogate != text
        assert surrogate.count("\n") == text.count("\n")
        assert len(surrogate) >= min(3, len(text))


@pytest.mark.parametrize("card", ["4111 1111 1111 1111", "371449635398431", "5500-0000-0000-0004"])
def test_no_card_number_is_valid(card: str) -> None:
    assert not any(luhn.is_valid(regex.sub(r"\D", "", drawn("CREDIT_CARD", card, seed=seed))) for seed in range(200))


def test_no_account_and_no_identity_number_is_valid() -> None:
    assert not any(iban.is_valid(drawn("IBAN_CODE", "DE89370400440532013000", seed=seed)) for seed in range(200))
    identities = [drawn("CN_RESIDENT_ID", "110101199003078515", seed=seed) for seed in range(200)]
    assert not any(number[17] == ric.calc_check_digit(number) for number in identities)


def test_coordinates_move_by_a_degree_at_least_and_stay_on_the_globe() -> None:
    for text in ("48.8584,2.2945", "-89.9,179.9", "0.0,0.0"):
        old = [float(each) for each in text.split(",")]
        for seed in range(50):
            new = [float(each) for each in drawn("COORDINATES", text, seed=seed).split(",")]
            assert all(abs(one - two) >= 1 for one, two in zip(old, new, strict=True))
            assert abs(new[0]) <= 90
            assert abs(new[1]) <= 180


@pytest.mark.parametrize("number", range(200))
def test_an_offset_is_far_enough_and_no_whole_weeks(number: int) -> None:
    days = conversation(number.to_bytes(32, "big")).days
    assert 30 <= abs(days) <= 330
    assert days % 7 != 0


def test_offsets_go_both_ways() -> None:
    assert {conversation(bytes([number] * 32)).days > 0 for number in range(20)} == {True, False}


def test_no_value_shows_in_a_representation() -> None:
    found = draw("PERSON", "Maria Gonzalez", "", random.Random(0), Conversation(101))
    shown = f"{found!r} {Conversation(101)!r}"
    assert not any(secret in shown for secret in ("Maria", found.surrogate, found.parts[0].surrogate, "101"))
