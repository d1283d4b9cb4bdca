"""What goes wrong with a store, whichever it is. Knows nothing of what is kept."""

from __future__ import annotations


class StoreError(Exception):
    """The store can't be used; the message says what to do about it."""


class StoreUnreachable(StoreError):
    """The store does not answer now; it may answer later."""
