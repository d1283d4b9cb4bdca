"""Russia: SNILS and INN with their check digits, internal passports by name."""

from __future__ import annotations

from stdnum.ru import inn

from gateway.detection.recognizers.identifier import Identifier
from gateway.detection.recognizers.needs import Needs, needs
from gateway.detection.recognizers.rule import Rule


def is_snils(number: str) -> bool:
    """Whether the two check digits are right: the sum of the digits by place, modulo 101."""
    total = sum(int(digit) * (9 - place) for place, digit in enumerate(number[:9]))
    return total % 101 % 100 == int(number[9:])


class RuSnilsRecognizer(Identifier):
    """123-456-789 01: eleven figures, the last two a check."""

    ENTITY = "RU_SNILS"
    FORM = r"\d{3}-\d{3}-\d{3}[ -]\d{2}"
    CHECK = is_snils
    DIGITS = 11
    REQUIRED = False
    CONTEXT = ("снилс", "snils", "страховой номер")
    LANGUAGES = ("ru",)
    EXAMPLE = "СНИЛС 112-233-445 95"
    STANDARD = "Federal Law 27-FZ (Russia), order of the Pension Fund 192p"


class RuSnilsInContextRecognizer(Rule):
    """What is called СНИЛС, whatever its check digits."""

    ENTITY = "RU_SNILS"
    PATTERNS = (("named", r"(?:снилс|snils)[^\n\d]{0,16}?(?P<value>\d{3}[- ]?\d{3}[- ]?\d{3}[- ]?\d{2})(?!\d)", 0.8),)
    NEEDS: Needs = needs("снилс", "snils", digits=11)
    LANGUAGES = ("ru",)
    EXAMPLE = "мой СНИЛС 11223344501"
    STANDARD = RuSnilsRecognizer.STANDARD


class RuInnRecognizer(Identifier):
    """Ten figures of a firm or twelve of a person, check digits last."""

    ENTITY = "RU_INN"
    FORM = r"\d{10}|\d{12}"
    CHECK = inn.is_valid
    DIGITS = 10
    CONTEXT = ("инн", "inn", "идентификационный номер налогоплательщика")
    LANGUAGES = ("ru",)
    EXAMPLE = "ИНН 123456789047"
    STANDARD = "Order of the Federal Tax Service ММВ-7-6/435"


class RuPassportRecognizer(Rule):
    """Series of four figures and number of six."""

    ENTITY = "PASSPORT"
    PATTERNS = (
        (
            "named",
            r"паспорт[а-яё]*[^\n\d]{0,40}?(?P<value>\d{2}\s?\d{2}[^\n\d]{0,12}\d{6})(?!\d)|"
            r"серия[^\n\d]{0,4}(?P<value>\d{2}\s?\d{2}[^\n\d]{0,16}\d{6})(?!\d)",
            0.8,
        ),
    )
    NEEDS: Needs = needs("паспорт", "серия", digits=6)
    LANGUAGES = ("ru",)
    EXAMPLE = "паспорт серия 4510 № 123456"
    STANDARD = "Government Decree 828 of 1997 (Russia)"


class RuAddressRecognizer(Rule):
    """ул., пр-т, пер. with д. and a number: ул. Ленина, д. 5, кв. 12."""

    ENTITY = "STREET_ADDRESS"
    PATTERNS = (
        (
            "street and house",
            r"(?<![а-яё])(?:ул(?:ица|\.)|пр(?:оспект|-т|-кт|осп\.)|пер(?:еулок|\.)|бульвар|б-р|"
            r"шоссе|ш\.|наб(?:ережная|\.)|площадь|пл\.|проезд|аллея)\s?"
            r"[А-ЯЁа-яё0-9 .-]{2,40}?,?\s?(?:д(?:ом)?\.?\s?)?\d{1,4}[а-я]?"
            r"(?:/\d{1,3})?(?:,?\s?(?:к(?:орп)?|стр)\.?\s?\d{1,3})?"
            r"(?:,?\s?кв(?:артира)?\.?\s?\d{1,4})?(?![\dа-яё])",
            0.75,
        ),
    )
    NEEDS: Needs = needs(
        foreign=True,
        digits=1,
        shape=r"ул\.|улица|проспект|пр-т|пр-кт|просп\.|пер\.|переулок|бульвар|б-р|шоссе|наб\.|"
        r"набережная|проезд|аллея|пл\.|площадь|ш\.",
    )
    LANGUAGES = ("ru",)
    EXAMPLE = "ул. Зои Космодемьянской, д. 9, кв. 48"
    STANDARD = "Order of the Ministry of Finance 171n (Russia), elements of addresses"


RECOGNIZERS = (
    RuSnilsRecognizer,
    RuSnilsInContextRecognizer,
    RuInnRecognizer,
    RuPassportRecognizer,
    RuAddressRecognizer,
)
