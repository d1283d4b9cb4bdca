"""Values that are given a name that says secret: in code, JSON, YAML, XML, shells, URLs, headers and prose.

Finds the word that says secret, reads the whole name around it, steps over whatever ties a name to a
value in any of these languages, and holds the value to how much the name says. Knows no vendor's forms.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, ClassVar

import regex

from gateway.detection.presidio import LocalRecognizer, RecognizerResult
from gateway.detection.recognizers.needs import Needs, needs
from gateway.detection.recognizers.placeholder import is_masked, is_placeholder
from gateway.detection.recognizers.randomness import entropy, is_hex, is_uuid, looks_random, strangeness
from gateway.detection.recognizers.rule import result
from gateway.detection.recognizers.secret_names import Strength, strength

_LATIN = (
    "key|token|secret|credential|bearer|auth(?!or(?!iz))|jwt|session[_.-]?(?:id|token)|sessid|passphrase|dsn|webhook|"
    "conn[a-z]{0,7}[_-]?str|password|(?:creds?|pat|sid|sas|sig|salt|seed|otp|pass|hmac|"
    "psk)(?-i:(?![a-z]))|llave|clave|chave|segredo|secreto|jeton|geheimnis|schlüssel|schluessel|"
    "clé"
)
_OTHER = (
    "密钥|秘钥|密鑰|金鑰|令牌|凭证|凭据|私钥|授权码|シークレット|トークン|キー|秘密鍵|토큰|비밀키|시크릿|"
    "токен|секрет|ключ"
)
_WORD = re.compile(rf"{_LATIN}|{_OTHER}", re.IGNORECASE)
_FOREIGN = re.compile(
    rf"(?:{_OTHER}|segredo|secreto|jeton|geheimnis|schlüssel|schluessel|clave|chave|llave|clé)$", re.IGNORECASE
)
_NAME_BEFORE = re.compile(r"[\w.$@-]{0,48}$")
_WORDS_BEFORE = re.compile(r"(?:[A-Za-z]+[ ]){0,2}$")
# What ties a name to a value. A quote may be escaped, as in JSON inside JSON.
_QUOTE = r"\\{0,2}[\"'`]"
_BETWEEN = (
    r"(?:"
    rf"(?:{_QUOTE})?\]?(?:(?:\s{{0,3}}:\s{{0,2}}[A-Za-z_][\w.<>\[\]|?]{{0,24}}|"
    rf"\s[a-z]{{3,10}})(?=\s{{0,3}}=[\s\"'`]))?[ \t]{{0,16}}"
    r"(?::{1,2}=|=>|->|\?=|\|\|=|\.=|\+=|={1,3}|:|：|＝)\s{0,8}"  # assignment, with a type perhaps
    rf"|{_QUOTE}\s{{0,4}},\s{{0,4}}(?=\\?[\"'`])"  # f("name", "value")
    rf"|{_QUOTE}?\s{{0,4}},?\s{{1,8}}{_QUOTE}?(?:value|content|"
    rf"default)(?:{_QUOTE})?\s{{0,3}}[:=]\s{{0,3}}"  # name, value
    r"|(?:\.\w{1,16})?\(\s{0,4}(?=\\?[\"'`])"  # set_name("value")
    r"|>\s{0,8}(?:<!\[CDATA\[)?"  # <name>value</name>
    r"|\s{1,4}(?=[\"'`][^\s\"'`]{12})"  # name "value"
    r"|(?:\s(?:for|of|to|on|in|from|de|del|da|do|für|pour|para|API)(?:\s[^\n.,:;=]{1,32}?)?)?\s?(?"
    r":\s(?:is|was|are|=|ist|est|es|é|c'est)|:)(?:\s?:)?\s"
    r"|\s?(?:就?是|为|為|は|は、|は：|：|:|은|는|это|—|-|es|est|ist|é)\s?[:：]?\s?"
    r"|\s(?=[^\s\"'`,;()\[\]{}<>|\\=:]{3}[^\s\"'`,;()\[\]{}<>|\\]{13})"  # --token value
    r")"
)
_REST = (
    rf"(?P<after>[A-Za-z0-9_.$-]{{0,32}}?)(?:\s?[（(][^()（）\n]{{1,24}}[)）])?{_BETWEEN}"
    r"(?:(?:[A-Za-z_.]{2,24}\()?(?=[\"'`]))?"  # name = wrapper("value")
    r"(?:\\{0,2}[bru]?(?P<quote>[\"'`“「]))?(?:(?:Bearer|Basic|Token|ApiKey|SSWS|OAuth|token)\s+)?"
    r"(?P<value>(?(quote)(?:(?![\"'`\\<>])[!-~]){6,240}|(?:(?![\"'`,;()\[\]{}<>|\\])[!-~]){6,240}))"
)
_RESOURCE = re.compile(r"(?<![A-Za-z])[au]rn:[^\s\"']*$")
_NEXT_FIELD = re.compile(r"&(?=[\w.-]{1,40}=)")
_CODE = re.compile(
    r"(?:https?|wss?|file)://.*|[A-Za-z]:\\.*|[\w/.-]+\.(?:pem|key|crt|cer|json|ya?ml|txt|py|js|ts|go|java|env|pub|png|"
    r"jpe?g|svg|gif|css|html?|xml|md|log|csv|conf|ini|toml|sql|gz|tgz|zip|tar|bin|pdf|docx?|"
    r"xlsx?)|\d{4}-\d\d-\d\d.*|[\w.+-]+@[\w-]+(?:\.[\w-]+)+|"
    r"(?:0x)?[0-9]{1,9}(?:\.\d+)*|data:.*|\^.*\$|.*\[a-z.*|(?:ssh-|ecdsa-)\S*|[\w$.]+\(.*"
)
_HEX_PAIR = re.compile(r"[0-9a-f]{8,}:[0-9a-f]{8,}")
_CONSTANT = re.compile(r"[A-Z][A-Z0-9]{0,11}(?:_(?:[A-Z]{1,12}\d{0,2}|\d{1,4}))+")
_HOST = re.compile(r"(?:[\w-]{1,20}\.){1,5}(?:com|net|org|io|dev|app|cloud|ai|cn|eu|de|uk|local|internal)(?::\d+)?")
_CHAIN = re.compile(r"[A-Za-z_$][\w$]*(?:(?:\.|->|::)[A-Za-z_$][\w$]*)+")
_ENOUGH = 96
"""Characters of a value that tell: more would only cost time where somebody writes nothing but "key=key=key="."""
_LEAST_DIGITS_OF_A_NUMBER = 12
_TIMESTAMP = re.compile(r"1[5-9]\d{8}(?:\d{3})?|20\d\d[01]\d[0-3]\d(?:\d\d){2,3}")
# Forms that are held against the vendors' own, which say more (`token_formats`).
_OF_A_VENDOR = re.compile(
    r"xox[a-z][.-]|xapp-|gh[pousr]_|hf_|api_org_|ntn_|sntry|dapi|gl(?:pat|ptt|rt)-|GR1348941|pplx-|ops_ey"
)


class AssignedSecretRecognizer(LocalRecognizer):  # type: ignore[misc, unused-ignore]
    """Presidio recognizer for `API_KEY`: the value, without quotes."""

    NEEDS: ClassVar[Needs] = needs(shape=_WORD.pattern, coded=True)
    LANGUAGES: ClassVar[tuple[str, ...]] = ("any",)
    EXAMPLE: ClassVar[str] = 'api_key = "VHq8xiM0OGr4hTxoF54Fzbka8FRCztUj"'
    STANDARD: ClassVar[str] = "CWE-798 (use of hard-coded credentials)"

    def __init__(self) -> None:
        self._rest = regex.compile(_REST)
        super().__init__(supported_entities=["API_KEY"], supported_language="any")

    def load(self) -> None:
        """Nothing to load."""

    def analyze(self, text: str, entities: list[str], nlp_artifacts: Any = None) -> list[RecognizerResult]:
        """Presidio's interface.

        Raises:
            TimeoutError: a pattern took too long.
        """
        return list(self._found(text))

    def _found(self, text: str) -> Iterator[RecognizerResult]:
        done = 0
        for word in _WORD.finditer(text):
            if word.start() < done:
                continue
            rest = self._rest.match(text, word.end(), timeout=1.0)
            if rest is None:
                continue
            name = _NAME_BEFORE.search(text, max(0, word.start() - 48), word.start())
            before = name.group() if name else ""
            if rest.group("after").startswith("--") or _RESOURCE.search(text, max(0, word.start() - 64), word.start()):
                continue
            said = _said(text, word, before, rest.group("after"))
            value, start = _value(rest)
            if (
                said is not Strength.NONE
                and not is_masked(text, start + len(value))
                and is_secret(value, said, bool(rest.group("quote")))
            ):
                done = start + len(value)
                yield result(self, "API_KEY", start, done, 0.8)


def _said(text: str, word: re.Match[str], before: str, after: str) -> Strength:
    if _FOREIGN.fullmatch(word.group()):
        return Strength.STRONG
    name = f"{before}{word.group()}{after}"
    if not before:
        said = _WORDS_BEFORE.search(text, max(0, word.start() - 32), word.start())
        name = f"{said.group() if said else ''}{name}"
    return strength(name)


def _value(rest: Any) -> tuple[str, int]:
    """The value, without what follows it in a query or a form, and where it starts."""
    value = _NEXT_FIELD.split(rest.group("value"), maxsplit=1)[0]
    return value if rest.group("quote") else value.rstrip(".:!?"), rest.start("value")


def is_secret(value: str, said: Strength, quoted: bool) -> bool:
    """Whether a value whose name says as much as `said` is a secret, not a word, a place or a stand-in."""
    value = value[:_ENOUGH]
    if len(value) < 8 or is_placeholder(value) or is_code(value) or _OF_A_VENDOR.match(value) or is_path(value):
        return False
    if said is Strength.WEAK:
        return len(value) >= 16 and not is_hex(value) and not is_uuid(value) and _is_very_random(value)
    if value.isdigit():
        return len(value) >= _LEAST_DIGITS_OF_A_NUMBER and entropy(value) > 2.0 and _TIMESTAMP.fullmatch(value) is None
    return (
        looks_random(value)
        or is_uuid(value)
        or _HEX_PAIR.fullmatch(value) is not None
        or (quoted and _typed_by_hand(value))
    )


def is_code(value: str) -> bool:
    """Whether it is an address, a file, a number, a call or a chain of names."""
    if _CHAIN.fullmatch(value):
        return not any(len(part) >= 16 and looks_random(part) for part in re.split(r"\W+", value))
    return any(form.fullmatch(value) for form in (_CODE, _CONSTANT, _HOST))


def is_path(value: str) -> bool:
    """Whether it names a place in a file system or a resource: made of short or speaking parts behind slashes."""
    if not value.startswith(("/", "./", "../", "~/")) and value.count("/") < 2:
        return False
    return not any(len(part) >= 12 and looks_random(part) for part in value.split("/"))


def _is_very_random(value: str) -> bool:
    return looks_random(value) and entropy(value) >= 3.2 and any(map(str.isdigit, value))


def _typed_by_hand(value: str) -> bool:
    """Whether small and capital letters, figures and signs are mixed as people mix them in passwords."""
    kinds = (str.islower, str.isupper, str.isdigit, lambda character: not character.isalnum())
    held = [any(map(kind, value)) for kind in kinds]
    return sum(held) == 4 or (sum(held) == 3 and held[2] and len(value) >= 10 and (strangeness(value) or 9) >= 3.0)
