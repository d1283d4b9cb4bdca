"""Generated conversations: sensitive ones with a canary in each field that a request has, clean ones between."""
# ruff: noqa: E501

from __future__ import annotations

import base64
import json
import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

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
    "pale",
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

Endpoint = Literal["chat", "completions", "embeddings", "responses", "messages"]


@dataclass(frozen=True)
class Conversation:
    """A request as the official client takes it.

    Attributes:
        where: the field that holds the canary; ``clean`` says that there is none.
        marker: words that occur in no other conversation.
        secrets: what must not be seen of a sensitive one, the marker among it; empty for a clean one.
    """

    endpoint: Endpoint
    arguments: dict[str, Any]
    marker: str
    where: str
    secrets: tuple[str, ...] = ()

    @property
    def sensitive(self) -> bool:
        """Whether it holds a canary."""
        return bool(self.secrets)


def card(generator: random.Random) -> str:
    """A card number of 16 digits with a valid check digit (ISO/IEC 7812-1), in groups or not."""
    digits = [4, 5, 3, 9] + [generator.randrange(10) for _ in range(11)]
    total = sum(sum(divmod(2 * digit, 10)) if index % 2 == 0 else digit for index, digit in enumerate(digits))
    number = "".join(map(str, digits)) + str(-total % 10)
    return number if generator.random() < 0.5 else " ".join(number[at : at + 4] for at in range(0, 16, 4))


def resident_id(generator: random.Random) -> str:
    """A Chinese resident identity number with its check character (GB 11643-1999)."""
    digits = f"11010519{generator.randrange(49, 99)}{generator.randrange(1, 13):02}{generator.randrange(1, 29):02}"
    digits += f"{generator.randrange(1000):03}"
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    total = sum(int(digit) * weight for digit, weight in zip(digits, weights, strict=True))
    return digits + "10X98765432"[total % 11]


def mobile(generator: random.Random) -> str:
    """A mobile number of mainland China."""
    return f"13{generator.randrange(1, 10)}{generator.randrange(10**8):08}"


def token(generator: random.Random) -> str:
    """A GitHub token, as far as its form goes."""
    return "ghp_" + "".join(generator.choices("abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789", k=36))


# Marker, generator → the text for a field, and what is secret in it.
Canary = Callable[[str, random.Random], tuple[str, str]]


def _canary(form: str, make: Callable[[str, random.Random], str]) -> Canary:
    def canary(marker: str, generator: random.Random) -> tuple[str, str]:
        value = make(marker, generator)
        return form.format(marker=marker, value=value), value

    return canary


CANARIES: list[Canary] = [
    _canary("mail {value}", lambda marker, _: f"{marker}@brightwater-mail.net"),
    _canary("{marker} pays with card {value}", lambda _, generator: card(generator)),
    _canary("{marker} 的身份证号是{value}", lambda _, generator: resident_id(generator)),
    _canary("{marker} api_key = {value}", lambda _, generator: token(generator)),
    _canary("{marker} 的手机号是{value}", lambda _, generator: mobile(generator)),
    _canary("my password is {value}", lambda marker, _: f"{marker}!7Q"),
]


def _chat(messages: list[dict[str, Any]], **more: Any) -> tuple[Endpoint, dict[str, Any]]:
    return "chat", {"model": "auto", "messages": messages, **more}


def _completion(prompt: Any, **more: Any) -> tuple[Endpoint, dict[str, Any]]:
    return "completions", {"model": "auto", "prompt": prompt, **more}


def _responses(given: Any, **more: Any) -> tuple[Endpoint, dict[str, Any]]:
    return "responses", {"model": "auto", "input": given, **more}


def _messages(content: Any, **more: Any) -> tuple[Endpoint, dict[str, Any]]:
    return "messages", {"model": "auto", "messages": [_user(content)], **more}


def _embeddings(texts: Any, **more: Any) -> tuple[Endpoint, dict[str, Any]]:
    return "embeddings", {"model": "auto", "input": texts, **more}


