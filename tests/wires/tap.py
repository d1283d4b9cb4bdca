"""Reads the tapped wires as a stranger would: hidden states back to text, encoded text to plain.

Knows the public weights and the tokenizer, as everybody does; nothing of what was sent.
"""

from __future__ import annotations

import base64
import re
import struct
import urllib.parse
from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from safetensors import safe_open
from tokenizers import Tokenizer

# A part of a secret that is as long as this betrays it, and comes up nowhere by chance.
TELLING = 10


class Tap:
    """What went over the wires into `out`, and the public weights that turn it into text.

    Attributes:
        tokens, exact: how many hidden states were turned into text, and how many of those are a row
            of the embedding to the last bit.
    """

    def __init__(self, out: Path, checkpoint: Path) -> None:
        self._out = out
        self._tokenizer = Tokenizer.from_file(str(checkpoint / "tokenizer.json"))
        self._embedding = _embedding(checkpoint)
        self._tokens = {row.tobytes(): token for token, row in enumerate(self._embedding)}
        self.tokens = self.exact = 0

    def connections(self) -> list[bytes]:
        """Every byte that entered the bridge, by connection, the oldest first."""
        files = sorted(self._out.glob("bridge-*.bin"), key=lambda file: file.stat().st_mtime_ns)
        return [file.read_bytes() for file in files]

    def bridge(self) -> list[str]:
        """The same as text."""
        return [data.decode("utf-8", "replace") for data in self.connections()]

    def server(self) -> list[str]:
        """The text of each call that entered the first server, by the embedding's nearest rows."""
        calls: dict[bytes, list[int]] = {}
        self.tokens = self.exact = 0
        for name, rows in self._hidden():
            calls.setdefault(name, []).extend(self._nearest(rows))
        return [self._tokenizer.decode(tokens, skip_special_tokens=False) for tokens in calls.values()]

    def _hidden(self) -> Iterator[tuple[bytes, NDArray[np.float32]]]:
        for file in sorted(self._out.glob("hidden-*.bin")):
            data, at = file.read_bytes(), 0
            while at + 24 <= len(data):
                rows, columns = struct.unpack_from("<ii", data, at + 16)
                end = at + 24 + rows * columns * 4
                if end > len(data):
                    break  # the process was killed in the middle of it
                if columns == self._embedding.shape[1]:
                    values = np.frombuffer(data, np.float32, rows * columns, at + 24).reshape(rows, columns)
                    yield data[at : at + 16], values
                at = end

    def _nearest(self, rows: NDArray[np.float32]) -> list[int]:
        self.tokens += len(rows)
        found = []
        for row in rows:
            token = self._tokens.get(row.tobytes())
            if token is None:
                token = int(np.argmin(((self._embedding - row) ** 2).sum(axis=1)))
            else:
                self.exact += 1
            found.append(token)
        return found


def _embedding(checkpoint: Path) -> NDArray[np.float32]:
    """The rows that tokens become before they travel."""
    for file in sorted(checkpoint.glob("*.safetensors")):
        with safe_open(str(file), framework="numpy") as tensors:
            if "model.embed_tokens.weight" in tensors.keys():  # noqa: SIM118 - no mapping
                return np.ascontiguousarray(tensors.get_tensor("model.embed_tokens.weight"), dtype=np.float32)
    raise AssertionError("the checkpoint has no embedding")


def plain(texts: Iterable[str]) -> list[str]:
    """`texts` in lower case, each also with its escapes, percent signs and base64 undone."""
    readings = []
    for text in texts:
        unescaped = unescape(unescape(text))
        readings += [text, unescaped, urllib.parse.unquote_plus(unescaped), *_unpacked(unescaped)]
    return [reading.lower() for reading in readings]


def unescape(text: str) -> str:
    """JSON's ``\\uXXXX`` as the characters that they stand for."""
    return re.sub(r"\\+u([0-9a-fA-F]{4})", lambda escape: chr(int(escape[1], 16)), text)


def _unpacked(text: str) -> Iterator[str]:
    """What runs of base64 letters hold, wherever in them it begins."""
    for run in re.findall(r"[A-Za-z0-9+/_-]{16,}", text):
        letters = run.translate(str.maketrans("-_", "+/"))
        for start in range(4):
            whole = letters[start : start + (len(letters) - start) // 4 * 4]
            yield base64.b64decode(whole).decode("latin-1")


def telling_parts(secret: str) -> list[str]:
    """Every part of `secret` that gives it away, in lower case."""
    text = secret.lower()
    return [text[at : at + TELLING] for at in range(max(1, len(text) - TELLING + 1))]


def betrayed(secrets: Iterable[str], readings: Iterable[str]) -> list[str]:
    """Those of `secrets` of which a telling part stands in one of `readings` (made by `plain`)."""
    everything = "\n".join(readings)
    return [secret for secret in secrets if any(part in everything for part in telling_parts(secret))]
