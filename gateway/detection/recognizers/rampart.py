"""Names, addresses and numbers in alphabetic scripts, by the Rampart token tagger.

The model: "Rampart" by National Design Studio (CC BY 4.0), a six-layer BERT of 15 MB for ONNX.
This module cuts text into windows for it and turns its tags into entities; it downloads nothing.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
from numpy.typing import NDArray
from tokenizers import Tokenizer

from gateway.detection.findings import DetectionError
from gateway.detection.presidio import EntityRecognizer, RecognizerResult
from gateway.detection.recognizers.plausible import MADE, Tagged, plausible
from gateway.detection.recognizers.rule import result

FILES = {
    "onnx/model_q4.onnx": "9f27d24949b0581701071ea5ef522d77ccd3f50c525cc91eac4d265b0fc2afe5",
    "tokenizer.json": "ec87d41d85cbf02128ec0e5f577b805a326b06bb2947ef2752e67a98a42819f9",
    "config.json": "4f580895a8d5b40c0c61fef61bbbfe129a6d755e5212991b429e5fd141284edd",
}
"""The model's files below its directory, with their SHA-256."""

WINDOW = 254
"""Tokens in one pass, [CLS] and [SEP] left out; a token costs least at 100 to 250 (measured)."""
OVERLAP = 32
"""Tokens that two passes share; each is judged in the pass where it stands further from the edge."""

# Presidio's name where it has one. Addresses of mail and web are left to rules, which miss none.
_KINDS = {
    "GIVEN_NAME": "PERSON",
    "SURNAME": "PERSON",
    "PHONE": "PHONE_NUMBER",
    "TAX_ID": "TAX_ID",
    "BANK_ACCOUNT": "BANK_ACCOUNT",
    "ROUTING_NUMBER": "BANK_ACCOUNT",
    "GOVERNMENT_ID": "GOVERNMENT_ID",
    "PASSPORT": "PASSPORT",
    "DRIVERS_LICENSE": "DRIVER_LICENSE",
    "BUILDING_NUMBER": "STREET_ADDRESS",
    "STREET_NAME": "STREET_ADDRESS",
    "SECONDARY_ADDRESS": "STREET_ADDRESS",
    "CITY": "LOCATION",
    "STATE": "LOCATION",
    "ZIP_CODE": "ZIP_CODE",
}
_GAPS = {"PERSON": " .'’-", "STREET_ADDRESS": " ,.\n#-", "LOCATION": " ,.-'’"}
_LONGEST_GAP = 3


def _verified(directory: Path) -> dict[str, bytes]:
    files = {}
    for name, expected in FILES.items():
        try:
            files[name] = (directory / name).read_bytes()
        except OSError as error:
            reason = error.strerror or "unreadable"
            raise DetectionError(f"the Rampart model is incomplete: {directory / name}: {reason}") from None
        if hashlib.sha256(files[name]).hexdigest() != expected:
            raise DetectionError(f"{directory / name} is not the model file this version was made for")
    return files


def _passes(count: int) -> Iterator[tuple[int, int, int, int]]:
    """Start and end of each pass, and of the tokens that are judged in it."""
    start = judged = 0
    while judged < count:
        end = min(start + WINDOW, count)
        until = count if end == count else end - OVERLAP // 2
        yield start, end, judged, until
        start, judged = end - OVERLAP, until


