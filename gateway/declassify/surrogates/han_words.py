"""Chinese words that a name must not be: a reader would take the stand-in for the word, the place or the star.

Words are those that the family and given names on the lists make, written down once with large dictionaries at hand;
Faker's words, towns and provinces and `well_known` add to them. Knows nothing of how names are drawn.
"""

from __future__ import annotations

import functools

from gateway.declassify.known_words import is_everyday_word
from gateway.declassify.surrogates.lists import attribute
from gateway.detection.well_known import is_well_known

_JOINING_FAMILIES = (
    "安高成白黄方何金石江万于常严周文段夏毛史童包温向时任明和华平宁武龙康洪凌殷申关左甘兰舒欧焦黎莫柳牛钱易符尚熊施赖"
    "龍關蘭歐時萬嚴錢溫連古官管孔池辛孟陶章雷粘游尤"
)
JOINING_FAMILIES = frozenset(_JOINING_FAMILIES)
"""Family names that join with what stands beside them to other words: 对方, 任何, 资金, 高峰."""
_JOINING_GIVEN = "想成利帅兵建强龙"
JOINING_GIVEN = frozenset(_JOINING_GIVEN)
"""Given names of one character that do."""
_NAMES = """
明 王平 王楠 王英 王子 王家 王冠 王朝 李强 李鹏 李俊 李宁 李娜 李子 李家 张飞 张旭 张宁 陈云 杨梅 杨柳 赵军 赵云 徐洋
孙彬 马超 马龙 马东 朱文 朱红 朱子 朱家 胡佳 胡杨 胡琴 胡子 胡金 林旭 林家 林子 罗阳 罗东 罗文 罗丹 宋明 宋家 唐洋
韩文 田亮 田心 田家 余辉 余波 余威 余家 苏军 苏平 苏波 苏宁 苏林 苏东 苏丹 程文 程志 程家 程子 丁磊 丁宁 丁东 丁玲
沈阳 沈思 沈家 姚明 姚家 卢龙 崔健 范文 范志 汪洋 汪子 陆军 贾勇 孟阳 秦军 秦东 贺龙 邵阳 邵武 齐明 齐平 乔丹 乔红
岳飞 柯文 梅林 曹操 施威 施政 施恩 施惠 杜宇 杜威 姜文 汪家 梁家 詹家 董家 董子 徐家 徐俊 戴冠
"""
_CALLED = """
小张 小马 小林 小董 小范 小程 小汤 小伍 大王 大张 大马 大林 大罗 大梁 大唐 大田 大余 大程 大姚 大钟 大陆 大邱 大庄
大岳 大阮 老王 老李 老张 老马 老林 老宋 老许 老叶 老姜 老范 老陆 老汤 老庄 老翁 阿马 阿罗 阿苏 阿魏 韦伯
"""
_GIVEN = """
博 超强 明亮 明晨 明文 刚勇 刚健 平明 平阳 平东 辉瑞 鹏飞 华洋 华明 华宁 华林 华阳 华晨 华瑞 华东 华彬 华坤 华文 东华
文华 飞宇 飞雷 波涛 波林 波阳 波峰 宇华 宇文 浩平 浩华 浩博 凯华 凯文 俊杰 俊文 宁波 宁阳 宁东 林旭 阳明 阳刚 阳平
阳东 峰林 瑞波 瑞宁 瑞岩 瑞文 东洋 东平 东宁 东林 东阳 东峰 岩峰 文明 文波 文林 文峰 洋文 勇健 建华 建国 建军 建平
建成 建中 文章 永昌 正雄 敏慧 艳丽 艳霞 艳萍 艳红 霞云 丹霞 红艳 红霞 红梅 红云 红柳 红玉 晶洁 晶莹 颖慧 云霞 洁静
莹洁 琳娜 欣荣 玉兰 桂兰 海燕 婷婷 丽丽 丹丹 桂花 秀美 美玉 明珠 秋月 和平
"""
_KNOWN = frozenset((_NAMES + _CALLED + _GIVEN).split())
_LISTS = (
    ("lorem", "zh_CN", "word_list"),
    ("lorem", "zh_TW", "word_list"),
    ("address", "zh_CN", "cities"),
    ("address", "zh_CN", "provinces"),
    ("address", "zh_CN", "districts"),
    ("address", "zh_CN", "countries"),
    ("address", "zh_TW", "cities"),
    ("address", "zh_TW", "countries"),
    ("company", "zh_CN", "company_prefixes"),
)
_UNITS = "省市区县國国區縣"
_SHORTEST = 2


def is_word(text: str) -> bool:
    """Whether `text`, in Chinese characters, is a word, a place, a firm, or the name of somebody whom all know."""
    return text in _KNOWN or text in _listed() or is_everyday_word(text) or is_well_known(text)


def makes_word(family: str, given: str) -> bool:
    """Whether a full name is a word, or reads as one and a character."""
    return any(is_word(part) for part in (family + given, family + given[:1], given))


@functools.cache
def _listed() -> frozenset[str]:
    """Faker's, also without the unit behind: 江苏 as well as 江苏省."""
    words = [str(word) for kind, locale, name in _LISTS for word in attribute(kind, locale, name)]
    return frozenset(part for word in words for part in (word, word.rstrip(_UNITS)) if len(part) >= _SHORTEST)
