"""The encoder: a small BERT with two heads, one for tokens and one for the whole segment.

Written out instead of taken from a library so that its parameters and `graph` match one to one.
Knows nothing of texts; token numbers go in, logits come out.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional
from torch.nn.attention import SDPBackend, sdpa_kernel

from gateway.detection.training.base import Base


@dataclass(frozen=True, slots=True)
class Shape:
    """Sizes of an encoder."""

    words: int
    width: int = 384
    layers: int = 6
    heads: int = 12
    inner: int = 1536
    positions: int = 512
    tags: int = 10
    topics: int = 15
    epsilon: float = 1e-12


_FUSED_FROM = 128
"""Tokens from which on fused attention is the faster one, forwards and backwards, on a CPU."""


class Dropout(nn.Module):
    """Dropout whose masks are cut out of a pool of random numbers: drawing them is a tenth of a step on a CPU."""

    def __init__(self, share: float) -> None:
        super().__init__()
        self.share = share
        self._pool = torch.empty(0, dtype=torch.bfloat16)

    def forward(self, x: Tensor) -> Tensor:
        """`x` with `share` of its values set to 0 and the others raised to make up for them, while training."""
        if not self.training or self.share == 0:
            return x
        if len(self._pool) < 2 * x.numel():
            self._pool = ((torch.rand(4 * x.numel()) >= self.share) / (1 - self.share)).to(torch.bfloat16)
        at = int(torch.randint(len(self._pool) - x.numel(), ()))
        return x * self._pool[at : at + x.numel()].view(x.shape).to(x.dtype)


class Layer(nn.Module):
    """Self-attention and a feed-forward network, each with a residual and a normalisation after it."""

    def __init__(self, shape: Shape, dropout: float) -> None:
        super().__init__()
        self.heads = shape.heads
        self.query, self.key, self.value, self.out = (nn.Linear(shape.width, shape.width) for _ in range(4))
        self.up, self.down = nn.Linear(shape.width, shape.inner), nn.Linear(shape.inner, shape.width)
        self.norm1 = nn.LayerNorm(shape.width, shape.epsilon)
        self.norm2 = nn.LayerNorm(shape.width, shape.epsilon)
        self.dropout = Dropout(dropout)

    def forward(self, x: Tensor, mask: Tensor) -> Tensor:
        """`x`: (batch, tokens, width); `mask`: (batch, 1, 1, tokens), true where a token may be looked at."""
        batch, tokens, width = x.shape

        def split(part: nn.Linear) -> Tensor:
            heads: Tensor = part(x).view(batch, tokens, self.heads, width // self.heads).transpose(1, 2)
            return heads

        with sdpa_kernel([SDPBackend.FLASH_ATTENTION, SDPBackend.MATH] if tokens >= _FUSED_FROM else SDPBackend.MATH):
            mixed = functional.scaled_dot_product_attention(
                split(self.query), split(self.key), split(self.value), attn_mask=mask
            )
        mixed = self.out(mixed.transpose(1, 2).reshape(batch, tokens, width))
        x = self.norm1(x + self.dropout(mixed))
        inner = self.down(functional.gelu(self.up(x), approximate="tanh"))
        result: Tensor = self.norm2(x + self.dropout(inner))
        return result


class Encoder(nn.Module):
    """Token numbers to logits of tags and topics."""

    def __init__(self, shape: Shape, dropout: float = 0.1) -> None:
        super().__init__()
        self.shape = shape
        self.words = nn.Embedding(shape.words, shape.width)
        self.places = nn.Embedding(shape.positions, shape.width)
        self.norm = nn.LayerNorm(shape.width, shape.epsilon)
        self.layers = nn.ModuleList(Layer(shape, dropout) for _ in range(shape.layers))
        self.dropout = Dropout(dropout)
        self.tags = nn.Linear(shape.width, shape.tags)
        self.hidden = nn.Linear(2 * shape.width, shape.width)
        self.topics = nn.Linear(shape.width, shape.topics)

    def forward(self, ids: Tensor, mask: Tensor) -> tuple[Tensor, Tensor]:
        """Logits of tags (batch, tokens, tags) and topics (batch, topics).

        Args:
            ids: (batch, tokens) token numbers.
            mask: (batch, tokens), true for tokens that are no padding.
        """
        places = torch.arange(ids.shape[1], device=ids.device)
        x = self.dropout(self.norm(self.words(ids) + self.places(places)))
        wide = mask[:, None, None, :]
        for layer in self.layers:
            x = layer(x, wide)
        kept = mask[..., None]
        mean = (x * kept).sum(1) / kept.sum(1)
        top = x.masked_fill(~kept, -1e4).amax(1)
        hidden = functional.gelu(self.hidden(torch.cat([mean, top], -1)), approximate="tanh")
        return self.tags(self.dropout(x)), self.topics(self.dropout(hidden))


def from_base(base: Base, kept: list[int], chosen: list[int], *, tags: int, topics: int, dropout: float) -> Encoder:
    """An encoder that starts from the published one.

    Args:
        kept: numbers of the pieces that stay in the vocabulary, in their new order.
        chosen: numbers of the layers that are taken over.
    """
    shape = Shape(
        len(kept), base.width, len(chosen), base.heads, base.inner, base.positions, tags, topics, base.epsilon
    )
    model = Encoder(shape, dropout)
    source = base.tensors
    state = model.state_dict()
    state["words.weight"] = torch.tensor(source["emb.word"][kept])
    state["places.weight"] = torch.tensor(source["emb.pos"] + source["emb.type"][: base.width])
    state["norm.weight"], state["norm.bias"] = torch.tensor(source["emb.ln.w"]), torch.tensor(source["emb.ln.b"])
    names = {"query": "q", "key": "k", "value": "v", "out": "ao", "up": "fi", "down": "fo"}
    for index, layer in enumerate(chosen):
        for ours, theirs in names.items():
            state[f"layers.{index}.{ours}.weight"] = torch.tensor(source[f"l{layer}.{theirs}.w"])
            state[f"layers.{index}.{ours}.bias"] = torch.tensor(source[f"l{layer}.{theirs}.b"])
        for ours, theirs in (("norm1", "aln"), ("norm2", "oln")):
            state[f"layers.{index}.{ours}.weight"] = torch.tensor(source[f"l{layer}.{theirs}.w"])
            state[f"layers.{index}.{ours}.bias"] = torch.tensor(source[f"l{layer}.{theirs}.b"])
    model.load_state_dict(state)
    return model
