"""VAT numbers of the EU's states and the United Kingdom, each with its own check digits."""

from __future__ import annotations

from stdnum.eu import vat
from stdnum.gb import vat as gb_vat

from gateway.detection.recognizers.identifier import Identifier

_STATES = "AT|BE|BG|CY|CZ|DE|DK|EE|EL|ES|FI|FR|GB|GR|HR|HU|IE|IT|LT|LU|LV|MT|NL|PL|PT|RO|SE|SI|SK|XI"


def is_vat_number(number: str) -> bool:
    """Whether the check digits of the state that it begins with are right."""
    if number.startswith(("GB", "XI")):
        return bool(gb_vat.is_valid(number[2:]))
    return bool(vat.is_valid(number))


class VatIdRecognizer(Identifier):
    """The state's two letters and up to twelve characters, beside a word for the tax."""

    ENTITY = "VAT_ID"
    FORM = rf"(?:{_STATES})[ -]?(?=[0-9A-Z]*\d{{2}})[0-9A-Z](?:[ .-]?[0-9A-Z+*]){{7,12}}"
    CHECK = is_vat_number
    DIGITS = 7
    CONTEXT = (
        "vat", "vat id", "vat number", "vat no", "ust-id", "ust-idnr", "ust id", "umsatzsteuer", "uid", "mwst",
        "tva", "iva",
        "nif-iva", "partita iva", "p. iva", "btw", "moms", "alv", "dph", "áfa", "nip", "pvm", "ddv", "φπα", "增值税",
        "税号",
        "intracommunautaire",
    )  # fmt: skip
    LANGUAGES = ("en", "de", "fr", "it", "es", "nl", "pt", "pl", "sv", "zh")
    EXAMPLE = "VAT number DE136695976"
    STANDARD = "Council Directive 2006/112/EC article 215; HMRC Notice 700"
