"""Japan: individual and corporate numbers with their check digits, driving licences, addresses."""

from __future__ import annotations

from stdnum.jp import cn, in_

from gateway.detection.recognizers.identifier import Identifier
from gateway.detection.recognizers.needs import Needs, needs
from gateway.detection.recognizers.rule import Rule
from gateway.detection.scripts import HAN


class JpMyNumberRecognizer(Identifier):
    """Twelve figures, mostly in fours, with the right check digit, beside a word for the Individual Number."""

    ENTITY = "JP_MY_NUMBER"
    FORM = r"\d{4}[ -]?\d{4}[ -]?\d{4}"
    CHECK = in_.is_valid
    DIGITS = 12
    CONTEXT = ("マイナンバー", "個人番号", "my number", "mynumber", "individual number", "通知カード", "个人番号")
    LANGUAGES = ("ja", "en", "zh")
    EXAMPLE = "マイナンバーは 6214 9832 0257 です"
    STANDARD = "My Number Act (Act No. 27 of 2013), Ministry of Internal Affairs ordinance No. 85 of 2014"


class JpCorporateNumberRecognizer(Identifier):
    """Thirteen figures with the right check digit, beside a word for it."""

    ENTITY = "JP_CORPORATE_NUMBER"
    FORM = r"\d[ -]?\d{4}[ -]?\d{4}[ -]?\d{4}"
    CHECK = cn.is_valid
    DIGITS = 13
    CONTEXT = ("法人番号", "会社法人等番号", "corporate number", "法人番號", "インボイス", "登録番号")
    LANGUAGES = ("ja", "en")
    EXAMPLE = "法人番号 5835678256246"
    STANDARD = "National Tax Agency, Corporate Number"


class JpDriverLicenseRecognizer(Identifier):
    """Twelve figures beside a word for the licence."""

    ENTITY = "DRIVER_LICENSE"
    FORM = r"\d{12}|\d{2}[ -]\d{2}[ -]\d{6}[ -]\d{2}"
    DIGITS = 12
    CONTEXT = ("運転免許", "免許証", "免許番号")
    LANGUAGES = ("ja",)
    EXAMPLE = "運転免許証番号 308714926690"
    STANDARD = "Road Traffic Act (Japan), licence number of twelve figures"


class JpAddressRecognizer(Rule):
    """A municipality, then a house: 区神宮前1-2-3, 市本町三丁目4番5号; the postal code with it (〒150-0001)."""

    ENTITY = "STREET_ADDRESS"
    PATTERNS = (
        (
            "address",
            rf"(?:〒?\d{{3}}[-‐−ー]\d{{4}}\s?)?[{HAN}ァ-ヶ]{{1,10}}?[市区町村郡][{HAN}ァ-ヶー々のケ]{{1,14}}?"
            r"(?:\d{1,4}(?:[-‐−ー]\d{1,4}){1,3}|[0-9一二三四五六七八九十]{1,4}(?:丁目|"
            r"番地?)[0-9-‐−ー]{0,8}(?:番地?|号)?(?:[0-9]{1,4}号?)?)"
            rf"(?:\s?[{HAN}ァ-ヶーA-Za-z]{{1,16}}\s?\d{{1,4}}(?:号室|号|室)?)?",
            0.75,
        ),
    )
    NEEDS: Needs = needs(foreign=True, digits=1, shape=r"〒|[市区町村郡].{1,20}?\d{1,4}[-‐−ー]\d|丁目|番地")
    LANGUAGES = ("ja",)
    EXAMPLE = "東京都練馬区大泉学園町6-18-4"
    STANDARD = "Act on Indication of Residential Address (Act No. 119 of 1962)"


RECOGNIZERS = (
    JpMyNumberRecognizer,
    JpCorporateNumberRecognizer,
    JpDriverLicenseRecognizer,
    JpAddressRecognizer,
)
