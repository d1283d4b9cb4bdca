"""United States: employer identification numbers, and social security numbers that the words name, in part, too."""

from __future__ import annotations

from stdnum.us import ein

from gateway.detection.recognizers.identifier import Identifier
from gateway.detection.recognizers.needs import Needs, needs
from gateway.detection.recognizers.rule import Rule


class UsEinRecognizer(Identifier):
    """Two figures of a campus of the IRS, a hyphen, seven figures; beside a word for it."""

    ENTITY = "TAX_ID"
    FORM = r"\d{2}-\d{7}"
    CHECK = ein.is_valid
    DIGITS = 9
    CONTEXT = (
        "ein",
        "fein",
        "employer identification",
        "employer id",
        "federal tax id",
        "tax id",
        "tin",
        "taxpayer",
        "w-9",
        "税号",
    )
    LANGUAGES = ("en", "zh")
    EXAMPLE = "our EIN is 12-3456789"
    STANDARD = "IRS Publication 1635"


class UsSsnInPartRecognizer(Rule):
    """Nine figures in any grouping, or the last four, where the words say social security."""

    ENTITY = "US_SSN"
    PATTERNS = (
        (
            "named",
            r"(?<![A-Za-z])(?:ssns?|ss#|social security(?: (?:number|no\.?|num|#))?|社会安全号码?|社安号)[^\n\d]{0,24}?"
            r"(?<!\d)(?P<value>\d{3}[ .-]?\d{2}[ .-]?\d{4})(?![\d-])",
            0.85,
        ),
        (
            "last four",
            r"last (?:four|4)(?: digits?)?(?: of)?[^\n\d]{0,24}?(?:ssn|"
            r"social)[^\n\d]{0,20}?(?<!\d)(?P<value>\d{4})(?!\d)|"
            r"(?:ssn|social)(?: security)?(?: number)?[^\n\d]{0,12}?(?:ending|ends|"
            r"last)[^\n\d]{0,24}?(?<!\d)(?P<value>\d{4})(?!\d)",
            0.8,
        ),
    )
    NEEDS: Needs = needs("ssn", "ssns", "ss#", "ss", "social security", "social", "社会安全号", "社安号", digits=4)
    LANGUAGES = ("en", "zh")
    EXAMPLE = "the last four of my SSN are 4471"
    STANDARD = "Social Security Administration, POMS RM 10201"


RECOGNIZERS = (
    UsEinRecognizer,
    UsSsnInPartRecognizer,
)
