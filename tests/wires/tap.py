"""Reads the tapped wires as a server of the swarm would: hidden states back to the text."""

from __future__ import annotations

import struct
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from safetensors import safe_open
from tokenizers import Tokenizer


class Tap:
    """What went over the wires into `out`, and the public weights that turn it into text."""

    def __init__(self, out: Path, checkpoint: Path) -> None:
        self._out = out
        self._tokenizer = Tokenizer.from_file(str(checkpoint / "tokenizer.json"))
        self._rows: dict[bytes, int] = {}
        self._embedding = self._load(checkpoint)
        for token, row in enumerate(self._embedding):
            self._rows.setdefault(row.tobytes(), token)
        self.tokens = 0

    @staticmethod
    def _load(checkpoint: Path) -> NDArray[np.float32]:
        for file in sorted(checkpoint.glob("*.safetensors")):
            with safe_open(str(file), framework="numpy") as tensors:
                if "model.embed_tokens.weight" in tensors.keys():  # noqa: SIM118 - no mapping
                    return np.ascontiguousarray(tensors.get_tensor("model.embed_tokens.weight"), dtype=np.float32)
        raise AssertionError("the checkpoint has no embedding")

    def bridge(self) -> str:
        """Every byte that entered the bridge."""
        path = self._out / "bridge.bin"
        return path.read_bytes().decode("utf-8", "replace") if path.exists() else ""

    def server(self) -> list[str]:
        """The text of each hidden state that entered the first server, by the nearest embedding row."""
        texts = []
        for file in sorted(self._out.glob("hidden-*.bin")):
            data, at = file.read_bytes(), 0
            while at < len(data):
                rows, columns = struct.unpack_from("<ii", data, at)
                values = np.frombuffer(data, np.float32, rows * columns, at + 8).reshape(rows, columns)
                at += 8 + rows * columns * 4
                texts.append(self._tokenizer.decode([self._token(row) for row in values], skip_special_tokens=False))
                self.tokens += rows
        return texts

    def _token(self, row: NDArray[np.float32]) -> int:
        exact = self._rows.get(row.tobytes())
        if exact is not None:
            return exact
        return int(np.argmin(((self._embedding - row) ** 2).sum(axis=1)))
