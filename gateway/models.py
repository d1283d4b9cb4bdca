"""``GET /v1/models``: what may be asked for, with what each destination serves and can."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import orjson
from starlette.requests import Request
from starlette.responses import Response

from gateway.backends import abilities
from gateway.policy.facts import AUTO
from gateway.team.gate import Guest

if TYPE_CHECKING:
    from gateway.app import Gateway

Json = dict[str, Any]


async def models(request: Request, request_id: str) -> Response:
    """All that the caller may ask for."""
    listed = list(_models(request.app.state.gateway, request.state.guest).values())
    if "anthropic-version" in request.headers:
        told = [_as_anthropic(model) for model in listed]
        body: Json = {"data": told, "has_more": False, "first_id": told[0]["id"], "last_id": told[-1]["id"]}
    else:
        body = {"object": "list", "data": listed}
    return _json(body, request_id)


async def model(request: Request, request_id: str) -> Response:
    """One of them, or what stands for the model that is asked for."""
    gateway: Gateway = request.app.state.gateway
    decider, asked = gateway.pipeline.decider, request.path_params["id"]
    listed = _models(gateway, request.state.guest)
    found = listed.get(asked) or listed.get(decider.names.stands_for(asked) or "")
    if found is None:
        raise decider.names.unknown(decider.policy.prefer)
    found = {**found, "id": asked}
    return _json(_as_anthropic(found) if "anthropic-version" in request.headers else found, request_id)


def _json(body: Json, request_id: str) -> Response:
    return Response(orjson.dumps(body), headers={"x-request-id": request_id}, media_type="application/json")


def _models(gateway: Gateway, guest: Guest) -> dict[str, Json]:
    """By name: ``auto``, the destinations, then the ids of their models."""
    decider = gateway.pipeline.decider
    policy, names = decider.policy, decider.names
    usable = [name for name in policy.prefer if guest.may_use(*names.of(name))]
    serving: dict[str, list[str]] = {AUTO: usable, **{name: [name] for name in usable}}
    for name in usable:
        for id_ in names.of(name)[1:]:
            # Another destination may be called by the same word.
            serving.setdefault(id_, [])
            serving[id_] += [name] if name not in serving[id_] else []
    return {name: _model(gateway, name, destinations) for name, destinations in serving.items()}


def _model(gateway: Gateway, name: str, destinations: list[str]) -> Json:
    decider = gateway.pipeline.decider
    names = decider.names
    specs = {where: decider.policy.destinations[where].spec for where in destinations}
    embeds = destinations != [] and all(names.embedding.get(where) == name for where in destinations)
    contexts = [] if embeds else [length for spec in specs.values() if (length := abilities.context_length(spec))]
    can = {ability for spec in specs.values() for ability in abilities.names_of(spec)}
    of_a_destination = name == AUTO or name in decider.policy.destinations
    return {
        "id": name,
        "object": "model",
        "created": gateway.started,
        "owned_by": "sepal" if of_a_destination else next(iter(specs.values())).engine,
        "sepal": {
            "destinations": destinations,
            "context_length": max(contexts, default=None),
            "abilities": ["embeddings"] if embeds else sorted(can),
        },
    }


def _as_anthropic(model: Json) -> Json:
    created = datetime.fromtimestamp(model["created"], UTC).isoformat().replace("+00:00", "Z")
    return {"type": "model", "id": model["id"], "display_name": model["id"], "created_at": created}
