"""Responses that are made in the background: a bounded number, each in a task of one gateway process.

Knows nothing of what is answered.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections import OrderedDict
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from itertools import count
from typing import Literal

from gateway.dialects.responses.conversation import Conversations, Turn, unusable
from gateway.dialects.responses.marks import LOOK, Asked, Marks
from gateway.dialects.responses.response import ENDED, Response, failed
from gateway.openai.errors import ApiError

logger = logging.getLogger(__name__)
AT_ONCE = 8
WAITING = 64
PER_OWNER = 32
LINGERING = 32
"""Streams of finished work that can still be taken up again."""
_MARKED_EVERY = 10
_LOOKS = 50
End = Literal["cancelled", "deleted", "stopped"]
STOPPED = "The gateway was stopped or restarted before this response was complete. Send the request again."
FAULT = "The gateway failed on this response. Please report it with the response's id."


@dataclass(eq=False, slots=True)
class Run:
    """A response in the making.

    Attributes:
        events: those of its stream so far, each by its sequence number.
        end: why it is ended before its time.
        made: whether all that is left is to keep it.
    """

    owner: str
    id_: str
    streams: bool
    events: list[bytes] = field(default_factory=list, repr=False)
    end: End | None = None
    made: bool = False
    task: asyncio.Task[None] | None = None
    _news: asyncio.Event = field(default_factory=asyncio.Event, repr=False)

    @property
    def done(self) -> bool:
        """Whether nothing more will come."""
        return self.task is not None and self.task.done()

    def told(self, event: bytes) -> None:
        """Take the next event."""
        self.events.append(event)
        self.wake()

    def wake(self) -> None:
        """Let those look who follow."""
        self._news.set()
        self._news = asyncio.Event()

    async def follow(self, start: int) -> AsyncIterator[bytes]:
        """The events from number `start` on, as they come, until the end."""
        while True:
            news, done = self._news, self.done
            while start < len(self.events):
                yield self.events[start]
                start += 1
            if done:
                return
            await news.wait()

    def stop(self, why: End) -> None:
        """End the work; once is enough, and what is made already is only forgotten."""
        if self.made or self.end is not None:
            self.end = "deleted" if why == "deleted" else self.end
        elif self.task is not None:
            self.end = why
            self.task.cancel()


Work = Callable[[Run], Awaitable[Turn]]
"""Makes a response; gives the turn to be kept."""


class Background:
    """The work of one gateway process."""

    def __init__(self, conversations: Conversations) -> None:
        self._conversations = conversations
        self._marks = Marks(conversations.records)
        self._places = asyncio.Semaphore(AT_ONCE)
        self._runs: dict[str, Run] = {}
        self._finished: OrderedDict[str, Run] = OrderedDict()

    async def start(self, run: Run, turn: Turn, work: Work) -> None:
        """Keep `turn`, whose response is queued, and let `work` make it.

        Raises:
            ApiError: 429, too much is waiting. 503, it can't be kept.
        """
        mine = sum(one.owner == run.owner for one in self._runs.values())
        if len(self._runs) >= WAITING or mine >= PER_OWNER:
            raise ApiError(
                429,
                "Too many responses are being made in the background. Wait until some are complete, or cancel some.",
                code="queue_full",
                retry_after=5,
            )
        self._runs[run.id_] = run
        try:
            await self._marks.at_work(run.owner, run.id_)
            if not await self._conversations.keep(run.owner, turn):
                raise unusable()
        except BaseException:
            del self._runs[run.id_]
            raise
        run.task = asyncio.create_task(self._run(run, turn, work))
        run.task.add_done_callback(lambda task: run.wake())

    def running(self, owner: str, id_: str) -> Run | None:
        """The work on that response, if it is `owner`'s and here; finished work too, while its stream lingers."""
        run = self._runs.get(id_) or self._finished.get(id_)
        return run if run is not None and run.owner == owner else None

    async def standing(self, owner: str, turn: Turn) -> Response:
        """The response as it stands: failed, if nobody works on it any more."""
        id_ = turn.response["id"]
        if turn.response["status"] in ENDED or id_ in self._runs or await self._marks.is_at_work(owner, id_):
            return turn.response
        # It may have ended between the two looks.
        again = await self._conversations.find(owner, id_)
        if again is not None and again.response["status"] in ENDED:
            return again.response
        return failed(turn.response, STOPPED)

    async def stop(self, owner: str, id_: str, why: Asked) -> None:
        """End the work on that response, wherever it is done, and wait a while until it has ended."""
        run = self.running(owner, id_)
        if run is None:
            await self._stop_elsewhere(owner, id_, why)
            return
        run.stop(why)
        if run.task is not None:
            await asyncio.wait([run.task])
        if why == "deleted":
            self._finished.pop(id_, None)

    async def close(self) -> None:
        """End all work; what is not complete is kept as failed."""
        tasks = [run.task for run in self._runs.values() if run.task is not None]
        for run in list(self._runs.values()):
            run.stop("stopped")
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _run(self, run: Run, turn: Turn, work: Work) -> None:
        watching = asyncio.create_task(self._watch(run))
        try:
            turn = await self._made(run, turn, work)
            run.made = True
            await self._conversations.keep(run.owner, turn)
            if run.end == "deleted" or await self._marks.asked(run.owner, run.id_) == "deleted":
                await self._conversations.forget(run.owner, run.id_)
        except ApiError as error:
            logger.error("a background response could not be kept: %s", error.code)
        finally:
            watching.cancel()
            await asyncio.gather(watching, return_exceptions=True)
            del self._runs[run.id_]
            if run.streams and run.end != "deleted":
                self._finished[run.id_] = run
                while len(self._finished) > LINGERING:
                    self._finished.popitem(last=False)

    async def _made(self, run: Run, turn: Turn, work: Work) -> Turn:
        """The turn as it is to be kept at the end."""
        try:
            async with self._places:
                response = {**turn.response, "status": "in_progress"}
                await self._conversations.keep(run.owner, Turn(response, turn.given))
                return await work(run)
        except asyncio.CancelledError:
            if run.end is None:
                raise
            if run.end == "stopped":
                return Turn(failed(turn.response, STOPPED), turn.given)
            return Turn({**turn.response, "status": "cancelled"}, turn.given)
        except Exception as error:
            # The type only: an exception's text may quote what it failed on.
            logger.error("a background response failed with %s (bug)", type(error).__name__)
            return Turn(failed(turn.response, FAULT), turn.given)

    async def _watch(self, run: Run) -> None:
        """Say that somebody is at work, and end the work when another process asks for it."""
        for look in count(1):
            await asyncio.sleep(LOOK)
            with contextlib.suppress(ApiError):
                if look % _MARKED_EVERY == 0:
                    await self._marks.at_work(run.owner, run.id_)
                asked = await self._marks.asked(run.owner, run.id_)
                if asked is not None:
                    run.stop(asked)

    async def _stop_elsewhere(self, owner: str, id_: str, why: Asked) -> None:
        await self._marks.ask(owner, id_, why)
        for _ in range(_LOOKS):
            if not await self._is_at_work(owner, id_):
                return
            await asyncio.sleep(LOOK / 5)

    async def _is_at_work(self, owner: str, id_: str) -> bool:
        turn = await self._conversations.find(owner, id_)
        return turn is not None and turn.response["status"] not in ENDED and await self._marks.is_at_work(owner, id_)
