"""Personal numbers of European states, each with its check digit and the words that name it there.

Spain, Italy's codice fiscale, Finland, Sweden, Germany and Poland's PESEL have recognizers in Presidio.
"""

from __future__ import annotations

from stdnum.at import vnr
from stdnum.be import nn
from stdnum.bg import egn
from stdnum.ch import ssn as ahv
from stdnum.cz import rc
from stdnum.dk import cpr
from stdnum.ee import ik
from stdnum.fr import nif as fr_nif
from stdnum.fr import nir
from stdnum.gr import amka
from stdnum.hr import oib
from stdnum.ie import pps
from stdnum.lt import asmens
from stdnum.nl import bsn
from stdnum.no import fodselsnummer
from stdnum.pt import cc as pt_cc
from stdnum.pt import nif as pt_nif
from stdnum.ro import cnp
from stdnum.si import emso

from gateway.detection.recognizers.identifier import Identifier
from gateway.detection.recognizers.needs import Needs, needs
from gateway.detection.recognizers.rule import Rule


class FrNirRecognizer(Identifier):
    """Sex, year, month, department, commune, order and the key of two figures; the key proves it."""

    ENTITY = "FR_NIR"
    FORM = r"[1-478][ .]?\d{2}[ .]?(?:0[1-9]|[1-9]\d)[ .]?(?:\d{2}|2[AB])[ .]?\d{3}[ .]?\d{3}[ .-]?\d{2}"
    CHECK = nir.is_valid
    DIGITS = 14
    REQUIRED = False
    CONTEXT = ("sécu", "sécurité sociale", "nir", "numéro de sécurité", "carte vitale", "social security", "insee")
    LANGUAGES = ("fr", "en")
    EXAMPLE = "mon numéro de sécu est le 2 95 10 99 126 111 93"
    STANDARD = "Code de la sécurité sociale, R115-1; INSEE"


class FrNirInContextRecognizer(Rule):
    """The same form with a wrong or no key, called by its name: people mistype it and ask why it fails."""

    ENTITY = "FR_NIR"
    PATTERNS = (
        (
            "named",
            r"(?:sécu(?:rité sociale)?|carte vitale|\bnir\b)[^\n\d]{0,24}?"
            r"(?P<value>[12][ .]?\d{2}[ .]?(?:0[1-9]|1[0-2]|[2-9]\d)[ .]?\d[\dAB][ .]?\d{3}[ .]?"
            r"\d{3}(?:[ .-]?\d{2})?)(?!\d)",
            0.75,
        ),
    )
    NEEDS: Needs = needs("sécu", "sécurité sociale", "carte vitale", "vitale", "nir", digits=12)
    LANGUAGES = ("fr",)
    EXAMPLE = "numéro de sécurité sociale : 1 79 03 75 056 382"
    STANDARD = FrNirRecognizer.STANDARD


class FrTaxNumberRecognizer(Identifier):
    """Numéro fiscal (SPI): 13 figures that begin with 0 to 3."""

    ENTITY = "TAX_ID"
    FORM = r"[0-3]\d(?: ?\d{2} ?\d{3} ?\d{3} ?\d{3}|\d{11})"
    CHECK = fr_nif.is_valid
    DIGITS = 13
    CONTEXT = ("numéro fiscal", "spi", "impôts", "référence fiscale", "identifiant fiscal")
    LANGUAGES = ("fr",)
    EXAMPLE = "numéro fiscal 07 01 987 765 493"
    STANDARD = "Direction générale des Finances publiques, numéro SPI"


class NlBsnRecognizer(Identifier):
    """Nine figures that pass the elfproef."""

    ENTITY = "NL_BSN"
    FORM = r"\d{9}|\d{4}[ .]\d{2}[ .]\d{3}|\d{3}[ .]\d{3}[ .]\d{3}"
    CHECK = bsn.is_valid
    DIGITS = 9
    CONTEXT = ("bsn", "burgerservicenummer", "sofinummer", "sofi", "citizen service number")
    LANGUAGES = ("nl", "en")
    EXAMPLE = "mijn BSN is 111222333"
    STANDARD = "Wet algemene bepalingen burgerservicenummer"


