"""Personal numbers of northern, eastern and south-eastern Europe.

Each with its check digit and the words that name it there. Finland, Sweden and Poland are in Presidio.
"""

from __future__ import annotations

from stdnum.bg import egn
from stdnum.cz import rc
from stdnum.dk import cpr
from stdnum.ee import ik
from stdnum.gr import amka
from stdnum.hr import oib
from stdnum.lt import asmens
from stdnum.no import fodselsnummer
from stdnum.ro import cnp
from stdnum.si import emso

from gateway.detection.recognizers.identifier import Identifier


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
    CzBirthNumberRecognizer,
    DkCprRecognizer,
    NoBirthNumberRecognizer,
    RoCnpRecognizer,
    BgEgnRecognizer,
    HrOibRecognizer,
    GrAmkaRecognizer,
    BalticNumberRecognizer,
    EmsoRecognizer,
)
