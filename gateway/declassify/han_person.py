"""Whether a part of a Chinese name is still that person's: what may stand before and behind it.

A given name of two characters may stand alone; a family name stands with a title (李先生) or behind 小, 老, 阿.
Knows nothing of forms.
"""

from __future__ import annotations

from collections.abc import Iterable

from gateway.declassify.beside import Beside
from gateway.detection.han_names import DOUBLE_SURNAMES, SURNAMES
from gateway.detection.scripts import has_han

_TITLES = """
先生 女士 小姐 太太 夫人 老师 教授 博士 院士 导师 校长 同学 学长 学姐 医生 大夫 主任 院长 护士 药师 律师 法官 检察官
警官 会计 总 经理 总经理 总监 总裁 董事 主管 主席 主编 部长 处长 科长 局长 厅长 市长 省长 县长 镇长 书记 组长 队长
班长 店长 厂长 所长 秘书 助理 顾问 记者 编辑 工程师 师傅 老板 司机 教练 哥 姐 叔 姨 伯 爷爷 奶奶 阿姨 大哥 大姐 大爷
大妈 某 氏 同志 嫂 婶 妈 爸 老爷子 老太太 老師 教練 導師 校長 同學 醫生 護士 律師 經理 總 總經理 總監 總裁 董事長
師傅 老闆 部長 處長 科長 局長 市長 書記 組長 隊長 さん 様 くん ちゃん 先輩 課長 社長
"""
_BEFORE = "小老阿"
# What stands before somebody who is called by family name and title.
_LEADING = frozenset("和跟与與给給找请請问問对對向是叫被把让讓替为為同见見托约約陪邀诉訴知由从從以及的了在到说說谢謝")
_ROLES = """
患者 病人 客户 顾客 用户 业主 住户 租客 房东 乘客 旅客 联系人 负责人 经办人 申请人 候选人 当事人 受害人 委托人 代理人
证人 被告 原告 投保人 被保险人 家属 家长 学生 同事 员工 职员 领导 上司 朋友 邻居 亲戚 这位 那位 一位 各位 一名 该名
你好 您好 一下 通知 联系 告知 提醒 感谢 拜访 转告
"""
_AS_WHAT = tuple(_ROLES.split())
# Family names that are the second half of a word behind those: 客户方, 家属于.
_SECOND_HALVES = frozenset("方家于")
# Family names that at a sentence's beginning are more often another word, which a title may follow.
_WORDS_THEMSELVES = frozenset("和与及同从向由都能有但")
# Where 小, 老 or 阿 and a family name make another word.
_WORDS = """
小时 小于 小康 小米 小麦 小路 小包 小车 小白 小金 小石 小江 小雪 小方 小丁 小计 小项 小单 小段 小山 小巴 小鱼 小向
小葱 老师 老年 老家 老边 老路 老是 老车 老石 老安 阿里
"""
_NOT_NAMES = frozenset(_WORDS.split())
# What makes another word of 总, the head of a firm: 总理, 总统, 总部.
_HEADS = frozenset("总總")
_BEHIND_HEAD = frozenset("理统部共结体算之数量计额統總數體結")
# Family names that more often join what stands before and behind them.
_JOINING = frozenset("和从向那后经都能由连但有任同与及")
_SURNAME = "姓"
# What makes another word of 姓: 百姓, 姓名, 姓氏.
_BEFORE_SURNAME = frozenset("百")
_BEHIND_SURNAME = frozenset("名氏大")
_SPACES = (" ", "\u00a0", "\u3000")
_AT = ("对于", "关于", "由于", "至于", "属于", "等于", "位于", "归于", "在于")


def _by_first(titles: Iterable[str]) -> dict[str, list[str]]:
    """Titles by their first character, the longest first."""
    found: dict[str, list[str]] = {}
    for title in sorted(titles, key=len, reverse=True):
        found.setdefault(title[0], []).append(title)
    return found


_BY_FIRST = _by_first(_TITLES.split())


def is_addressed(beside: Beside, family: str) -> bool:
    """Whether a title follows the family name, or 小, 老 or 阿 stands before it.

    Raises:
        MoreNeeded: the text so far does not tell.
    """
    before = beside.behind[-1:]
    if before and before in _BEFORE and before + family not in _NOT_NAMES:
        return True
    if family in _WORDS_THEMSELVES:
        return False
    if before == _SURNAME:
        return _is_said_to_be(beside, family)
    if before and has_han(before) and before not in _LEADING and not _is_what(beside.behind, family):
        return False  # Within another word, as 方 in 双方律师.
    if beside.after() == _SURNAME:
        return family not in _JOINING and beside.after(1) not in _BEHIND_SURNAME
    start = 1 if beside.after() in _SPACES else 0
    for title in _BY_FIRST.get(beside.after(start), ()):
        if all(beside.after(start + index) == character for index, character in enumerate(title)):
            return len(title) > 1 or (not start and _is_title(beside, title))
    return False


def _is_title(beside: Beside, title: str) -> bool:
    """Whether a title of one character is not the beginning of another word."""
    return title not in _HEADS or beside.after(1) not in _BEHIND_HEAD


def _is_said_to_be(beside: Beside, family: str) -> bool:
    """Whether a family name follows 姓, and is no other word and no longer family name's half."""
    if family in _JOINING or beside.behind[-2:-1] in _BEFORE_SURNAME:
        return False
    return family + beside.after() not in DOUBLE_SURNAMES


def _is_what(behind: str, family: str) -> bool:
    """Whether a word stands before that says as what somebody is spoken of: 患者李先生."""
    return family not in _JOINING | _SECOND_HALVES and behind.endswith(_AS_WHAT)


def is_another_name(behind: str) -> bool:
    """Whether a family name stands right before a given name."""
    last = behind[-1:]
    if last in _JOINING or behind[-2:] in _AT:
        return False
    return bool(last) and (last in SURNAMES or behind[-2:] in DOUBLE_SURNAMES)
