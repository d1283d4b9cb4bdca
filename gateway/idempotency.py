"""Requests that are answered once: a retry with the same idempotency key gets the first answer again.

The answer is kept for a day in the store, encrypted, for the key's owner alone; a failed request is not kept, so that
it may be tried again. Follows the IETF draft "The Idempotency-Key HTTP Header Field".
Knows nothing of what is answered.
"""

from __future__ import annotations

import hashlib
import logging
import re
from base64 import b64decode, b64encode
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import orjson
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Message, Receive, Scope, Send

from gateway.dialects.responses.service import owner_of
from gateway.endpoint import Answer, Handler
from gateway.openai.errors import ApiError, invalid
from gateway.streamed import Streamed
from gateway.team.store import StoreError

if TYPE_CHECKING:
    from gateway.app import Gateway

logger = logging.getLogger(__name__)
HEADER = "idempotency-key"
REPLAYED = "idempotency-replayed"
_KIND = "idempotency"
_KEY = re.compile(r"[\x21-\x7e]{1,255}")
_KEPT = 86_400.0
_AT_WORK = 900.0
"""Seconds after which a request whose process has died may be tried again."""
_LARGEST = 8 * 1024 * 1024
_OF_THE_ANSWER = ("content-type", "cache-control")
"""Headers that are told again, besides Sepal's own."""


def once(handler: Handler) -> Handler:
    """`handler`, which answers a request with an idempotency key only once."""

    async def answer(request: Request, request_id: str) -> Answer:
        given = request.headers.get(HEADER)
        if given is None:
            return await handler(request, request_id)
        if not _KEY.fullmatch(given):
            raise invalid(
                "An idempotency key has 1 to 255 visible ASCII characters, such as a UUID.", code="invalid_header"
            )
        kept = _Kept(request, given)
        earlier = await kept.begin()
        if earlier is not None:
            return _again(earlier, request_id)
        try:
            response = await handler(request, request_id)
        except BaseException:
            await kept.forget()
            raise
        return _Recorded(response, kept)

    return answer


class _Kept:
    """The record of one request. Its name is the key's; the body it was sent with stands in it as a digest."""

    def __init__(self, request: Request, key: str) -> None:
        gateway: Gateway = request.app.state.gateway
        if gateway.records is None:
            raise _no_store()
        self._records = gateway.records
        self._owner = owner_of(request.state.guest, request.headers, gateway.policy)
        self._key = key
        place = f"{request.method} {request.url.path}\n".encode()
        self._digest = hashlib.sha256(place + request.state.body).hexdigest()

    async def begin(self) -> dict[str, Any] | None:
        """Mark the request as at work; returns the answer that it has got already.

        Raises:
            ApiError: 409, it is at work elsewhere. 422, the key was another request's. 503, no store.
        """
        try:
            mark = orjson.dumps({"request": self._digest})
            if await self._records.put_if_absent(_KIND, self._key, self._owner, mark, _AT_WORK):
                return None
            raw = await self._records.get(_KIND, self._key, self._owner)
        except StoreError:
            raise _no_store() from None
        earlier: dict[str, Any] = orjson.loads(raw) if raw is not None else {"request": self._digest}
        if earlier["request"] != self._digest:
            raise ApiError(
                422,
                "This idempotency key was sent with another request. Take a new key for each request, and the same "
                "one only to try the very same request again.",
                code="idempotency_key_reused",
            )
        if "body" not in earlier:
            raise ApiError(
                409,
                "The request with this idempotency key is still being answered. Wait for its answer, or ask again.",
                code="idempotency_in_progress",
                retry_after=1,
            )
        return earlier

    async def finish(self, headers: Mapping[str, str], body: bytes) -> None:
        """Keep the answer. Without a store a retry is refused, not answered a second time."""
        kept = {"request": self._digest, "headers": dict(headers), "body": b64encode(body).decode()}
        try:
            await self._records.put(_KIND, self._key, self._owner, orjson.dumps(kept), _KEPT)
        except StoreError as problem:
            logger.error("an answer could not be kept for its idempotency key: %s", problem)

    async def forget(self) -> None:
        """Let the request be tried again."""
        try:
            await self._records.delete(_KIND, self._key, self._owner)
        except StoreError as problem:
            logger.error("an idempotency key could not be released: %s", problem)


class _Recorded:
    """An answer that is kept once it has been sent whole; one that is broken off is forgotten."""

    def __init__(self, answer: Answer, kept: _Kept) -> None:
        self._answer = answer
        self._kept = kept
        self._headers: dict[str, str] = {}
        self._parts: list[bytes] = []
        self._size = 0
        self._ended = False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def tell(message: Message) -> None:
            # Before the caller has it all: whoever asks again then finds what became of it.
            if self._note(message):
                self._ended = True
                if self._is_good():
                    await self._kept.finish(self._headers, b"".join(self._parts))
                else:
                    await self._kept.forget()
            await send(message)

        try:
            await self._answer(scope, receive, tell)
        finally:
            if not self._ended:
                await self._kept.forget()

    def _is_good(self) -> bool:
        """Whether the answer is one that nobody would ask for again."""
        return self._size <= _LARGEST and (not isinstance(self._answer, Streamed) or self._answer.whole)

    def _note(self, message: Message) -> bool:
        """Take `message` down; whether it is the last."""
        if message["type"] == "http.response.start":
            headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in message["headers"]}
            self._headers = {
                name: value for name, value in headers.items() if name in _OF_THE_ANSWER or name.startswith("x-sepal-")
            }
            return False
        body = message.get("body", b"")
        self._size += len(body)
        if self._size <= _LARGEST:
            self._parts.append(body)
        return not message.get("more_body", False)


def _again(earlier: Mapping[str, Any], request_id: str) -> Response:
    headers = {**earlier["headers"], REPLAYED: "true", "x-request-id": request_id}
    return Response(b64decode(earlier["body"]), headers=headers)


def _no_store() -> ApiError:
    return ApiError(
        503,
        "The store can't be used, so it can't be told whether this request was answered before; it was not sent "
        "anywhere. Try again later, or send it without an idempotency key.",
        code="store_unavailable",
        retry_after=5,
    )