def _document(text: str) -> dict[str, Any]:
    return {"type": "document", "source": {"type": "text", "media_type": "text/plain", "data": text}}


def _file(text: str, name: str = "a.txt") -> dict[str, Any]:
    return {"type": "file", "file": {"filename": name, "file_data": f"data:text/plain;base64,{_base64(text)}"}}


def _user(content: Any, **more: Any) -> dict[str, Any]:
    return {"role": "user", "content": content, **more}


def _assistant(content: Any, **more: Any) -> dict[str, Any]:
    return {"role": "assistant", "content": content, **more}


def _text(text: str) -> dict[str, Any]:
    return {"type": "text", "text": text}


def _tool(name: str = "look_up", description: str = "Looks a word up.", **properties: Any) -> dict[str, Any]:
    parameters = {"type": "object", "properties": properties}
    return {"type": "function", "function": {"name": name, "description": description, "parameters": parameters}}


def _called(arguments: str = "{}", result: str = "nothing", name: str = "look_up") -> list[dict[str, Any]]:
    call = {"id": "call_1", "type": "function", "function": {"name": name, "arguments": arguments}}
    answer = {"role": "tool", "tool_call_id": "call_1", "content": result}
    return [_user("Look it up."), _assistant(None, tool_calls=[call]), answer]


def _escaped(text: str) -> str:
    return "".join(f"\\u{ord(letter):04x}" for letter in text)


def _format(**schema: Any) -> dict[str, Any]:
    return {"type": "json_schema", "json_schema": {"name": "answer", "schema": {"type": "object", **schema}}}


def _base64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def _claims(**more: str) -> dict[str, str]:
    return {"x-sepal-label": "public", "x-sepal-destination": "swarm", "x-sepal-decision": "dec_1", **more}


