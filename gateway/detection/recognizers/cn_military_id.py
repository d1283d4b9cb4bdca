"""Identity cards of the Chinese armed forces (军官证, 士兵证, 文职干部证, 武警): "军字第1234567号"."""

from __future__ import annotations

from gateway.detection.recognizers.needs import Needs, needs
from gateway.detection.recognizers.rule import Rule


class CnMilitaryIdRecognizer(Rule):
    """A corps, 字第, six to eight figures, 号; or the figures beside a word for the card."""

    ENTITY = "CN_MILITARY_ID"
    PATTERNS = (
        (
            "军字第",
            r"[军兵士武参政后装海空炮火警沈北兰济南广成东西中联战陆][\u4e00-\u9fff]{0,3}字第?\s?\d{6,8}\s?号?(?!\d)",
            0.85,
        ),
        (
            "named",
            r"(?:军官证|士官证|士兵证|文职干部证|军人证|军人保障卡|警官证|military id)(?:号码?|"
            r"编号|number|no\.?)?(?:\s?[：:是为=]|\s|is){0,3}"
            r"(?P<value>[A-Z]{0,2}\d{6,18})(?![0-9A-Za-z])",
            0.75,
        ),
    )
    NEEDS: Needs = needs(
        "字第",
        "军字",
        "士字",
        "文字",
        "武字",
        "军官证",
        "士官证",
        "士兵证",
        "干部证",
        "军人",
        "警官证",
        "military",
        digits=6,
    )
    LANGUAGES = ("zh", "en")
    EXAMPLE = "军官证：军字第2021345号"
    STANDARD = "Regulations on identity cards of the People's Liberation Army"
