"""Lets callers in: whose API key it is, and whether it may ask now. Refuses as OpenAI's servers do.

Never says or logs anything of a key that was sent.
"""

from __future__ import annotations

import asyncio
import logging
import math
import time
from collections.abc import Awaitable, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from gateway.openai.errors import ApiError
from gateway.policy.policy import Caller, Policy
from gateway.team.key import Key
from gateway.team.keys import Keys
from gateway.team.limits import Allowance, Exceeded, Usage
from gateway.team.store import StoreError

logger = logging.getLogger(__name__)
T = TypeVar("T")
_REASONS = {
    "revoked": "This API key was revoked. Ask whoever runs the gateway for another one.",
    "expired": "This API key has expired. Ask whoever runs the gateway for another one (`sepal keys rotate`).",
}


@dataclass(frozen=True, slots=True)
class Guest:
    """Who was let in: nobody in particular where no key is needed.

    Attributes:
        caller: for the policy, None for a key of the policy's own file, which the policy knows itself.
        key: with models and limits.
    """

    caller: Caller | None = None
    key: Key | None = None

    def may_use(self, *names: str) -> bool:
        """Whether it may use a destination that has these names."""
        return self.key is None or not self.key.models or any(name in self.key.models for name in names)


@dataclass(slots=True)
class Visit:
    """A request that was let in, and what it has been charged for.

    Attributes:
        taken: tokens so far.
        allowances: how the key's limits stand.
    """

    guest: Guest
    taken: int = 0
    allowances: tuple[Allowance, ...] = field(default=())

    def headers(self) -> dict[str, str]:
        """OpenAI's ``x-ratelimit-*`` headers."""
        headers = {}
        for item in self.allowances:
            headers[f"x-ratelimit-limit-{item.what}"] = str(item.limit)
            headers[f"x-ratelimit-remaining-{item.what}"] = str(item.remaining)
            headers[f"x-ratelimit-reset-{item.what}"] = _duration(item.reset)
        return headers


class Gate:
    """Checks API keys and limits.

    Args:
        always: whether a key is needed although there is none, since others can reach the gateway.
        proxied: whether callers come through a proxy on this machine.
    """

    def __init__(
        self, keys: Keys | None = None, usage: Usage | None = None, *, always: bool = False, proxied: bool = False
    ) -> None:
        self._keys = keys
        self._usage = usage
        self._always = always
        self._proxied = proxied
        self._settling: set[asyncio.Task[None]] = set()

    async def needs_key(self, policy: Policy) -> bool:
        """Whether requests without a good key are refused.

        Raises:
            ApiError: 503, the keys can't be read.
        """
        if self._always or policy.callers:
            return True
        return self._keys is not None and await _open(self._keys.are_there())

    @property
    def trusts_this_machine(self) -> bool:
        """Whether callers from this machine are known to be that; through a proxy anybody may seem to be."""
        return not self._proxied

    async def has_keys(self, policy: Policy) -> bool:
        """Whether somebody has a good key.

        Raises:
            StoreError: the keys can't be read.
        """
        if policy.callers or self._keys is None:
            return bool(policy.callers)
        now = time.time()
        return any(key.state(now) == "active" for key in await self._keys.all())

    async def admit(self, headers: Mapping[str, str], policy: Policy) -> Guest:
        """Who asks.

        Raises:
            ApiError: 401, no good key although one is needed. 503, the keys can't be read.
        """
        if not await self.needs_key(policy):
            return Guest()
        secret = secret_in(headers)
        if not secret:
            raise _unauthorised(
                "This gateway needs an API key. Send it as `Authorization: Bearer KEY` (or `x-api-key: KEY`); "
                "whoever runs the gateway makes one with `sepal keys create`."
            )
        if policy.caller(secret) is not None:
            return Guest()
        found = None if self._keys is None else await _open(self._keys.find(secret))
        if found is None:
            raise _unknown()
        key, state = found
        if state != "active":
            raise _unauthorised(_REASONS[state])
        return Guest(Caller(key.name, frozenset(key.groups), key.floor), key)

    async def visit(self, guest: Guest, tokens: int) -> Visit:
        """Charge a request with `tokens` at least.

        Raises:
            ApiError: 429, a limit is used up. 401, the key was removed meanwhile. 503, the store can't be used.
        """
        if guest.key is None or not guest.key.limits or self._usage is None:
            return Visit(guest)
        taken = await _open(self._usage.take(guest.key, tokens))
        if taken is None:
            raise _unknown()
        if isinstance(taken, Exceeded):
            raise _exceeded(taken)
        return Visit(guest, tokens, taken)

    def leave(self, visit: Visit, tokens: int | None) -> None:
        """Settle what a request has used, None if it is not known; nobody waits for it, and it is done even if the
        caller is gone."""
        key = visit.guest.key
        if tokens is not None and key is not None and key.limits and self._usage is not None:
            task = asyncio.get_running_loop().create_task(self._settle(self._usage, key, tokens - visit.taken))
            self._settling.add(task)
            task.add_done_callback(self._settling.discard)

    async def settled(self) -> None:
        """Wait until all that was left has been settled."""
        await asyncio.gather(*self._settling)

    async def _settle(self, usage: Usage, key: Key, more: int) -> None:
        try:
            await usage.settle(key, more)
        except StoreError as problem:
            logger.error("an answer's tokens could not be charged: %s", problem)


