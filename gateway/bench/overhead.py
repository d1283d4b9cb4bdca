"""What the gateway adds: a real one in front of a stub, and the same stub asked directly, in turn."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from gateway.bench.figures import Spread, percentile
from gateway.bench.load import request
from gateway.bench.rig import Rig, Side
from gateway.bench.workers import Worker

CONNECTIONS = (1, 16)
_SLICES = 5
_APART = 1_000_000
"""Numbers of prompts kept for one slice, so that no two slices share a prompt."""


@dataclass(frozen=True, slots=True)
class Variant:
    """A kind of prompt. `aim` is the most that may be added in the median, in milliseconds."""

    name: str
    tokens: int
    cold: bool
    aim: float | None = None


VARIANTS = (
    Variant("detection from its cache, 50 tokens", 50, cold=False, aim=2.0),
    Variant("cold, 50 tokens", 50, cold=True, aim=10.0),
    Variant("cold, 500 tokens", 500, cold=True),
)


async def measure(rig: Rig, requests: int, seconds: float) -> dict[str, Any]:
    """All variants.

    Args:
        requests: latency samples a side and variant.
        seconds: of throughput a side, variant and number of connections.
    """
    direct = await rig.stub()
    rig.say("overhead: starting the gateway")
    destination = {"clearance": "private", "engine": "openai", "base_url": direct["base_url"], "model": "stub"}
    gateway = await rig.gateway(destination)
    client = await rig.worker("load")
    series = _Series(rig, client, direct, gateway)
    return {"variants": [await series.variant(item, requests, seconds) for item in VARIANTS]}


class _Series:
    def __init__(self, rig: Rig, client: Worker, direct: Side, gateway: Side) -> None:
        self._rig, self._client, self._direct, self._gateway = rig, client, direct, gateway
        self._next = _APART

    def _numbers(self) -> int:
        self._next += _APART
        return self._next

    async def variant(self, variant: Variant, requests: int, seconds: float) -> dict[str, Any]:
        self._rig.say(f"overhead: {variant.name}: latency of {requests} requests a side")
        latency = await self._latency(variant, requests)
        throughput = []
        for connections in CONNECTIONS:
            self._rig.say(f"overhead: {variant.name}: requests/s at {connections} connections")
            throughput.append(await self._throughput(variant, connections, seconds))
        return {
            "name": variant.name,
            "tokens": variant.tokens,
            "cold": variant.cold,
            "aim_added_p50_ms": variant.aim,
            "latency_ms": latency,
            "throughput": throughput,
        }

    async def _latency(self, variant: Variant, requests: int) -> dict[str, Any]:
        first = self._numbers()
        numbers = [first + index if variant.cold else 0 for index in range(requests)]
        reply = await self._client.ask(
            do="alternate",
            sides=[self._direct, self._gateway],
            groups=[[request(number, variant.tokens)] for number in numbers],
            warm=request(0, variant.tokens),
        )
        pairs = [
            (number % 2, *(group[name]["answers"][0] for name in ("direct", "gateway")))
            for number, group in zip(numbers, reply["groups"], strict=True)
        ]
        result = _compare([(direct, gateway) for _, direct, gateway in pairs])
        if variant.cold:
            result["by_language"] = {
                language: _compare([(direct, gateway) for odd, direct, gateway in pairs if odd == parity])
                for parity, language in enumerate(("en", "zh"))
            }
        return result

    async def _throughput(self, variant: Variant, connections: int, seconds: float) -> dict[str, Any]:
        rates: dict[str, list[float]] = {"direct": [], "gateway": []}
        for turn in range(_SLICES):
            seed = self._numbers() if variant.cold else None
            sides = (self._direct, self._gateway)
            for side in sides if turn % 2 == 0 else sides[::-1]:
                reply = await self._client.ask(
                    do="flood",
                    side=side,
                    connections=connections,
                    seconds=seconds / _SLICES,
                    tokens=variant.tokens,
                    seed=seed,
                )
                rates[side["name"]].append(reply["requests"] / reply["seconds"])
        return {"connections": connections, **{name: Spread.of(found).to_json() for name, found in rates.items()}}


def _compare(pairs: list[tuple[dict[str, float], dict[str, float]]]) -> dict[str, Any]:
    """Milliseconds until the end of the answer, and until its first bytes, on both sides."""
    if not pairs:
        return {}
    result: dict[str, Any] = {}
    for key, moment in (("total", "whole"), ("first", "first_byte")):
        sides = {name: [pair[index][key] * 1000 for pair in pairs] for index, name in enumerate(("direct", "gateway"))}
        figures = {
            name: {
                "p50": round(percentile(samples, 0.5), 3),
                "p99": round(percentile(samples, 0.99), 3),
                "quartiles": [round(percentile(samples, share), 3) for share in (0.25, 0.75)],
            }
            for name, samples in sides.items()
        }
        added: Any = {
            share: round(float(figures["gateway"][share]) - float(figures["direct"][share]), 3)  # type: ignore[arg-type]
            for share in ("p50", "p99")
        }
        result[moment] = {**figures, "added": added}
    return result
