"""Accounts by which somebody can be reached: QQ, WeChat, Telegram, LINE, KakaoTalk, Instagram and others."""

from __future__ import annotations

from gateway.detection.recognizers.needs import Needs, needs
from gateway.detection.recognizers.rule import Rule

_TIE = (
    r"(?:\s?(?:号码?|号|帐号|账号|id|账户|handle|username|user|name|account))?(?:\s?(?:is|=|:|：|是|"
    r"为|→|@|は|는|은)){0,2}\s{0,2}"
)


class SocialAccountRecognizer(Rule):
    """A number or name right behind the service's."""

    ENTITY = "SOCIAL_ACCOUNT"
    PATTERNS = (
        (
            "QQ",
            rf"(?<![A-Za-z])(?:qq|扣扣|企鹅号|q群|qq群)(?![a-z]){_TIE}(?P<value>[1-9]\d{{4,10}})(?![0-9A-Za-z.])",
            0.75,
        ),
        (
            "WeChat",
            rf"(?:微信|薇信|微❤|wechat|weixin|(?<![a-z])(?:vx|wx|v信)|[加➕+＋]v(?:信)?)(?:同号)?(?![a-z]){_TIE}"
            r"(?P<value>(?=[A-Za-z0-9_-]*\d)[A-Za-z0-9][A-Za-z0-9_-]{4,19})(?![A-Za-z0-9_.-])",
            0.75,
        ),
        (
            "others",
            r"(?<![A-Za-z])(?:telegram|tg|line|kakaotalk|kakao|카톡|instagram|insta|ig|snapchat|"
            r"snap|discord|skype|twitter|facebook|fb|tiktok|"
            r"抖音|快手|小红书|微博|signal|viber|twitch|linkedin)(?![a-z])"
            r"(?:\s?(?:号码?|id|账号|handle|username|user|name|account|아이디))(?:\s?(?:is|=|:|：|"
            r"是|为|は|는|은)){1,2}\s{0,2}"
            r"(?P<value>@?[A-Za-z0-9_][\w.#-]{3,30})(?![\w@])",
            0.7,
        ),
        (
            "handle",
            r"(?<![A-Za-z])(?:telegram|tg|instagram|insta|ig|snapchat|snap|tiktok|discord|skype|signal)(?![a-z])"
            r"\s{0,2}[:：]?\s{0,2}(?P<value>@[A-Za-z0-9_][\w.#-]{3,30})(?![\w@])",
            0.6,
        ),
        (
            "at",
            r"(?<![A-Za-z])(?:my|his|her|their)\s(?:telegram|instagram|insta|ig|snapchat|snap|"
            r"twitter|tiktok|discord|skype)(?:\s(?:is|handle is)|:)\s"
            r"(?P<value>@?[A-Za-z0-9_][\w.#-]{3,30})(?![\w@])",
            0.7,
        ),
    )
    NEEDS: Needs = needs(
        "qq", "扣扣", "企鹅号", "q群", "qq群", "微信", "薇信", "微❤", "wechat", "weixin", "vx", "wx", "v信", "加v",
        "telegram", "tg", "line", "kakaotalk",
        "kakao", "카톡", "instagram", "insta", "ig", "snapchat", "snap", "discord", "skype", "twitter", "facebook",
        "fb", "tiktok", "抖音", "快手",
        "小红书", "微博", "signal", "viber", "twitch", "linkedin",
    )  # fmt: skip
    LANGUAGES = ("zh", "en", "ja", "ko")
    EXAMPLE = "加我微信 wxd_8843kk"
    STANDARD = "PIPL article 4; Tencent's rules for WeChat IDs and QQ numbers"
