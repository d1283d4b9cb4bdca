"""Does the steps that come in on stdin, one JSON object a line, and says what came of each on stdout."""

import asyncio
import inspect
import json
import os
import sys
from collections.abc import Callable
from typing import Any

CLEAN = "Why is the sky blue?"
SENSITIVE = "Write to my patient Maria Gonzalez, born 3 May 1961, about her biopsy."
KEY = "sk-anything"
# A question, what answers it, and something else.
TEXTS = ["query: Why is the sky blue?", "passage: Air scatters blue light.", "passage: The train leaves at noon."]


def serve(steps: dict[str, Any]) -> None:
    """Do what is asked for until stdin ends; `steps` are a module's functions."""
    # What libraries print must not get between the lines.
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    for line in sys.stdin:
        asked = json.loads(line)
        print(json.dumps(_outcome(steps[asked.pop("step")], asked)), file=answers, flush=True)


def _outcome(step: Callable[..., Any], arguments: dict[str, Any]) -> dict[str, Any]:
    try:
        value = step(**arguments)
        return {"value": asyncio.run(value) if inspect.iscoroutine(value) else value}
    except Exception as error:
        told = {name: getattr(error, name, None) for name in ("status_code", "code", "param")}
        return {"raised": {"type": type(error).__name__, "message": str(error), **told}}
