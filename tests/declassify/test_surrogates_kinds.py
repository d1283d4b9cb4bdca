"""Stand-ins of every kind that a policy can name, over many draws: another value, as long, in the same script."""

import random
import unicodedata

import phonenumbers
import pytest
import regex

from gateway.declassify.surrogates import numerals
from gateway.declassify.surrogates.check_digits import is_checked, passes
from gateway.declassify.surrogates.conversation import Conversation, conversation
from gateway.declassify.surrogates.draw import draw
from gateway.declassify.surrogates.phone_ranges import RANGES
from gateway.policy.groups import GROUPS, NO_SPAN

_SEEDS = 5
_DRAWS = 200

_VALUES = """
AR_CUIT|20-05536168-2
AT_SOCIAL_SECURITY|1237 010180
AU_MEDICARE|2123 45670 1
AU_TFN|123 456 782
ABA_ROUTING_NUMBER|111000025
API_KEY|sk-proj-abC123xyz
API_KEY|AKIAIOSFODNN7EXAMPLE
BALTIC_PERSONAL_CODE|36805280109
BANK_ACCOUNT|6222021234567890123
BE_NATIONAL_NUMBER|85.07.30-033.28
BG_EGN|7523169263
BR_CNPJ|16.727.230/0001-97
BR_CPF|390.533.447-05
CA_SIN|123-456-782
CH_AHV|756.9217.0769.85
CL_RUT|12.531.909-2
CN_MILITARY_ID|军字第2001988号
CN_PASSPORT|E12345678
CN_RESIDENT_ID|110101199003078515
CN_RESIDENT_ID|１１０１０１１９９００３０７８５１５
CN_RESIDENT_ID|110101900307851
CN_SOCIAL_CREDIT_CODE|91110000600037341L
CN_SOCIAL_INSURANCE|110101199003078515
CN_TRAVEL_PERMIT|C12345678
CREDIT_CARD|4111 1111 1111 1111
CREDIT_CARD|371449635398431
CREDIT_CARD|４１１１ １１１１ １１１１ １１１１
CRYPTO|bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4
CUSTOMER_ID|KD-4711
CZ_BIRTH_NUMBER|710319/2745
DE_HEALTH_INSURANCE|A123456780
DE_ID_CARD|T22000129
DE_SOCIAL_SECURITY|65 170839 J 008
DE_TAX_ID|36 574 261 809
DE_TAX_NUMBER|181/815/08155
DK_CPR|211062-5629
DRIVER_LICENSE|D1234567
ES_NIE|X-2482300W
ES_NIF|54362315K
FI_PERSONAL_IDENTITY_CODE|131052-308T
FR_NIR|2 95 10 99 126 111 93
GOVERNMENT_ID|AB-123456
GR_AMKA|01013099997
HK_ID|A123456(3)
HR_OIB|33392005961
IBAN_CODE|DE89 3704 0044 0532 0130 00
IE_PPS|6433435F
IL_ID|3933742-3
IMEI|49-015420-323751-8
INSURANCE_NUMBER|K 123456789
IN_AADHAAR|2341 2341 2346
IN_GSTIN|27AAPFU0939F1ZV
IN_PAN|ABCPE1234F
IN_UPI_ID|ravi.kumar@okbank
IN_VOTER|WKH1186253
IT_FISCAL_CODE|RCCMNL83S18D969H
JMBG|0101006500006
JP_CORPORATE_NUMBER|5-8356-7825-6246
JP_MY_NUMBER|6214 9832 0257
KR_BRN|116-82-00276
KR_DRIVER_LICENSE|11-02-123456-80
KR_FRN|971013-5019902
KR_RRN|971013-9019902
LICENSE_PLATE|京A·12345
LICENSE_PLATE|B-MW 1234
MEDICAL_LICENSE|110101199001011
MEDICAL_RECORD_NUMBER|MRN-00412
MX_CURP|BOXW310820HNERXN09
MY_NRIC|770305-02-1234
NG_NIN|12345678901
NL_BSN|1112.22.333
NO_BIRTH_NUMBER|151086 95088
PASSPORT|G12345678
PASSWORD|Hunter2!ñ
PHONE_NUMBER|+86 138-1234-5678
PHONE_NUMBER|一三八一二三四五六七八
PHONE_NUMBER|壹叁捌壹贰叁肆伍陆柒捌
PHONE_NUMBER|１３８１２３４５６７８
PHONE_NUMBER|٠٥٠١٢٣٤٥٦٧
PHONE_NUMBER|+1 (415) 555-2671
PHONE_NUMBER|07911 123456
PHONE_NUMBER|+49 171 1234567
PHONE_NUMBER|+33 6 12 34 56 78
PHONE_NUMBER|+61 412 345 678
PHONE_NUMBER|+81 90-1234-5678
PHONE_NUMBER|010-62345678
PK_CNIC|34201-0891231-8
PL_PESEL|44051401359
PRIVATE_KEY|MIIEpAIBAAKCAQEA
PT_CITIZEN_CARD|00000000 0 ZZ4
PT_NIF|501 964 843
RECOVERY_PHRASE|abandon ability able about above absent
RO_CNP|1630615123457
RU_INN|7707083893
RU_SNILS|112-233-445 95
SE_PERSONNUMMER|880320-0016
SG_NRIC_FIN|S1234567D
SPELLED_NUMBER|one three eight
SPELLED_NUMBER|六八二九一三
TAX_ID|12-3456789
TH_TNIN|1-2345-45678-78-1
TR_NATIONAL_ID|17291716060
TW_NATIONAL_ID|A123456789
UK_DRIVING_LICENCE|MORGA657054SM9IJ
UK_NHS|943 476 5870
UK_NINO|AB 12 34 56 C
US_BANK_NUMBER|1234567890
US_DRIVER_LICENSE|D1234567
US_ITIN|912-90-3456
US_MBI|1EG4-TE5-MK73
US_NPI|1234567893
US_SSN|536-90-4399
VAT_ID|DE136695976
VERIFICATION_CODE|482913
VERIFICATION_CODE|四八二九一三
VIN|1HGCM82633A004352
ZA_ID_NUMBER|7503305044089
ZIP_CODE|94107
ZIP_CODE|SW1A 1AA
"""
VALUES = [tuple(line.split("|")) for line in _VALUES.strip().split("\n")]
"""Each stand-in has a character of the same kind in each place."""
_LOOSE = """
COORDINATES|48.8584, 2.2945
EMAIL_ADDRESS|maria.gonzalez@acme.com
IP_ADDRESS|10.1.2.3
LOCATION|Springfield
LOCATION|北京
LOCATION|บางกอก
LOCATION|الرياض
LOCATION|Θεσσαλονίκη
LOCATION|Щёлково
LOCATION|부산
LOCATION|თბილისი
MAC_ADDRESS|00:1A:2B:3C:4D:5E
ORGANIZATION|삼성전자
ORGANIZATION|Siemens GmbH
ORGANIZATION|华兴科技有限公司
ORGANIZATION|Łódź Sp. z o.o.
PERSON|Maria Gonzalez
PUBLIC_FIGURE|Jane Austen
SOCIAL_ACCOUNT|@maria_g88
STREET_ADDRESS|12 Oak Ave, Apt. 4, Salem, OR 97301
STREET_ADDRESS|浙江省杭州市西湖区文三路8号
URL|https://www.acme.com/u/4411?q=maria
"""
LOOSE = [tuple(line.split("|")) for line in _LOOSE.strip().split("\n")]
"""Each stand-in is in the same scripts."""
_DATES = ("DATE_TIME", "DATE_OF_BIRTH", "BIRTH_MONTH")


