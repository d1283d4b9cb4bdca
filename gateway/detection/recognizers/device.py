"""Numbers of things that belong to somebody: mobile telephones (IMEI), vehicles (VIN)."""

from __future__ import annotations

from stdnum.luhn import is_valid as luhn

from gateway.detection.recognizers.identifier import Identifier

_VALUES = dict(
    zip("ABCDEFGHJKLMNPRSTUVWXYZ", (1, 2, 3, 4, 5, 6, 7, 8, 1, 2, 3, 4, 5, 7, 9, 2, 3, 4, 5, 6, 7, 8, 9), strict=True)
)
_WEIGHTS = (8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2)


def is_vin(number: str) -> bool:
    """Whether the ninth place is the right check character (49 CFR 565.15)."""
    values = [_VALUES[character] if character.isalpha() else int(character) for character in number]
    remainder = sum(value * weight for value, weight in zip(values, _WEIGHTS, strict=True)) % 11
    return number[8] == "0123456789X"[remainder]


class ImeiRecognizer(Identifier):
    """Fifteen figures, the last of Luhn's, beside a word for it."""

    ENTITY = "IMEI"
    FORM = r"\d{2}[ -]?\d{6}[ -]?\d{6}[ -]?\d"
    CHECK = luhn
    DIGITS = 15
    CONTEXT = ("imei", "meid", "串号", "序列号", "设备号", "device id", "handset")
    LANGUAGES = ("en", "zh")
    EXAMPLE = "IMEI 490154203237518"
    STANDARD = "3GPP TS 23.003 section 6.2"


class VinRecognizer(Identifier):
    """Seventeen characters without I, O, Q, with a right check character and figures at the end."""

    ENTITY = "VIN"
    FORM = r"(?=[A-Z0-9]*[A-Z])[1-9A-HJ-NPR-Z][A-HJ-NPR-Z0-9]{7}[0-9X][A-HJ-NPR-TV-Y1-9][A-HJ-NPR-Z0-9]{3}\d{4}"
    CHECK = is_vin
    DIGITS = 4
    LONG_RUN = True
    REQUIRED = False
    CONTEXT = ("vin", "chassis", "vehicle identification", "车架号", "车辆识别代号", "底盘号")
    LANGUAGES = ("en", "zh", "de", "fr")
    EXAMPLE = "VIN 1M8GDM9AXKP042788"
    STANDARD = "ISO 3779, 49 CFR 565"


class VinInContextRecognizer(Identifier):
    """The same without a check, which Europe and China do not ask for, beside a word for it."""

    ENTITY = "VIN"
    FORM = r"(?=[A-Z0-9]*[A-Z])[A-HJ-NPR-Z0-9]{13}\d{4}"
    DIGITS = 4
    CONTEXT = (
        *VinRecognizer.CONTEXT,
        "fahrgestellnummer",
        "fin",
        "numéro de série",
        "bastidor",
        "telaio",
        "車台番号",
        "차대번호",
    )
    LANGUAGES = ("en", "zh", "de", "fr", "es", "it", "ja", "ko")
    EXAMPLE = "车架号 LVSHCAMB3NE204817"
    STANDARD = "ISO 3779, GB 16735-2019"


RECOGNIZERS = (
    ImeiRecognizer,
    VinRecognizer,
    VinInContextRecognizer,
)