HELLO = "Name a colour."
LONG_TALK = [turn for _ in range(6) for turn in (_user(HELLO), _assistant("Blue, like the sea at noon."))]
FIELDS: dict[str, Callable[[str], tuple[Endpoint, dict[str, Any]]]] = {
    "user": lambda s: _chat([_user(s)]),
    "system": lambda s: _chat([{"role": "system", "content": s}, _user(HELLO)]),
    "developer": lambda s: _chat([{"role": "developer", "content": s}, _user(HELLO)]),
    "assistant": lambda s: _chat([_user(HELLO), _assistant(s), _user(HELLO)]),
    "first turn of a long talk": lambda s: _chat([_user(s), _assistant("I see."), *LONG_TALK, _user(HELLO)]),
    "middle of a long text": lambda s: _chat([_user(f"{'The sea is wide. ' * 40}{s}. {'The sky is high. ' * 40}")]),
    "text part": lambda s: _chat([_user([_text(HELLO), _text(s)])]),
    "seam between parts": lambda s: _chat([_user([_text(s[:-6]), _text(s[-6:])])]),
    "refusal part": lambda s: _chat([_user(HELLO), _assistant([{"type": "refusal", "refusal": s}]), _user(HELLO)]),
    "refusal": lambda s: _chat([_user(HELLO), _assistant("No.", refusal=s), _user(HELLO)]),
    "image": lambda s: _chat(
        [_user([_text(HELLO), {"type": "image_url", "image_url": {"url": f"data:image/png;base64,{_base64(s)}"}}])]
    ),
    "audio": lambda s: _chat(
        [_user([_text(HELLO), {"type": "input_audio", "input_audio": {"data": _base64(s), "format": "wav"}}])]
    ),
    "file": lambda s: _chat(
        [_user([_text(HELLO), {"type": "file", "file": {"filename": "a.txt", "file_data": _base64(s)}}])]
    ),
    "file's name": lambda s: _chat([_user([_text(HELLO), {"type": "file", "file": {"filename": s, "file_id": "f"}}])]),
    "unknown part": lambda s: _chat([_user([{"type": "hologram", "hologram": s}])]),
    "field of a text part": lambda s: _chat([_user([{**_text(HELLO), "note": s}])]),
    "field of a message": lambda s: _chat([_user(HELLO, note=s)]),
    "name": lambda s: _chat([_user(HELLO, name=s)]),
    "user field": lambda s: _chat([_user(HELLO)], user=s),
    "metadata value": lambda s: _chat([_user(HELLO)], metadata={"note": s}),
    "metadata key": lambda s: _chat([_user(HELLO)], metadata={s: "note"}),
    "stop": lambda s: _chat([_user(HELLO)], stop=["zzz", s]),
    "unknown field": lambda s: _chat([_user(HELLO)], extra_body={"note": s, "x-sepal-label": "public"}),
    "tool name": lambda s: _chat([_user(HELLO)], tools=[_tool(name=s)]),
    "tool description": lambda s: _chat([_user(HELLO)], tools=[_tool(description=s)]),
    "tool parameter": lambda s: _chat([_user(HELLO)], tools=[_tool(word={"type": "string", "enum": ["a", s]})]),
    "tool parameter's name": lambda s: _chat([_user(HELLO)], tools=[_tool(**{s: {"type": "string"}})]),
    "tool choice": lambda s: _chat(
        [_user(HELLO)], tools=[_tool()], tool_choice={"type": "function", "function": {"name": s}}
    ),
    "called tool": lambda s: _chat(_called(name=s)),
    "tool arguments": lambda s: _chat(_called(json.dumps({"word": s}))),
    "escaped tool arguments": lambda s: _chat(_called('{"word": "' + _escaped(s) + '"}')),
    "key of tool arguments": lambda s: _chat(_called(json.dumps({s: "word"}))),
    "tool result": lambda s: _chat(_called(result=s)),
    "response_format": lambda s: _chat([_user(HELLO)], response_format=_format(properties={"x": {"description": s}})),
    "model asked is the swarm": lambda s: _chat([_user(s)], model="swarm"),
    "headers claim it is public": lambda s: _chat([_user(s)], extra_headers=_claims()),
    "headers claim a ticket": lambda s: _chat([_user(s)], extra_headers=_claims(**{"x-sepal-ticket": "v1;swarm"})),
    "body claims it is public": lambda s: _chat(
        [_user(s)], model="swarm", extra_body={"label": "public", "destination": "swarm", "sepal": {"label": "public"}}
    ),
    "prompt": lambda s: _completion(s),
    "prompt for the swarm": lambda s: _completion([s], model="swarm"),
    "second prompt": lambda s: _completion([HELLO, s]),
    "suffix": lambda s: _completion("Once", suffix=s),
    "completion's user field": lambda s: _completion("Once", user=s),
    "completion's stop": lambda s: _completion("Once", stop=s),
    "text of a file": lambda s: _chat([_user([_text(HELLO), _file(s)])]),
    "name of a file with text": lambda s: _chat([_user([_text(HELLO), _file("The sea is wide.", s)])]),
    "embedded text": lambda s: _embeddings(s),
    "second embedded text": lambda s: _embeddings([HELLO, s]),
    "text embedded by the swarm": lambda s: _embeddings([HELLO, s], model="swarm"),
    "responses: input": lambda s: _responses(s),
    "responses: instructions": lambda s: _responses(HELLO, instructions=s),
    "responses: earlier answer": lambda s: _responses(
        [_user(HELLO), {"type": "message", "role": "assistant", "content": [{"type": "output_text", "text": s}]}, _user(HELLO)]
    ),
    "responses: file": lambda s: _responses(
        [_user([{"type": "input_text", "text": HELLO},
                {"type": "input_file", "filename": "a.txt", "file_data": f"data:text/plain;base64,{_base64(s)}"}])]
    ),
    "responses: result of a call": lambda s: _responses(
        [_user(HELLO), {"type": "function_call", "call_id": "c", "name": "look_up", "arguments": "{}"},
         {"type": "function_call_output", "call_id": "c", "output": s}]
    ),
    "responses: tool": lambda s: _responses(
        HELLO, tools=[{"type": "function", "name": "f", "description": s, "parameters": {"type": "object"}}]
    ),
    "responses: format": lambda s: _responses(
        HELLO, text={"format": {"type": "json_schema", "name": "f", "schema": {"type": "object", "description": s}}}
    ),
    "responses: metadata": lambda s: _responses(HELLO, metadata={"note": s}, model="swarm"),
    "messages: text": lambda s: _messages(s),
    "messages: system": lambda s: _messages(HELLO, system=[_text(s)]),
    "messages: document": lambda s: _messages([_document(s), _text(HELLO)]),
    "messages: user": lambda s: _messages(HELLO, metadata={"user_id": s}, model="swarm"),
    "messages: call and result": lambda s: (
        "messages", {"model": "auto", "messages": [
            _user(HELLO),
            _assistant([{"type": "tool_use", "id": "c", "name": "look_up", "input": {"word": s}}]),
            _user([{"type": "tool_result", "tool_use_id": "c", "content": "nothing"}]),
        ]}
    ),
}  # fmt: skip
# Fields that no engine gets: what they hold goes nowhere, so it is only asked that it stays so.
DROPPED = frozenset({"unknown field", "field of a message", "field of a text part"})

