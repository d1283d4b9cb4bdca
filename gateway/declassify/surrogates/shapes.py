"""Values of which only the shape matters: each character becomes another one of its kind.

A digit becomes another digit, a letter another letter of its case and script, and everything else stays. Knows no
entity types but those whose check digit must not come out right.
"""

from __future__ import annotations

import functools
import importlib
import random
import re
import string
import unicodedata
from collections.abc import Callable

from stdnum import luhn

from gateway.detection.scripts import HAN

COMMON_HAN = (
    "安白百柏宝本冰波才采晨成池川春达丹道德登地典冬东度恩帆方芳飞丰风福刚高格歌根光广国海寒行好禾和河恒红宏虹华怀欢辉惠吉佳家嘉"
    "建江杰金津锦京晶景静九久君凯康科可空宽兰乐雷力立丽良林灵凌龙路罗马曼茂梅美门梦米明木南宁农平朴普其奇千乾青清庆秋泉然仁日荣容如"
    "瑞润若森山善上尚胜石时世书舒树双水松苏泰桃天田庭通同桐万望维文武西希溪夏先贤祥向小晓心新兴星雄秀旭学雪雅岩阳洋叶一怡义艺益音银"
    "英永优友玉育元园原源远月云泽章长珍真振正之知志智中忠舟竹子紫"
)
"""Characters that names of people and places are often made of."""
_ALPHABETS = (
    (string.ascii_lowercase, string.ascii_uppercase),
    ("абвгдежзиклмнопрстуфхцчшэюя", "АБВГДЕЖЗИКЛМНОПРСТУФХЦЧШЭЮЯ"),
    ("αβγδεζηθικλμνξοπρτυφχψω", "ΑΒΓΔΕΖΗΘΙΚΛΜΝΞΟΠΡΤΥΦΧΨΩ"),
)
_UNCASED = (
    "אבגדהוזחטילמנסעפצקרשת",
    "ابتثجحدرزسشصطعغفقكلمنهوي",
    "कखगघचछजझटठडढतथदधनपफबभमयरलवशषसह",
    "あいうえおかきくけこさしすせそたちつてとなにぬねのはひふへほまみむめもやゆよらりるれろわ",
    "アイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロワ",
    "가나다라마바사아자차카파하강남동민서성영우원은정준지진한현호",
    "กขคงจชดตถทนบปผพมยรลวสหอ",
)
_HAN = re.compile(f"[{HAN}〇]")
_PREFIXES = re.compile(
    r"(?:sk-(?:proj-|ant-|live-|test-)?|[rps]k_(?:live|test)_|gh[pousr]_|github_pat_|glpat-|xox[abprs]-|AKIA|ASIA|AIza|"
    r"ya29\.|hf_|npm_|pypi-|SG\.|Bearer |Basic |bc1q?|0x)"
)
"""What secrets and wallets of a kind all begin with: it stays, so that a stand-in still looks like one."""
_ARMOUR = re.compile(r"-----(?:BEGIN|END) [A-Z0-9 ]+-----")
_MODULES = """
AR_CUIT ar.cuit; AT_SOCIAL_SECURITY at.vnr; AU_TFN au.tfn; BE_NATIONAL_NUMBER be.nn; BG_EGN bg.egn; BR_CNPJ br.cnpj;
BR_CPF br.cpf; CA_SIN ca.sin; CH_AHV ch.ssn; CL_RUT cl.rut; CN_SOCIAL_CREDIT_CODE cn.uscc; CREDIT_CARD luhn;
CZ_BIRTH_NUMBER cz.rc; DE_TAX_ID de.idnr; DK_CPR dk.cpr; ES_NIE es.nie; ES_NIF es.nif;
FI_PERSONAL_IDENTITY_CODE fi.hetu;
FR_NIR fr.nir; GR_AMKA gr.amka; HR_OIB hr.oib; IE_PPS ie.pps; IL_ID il.idnr; IMEI imei; IN_AADHAAR in_.aadhaar;
IN_GSTIN in_.gstin; IT_FISCAL_CODE it.codicefiscale; JP_CORPORATE_NUMBER jp.cn; JP_MY_NUMBER jp.in_; KR_BRN kr.brn;
KR_RRN kr.rrn; MX_CURP mx.curp; NL_BSN nl.bsn; NO_BIRTH_NUMBER no.fodselsnummer; PL_PESEL pl.pesel; PT_NIF pt.nif;
RO_CNP ro.cnp; RU_INN ru.inn; SE_PERSONNUMMER se.personnummer; TH_TNIN th.tin; TR_NATIONAL_ID tr.tckimlik;
UK_NHS gb.nhs; US_NPI luhn; ZA_ID_NUMBER za.idnr; ABA_ROUTING_NUMBER us.rtn
"""
_CHECKED = dict(pair.strip().split(" ") for pair in _MODULES.replace("\n", " ").split(";"))
"""Types with a check digit, and python-stdnum's module that knows it."""
_PLATES = "京津沪渝冀晋辽吉黑苏浙皖闽赣鲁豫鄂湘粤桂琼川贵云藏陕甘青宁新蒙"
"""What a Chinese licence plate begins with: its province."""
_TRIES = 20


