"""Streets with a house number in alphabets: English, Spanish, French, German, Italian, Portuguese, Dutch, Polish.

A word for a street, its name, a number, in the order of the country. Names are capitalised, which tells
"via Roma 12" from "via email 3"; what everybody knows (10 Downing Street) is nobody's address.
"""

from __future__ import annotations

import regex

from gateway.detection.recognizers.needs import Needs, needs
from gateway.detection.recognizers.rule import Rule

_NAME = (
    r"(?:(?:de|del|de la|de los|de las|della|delle|dei|di|da|do|das|dos|du|des|l'|d'|la|le|les|van|"
    r"von|der|den|st\.?|san|santa)[ ]?)"
)
_PROPER = rf"(?:{_NAME}{{0,2}}\p{{Lu}}[\p{{L}}'’.-]+)(?: {_NAME}{{0,2}}[\p{{Lu}}\d][\p{{L}}'’.-]*){{0,3}}"
_NUMBER = r"(?:n[.º°o]{1,2} ?|nº ?|no\. ?|#)?\d{1,4}(?: ?(?:bis|ter|[A-Za-z]))?(?:[-/]\d{1,4})?(?![\d\p{L}:%€$]|[.,]\d)"
_ROMANCE = (
    r"(?![Vv]ia (?:E-?[Mm]ail|Zoom|Slack|SMS|API|WhatsApp|USB|HTTP))(?:[Cc]alle|C/|[Aa]venida|"
    r"[Aa]vda\.?|[Aa]v\.|[Pp]laza|[Pp]aseo|[Cc]amino|[Cc]arrer|[Rr]onda|"
    r"[Rr]ua|R\.|[Tt]ravessa|[Pp]raça|"
    r"[Ll]argo|[Aa]lameda|[Ee]strada|[Vv]ia|[Vv]iale|[Pp]iazza|[Cc]orso|[Vv]icolo)"
)
_FRENCH = r"(?:rue|avenue|av\.|boulevard|bd|place|chemin|allée|impasse|quai|route|cours|square|passage|faubourg)"
_GERMANIC = (
    r"(?!(?:\p{L}*[aeio]ring|During|Manufacturing|Spring|String|Bring|Arcade|Decade|Blockade|Cascade|Barricade)\b)"
    r"\p{Lu}[\p{L}-]{1,24}(?:straße|strasse|str\.|weg|allee|platz|gasse|ring|damm|ufer|steig|chaussee|"
    r"straat|laan|plein|gracht|kade|dijk|singel|vägen|gatan|veien|gata|vej|gade)"
)
_ENGLISH = (
    r"(?:Street|St\.?|Road|Rd\.?|Avenue|Ave\.?|Lane|Ln\.?|Drive|Dr\.?|Court|Ct\.?|Place|Pl\.?|"
    r"Boulevard|Blvd\.?|Way|Close|Crescent|"
    r"Terrace|Parkway|Pkwy|Highway|Hwy|Circle|Cir\.?|Trail|Square|Gardens|Grove|Mews|Row|Hill|Walk|Loop|Alley|Pike|Run)"
)
# Addresses of offices, museums and fiction that stand in every book.
_KNOWN = regex.compile(
    r"10 downing|11 downing|1600 pennsylvania|221b baker|350 fifth|4 privet|12 grimmauld|742 evergreen|1 infinite loop|"
    r"1 microsoft way|one microsoft way|1600 amphitheatre|1 hacker way|30 rockefeller|124 conch|"
    r"31 spooner|1313 mockingbird|"
    r"55 rue du faubourg|111 8th|wall street|123 main|42 wallaby",
    regex.IGNORECASE,
)


