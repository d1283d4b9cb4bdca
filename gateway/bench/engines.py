"""What the gateway takes from an engine's speed: tokens a second through it and without it, in turn.

Both sides run on the same engine with the same prompts, greedily; only one of them runs at a time.
"""

from __future__ import annotations

from typing import Any

from gateway.bench import prompts
from gateway.bench.figures import Spread
from gateway.bench.rig import Rig

LOCAL_AIM = 0.97
SWARM_AIM = 0.95
LOCAL_STREAMS = (1, 4)
LOCAL_TOKENS = 64
SWARM_TOKENS = 48
_SIDES = ("direct", "gateway")


async def measure_local(rig: Rig, requests: int) -> dict[str, Any]:
    """llama.cpp through the gateway and asked directly: `requests` rounds a side and number of streams."""
    rig.say("local: starting llama.cpp and the gateway")
    direct, key = await rig.llama()
    destination = {"clearance": "private", "engine": "openai", "model": direct["model"], "base_url": direct["base_url"]}
    gateway = await rig.gateway(destination, key)
    client = await rig.worker("load")
    series = []
    for streams in LOCAL_STREAMS:
        rig.say(f"local: {requests} rounds a side, {streams} at once")
        reply = await client.ask(
            do="alternate",
            sides=[direct, gateway],
            groups=[_group(index, streams) for index in range(requests)],
            warm=_request(prompts.QUESTIONS[0], 8),
        )
        series.append({"streams": streams, **_rates(reply["groups"])})
    return {"aim_ratio": LOCAL_AIM, "max_tokens": LOCAL_TOKENS, "series": series}


def _group(index: int, streams: int) -> list[dict[str, Any]]:
    # Each set of prompts comes twice in succession, once with either side first: what the first one
    # leaves in the engine's prompt cache serves both sides as often.
    start = index // 2 * streams
    questions = [prompts.QUESTIONS[(start + offset) % len(prompts.QUESTIONS)] for offset in range(streams)]
    return [_request(question, LOCAL_TOKENS) for question in questions]


def _request(question: str, tokens: int) -> dict[str, Any]:
    usage = {"include_usage": True}
    return prompts.chat(question, temperature=0, seed=1, max_tokens=tokens, stream_options=usage)


async def measure_swarm(rig: Rig, requests: int) -> dict[str, Any]:
    """The private swarm through gateway and bridge, and by Petals' own client: `requests` rounds a side."""
    rig.say("swarm: starting two Petals servers")
    peers = await rig.swarm()
    rig.say("swarm: starting the gateway with its bridge, and Petals' own client")
    gateway = await rig.gateway({"clearance": "public", "engine": "petals", "initial_peers": peers})
    client = await rig.worker("load")
    raw, versions = await rig.raw_petals(peers)

    async def ask(name: str, question: str, tokens: int) -> dict[str, Any]:
        request = _request(question, tokens)
        if name == "direct":
            answer = await raw.ask(messages=request["messages"], max_tokens=tokens)
            return {"wall": answer["total"], "answers": [answer]}
        reply = await client.ask(do="alternate", sides=[gateway], groups=[[request]])
        result: dict[str, Any] = reply["groups"][0]["gateway"]
        return result

    for name in _SIDES:
        await ask(name, prompts.QUESTIONS[0], 8)
    groups = []
    for index in range(requests):
        rig.say(f"swarm: round {index + 1} of {requests}")
        question = prompts.QUESTIONS[index // 2 % len(prompts.QUESTIONS)]
        order = _SIDES if index % 2 == 0 else _SIDES[::-1]
        groups.append({name: await ask(name, question, SWARM_TOKENS) for name in order})
    series = [{"streams": 1, **_rates(groups)}]
    return {"aim_ratio": SWARM_AIM, "max_tokens": SWARM_TOKENS, "series": series, "versions": versions}


def _rates(groups: list[dict[str, Any]]) -> dict[str, Any]:
    """Tokens a second on both sides, their ratio, and how many answers were equal.

    A sample is two rounds with the same prompts, in which either side was first once.
    """
    rates = {
        name: [_rate([group[name] for group in groups[start : start + 2]]) for start in range(0, len(groups), 2)]
        for name in _SIDES
    }
    ratios = [through / direct for direct, through in zip(rates["direct"], rates["gateway"], strict=True)]
    digests = [[[answer["digest"] for answer in group[name]["answers"]] for name in _SIDES] for group in groups]
    equal = sum(one == other for sides in digests for one, other in zip(*sides, strict=True))
    return {
        **{f"{name}_tokens_per_s": Spread.of(found).to_json() for name, found in rates.items()},
        "ratio": Spread.of(ratios).to_json(),
        "equal_answers": equal,
        "answers": sum(len(sides[0]) for sides in digests),
    }


def _rate(rounds: list[dict[str, Any]]) -> float:
    tokens = sum(answer["tokens"] for item in rounds for answer in item["answers"])
    return float(tokens / sum(item["wall"] for item in rounds))