class BeNationalNumberRecognizer(Identifier):
    """Birth date, serial and a check of two figures: 85.07.30-033.28."""

    ENTITY = "BE_NATIONAL_NUMBER"
    FORM = r"\d{2}[. ]?\d{2}[. ]?\d{2}[- ]?\d{3}[. ]?\d{2}"
    CHECK = nn.is_valid
    DIGITS = 11
    CONTEXT = (
        "rijksregisternummer",
        "rijksregister",
        "insz",
        "registre national",
        "niss",
        "numéro national",
        "nationaal nummer",
        "national number",
    )
    LANGUAGES = ("nl", "fr", "en")
    EXAMPLE = "rijksregisternummer 85.07.30-033.28"
    STANDARD = "Royal Decree of 3 April 1984 (Belgium)"


class PtNifRecognizer(Identifier):
    """Nine figures, the last a check digit."""

    ENTITY = "PT_NIF"
    FORM = r"[1235689]\d{2} ?\d{3} ?\d{3}"
    CHECK = pt_nif.is_valid
    DIGITS = 9
    CONTEXT = ("nif", "contribuinte", "número fiscal", "contribuinte n")
    LANGUAGES = ("pt",)
    EXAMPLE = "o meu NIF é 501964843"
    STANDARD = "Decreto-Lei 14/2013 (Portugal)"


class PtCitizenCardRecognizer(Identifier):
    """Cartão de cidadão: eight figures, a check digit, two characters and another check digit."""

    ENTITY = "PT_CITIZEN_CARD"
    FORM = r"\d{8} ?\d ?[A-Z0-9]{2}\d"
    CHECK = pt_cc.is_valid
    DIGITS = 10
    CONTEXT = (
        "cartão de cidadão",
        "cartao de cidadao",
        "cartão do cidadão",
        "cc",
        "documento de identificação",
        "bilhete de identidade",
    )
    LANGUAGES = ("pt",)
    EXAMPLE = "cartão de cidadão 00000000 0 ZZ4"
    STANDARD = "Lei 7/2007 (Portugal)"


class AtSocialSecurityRecognizer(Identifier):
    """Three figures, a check digit, and the birth date."""

    ENTITY = "AT_SOCIAL_SECURITY"
    FORM = r"\d{3}[1-9]? ?\d? ?\d{6}"
    CHECK = vnr.is_valid
    DIGITS = 10
    CONTEXT = ("svnr", "sozialversicherungsnummer", "versicherungsnummer", "sv-nummer", "e-card", "ecard")
    LANGUAGES = ("de",)
    EXAMPLE = "SVNR 1237 010180"
    STANDARD = "ASVG section 31 (Austria)"


class ChAhvRecognizer(Identifier):
    """756, then ten figures: the EAN-13 check digit and the prefix prove it."""

    ENTITY = "CH_AHV"
    FORM = r"756[. ]?\d{4}[. ]?\d{4}[. ]?\d{2}"
    CHECK = ahv.is_valid
    DIGITS = 13
    REQUIRED = False
    CONTEXT = ("ahv", "avs", "ahv-nummer", "sozialversicherung", "numéro avs", "numero avs")
    LANGUAGES = ("de", "fr", "it")
    EXAMPLE = "AHV-Nummer 756.9217.0769.85"
    STANDARD = "AHVG article 50c (Switzerland)"


class CzBirthNumberRecognizer(Identifier):
    """Rodné číslo of the Czech Republic and Slovakia."""

    ENTITY = "CZ_BIRTH_NUMBER"
    FORM = r"\d{6} ?/ ?\d{3,4}|\d{9,10}"
    CHECK = rc.is_valid
    DIGITS = 9
    CONTEXT = ("rodné číslo", "rodne cislo", "rodného čísla", "r.č", "birth number")
    LANGUAGES = ("cs", "sk")
    EXAMPLE = "rodné číslo 710319/2745"
    STANDARD = "Act No. 133/2000 (Czech Republic), Act No. 301/1995 (Slovakia)"


class DkCprRecognizer(Identifier):
    """Birth date and four figures."""

    ENTITY = "DK_CPR"
    FORM = r"\d{6}[- ]?\d{4}"
    CHECK = cpr.is_valid
    DIGITS = 10
    CONTEXT = ("cpr", "cpr-nummer", "personnummer", "cpr nr", "civil registration")
    LANGUAGES = ("da", "en")
    EXAMPLE = "CPR-nummer 211062-5629"
    STANDARD = "CPR-loven (Denmark)"


class NoBirthNumberRecognizer(Identifier):
    """Birth date and five figures, two of them check digits."""

    ENTITY = "NO_BIRTH_NUMBER"
    FORM = r"\d{6} ?\d{5}"
    CHECK = fodselsnummer.is_valid
    DIGITS = 11
    CONTEXT = ("fødselsnummer", "fodselsnummer", "personnummer", "d-nummer", "national identity number")
    LANGUAGES = ("no", "en")
    EXAMPLE = "fødselsnummer 151086 95088"
    STANDARD = "Folkeregisterloven (Norway)"


