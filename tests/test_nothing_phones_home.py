"""Nothing dials out: the whole product runs where anything but loopback fails and is recorded, and ends there."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest


@pytest.fixture(scope="module")
def isolated_run(state_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, object]:
    if sys.platform != "linux" or not Path("/dev/net/tun").exists():
        pytest.skip("needs Linux with /dev/net/tun")
    state = tmp_path_factory.mktemp("isolated")
    (state / "models").symlink_to(state_dir / "models")
    deep = state / ("long" * 25)  # torch could make no socket there
    deep.mkdir()
    script = Path(__file__).with_name("isolated_network.py")
    command = [sys.executable, str(script), str(state), "18080", str(deep)]
    run = subprocess.run(command, capture_output=True, text=True, timeout=280)
    assert run.returncode == 0, run.stderr[-2000:]
    result: dict[str, object] = json.loads(run.stdout.splitlines()[-1])
    if "impossible" in result:
        pytest.skip(f"no network namespace can be made here: {result['impossible']}")
    return result


def test_the_recorder_sees_what_dials_out(isolated_run: dict[str, object]) -> None:
    control = isolated_run["control"]
    assert isinstance(control, list)
    assert "IPv4 to 203.0.113.9 port 4242" in control
    assert any("port 53" in line or "resolver was asked" in line for line in control)


def test_the_whole_product_dials_nobody(isolated_run: dict[str, object]) -> None:
    assert isolated_run["states"] == {"local": "ready", "swarm": "ready"}
    assert list(isolated_run["went"].values()) == ["swarm", "local"]  # type: ignore[attr-defined]
    assert isolated_run["commands"] == [0, 0, 0]
    assert isolated_run["recorded"] == []


def test_ctrl_c_ends_the_product_soon_and_leaves_no_process(isolated_run: dict[str, object]) -> None:
    assert isolated_run["status"] == 0
    assert isolated_run["seconds"] < 10  # type: ignore[operator]
    assert isolated_run["left"] == []
