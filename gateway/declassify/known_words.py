"""Words that tell whether a lone part of a name is that person's: titles, given names, words of everyday language.

Given names and everyday words are Faker's. All are case-folded. Knows nothing of forms.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from importlib import import_module
from typing import Any

_NAME_LOCALES = ("en_US", "en_GB", "es_ES", "de_DE", "fr_FR", "it_IT", "pt_BR", "nl_NL")
_WORD_LOCALES = ("en_US", "de_DE", "es_ES", "fr_FR")

_TITLES = """
mr mrs ms miss mx dr prof professor doctor sir madam lady lord dame mister master father mother sister brother aunt
uncle grandma grandpa cousin rev reverend fr judge justice officer sergeant captain colonel general major lieutenant
president senator governor mayor minister chancellor ambassador king queen prince princess saint coach chef nurse
teacher attorney detective agent inspector manager director engineer analyst customer client patient student tenant
employee colleague family
dear hi hello hey hola hallo bonjour ciao olá thanks thank sincerely regards
señor señora señorita sr sra srta don doña doctora profesor profesora estimado estimada querido querida
herr herrn frau fräulein doktor familie lieber liebe geehrter geehrte monsieur madame mademoiselle m mme mlle docteur
professeur maître cher chère signor signora signorina sig dott dottor dottoressa caro cara gentile
senhor senhora dom dona doutor doutora prezado prezada meneer mevrouw mijnheer heer beste geachte
pan pani herra rouva fru bay bayan господин госпожа доктор
"""
TITLES = frozenset(_TITLES.split())
"""What stands before a family name, or greets."""

_FUNCTION_WORDS = """
a an the and or but nor so yet if is are was were be been has have had do does did will would can could may might shall
should must not no yes in on at to of for from by with about as into over after under up out off than then that this
these those there here he she it we you they i me his her its our your their who what when where why how which while
because since until before during between through also too just now all any said says asked told via per re cc ps
y o de del con para por que und oder mit von für bei zu et ou avec pour chez e ed il la le lo en van het
"""
FUNCTION_WORDS = frozenset(_FUNCTION_WORDS.split())
"""Which are no names, even when written large."""

_CALENDAR = """
january april may june july august summer autumn winter spring monday friday saturday sunday dawn eve will
"""
CALENDAR = frozenset(_CALENDAR.split())
"""Given names that are written large also within a sentence where they are none."""

# Names that are everyday words, such as may begin a sentence or a heading.
_BEGINNERS = """
art bass best bill bond booth brand chance charity chase clay cook cotton crane cross curry dean drew duke faith
farmer fields fish ford forest foster frank frost gene glass good grace grant gray guy hall hardy harmony head
heath hill holly honor hope horn house hunt hunter joy justice key lake lane law long love low major mark marks
marsh mat max mercy merry miles moon moss noble norm north page park parks pat patience pearl pierce pool pope
powers precious price prudence rain read reed rice rich rivers rob rock rod rose rush rusty sage savage serenity
sharp short silver skip slaughter small snow sparks spears steel sterling stone storm story strong sue sunny sweet
swift temple trip wade wall walls ward waters weeks wells west wise wolf wood woods young man men sun fan pan pin
ping bin gang song hang ran tang tong chin tan dong bang
"""
# Names that are things with a small letter.
_THINGS = """
abbey amber angel archer ash baker banks barber bell berry bird bishop bowman brewer brook brooks bush butcher
butler cannon carpenter carter chambers chip cliff cooper coral craft crystal daisy dale dick don dove drake earl
fern fisher flora flowers fox fry ginger glen hale harper hart hazel heather hood iris ivory ivy jack jasmine jewel
knight lamb lance lily marshall mason meadows mercer mills moody nick olive pace parker peck penny piper pitts
poppy porter potter potts prince randy ray robin roman ruby sandy sawyer shepherd sierra singer skinner stark swan
tanner taylor tiger trinity turner valentine victor viola violet walker weaver wheeler wright
"""
# The same in Chinese, where no letter tells.
_HAN = """
建国 文明 光明 和平 国庆 平安 建设 新华 文化 海洋 春天 秋天 阳光 健康 英雄 明天 文静 安静 美丽 成功 永远 家乡 小雨
大力 高兴 幸福 自强 团结 晓得 子女 天天 红星 红旗
"""
_MAY_BEGIN = frozenset(_BEGINNERS.split())
_WORDS = _MAY_BEGIN | frozenset(_THINGS.split()) | frozenset(_HAN.split())
_SHORT = 2
"""Letters of a word that is too short to tell much."""


def is_everyday_word(word: str) -> bool:
    """Whether `word` is also said of other things than of people."""
    folded = word.casefold()
    return folded in _WORDS or is_never_alone(folded) or folded in _everyday_words(*_WORD_LOCALES) or _is_short(folded)


def may_begin(word: str) -> bool:
    """Whether a sentence or a heading may well begin with `word` where it is no name."""
    folded = word.casefold()
    return folded in _MAY_BEGIN or folded in _everyday_words("en_US") or _is_short(folded)


def is_never_alone(word: str) -> bool:
    """Whether only a title tells that `word` is a name: He, An, May."""
    folded = word.casefold()
    in_calendar = folded in CALENDAR or folded in FUNCTION_WORDS
    return in_calendar or (_is_short(folded) and folded in _everyday_words(*_WORD_LOCALES))


def _is_short(word: str) -> bool:
    return len(word) <= _SHORT and word.isascii()


def is_given_name(word: str) -> bool:
    """Whether `word` is a given name that Faker lists for a language with Latin letters."""
    return word.casefold() in _given_names()


@cache
def _given_names() -> frozenset[str]:
    return _folded(name for locale in _NAME_LOCALES for name in _faker("person", locale).first_names)


@cache
def _family_names() -> frozenset[str]:
    return _folded(name for locale in _NAME_LOCALES for name in _faker("person", locale).last_names)


def is_name(word: str) -> bool:
    """Whether `word` is a given or a family name that Faker lists for a language with Latin letters."""
    folded = word.casefold()
    return folded in _given_names() or folded in _family_names()


@cache
def _everyday_words(*locales: str) -> frozenset[str]:
    return _folded(word for locale in locales for word in _faker("lorem", locale).word_list)


def _folded(words: Iterable[str]) -> frozenset[str]:
    return frozenset(word.casefold() for word in words)


def _faker(kind: str, locale: str) -> Any:
    """Faker's data for a locale: lists that are attributes of a class."""
    provider: Any = import_module(f"faker.providers.{kind}.{locale}").Provider
    return provider
