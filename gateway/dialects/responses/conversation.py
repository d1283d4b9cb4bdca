"""Responses that are kept, and the conversations that they form, each with its owner's name and its label.

A follow-up is at least as confidential as every turn before it, so each turn is kept with the levels under which it
and those before it were answered. Knows nothing of how turns are told or answered.
"""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import Protocol

import orjson

from gateway.dialects.responses import input_types
from gateway.dialects.responses.items import Item, is_response_id, response_of
from gateway.dialects.responses.response import ANSWERED, Response
from gateway.openai.errors import ApiError, invalid
from gateway.openai.wire import MAX_MESSAGES
from gateway.policy.levels import Levels
from gateway.team.records import RecordError
from gateway.team.store import StoreError

logger = logging.getLogger(__name__)
KIND = "response"


class Kept(Protocol):
    """Where turns are kept: `gateway.team.records.Records`, or the memory of this process."""

    async def put(self, kind: str, name: str, owner: str, value: bytes, ttl: float) -> None: ...

    async def get(self, kind: str, name: str, owner: str) -> bytes | None: ...

    async def delete(self, kind: str, name: str, owner: str) -> bool: ...


@dataclass(frozen=True, slots=True)
class Turn:
    """A response and what it answers.

    Attributes:
        given: the input items of this turn alone.
        labels: the levels of this turn and of those before it, by name; empty while there is no answer.
    """

    response: Response = field(repr=False)
    given: list[Item] = field(repr=False)
    labels: tuple[str, ...] = ()

    @property
    def items(self) -> list[Item]:
        """What was said in it, by all sides."""
        return [*self.given, *self.response["output"]]


@dataclass(frozen=True, slots=True)
class Context:
    """What a request says together with what came before it.

    Attributes:
        before: the items of the turns before it.
        given: its own input, with items in the place of references.
        labels: the levels of all that was taken from earlier turns, by name.
    """

    before: list[Item] = field(repr=False)
    given: str | list[input_types.Item | Item] = field(repr=False)
    labels: frozenset[str]


def sticky(labels: Collection[str], levels: Levels) -> str | None:
    """The highest of the levels named `labels`; those that the policy does not have count as its highest."""
    return levels.join(map(levels.named, labels)).name if labels else None


class Conversations:
    """The kept turns of all owners.

    Args:
        seconds: how long each is kept.
    """

    def __init__(self, records: Kept, seconds: float) -> None:
        self.records = records
        self._seconds = seconds

    async def keep(self, owner: str, turn: Turn) -> bool:
        """Keep `turn` in the place of what was kept of it; whether that could be done."""
        value = orjson.dumps({"response": turn.response, "given": turn.given, "labels": turn.labels})
        try:
            await self.records.put(KIND, turn.response["id"], owner, value, self._seconds)
        except (StoreError, RecordError) as problem:
            logger.error("a response could not be kept: %s", problem)
            return False
        return True

    async def find(self, owner: str, id_: str) -> Turn | None:
        """The turn of that id if it is `owner`'s.

        Raises:
            ApiError: 503, the store can't be used.
        """
        if not is_response_id(id_):
            return None
        try:
            value = await self.records.get(KIND, id_, owner)
        except StoreError:
            raise unusable() from None
        if value is None:
            return None
        data = orjson.loads(value)
        return Turn(data["response"], data["given"], tuple(data["labels"]))

    async def forget(self, owner: str, id_: str) -> None:
        """Keep the turn of that id no longer.

        Raises:
            ApiError: 503, the store can't be used.
        """
        try:
            await self.records.delete(KIND, id_, owner)
        except StoreError:
            raise unusable() from None

    async def until(self, owner: str, id_: str) -> list[Turn]:
        """The conversation that ends with the answered turn of that id, the oldest first.

        Raises:
            ApiError: 400, it or a turn before it is not there, or is not answered.
        """
        turns: list[Turn] = []
        following: str | None = id_
        while following is not None:
            turn = await self.find(owner, following)
            if turn is None or turn.response["status"] not in ANSWERED or len(turns) >= MAX_MESSAGES:
                raise _not_found(first=not turns, found=turn is not None)
            turns.append(turn)
            following = turn.response["previous_response_id"]
        return turns[::-1]

    async def context(self, owner: str, previous: str | None, given: str | list[input_types.Item]) -> Context:
        """What a request says that follows `previous`.

        Raises:
            ApiError: as `until`; 404, a reference to an item leads nowhere.
        """
        turns = [] if previous is None else await self.until(owner, previous)
        before = [item for turn in turns for item in turn.items]
        if isinstance(given, str):
            return Context(before, given, _labels(turns))
        referred: dict[str, Turn | None] = {}
        items: list[input_types.Item | Item] = []
        for index, item in enumerate(given):
            items.append(await self._meant(owner, item, index, referred) if _refers(item) else item)
        return Context(before, items, _labels([*turns, *filter(None, referred.values())]))

    async def _meant(
        self, owner: str, reference: input_types.Item, index: int, referred: dict[str, Turn | None]
    ) -> Item:
        """The item that `reference` means; the turn that it is of is put into `referred`."""
        id_ = getattr(reference, "id", "")
        response = response_of(id_) or ""
        if response not in referred:
            referred[response] = await self.find(owner, response)
        turn = referred[response]
        for item in turn.items if turn is not None and turn.response["status"] in ANSWERED else ():
            if item["id"] == id_:
                return item
        raise _no_item(index)


def _refers(item: input_types.Item) -> bool:
    return isinstance(item, input_types.ItemReference)


def _labels(turns: Iterable[Turn]) -> frozenset[str]:
    """The levels of `turns`. One that was kept without any counts as the highest, as every unknown word does."""
    return frozenset(label for turn in turns for label in turn.labels or ("",))


def _not_found(*, first: bool, found: bool) -> ApiError:
    if found:
        message = "The previous response has no answer that could be followed up: it is in progress, or it failed."
    elif first:
        message = (
            "There is no previous response of that id. It was made with `store: false` or another API key, it was "
            "deleted, or it is too old. Send the earlier turns in `input` instead."
        )
    else:
        message = "An earlier response of this conversation was deleted or is too old. Send its turns in `input`."
    return invalid(message, "previous_response_id", "previous_response_not_found")


def _no_item(index: int) -> ApiError:
    return ApiError(
        404,
        "There is no item of that id. Items are kept with their response, unless that was made with `store: false`; "
        "send the item itself instead.",
        code="item_not_found",
        param=f"input[{index}].id",
    )


def unusable() -> ApiError:
    """What callers are told when the store can't be used."""
    return ApiError(
        503,
        "The gateway can't read its kept responses now. Try again, or send the whole conversation in `input`.",
        code="store_unavailable",
        retry_after=5,
    )
