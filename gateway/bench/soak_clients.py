"""The clients of a soak: each asks over and over, and often goes away before its answer has ended.

Knows nothing of who answers, but by which paths.
"""

from __future__ import annotations

import asyncio
import random
import socket
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import aiohttp

from gateway.bench.soak_answers import Answer, NotWhole, whole
from gateway.bench.soak_prompts import DIALECTS, MOST_TOKENS, PATHS, PROMPTS, Dialect, body
from gateway.openai.sse import data_lines

LEAST_TOKENS = 4
_WAYS = {"stays": 5, "at once": 1, "before the answer": 1, "in mid-answer": 2, "stops reading": 1}
"""How a client behaves, and how often in ten: four in ten go away or stop reading for a while."""
_LONGEST_PAUSE = 2.0
_PATIENCE = 180.0
_AFTER_A_FAULT = 0.5
_SMALL_BUFFER = 4096


@dataclass(frozen=True, slots=True)
class Finished:
    """A whole answer, the decision that it followed, and what it answered."""

    answer: Answer
    decision: str
    dialect: Dialect
    prompt: int


@dataclass(slots=True)
class Tally:
    """What the clients saw.

    Attributes:
        left: by the way in which a client went away.
        paused: those among `finished` whose client had stopped reading for a while.
        broken: what was wrong with an answer → how often.
    """

    finished: list[Finished] = field(default_factory=list)
    left: Counter[str] = field(default_factory=Counter)
    paused: int = 0
    refused: int = 0
    broken: Counter[str] = field(default_factory=Counter)

    def to_json(self) -> dict[str, Any]:
        """The counts."""
        return {
            "finished": len(self.finished),
            "finished_after_a_pause": self.paused,
            "cut_off_by_clients": {"all": self.left.total(), **self.left},
            "refused_queue_full": self.refused,
            "broken": {"all": self.broken.total(), **self.broken},
        }


def _small_socket(address: tuple[Any, ...]) -> socket.socket:
    """A socket that takes little which is not read."""
    made = socket.socket(address[0], address[1], address[2])
    made.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _SMALL_BUFFER)
    return made


def session(url: str) -> aiohttp.ClientSession:
    """Connections to a gateway. They buffer little, so that a client that stops reading is felt at the other end."""
    return aiohttp.ClientSession(
        url,
        connector=aiohttp.TCPConnector(limit=0, socket_factory=_small_socket),
        cookie_jar=aiohttp.DummyCookieJar(),
        timeout=aiohttp.ClientTimeout(total=_PATIENCE),
        trust_env=False,
        read_bufsize=_SMALL_BUFFER,
    )


class Refused(Exception):
    """The queue is full; `seconds` later there may be a place."""

    def __init__(self, seconds: int) -> None:
        super().__init__("the queue is full")
        self.seconds = seconds


@asynccontextmanager
async def asked(
    opened: aiohttp.ClientSession, dialect: Dialect, prompt: str, most_tokens: int
) -> AsyncIterator[tuple[str, AsyncIterator[bytes]]]:
    """The answer's decision and the data of its events, as they come. Leaving early cuts it off.

    Raises:
        Refused: 429, with the time to come again.
        NotWhole: any other refusal.
    """
    async with opened.post(PATHS[dialect], json=body(dialect, prompt, most_tokens)) as response:
        if response.status == 429 and response.headers.get("retry-after", "").isdecimal():
            raise Refused(int(response.headers["retry-after"]))
        if response.status != 200:
            raise NotWhole(f"is a refusal with status {response.status}")
        try:
            yield response.headers["x-sepal-decision"], data_lines(response.content.iter_any())
        finally:
            # One that was read to its end keeps its connection for the next.
            if not response.content.at_eof():
                response.close()


async def read(opened: aiohttp.ClientSession, dialect: Dialect, prompt: int, most_tokens: int) -> Finished:
    """The whole answer to a prompt of the list. Raises as `asked`, `whole` and aiohttp do."""
    async with asked(opened, dialect, PROMPTS[prompt], most_tokens) as (decision, events):
        answer = whole(dialect, [event async for event in events])
    answer.fits(most_tokens)
    return Finished(answer, decision, dialect, prompt)


class Client:
    """One of the clients; the order of its dialects, prompts and departures comes from its number.

    Args:
        prompts: which of the list it asks.
    """

    def __init__(self, number: int, opened: aiohttp.ClientSession, tally: Tally, prompts: Sequence[int]) -> None:
        self._choose = random.Random(number)  # noqa: S311 - no secret
        self._turn = number
        self._opened = opened
        self._tally = tally
        self._prompts = prompts

    async def until(self, end: float) -> None:
        """Ask until the event loop's clock says `end`; what runs then is finished."""
        while asyncio.get_running_loop().time() < end:
            self._turn += 1
            await self._once(DIALECTS[self._turn % len(DIALECTS)])

    async def _once(self, dialect: Dialect) -> None:
        prompt = self._choose.choice(self._prompts)
        most = self._choose.randint(LEAST_TOKENS, MOST_TOKENS)
        way = self._choose.choices(list(_WAYS), list(_WAYS.values()))[0]
        try:
            if way in ("stays", "stops reading"):
                await self._stay(dialect, prompt, most, pauses=way == "stops reading")
            else:
                await self._leave(dialect, prompt, most, way)
        except Refused as refusal:
            self._tally.refused += 1
            await asyncio.sleep(min(refusal.seconds, _LONGEST_PAUSE))
        except NotWhole as problem:
            self._tally.broken[f"{dialect}: {problem}"] += 1
        except (aiohttp.ClientError, TimeoutError) as error:
            self._tally.broken[f"{dialect}: ended with {type(error).__name__}"] += 1
            await asyncio.sleep(_AFTER_A_FAULT)

    async def _stay(self, dialect: Dialect, prompt: int, most: int, *, pauses: bool) -> None:
        async with asked(self._opened, dialect, PROMPTS[prompt], most) as (decision, events):
            data = [await anext(events)]
            if pauses:
                await asyncio.sleep(self._choose.uniform(0.2, _LONGEST_PAUSE))
            data += [event async for event in events]
        answer = whole(dialect, data)
        answer.fits(most)
        self._tally.finished.append(Finished(answer, decision, dialect, prompt))
        self._tally.paused += pauses

    async def _leave(self, dialect: Dialect, prompt: int, most: int, way: str) -> None:
        """Go away: in the moment after asking, after some time, or after some events."""
        patience = {"at once": 0.01, "before the answer": self._choose.uniform(0.05, _LONGEST_PAUSE)}.get(way)
        try:
            async with asyncio.timeout(patience), asked(self._opened, dialect, PROMPTS[prompt], most) as (_, events):
                for _ in range(self._choose.randint(1, LEAST_TOKENS)):
                    await anext(events, None)
                way = "in mid-answer"
        except TimeoutError:
            if patience is None:
                raise
        self._tally.left[way] += 1
