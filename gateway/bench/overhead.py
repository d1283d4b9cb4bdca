"""What the gateway adds: a real one in front of a stub, and the same stub asked directly, in turn.

A second gateway asks for an API key with every limit in force, so that each request is admitted, charged and settled.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from gateway.bench.added import added
from gateway.bench.load import request
from gateway.bench.rates import Load, Numbers, in_turn, spreads
from gateway.bench.rig import Rig, Side
from gateway.bench.stub import CHUNKS
from gateway.bench.workers import Worker

SIDES = ("direct", "gateway", "keyed")
CONNECTIONS = (1, 16)
LIMITS = {"requests_per_minute": 10**8, "tokens_per_minute": 10**10, "tokens_per_day": 10**12}
"""More than any run can use: they are counted, and nobody has to wait."""
PAUSE_MS = 5
"""Between two chunks of a paced answer: 200 tokens a second, a little more than llama.cpp's with the embedded model."""
STREAM_AIM = 3.0
_SLICES = 5


@dataclass(frozen=True, slots=True)
class Variant:
    """A kind of prompt.

    Attributes:
        aim: the most that may be added in the median, in milliseconds.
        keyed: whether the gateway that asks for a key is measured too.
    """

    name: str
    tokens: int
    cold: bool
    aim: float | None = None
    keyed: bool = True


VARIANTS = (
    Variant("detection from its cache, 50 tokens", 50, cold=False, aim=2.0),
    Variant("cold, 50 tokens", 50, cold=True, aim=10.0),
    Variant("cold, 500 tokens", 500, cold=True, keyed=False),
)


@dataclass(frozen=True, slots=True)
class Stubs:
    """Two upstreams, as sides: one answers at once, the other chunk by chunk."""

    at_once: Side
    paced: Side

    @classmethod
    async def start(cls, rig: Rig) -> Stubs:
        """Both, running."""
        return cls(await rig.stub(), await rig.stub(str(CHUNKS), str(PAUSE_MS)))

    async def gateway(self, rig: Rig, name: str, limits: dict[str, int] | None = None) -> Side:
        """A gateway in front of both; asked for `paced` it takes that one."""
        first, paced = (
            {"clearance": "private", "engine": "openai", "base_url": side["base_url"], "model": side["model"]}
            for side in (self.at_once, self.paced)
        )
        changes = {"destinations": {"bench": first, "paced": paced}, "route": {"prefer": ["bench", "paced"]}}
        return await rig.gateway(first, name=name, policy=changes, limits=limits)


async def measure(rig: Rig, requests: int, seconds: float) -> dict[str, Any]:
    """All variants.

    Args:
        requests: latency samples a side and variant.
        seconds: of throughput a side, variant and number of connections.
    """
    stubs = await Stubs.start(rig)
    rig.say("overhead: starting two gateways, one of which asks for a key")
    sides = [stubs.at_once, await stubs.gateway(rig, "gateway"), await stubs.gateway(rig, "keyed", LIMITS)]
    paced = [stubs.paced, *({**side, "model": "paced"} for side in sides[1:])]
    series = _Series(rig, await rig.worker("load"))
    variants = [await series.variant(it, sides if it.keyed else sides[:2], requests, seconds) for it in VARIANTS]
    pauses = {"0": variants[0]["latency_ms"], str(PAUSE_MS): await series.paced(paced, max(2, requests // 4))}
    streams = [{"pause_ms": float(pause), "latency_ms": found} for pause, found in pauses.items()]
    return {"variants": variants, "streams": {"chunks": CHUNKS, "aim_added_p50_ms": STREAM_AIM, "rows": streams}}


class _Series:
    def __init__(self, rig: Rig, client: Worker) -> None:
        self._rig, self._client, self._numbers = rig, client, Numbers()

    async def variant(self, variant: Variant, sides: list[Side], requests: int, seconds: float) -> dict[str, Any]:
        self._rig.say(f"overhead: {variant.name}: latency of {requests} requests a side")
        latency = await self._latency(variant, sides, requests)
        throughput = []
        for connections in CONNECTIONS:
            self._rig.say(f"overhead: {variant.name}: requests/s at {connections} connections")
            load = Load(connections, variant.tokens, variant.cold)
            rates = await in_turn(self._client, sides, load, self._numbers, slices=_SLICES, seconds=seconds)
            throughput.append({"connections": connections, **spreads(rates)})
        return {
            "name": variant.name,
            "tokens": variant.tokens,
            "cold": variant.cold,
            "aim_added_p50_ms": variant.aim,
            "latency_ms": latency,
            "throughput": throughput,
        }

    async def paced(self, sides: list[Side], requests: int) -> dict[str, Any]:
        """Latency of answers that come chunk by chunk."""
        self._rig.say(f"overhead: a chunk every {PAUSE_MS} ms: latency of {requests} requests a side")
        return added(await self._alternate(sides, [0] * requests, VARIANTS[0].tokens))

    async def _latency(self, variant: Variant, sides: list[Side], requests: int) -> dict[str, Any]:
        first = self._numbers.take()
        numbers = [first + index if variant.cold else 0 for index in range(requests)]
        rounds = await self._alternate(sides, numbers, variant.tokens)
        result = added(rounds)
        if variant.cold:
            result["by_language"] = {
                language: added(
                    [answers for number, answers in zip(numbers, rounds, strict=True) if number % 2 == parity]
                )
                for parity, language in enumerate(("en", "zh"))
            }
        return result

    async def _alternate(self, sides: list[Side], numbers: list[int], tokens: int) -> list[dict[str, Any]]:
        groups = [[request(number, tokens)] for number in numbers]
        reply = await self._client.ask(do="alternate", sides=sides, groups=groups, warm=request(0, tokens))
        return [{side["name"]: group[side["name"]]["answers"][0] for side in sides} for group in reply["groups"]]
