"""The words of which made-up values and names are put together, read from `words.yaml`."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import yaml

WORDS: Any = SimpleNamespace(**yaml.safe_load(Path(__file__).with_name("words.yaml").read_text(encoding="utf-8")))
"""Each list of words by its name."""
