"""`sepal keys`: who may use the gateway, and how much."""

from __future__ import annotations

import asyncio
import datetime
import json
import re
import time
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import asdict
from typing import Annotated, Any, TypeVar

import typer
from rich.console import Console
from rich.table import Table

from gateway.cli import options
from gateway.settings import Effective
from gateway.team.key import Key, Limits
from gateway.team.keys import Keys, KeysError
from gateway.team.shared import open_shared
from gateway.team.store import StoreError

app = typer.Typer(
    help="API keys for a team: make, list, rotate and revoke them.\n\n"
    "Once there is a key, every request needs one. A running gateway sees changes within half a second.",
    no_args_is_help=True,
)
_DURATION = re.compile(r"(\d{1,5})([mhd])")
_SECONDS = {"m": 60, "h": 3600, "d": 86_400}
_WARNING = "It is shown only now. Give it to nobody else, and keep it out of files that others read."

T = TypeVar("T")
Name = Annotated[str, typer.Argument(help="The key's name, as it stands in the audit.")]
Count = Annotated[int | None, typer.Option(min=1)]


@app.command("create")
def create(
    name: Name,
    group: Annotated[list[str] | None, typer.Option(help="A group that rules may ask for; may be repeated.")] = None,
    floor: Annotated[str | None, typer.Option(help="The least level of what is asked with it.")] = None,
    model: Annotated[
        list[str] | None, typer.Option(help="A destination or model that it may use; may be repeated. Without: all.")
    ] = None,
    requests_per_minute: Count = None,
    tokens_per_minute: Count = None,
    tokens_per_day: Annotated[int | None, typer.Option(min=1, help="Tokens of prompts and answers.")] = None,
    expires: Annotated[str | None, typer.Option(help="When it ends: 90d, 12h, 2027-01-31. Without: never.")] = None,
    config: options.Config = None,
    state_dir: options.StateDir = None,
    as_json: options.Json = False,
) -> None:
    """Make a key and print it: the only time that it can be seen.

    Example: `sepal keys create alice --group finance --floor internal --requests-per-minute 60 --expires 90d`
    """
    effective = options.settings(config, state_dir=state_dir)
    _check_names(options.policy(effective), floor, model or ())
    limits = Limits(requests_per_minute, tokens_per_minute, tokens_per_day)
    until = None if expires is None else _moment(expires)
    key = Key(name, tuple(group or ()), floor, tuple(model or ()), limits, expires=until)
    secret = _with_keys(effective, lambda keys: keys.create(key))
    _print_secret(name, secret, as_json=as_json)


@app.command("list")
def list_(config: options.Config = None, state_dir: options.StateDir = None, as_json: options.Json = False) -> None:
    """Show all keys: for what, how much, until when. Never the keys themselves."""
    found = _with_keys(options.settings(config, state_dir=state_dir), Keys.all)
    now = time.time()
    if as_json:
        typer.echo(json.dumps([_as_data(key, now) for key in found], indent=2))
        return
    if not found:
        typer.echo("there is no key: whoever reaches the gateway on this machine may use it. See `sepal keys create`")
        return
    Console(highlight=False).print(_table(found, now))


@app.command("rotate")
def rotate(
    name: Name,
    grace: Annotated[str, typer.Option(help="How long the old one is good besides: 0m, 30m, 24h, 7d.")] = "0m",
    config: options.Config = None,
    state_dir: options.StateDir = None,
    as_json: options.Json = False,
) -> None:
    """Give a key another secret and print it; name, groups and limits stay."""
    seconds = _duration(grace)
    if seconds is None:
        options.fail(f"`{grace[:40]}` is no duration; write 30m, 24h or 7d", 2)
    effective = options.settings(config, state_dir=state_dir)
    secret = _with_keys(effective, lambda keys: keys.rotate(name, seconds))
    _print_secret(name, secret, as_json=as_json)


@app.command("revoke")
def revoke(name: Name, config: options.Config = None, state_dir: options.StateDir = None) -> None:
    """Let nobody in with this key any more. It stays on the list; running answers end as they are."""
    _with_keys(options.settings(config, state_dir=state_dir), lambda keys: keys.revoke(name))
    typer.echo(f"revoked {name}")


