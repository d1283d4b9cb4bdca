"""Where Sepal keeps things on this machine: one state directory and what lies in it."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

import platformdirs

import gateway

LOCAL_STATE = ".sepal"


@dataclass(frozen=True, slots=True)
class Paths:
    """Places below one state directory; nothing is created by asking."""

    state: Path

    @property
    def models(self) -> Path:
        """Models: the embedded one as GGUF and as checkpoint, and those of the detectors."""
        return self.state / "models"

    @property
    def gguf(self) -> Path:
        """The embedded model for llama.cpp."""
        return self.models / "SmolLM2-135M-Instruct.Q4_1.gguf"

    @property
    def embedding_gguf(self) -> Path:
        """The embedded embedding model for llama.cpp."""
        return self.models / "multilingual-e5-small.Q4_0.gguf"

    @property
    def checkpoint(self) -> Path:
        """The same model as a Hugging Face checkpoint, for Petals."""
        return self.models / "smollm2-135m-instruct"

    @property
    def keys(self) -> Path:
        """Identities of the private swarm's servers, and the store's key."""
        return self.state / "keys"

    @property
    def store_key(self) -> Path:
        """What records in the store are encrypted with."""
        return self.keys / "store.key"

    @property
    def logs(self) -> Path:
        """What the engines print."""
        return self.state / "logs"

    @property
    def audit(self) -> Path:
        """The audit trail."""
        return self.state / "audit.jsonl"

    @property
    def feedback(self) -> Path:
        """What people say of decisions; the only place where text may be stored readable."""
        return self.state / "feedback.jsonl"

    @property
    def store(self) -> Path:
        """API keys (their hashes), what they have used, and records (encrypted), unless a server has them."""
        return self.state / "store.db"

    @property
    def downloads(self) -> Path:
        """Fetched files that are not unpacked yet."""
        return self.state / "downloads"

    def all(self) -> dict[str, Path]:
        """Name → path, for `sepal paths`."""
        names = ("state", "models", "gguf", "checkpoint", "keys", "logs", "audit", "feedback", "store", "downloads")
        return {name: getattr(self, name) for name in names}


def make_private(directory: Path) -> Path:
    """Create `directory` so that only its owner can look into it."""
    directory.mkdir(parents=True, exist_ok=True, mode=0o700)
    return directory


def default_state_dir(cwd: Path | None = None) -> tuple[Path, str]:
    """The state directory when none is configured, and why that one.

    A `.sepal` in the current directory (made by `make up`) comes before the user's own.
    """
    local = (cwd or Path.cwd()) / LOCAL_STATE
    if local.is_dir():
        return local, f"{LOCAL_STATE} in the current directory"
    return platformdirs.user_state_path("sepal", appauthor=False), "the platform's directory for state"


def policies_dir() -> Path:
    """The ready-made policies: beside the package in a checkout, inside it when installed."""
    package = Path(gateway.__file__).parent
    inside = package / "policies"
    return inside if inside.is_dir() else package.parent / "policies"


def find_policy(name: str) -> Path:
    """The file of a policy given as a path or as the name of a ready-made one.

    Raises:
        FileNotFoundError: neither; the message lists the ready-made ones.
    """
    path = Path(name).expanduser()
    if path.is_file():
        return path.resolve()
    ready = ready_made()
    if name in ready:
        return ready[name]
    known = ", ".join(ready)
    raise FileNotFoundError(f"there is no policy file {name}, and no ready-made policy of that name ({known})")


def ready_made() -> dict[str, Path]:
    """The ready-made policies by name."""
    return {file.stem: file for file in sorted(policies_dir().glob("*.yaml"))}


def petals_python(configured: Path | None = None) -> Path | None:
    """The interpreter of the Petals environment: configured, or `.venv-petals` beside the package or here."""
    if configured is not None:
        return configured
    for root in (Path(gateway.__file__).parent.parent, Path.cwd()):
        candidate = root / ".venv-petals" / "bin" / "python"
        if os.access(candidate, os.X_OK):
            return candidate
    return None
