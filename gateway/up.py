"""`sepal up`: a private Petals swarm on this machine, and the gateway with its engines in front of it.

Says what it starts as it comes up, prints what to try, and ends everything it started.
"""

from __future__ import annotations

import asyncio
import json
import time
from pathlib import Path

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from gateway.backends.engines.private_swarm import PrivateSwarm
from gateway.listening import listen
from gateway.paths import Paths
from gateway.running import RunningGateway
from gateway.serve import serve, stop_on_signals, surroundings_of
from gateway.settings import Effective

HARMLESS = "Why is the sky blue?"
PERSONAL = "Write to my patient Maria Gonzalez, born 3 May 1961, about her biopsy"
READY_WITHIN = 240.0
STATE_FILE = "up.json"


class _Announcer:
    """One line for each part that comes up or goes down, with seconds since the start."""

    def __init__(self) -> None:
        self._start = time.monotonic()
        self._said: dict[str, str] = {}

    def __call__(self, part: str, state: str, detail: str) -> None:
        """Say that `part` is in `state`, unless that was the last thing said of it."""
        if self._said.get(part) == state:
            return
        self._said[part] = state
        seconds = time.monotonic() - self._start
        colour = {"ready": "green", "starting": "yellow"}.get(state, "red")
        typer.echo(f"{seconds:6.1f} s  {part:<16} " + typer.style(state, fg=colour) + (f"  {detail}" if detail else ""))

    @property
    def seconds(self) -> float:
        """Since the start."""
        return time.monotonic() - self._start


async def run_up(effective: Effective, petals_python: Path) -> None:
    """Run until SIGINT or SIGTERM.

    Raises:
        ServeError, PolicyError, DetectionError: the gateway can't start; nothing is left running.
    """
    stop = stop_on_signals()
    say = _Announcer()
    listeners = listen(effective.settings)
    paths = Paths(effective.state_dir)
    around = surroundings_of(effective, petals_python)
    swarm = PrivateSwarm(around, on_state=say)
    around.private_swarm = swarm
    opened: list[RunningGateway] = []

    def listening(gateway: RunningGateway, url: str) -> None:
        opened.append(gateway)
        say("gateway", "ready", f"{url}/v1")
        watch.append(asyncio.create_task(_announce(effective, gateway, swarm, url, say, stop)))

    watch: list[asyncio.Task[None]] = []
    typer.echo("Starting the private swarm, the local model and the gateway; Ctrl-C stops them all.")
    try:
        await swarm.start()
        await serve(effective, stop=stop, surroundings=around, listeners=listeners, on_listening=listening)
    finally:
        typer.echo("Stopping …")
        begun = time.monotonic()
        for task in watch:
            task.cancel()
        await swarm.stop()
        paths.state.joinpath(STATE_FILE).unlink(missing_ok=True)
        typer.echo(f"Everything is stopped ({time.monotonic() - begun:.1f} s).")


async def _announce(
    effective: Effective, gateway: RunningGateway, swarm: PrivateSwarm, url: str, say: _Announcer, stop: asyncio.Event
) -> None:
    """Follow the engines; print the table once all of them are ready, or when time is up."""
    printed = False
    while not stop.is_set():
        report = await gateway.engine_status()
        for name, item in report.items():
            say(name, str(item["state"]), "" if item["state"] == "ready" else str(item["detail"]))
        whole = swarm.ready and all(item["state"] == "ready" for item in report.values())
        if not printed and (whole or say.seconds > READY_WITHIN):
            printed = True
            _print_table(effective, gateway, swarm, url, report, whole=whole, seconds=say.seconds)
        await asyncio.sleep(0.3)


def _print_table(
    effective: Effective,
    gateway: RunningGateway,
    swarm: PrivateSwarm,
    url: str,
    report: dict[str, dict[str, object]],
    *,
    whole: bool,
    seconds: float,
) -> None:
    console = Console(highlight=False, soft_wrap=True)
    console.print()
    if whole:
        console.print(Text(f"Sepal is ready after {seconds:.0f} s.", style="bold green"))
    else:
        console.print(Text("Sepal answers, but not every destination is up; see the logs.", style="bold yellow"))
    table = Table(box=None, pad_edge=False, show_header=False)
    policy = gateway.policy
    table.add_row("gateway", f"{url}/v1")
    for name, item in report.items():
        destination = policy.destinations[name]
        sees = f"may see {destination.clearance}" + ("" if destination.clearance.rank == 0 else " and below")
        table.add_row(name, f"{destination.spec.engine}, {item['state']}, {sees}")
    for server in swarm.describe():
        table.add_row("", server)
    table.add_row("policy", f"{policy.name}  {policy.files[0]}")
    table.add_row("audit", str(gateway.audit.path))
    table.add_row("logs", str(Paths(effective.state_dir).logs))
    console.print(table)
    console.print("\nTry a harmless prompt, which the swarm answers, and one with personal data, which stays here:\n")
    for prompt in (HARMLESS, PERSONAL):
        body = json.dumps({"model": "auto", "max_tokens": 60, "messages": [{"role": "user", "content": prompt}]})
        typer.echo(f"  curl -sD - {url}/v1/chat/completions -H 'content-type: application/json' -d '{body}'\n")
    typer.echo("Ctrl-C stops everything.")
