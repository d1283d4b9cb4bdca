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

from gateway.openai.sse import EventTooLarge, data_lines
from gateway.openai.stream import BrokenAnswer, Chunk, known_code
from gateway.policy.clear import Cleared
from gateway.swarm import tickets

CONNECT_TIMEOUT = 5.0
# Between two chunks; llama.cpp may process a long prompt for minutes before the first.
SILENCE_TIMEOUT = 600.0
TICKET_LIFETIME = 30.0
MAX_ERROR_BYTES = 64 * 1024
_TOO_LONG = frozenset({"exceed_context_size_error", "context_length_exceeded"})


@dataclass(frozen=True, slots=True)
class Address:
    """Where a destination listens: a base URL that ends before ``/chat/completions``, or the same
    over a Unix socket. `ticket_key` is set where each request needs a clearance ticket."""

    base_url: str
    socket: Path | None = None
    api_key: str | None = None
    ticket_key: bytes | None = None

    def __repr__(self) -> str:
        return f"Address({self.base_url!r}, socket={self.socket})"


class Unavailable(Exception):
    """The destination can't answer now; another one may. `reason` is a sentence without content."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Refused(Exception):
    """The destination will not answer this request, whenever it is asked.

    Attributes:
        code: OpenAI's code where the engine's error has a known one, e.g. ``context_length_exceeded``.
        prompt_tokens, context_length: numbers that belong to that code, if given.
    """

    def __init__(self, code: str | None, prompt_tokens: int | None = None, context_length: int | None = None) -> None:
        super().__init__(code or "refused")
        self.code = code
        self.prompt_tokens = prompt_tokens
        self.context_length = context_length


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
        self._sessions: dict[Path | None, aiohttp.ClientSession] = {}

    def _session(self, socket: Path | None) -> aiohttp.ClientSession:
        session = self._sessions.get(socket)
        if session is None:
            connector: aiohttp.BaseConnector = (
                aiohttp.UnixConnector(path=str(socket), limit=0)
                if socket
                else aiohttp.TCPConnector(limit=0, use_dns_cache=True, ttl_dns_cache=60)
            )
            session = self._sessions[socket] = aiohttp.ClientSession(
                connector=connector,
                cookie_jar=aiohttp.DummyCookieJar(),
                trust_env=False,
                timeout=aiohttp.ClientTimeout(total=None, sock_connect=CONNECT_TIMEOUT, sock_read=SILENCE_TIMEOUT),
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
    async def send(self, cleared: Cleared) -> AsyncIterator[AsyncIterator[Chunk]]:
        """Send `cleared`; the context yields the answer's chunks. Leaving it cancels the work.

        Raises:
            TypeError: `cleared` is not a `Cleared` prompt for this destination.
            Unavailable, Refused: before any chunk.
            BrokenAnswer: while chunks are read.
        """
        if type(cleared) is not Cleared or cleared.destination != self.destination:
            raise TypeError(f"{self.destination} takes prompts that the policy cleared for it, and nothing else")
        cleared.verify()
        response = await self._post(cleared, self._source.address())
        try:
            if response.status != 200:
                raise await _failure(response)
            yield _chunks(response)
        finally:
            # An answer that was not read to its end is cancelled by closing the connection.
            response.close()

    async def _post(self, cleared: Cleared, address: Address) -> aiohttp.ClientResponse:
        """The response to `cleared`. A kept connection that the server has closed meanwhile is replaced once."""
        reused = True
        while True:
            try:
                return await self._session(address.socket).post(
                    address.base_url + cleared.path,
                    data=cleared.body,
                    headers=self._headers(cleared, address),
                    allow_redirects=False,
                )
            except (aiohttp.ServerDisconnectedError, aiohttp.ClientOSError) as error:
                if not reused or isinstance(error, aiohttp.ClientConnectorError):
                    raise Unavailable(f"can't be reached ({type(error).__name__})") from None
                reused = False
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
                data = orjson.loads(await _read(response, 4 * 1024 * 1024))
        except (aiohttp.ClientError, OSError, TimeoutError, orjson.JSONDecodeError) as error:
            raise Unavailable(f"can't be reached ({type(error).__name__})") from None
        if not isinstance(data, dict):
            raise Unavailable("gave no JSON object")
        return data

    async def close(self) -> None:
        """Close all connections."""
        await asyncio.gather(*(session.close() for session in self._sessions.values()))
        self._sessions.clear()


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


async def _drain(response: aiohttp.ClientResponse) -> None:
    """Read the end of a finished answer, so that its connection can serve the next request."""
    with contextlib.suppress(TimeoutError, aiohttp.ClientError, OSError):
        async with asyncio.timeout(0.05):
            await response.content.read(1)


async def _read(response: aiohttp.ClientResponse, limit: int) -> bytes:
    """The body up to `limit` bytes, however it is cut on the way."""
    body = bytearray()
    async for part in response.content.iter_any():
        body += part
        if len(body) >= limit:
            break
    return bytes(body[:limit])


async def _failure(response: aiohttp.ClientResponse) -> Unavailable | Refused:
    """What a status other than 200 means. The engine's own words may quote the prompt: not used."""
    try:
        async with asyncio.timeout(CONNECT_TIMEOUT):
            data = orjson.loads(await _read(response, MAX_ERROR_BYTES))
    except (orjson.JSONDecodeError, aiohttp.ClientError, OSError, TimeoutError):
        data = {}
    error = data.get("error") if isinstance(data, dict) else None
    error = error if isinstance(error, dict) else {}
    if any(error.get(key) in _TOO_LONG for key in ("type", "code") if isinstance(error.get(key), str)):
        return Refused("context_length_exceeded", _number(error, "n_prompt_tokens"), _number(error, "n_ctx"))
    if response.status in (400, 413, 415, 422):
        return Refused(None)
    code = known_code(error)
    return Unavailable(f"answered with status {response.status}" + ("" if code == "engine_error" else f", {code}"))


def _number(error: Mapping[str, Any], key: str) -> int | None:
    value = error.get(key)
    return value if isinstance(value, int) and not isinstance(value, bool) else None
