"""Whether a name is that of whom a letter, a call or a message is for: somebody whom the writer knows.

"Write a birthday card to Maria Gonzalez" asks like an exercise and names a person of the writer's life. Knows
nothing of who is famous.
"""

from __future__ import annotations

import re

_BEFORE = 80
"""Code points before a name that are looked at."""
_AFTER = 24

_THING = (
    r"(?:letter|e-?mail|mail|card|note|message|invitation|invite|text|sms|reply|response|reminder|memo|postcard|voicemail"
    r"|reference|recommendation|apology|toast|eulogy)s?"
)
_TO = re.compile(
    rf"(?:\b{_THING}\b[^.?!\n]{{0,40}}?\b(?:to|for)|\b(?:write|writing|reply|respond|speak|talk|report|apologi[sz]e) to"
    r"|\b(?:e-?mail|call|phone|text|invite|thank|remind|tell|contact|congratulate|notify|message|inform|cc))"
    r"(?:\s+(?:my|our)(?:\s+\w+){1,3},?)?\s*$",
    re.IGNORECASE,
)
_FROM = re.compile(rf"\b{_THING}\b[^.?!\n]{{0,60}}?\bfrom\s*$", re.IGNORECASE)
_CHINESE_TO = re.compile(
    r"(?:写给|寫給|寄给|寄給|发给|發給|转告|轉告|转发给|告诉|告訴|通知|提醒|邀请|邀請|联系|聯繫|回复|回覆|约)\s*$"
)
_CHINESE_GIVE = re.compile(r"[给給替帮幫向致]\s*$")
_CHINESE_THING = re.compile(
    r"^(?:的?(?:老师|先生|女士|同学|经理|总|医生|教授))?[^，。！？\n]{0,8}(?:[写寫发發寄打回拟擬起][^，。！？\n]{0,10})?"
    r"(?:信|邮件|郵件|电邮|短信|微信|消息|讯息|贺卡|賀卡|卡片|邀请函|邀請函|请柬|便条|便條|电话|電話|通知|留言|回复)"
)


def is_addressed(text: str, start: int, end: int) -> bool:
    """Whether something is written, sent or said to the name at `start`..`end`, or comes from it."""
    before, after = text[max(0, start - _BEFORE) : start], text[end : end + _AFTER]
    if _TO.search(before) or _FROM.search(before) or _CHINESE_TO.search(before):
        return True
    return _CHINESE_GIVE.search(before) is not None and _CHINESE_THING.match(after) is not None
