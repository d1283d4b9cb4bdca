"""`sepal status`, `sepal paths` and `sepal config`: how things stand, where they are, what is set."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Annotated, Any
from urllib.error import HTTPError, URLError
from urllib.request import ProxyHandler, build_opener

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from gateway.cli import options

_STATE_STYLE = {"ready": "green", "degraded": "yellow", "starting": "yellow", "restarting": "yellow"}


def _get(url: str) -> tuple[int, dict[str, Any]]:
    opener = build_opener(ProxyHandler({}))
    try:
        with opener.open(url, timeout=10) as response:
            return response.status, json.loads(response.read())
    except HTTPError as error:
        return error.code, json.loads(error.read())


def status(
    url: Annotated[str | None, typer.Option("--url", help="The gateway; without it the configured address.")] = None,
    config: options.Config = None,
    as_json: options.Json = False,
) -> None:
    """Show the running gateway: engines, swarm coverage, policy, detectors.

    Status 0 when it is ready, 1 when it is not, 3 when no gateway answers.
    """
    effective = options.settings(config)
    base = (url or f"http://{effective.settings.host}:{effective.settings.port}").rstrip("/")
    try:
        code, report = _get(f"{base}/health/ready")
        if "destinations" not in report:
            raise ValueError
    except (URLError, OSError):
        options.fail(f"no gateway answers at {base}; start one with `sepal up`, or name it with --url", 3)
    except ValueError:
        options.fail(f"what answers at {base} is not a Sepal gateway; name yours with --url", 3)
    if as_json:
        typer.echo(json.dumps(report, ensure_ascii=False, indent=2))
    else:
        _print_status(base, report)
    raise typer.Exit(0 if code == 200 else 1)


def _print_status(base: str, report: dict[str, Any]) -> None:
    console = Console(highlight=False)
    colour = "green" if report["status"] == "ready" else "red"
    console.print(f"gateway   {base}  ", Text(report["status"].replace("_", " "), style=colour), sep="")
    policy, detector = report["policy"], report["detector"]
    console.print(f"policy    {policy['name']}  SHA-256 {policy['sha256'][:12]}…")
    _print_mistakes(console, policy["reload"], "policy file", f"the gateway keeps policy {_named(policy)}")
    if report["shadow"] is not None:
        _print_shadow(console, report["shadow"])
    console.print(f"detector  {detector['version']}")
    console.print(f"audit     {report['audit']['path']}\n")
    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in ("destination", "clearance", "engine", "model", "state", "detail"):
        table.add_column(column, overflow="fold")
    for name, item in report["destinations"].items():
        state = Text(str(item["state"]), style=_STATE_STYLE.get(str(item["state"]), "red"))
        table.add_row(name, item["clearance"], item["engine"], item["model"], state, _detail(item))
    console.print(table)


def _print_shadow(console: Console, shadow: dict[str, Any]) -> None:
    named = shadow["name"] is not None
    console.print(f"shadow    {_named(shadow)}, tried and not acted on" if named else "shadow    none could be loaded")
    consequence = f"the gateway goes on trying {_named(shadow)}" if named else "no policy is tried"
    _print_mistakes(console, shadow["reload"], "shadow policy file", consequence)


def _named(policy: dict[str, Any]) -> str:
    return f"{policy['name']} (SHA-256 {policy['sha256'][:12]}…)"


def _print_mistakes(console: Console, reload: dict[str, Any], what: str, consequence: str) -> None:
    """One red line for a file that was not taken over, and its first mistake with its place."""
    if reload["state"] == "ok":
        return
    count, since = reload["count"], datetime.fromisoformat(reload["at"]).astimezone()
    when = f"{since:%H:%M}" if since.date() == datetime.now(since.tzinfo).date() else f"{since:%Y-%m-%d %H:%M}"
    mistakes = "a mistake" if count == 1 else f"{count} mistakes"
    console.print(Text(f"          {what} has {mistakes} since {when}; {consequence}", style="red"), soft_wrap=True)
    console.print(Text(f"          {reload['mistakes'][0]}", style="red"), soft_wrap=True)
    if count > 1:
        console.print(f"          and {count - 1} more; `sepal policy check` shows all")


def _detail(item: dict[str, Any]) -> str:
    detail = str(item.get("detail") or "")
    swarm = item.get("swarm")
    if not isinstance(swarm, dict):
        return detail
    blocks = swarm.get("blocks") or {}
    servers = swarm.get("servers") or []
    return f"blocks {blocks.get('covered', '?')}/{blocks.get('total', '?')}, {len(servers)} servers"


def paths(state_dir: options.StateDir = None, config: options.Config = None, as_json: options.Json = False) -> None:
    """Print where models, keys, logs, the audit trail and the policy are."""
    from gateway.paths import find_policy, petals_python

    effective = options.settings(config, state_dir=state_dir)
    places = {name: str(path) for name, path in options.paths(effective).all().items()}
    if effective.settings.audit:
        places["audit"] = str(effective.settings.audit.absolute())
    try:
        places["policy"] = str(find_policy(effective.settings.policy))
    except FileNotFoundError:
        places["policy"] = f"{effective.settings.policy} (not found)"
    places["petals_python"] = str(petals_python(effective.settings.petals_python) or "not set up")
    if as_json:
        typer.echo(json.dumps(places, indent=2))
        return
    for name, place in places.items():
        typer.echo(f"{name:<14} {place}")
    typer.echo(f"\nstate directory from: {effective.origins['state_dir']}", err=True)


def config(
    config: options.Config = None,
    state_dir: options.StateDir = None,
    policy: options.PolicyName = None,
    as_json: options.Json = False,
) -> None:
    """Print every setting that is in force, and where each value comes from."""
    effective = options.settings(config, state_dir=state_dir, policy=policy)
    values = effective.settings.model_dump(mode="json", exclude_none=True)
    values["state_dir"] = str(effective.state_dir)
    values["destinations"] = effective.overrides()
    if as_json:
        rows = {name: {"value": values.get(name), "origin": origin} for name, origin in effective.origins.items()}
        typer.echo(json.dumps(rows, indent=2))
        return
    for name, origin in effective.origins.items():
        value = values.get(name)
        typer.echo(f"{name:<20} {'-' if value is None else value!s:<44} {origin}")
