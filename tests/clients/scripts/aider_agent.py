"""aider's command."""

import os
from pathlib import Path
from typing import Any

from aider.main import main
from steps import KEY, serve

OPTIONS = ["--model", "openai/auto", "--edit-format", "whole", "--map-tokens", "0", "--yes-always", "--no-git"]
# It would ask whether there is a newer version, and for what models cost.
OPTIONS += [
    "--no-check-update",
    "--analytics-disable",
    "--no-show-model-warnings",
    "--no-show-release-notes",
    "--no-pretty",
]


def edited(base_url: str, message: str) -> Any:
    """Let it change greeting.py; what is in it then."""
    os.environ |= {"OPENAI_API_BASE": base_url, "OPENAI_API_KEY": KEY}
    file = Path("greeting.py")
    file.write_text('print("good morning")\n')
    assert not main([*OPTIONS, "--message", message, str(file)])
    return file.read_text()


serve(globals())
