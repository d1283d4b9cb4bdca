"""LiteLLM's proxy is fetched only when asked for by name, and started so that it tells nobody anything."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from gateway.backends.leashed import Launch
from gateway.bench import litellm_proxy
from gateway.bench.workers import BenchError
from gateway.cli.bench import Part, _with_litellm
from tests.bench.test_bench import bench
from tests.conftest import ROOT

VENV = ROOT / ".venv-litellm"
UPSTREAM = {"name": "direct", "base_url": "http://127.0.0.1:1/v1", "model": "stub"}


def environment(tmp_path: Path) -> Path:
    """A directory that looks like an environment with LiteLLM."""
    about = tmp_path / "venv" / "lib" / "python3.11" / "site-packages" / "litellm-1.2.3.dist-info"
    about.mkdir(parents=True)
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: litellm\nVersion: 1.2.3\n")
    return tmp_path / "venv"


class Rig:
    """Keeps what would have been started."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory

    async def server(self, name: str, launch: Launch, ready_path: str) -> dict[str, Any]:
        self.launch = launch
        return {"name": name, "url": f"{launch.base_url}/v1/chat/completions", "pid": 1}


def test_knows_the_version_that_is_installed(tmp_path: Path) -> None:
    assert litellm_proxy.installed(tmp_path / "none") is None
    assert litellm_proxy.installed(environment(tmp_path)) == "1.2.3"


def test_what_is_installed_is_not_fetched_again(tmp_path: Path) -> None:
    said: list[str] = []

    litellm_proxy.fetch(environment(tmp_path), said.append)

    assert said == []


def test_says_how_to_make_the_environment_without_the_list_of_packages(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(litellm_proxy, "package_root", lambda: tmp_path)

    with pytest.raises(BenchError, match=r"pip install 'litellm\[proxy\]'"):
        litellm_proxy.fetch(tmp_path / "venv", print)


def test_measuring_everything_fetches_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    everything = [Part.OVERHEAD, Part.LITELLM]

    assert _with_litellm(everything, tmp_path, fetch=False) == [Part.OVERHEAD]
    assert "sepal bench litellm" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []
    assert _with_litellm(everything, environment(tmp_path), fetch=False) == everything


def test_the_proxy_has_one_worker_one_model_and_no_way_out(tmp_path: Path) -> None:
    rig = Rig(tmp_path)

    side = asyncio.run(litellm_proxy.start(rig, tmp_path / "venv", UPSTREAM))  # type: ignore[arg-type]

    options = " ".join(rig.launch.argv)
    assert "--host 127.0.0.1" in options
    assert "--num_workers 1 --telemetry False" in options
    assert rig.launch.environment["LITELLM_TELEMETRY"] == "False"
    assert rig.launch.environment["LITELLM_LOCAL_MODEL_COST_MAP"] == "True"
    assert Path(rig.launch.environment["HOME"]).parent == tmp_path
    settings = yaml.safe_load((tmp_path / "litellm.yaml").read_text())
    assert [item["litellm_params"]["api_base"] for item in settings["model_list"]] == [UPSTREAM["base_url"]]
    assert "database_url" not in settings["general_settings"]
    assert side["model"] == "stub"


@pytest.mark.skipif(litellm_proxy.installed(VENV) is None, reason="LiteLLM is not installed in .venv-litellm")
def test_measures_beside_the_real_proxy(fresh_state: Path) -> None:
    result = bench(fresh_state, "litellm", "--seconds", "0.1", "--json", "--litellm-venv", str(VENV))

    assert result.returncode == 0, result.stderr
    report = json.loads(result.stdout)["litellm"]
    assert report["version"] == litellm_proxy.installed(VENV)
    for variant in report["variants"]:
        assert all(variant["rates"][side]["median"] > 0 for side in ("direct", "gateway", "keyed", "litellm"))
        assert variant["ratios"]["gateway"]["median"] > 0
