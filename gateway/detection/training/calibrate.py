"""Makes the model's probabilities honest: a 0.8 shall be right eight times in ten on what it has not seen.

Fits one temperature for the tags, and rising curves for what is found and for "anything is disclosed" (isotonic
regression, Zadrozny and Elkan, 2002) on examples that were held out, and tells how far off the result is on those that
a curve was not fitted to. Works on what the exported model says, rounding included.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from gateway.detection.encoder import Encoder
from gateway.detection.recognizers.own_model import ENTITY_OF_TAG, OwnModelRecognizer
from gateway.detection.training.batches import IGNORED, NOTHING_PRIVATE, Row
from gateway.detection.training.corpus import Example

Array = NDArray[np.float64]
BINS = 10
_LEAST_POOLED = 60
_LEAST_FOUND = 5 * _LEAST_POOLED


@dataclass(frozen=True, slots=True)
class Answers:
    """What the exported model says of held-out rows.

    Attributes:
        tags: (pieces, tags) logits of those pieces whose tag is known.
        truth: (pieces,) their tags.
        discloses: (rows,) logits.
        disclosed: (rows,) 0 or 1.
    """

    tags: Array
    truth: NDArray[np.int64]
    discloses: Array
    disclosed: Array


def ask(model: Path, rows: Sequence[Row]) -> Answers:
    """Run the exported model over `rows`, one at a time as in use."""
    session = onnxruntime.InferenceSession(str(model), providers=["CPUExecutionProvider"])
    tags, truth, discloses, disclosed = [], [], [], []
    for row in rows:
        shape = (1, len(row.ids))
        feed = {
            "ids": row.ids[None].astype(np.int64),
            "positions": np.arange(shape[1], dtype=np.int64)[None],
            "mask": np.ones(shape, np.int32),
        }
        tag_logits, topic_logits = session.run(None, feed)
        known = (row.tags != IGNORED) & (row.tags != NOTHING_PRIVATE)
        tags.append(tag_logits[0][known])
        truth.append(row.tags[known].astype(np.int64))
        if row.topics[0] >= 0:
            discloses.append(float(topic_logits[0, 0]))
            disclosed.append(float(row.topics[0]))
    return Answers(
        np.concatenate(tags).astype(np.float64), np.concatenate(truth), np.array(discloses), np.array(disclosed)
    )


def temperature(answers: Answers) -> float:
    """The temperature at which the tags are most likely."""

    def surprise(value: float) -> float:
        scaled = answers.tags / value
        top = scaled.max(-1)
        logs = scaled[np.arange(len(scaled)), answers.truth] - top - np.log(np.exp(scaled - top[:, None]).sum(-1))
        return float(-logs.mean())

    return float(min(np.geomspace(0.5, 3.0, 61), key=surprise))


def curve(scores: Array, truth: Array) -> list[tuple[float, float]]:
    """(score, probability), both rising; between two of them it is a straight line.

    Neighbours are pooled until shares rise (pool adjacent violators) and each has `_LEAST_POOLED` texts.
    """
    order = np.argsort(scores, kind="stable")
    pools: list[list[float]] = []  # sum of scores, of truth, count
    for score, true in zip(scores[order], truth[order], strict=True):
        pools.append([float(score), float(true), 1.0])
        while len(pools) > 1 and (
            pools[-2][2] < _LEAST_POOLED or pools[-2][1] / pools[-2][2] >= pools[-1][1] / pools[-1][2]
        ):
            last = pools.pop()
            pools[-1] = [one + other for one, other in zip(pools[-1], last, strict=True)]
    if len(pools) > 1 and pools[-1][2] < _LEAST_POOLED:
        last = pools.pop()
        pools[-1] = [one + other for one, other in zip(pools[-1], last, strict=True)]
    # Nothing is certain: half a text of the other answer is added to each pool.
    return [(total / count, (true + 0.5) / (count + 1)) for total, true, count in pools]


def probability(scores: Array, knots: Sequence[tuple[float, float]]) -> Array:
    """What `curve` says of scores; beyond its ends what it says there."""
    return np.interp(scores, [score for score, _ in knots], [share for _, share in knots])


def unseen(scores: Array, truth: Array) -> Array:
    """The probability of each score by a curve that was fitted to the other half of them."""
    said = np.empty_like(scores)
    half = np.arange(len(said)) % 2 == 0
    for given, asked in ((half, ~half), (~half, half)):
        said[asked] = probability(scores[asked], curve(scores[given], truth[given]))
    return said


@dataclass(frozen=True, slots=True)
class Spans:
    """What the recognizer around the exported model finds in held-out texts.

    Attributes:
        score: (found,) as it gives them.
        right: (found,) 1 where most of what was found is what it was taken for, else 0.
    """

    score: Array
    right: Array


def find(directory: Path, examples: Sequence[Example]) -> dict[str, Spans]:
    """Entity type → what is found of it in `examples` by the model in `directory`."""
    recognizer = OwnModelRecognizer(Encoder(directory))
    found: dict[str, list[tuple[float, float]]] = {entity: [] for entity in ENTITY_OF_TAG.values()}
    for example in examples:
        if example.spans is None:
            continue
        for item in recognizer.analyze(example.text, list(found)):
            inside = sum(
                max(0, min(end, item.end) - max(start, item.start))
                for start, end, tag in example.spans
                if ENTITY_OF_TAG.get(tag) == item.entity_type
            )
            found[item.entity_type].append((item.score, float(2 * inside >= item.end - item.start)))
    return {
        entity: Spans(np.array([score for score, _ in pairs]), np.array([right for _, right in pairs]))
        for entity, pairs in found.items()
        if len(pairs) >= _LEAST_FOUND
    }


def reliability(probability: Array, truth: Array) -> list[tuple[float, float, int]]:
    """(mean probability, share that is true, count) of each tenth of the scale that is not empty."""
    index = np.minimum((probability * BINS).astype(int), BINS - 1)
    return [
        (float(probability[index == i].mean()), float(truth[index == i].mean()), int((index == i).sum()))
        for i in range(BINS)
        if (index == i).any()
    ]


def error(bins: list[tuple[float, float, int]]) -> float:
    """Expected calibration error: the mean distance between what is said and what is true."""
    total = sum(count for _, _, count in bins)
    return sum(abs(said - true) * count for said, true, count in bins) / max(total, 1)
