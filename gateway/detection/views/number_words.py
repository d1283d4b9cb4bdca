"""What number words stand for, in the languages whose speakers spell numbers out."""

from __future__ import annotations

_DIGITS = """
en: zero|oh|nought|naught|nil|ought one two three four five six seven eight nine|niner
es: cero uno|un|una dos tres cuatro cinco seis siete ocho nueve
fr: zéro|zero un|une deux trois quatre cinq six sept huit neuf
de: null eins|ein|eine zwei|zwo drei vier fünf|fuenf sechs sieben acht neun
pt: zero um|uma dois|duas três|tres quatro cinco seis|meia sete oito nove
it: zero uno|un due tre quattro cinque sei sette otto nove
nl: nul een|één twee drie vier vijf zes zeven acht negen
pl: zero jeden dwa trzy cztery pięć sześć siedem osiem dziewięć
ru: ноль|нуль один|одна|раз два|две три четыре пять шесть семь восемь девять
uk: нуль один|одна два|дві три чотири п'ять шість сім вісім дев'ять
tr: sıfır bir iki üç dört beş altı yedi sekiz dokuz
ar: صفر واحد اثنان|اثنين ثلاثة اربعة|أربعة خمسة ستة سبعة ثمانية تسعة
hi: शून्य एक दो तीन चार पांच|पाँच छह|छः सात आठ नौ
ja: ゼロ|れい|まる いち|イチ に|ニ さん|サン よん|ヨン|し ご|ゴ ろく|ロク なな|ナナ|しち はち|ハチ きゅう|キュウ|く
zh: líng|ling yī|yi|yao|yāo èr|er|liang sān|san sì|si wǔ|wu liù|liu qī|qi bā|ba jiǔ|jiu
"""
_TENS = {
    "ten": "10", "eleven": "11", "twelve": "12", "thirteen": "13", "fourteen": "14", "fifteen": "15", "sixteen": "16",
    "seventeen": "17", "eighteen": "18", "nineteen": "19", "twenty": "20", "thirty": "30", "forty": "40",
    "fourty": "40", "fifty": "50", "sixty": "60", "seventy": "70", "eighty": "80", "ninety": "90",
}  # fmt: skip

DIGITS: dict[str, str] = {}
"""Word in small letters → its digit. No word means two digits in two languages."""
for _line in _DIGITS.strip().split("\n"):
    for _digit, _words in enumerate(_line.partition(": ")[2].split()):
        for _word in _words.split("|"):
            DIGITS.setdefault(_word, str(_digit))

NUMBERS: dict[str, str] = {**DIGITS, **_TENS}
"""Word → its digits, English ones up to ninety included."""
ROUND = {"hundred": "00", "thousand": "000"}
"""Word → the zeros it adds to the number before."""
TIMES = {
    "double": 2, "triple": 3, "treble": 3, "quadruple": 4, "doble": 2, "doppel": 2, "doppelt": 2, "dreifach": 3,
    "duplo": 2, "doppio": 2, "triplo": 3, "дважды": 2, "трижды": 3,
}  # fmt: skip
"""Word → how often the digit after it stands there."""
_FILLERS = "and then dash hyphen minus space slash dot point plus y et und e и luego dann puis guion tiret strich"
FILLERS = frozenset(_FILLERS.split())
"""Words that may stand between digits without being one."""
EN_ONLY_LETTER = "o"
"""The letter that English speakers say for zero; only after a digit."""
