"""Months, weekdays and numbers as languages write them. Knows nothing of dates as a whole."""

from __future__ import annotations

import re

_MONTHS = (
    "January February March April May June July August September October November December",
    "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec",
    "Jan Feb Mar Apr May Jun Jul Aug Sept Oct Nov Dec",
    "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
    "Januar Februar März April Mai Juni Juli August September Oktober November Dezember",
    "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre",
    "janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro",
    "januari februari maart april mei juni juli augustus september oktober november december",
    "januari februari mars april maj juni juli augusti september oktober november december",
    "stycznia lutego marca kwietnia maja czerwca lipca sierpnia września października listopada grudnia",
    "ledna února března dubna května června července srpna září října listopadu prosince",
    "января февраля марта апреля мая июня июля августа сентября октября ноября декабря",
    "січня лютого березня квітня травня червня липня серпня вересня жовтня листопада грудня",
    "Ocak Şubat Mart Nisan Mayıs Haziran Temmuz Ağustos Eylül Ekim Kasım Aralık",
)
MONTHS = tuple(tuple(names.split()) for names in _MONTHS)
"""Twelve names a language; where languages share one, the first that has all of a text's."""
_WEEKDAYS = (
    "Monday Tuesday Wednesday Thursday Friday Saturday Sunday",
    "Mon Tue Wed Thu Fri Sat Sun",
    "Montag Dienstag Mittwoch Donnerstag Freitag Samstag Sonntag",
    "lundi mardi mercredi jeudi vendredi samedi dimanche",
    "lunes martes miércoles jueves viernes sábado domingo",
    "星期一 星期二 星期三 星期四 星期五 星期六 星期日",
    "星期一 星期二 星期三 星期四 星期五 星期六 星期天",
    "礼拜一 礼拜二 礼拜三 礼拜四 礼拜五 礼拜六 礼拜天",
    "周一 周二 周三 周四 周五 周六 周日",
    "週一 週二 週三 週四 週五 週六 週日",
    "月曜日 火曜日 水曜日 木曜日 金曜日 土曜日 日曜日",
    "월요일 화요일 수요일 목요일 금요일 토요일 일요일",
    "понедельник вторник среда четверг пятница суббота воскресенье",
    "lunedì martedì mercoledì giovedì venerdì sabato domenica",
    "maandag dinsdag woensdag donderdag vrijdag zaterdag zondag",
)
_ROMAN = "I II III IV V VI VII VIII IX X XI XII"
ROMAN = tuple(_ROMAN.split())
WEEKDAYS = tuple(tuple(names.split()) for names in _WEEKDAYS)
HAN_DIGITS = "〇一二三四五六七八九"
_VALUES = {character: value for value, character in enumerate(HAN_DIGITS)} | {"零": 0, "○": 0, "两": 2, "元": 1}
_FORMAL = str.maketrans("壹贰叁肆伍陆柒捌玖拾貳參陸", "一二三四五六七八九十二三六")
_INFORMAL = str.maketrans("一二三四五六七八九十〇", "壹贰叁肆伍陆柒捌玖拾零")
_TENS = re.compile(r"([一二三]?)十([一二三四五六七八九]?)")


def any_of(names: tuple[tuple[str, ...], ...]) -> str:
    """A pattern for any of `names`, the longest first."""
    return "|".join(sorted({re.escape(name) for group in names for name in group}, key=len, reverse=True))


def found(name: str, names: tuple[tuple[str, ...], ...], text: str = "") -> tuple[tuple[str, ...], int] | None:
    """The language that has `name`, and the name's place in it.

    Args:
        names: `MONTHS` or `WEEKDAYS`.
        text: where it stands: a language's small words tell which is meant.
    """
    folded = name.casefold().rstrip(".")
    hits = [group for group in names if folded in [each.casefold() for each in group]]
    hits = [group for group in hits if group[0].islower() == name.islower()] or hits
    if not hits:
        return None
    if re.search(r"\d\.\s", text):
        hits = [group for group in hits if group[0] == "Januar"] or hits
    if re.search(r"\bde\b", text):
        hits = [group for group in hits if group[0] in ("enero", "janeiro")] or hits
    return hits[0], [each.casefold() for each in hits[0]].index(folded)


def number(text: str) -> int | None:
    """What digits or Chinese numerals say: 12, 一九六一, 二十三."""
    if text.isdecimal():
        return int(text)
    text = text.translate(_FORMAL)
    match = _TENS.fullmatch(text)
    if match:
        return 10 * _VALUES.get(match[1], 1) + _VALUES.get(match[2], 0)
    if not text or any(character not in _VALUES for character in text):
        return None
    return int("".join(str(_VALUES[character]) for character in text))


def written(value: int, like: str, *, padded: bool = False) -> str:
    """`value` in the kind of numerals that `like` has.

    Args:
        padded: with zeros to the length of `like`, as years are, or two digits.
    """
    plain = like.translate(_FORMAL)
    if plain != like:
        return written(value, plain, padded=padded).translate(_INFORMAL)
    if not like.isdecimal() and len(like) >= 2 and "十" not in like:
        return "".join(HAN_DIGITS[int(figure)] for figure in str(value).zfill(len(like))).replace("〇", _zero(like))
    if not like.isdecimal():
        tens, ones = divmod(value, 10)
        ten = "" if tens == 0 else "十" if tens == 1 else f"{HAN_DIGITS[tens]}十"
        return ten + (HAN_DIGITS[ones] if ones else "")
    digits = str(value).zfill(max(2, len(like)) if padded else 1)
    zero = chr(ord(like[0]) - int(like[0]))
    return "".join(chr(ord(zero) + int(figure)) for figure in digits)


def _zero(like: str) -> str:
    return next((character for character in like if character in "零○"), "〇")
