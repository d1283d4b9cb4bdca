"""What a caller is told when no destination that may see the prompt has answered it.

Knows nothing of how destinations are tried.
"""

from __future__ import annotations

from gateway.backends.turns import Busy
from gateway.backends.upstream import Refused
from gateway.openai.errors import ApiError

RETRY_AFTER = 5


def nobody_answered(
    fallbacks: list[dict[str, str]], refusals: list[Refused], busy: list[Busy], text_param: str
) -> ApiError:
    """The error for the caller.

    Args:
        fallbacks: the destinations that were passed over, each with the reason.
        refusals, busy: those among them that refused the request, or had no free place.
        text_param: the request's field that has the text.
    """
    reasons = "; ".join(f"'{item['destination']}' {item['reason']}" for item in fallbacks)
    if busy and len(busy) + len(refusals) == len(fallbacks):
        return ApiError(
            429,
            f"Every destination that may see this prompt is busy: {reasons}. Try again later.",
            code="queue_full",
            retry_after=min(problem.retry_after for problem in busy),
        )
    if len(refusals) < len(fallbacks):
        return ApiError(
            503,
            f"No destination that may see this prompt can answer now: {reasons}. Try again, or see `sepal status`.",
            code="no_destination_available",
            retry_after=RETRY_AFTER,
        )
    too_long = [problem for problem in refusals if problem.code == "context_length_exceeded"]
    if too_long:
        longest = max(too_long, key=lambda problem: problem.context_length or 0)
        numbers = ""
        if longest.prompt_tokens and longest.context_length:
            numbers = f" It has {longest.prompt_tokens} tokens; the largest context here is {longest.context_length}."
        return ApiError(
            400,
            f"The prompt is longer than the context of every destination it may go to.{numbers} "
            + ("Cut the text into shorter ones." if text_param == "input" else "Shorten it, or drop earlier turns."),
            code="context_length_exceeded",
            param=text_param,
        )
    return ApiError(
        400,
        f"The model's engine refused the request ({reasons}). Check the order of the roles, the tool definitions and "
        "the response_format schema.",
        code="engine_refused",
    )