class RampartRecognizer(EntityRecognizer):  # type: ignore[misc, unused-ignore]
    """Presidio recognizer around the model in a directory.

    Args:
        directory: holds `FILES`.
        threads: threads inside one pass; passes of several callers run side by side anyway.

    Raises:
        DetectionError: a file is missing or is not the one expected.
    """

    def __init__(self, directory: Path, *, threads: int = 1) -> None:
        self._directory = directory
        self._threads = threads
        super().__init__(
            supported_entities=sorted({*_KINDS.values(), *MADE}), name="Rampart", supported_language="any", version="1"
        )

    def load(self) -> None:
        """Read the model; called once by Presidio's constructor."""
        files = _verified(self._directory)
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = self._threads
        options.inter_op_num_threads = 1
        self._session = onnxruntime.InferenceSession(
            files["onnx/model_q4.onnx"], options, providers=["CPUExecutionProvider"]
        )
        self._tokenizer = Tokenizer.from_buffer(files["tokenizer.json"])
        self._tokenizer.encode_special_tokens = True  # "[SEP]" in a text is text
        names: dict[str, str] = json.loads(files["config.json"])["id2label"]
        self._labels = list(dict.fromkeys(names[str(index)].split("-")[-1] for index in range(len(names))))
        self._label_of_tag = [self._labels.index(names[str(index)].split("-")[-1]) for index in range(len(names))]
        self._edges = [self._tokenizer.token_to_id(name) for name in ("[CLS]", "[SEP]", "[UNK]")]

    def analyze(self, text: str, entities: list[str], nlp_artifacts: Any = None) -> list[RecognizerResult]:
        """Presidio's interface. Text of any length; cost grows linearly with it."""
        ids, offsets, word_ids = self._tokens(text)
        if not ids:
            return []
        probabilities = self._probabilities(ids)
        words = self._words(text, offsets, word_ids, probabilities)
        found = plausible(text, self._entities(text, words))
        return [result(self, item.kind, item.start, item.end, item.score) for item in found if item.kind in entities]

    def _tokens(self, text: str) -> tuple[list[int], list[tuple[int, int]], list[int | None]]:
        """Token ids, spans and words. Of several unknown tokens in a row (other scripts) one is kept."""
        encoding = self._tokenizer.encode(text, add_special_tokens=False)
        unknown = self._edges[2]
        ids, offsets, word_ids = encoding.ids, encoding.offsets, encoding.word_ids
        kept = [i for i, token in enumerate(ids) if token != unknown or i == 0 or ids[i - 1] != unknown]
        return [ids[i] for i in kept], [offsets[i] for i in kept], [word_ids[i] for i in kept]

    def _probabilities(self, ids: list[int]) -> NDArray[np.float32]:
        """Probability of each label (begin and inside together) for each token."""
        cls, sep, _ = self._edges
        rows = []
        for start, end, first, until in _passes(len(ids)):
            batch = np.array([[cls, *ids[start:end], sep]], dtype=np.int64)
            feed = {
                "input_ids": batch,
                "attention_mask": np.ones_like(batch),
                "token_type_ids": np.zeros_like(batch),
            }
            logits = self._session.run(None, feed)[0][0]
            rows.append(logits[first - start + 1 : until - start + 1])
        logits = np.concatenate(rows)
        exponentials = np.exp(logits - logits.max(axis=-1, keepdims=True))
        tags = exponentials / exponentials.sum(axis=-1, keepdims=True)
        labels = np.zeros((len(ids), len(self._labels)), dtype=np.float32)
        np.add.at(labels.T, self._label_of_tag, tags.T)
        return labels

    def _words(
        self, text: str, offsets: list[tuple[int, int]], word_ids: list[int | None], probabilities: NDArray[np.float32]
    ) -> Iterator[Tagged]:
        """The words that are something, each judged by the mean over its pieces."""
        starts = [i for i, word in enumerate(word_ids) if i == 0 or word != word_ids[i - 1]]
        counts = np.diff([*starts, len(word_ids)])
        means = np.add.reduceat(probabilities, starts, axis=0) / counts[:, None]
        best = means.argmax(axis=1)
        for index, label in enumerate(best):
            kind = _KINDS.get(self._labels[label])
            if kind is None:
                continue
            same = [i for i, name in enumerate(self._labels) if _KINDS.get(name) == kind]
            first, last = starts[index], starts[index] + int(counts[index]) - 1
            score = float(means[index, same].sum())
            yield Tagged(offsets[first][0], offsets[last][1], kind, {self._labels[label]}, score)

    @staticmethod
    def _entities(text: str, words: Iterator[Tagged]) -> list[Tagged]:
        """Neighbouring words of one kind, joined."""
        found: list[Tagged] = []
        for word in words:
            if found and word.kind == found[-1].kind and _joined(text, found[-1], word):
                found[-1].append(word)
            else:
                found.append(word)
        return found


def _joined(text: str, left: Tagged, right: Tagged) -> bool:
    gap = text[left.end : right.start]
    return len(gap) <= _LONGEST_GAP and all(character in _GAPS.get(left.kind, " -.()+/@_") for character in gap)
