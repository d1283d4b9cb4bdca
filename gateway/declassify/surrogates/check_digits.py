"""Whether a number passes the check of its kind, so that a stand-in can be made not to.

python-stdnum's checks where it has them, and those of a few kinds that it has not. Knows nothing of stand-ins.
"""

from __future__ import annotations

import functools
import importlib
import string
from collections.abc import Callable, Iterable

from stdnum import luhn

_MODULES = """
AR_CUIT ar.cuit; AT_SOCIAL_SECURITY at.vnr; AU_TFN au.tfn; BALTIC_PERSONAL_CODE ee.ik; BE_NATIONAL_NUMBER be.nn;
BG_EGN bg.egn; BR_CNPJ br.cnpj; BR_CPF br.cpf; CA_SIN ca.sin; CH_AHV ch.ssn; CL_RUT cl.rut;
CN_SOCIAL_CREDIT_CODE cn.uscc; CZ_BIRTH_NUMBER cz.rc; DE_TAX_ID de.idnr; DK_CPR dk.cpr; ES_NIE es.nie; ES_NIF es.nif;
FI_PERSONAL_IDENTITY_CODE fi.hetu; FR_NIR fr.nir; GR_AMKA gr.amka; HR_OIB hr.oib; IBAN_CODE iban; IE_PPS ie.pps;
IL_ID il.idnr; IMEI imei; IN_AADHAAR in_.aadhaar; IN_GSTIN in_.gstin; IT_FISCAL_CODE it.codicefiscale; JMBG si.emso;
JP_CORPORATE_NUMBER jp.cn; JP_MY_NUMBER jp.in_; KR_RRN kr.rrn; MX_CURP mx.curp; MY_NRIC my.nric; NL_BSN nl.bsn;
NO_BIRTH_NUMBER no.fodselsnummer; PL_PESEL pl.pesel; PT_CITIZEN_CARD pt.cc; PT_NIF pt.nif; RO_CNP ro.cnp;
RU_INN ru.inn; SE_PERSONNUMMER se.personnummer; TH_TNIN th.tin; TR_NATIONAL_ID tr.tckimlik; UK_NHS gb.nhs;
US_SSN us.ssn; VAT_ID eu.vat; ZA_ID_NUMBER za.idnr; ABA_ROUTING_NUMBER us.rtn
"""
_STDNUM = dict(pair.strip().split(" ") for pair in _MODULES.replace("\n", " ").split(";"))
_TAIWAN = "ABCDEFGHJKLMNPQRSTUVXYWZIO"
_SINGAPORE = {"S": "JZIHGFEDCBA", "T": "GFEDCBAJZIH", "F": "XWUTRQPNMLK", "G": "RQPNMLKXWUT"}
_VIN = dict(zip(string.ascii_uppercase + string.digits, "12345678.12345.7.923456789" + string.digits, strict=True))


def passes(entity: str, text: str) -> bool:
    """Whether `text` is a valid number of the type `entity`; False if the type has no check."""
    check = _check(entity)
    return check is not None and check(text)


def is_checked(entity: str) -> bool:
    """Whether numbers of the type have a check."""
    return entity in _STDNUM or entity in _OWN


@functools.cache
def _check(entity: str) -> Callable[[str], bool] | None:
    if entity in _STDNUM:
        valid: Callable[[str], bool] = importlib.import_module(f"stdnum.{_STDNUM[entity]}").is_valid
        return valid
    own = _OWN.get(entity)
    return None if own is None else lambda text: own("".join(filter(str.isalnum, text)).upper())


def _weighed(figures: Iterable[int], weights: Iterable[int]) -> int:
    return sum(figure * weight for figure, weight in zip(figures, weights, strict=True))


def _china(text: str) -> bool:
    if len(text) != 18 or not text[:17].isdecimal():
        return False
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    return "10X98765432"[_weighed(map(int, text[:17]), weights) % 11] == text[17]


def _provider(text: str) -> bool:
    return luhn.is_valid(f"80840{text}")


def _hong_kong(text: str) -> bool:
    if len(text) not in (8, 9) or not text[-7:-1].isdecimal():
        return False
    values = [36, *map(_base_36, text)][-9:] if len(text) == 8 else [_base_36(each) for each in text]
    return _weighed(values, (9, 8, 7, 6, 5, 4, 3, 2, 1)) % 11 == 0


def _base_36(character: str) -> int:
    return (string.digits + string.ascii_uppercase).find(character)


def _singapore(text: str) -> bool:
    if len(text) != 9 or not text[1:8].isdecimal() or text[0] not in _SINGAPORE:
        return False
    return _SINGAPORE[text[0]][_weighed(map(int, text[1:8]), (2, 7, 6, 5, 4, 3, 2)) % 11] == text[8]


def _taiwan(text: str) -> bool:
    if len(text) != 10 or not text[1:].isdecimal() or text[0] not in _TAIWAN:
        return False
    code = _TAIWAN.index(text[0]) + 10
    figures = [code // 10, code % 10, *map(int, text[1:])]
    return _weighed(figures, (1, 9, 8, 7, 6, 5, 4, 3, 2, 1, 1)) % 10 == 0


def _russia(text: str) -> bool:
    if len(text) != 11 or not text.isdecimal():
        return False
    return _weighed(map(int, text[:9]), range(9, 0, -1)) % 101 % 100 == int(text[9:])


def _vehicle(text: str) -> bool:
    if len(text) != 17 or any(_VIN.get(each, ".") == "." for each in text):
        return False
    weights = (8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2)
    return "0123456789X"[_weighed((int(_VIN[each]) for each in text), weights) % 11] == text[8]


def _medicare(text: str) -> bool:
    if len(text) not in (10, 11) or not text.isdecimal():
        return False
    return _weighed(map(int, text[:8]), (1, 3, 7, 9, 1, 3, 7, 9)) % 10 == int(text[8])


_OWN: dict[str, Callable[[str], bool]] = {
    "AU_MEDICARE": _medicare,
    "CN_RESIDENT_ID": _china,
    "CN_SOCIAL_INSURANCE": _china,
    "CREDIT_CARD": luhn.is_valid,
    "HK_ID": _hong_kong,
    "RU_SNILS": _russia,
    "SG_NRIC_FIN": _singapore,
    "TW_NATIONAL_ID": _taiwan,
    "US_NPI": _provider,
    "VIN": _vehicle,
}