class StreetAddressRecognizer(Rule):
    """The street and its number; flat, postal code and town where they follow."""

    ENTITY = "STREET_ADDRESS"
    FLAGS = regex.UNICODE
    PATTERNS = (
        ("Romance", rf"(?<!\p{{L}}){_ROMANCE} {_PROPER},? {_NUMBER}", 0.7),
        ("French", rf"(?<![\d\p{{L}}.,/-])\d{{1,4}}(?: ?(?:bis|ter))?,? {_FRENCH} {_PROPER}", 0.7),
        ("Polish",
            r"(?<!\p{L})(?:ul\.|al\.|os\.) \p{Lu}[\p{L} .-]{2,30}? "
            r"\d{1,4}(?:[/m ]{1,3}\d{1,4})?(?![\d\p{L}])", 0.7),
        (
            "English",

                rf"(?<![\d\p{{L}}.,$#/-])\d{{1,5}}[A-Za-z]?,? (?:[NSEW]\.? )?(?:\p{{Lu}}[\p{{L}}'’-]+ |"
                rf"\d{{1,3}}(?:st|nd|rd|th) ){{1,3}}{_ENGLISH}(?!\p{{L}})"
            r"(?:,? (?:Apt|Apartment|Suite|Ste|Unit|Flat|#)\.? ?[\w-]{1,6})?",
            0.7,
        ),
    )  # fmt: skip
    NEEDS: Needs = needs(
        "street", "st", "road", "rd", "avenue", "ave", "av", "lane", "ln", "drive", "dr", "court", "ct", "place", "pl",
        "boulevard", "blvd", "bd", "way", "close", "crescent", "terrace", "parkway", "pkwy", "highway", "hwy",
        "circle", "cir",
        "trail", "square", "gardens", "grove", "mews", "row", "hill", "walk", "loop", "alley", "pike", "run",
        "calle", "c",
        "avenida", "avda", "plaza", "paseo", "camino", "carrer", "ronda", "rua", "r", "travessa", "praça", "largo",
        "alameda",
        "estrada", "via", "viale", "piazza", "corso", "vicolo", "rue", "chemin", "allée", "impasse", "quai", "route",
        "cours",
        "passage", "faubourg", "ul", "al", "os", digits=1,
    )  # fmt: skip
    LANGUAGES = ("en", "es", "fr", "it", "pt", "pl")
    EXAMPLE = "vive en la calle Pintor Sorolla 14"
    STANDARD = "UPU S42, international postal address components and templates"

    def invalidate_result(self, pattern_text: str) -> bool:
        """True for addresses that stand in every book."""
        return _KNOWN.search(pattern_text) is not None


class GermanicStreetRecognizer(Rule):
    """Streets whose kind is the end of their name: Hauptstraße 17a, Prinsengracht 263."""

    ENTITY = "STREET_ADDRESS"
    FLAGS = regex.UNICODE
    PATTERNS = (
        ("Germanic", rf"(?<!\p{{L}}){_GERMANIC} {_NUMBER}", 0.7),
        (
            "German, with a town",
            r"(?<!\p{L})(?:Am|An der|Im|In der|Zum|Zur|Auf der|Auf dem|Hinter der|Unter den) "
            r"\p{Lu}[\p{L}-]{2,24} \d{1,4}[a-z]?,? \d{5} \p{Lu}\p{L}+",
            0.75,
        ),
    )
    NEEDS: Needs = needs(
        digits=1,
        shape=r"(?:stra(?:ße|sse|at)|str\.|weg|allee|platz|gasse|ring|damm|ufer|steig|chaussee|laan|"
        r"plein|gracht|kade|dijk|singel|"
        r"vägen|gatan|veien|gata|vej|gade) \d|(?:am|an der|im|in der|zum|zur|auf de[rm]|unter den) \w+ \d",
    )
    LANGUAGES = ("de", "nl", "sv", "no", "da")
    EXAMPLE = "Am Rosengarten 3, 06406 Bernburg"
    STANDARD = StreetAddressRecognizer.STANDARD


RECOGNIZERS = (StreetAddressRecognizer, GermanicStreetRecognizer)
