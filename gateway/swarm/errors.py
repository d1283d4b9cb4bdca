"""What the bridge answers when it can't or won't generate: OpenAI's error object and HTTP status.

Messages are sentences made from constants and numbers; nothing of a request or of an exception's text
goes into them. Knows nothing of HTTP servers.
"""

from __future__ import annotations

from typing import Any


class BridgeError(Exception):
    """An answer that is an error.

    Attributes:
        status: HTTP status.
        message: for a person.
        code, param: as in OpenAI's error object; `param` names the request's field.
        retry_after: seconds until a retry makes sense, None where it never does.
        facts: further fields of the error object, numbers only.
    """

    def __init__(
        self,
        status: int,
        message: str,
        *,
        code: str | None = None,
        param: str | None = None,
        retry_after: int | None = None,
        facts: dict[str, int] | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.code = code
        self.param = param
        self.retry_after = retry_after
        self.facts = facts or {}

    def body(self) -> dict[str, Any]:
        """The JSON object to send."""
        return {
            "error": {
                "message": self.message,
                "type": _TYPES.get(self.status, "invalid_request_error" if self.status < 500 else "server_error"),
                "param": self.param,
                "code": self.code,
                **self.facts,
            }
        }

    def headers(self) -> dict[str, str]:
        """Headers that tell a client whether to try again (`x-should-retry`: OpenAI's own clients)."""
        if self.retry_after is None:
            return {"x-should-retry": "false"}
        return {"x-should-retry": "true", "retry-after": str(self.retry_after)}


_TYPES = {403: "permission_error", 429: "rate_limit_error"}


def invalid(message: str, param: str | None = None, code: str | None = "invalid_value") -> BridgeError:
    """A request that must be changed: 400."""
    return BridgeError(400, message, code=code, param=param)


def unsupported(param: str, message: str) -> BridgeError:
    """A parameter that means something, but not here: 400."""
    return BridgeError(400, message, code="unsupported_parameter", param=param)


def too_long(param: str, prompt_tokens: int, context_length: int, *, at_least: bool = False) -> BridgeError:
    """A prompt that leaves no room for an answer: 400 with both numbers."""
    return BridgeError(
        400,
        f"The prompt has {'at least ' if at_least else ''}{prompt_tokens} tokens; the model on the swarm takes"
        f" {context_length} for prompt and answer together. Shorten the prompt.",
        code="context_length_exceeded",
        param=param,
        facts={"n_prompt_tokens": prompt_tokens, "n_ctx": context_length},
    )


def unavailable(message: str, retry_after: int = 5) -> BridgeError:
    """The swarm can't answer now: 503."""
    return BridgeError(503, message, code="swarm_unavailable", retry_after=retry_after)


def timed_out(seconds: float) -> BridgeError:
    """The swarm's servers kept silent: 504."""
    message = f"A server of the swarm gave no answer within {seconds:g} seconds, and no other took over."
    return BridgeError(504, message, code="swarm_timeout", retry_after=5)


def busy() -> BridgeError:
    """More requests at once than the bridge queues: 429."""
    return BridgeError(
        429, "The swarm bridge answers as many requests as it can. Try again.", code="too_many_requests", retry_after=2
    )
