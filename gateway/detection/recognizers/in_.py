"""India: GSTIN with its check character, UPI addresses, bank branches with accounts, mobiles, passports by name."""

from __future__ import annotations

from stdnum.in_ import gstin

from gateway.detection.recognizers.identifier import Identifier
from gateway.detection.recognizers.needs import Needs, needs
from gateway.detection.recognizers.rule import Rule

_BANKS = (
    "ok(?:axis|hdfcbank|icici|sbi)|ybl|ibl|axl|paytm|apl|yapl|rapl|upi|oksbi|sbi|icici|hdfcbank|axisbank|kotak|yesbank|"
    "idfcbank|idfcfirst|indus|federal|barodampay|pnb|cnrb|unionbank|boi|aubank|rbl|fam|jupiteraxis|freecharge|ikwik|"
    "airtel|jio|postbank|waaxis|wahdfcbank|wasbi|waicici|pthdfc|ptaxis|ptsbi|ptyes|tapicici|"
    "slice|goaxb|naviaxis|dbs|hsbc|sc"
)


class InGstinRecognizer(Identifier):
    """State, the holder's PAN, a figure, Z, and the check character; the check proves it."""

    ENTITY = "IN_GSTIN"
    FORM = r"[0-3]\d[A-Z]{5}\d{4}[A-Z][1-9A-Z]Z[0-9A-Z]"
    CHECK = gstin.is_valid
    DIGITS = 6
    REQUIRED = False
    CONTEXT = ("gstin", "gst", "goods and services tax")
    LANGUAGES = ("en", "hi")
    EXAMPLE = "GSTIN 27AAPFU0939F1ZV"
    STANDARD = "Central Goods and Services Tax Rules 2017"


class InUpiRecognizer(Rule):
    """name@bank: a handle of the Unified Payments Interface, no dot behind the @."""

    ENTITY = "IN_UPI_ID"
    PATTERNS = (
        ("known bank", rf"(?<![\w.@-])[\w.-]{{2,64}}@(?:{_BANKS})(?![\w.-])", 0.8),
        (
            "named",
            r"(?:\bupi\b|\bvpa\b|gpay|phonepe|bhim)[^\n@]{0,24}?(?P<value>(?<![\w.@-])"
            r"[\w.-]{2,64}@[a-z]{2,24})(?![\w.-])",
            0.8,
        ),
    )
    NEEDS: Needs = needs(shape=r"\w@[a-z]{2,24}(?![\w.-])")
    LANGUAGES = ("en", "hi")
    EXAMPLE = "send it to meera.k92@okhdfcbank"
    STANDARD = "NPCI, Unified Payments Interface procedural guidelines"


class InIfscRecognizer(Rule):
    """A bank branch's code, and the account beside it."""

    ENTITY = "BANK_ACCOUNT"
    PATTERNS = (
        (
            "IFSC, account",
            r"(?<![0-9A-Z])[A-Z]{4}0[A-Z0-9]{6}(?![0-9A-Z])[^\n]{0,40}?(?<!\d)(?P<value>\d{9,18})(?!\d)",
            0.8,
        ),
        (
            "account, IFSC",
            r"(?<!\d)(?P<value>\d{9,18})(?!\d)[^\n]{0,40}?(?<![0-9A-Z])[A-Z]{4}0[A-Z0-9]{6}(?![0-9A-Z])",
            0.8,
        ),
    )
    FLAGS = 0
    NEEDS: Needs = needs(digits=7, shape=r"(?<![0-9a-z])[a-z]{4}0[a-z0-9]{6}(?![0-9a-z])")
    LANGUAGES = ("en", "hi")
    EXAMPLE = "A/c 50100234567891, IFSC HDFC0001234"
    STANDARD = "Reserve Bank of India, Indian Financial System Code"


class InMobileRecognizer(Identifier):
    """Ten figures that begin with 6 to 9, 5-5 or together, beside a word for telephone or India."""

    ENTITY = "PHONE_NUMBER"
    FORM = r"(?:(?:\+|00)?91[ -]?|0)?[6-9]\d{4}[ -]?\d{5}"
    DIGITS = 10
    CONTEXT = (
        "mobile",
        "phone",
        "call",
        "whatsapp",
        "contact",
        "cell",
        "mob",
        "ph",
        "tel",
        "sms",
        "मोबाइल",
        "फोन",
        "फ़ोन",
        "नंबर",
    )
    LANGUAGES = ("en", "hi")
    EXAMPLE = "mobile 98765 04321"
    STANDARD = "National Numbering Plan 2003 (India)"


RECOGNIZERS = (
    InGstinRecognizer,
    InUpiRecognizer,
    InIfscRecognizer,
    InMobileRecognizer,
)
