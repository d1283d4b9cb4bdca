"""A short training run gives a model that the product can load, and can be gone on with."""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch

from gateway.detection import train
from gateway.detection.encoder import Encoder
from gateway.detection.train import FRAMES
from gateway.detection.training import base, encoder, graph

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def frames(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A few frames of several kinds."""
    place = tmp_path_factory.mktemp("frames")
    for name in ("en_topics", "zh_topics", "en_names", "zh_named", "en_public"):
        lines = (FRAMES / f"{name}.txt").read_text(encoding="utf-8").split("\n")
        (place / f"{name}.txt").write_text("\n".join(lines[:60]), encoding="utf-8")
    return place


def arguments(out: Path, frames: Path, *more: str) -> list[str]:
    return [
        "--out", str(out), "--frames", str(frames), "--epochs", "2", "--texts", "48", "--layers", "0,1", *more,
    ]  # fmt: skip


def test_a_short_run_makes_a_model_and_goes_on_where_it_ended(
    frames: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def run(out: Path, *more: str) -> str:
        """In this process, which has loaded torch already."""
        monkeypatch.setattr("sys.argv", ["train", *arguments(out, frames, *more)])
        train.main()
        return capsys.readouterr().err

    out, other = tmp_path / "first", tmp_path / "second"
    command = [sys.executable, "-m", "gateway.detection.train", *arguments(out, frames)]
    first = subprocess.run(command, capture_output=True, text=True, check=True, timeout=240).stderr
    model = Encoder(out)
    read = model.read("Please call Maria tomorrow.\n\n张伟明天去上海")

    assert "held out" in first
    assert read.tags.shape == (len(read.offsets), len(model.tags))
    assert np.allclose(read.tags.sum(1), 1, atol=1e-4)
    assert "going on at epoch 2" in run(out)
    assert json.loads((out / "model.json").read_text())["recipe"]["texts"] == 48

    again = run(other, "--start", str(out), "--keep", "0.5", "--minutes", "0.001")
    assert "going on" not in again  # another run, with its own epochs
    assert (other / "pieces.json").read_bytes() == (out / "pieces.json").read_bytes()
    assert np.allclose(Encoder(other).read("Please call Maria").tags, model.read("Please call Maria").tags, atol=0.05)


def test_the_graph_says_what_the_encoder_says(tmp_path: Path) -> None:
    import onnxruntime

    torch.manual_seed(0)
    model = encoder.Encoder(encoder.Shape(words=500, layers=2), dropout=0.0).eval()
    weights = {name: value.detach().numpy() for name, value in model.state_dict().items()}
    graph.write(tmp_path / "m.onnx", weights, layers=2, heads=12, epsilon=1e-12)
    ids = torch.randint(4, 500, (2, 30))
    mask = torch.ones_like(ids).bool()
    mask[1, 20:] = False

    session = onnxruntime.InferenceSession(str(tmp_path / "m.onnx"))
    places = np.broadcast_to(np.arange(30), (2, 30)).copy()
    tags, topics = session.run(None, {"ids": ids.numpy(), "positions": places, "mask": mask.int().numpy()})
    with torch.no_grad():
        expected_tags, expected_topics = model(ids, mask)

    kept = mask.numpy()
    assert np.abs(tags[kept] - expected_tags.numpy()[kept]).max() < 0.1
    assert np.abs(topics - expected_topics.numpy()).max() < 0.1


def test_the_published_encoder_is_read_whole() -> None:
    published = base.read(base.default_path())

    assert (published.layers, published.width, len(published.pieces)) == (12, 384, 250_002)
    assert published.tensors["l11.fo.w"].shape == (384, 1536)
    assert all(np.isfinite(value).all() for value in published.tensors.values())
