"""``POST /v1/responses``: from the body to a decided call and the turn that is kept of it."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import orjson
from starlette.requests import Request
from starlette.responses import Response as HttpResponse
from starlette.types import Message

from gateway.answering import answer
from gateway.dialects.responses import types
from gateway.dialects.responses.background import Run
from gateway.dialects.responses.conversation import Conversations, Turn, sticky
from gateway.dialects.responses.followed import Followed
from gateway.dialects.responses.items import input_items
from gateway.dialects.responses.read import read_responses
from gateway.dialects.responses.response import Response, begun
from gateway.dialects.responses.service import owner_of
from gateway.dialects.responses.teller import ResponsesTeller, label_of, refused
from gateway.dialects.responses.to_chat import in_its_words, to_chat
from gateway.endpoint import Answer
from gateway.openai.errors import ApiError
from gateway.openai.read import parse_json
from gateway.streamed import Streamed
from gateway.verdict import Call

if TYPE_CHECKING:
    from gateway.app import Gateway


@dataclass(frozen=True, slots=True)
class Asked:
    """A request on its way.

    Attributes:
        turn: as it stands before there is an answer.
        labels: the levels of the turns before it, by name.
    """

    request: types.ResponsesRequest = field(repr=False)
    call: Call
    owner: str
    turn: Turn
    labels: frozenset[str]

    async def keep(self, conversations: Conversations, response: Response, label: str) -> Turn:
        """Keep the answered turn, unless the caller wants nothing kept."""
        turn = Turn(response, self.turn.given, tuple(sorted({*self.labels, label})))
        if self.request.store is not False:
            await conversations.keep(self.owner, turn)
        return turn


async def asked(request: Request, request_id: str) -> Asked:
    """What a caller asks for, with the conversation that it follows.

    Raises:
        ApiError: 400, the request can't be honoured.
    """
    gateway: Gateway = request.app.state.gateway
    body = read_responses(parse_json(request.state.body))
    headers = dict(request.headers)
    owner = owner_of(request.state.guest, headers, gateway.policy)
    context = await gateway.responses.conversations.context(owner, body.previous_response_id, body.input)
    # By the response's id its decision is found in the audit.
    token = secrets.token_hex(12)
    given = input_items(context.given, f"resp_{token}")
    call = Call(
        "responses",
        to_chat(body, [*context.before, *given]),
        request_id,
        headers,
        request.state.guest,
        sticky=sticky(context.labels, gateway.policy.levels),
        decision_id=f"dec_{token}",
    )
    turn = Turn(begun(body, f"resp_{token}", "queued" if body.background else "in_progress"), given)
    return Asked(body, call, owner, turn, context.labels)


async def create(request: Request, request_id: str) -> Answer:
    """Answer a Responses request."""
    this = await asked(request, request_id)
    gateway: Gateway = request.app.state.gateway
    if this.request.background:
        return await _in_background(gateway, request, this)
    teller = ResponsesTeller(this.turn.response, lambda response, label: _keep(gateway, this, response, label))
    try:
        answered = await answer(gateway, request, this.call, teller)
    except ApiError as error:
        raise in_its_words(error) from None
    if isinstance(answered, HttpResponse):
        await _keep(gateway, this, teller.response, label_of(answered.headers))
    return answered


async def _keep(gateway: Gateway, this: Asked, response: Response, label: str) -> None:
    await this.keep(gateway.responses.conversations, response, label)


async def _in_background(gateway: Gateway, request: Request, this: Asked) -> Answer:
    """Begin, and answer at once: with the queued response, or with its events as they come."""
    background = gateway.responses.background
    run = Run(this.owner, this.turn.response["id"], bool(this.request.stream))
    work = _Work(gateway, request, this)
    if run.streams:
        run.events += work.teller.queued()
    await background.start(run, this.turn, work)
    headers = {"x-sepal-decision": this.call.decision_id, "x-request-id": this.call.request_id}
    if run.streams:
        return Followed(run.follow(0), headers)
    return HttpResponse(orjson.dumps(this.turn.response), headers=headers, media_type="application/json")


class _Work:
    """Makes a response in the background, as it would be made for a caller who waits."""

    def __init__(self, gateway: Gateway, request: Request, this: Asked) -> None:
        self._gateway = gateway
        self._request = request
        self._this = this
        self._turn = this.turn
        self.teller = ResponsesTeller(this.turn.response, self._keep)

    async def _keep(self, response: Response, label: str) -> None:
        self._turn = await self._this.keep(self._gateway.responses.conversations, response, label)

    async def __call__(self, run: Run) -> Turn:
        """The turn with its answer, or with the reason why there is none."""
        # Another policy may be in force by now.
        self._this.call.sticky = sticky(self._this.labels, self._gateway.policy.levels)
        try:
            answered = await answer(self._gateway, self._request, self._this.call, self.teller)
        except ApiError as error:
            message, code = refused(in_its_words(error))
            for event in _split(self.teller.failed(message, code)):
                run.told(event)
            return Turn(self.teller.response, self._this.turn.given)
        if isinstance(answered, Streamed):
            await self._follow(answered, run)
        elif isinstance(answered, HttpResponse):
            await self._keep(self.teller.response, label_of(answered.headers))
        # Without a label nothing was kept: it broke off.
        return self._turn if self._turn.labels else Turn(self.teller.response, self._this.turn.given)

    async def _follow(self, answered: Streamed, run: Run) -> None:
        async def take(message: Message) -> None:
            for event in _split(message.get("body", b"")):
                run.told(event)

        await answered(self._request.scope, self._request.receive, take)


def _split(data: bytes) -> list[bytes]:
    """The events in `data`; each of them has a number, so what is none is left out."""
    return [event + b"\n\n" for event in data.split(b"\n\n") if event.startswith(b"event:")]
