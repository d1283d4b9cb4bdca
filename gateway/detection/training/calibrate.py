"""Makes the model's probabilities honest: a 0.8 shall be right eight times in ten on what it has not seen.

Fits one temperature for the tags and a scale and shift for "anything is disclosed" (Platt, 1999) on
examples that were held out, and tells how far off the result is. Works on what the exported model says,
rounding included.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from gateway.detection.training.batches import IGNORED, NOTHING_PRIVATE, Row

Array = NDArray[np.float64]
BINS = 10


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


def platt(answers: Answers) -> tuple[float, float]:
    """Scale and shift of the logit of "anything is disclosed"; both answers weigh the same.

    Newton's method on the logistic loss.
    """
    x = np.stack([answers.discloses, np.ones_like(answers.discloses)], 1)
    y = answers.disclosed
    weight = np.where(y > 0, 0.5 / y.sum(), 0.5 / (1 - y).sum())
    beta = np.array([1.0, 0.0])
    for _ in range(200):
        p = 1 / (1 + np.exp(-np.clip(x @ beta, -30, 30)))
        gradient = x.T @ (weight * (p - y))
        hessian = (x * (weight * p * (1 - p))[:, None]).T @ x + 1e-6 * np.eye(2)
        step = np.linalg.solve(hessian, gradient)
        beta = beta - step * min(1.0, 0.5 / max(float(np.abs(step).max()), 1e-12))  # far steps would overshoot
    return float(beta[0]), float(beta[1])


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
