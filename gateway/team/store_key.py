"""The key that records are encrypted with: made once in the state directory, or given, where several machines share it.

Text: 32 bytes in base64, as `openssl rand -base64 32` prints them.
"""

from __future__ import annotations

import base64
import binascii
import contextlib
import os
import secrets
from collections.abc import Mapping
from pathlib import Path

from gateway.paths import make_private
from gateway.team.store import StoreError

KEY_BYTES = 32
_MAKE = "make one with `openssl rand -base64 32`, and give the same to all gateways"


def given_key(variable: str, environment: Mapping[str, str]) -> bytes:
    """The key in an environment variable.

    Raises:
        StoreError: there is none.
    """
    text = environment.get(variable, "")
    if not text.strip():
        raise StoreError(f"the environment variable {variable} (store_key_env) is not set; {_MAKE}")
    return _key(text, f"the environment variable {variable} (store_key_env)")


def key_in(file: Path) -> bytes:
    """The key in a file.

    Raises:
        StoreError: there is none.
    """
    try:
        return _key(file.read_text("ascii"), f"the file {file}")
    except OSError as error:
        raise StoreError(f"the store's key {file} can't be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise _no_key(f"the file {file}") from None


def own_key(file: Path) -> bytes:
    """The key in `file`, which is made, for its owner alone, if it is missing.

    Raises:
        StoreError: it can't be read or made.
    """
    if not file.exists():
        try:
            _make(file)
        except OSError as error:
            raise StoreError(f"the store's key {file} can't be made: {error.strerror}") from None
    return key_in(file)


def _make(file: Path) -> None:
    """Write it beside and link it: whoever comes second takes the first one's, and nobody reads half of it."""
    beside = make_private(file.parent) / f".{file.name}.{secrets.token_hex(8)}"
    try:
        with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as opened:
            opened.write(base64.b64encode(secrets.token_bytes(KEY_BYTES)) + b"\n")
            opened.flush()
            os.fsync(opened.fileno())
        with contextlib.suppress(FileExistsError):
            os.link(beside, file)
    finally:
        beside.unlink(missing_ok=True)


def _key(text: str, where: str) -> bytes:
    try:
        key = base64.b64decode(text.strip(), validate=True)
    except (binascii.Error, ValueError):
        raise _no_key(where) from None
    if len(key) != KEY_BYTES:
        raise _no_key(where)
    return key


def _no_key(where: str) -> StoreError:
    return StoreError(f"{where} holds no key of 32 bytes in base64; {_MAKE}")
