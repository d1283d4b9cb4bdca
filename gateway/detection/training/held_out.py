"""Which rows and frames are never trained on. Knows only their names."""

from __future__ import annotations

import hashlib

ONE_ROW_IN, ONE_FRAME_IN = 5, 10
"""Of how many rows of public sets, and frames, one is held out. What is held out as a frame would be as a row, too."""


def is_held_out(identifier: str, one_in: int = ONE_ROW_IN) -> bool:
    """Whether the row or frame with this identifier is kept for measuring: one in `one_in`."""
    return hashlib.sha256(identifier.encode()).digest()[0] % one_in == 0
