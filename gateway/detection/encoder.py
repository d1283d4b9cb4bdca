"""Runs the model that ships with this package: a text in, what each piece of it is, and what it discloses.

The model is a small multilingual encoder with two heads, trained by `gateway.detection.train`; its card
is `model/README.md`. Texts of any length are passed through it in overlapping stretches. Knows nothing
of entity types or thresholds.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnxruntime
from numpy.typing import NDArray
from tokenizers import Tokenizer

from gateway.detection.findings import DetectionError

MODEL = Path(__file__).parent / "model"
"""Where the model's files are; they are part of the package."""
WINDOW = 254
"""Pieces in one pass, <s> and </s> left out: as many as in training."""
OVERLAP = 48
"""Pieces that two passes share; each is judged where it stands further from an edge."""
_BEGIN, _END, _UNKNOWN = 0, 2, 3

Array = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Read:
    """What the model says of a text.

    Attributes:
        offsets: (start, end) of each piece in the text; white space before it may belong to it.
        tags: (pieces, tags) probabilities.
        stretches: (start, end) in the text of each pass.
        topics: (passes, 1 + topics) probabilities: whether anything is disclosed, then each topic.
    """

    offsets: list[tuple[int, int]]
    tags: Array
    stretches: list[tuple[int, int]]
    topics: Array


def passes(count: int) -> Iterator[tuple[int, int, int, int]]:
    """Start and end of each pass over `count` pieces, and of those that are judged in it."""
    start = judged = 0
    while judged < count:
        end = min(start + WINDOW, count)
        until = count if end == count else end - OVERLAP // 2
        yield start, end, judged, until
        start, judged = end - OVERLAP, until


class Encoder:
    """The model, loaded. Any number of threads may call it.

    Args:
        directory: holds `model.json` and the files that it names.

    Raises:
        DetectionError: a file is missing or is not the one that belongs to this version.
    """

    def __init__(self, directory: Path = MODEL, *, threads: int = 1) -> None:
        about = json.loads(self._file(directory, "model.json"))
        files = {name: self._file(directory, name) for name in about["files"]}
        for name, digest in about["files"].items():
            if hashlib.sha256(files[name]).hexdigest() != digest:
                raise DetectionError(f"{directory / name} is not the model file this version was made for")
        self.tags: tuple[str, ...] = tuple(about["tags"])
        self.topics: tuple[str, ...] = tuple(about["topics"])
        self.digest: str = about["files"]["sepal.onnx"]
        self._curve = np.array(about["calibration"]["disclosed"], np.float64)
        self._temperature = float(about["calibration"]["tags"])
        self.spans = {name: np.array(knots, np.float64) for name, knots in about["calibration"]["spans"].items()}
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        self._session = onnxruntime.InferenceSession(files["sepal.onnx"], options, providers=["CPUExecutionProvider"])
        self._tokenizer = Tokenizer.from_buffer(files["tokenizer.json"])

    @staticmethod
    def _file(directory: Path, name: str) -> bytes:
        try:
            return (directory / name).read_bytes()
        except OSError as error:
            reason = error.strerror or "unreadable"
            raise DetectionError(f"the detection model is incomplete: {directory / name}: {reason}") from None

    def read(self, text: str) -> Read:
        """What each piece of `text` is, and what each stretch discloses."""
        encoding = self._tokenizer.encode(text, add_special_tokens=False)
        ids, offsets = encoding.ids, encoding.offsets
        # Of several unknown pieces in a row (scripts that are not served) one is kept.
        if _UNKNOWN in ids:
            kept = [i for i, piece in enumerate(ids) if piece != _UNKNOWN or i == 0 or ids[i - 1] != _UNKNOWN]
            ids, offsets = [ids[i] for i in kept], [offsets[i] for i in kept]
        tags, topics, stretches = [], [], []
        for start, end, first, until in passes(len(ids)):
            numbers = np.array([[_BEGIN, *ids[start:end], _END]], dtype=np.int64)
            feed = {
                "ids": numbers,
                "positions": np.arange(numbers.shape[1], dtype=np.int64)[None],
                "mask": np.ones(numbers.shape, np.int32),
            }
            tag_logits, topic_logits = self._session.run(None, feed)
            tags.append(tag_logits[0, first - start + 1 : until - start + 1])
            topics.append(topic_logits[0])
            stretches.append((offsets[start][0], offsets[end - 1][1]))
        if not tags:
            empty = np.zeros((0, len(self.tags)), np.float32)
            return Read([], empty, [], np.zeros((0, 1 + len(self.topics)), np.float32))
        logits = np.stack(topics)
        cooled = (np.concatenate(tags) / self._temperature).astype(np.float32)
        disclosed = (1 / (1 + np.exp(-logits))).astype(np.float32)
        disclosed[:, 0] = np.interp(logits[:, 0], self._curve[:, 0], self._curve[:, 1])
        return Read(offsets, _softmax(cooled), stretches, disclosed)


def _softmax(logits: Array) -> Array:
    exponentials = np.exp(logits - logits.max(axis=-1, keepdims=True))
    probabilities: Array = exponentials / exponentials.sum(axis=-1, keepdims=True)
    return probabilities
