"""Requests a second beside LiteLLM's proxy: the same stub behind both, the same prompts, in turn.

Each gateway has one worker process; LiteLLM has no guardrails, Sepal inspects every prompt.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gateway.bench import litellm_proxy
from gateway.bench.overhead import LIMITS
from gateway.bench.rates import Load, Numbers, in_turn, ratio, spreads
from gateway.bench.rig import Rig

CONNECTIONS = 16
_TOKENS = 50
_SLICES = 5
_WARM_UP_SECONDS = 2.0
SIDES = ("direct", "gateway", "keyed", litellm_proxy.NAME)


@dataclass(frozen=True, slots=True)
class Variant:
    """A kind of prompt and answer. `aim`: how many times LiteLLM's requests a second ours should be."""

    name: str
    cold: bool
    stream: bool
    aim: float


VARIANTS = (
    Variant("cold, answer streamed", cold=True, stream=True, aim=3.0),
    Variant("cold, answer whole", cold=True, stream=False, aim=3.0),
    Variant("detection from its cache, answer streamed", cold=False, stream=True, aim=10.0),
    Variant("detection from its cache, answer whole", cold=False, stream=False, aim=10.0),
)


async def measure(rig: Rig, venv: Path, seconds: float) -> dict[str, Any]:
    """All variants.

    Args:
        venv: an environment that has LiteLLM.
        seconds: a side and variant.
    """
    direct = await rig.stub()
    rig.say("litellm: starting the gateways")
    destination = {
        "clearance": "private", "engine": "openai", "base_url": direct["base_url"], "model": direct["model"],
    }  # fmt: skip
    sides = [
        direct,
        await rig.gateway(destination, name="gateway"),
        await rig.gateway(destination, name="keyed", limits=LIMITS),
        await litellm_proxy.start(rig, venv, direct),
    ]
    client, numbers, rows = await rig.worker("load"), Numbers(), []
    for variant in VARIANTS:
        rig.say(f"litellm: {variant.name}: requests/s at {CONNECTIONS} connections")
        load = Load(CONNECTIONS, _TOKENS, variant.cold, {"stream": variant.stream})
        await in_turn(client, sides, load, numbers, slices=1, seconds=min(_WARM_UP_SECONDS, seconds))
        rates = await in_turn(client, sides, load, numbers, slices=_SLICES, seconds=seconds)
        ratios = {name: ratio(rates, name, litellm_proxy.NAME) for name in ("gateway", "keyed")}
        about = {"name": variant.name, "cold": variant.cold, "stream": variant.stream, "aim_ratio": variant.aim}
        rows.append({**about, "rates": spreads(rates), "ratios": ratios})
    version = litellm_proxy.installed(venv)
    return {"version": version, "connections": CONNECTIONS, "tokens": _TOKENS, "variants": rows}
