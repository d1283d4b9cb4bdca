"""Examples as arrays of token numbers and targets, in batches of about equal cost.

Knows nothing of how examples are made or learned.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
import torch
from tokenizers import Tokenizer
from torch import Tensor

from gateway.detection.training.corpus import TAGS, Example
from gateway.detection.training.frames import TOPICS
from gateway.detection.training.sets import REST

LONGEST = 254
"""Tokens of an example, <s> and </s> left out; longer ones are cut at a random place."""
IGNORED, NOTHING_PRIVATE = -100, -2
"""Targets of tokens: not known; nothing private, but what is not known."""
BEGIN, PADDING, END = 0, 1, 2


@dataclass(frozen=True, slots=True)
class Row:
    """One example in numbers.

    Attributes:
        ids, tags: (tokens,) token numbers and targets.
        topics: (1 + topics,) whether anything is disclosed, then each of `TOPICS`; -1 is not known.
    """

    ids: np.ndarray
    tags: np.ndarray
    topics: np.ndarray
    weight: float


def _targets(example: Example, offsets: list[tuple[int, int]]) -> np.ndarray:
    if example.spans is None:
        return np.full(len(offsets), IGNORED, np.int16)
    letters = np.zeros(len(example.text) + 1, np.int16)
    for start, end, tag in example.spans:
        letters[start:end] = NOTHING_PRIVATE if tag == REST else TAGS.index(tag)
    # A piece may begin with the space before it: its last character says what it is.
    return np.array([letters[max(end - 1, 0)] for _, end in offsets], np.int16)


def _topics(example: Example) -> np.ndarray:
    first = -1.0 if example.discloses is None else float(example.discloses)
    if example.discloses is False:
        return np.zeros(1 + len(TOPICS), np.float32)
    if example.topics is None:
        return np.array([first] + [-1.0] * len(TOPICS), np.float32)
    return np.array([first] + [float(topic in example.topics) for topic in TOPICS], np.float32)


def rows(tokenizer: Tokenizer, examples: Iterable[Example], rng: random.Random) -> Iterator[Row]:
    """Examples as rows; what is longer than `LONGEST` is cut to a random stretch of it."""
    for example in examples:
        encoding = tokenizer.encode(example.text, add_special_tokens=False)
        ids, offsets = encoding.ids, encoding.offsets
        if not ids:
            continue
        start = rng.randrange(len(ids) - LONGEST + 1) if len(ids) > LONGEST else 0
        part = slice(start, start + LONGEST)
        tags = _targets(example, offsets)[part]
        numbers = np.array([BEGIN, *ids[part], END], np.int32)
        yield Row(
            numbers, np.concatenate([[IGNORED], tags, [IGNORED]]).astype(np.int16), _topics(example), example.weight
        )


def batches(source: list[Row], tokens: int, rng: random.Random) -> Iterator[list[Row]]:
    """Every row once: neighbours in length together, about `tokens` padded tokens in a batch, in random order."""
    order = sorted(source, key=lambda row: len(row.ids) + rng.random() * 8)
    groups: list[list[Row]] = []
    for row in order:
        if not groups or len(row.ids) * (len(groups[-1]) + 1) > tokens:
            groups.append([])
        groups[-1].append(row)
    rng.shuffle(groups)
    yield from groups


def tensors(batch: list[Row]) -> tuple[Tensor, Tensor, Tensor, Tensor, Tensor]:
    """ids, mask, tags (batch, tokens), topics (batch, 1 + topics) and weights (batch,)."""
    longest = max(len(row.ids) for row in batch)
    ids = np.full((len(batch), longest), PADDING, np.int64)
    tags = np.full((len(batch), longest), IGNORED, np.int64)
    for index, row in enumerate(batch):
        ids[index, : len(row.ids)] = row.ids
        tags[index, : len(row.tags)] = row.tags
    topics = torch.tensor(np.stack([row.topics for row in batch]))
    weights = torch.tensor([row.weight for row in batch])
    return torch.tensor(ids), torch.tensor(ids != PADDING), torch.tensor(tags), topics, weights
