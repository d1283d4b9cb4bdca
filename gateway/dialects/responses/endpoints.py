"""The endpoints of kept responses: to see one again, its input, to end its making, and to have it forgotten."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable
from typing import TYPE_CHECKING, Any

import orjson
from starlette.requests import Request
from starlette.responses import Response as HttpResponse
from starlette.routing import Route

from gateway.dialects.responses.conversation import Conversations, Turn
from gateway.dialects.responses.create import asked, create
from gateway.dialects.responses.followed import Followed
from gateway.dialects.responses.items import Item
from gateway.dialects.responses.response import ENDED
from gateway.dialects.responses.service import Responses, owner_of
from gateway.dialects.responses.teller import replayed
from gateway.endpoint import Answer, Handled
from gateway.idempotency import once
from gateway.openai import wire
from gateway.openai.errors import ApiError, invalid
from gateway.openai.read import parse_json
from gateway.policy.facts import AUTO
from gateway.prompt import read_prompt
from gateway.verdict import off_loop, tokens_of

if TYPE_CHECKING:
    from gateway.app import Gateway

_PAGE = 20
_LONGEST_PAGE = 100
_FLAGS = frozenset({"true", "false", "1", "0"})


def routes() -> list[Route]:
    """Where the Responses API is served."""
    one = "/v1/responses/{id}"
    return [
        Route("/v1/responses", Handled(once(create)), methods=["POST"]),
        Route("/v1/responses/input_tokens", Handled(count_tokens), methods=["POST"]),
        Route(one, Handled(retrieve), methods=["GET"]),
        Route(one, Handled(delete), methods=["DELETE"]),
        Route(f"{one}/cancel", Handled(cancel), methods=["POST"]),
        Route(f"{one}/input_items", Handled(list_input), methods=["GET"]),
    ]


async def count_tokens(request: Request, request_id: str) -> HttpResponse:
    """About how many tokens a request has with the turns before it. Engines count with their own vocabulary."""
    gateway: Gateway = request.app.state.gateway
    data = parse_json(request.state.body)
    data.setdefault("model", AUTO)
    request.state.body = orjson.dumps(data)
    this = await asked(request, request_id)
    gateway.pipeline.decider.resolve(this.request.model)
    visit = await gateway.gate.visit(request.state.guest, 0)
    prompt = read_prompt(wire.inspected_body(this.call.request))
    count = await off_loop(lambda: tokens_of(prompt), prompt)
    counted = _json({"object": "response.input_tokens", "input_tokens": count}, request_id)
    counted.headers.update(visit.headers())
    return counted


async def retrieve(request: Request, request_id: str) -> Answer:
    """A response as it stands; with ``stream=true`` its events."""
    responses, owner, turn = await _found(request)
    start = _number(request, "starting_after", -1, 0, 2**31) + 1
    if not _flag(request, "stream"):
        return _json(await responses.background.standing(owner, turn), request_id)
    headers = {"x-request-id": request_id}
    run = responses.background.running(owner, turn.response["id"])
    if run is not None and run.streams:
        return Followed(run.follow(start), headers)
    response = await responses.background.standing(owner, turn)
    if start > 0:
        raise invalid(
            "The events of this response are no longer there one by one. Leave `starting_after` out.", "starting_after"
        )
    if response["status"] not in ENDED:
        raise invalid("This response can't be followed from here while it is being made. Leave `stream` out.", "stream")
    return Followed(_each(replayed(response)), headers)


async def delete(request: Request, request_id: str) -> HttpResponse:
    """Forget a response; one in the making is ended first."""
    responses, owner, turn = await _found(request)
    id_ = turn.response["id"]
    if turn.response["background"]:
        await responses.background.stop(owner, id_, "deleted")
    await responses.conversations.forget(owner, id_)
    return _json({"id": id_, "object": "response", "deleted": True}, request_id)


async def cancel(request: Request, request_id: str) -> HttpResponse:
    """End the making of a response; one that has ended stays as it is."""
    responses, owner, turn = await _found(request)
    id_ = turn.response["id"]
    if not turn.response["background"]:
        raise invalid("Only a response that is made in the background can be cancelled. Close its connection.", "id")
    if turn.response["status"] not in ENDED:
        await responses.background.stop(owner, id_, "cancelled")
        turn = await responses.conversations.find(owner, id_) or turn
    return _json(await responses.background.standing(owner, turn), request_id)


async def list_input(request: Request, request_id: str) -> HttpResponse:
    """What a response was given: its own input, and the turns that it follows as far as they are still kept."""
    responses, owner, turn = await _found(request)
    limit = _number(request, "limit", _PAGE, 1, _LONGEST_PAGE)
    order = request.query_params.get("order", "desc")
    if order not in ("asc", "desc"):
        raise invalid("Invalid value for 'order': expected 'asc' or 'desc'.", "order", "invalid_value")
    items = [*await _before(responses.conversations, owner, turn), *turn.given]
    items = items if order == "asc" else items[::-1]
    after = request.query_params.get("after")
    start = 0 if after is None else next((index + 1 for index, item in enumerate(items) if item["id"] == after), -1)
    if start < 0:
        raise invalid("There is no item of the id in `after`. Begin without it.", "after", "invalid_value")
    page = items[start : start + limit]
    return _json(_page(page, more=start + limit < len(items)), request_id)


async def _before(conversations: Conversations, owner: str, turn: Turn) -> list[Item]:
    previous = turn.response["previous_response_id"]
    try:
        turns = [] if previous is None else await conversations.until(owner, previous)
    except ApiError as error:
        if error.status != 400:
            raise
        return []
    return [item for one in turns for item in one.items]


def _page(items: list[Item], *, more: bool) -> dict[str, Any]:
    ends = (items[0]["id"], items[-1]["id"]) if items else ("", "")
    return {"object": "list", "data": items, "first_id": ends[0], "last_id": ends[1], "has_more": more}


async def _found(request: Request) -> tuple[Responses, str, Turn]:
    """The shared parts, the caller's name, and the turn that the path names.

    Raises:
        ApiError: 404, the caller has no such response.
    """
    gateway: Gateway = request.app.state.gateway
    owner = owner_of(request.state.guest, request.headers, gateway.policy)
    turn = await gateway.responses.conversations.find(owner, request.path_params["id"])
    if turn is None:
        raise ApiError(
            404,
            "There is no response of that id. It was made with `store: false` or another API key, it was deleted, or "
            "it is too old.",
            param="id",
        )
    return gateway.responses, owner, turn


def _number(request: Request, name: str, default: int, least: int, most: int) -> int:
    given = request.query_params.get(name)
    if given is None:
        return default
    if not (given.isascii() and given.isdecimal() and len(given) <= len(str(most)) and least <= int(given) <= most):
        raise invalid(f"Invalid value for '{name}': expected a number from {least} to {most}.", name, "invalid_value")
    return int(given)


def _flag(request: Request, name: str) -> bool:
    given = request.query_params.getlist(name)
    word = given[0].lower() if len(given) == 1 else None
    if given and word not in _FLAGS:
        raise invalid(f"Invalid value for '{name}': expected 'true' or 'false'.", name, "invalid_value")
    return word in ("true", "1")


def _json(data: object, request_id: str) -> HttpResponse:
    return HttpResponse(orjson.dumps(data), headers={"x-request-id": request_id}, media_type="application/json")


async def _each(events: Iterable[bytes]) -> AsyncIterator[bytes]:
    for event in events:
        yield event
