"""Generated conversations: sensitive ones with a canary in each field that a request has, clean ones between."""
# ruff: noqa: E501

from __future__ import annotations

import base64
import json
import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

ADJECTIVES = [
    "amber",
    "brittle",
    "crooked",
    "dusty",
    "eager",
    "faded",
    "gentle",
    "hollow",
    "icy",
    "jagged",
    "lively",
    "mellow",
    "narrow",
    "oval",
]
NOUNS = [
    "anvil",
    "bucket",
    "candle",
    "drawer",
    "engine",
    "fence",
    "garden",
    "hammer",
    "island",
    "jacket",
    "kettle",
    "ladder",
    "meadow",
    "needle",
    "oven",
]
PLACES = [
    "attic",
    "barn",
    "cellar",
    "desert",
    "forest",
    "harbour",
    "kitchen",
    "library",
    "market",
    "orchard",
    "quarry",
    "river",
    "stable",
    "tunnel",
]


@dataclass(frozen=True)
class Conversation:
    """A request; `sensitive` ones carry `marker` beside something that detection must find."""

    path: str
    body: dict[str, Any]
    marker: str
    sensitive: bool
    where: str


def luhn(prefix: str, generator: random.Random) -> str:
    """A card number of 16 digits with a valid check digit (ISO/IEC 7812-1)."""
    digits = [int(digit) for digit in prefix] + [generator.randrange(10) for _ in range(15 - len(prefix))]
    total = sum(sum(divmod(2 * digit, 10)) if index % 2 == 0 else digit for index, digit in enumerate(digits))
    return "".join(map(str, digits)) + str(-total % 10)


def resident_id(generator: random.Random) -> str:
    """A Chinese resident identity number with its check character (GB 11643-1999)."""
    digits = f"11010519{generator.randrange(49, 99)}{generator.randrange(1, 13):02}{generator.randrange(1, 29):02}"
    digits += f"{generator.randrange(1000):03}"
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    total = sum(int(digit) * weight for digit, weight in zip(digits, weights, strict=True))
    return digits + "10X98765432"[total % 11]


def secret(marker: str, generator: random.Random) -> str:
    """Something sensitive that holds or stands beside the marker."""
    kinds: list[Callable[[], str]] = [
        lambda: f"mail {marker}@brightwater-mail.net",
        lambda: f"{marker} pays with card {luhn('4539', generator)}",
        lambda: f"{marker} 的身份证号是{resident_id(generator)}",
        lambda: (
            f"api_key = ghp_{marker}{''.join(generator.choices('abcdefghijkABCDEFGHIJK0123456789', k=36 - len(marker)))}"
        ),
        lambda: f"my password is {marker}!7Q",
    ]
    return generator.choice(kinds)()


def _chat(messages: list[dict[str, Any]], **more: Any) -> tuple[str, dict[str, Any]]:
    return "/v1/chat/completions", {"model": "auto", "messages": messages, **more}


def _user(content: Any, **more: Any) -> dict[str, Any]:
    return {"role": "user", "content": content, **more}


def _tool(name: str = "look_up", description: str = "Looks a word up.", **properties: Any) -> dict[str, Any]:
    parameters = {"type": "object", "properties": properties}
    return {"type": "function", "function": {"name": name, "description": description, "parameters": parameters}}


def _called(arguments: str, result: str = "nothing") -> list[dict[str, Any]]:
    call = {"id": "call_1", "type": "function", "function": {"name": "look_up", "arguments": arguments}}
    return [
        _user("Look it up."),
        {"role": "assistant", "content": None, "tool_calls": [call]},
        {"role": "tool", "tool_call_id": "call_1", "content": result},
    ]


def _escaped(text: str) -> str:
    return "".join(f"\\u{ord(letter):04x}" for letter in text)


def _format(**schema: Any) -> dict[str, Any]:
    return {"type": "json_schema", "json_schema": {"name": "answer", "schema": {"type": "object", **schema}}}