def draw(entity: str, text: str, rng: random.Random) -> str:
    """A value of the shape of `text`.

    Args:
        entity: the type; one with a well-known check digit comes out with a wrong one.
        rng: where chance comes from.
    """
    lines = re.split(f"({_ARMOUR.pattern})", text)
    found = ""
    for _ in range(_TRIES):
        found = "".join(line if _ARMOUR.fullmatch(line) else _prefixed(line, rng) for line in lines)
        if entity not in _CHECKED or not _validator(_CHECKED[entity])(found):
            break
    if entity == "LICENSE_PLATE" and text[:1] in _PLATES:
        return _one_of(_PLATES, text[:1], rng) + found[1:]
    return found


@functools.cache
def _validator(module: str) -> Callable[[str], bool]:
    valid: Callable[[str], bool] = importlib.import_module(f"stdnum.{module}").is_valid
    return valid


def spoilt(number: str) -> str:
    """`number` with another last digit if its Luhn sum is right."""
    digits = [character for character in number if character in string.digits]
    if len(digits) < 2 or not luhn.is_valid("".join(digits)):
        return number
    last = max(number.rindex(digit) for digit in set(digits))
    return number[:last] + str((int(number[last]) + 1) % 10) + number[last + 1 :]


def shaped(text: str, rng: random.Random) -> str:
    """Each letter and digit of `text` replaced; a number's first digit is 0 only if it was."""
    first = next((index for index, character in enumerate(text) if character.isdecimal()), -1)
    first = first if sum(character.isalnum() for character in text) > 1 else -1
    return "".join(_other(character, rng, leading=index == first) for index, character in enumerate(text))


def digit(character: str, rng: random.Random, *, leading: bool = False) -> str:
    """Another decimal digit of the same script.

    Args:
        leading: it is a number's first: not 0, and 0 stays.
    """
    value = unicodedata.decimal(character)
    if leading and value == 0:
        return character
    other = rng.choice([number for number in range(int(leading), 10) if number != value])
    return chr(ord(character) - value + other)


def _prefixed(text: str, rng: random.Random) -> str:
    match = _PREFIXES.match(text)
    kept = match.end() if match and any(map(str.isalnum, text[match.end() :])) else 0
    return text[:kept] + shaped(text[kept:], rng)


def _other(character: str, rng: random.Random, *, leading: bool) -> str:
    if character.isdecimal():
        return digit(character, rng, leading=leading)
    if _HAN.match(character):
        return _one_of(COMMON_HAN, character, rng)
    if not character.isalpha():
        return character
    plain = unicodedata.normalize("NFKD", character)[0]
    for lower, upper in _ALPHABETS:
        if plain.lower() in lower or plain.upper() in upper:
            return _one_of(upper if character.isupper() else lower, plain, rng)
    for letters in _UNCASED:
        if unicodedata.name(letters[0]).split()[0] == unicodedata.name(character, "?").split()[0]:
            return _one_of(letters, character, rng)
    return _one_of(string.ascii_lowercase, character, rng)


def _one_of(letters: str, but: str, rng: random.Random) -> str:
    chosen = rng.choice(letters)
    while chosen == but:
        chosen = rng.choice(letters)
    return chosen
