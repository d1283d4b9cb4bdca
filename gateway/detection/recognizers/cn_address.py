"""Chinese street addresses: a road, lane or estate with a number (GB/T 23705's order of parts)."""

from __future__ import annotations

from gateway.detection.recognizers.rule import Rule
from gateway.detection.scripts import HAN

_NUMBER = r"(?:\d{1,5}|[一二三四五六七八九十百零〇两]{1,6})"
_ROAD = r"(?:大街|大道|胡同|小区|花园|公寓|新村|社区|家园|广场|路|街|巷|弄|里|村|苑|道)"


class CnAddressRecognizer(Rule):
    """At least a road and a house number; province, city, building and room belong to it if there."""

    ENTITY = "STREET_ADDRESS"
    PATTERNS = (
        (
            "road and number",
            rf"[{HAN}]{{0,16}}[{HAN}]{_ROAD}[{HAN}A-Za-z]{{0,8}}?{_NUMBER}(?:-\d{{1,4}})?"
            rf"(?:号院|号楼|号|弄|幢|栋|座|单元|楼|室|層|层)(?:[{HAN}A-Za-z]{{0,4}}\d{{1,4}}(?:号|幢|栋|座|单元|楼|室|层)?){{0,4}}",
            0.75,
        ),
    )  # fmt: skip
