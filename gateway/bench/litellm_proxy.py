"""LiteLLM's proxy as somebody would run it for one upstream: its environment, its settings, its start.

It gets what its own guide recommends for production and what keeps it to this machine: no telemetry, no database,
no lists from the network. Knows nothing of measuring.
"""

from __future__ import annotations

import itertools
import sys
from importlib.metadata import distributions
from pathlib import Path

import yaml

from gateway.backends.leashed import Launch
from gateway.backends.probe import free_port
from gateway.bench.rig import Rig, Say, Side
from gateway.bench.workers import BenchError
from gateway.setup.pip import SetupError, install, stream
from gateway.setup.steps import package_root

NAME = "litellm"
_COST = "1 to 3 minutes, 760 MB"
_ENVIRONMENT = {
    "LITELLM_MODE": "PRODUCTION",
    "LITELLM_LOG": "ERROR",
    "LITELLM_TELEMETRY": "False",
    "LITELLM_LOCAL_MODEL_COST_MAP": "True",
    "LITELLM_LOCAL_ANTHROPIC_BETA_HEADERS": "True",
    "LITELLM_LOCAL_AUTOROUTER_PRESETS": "True",
    "LITELLM_LOCAL_BLOG_POSTS": "True",
    "LITELLM_LOCAL_POLICY_TEMPLATES": "True",
}
_SETTINGS = {
    # A key would cost it time, and ours is asked both with and without one.
    "general_settings": {"dangerously_permit_weak_or_unset_master_key": True},
    "litellm_settings": {"telemetry": False},
}


def installed(venv: Path) -> str | None:
    """The version of LiteLLM in `venv`; None where there is none."""
    places = [str(place) for place in venv.glob("lib/python3*/site-packages")]
    found = next(iter(distributions(name=NAME, path=places)), None) if places else None
    return None if found is None else found.version


def fetch(venv: Path, say: Say) -> None:
    """Make `venv` with the versions that deploy/bench/litellm.txt pins, unless that was done.

    Raises:
        BenchError: the packages can't be had.
    """
    if installed(venv) is not None:
        return
    requirements = package_root() / "deploy" / "bench" / "litellm.txt"
    if not requirements.is_file():
        raise BenchError(
            f"there is no LiteLLM in {venv}, and the list of its packages comes with Sepal's source only. Make it with "
            f"`python3 -m venv {venv}` and `{venv}/bin/pip install 'litellm[proxy]'`"
        )
    say(f"litellm: making {venv} for LiteLLM's proxy ({_COST})")
    try:
        for _ in stream([sys.executable, "-m", "venv", "--clear", str(venv)]):
            pass
        install(venv / "bin" / "python", requirements, _now_and_then(say))
    except SetupError as error:
        raise BenchError(f"LiteLLM can't be installed: {error}") from None


def _now_and_then(say: Say) -> Say:
    """Every twentieth line, the first one too."""
    count = itertools.count()
    return lambda text: say(f"litellm: {text}") if next(count) % 20 == 0 else None


async def start(rig: Rig, venv: Path, upstream: Side) -> Side:
    """The proxy with one worker and one model, `upstream`, ready.

    Raises:
        BenchError: it did not become ready.
    """
    parameters = {"model": f"openai/{upstream['model']}", "api_base": upstream["base_url"], "api_key": "none"}
    models = [{"model_name": upstream["model"], "litellm_params": parameters}]
    config = rig.directory / f"{NAME}.yaml"
    config.write_text(yaml.safe_dump({"model_list": models, **_SETTINGS}), "utf-8")
    home = rig.directory / f"{NAME}-home"
    home.mkdir(mode=0o700)
    port = free_port()
    options = ("--host", "127.0.0.1", "--port", str(port), "--num_workers", "1", "--telemetry", "False")
    launch = Launch(
        (str(venv / "bin" / "python"), "-I", "-c", _START, "--config", str(config), *options),
        environment={**_ENVIRONMENT, "HOME": str(home)},
        base_url=f"http://127.0.0.1:{port}",
        probe_path="/health/liveliness",
    )
    side = await rig.server(NAME, launch, "/health/readiness")
    return {**side, "model": upstream["model"]}


_START = "from litellm import run_server; run_server()"
