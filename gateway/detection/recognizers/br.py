"""Brazil: CPF and CNPJ, both with two check digits, and RG by name."""

from __future__ import annotations

from stdnum.br import cnpj, cpf

from gateway.detection.recognizers.identifier import Identifier
from gateway.detection.recognizers.needs import Needs, needs
from gateway.detection.recognizers.rule import Rule


class BrCpfRecognizer(Identifier):
    """000.000.000-00 with right check digits."""

    ENTITY = "BR_CPF"
    FORM = r"\d{3}\.\d{3}\.\d{3}-\d{2}"
    CHECK = cpf.is_valid
    DIGITS = 11
    REQUIRED = False
    CONTEXT = ("cpf", "cadastro de pessoa")
    LANGUAGES = ("pt",)
    EXAMPLE = "CPF 390.533.447-05"
    STANDARD = "Receita Federal, Instrução Normativa 1548/2015"


class BrCpfInContextRecognizer(Rule):
    """What is called CPF or RG, check digits or not: people mistype them."""

    ENTITY = "BR_CPF"
    PATTERNS = (
        ("CPF", r"\bcpfs?\b[^\n\d]{0,16}?(?P<value>\d{3}\.?\d{3}\.?\d{3}[-/ ]?\d{2})(?!\d)", 0.8),
        ("RG", r"\brg\b(?: n[.º°o]*)?[:\s]{1,3}(?P<value>\d{1,2}\.?\d{3}\.?\d{3}-?[\dX])(?!\d)", 0.7),
    )
    NEEDS: Needs = needs("cpf", "cpfs", "rg", digits=8)
    LANGUAGES = ("pt",)
    EXAMPLE = "meu CPF: 41863027580"
    STANDARD = BrCpfRecognizer.STANDARD


class BrCnpjRecognizer(Identifier):
    """00.000.000/0000-00 with right check digits."""

    ENTITY = "BR_CNPJ"
    FORM = r"[0-9A-Z]{2}\.?[0-9A-Z]{3}\.?[0-9A-Z]{3}/[0-9A-Z]{4}-\d{2}"
    CHECK = cnpj.is_valid
    DIGITS = 8
    REQUIRED = False
    CONTEXT = ("cnpj",)
    LANGUAGES = ("pt",)
    EXAMPLE = "CNPJ 16.727.230/0001-97"
    STANDARD = "Receita Federal, Instrução Normativa 2119/2022"


RECOGNIZERS = (
    BrCpfRecognizer,
    BrCpfInContextRecognizer,
    BrCnpjRecognizer,
)
