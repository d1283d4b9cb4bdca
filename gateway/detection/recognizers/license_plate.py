"""Vehicle registration plates: those that are like nothing else by form, the others where a word says so."""

from __future__ import annotations

from gateway.detection.recognizers.identifier import AFTER, BEFORE
from gateway.detection.recognizers.needs import Needs, needs
from gateway.detection.recognizers.rule import Rule

_PROVINCE = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼滬蘇遼贛"
_CYRILLIC = "АВЕКМНОРСТУХ"
_HANGUL = "가나다라마거너더러머버서어저고노도로모보소오조구누두루무부수우주아바사자배하허호"
_WORDS = (
    "plate", "plates", "licence plate", "license plate", "number plate", "plate number", "registration", "reg", "tag",
    "vehicle", "car", "parked", "van", "truck", "车牌", "車牌", "牌照", "车号", "kennzeichen", "immatriculation",
    "plaque",
    "matrícula", "placa", "targa", "kenteken", "матрикула", "номер машины", "госномер", "ナンバープレート", "차량번호",
    "vehicle number", "rc number",
)  # fmt: skip


class CnPlateRecognizer(Rule):
    """A province's character, a letter of the city, five places, or six on new-energy vehicles (GA 36-2018)."""

    ENTITY = "LICENSE_PLATE"
    PATTERNS = (
        (
            "new energy",
            rf"[{_PROVINCE}][A-HJ-NP-Z][\s·•・.-]?(?:[A-HJK][A-HJ-NP-Z0-9]\d{{4}}|\d{{5}}[A-HJK])(?![0-9A-Za-z])",
            0.85,
        ),
        (
            "ordinary",
            rf"[{_PROVINCE}][A-HJ-NP-Z][\s·•・.-]?"
            rf"(?=[A-Z]{{0,3}}\d)[A-HJ-NP-Z0-9]{{4}}[A-HJ-NP-Z0-9挂学警港澳](?![0-9A-Za-z])",
            0.8,
        ),
        (
            "forces",
            r"(?:WJ[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼]?\d{4}[0-9A-Z]|使\d{6})(?!\d)",
            0.8,
        ),
    )
    NEEDS: Needs = needs(foreign=True, digits=1, shape=rf"[{_PROVINCE}使][a-z]|wj[{_PROVINCE}]?\d|使\d")
    LANGUAGES = ("zh",)
    EXAMPLE = "车牌苏E·2Q7M8"
    STANDARD = "GA 36-2018"


class PlateByFormRecognizer(Rule):
    """Russian, Japanese and Korean plates, whose letters and order nothing else has."""

    ENTITY = "LICENSE_PLATE"
    PATTERNS = (
        ("Russian (GOST R 50577)", rf"(?<![\w])[{_CYRILLIC}]\d{{3}}[{_CYRILLIC}]{{2}}\s?\d{{2,3}}(?!\w)", 0.8),
        (
            "Japanese",
            r"[\u4e00-\u9fff\u3040-\u30ff]{1,4}\s?\d{2,3}\s?[あ-ん]\s?(?:\d{2}[-‐・]\d{2}|"
            r"[・.]{1,3}\d{1,3}[-‐]?\d{0,2})(?!\d)",
            0.7,
        ),
        ("Korean", rf"(?<!\d)\d{{2,3}}[{_HANGUL}]\s?\d{{4}}(?!\d)", 0.7),
    )
    NEEDS: Needs = needs(
        foreign=True,
        digits=3,
        shape=rf"[{_CYRILLIC.lower()}]\d{{3}}[{_CYRILLIC.lower()}]|\d\s?[あ-ん]\s?[\d・.]|\d[{_HANGUL}]\s?\d",
    )
    LANGUAGES = ("ru", "ja", "ko")
    EXAMPLE = "А417КМ 102"
    STANDARD = "GOST R 50577-2018; Road Vehicle Act (Japan); Ministry of Land notice 2018-501 (Korea)"


class PlateInContextRecognizer(Rule):
    """Plates of Europe, India, the Americas and elsewhere, beside a word for a plate or a vehicle."""

    ENTITY = "LICENSE_PLATE"
    FLAGS = 0
    PATTERNS = (
        ("UK, since 2001", rf"{BEFORE}[A-Z]{{2}}\d{{2}} ?[A-Z]{{3}}{AFTER}", 0.3),
        ("UK, before", rf"{BEFORE}(?:[A-Z]\d{{1,3}} ?[A-Z]{{3}}|[A-Z]{{3}} ?\d{{1,3}}[A-Z]){AFTER}", 0.3),
        (
            "France, Italy, Spain",
            rf"{BEFORE}(?:[A-Z]{{2}}[- ]?\d{{3}}[- ]?[A-Z]{{2}}|\d{{4}} ?[B-DF-HJ-NPR-TV-Z]{{3}}){AFTER}",
            0.3,
        ),
        ("Germany", rf"{BEFORE}[A-ZÄÖÜ]{{1,3}}[- ][A-Z]{{1,2}} ?\d{{1,4}}[EH]?{AFTER}", 0.3),
        ("Netherlands, Portugal", rf"{BEFORE}(?:[A-Z0-9]{{1,3}}-){{2}}[A-Z0-9]{{1,3}}{AFTER}", 0.3),
        ("India", rf"{BEFORE}[A-Z]{{2}}[ -]?\d{{1,2}}[ -]?[A-Z]{{1,3}}[ -]?\d{{4}}{AFTER}", 0.3),
        ("Brazil, Mercosur", rf"{BEFORE}[A-Z]{{3}}[- ]?\d[A-Z0-9]\d{{2}}{AFTER}", 0.3),
        (
            "North America",
            rf"{BEFORE}(?:\d[A-Z]{{3}}\d{{3}}|[A-Z]{{3}}[- ]?\d{{3,4}}|\d{{3}}[- ]?[A-Z]{{3}}){AFTER}",
            0.3,
        ),
        ("Taiwan", rf"{BEFORE}(?:[A-Z]{{3}}-\d{{4}}|\d{{4}}-[A-Z]{{2}}|[A-Z]{{2}}-\d{{4}}){AFTER}", 0.3),
        ("Hong Kong", rf"{BEFORE}[A-Z]{{2}} ?\d{{1,4}}{AFTER}", 0.3),
    )
    CONTEXT = _WORDS
    REQUIRED = True
    NEEDS: Needs = Needs(digits=2)
    LANGUAGES = ("en", "zh", "de", "fr", "es", "it", "nl", "pt", "ru", "ja", "ko")
    EXAMPLE = "number plate AB12 CDE"
    STANDARD = "registration authorities: DVLA, SIV, DGT, KBA, RDW, MoRTH, Contran"


RECOGNIZERS = (
    CnPlateRecognizer,
    PlateByFormRecognizer,
    PlateInContextRecognizer,
)
