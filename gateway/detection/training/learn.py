"""The training loop: batches in, an encoder out; resumes from its last checkpoint.

Knows nothing of texts.
"""

from __future__ import annotations

import math
import random
import time
from collections.abc import Callable
from pathlib import Path

import torch
from torch import Tensor
from torch.nn import functional

from gateway.detection.training.batches import IGNORED, NOTHING_PRIVATE, Row, batches, tensors
from gateway.detection.training.corpus import TAGS
from gateway.detection.training.encoder import Encoder

PUBLIC_TAGS = [TAGS.index(name) for name in ("none", "public", "place", "organisation", "date")]
"""Tags of what is nothing private."""


def loss_of(model: Encoder, batch: list[Row]) -> tuple[Tensor, Tensor]:
    """Loss of the tags and of the topics, each averaged over what is known."""
    ids, mask, tags, topics, weights = tensors(batch)
    with torch.autocast("cpu", torch.bfloat16):
        tag_logits, topic_logits = model(ids, mask)
    logs = functional.log_softmax(tag_logits.float(), -1)
    exact = -logs.gather(-1, tags.clamp(min=0)[..., None])[..., 0]
    loose = -torch.logsumexp(logs[..., PUBLIC_TAGS], -1)
    losses = torch.where(tags == NOTHING_PRIVATE, loose, exact)
    known = (tags != IGNORED) * weights[:, None] * torch.where(tags > 0, 2.0, 1.0)
    tag_loss = (losses * known).sum() / known.sum().clamp(min=1.0)
    told = (topics >= 0).float()
    each = functional.binary_cross_entropy_with_logits(topic_logits.float(), topics.clamp(min=0), reduction="none")
    each, told = each * weights[:, None], told * weights[:, None]
    discloses = (each[:, 0] * told[:, 0]).sum() / told[:, 0].sum().clamp(min=1.0)
    # Of the topics few are true of any text: their mean is small, and counts as much as the first.
    named = (each[:, 1:] * told[:, 1:]).sum() / told[:, 1:].sum().clamp(min=1.0)
    return tag_loss, discloses + 5 * named


_HEADS = ("tags.", "hidden.", "topics.")
HEAD_RATE = 4.0
"""How much faster the heads learn, which start from nothing."""


def _groups(model: Encoder) -> list[dict[str, object]]:
    groups: dict[tuple[bool, bool], list[Tensor]] = {}
    for name, parameter in model.named_parameters():
        if parameter.requires_grad:
            groups.setdefault((name.startswith(_HEADS), parameter.ndim >= 2), []).append(parameter)
    return [
        {"params": parameters, "weight_decay": 0.01 if matrix else 0.0, "factor": HEAD_RATE if head else 1.0}
        for (head, matrix), parameters in groups.items()
    ]


def learn(
    model: Encoder,
    source: Callable[[int], list[Row]],
    *,
    epochs: int,
    rate: float,
    tokens: int,
    seconds: float = math.inf,
    seed: int,
    checkpoint: Path,
    report: Callable[[str], None],
) -> None:
    """Train `model` in place.

    Args:
        source: the rows of an epoch, by its number.
        rate: highest learning rate; it rises over the first 3% of the steps and falls to nothing.
        tokens: padded tokens in a batch.
        epochs: how often `source` is asked; the rate falls to nothing over them.
        seconds: the time to take at most; the rate falls with time where that is shorter.
        checkpoint: written every minute; if it is there, training goes on from it.
    """
    model.words.weight.requires_grad_(False)  # most of the parameters, and they know their words already
    optimizer = torch.optim.AdamW(_groups(model), lr=rate, betas=(0.9, 0.98))
    first, spent = 0, 0.0
    if checkpoint.exists():
        saved = torch.load(checkpoint, weights_only=True)
        model.load_state_dict(saved["model"])
        optimizer.load_state_dict(saved["optimizer"])
        first, spent = saved["epoch"], saved["spent"]
        report(f"going on at epoch {first}, {spent:.0f} s into training")
    model.train()
    begin = time.monotonic() - spent
    for epoch in range(first, epochs):
        rng = random.Random(seed + epoch)
        groups = list(batches(source(epoch), tokens, rng))
        mean_tag = mean_topic = 0.0
        for step, batch in enumerate(groups):
            elapsed = time.monotonic() - begin
            done = max((epoch + step / len(groups)) / epochs, elapsed / seconds)
            if done >= 1:
                return
            for group in optimizer.param_groups:
                group["lr"] = group["factor"] * rate * min(done / 0.03, 0.5 * (1 + math.cos(math.pi * done)) + 0.01)
            tag_loss, topic_loss = loss_of(model, batch)
            (tag_loss + topic_loss).backward()
            torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()
            optimizer.zero_grad(set_to_none=True)
            mean_tag += 0.02 * (tag_loss.item() - mean_tag)
            mean_topic += 0.02 * (topic_loss.item() - mean_topic)
            if step % 100 == 99:
                report(
                    f"epoch {epoch + 1} step {step + 1}/{len(groups)} {elapsed:.0f} s {100 * done:.0f}%"
                    f" tags {mean_tag:.4f} topics {mean_topic:.4f}"
                )
        state = {"model": model.state_dict(), "optimizer": optimizer.state_dict()}
        torch.save(state | {"epoch": epoch + 1, "spent": time.monotonic() - begin}, checkpoint)
