"""Personal numbers of France, the Benelux, Portugal, Austria, Switzerland and Ireland.

Each with its check digit and the words that name it there. Spain, Italy and Germany are in Presidio.
"""

from __future__ import annotations

from stdnum.at import vnr
from stdnum.be import nn
from stdnum.ch import ssn as ahv
from stdnum.fr import nif as fr_nif
from stdnum.fr import nir
from stdnum.ie import pps
from stdnum.nl import bsn
from stdnum.pt import cc as pt_cc
from stdnum.pt import nif as pt_nif

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
    IePpsRecognizer,
)
