"""Errors as OpenAI's servers send them. Messages are sentences for a person and never echo input.

Shape and codes follow OpenAI's API reference, "Error codes"; `x-should-retry` is the header that
the official clients obey before their own rules.
"""

from __future__ import annotations

from typing import Any

import orjson
from starlette.responses import Response


class ApiError(Exception):
    """An error to be sent to the caller.

    Attributes:
        status: HTTP status.
        message: what is wrong and what to do instead.
        code: short machine-readable word, or None.
        param: the field it is about, as a path such as ``messages[0].content``, or None.
        retry_after: seconds after which a retry makes sense; None when a retry can't help.
    """

    def __init__(
        self,
        status: int,
        message: str,
        *,
        code: str | None = None,
        param: str | None = None,
        retry_after: int | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.code = code
        self.param = param
        self.retry_after = retry_after
        self.extra_headers: dict[str, str] = {}

    @property
    def type(self) -> str:
        """OpenAI's error type for the status."""
        if self.status == 403:
            return "permission_error"
        if self.status == 429:
            return "rate_limit_error"
        return "invalid_request_error" if self.status < 500 else "server_error"

    def body(self) -> dict[str, Any]:
        """The error object."""
        return {"error": {"message": self.message, "type": self.type, "param": self.param, "code": self.code}}

    def headers(self) -> dict[str, str]:
        """Headers that tell a client whether to try again."""
        if self.retry_after is None:
            return {"x-should-retry": "false", **self.extra_headers}
        return {"x-should-retry": "true", "retry-after": str(self.retry_after), **self.extra_headers}

    def response(self, headers: dict[str, str] | None = None) -> Response:
        """The whole HTTP response."""
        return Response(
            orjson.dumps(self.body()),
            self.status,
            headers={**self.headers(), **(headers or {})},
            media_type="application/json",
        )


def invalid(message: str, param: str | None = None, code: str | None = None) -> ApiError:
    """A 400: the request must be changed."""
    return ApiError(400, message, param=param, code=code)