def _image(text: str) -> dict[str, Any]:
    data = base64.b64encode(text.encode()).decode()
    return {"type": "image_url", "image_url": {"url": f"data:image/png;base64,{data}"}}


HELLO = "Name a colour."
FIELDS: dict[str, Callable[[str], tuple[str, dict[str, Any]]]] = {
    "user": lambda s: _chat([_user(s)]),
    "system": lambda s: _chat([{"role": "system", "content": s}, _user(HELLO)]),
    "developer": lambda s: _chat([{"role": "developer", "content": s}, _user(HELLO)]),
    "assistant": lambda s: _chat([_user(HELLO), {"role": "assistant", "content": s}, _user(HELLO)]),
    "an earlier turn": lambda s: _chat([_user(s), {"role": "assistant", "content": "Blue."}] + [_user(HELLO)] * 3),
    "a part": lambda s: _chat([_user([{"type": "text", "text": HELLO}, {"type": "text", "text": s}])]),
    "a seam between parts": lambda s: _chat([_user([{"type": "text", "text": s[:-6]}, {"type": "text", "text": s[-6:]}])]),
    "an image": lambda s: _chat([_user([{"type": "text", "text": HELLO}, _image(s)])]),
    "an unknown part": lambda s: _chat([_user([{"type": "hologram", "hologram": s}])]),
    "name": lambda s: _chat([_user(HELLO, name=s)]),
    "user field": lambda s: _chat([_user(HELLO)], user=s),
    "metadata value": lambda s: _chat([_user(HELLO)], metadata={"note": s}),
    "metadata key": lambda s: _chat([_user(HELLO)], metadata={s: "note"}),
    "stop": lambda s: _chat([_user(HELLO)], stop=[s]),
    "tool name": lambda s: _chat([_user(HELLO)], tools=[_tool(name=s)]),
    "tool description": lambda s: _chat([_user(HELLO)], tools=[_tool(description=s)]),
    "tool parameter": lambda s: _chat([_user(HELLO)], tools=[_tool(word={"type": "string", "enum": ["a", s]})]),
    "tool parameter's name": lambda s: _chat([_user(HELLO)], tools=[_tool(**{s: {"type": "string"}})]),
    "tool arguments": lambda s: _chat(_called(json.dumps({"word": s}))),
    "escaped tool arguments": lambda s: _chat(_called('{"word": "' + _escaped(s) + '"}')),
    "tool result": lambda s: _chat(_called("{}", result=s)),
    "response_format": lambda s: _chat([_user(HELLO)], response_format=_format(properties={"x": {"description": s}})),
    "model asked is the swarm": lambda s: _chat([_user(s)], model="swarm"),
    "prompt": lambda s: ("/v1/completions", {"model": "auto", "prompt": s}),
    "prompt for the swarm": lambda s: ("/v1/completions", {"model": "swarm", "prompt": [s]}),
    "suffix": lambda s: ("/v1/completions", {"model": "auto", "prompt": "Once", "suffix": s}),
}  # fmt: skip


def generate(count: int, seed: int) -> list[Conversation]:
    """`count` conversations, half of them clean, in random order; each marker is unique."""
    generator = random.Random(seed)
    fields = list(FIELDS.items())
    made: list[Conversation] = []
    clean: set[str] = set()
    for index in range(count):
        if index % 2:
            marker = "kx" + "".join(generator.choices("bcdfghjkmnpqrstvwxz23456789", k=10))
            where, build = fields[(index // 2) % len(fields)]
            path, body = build(secret(marker, generator))
        else:
            while True:
                words = (generator.choice(ADJECTIVES), generator.choice(NOUNS), generator.choice(PLACES))
                marker = "{} {} in the {}".format(*words)
                if marker not in clean:
                    break
            clean.add(marker)
            where = "clean"
            path, body = _chat([_user(f"Say something about the {marker}.")])
        body |= {"max_tokens": generator.randrange(1, 4), "stream": generator.random() < 0.5}
        made.append(Conversation(path, body, marker, bool(index % 2), where))
    generator.shuffle(made)
    return made
