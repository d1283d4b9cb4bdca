"""The one client: sends a cleared prompt to its destination and streams the chunks back.

Takes `Cleared` and nothing else, so whatever the policy did not clear can't be sent. Every
destination is an OpenAI-compatible server over loopback, a Unix socket or a configured URL.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import aiohttp
import orjson

from gateway.backends.faults import Refused as Refused
from gateway.backends.faults import Unavailable as Unavailable
from gateway.backends.faults import failure, read
from gateway.openai.sse import EventTooLarge, data_lines
from gateway.openai.stream import BrokenAnswer, Chunk
from gateway.openai.whole import as_chunks
from gateway.policy.clear import Cleared
from gateway.swarm import tickets

CONNECT_TIMEOUT = 5.0
# Between two chunks; llama.cpp may process a long prompt for minutes before the first.
SILENCE_TIMEOUT = 600.0
WHOLE_TIMEOUT = 3600.0
"""For an answer that comes in one piece, of which nothing is heard until it is there."""
TICKET_LIFETIME = 30.0
MAX_WHOLE_BYTES = 64 * 1024 * 1024
MAX_EMBEDDINGS_BYTES = 256 * 1024 * 1024
"""2,048 texts in 4,096 dimensions, written out in decimal digits."""


@dataclass(frozen=True, slots=True)
class Address:
    """Where a destination listens: a base URL that ends before ``/chat/completions``, or the same
    over a Unix socket. `ticket_key` is set where each request needs a clearance ticket. `embeddings_url`
    is the base URL before ``/embeddings``, or None where there is no embedding model."""

    base_url: str
    socket: Path | None = None
    api_key: str | None = None
    ticket_key: bytes | None = None
    embeddings_url: str | None = None

    def __repr__(self) -> str:
        return f"Address({self.base_url!r}, socket={self.socket})"


class Source(Protocol):
    """What `Upstream` needs to know of an engine: where it listens now, or why it does not."""

    def address(self) -> Address:
        """The current address.

        Raises:
            Unavailable: the engine is starting, has crashed or is not reachable.
        """
        ...


class Upstream:
    """The client of one destination.

    Args:
        destination: the name that a `Cleared` prompt must carry.
        source: tells where the engine listens.
    """

    def __init__(self, destination: str, source: Source) -> None:
        self.destination = destination
        self._source = source
        self._sessions: dict[tuple[Path | None, bool], aiohttp.ClientSession] = {}

    def _session(self, socket: Path | None, *, keeps: bool = True) -> aiohttp.ClientSession:
        """Connections to a TCP address or to `socket`. Without `keeps` each is a new one that serves one request."""
        session = self._sessions.get((socket, keeps))
        if session is None:
            connector: aiohttp.BaseConnector = (
                aiohttp.UnixConnector(path=str(socket), limit=0, force_close=not keeps)
                if socket
                else aiohttp.TCPConnector(limit=0, use_dns_cache=True, ttl_dns_cache=60, force_close=not keeps)
            )
            session = self._sessions[(socket, keeps)] = aiohttp.ClientSession(
                connector=connector,
                cookie_jar=aiohttp.DummyCookieJar(),
                trust_env=False,
                auto_decompress=False,
                skip_auto_headers=("User-Agent",),
            )
        return session

    def _headers(self, cleared: Cleared, address: Address) -> dict[str, str]:
        headers = {"content-type": "application/json", "accept-encoding": "identity"}
        if address.api_key is not None:
            headers["authorization"] = f"Bearer {address.api_key}"
        if address.ticket_key is not None:
            headers[tickets.HEADER] = tickets.mint(
                address.ticket_key,
                destination=self.destination,
                decision_id=cleared.decision_id,
                body=cleared.body,
                lifetime=TICKET_LIFETIME,
            )
        return headers

    @asynccontextmanager
    async def send(self, cleared: Cleared, *, whole: bool = False) -> AsyncIterator[AsyncIterator[Chunk]]:
        """Send `cleared`; the context yields the answer's chunks. Leaving it cancels the work.

        Args:
            whole: the answer was asked for in one piece.

        Raises:
            TypeError: `cleared` is not a `Cleared` prompt for this destination.
            Unavailable, Refused: before any chunk.
            BrokenAnswer: while chunks are read.
        """
        self._verify(cleared)
        address = self._source.address()
        silence = WHOLE_TIMEOUT if whole else SILENCE_TIMEOUT
        response = await self._post(cleared, address, address.base_url, silence)
        try:
            if response.status != 200:
                raise await failure(response)
            # Some servers answer in one piece whatever they were asked for.
            yield _in_one_piece(response) if response.content_type == "application/json" else _chunks(response)
        finally:
            # An answer that was not read to its end is cancelled by closing the connection.
            response.close()

    def _verify(self, cleared: Cleared) -> None:
        if type(cleared) is not Cleared or cleared.destination != self.destination:
            raise TypeError(f"{self.destination} takes prompts that the policy cleared for it, and nothing else")
        cleared.verify()

    async def embed(self, cleared: Cleared) -> dict[str, Any]:
        """Send `cleared`, a request for embeddings; the engine's whole answer. A cancellation ends the work.

        Raises:
            TypeError: `cleared` is not a `Cleared` request for embeddings at this destination.
            Unavailable: also where there is no embedding model, or the answer can't be read.
            Refused: the engine does not take the texts, which are too long, say.
        """
        self._verify(cleared)
        if cleared.path != "/embeddings":
            raise TypeError("this is no request for embeddings")
        address = self._source.address()
        if address.embeddings_url is None:
            raise Unavailable("has no embedding model")
        response = await self._post(cleared, address, address.embeddings_url)
        try:
            if response.status != 200:
                raise await failure(response)
            return await _whole(response, MAX_EMBEDDINGS_BYTES)
        finally:
            response.close()

    async def _post(
        self, cleared: Cleared, address: Address, base_url: str, silence: float = SILENCE_TIMEOUT
    ) -> aiohttp.ClientResponse:
        """The response to `cleared`. A kept connection that the server has closed meanwhile is replaced by a new one:
        the other kept ones may be closed as well."""
        kept = True
        while True:
            try:
                return await self._session(address.socket, keeps=kept).post(
                    base_url + cleared.path,
                    data=cleared.body,
                    headers=self._headers(cleared, address),
                    allow_redirects=False,
                    timeout=aiohttp.ClientTimeout(total=None, sock_connect=CONNECT_TIMEOUT, sock_read=silence),
                )
            except (aiohttp.ServerDisconnectedError, aiohttp.ClientOSError) as error:
                if not kept or isinstance(error, aiohttp.ClientConnectorError):
                    raise Unavailable(f"can't be reached ({type(error).__name__})") from None
                kept = False
            except (aiohttp.ClientError, OSError, TimeoutError) as error:
                raise Unavailable(f"can't be reached ({type(error).__name__})") from None

    async def get(self, path: str, *, root: bool = False) -> Mapping[str, Any]:
        """The JSON object at `path` below the base URL (or the server's root); carries no prompt.

        Raises:
            Unavailable: no such answer within 5 s.
        """
        address = self._source.address()
        headers = {"authorization": f"Bearer {address.api_key}"} if address.api_key else {}
        base = address.base_url.removesuffix("/v1") if root else address.base_url
        try:
            async with self._session(address.socket).get(
                base + path,
                headers=headers,
                allow_redirects=False,
                timeout=aiohttp.ClientTimeout(total=CONNECT_TIMEOUT),
            ) as response:
                data = orjson.loads(await read(response, 4 * 1024 * 1024))
        except (aiohttp.ClientError, OSError, TimeoutError, orjson.JSONDecodeError) as error:
            raise Unavailable(f"can't be reached ({type(error).__name__})") from None
        if not isinstance(data, dict):
            raise Unavailable("gave no JSON object")
        return data

    async def close(self) -> None:
        """Close all connections."""
        await asyncio.gather(*(session.close() for session in self._sessions.values()))
        self._sessions.clear()


_LONG = 1 << 20
"""Bytes above which parsing takes long enough to be noticed by other callers."""


async def _chunks(response: aiohttp.ClientResponse) -> AsyncIterator[Chunk]:
    try:
        async for data in data_lines(response.content.iter_any()):
            if data == b"[DONE]":
                await _drain(response)
                return
            chunk = orjson.loads(data)
            if not isinstance(chunk, dict):
                raise BrokenAnswer("malformed_chunk")
            yield chunk
    except orjson.JSONDecodeError:
        raise BrokenAnswer("malformed_chunk") from None
    except EventTooLarge:
        raise BrokenAnswer("malformed_chunk") from None
    except TimeoutError:
        raise BrokenAnswer("engine_silent") from None
    except (aiohttp.ClientError, OSError):
        raise BrokenAnswer("connection_lost") from None


async def _in_one_piece(response: aiohttp.ClientResponse) -> AsyncIterator[Chunk]:
    """A whole answer as the chunks of a stream."""
    try:
        answer = await _whole(response, MAX_WHOLE_BYTES)
    except Unavailable:
        raise BrokenAnswer("connection_lost") from None
    for chunk in as_chunks(answer):
        yield chunk


async def _whole(response: aiohttp.ClientResponse, most: int) -> dict[str, Any]:
    try:
        body = await read(response, most)
        data = await asyncio.to_thread(orjson.loads, body) if len(body) > _LONG else orjson.loads(body)
    except (aiohttp.ClientError, OSError, TimeoutError, orjson.JSONDecodeError) as error:
        raise Unavailable(f"broke its answer off ({type(error).__name__})") from None
    if not isinstance(data, dict):
        raise Unavailable("gave no JSON object")
    return data


async def _drain(response: aiohttp.ClientResponse) -> None:
    """Read the end of a finished answer, so that its connection can serve the next request."""
    with contextlib.suppress(TimeoutError, aiohttp.ClientError, OSError):
        async with asyncio.timeout(0.05):
            await response.content.read(1)
