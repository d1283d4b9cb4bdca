"""Postal codes, where a word or the sign 〒 says that they are (UPU S42)."""

from __future__ import annotations

from gateway.detection.recognizers.needs import Needs, needs
from gateway.detection.recognizers.rule import Rule


class PostalCodeRecognizer(Rule):
    """The code behind its name, in the forms of some twenty countries."""

    ENTITY = "ZIP_CODE"
    PATTERNS = (
        (
            "named",
            r"(?:(?<![a-z])(?:zip ?codes?|zip|post(?:al)? ?codes?|postcodes?|plz|postleitzahl|"
            r"code postal|codice postale|"
            r"c[óo]digo postal|cep|pin ?code)(?![a-z])|邮政编码|邮编|郵遞區號|郵便番号|우편번호|индекс)"
            r"(?:\s?(?:is|:|：|=|是|为|は|은|는)){0,2}\s{0,2}"
            r"(?P<value>\d{5}-\d{3,4}|[a-z]{1,2}\d[a-z0-9]? ?\d[a-z]{2}|[a-z]\d[a-z] ?\d[a-z]\d|"
            r"\d{3}[- ]\d{3,4}|\d{4,6})(?![\d-])",
            0.7,
        ),
        ("〒", r"〒\s?(?P<value>\d{3}[-‐−ー]?\d{4})(?!\d)", 0.75),
    )
    NEEDS: Needs = needs(
        "zip", "zipcode", "zipcodes", "zip codes", "postcode", "postcodes", "postalcode", "postal", "post", "plz",
        "postleitzahl", "cep",
        "pin", "pincode", "邮政编码", "邮编", "郵遞區號", "郵便番号", "우편번호", "индекс", "〒", digits=3,
    )  # fmt: skip
    LANGUAGES = ("en", "zh", "ja", "ko", "de", "fr", "it", "es", "pt", "ru")
    EXAMPLE = "〒150-0001"
    STANDARD = "UPU S42, international postal address components and templates"
