"""Chinese social insurance, medical insurance and housing fund numbers, where a word names them."""

from __future__ import annotations

from gateway.detection.recognizers.needs import Needs, needs
from gateway.detection.recognizers.rule import Rule


class CnSocialInsuranceRecognizer(Rule):
    """The number after 社保号, 医保卡号, 公积金账号 and the like; many places use the resident number itself."""

    ENTITY = "CN_SOCIAL_INSURANCE"
    PATTERNS = (
        (
            "named",
            r"(?:社保|社会保障|社會保障|社会保险|医保|医疗保险|公积金|养老保险)(?:个人|电脑|电子|"
            r"账户|帐户|卡)*(?:号码?|编号|账号|帐号|卡号)?"
            r"(?:\s?[：:是为=]|\s){0,3}(?P<value>(?=[A-Z]{0,3}\d{5})[0-9A-Z]{6,20})(?![0-9A-Za-z])",
            0.75,
        ),
    )
    NEEDS: Needs = needs("社保", "社会保障", "社會保障", "社会保险", "医保", "医疗保险", "公积金", "养老保险", digits=5)
    LANGUAGES = ("zh",)
    EXAMPLE = "社保卡号：A12345678"
    STANDARD = "GB/T 32001 and the social security card standard LD/T 32"