@app.command("remove")
def remove(name: Name, config: options.Config = None, state_dir: options.StateDir = None) -> None:
    """Take a revoked or expired key off the list. Once no key is left, none is needed."""

    async def removed(keys: Keys) -> bool:
        await keys.remove(name)
        return await keys.are_there()

    effective = options.settings(config, state_dir=state_dir)
    left = _with_keys(effective, removed)
    typer.echo(f"removed {name}")
    if not left and effective.settings.store is None:
        typer.echo("no key is left: whoever reaches the gateway on this machine may use it", err=True)


def _with_keys(effective: Effective, work: Callable[[Keys], Awaitable[T]]) -> T:
    """What `work` makes of the keys in the store, or an error for a person."""

    async def done() -> T:
        store = open_shared(effective)
        try:
            return await work(Keys(store.keys))
        finally:
            await store.close()

    try:
        return asyncio.run(done())
    except (KeysError, StoreError) as error:
        options.fail(str(error), 2)


def _check_names(policy: Any, floor: str | None, models: Iterable[str]) -> None:
    """The policy's levels, and what its destinations are called."""
    from gateway.compose import embedding_model_id, models_of
    from gateway.policy.flow import suggest

    levels = policy.levels.names
    if floor is not None and floor not in levels:
        options.fail(f"the policy {policy.name} has no level `{floor[:60]}`; {suggest(floor, list(levels))}", 2)
    embedding = [embedding_model_id(destination.spec) for destination in policy.destinations.values()]
    known = list(dict.fromkeys([*policy.destinations, *models_of(policy).values(), *filter(None, embedding)]))
    for model in models:
        if model not in known:
            options.fail(f"the policy {policy.name} has no model `{model[:60]}`; {suggest(model, known)}", 2)


def _duration(text: str) -> int | None:
    found = _DURATION.fullmatch(text.strip())
    return int(found[1]) * _SECONDS[found[2]] if found else None


def _moment(text: str) -> int:
    """Seconds since 1970 of a duration from now or of the end of a day (UTC)."""
    seconds = _duration(text)
    if seconds is not None:
        return int(time.time()) + seconds
    try:
        day = datetime.date.fromisoformat(text)
    except ValueError:
        options.fail(f"`{text[:40]}` is no time; write 90d, 12h or a date such as 2027-01-31", 2)
    end = datetime.datetime.combine(day, datetime.time(), datetime.UTC) + datetime.timedelta(days=1)
    return int(end.timestamp())


def _print_secret(name: str, secret: str, *, as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps({"name": name, "key": secret}))
        return
    typer.echo(secret)
    typer.echo(f"This is the key {name}. {_WARNING}", err=True)


def _as_data(key: Key, now: float) -> dict[str, Any]:
    data = {**asdict(key), "state": key.state(now)}
    return {**data, **{name: _shown(data[name]) for name in ("created", "expires", "revoked")}}


def _shown(seconds: int | None) -> str | None:
    if seconds is None:
        return None
    return datetime.datetime.fromtimestamp(seconds, datetime.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _table(keys: Iterable[Key], now: float) -> Table:
    table = Table(box=None, pad_edge=False, header_style="dim")
    for column in ("name", "key", "state", "expires", "groups", "floor", "models", "limits"):
        table.add_column(column, overflow="fold")
    colours = {"active": "green", "expired": "yellow", "revoked": "red"}
    for key in keys:
        state = key.state(now)
        table.add_row(
            key.name,
            " ".join(f"…{ending}" for ending in key.endings),
            f"[{colours[state]}]{state}[/]",
            (_shown(key.expires) or "never")[:10],
            ", ".join(key.groups) or "–",
            key.floor or "–",
            ", ".join(key.models) or "all",
            _limits(key.limits),
        )
    return table


def _limits(limits: Limits) -> str:
    parts = (
        (limits.requests_per_minute, "requests/min"),
        (limits.tokens_per_minute, "tokens/min"),
        (limits.tokens_per_day, "tokens/day"),
    )
    return ", ".join(f"{number:,} {unit}" for number, unit in parts if number is not None) or "none"