async def _open(asked: Awaitable[T]) -> T:
    """The store's answer.

    Raises:
        ApiError: 503, it gives none.
    """
    try:
        return await asked
    except StoreError:
        raise _closed() from None


def secret_in(headers: Mapping[str, str]) -> str:
    """The API key as OpenAI's clients send it, or Anthropic's (``x-api-key``); empty if there is none."""
    scheme, _, key = headers.get("authorization", "").partition(" ")
    return key.strip() if scheme.lower() == "bearer" else headers.get("x-api-key", "").strip()


def _unauthorised(message: str) -> ApiError:
    error = ApiError(401, message, code="invalid_api_key")
    error.extra_headers = {"www-authenticate": "Bearer"}
    return error


def _unknown() -> ApiError:
    return _unauthorised("This API key is none of this gateway's. Check that it is complete.")


def _closed() -> ApiError:
    message = "The gateway can't read its API keys or limits, so it lets nobody in. See `sepal keys list`."
    return ApiError(503, message, code="keys_unavailable", retry_after=5)


def _exceeded(exceeded: Exceeded) -> ApiError:
    if exceeded.what == "day":
        error = ApiError(
            429,
            f"This API key has used its {exceeded.limit:,} tokens of today (UTC). Wait until tomorrow, or ask whoever "
            "runs the gateway for more.",
            code="insufficient_quota",
        )
        error.extra_headers = {"retry-after": str(math.ceil(exceeded.wait))}
        return error
    error = ApiError(
        429,
        f"This API key may use {exceeded.limit:,} {exceeded.what} a minute, and has. Wait {_duration(exceeded.wait)}.",
        code="rate_limit_exceeded",
        retry_after=max(1, math.ceil(exceeded.wait)),
    )
    error.extra_headers = {
        "retry-after-ms": str(math.ceil(exceeded.wait * 1000)),
        f"x-ratelimit-limit-{exceeded.what}": str(exceeded.limit),
        f"x-ratelimit-remaining-{exceeded.what}": "0",
        f"x-ratelimit-reset-{exceeded.what}": _duration(exceeded.wait),
    }
    return error


def _duration(seconds: float) -> str:
    """As OpenAI writes them: ``6m0s``, ``1.5s``, ``20ms``."""
    milliseconds = math.ceil(max(0.0, seconds) * 1000)
    if milliseconds < 1000:
        return f"{milliseconds}ms"
    minutes, rest = divmod(milliseconds, 60_000)
    shown = f"{rest / 1000:g}s"
    return f"{minutes}m{shown}" if minutes else shown
