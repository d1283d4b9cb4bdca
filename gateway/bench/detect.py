"""What detection costs: ours on one core, by length, language and turns; others' beside it in the same run.

Every side is a process of its own on the same core, and only one of them works at a time. A side that is
not installed is left out, with a sentence on how to have it.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

from gateway.bench import prompts
from gateway.bench.figures import median, percentile
from gateway.bench.rig import Say
from gateway.bench.workers import BenchError, Worker

PEERS = {"presidio": "presidio-analyzer on en_core_web_sm, as it comes", "rampart": "Rampart alone"}
AIMS = {50: (5.0, 12.0), 500: (40.0, 80.0), 2_000: (160.0, 300.0)}
"""Tokens → the most milliseconds in the median, and at p99."""
GROWTH = (50, 150, 500, 2_000, 5_000, 20_000)
"""Lengths that are measured; the last is ours alone."""
MEGABYTE = 1_000_000
Seconds = dict[str, list[float]]
TURNS, TURN_AIM = 20, 1.3
SETTLED_AIM = 2.0
_WARM_UP = 5
_ROUNDS = 3
_TURN_TOKENS = 50


class Detecting:
    """An asynchronous context that holds the workers. What it leaves on disk is gone afterwards."""

    def __init__(self, state: Path, peers_python: Path, say: Say) -> None:
        self._state, self._python, self.say = state, peers_python, say
        self._open = AsyncExitStack()
        self._core = max(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else 0
        self.sides: dict[str, Worker] = {}
        self.about: dict[str, Any] = {}

    async def __aenter__(self) -> Detecting:
        self._logs = Path(tempfile.mkdtemp(prefix="bench-", dir=self._state))
        try:
            argv = [sys.executable, "-I", "-m", "gateway.bench.detecting", str(self._core)]
            self.say("detect: loading Sepal's detector")
            self.sides["sepal"], self.about["sepal"] = await self._start("sepal", argv)
            for name in PEERS:
                await self._add_peer(name)
        except BaseException:
            await self.__aexit__()
            raise
        return self

    async def __aexit__(self, *error: object) -> None:
        await self._open.aclose()
        shutil.rmtree(self._logs, ignore_errors=True)

    async def _start(self, name: str, argv: list[str]) -> tuple[Worker, dict[str, Any]]:
        environment = {"OMP_NUM_THREADS": "1", "TOKENIZERS_PARALLELISM": "false", "HF_HUB_OFFLINE": "1"}
        worker = await Worker.start(name, argv, self._logs / f"{name}.log", environment)
        self._open.push_async_callback(worker.stop)
        return worker, await worker.hear()

    async def _add_peer(self, name: str) -> None:
        if not os.access(self._python, os.X_OK):
            self.about[name] = {
                "absent": f"there is no {self._python}; `sepal bench detect --help` says how to make it"
            }
            return
        self.say(f"detect: loading {PEERS[name]}")
        path = Path(__file__).with_name("peers.py")
        try:
            self.sides[name], self.about[name] = await self._start(
                name, [str(self._python), "-I", str(path), name, str(self._core)]
            )
        except BenchError as error:
            self.about[name] = {"absent": f"{error}; `sepal bench detect --help` says what belongs there"}

    async def measure(self, count: int) -> dict[str, Any]:
        """All of it; `count` texts of the shortest length, fewer of the longer ones."""
        for name, worker in self.sides.items():
            self.say(f"detect: warming up {name}")
            await worker.ask(texts=[prompts.text("en", 200, 1_000 + seed) for seed in range(_WARM_UP)])
        lengths = [
            await self._length(language, tokens, _samples(count, tokens))
            for language in ("en", "zh")
            for tokens in GROWTH
        ]
        return {
            "core": self._core,
            "sides": self.about,
            "lengths": lengths,
            "settled": await self._settled(count),
            "turns": await self._turns(max(2, count // 10)),
            "megabyte": [await self._megabyte(language) for language in ("en", "zh")],
        }

    async def _length(self, language: prompts.Language, tokens: int, count: int) -> dict[str, Any]:
        self.say(f"detect: {count} texts of {tokens} tokens, {language}")
        texts = [prompts.text(language, tokens, seed) for seed in range(count)]
        names = [name for name in self.sides if name == "sepal" or (language == "en" and tokens < GROWTH[-1])]
        seconds: dict[str, Seconds] = {name: {"clock": [], "cpu": []} for name in names}
        for turn in range(_ROUNDS):
            for name in names if turn % 2 == 0 else names[::-1]:
                if part := texts[turn::_ROUNDS]:
                    reply = await self.sides[name].ask(texts=part)
                    for kind, samples in reply["seconds"].items():
                        seconds[name][kind] += samples
        aim = dict(zip(("p50", "p99"), AIMS[tokens], strict=True)) if tokens in AIMS else None
        characters = round(median([len(text) for text in texts]))
        about = {"language": language, "tokens": tokens, "characters": characters, "aim_ms": aim}
        return {**about, "ms": {name: _milliseconds(samples) for name, samples in seconds.items()}}

    async def _settled(self, count: int) -> dict[str, Any]:
        """Prompts with a card number, under a policy that says `stop_at_highest`."""
        self.say(f"detect: {count} prompts that rules settle")
        texts = [f"{prompts.text('en', 50, seed)} My card is {_card(seed)}." for seed in range(count + _WARM_UP)]
        reply = await self.sides["sepal"].ask(do="settled", texts=texts, enough=["CREDIT_CARD"])
        seconds = {kind: samples[_WARM_UP:] for kind, samples in reply["seconds"].items()}
        return {"tokens": 50, "aim_p50_ms": SETTLED_AIM, **_milliseconds(seconds)}

    async def _turns(self, count: int) -> dict[str, Any]:
        self.say(f"detect: {count} conversations of {TURNS} turns")
        conversations = [_conversation("zh" if number % 2 else "en", number) for number in range(count)]
        found = (await self.sides["sepal"].ask(do="turns", conversations=conversations))["turns"]
        rows = []
        for turn, of_all in enumerate(zip(*found, strict=True), 1):
            medians = {key: round(median([item[key] for item in of_all]), 2) for key in of_all[0]}
            rows.append({"turn": turn, **medians})
        ratios = {
            name: round(median([one[-1][f"whole{kind}"] / one[-1][f"new{kind}"] for one in found]), 3)
            for name, kind in (("ratio", "_ms"), ("cpu_ratio", "_cpu_ms"))
        }
        return {"tokens": _TURN_TOKENS, "rows": rows, **ratios, "aim_ratio": TURN_AIM}

    async def _megabyte(self, language: prompts.Language) -> dict[str, Any]:
        self.say(f"detect: 1 MB of text, {language}")
        text = _cut(prompts.text(language, 260_000, 1), MEGABYTE)
        reply = await self.sides["sepal"].ask(texts=[text])
        clock, cpu = (round(reply["seconds"][kind][0], 2) for kind in ("clock", "cpu"))
        about = {"language": language, "bytes": len(text.encode())}
        return {**about, "seconds": clock, "cpu_seconds": cpu, "memory_mib": reply["memory_mib"]}


def _samples(count: int, tokens: int) -> int:
    return max(_ROUNDS, count * 50 // max(50, tokens // 4)) if tokens <= GROWTH[3] else _ROUNDS


def _milliseconds(seconds: Seconds) -> dict[str, Any]:
    clock, cpu = seconds["clock"], seconds["cpu"]
    figures = {
        f"{kind}{name}": round(1000 * percentile(samples, share), 2)
        for kind, samples in (("", clock), ("cpu_", cpu))
        for name, share in (("p50", 0.5), ("p99", 0.99))
    }
    return {**figures, "samples": len(clock)}


def _card(seed: int) -> str:
    """A made-up card number with the right check digit (ISO/IEC 7812-1)."""
    digits = f"4539{seed * 7919 + 20_414_308_117:011d}"
    doubled = sum(int(digit) * 2 - 9 * (digit > "4") for digit in digits[::2])
    return digits + str(-(doubled + sum(map(int, digits[1::2]))) % 10)


def _conversation(language: prompts.Language, number: int) -> list[dict[str, str]]:
    texts = [prompts.text(language, _TURN_TOKENS, 1_000_000 + 100 * number + place) for place in range(2 * TURNS - 1)]
    return [{"role": "assistant" if place % 2 else "user", "content": text} for place, text in enumerate(texts)]


def _cut(text: str, size: int) -> str:
    return text.encode()[:size].decode(errors="ignore")
