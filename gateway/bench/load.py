"""Worker: the client that asks both sides in turn and measures how long they take.

Runs as ``python -m gateway.bench.load`` in a process of its own, so that neither side pays for it.
Takes two kinds of work (see `_alternate` and `_flood`). An answer that is not whole is an error, never
a sample.
"""

from __future__ import annotations

import asyncio
import gc
import hashlib
import itertools
import time
from collections.abc import Iterator
from typing import Any

import aiohttp
import orjson
import uvloop

from gateway.bench import prompts
from gateway.bench.lines import answer, claim_stdout

Side = dict[str, Any]
_DONE = b"data: [DONE]\n\n"


class BadAnswer(Exception):
    """A side did not give a whole answer."""


def _session() -> aiohttp.ClientSession:
    return aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(limit=0),
        cookie_jar=aiohttp.DummyCookieJar(),
        timeout=aiohttp.ClientTimeout(total=600),
        trust_env=False,
    )


async def _ask(session: aiohttp.ClientSession, side: Side, body: bytes) -> tuple[float, float, bytes]:
    """Seconds to the first bytes of the answer and to its end, and the answer.

    llama.cpp's server closes a kept connection after a while; a request that meets that is asked again.
    """
    try:
        return await _ask_once(session, side, body)
    except (aiohttp.ServerDisconnectedError, aiohttp.ClientOSError):
        return await _ask_once(session, side, body)


async def _ask_once(session: aiohttp.ClientSession, side: Side, body: bytes) -> tuple[float, float, bytes]:
    headers = {"content-type": "application/json"}
    if side.get("key"):
        headers["authorization"] = f"Bearer {side['key']}"
    start = time.perf_counter()
    first = 0.0
    parts = []
    async with session.post(side["url"], data=body, headers=headers) as response:
        async for part in response.content.iter_any():
            first = first or time.perf_counter() - start
            parts.append(part)
    total = time.perf_counter() - start
    whole = b"".join(parts)
    ends = whole.endswith(_DONE) or b'"chat.completion"' in whole
    if response.status != 200 or not ends or b'"error"' in whole[-2000:]:
        code = _error_code(whole)
        raise BadAnswer(f"the side `{side['name']}` answered with status {response.status} {code}, not a whole answer")
    return first, total, whole


def _error_code(whole: bytes) -> str:
    try:
        return str(orjson.loads(whole)["error"]["code"])
    except (orjson.JSONDecodeError, KeyError, TypeError):
        return ""


def _facts(first: float, total: float, whole: bytes) -> dict[str, Any]:
    """A sample: times, tokens by the engine's own count, and a digest of the text."""
    text, tokens = "", 0
    for event in whole.split(b"\n\n"):
        if not event.startswith(b"data: {"):
            continue
        chunk = orjson.loads(event[6:])
        tokens = (chunk.get("usage") or {}).get("completion_tokens") or tokens
        for choice in chunk.get("choices") or ():
            text += choice.get("delta", {}).get("content") or ""
    return {"first": first, "total": total, "tokens": tokens, "digest": hashlib.sha256(text.encode()).hexdigest()[:16]}


def _body(request: dict[str, Any], side: Side) -> bytes:
    return orjson.dumps({**request, "model": side["model"]})


async def _alternate(work: dict[str, Any]) -> dict[str, Any]:
    """Give each group of requests, all of it at once, to each side; the side that is first changes.

    ``{"sides": [...], "groups": [[request, ...], ...], "turn": 0, "warm": request or null}`` →
    ``{"groups": [{"side name": {"wall": s, "answers": [sample, ...]}, ...}, ...]}``
    """
    sides, turn = work["sides"], int(work.get("turn", 0))
    groups = []
    async with _session() as session:
        await _warm_up(session, sides, work.get("warm"), max(map(len, work["groups"])))
        for index, group in enumerate(work["groups"], turn):
            result = {}
            for side in sides if index % 2 == 0 else sides[::-1]:
                bodies = [_body(request, side) for request in group]
                start = time.perf_counter()
                answers = await asyncio.gather(*(_ask(session, side, body) for body in bodies))
                wall = time.perf_counter() - start
                result[side["name"]] = {"wall": wall, "answers": [_facts(*item) for item in answers]}
            groups.append(result)
    return {"groups": groups}


async def _warm_up(session: aiohttp.ClientSession, sides: list[Side], request: Any, connections: int) -> None:
    if request is not None:
        for side in sides:
            body = _body(request, side)
            await asyncio.gather(*(_ask(session, side, body) for _ in range(connections)))


async def _flood(work: dict[str, Any]) -> dict[str, Any]:
    """Ask one side over and over for some seconds.

    ``{"side": {...}, "connections": n, "seconds": s, "tokens": n, "seed": n or null, "prompt": text,
    "fields": {...}}`` → ``{"requests": n, "seconds": s}``; without a seed all prompts are the same: `prompt`, if
    there is one. `fields` are laid over each request.
    """
    side, seed, prompt = work["side"], work.get("seed"), work.get("prompt")
    fields = work.get("fields") or {}
    first = {**(request(0, work["tokens"]) if prompt is None else prompts.chat(prompt)), **fields}
    bodies: Iterator[bytes] = itertools.repeat(_body(first, side))
    if seed is not None:
        bodies = (_body({**request(number, work["tokens"]), **fields}, side) for number in itertools.count(seed))
    done = 0

    async def connection() -> None:
        nonlocal done
        while time.perf_counter() < end:
            await _ask(session, side, next(bodies))
            done += 1

    async with _session() as session:
        await _warm_up(session, [side], first, work["connections"])
        start = time.perf_counter()
        end = start + work["seconds"]
        await asyncio.gather(*(connection() for _ in range(work["connections"])))
        return {"requests": done, "seconds": time.perf_counter() - start}


def request(number: int, tokens: int) -> dict[str, Any]:
    """Prompt `number` of this length; English and Chinese take turns."""
    return prompts.chat(prompts.text("zh" if number % 2 else "en", tokens, number))


def main() -> None:
    """Work until there is no more."""
    out = claim_stdout()
    kinds = {"alternate": _alternate, "flood": _flood}
    gc.disable()
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:

        def handle(work: dict[str, Any]) -> dict[str, Any]:
            gc.collect()
            return runner.run(kinds[work["do"]](work))

        answer(out, handle)


if __name__ == "__main__":
    main()