def drawn(entity: str, text: str) -> list[str]:
    found = []
    for seed in range(_SEEDS):
        rng, offset = random.Random(seed), conversation(bytes([seed] * 32))
        found += [draw(entity, text, "", rng, offset).surrogate for _ in range(_DRAWS)]
    return found


def kind(character: str) -> str:
    """A character's script, case and width, or the character itself if it is no letter or digit."""
    if numerals.value(character) is not None:
        return numerals.written(0, character)
    if not character.isalpha():
        return character
    return f"{unicodedata.name(character).split()[0]} {unicodedata.category(character)}"


def scripts(text: str) -> set[str]:
    return {unicodedata.name(character).split()[0] for character in text if character.isalpha()}


def test_every_kind_that_has_values_is_drawn_here() -> None:
    named = {entity for entity, _ in (*VALUES, *LOOSE)} | set(_DATES)
    assert named == frozenset().union(*GROUPS.values()) - NO_SPAN


@pytest.mark.parametrize(("entity", "text"), VALUES)
def test_each_place_has_another_character_of_the_same_kind(entity: str, text: str) -> None:
    for surrogate in drawn(entity, text):
        assert surrogate != text
        assert [kind(one) for one in surrogate] == [kind(one) for one in text], surrogate


@pytest.mark.parametrize(("entity", "text"), [value for value in VALUES if is_checked(value[0])])
def test_no_number_passes_the_check_of_its_kind(entity: str, text: str) -> None:
    assert not any(passes(entity, numerals.plain(surrogate)) for surrogate in drawn(entity, text))