class RoCnpRecognizer(Identifier):
    """Thirteen figures, the last a check digit."""

    ENTITY = "RO_CNP"
    FORM = r"[1-9]\d{12}"
    CHECK = cnp.is_valid
    DIGITS = 13
    CONTEXT = ("cnp", "cod numeric personal", "codul numeric")
    LANGUAGES = ("ro",)
    EXAMPLE = "CNP 1630615123457"
    STANDARD = "OUG 97/2005 (Romania)"


class BgEgnRecognizer(Identifier):
    """Ten figures, the last a check digit."""

    ENTITY = "BG_EGN"
    FORM = r"\d{10}"
    CHECK = egn.is_valid
    DIGITS = 10
    CONTEXT = ("егн", "единен граждански номер", "egn")
    LANGUAGES = ("bg",)
    EXAMPLE = "ЕГН 7523169263"
    STANDARD = "Civil Registration Act (Bulgaria)"


class HrOibRecognizer(Identifier):
    """Eleven figures, ISO 7064 MOD 11,10."""

    ENTITY = "HR_OIB"
    FORM = r"\d{11}"
    CHECK = oib.is_valid
    DIGITS = 11
    CONTEXT = ("oib", "osobni identifikacijski broj")
    LANGUAGES = ("hr",)
    EXAMPLE = "OIB 33392005961"
    STANDARD = "Zakon o osobnom identifikacijskom broju (Croatia)"


class GrAmkaRecognizer(Identifier):
    """Birth date, five figures, the last of Luhn's."""

    ENTITY = "GR_AMKA"
    FORM = r"\d{11}"
    CHECK = amka.is_valid
    DIGITS = 11
    CONTEXT = ("αμκα", "amka")
    LANGUAGES = ("el",)
    EXAMPLE = "ΑΜΚΑ 01013099997"
    STANDARD = "Law 3655/2008 (Greece)"


class IePpsRecognizer(Identifier):
    """Seven figures and one or two letters, the first a check."""

    ENTITY = "IE_PPS"
    FORM = r"\d{7}[A-W][ABHTWX]?"
    CHECK = pps.is_valid
    DIGITS = 7
    CONTEXT = ("pps", "ppsn", "pps number", "personal public service")
    LANGUAGES = ("en",)
    EXAMPLE = "PPS number 6433435F"
    STANDARD = "Social Welfare Consolidation Act 2005 (Ireland)"


def _is_baltic(number: str) -> bool:
    return bool(ik.is_valid(number) or asmens.is_valid(number))


class BalticNumberRecognizer(Identifier):
    """Estonia's isikukood and Lithuania's asmens kodas: eleven figures of one make."""

    ENTITY = "BALTIC_PERSONAL_CODE"
    FORM = r"[1-8]\d{10}"
    CHECK = _is_baltic
    DIGITS = 11
    CONTEXT = ("isikukood", "asmens kodas", "asmens kodo", "personal code")
    LANGUAGES = ("et", "lt")
    EXAMPLE = "isikukood 36805280109"
    STANDARD = "Population Register Acts of Estonia and Lithuania"


class EmsoRecognizer(Identifier):
    """EMŠO, JMBG: thirteen figures of the states of former Yugoslavia."""

    ENTITY = "JMBG"
    FORM = r"\d{13}"
    CHECK = emso.is_valid
    DIGITS = 13
    CONTEXT = ("emšo", "emso", "jmbg", "матични број", "matični broj")
    LANGUAGES = ("sl", "sr", "hr")
    EXAMPLE = "EMŠO 0101006500006"
    STANDARD = "Law on the Introduction of the Unique Citizen Registration Number (1976)"


RECOGNIZERS = (
    FrNirRecognizer,
    FrNirInContextRecognizer,
    FrTaxNumberRecognizer,
    NlBsnRecognizer,
    BeNationalNumberRecognizer,
    PtNifRecognizer,
    PtCitizenCardRecognizer,
    AtSocialSecurityRecognizer,
    ChAhvRecognizer,
    CzBirthNumberRecognizer,
    DkCprRecognizer,
    NoBirthNumberRecognizer,
    RoCnpRecognizer,
    BgEgnRecognizer,
    HrOibRecognizer,
    GrAmkaRecognizer,
    IePpsRecognizer,
    BalticNumberRecognizer,
    EmsoRecognizer,
)
