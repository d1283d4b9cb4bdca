"""What policies cost: deciding by many rules, rewriting a prompt, and restoring the answer in a stream.

Deciding and rewriting are measured in this process, without detection; the way there and back through two real
gateways in front of the same engine, of which one declassifies, in turn: on llama.cpp, and on a stub that
streams faster than any model.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from typing import Any

import yaml

from gateway.bench import prompts
from gateway.bench.figures import Spread, percentile
from gateway.bench.rig import Rig, Side
from gateway.declassify.rewrite import rewrite
from gateway.detection.findings import Finding
from gateway.policy.decide import Facts, decide
from gateway.policy.load import load_text
from gateway.policy.policy import Policy
from gateway.prompt import read_prompt

RULES = 200
DECIDE_AIM_MS = 0.2
STREAM_AIM = 0.95
CHUNKS, TOKENS = 1_000, 128
_SLICES = 6
_ENTITIES = ("PERSON", "PHONE_NUMBER", "EMAIL_ADDRESS", "CREDIT_CARD", "HEALTH", "API_KEY", "LOCATION", "IBAN_CODE")
_USER = frozenset({"user", "last_turn"})
PROMPT = (
    "Write a letter to Maria Gonzalez, maria.gonzalez@acme-corp.com, and tell Peter Miller that she called from "
    "+34 612 345 678 about the meeting on Friday."
)
_VALUES = (
    ("PERSON", "Maria Gonzalez"),
    ("EMAIL_ADDRESS", "maria.gonzalez@acme-corp.com"),
    ("PERSON", "Peter Miller"),
    ("PHONE_NUMBER", "+34 612 345 678"),
)


def policy_of(rules: int) -> Policy:
    """A policy with so many different rules, of every kind that a person might write."""
    return load_text(
        yaml.safe_dump(
            {
                "version": 1,
                "levels": ["public", "internal", "confidential", "restricted"],
                "destinations": {
                    "local": {"clearance": "restricted", "engine": "llama.cpp"},
                    "swarm": {"clearance": "public", "engine": "petals"},
                },
                "entities": {"default": "internal", "LOCATION": "public"},
                "rules": [_rule(number) for number in range(rules)],
                "route": {"prefer": ["swarm", "local"]},
            }
        )
    )


def _rule(number: int) -> dict[str, Any]:
    first, second = _ENTITIES[number % 8], _ENTITIES[(number + 3) % 8]
    kinds: list[dict[str, Any]] = [
        {"any": [first, "contact"], "at_least": 2 + number % 5},
        {"all": [first, second], "none": ["credentials"]},
        {"any": [first], "where": ["tool", "system"], "min_score": 0.5 + number % 4 / 10},
        {"words": [f"Project Bluebird {number}", f"蓝鸟计划{number}"]},
        {"matches": rf"\bCASE-{number}-\d{{4,}}\b"},
        {"any": [{"topics": ["health"]}, {"all": [first]}], "not": {"models": [f"model-{number}"]}},
        {"headers": {"x-team": f"team-{number}"}},
        {"only": [first, second], "characters": {"at_least": number}},
    ]
    return {"name": f"rule-{number}", "when": kinds[number % len(kinds)], "tag": f"t{number}"}


def _facts(tokens: int) -> Facts:
    words = ["Please", "summarise", "the", "report", "about", "sales", "in", "Madrid", "and", "Paris"]
    text = " ".join(words[index % len(words)] for index in range(tokens))
    findings = tuple(Finding(index, index + 1, _ENTITIES[index], 0.9, "bench") for index in range(3))
    return Facts(findings, places=(_USER,) * 3, texts=((text, _USER),), headers={"x-team": "sales"})


def _timed(work: Callable[[], object], count: int) -> dict[str, float]:
    samples = []
    for _ in range(count):
        start = time.perf_counter()
        work()
        samples.append((time.perf_counter() - start) * 1000)
    return {"p50": round(percentile(samples, 0.5), 4), "p99": round(percentile(samples, 0.99), 4)}


def deciding(count: int) -> list[dict[str, Any]]:
    """Milliseconds of a decision, by the number of rules and the length of the prompt."""
    rows = []
    for rules, tokens in ((0, 50), (20, 50), (RULES, 50), (RULES, 500), (RULES, 5_000)):
        once = partial(decide, policy_of(rules), _facts(tokens))
        once()
        aim = DECIDE_AIM_MS if (rules, tokens) == (RULES, 50) else None
        rows.append({"rules": rules, "tokens": tokens, "aim_p50_ms": aim, **_timed(once, count)})
    return rows


def rewriting(count: int) -> list[dict[str, Any]]:
    """Milliseconds to rewrite a prompt with four values, by method, without the second inspection."""
    body = {"model": "auto", "messages": [{"role": "user", "content": PROMPT}]}
    prompt = read_prompt(body)
    found = []
    for entity, value in _VALUES:
        start = PROMPT.index(value)
        found.append(("messages[0].content", Finding(start, start + len(value), entity, 1.0, "bench")))
    rows = []
    for method in ("pseudonym", "placeholder", "hash", "mask", "remove"):

        def once(method: Any = method) -> object:
            return rewrite(body, prompt, found, lambda entity: method, b"k" * 32)

        once()
        rows.append({"method": method, **_timed(once, count)})
    return rows


class Restoring:
    """Two gateways in front of one engine: one sends prompts as they are, the other declassifies them."""

    def __init__(self, rig: Rig) -> None:
        self._rig = rig

    async def on_the_stub(self, seconds: float) -> dict[str, Any]:
        """Chunks a second of both, and their ratio."""
        direct = await self._rig.stub(str(CHUNKS))
        sides = await self._gateways(direct, "stub", None)
        client = await self._rig.worker("load")
        rates: dict[str, list[float]] = {name: [] for name in _SIDES}
        for turn in range(_SLICES):
            self._rig.say(f"policy: streaming from a stub, {turn + 1} of {_SLICES}")
            for name in _SIDES if turn % 2 == 0 else _SIDES[::-1]:
                reply = await client.ask(
                    do="flood", side=sides[name], connections=1, seconds=seconds / _SLICES, tokens=50, prompt=PROMPT
                )
                rates[name].append(reply["requests"] * CHUNKS / reply["seconds"])
        return {"chunks": CHUNKS, **_compared(rates)}

    async def on_llama(self, rounds: int) -> dict[str, Any]:
        """Tokens a second of both, and their ratio."""
        direct, key = await self._rig.llama()
        sides = await self._gateways(direct, "llama", key)
        client = await self._rig.worker("load")
        request = prompts.chat(PROMPT, temperature=0, max_tokens=TOKENS, stream_options={"include_usage": True})
        rates: dict[str, list[float]] = {name: [] for name in _SIDES}
        for turn in range(rounds + 1):
            self._rig.say(f"policy: streaming from llama.cpp, round {turn} of {rounds}")
            for name in _SIDES if turn % 2 == 0 else _SIDES[::-1]:
                reply = await client.ask(do="alternate", sides=[sides[name]], groups=[[request]])
                result = reply["groups"][0][sides[name]["name"]]
                if turn:  # The first round warms up.
                    rates[name].append(result["answers"][0]["tokens"] / result["wall"])
        return {"max_tokens": TOKENS, "aim_ratio": STREAM_AIM, **_compared(rates)}

    async def _gateways(self, direct: Side, engine: str, key: str | None) -> dict[str, Side]:
        self._rig.say(f"policy: starting two gateways in front of {engine}")
        return {name: await self._gateway(direct, engine, name, key) for name in _SIDES}

    async def _gateway(self, direct: Side, engine: str, name: str, key: str | None) -> Side:
        destination = {
            "clearance": "public" if name == "rewritten" else "private",
            "engine": "openai",
            "base_url": direct["base_url"],
            "model": direct["model"],
        }
        rule = {"name": "contacts", "declassify": {"method": "pseudonym", "to": "public"}}
        entities = {"default": "private", "general": "public", "private_matter": "public"}
        changes = {"entities": entities, "rules": [rule] if name == "rewritten" else []}
        return await self._rig.gateway(destination, key, name=f"{engine}-{name}", policy=changes)


_SIDES = ("plain", "rewritten")


def _compared(rates: dict[str, list[float]]) -> dict[str, Any]:
    spreads = {name: Spread.of(found) for name, found in rates.items()}
    ratios = [rewritten / plain for plain, rewritten in zip(rates["plain"], rates["rewritten"], strict=True)]
    return {"sides": {name: spread.to_json() for name, spread in spreads.items()}, "ratio": Spread.of(ratios).to_json()}


async def measure(rig: Rig, count: int, seconds: float) -> dict[str, Any]:
    """All of it; `count` samples of each kind."""
    rig.say(f"policy: deciding with {RULES} rules")
    decided = deciding(count)
    rig.say("policy: rewriting")
    restoring = Restoring(rig)
    return {
        "deciding": decided,
        "rewriting": rewriting(count),
        "llama": await restoring.on_llama(max(2, min(count // 50, 20))),
        "stub": await restoring.on_the_stub(seconds),
    }
