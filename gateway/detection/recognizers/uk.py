"""United Kingdom: tax references with their check digit, sort code with account, an address by its postcode."""

from __future__ import annotations

from stdnum.gb import utr

from gateway.detection.recognizers.identifier import Identifier
from gateway.detection.recognizers.needs import Needs, needs
from gateway.detection.recognizers.rule import Rule

_POSTCODE = (
    r"(?:GIR ?0AA|[A-PR-UWYZ](?:\d{1,2}|[A-HK-Y]\d{1,2}|\d[A-HJKPSTUW]|[A-HK-Y]\d[ABEHMNPRV-Y]) ?\d[ABD-HJLNP-UW-Z]{2})"
)


_STREET = (
    r"(?:road|rd|street|st|avenue|ave|lane|ln|close|drive|dr|way|court|ct|place|pl|terrace|gardens|crescent|grove|park|"
    r"square|hill|row|mews|walk|view|green|rise|house|quay|wharf)"
)


class UkTaxReferenceRecognizer(Identifier):
    """Ten figures, perhaps with a K behind, beside a word for it."""

    ENTITY = "TAX_ID"
    FORM = r"\d{5} ?\d{5}K?"
    CHECK = utr.is_valid
    DIGITS = 10
    CONTEXT = ("utr", "unique taxpayer", "taxpayer reference", "self assessment", "hmrc", "tax reference")
    LANGUAGES = ("en",)
    EXAMPLE = "my UTR is 1955839661"
    STANDARD = "HMRC, Unique Taxpayer Reference"


class UkBankAccountRecognizer(Rule):
    """A sort code, and the account number of eight figures beside it."""

    ENTITY = "BANK_ACCOUNT"
    PATTERNS = (
        (
            "sort code and account",
            r"(?<![\d-])(?P<value>\d{2}[- ]\d{2}[- ]\d{2}\b[^\n\d]{0,40}?(?<![\d-])\d{8})(?![\d-])",
            0.85,
        ),
        ("sort code named", r"sort ?code[^\n\d]{0,12}?(?P<value>\d{2}[- ]?\d{2}[- ]?\d{2})(?![\d-])", 0.8),
    )
    NEEDS: Needs = needs("sort", "sortcode", "account", "acc", "acct", "a/c", "bank", digits=6)
    LANGUAGES = ("en",)
    EXAMPLE = "sort code 20-00-00, account 55779911"
    STANDARD = "Vocalink, Validating account numbers"


class UkAddressRecognizer(Rule):
    """A house number or name of a flat, a street, and a postcode within a line; or a postcode that is called one."""

    ENTITY = "STREET_ADDRESS"
    PATTERNS = (
        (
            "with house number",
            rf"(?<![\w.])(?:(?:flat|apt|apartment|unit|room) ?\w{{1,4}},? ?)?\d{{1,4}}[a-z]?,? [a-z][a-z'’. -]{{2,40}}"
            rf"(?:(?:(?<= {_STREET})|(?<={_STREET}(?=,)))[a-z'’ -]{{0,30}}|"
            rf"(?=,))(?:,\s?[a-z][a-z'’. -]{{1,30}}){{0,4}},?\s{{1,3}}"
            rf"{_POSTCODE}(?![0-9A-Za-z])",
            0.85,
        ),
        (
            "called one",
            rf"(?<![a-z])(?:post ?code(?: is|:| =)|my address|home address|i live|we live|lives? "
            rf"(?:at|in))[^\n]{{0,40}}?(?<![0-9A-Za-z])(?P<value>{_POSTCODE})(?![0-9A-Za-z])",
            0.75,
        ),
    )
    NEEDS: Needs = needs(digits=1, shape=r"(?<![a-z])[a-z]{1,2}\d{1,2}[a-z]? ?\d[a-z]{2}(?![a-z])")
    LANGUAGES = ("en",)
    EXAMPLE = "14 Ferndale Road, Leeds LS9 7QT"
    STANDARD = "Royal Mail Postcode Address File, BS 7666"


RECOGNIZERS = (
    UkTaxReferenceRecognizer,
    UkBankAccountRecognizer,
    UkAddressRecognizer,
)
