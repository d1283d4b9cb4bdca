"""Chinese street addresses: a road, lane, estate or village with a number (GB/T 23705's order of parts).

Mainland, Hong Kong and Taiwan; province, city and district belong to the address where they stand before it.
"""

from __future__ import annotations

from typing import Any

import regex

from gateway.detection.presidio import RecognizerResult
from gateway.detection.recognizers.needs import Needs, needs
from gateway.detection.recognizers.rule import Rule
from gateway.detection.scripts import HAN

_NUMBER = r"(?:[甲乙丙]?\d{1,5}|[一二三四五六七八九十百零〇两]{1,6})"
_ROAD = (
    r"(?:[街道路巷弄苑邨徑坊段]|(?<![这那哪城家心村屋眼手夜嘴车店校院])里(?!面)|村(?!里)|大厦|大廈|"
    r"小区|小區|花园|花園|公寓|社区|家园|广场|廣場|胡同|国际|中心|公馆|名邸|山庄|府邸)"
)
_UNIT = r"(?:号院|號院|号楼|號樓|号|號|弄|巷|幢|栋|棟|座|单元|單元|楼|樓|室|层|層|房|户|戶|之)"
_MORE = (
    rf"(?:[{HAN}A-Za-z-]{{0,6}}?[A-Z]?\d{{1,4}}[A-Z]?(?:号|號|幢|栋|棟|座|单元|單元|楼|樓|室|层|層|房|户|戶)?|"
    rf"[{HAN}]{{0,8}}?[A-Z](?:栋|棟|座|幢|室|区)){{0,5}}"
)
# "12号线", "3号馆": stations, halls and lines are nobody's address.
_NO_HOUSE = r"(?!线|線|口|馆|館|机|機|公路|高速|文件|院线|航站|登机|检票|厅|台|选手|球|字|令|种|车|库|月|日)"
_BEFORE = regex.compile(rf"[{HAN}]{{1,18}}$")
# Where an address begins, in the words before it.
_LEAD = regex.compile(
    r"(?:住在|家住|位于|位於|寄到|寄往|送到|地址[是为：:]?|住址|就在|我在|在|到|于|是|为|从|至)(?=[^省市区县]{2})"
)


class CnAddressRecognizer(Rule):
    """At least a road and a house number; what belongs to it before and behind comes with it."""

    ENTITY = "STREET_ADDRESS"
    FLAGS = 0
    PATTERNS = (
        ("road and number",
            rf"{_ROAD}(?:(?![第法条款令文])[{HAN}A-Za-z]){{0,6}}?{_NUMBER}(?"
            rf":[-–]\d{{1,4}}){{0,2}}{_UNIT}{_NO_HOUSE}{_MORE}", 0.75),
        ("estate and numbers",
            rf"(?:小区|小區|花园|花園|公寓|家园|苑|庭|城|府|村|湾|"
            rf"里){_NUMBER}[-–]\d{{1,3}}[-–]\d{{1,4}}(?!\d)", 0.75),
        ("building, unit, room",
            r"\d{1,3}(?:号楼|號樓|栋|棟|幢|座)(?:\d{1,2}(?:单元|單元))?(?:\d{1,3}(?:层|樓|楼))?\d{3,4}(?:室|号|號|房|"
            r"户)?(?!\d)", 0.7),
        ("village",
            rf"(?:[镇鄉乡县縣][{HAN}]{{1,6}}(?:村|屯|寨|庄|莊)|[{HAN}]{{2}}(?:村|屯|"
            rf"寨))[{HAN}]{{0,3}}?{_NUMBER}(?:组|組|队|隊|社|号|號)(?![{HAN}]?长)", 0.75),
    )  # fmt: skip
    NEEDS: Needs = needs(
        foreign=True,
        shape=r"[号號弄幢栋棟座元楼樓室层層房户組组队隊社]|"
        r"(?:[区區园園寓苑庭城府村湾里])[\d一二三四五六七八九十]+[-–]\d",
    )
    LANGUAGES = ("zh",)
    EXAMPLE = "上海市浦东新区世纪大道100号1201室"
    STANDARD = "GB/T 23705-2009"

    def analyze(
        self, text: str, entities: list[str], nlp_artifacts: Any = None, regex_flags: int | None = None
    ) -> list[RecognizerResult]:
        """Presidio's interface; takes what stands before the road along."""
        results = super().analyze(text, entities)
        for item in results:
            item.start = _begin(text, item.start)
        return list({(item.start, item.end): item for item in results}.values())


def _begin(text: str, start: int) -> int:
    """Where an address begins whose road or building stands at `start`."""
    before = _BEFORE.search(text, max(0, start - 18), start)
    if before is None:
        return start
    leads = list(_LEAD.finditer(text, before.start(), start))
    return leads[-1].end() if leads and leads[-1].end() < start else before.start()