def test_the_values_above_pass_the_checks_that_there_are() -> None:
    failing = {text for entity, text in VALUES if is_checked(entity) and not passes(entity, numerals.plain(text))}
    assert failing == {"110101900307851"}


def test_no_house_has_the_number_0() -> None:
    assert not any("路0号" in surrogate for surrogate in drawn("STREET_ADDRESS", "文三路8号"))
    assert "0" not in drawn("VERIFICATION_CODE", "0")


@pytest.mark.parametrize(("entity", "text"), LOOSE)
def test_the_script_stays(entity: str, text: str) -> None:
    for surrogate in drawn(entity, text):
        assert surrogate != text
        assert scripts(surrogate) == scripts(text) or entity == "MAC_ADDRESS", surrogate
        assert len(surrogate.split()) == len(text.split())


@pytest.mark.parametrize("text", ["maria@acme.com", "maria.gonzalez@mail.acme.co.uk", "张伟@acme.cn"])
def test_no_mailbox_is_anybodys(text: str) -> None:
    domains = {".".join(surrogate.split(".")[-2:]).rpartition("@")[2] for surrogate in drawn("EMAIL_ADDRESS", text)}
    assert domains <= {"example.com", "example.org", "example.net"}


@pytest.mark.parametrize(
    ("text", "country"),
    [
        ("+44 7911 123456", "44"),
        ("0044 20 7123 4567", "44"),
        ("07911 123456", "44"),
        ("020 7123 4567", "44"),
        ("+49 171 1234567", "49"),
        ("+49 89 12345678", "49"),
        ("0171 12345678", "49"),
        ("+33 6 12 34 56 78", "33"),
        ("01 23 45 67 89", "33"),
        ("+61 2 1234 5678", "61"),
        ("0412 345 678", "61"),
        ("+353 20 123 4567", "353"),
        ("+46 8 123 456 78", "46"),
    ],
)
def test_a_number_is_one_that_was_set_aside_where_there_are_such(text: str, country: str) -> None:
    for surrogate in drawn("PHONE_NUMBER", text)[::10]:
        digits = "".join(filter(str.isdigit, surrogate)).removeprefix("00").removeprefix(country).lstrip("0")
        fitting = [one for one in RANGES[country] if len(one) == len(digits)]
        assert any(all(a in (b, "x") for a, b in zip(one, digits, strict=True)) for one in fitting), surrogate


@pytest.mark.parametrize("text", ["13812345678", "+86 138 1234 5678"])
def test_no_chinese_mobile_is_anybodys(text: str) -> None:
    for surrogate in drawn("PHONE_NUMBER", text)[::10]:
        assert not phonenumbers.is_valid_number(phonenumbers.parse(surrogate, "CN"))


@pytest.mark.parametrize(
    ("text", "least", "most"), [("45 years old", 10, 99), ("7 days ago", 1, 9), ("37岁", 10, 99), ("5个月", 1, 9)]
)
def test_a_number_of_days_or_years_is_none_with_a_zero_before_it(text: str, least: int, most: int) -> None:
    numbers = {int("".join(filter(str.isdigit, surrogate))) for surrogate in drawn("DATE_TIME", text)}
    assert min(numbers) >= least
    assert max(numbers) <= most


@pytest.mark.parametrize(
    "text", ["9:30-11:45", "from 8:15 am to 5:05 pm", "14:00–23:59:59", "0:05", "１０：２０ 10:20"]
)
def test_times_of_day_stay_times_of_day(text: str) -> None:
    late = any(int(hour) > 12 for hour in ("23",) if hour in text) or text.startswith("0:")
    for surrogate in drawn("DATE_TIME", text):
        assert surrogate != text
        for time in surrogate.replace("-", " ").replace("–", " ").split():
            if ":" in time:
                hour, *rest = map(int, time.split(":"))
                assert hour < 24 if late else 1 <= hour <= 12
                assert all(number < 60 for number in rest)


@pytest.mark.parametrize("text", ["29 กุมภาพันธ์ 2567", "31/02/1402", "2月30日", "12 Ramadan 1445, 9 Shawwal"])
def test_a_date_that_is_not_read_becomes_none_that_is_impossible(text: str) -> None:
    for surrogate in drawn("DATE_TIME", text):
        numbers = [int(number) for number in regex.findall(r"\d+", surrogate)]
        assert surrogate != text
        assert all(1 <= number <= 28 for number in numbers if number < 1000), surrogate


def test_a_stand_in_that_is_drawn_by_an_offset_of_a_year_differs_all_the_same() -> None:
    for text in ("May", "5月", "June"):
        for days in (364, 365, 366, 731, -365):
            assert draw("BIRTH_MONTH", text, "", random.Random(0), Conversation(days)).surrogate != text
