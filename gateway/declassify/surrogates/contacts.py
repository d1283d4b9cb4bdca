"""Mailboxes, links and accounts: of nobody, under domains that are reserved for examples (RFC 2606).

Knows nothing of whose they are.
"""

from __future__ import annotations

import random
import re

from gateway.declassify.surrogates import cases, pinyin, shapes
from gateway.declassify.surrogates.lists import lists

ENTITIES = frozenset({"EMAIL_ADDRESS", "SOCIAL_ACCOUNT", "URL"})
_DOMAINS = ("example.com", "example.org", "example.net")
_CHUNK = re.compile(r"[a-zA-Z]+|%[0-9A-Fa-f]{2}|.", re.DOTALL)
_NAME = 3
"""Letters from which on a chunk of letters is taken for a name."""
_LINK = re.compile(
    r"(?P<scheme>[a-zA-Z][a-zA-Z0-9+.-]*://)?(?P<user>[^/@\s?#]+@)?(?P<host>[^/:?#\s]+)(?P<rest>.*)", re.DOTALL
)
_PORT = re.compile(r":\d{1,5}(?=$|[/?#])")
_ENDING = re.compile(r"\.(?:html?|php|aspx?|jsp|pdf|png|jpe?g|gif|json|xml|txt|csv|docx?|xlsx?|zip|git)(?=$|[?#])")
_NETWORK = re.compile(
    r"((?:https?://)?(?:www\.|m\.)?(?:twitter|x|github|gitlab|facebook|instagram|linkedin|weibo|t|tiktok|youtube|zhihu)"
    r"\.(?:com|me|cn)/(?:in/|u/|people/|@)?)",
    re.IGNORECASE,
)
"""Where accounts are kept says nothing of whose one is."""


def draw(entity: str, text: str, rng: random.Random) -> str:
    """A mailbox, link or account of the build of `text`."""
    if entity == "EMAIL_ADDRESS" and "@" in text:
        return _mailbox(text, rng)
    if entity == "URL":
        return _link(text, rng)
    network = _NETWORK.match(text)
    kept = network.end() if network else 0
    return text[:kept] + _words(text[kept:], rng)


def _mailbox(text: str, rng: random.Random) -> str:
    local, _, domain = text.rpartition("@")
    prefix = re.match(r"mailto:", local, re.IGNORECASE)
    kept = prefix.end() if prefix else 0
    return f"{local[:kept]}{_words(local[kept:], rng)}@{_domain(domain, rng)}"


def _link(text: str, rng: random.Random) -> str:
    match = _LINK.fullmatch(text)
    if match is None:
        return shapes.draw("URL", text, rng)
    user, rest = match["user"] or "", match["rest"]
    port = _PORT.match(rest)
    kept = port.end() if port else 0
    ending = _ENDING.search(rest)
    end, after = (ending.start(), ending.end()) if ending else (len(rest), len(rest))
    path = _shaped(rest[kept:end], rng) + rest[end:after] + _shaped(rest[after:], rng)
    host = _host(match["host"], rng)
    return f"{match['scheme'] or ''}{_shaped(user, rng)}{host}{rest[:kept]}{path}"


def _host(text: str, rng: random.Random) -> str:
    host = f"{_name('', rng)}.{rng.choice(_DOMAINS)}"
    host = f"www.{host}" if text.lower().startswith("www.") else host
    return host.upper() if text.isupper() else host


def _domain(text: str, rng: random.Random) -> str:
    domain = rng.choice(_DOMAINS)
    if text.count(".") > 1 or rng.random() < 1 / 2:
        domain = f"{_name('', rng)}.{domain}"
    return domain.upper() if text.isupper() else domain


def _words(text: str, rng: random.Random) -> str:
    """Names for runs of letters, other characters by shape."""
    return "".join(
        cases.like(chunk, _name(chunk, rng)) if len(chunk) >= _NAME and chunk[0] != "%" else shapes.shaped(chunk, rng)
        for chunk in _CHUNK.findall(text)
    )


def _shaped(text: str, rng: random.Random) -> str:
    """By shape, but for percent signs: what they escape becomes another letter."""
    return "".join(
        f"%{rng.randrange(0x61, 0x7B):X}" if len(chunk) == len("%00") and chunk[0] == "%" else shapes.shaped(chunk, rng)
        for chunk in _CHUNK.findall(text)
    )


def _name(like: str, rng: random.Random) -> str:
    """A name in small letters unless `like` begins with a capital; in pinyin if it is."""
    family = pinyin.joined(like)
    if family:
        return f"{rng.choice(pinyin.families())}{rng.choice(pinyin.given('female', like[family:]))}".lower()
    known = lists("en_US")
    name = rng.choice(known.families("male") if rng.random() < 1 / 2 else known.given("female"))
    return name if like[:1].isupper() else name.lower()
