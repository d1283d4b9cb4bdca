"""What keeps web pages of others away from the gateway: the names by which it may be called, and CORS.

Knows nothing of keys and prompts.
"""

from __future__ import annotations

from collections.abc import Sequence

from starlette.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp, Receive, Scope, Send

from gateway.openai.errors import ApiError

_EXPOSED = (
    *("retry-after", "retry-after-ms", "x-request-id", "x-should-retry"),
    *("x-sepal-decision", "x-sepal-declassified", "x-sepal-destination", "x-sepal-label"),
    *(f"x-ratelimit-{what}-{of}" for what in ("limit", "remaining", "reset") for of in ("requests", "tokens")),
)


def guarded(app: ASGIApp, *, hosts: Sequence[str], origins: Sequence[str]) -> ASGIApp:
    """`app` behind both checks.

    Args:
        hosts: names in the Host header that are good, without ports; none for any.
        origins: of web pages that may read answers, such as ``https://chat.example.com``.
    """
    if origins:
        app = CORSMiddleware(
            app,
            allow_origins=origins,
            allow_methods=["GET", "POST", "DELETE"],
            allow_headers=["*"],
            expose_headers=_EXPOSED,
            max_age=600,
        )
    return _Hosts(app, frozenset(host.lower() for host in hosts)) if hosts else app


class _Hosts:
    """A page whose name was made to point at this machine (DNS rebinding) calls the gateway by that name."""

    def __init__(self, app: ASGIApp, hosts: frozenset[str]) -> None:
        self._app = app
        self._hosts = hosts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and _host(scope) not in self._hosts:
            error = ApiError(
                421,
                "The gateway is not called by this name. Use its address, or list the name under `trusted_hosts` in "
                "sepal.yaml.",
                code="unknown_host",
            )
            await error.response()(scope, receive, send)
            return
        await self._app(scope, receive, send)


def _host(scope: Scope) -> str:
    """The name in the Host header, without its port."""
    value = next((value.decode("latin-1") for name, value in scope["headers"] if name == b"host"), "").lower()
    if value.startswith("["):
        return value.partition("]")[0] + "]"
    return value.partition(":")[0]
