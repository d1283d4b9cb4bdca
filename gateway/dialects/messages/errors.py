"""Errors as Anthropic's servers send them. Source: Anthropic's API reference, "Errors"."""

from __future__ import annotations

from typing import Any

import orjson
from starlette.responses import Response

from gateway.openai.errors import ApiError

_TYPES = {
    401: "authentication_error",
    403: "permission_error",
    404: "not_found_error",
    413: "request_too_large",
    429: "rate_limit_error",
    503: "overloaded_error",
    504: "timeout_error",
}


def body_of(error: ApiError) -> dict[str, Any]:
    """The error object."""
    default = "invalid_request_error" if error.status < 500 else "api_error"
    return {"type": "error", "error": {"type": _TYPES.get(error.status, default), "message": error.message}}


def told(error: ApiError, request_id: str) -> Response:
    """The whole HTTP response."""
    headers = {**error.headers(), "x-request-id": request_id, "request-id": request_id}
    body = orjson.dumps({**body_of(error), "request_id": request_id})
    return Response(body, error.status, headers=headers, media_type="application/json")