CLEAN: list[Callable[[str], tuple[Endpoint, dict[str, Any]]]] = [
    lambda m: _chat([_user(f"Say something about the {m}.")]),
    lambda m: _chat([_user(f"Say something about the {m}.")], model="swarm"),
    lambda m: _chat([{"role": "system", "content": "Be brief."}, _user([_text("Describe it: "), _text(f"the {m}.")])]),
    lambda m: _chat([_user(f"What is the {m}?"), _assistant("An old thing."), _user("Why is it there?")]),
    lambda m: _completion(f"There was a {m}. It"),
    lambda m: _chat([_user(f"{'The sea is wide. ' * 40}Now say something about the {m}.")]),
    lambda m: _responses(f"Say something about the {m}."),
    lambda m: _messages([_text(f"Say something about the {m}.")], system="Be brief."),
    lambda m: _chat([_user([_text("Describe what is in the file."), _file(f"There is a {m}.")])]),
]
# Turns of the kinds above; the long one costs as much as all others.
_TURNS = (0, 1, 2, 3, 4, 6, 7, 8, 1, 2, 3, 4, 6, 7, 0, 5)


def generate(count: int, seed: int, fields: tuple[str, ...] = tuple(FIELDS)) -> list[Conversation]:
    """`count` conversations, half of them clean, in random order; each field gets different canaries."""
    generator = random.Random(seed)
    words = [f"{adjective} {noun} in the {place}" for adjective in ADJECTIVES for noun in NOUNS for place in PLACES]
    generator.shuffle(words)
    made = []
    for index in range(count):
        turn = index // 2
        if index % 2:
            where = fields[turn % len(fields)]
            marker = "kx" + "".join(generator.choices("bcdfghjkmnpqrstvwxz23456789", k=10))
            canary = CANARIES[(turn + turn // len(fields)) % len(CANARIES)]
            text, value = canary(marker, generator)
            endpoint, arguments = FIELDS[where](text)
            secrets = (marker, value)
        else:
            where, marker, secrets = "clean", words.pop(), ()
            endpoint, arguments = CLEAN[_TURNS[turn % len(_TURNS)]](marker)
        tokens, stream = generator.randrange(1, 4), generator.random() < 0.5
        if endpoint != "embeddings":
            arguments |= {"max_output_tokens" if endpoint == "responses" else "max_tokens": tokens, "stream": stream}
        made.append(Conversation(endpoint, arguments, marker, where, secrets))
    generator.shuffle(made)
    return made
