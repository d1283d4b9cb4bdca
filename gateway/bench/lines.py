"""A worker's side of its line to the bench: one JSON object comes in, one goes out.

Standard library only, because a worker may run in the Petals environment. Knows nothing of the work.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from typing import Any, BinaryIO

Handler = Callable[[dict[str, Any]], dict[str, Any]]


def claim_stdout() -> BinaryIO:
    """The line's way out. What else prints to stdout goes to stderr from now on."""
    out = os.fdopen(os.dup(1), "wb", buffering=0)
    os.dup2(2, 1)
    return out


def say(out: BinaryIO, message: dict[str, Any]) -> None:
    """Send one object."""
    out.write(json.dumps(message).encode("ascii") + b"\n")


def answer(out: BinaryIO, handle: Handler) -> None:
    """Answer each object that comes in with what `handle` makes of it, until there are no more.

    What `handle` raises is sent as ``{"error": sentence}``.
    """
    for line in sys.stdin.buffer:
        try:
            reply = handle(json.loads(line))
        except Exception as error:
            reply = {"error": f"{type(error).__name__}: {error}"}
        say(out, reply)
