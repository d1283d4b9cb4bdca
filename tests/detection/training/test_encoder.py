"""The encoder as it is trained: its dropout, and that short and long texts go the same way."""

from __future__ import annotations

import pytest

torch = pytest.importorskip("torch")

from gateway.detection.training.encoder import Dropout, Encoder, Shape  # noqa: E402

SMALL = Shape(50, width=24, layers=2, heads=3, inner=32, positions=300)


def test_dropout_zeroes_its_share_and_keeps_the_mean() -> None:
    torch.manual_seed(1)
    dropped = Dropout(0.25)(torch.ones(400, 100))

    assert (dropped == 0).float().mean().item() == pytest.approx(0.25, abs=0.02)
    assert dropped.mean().item() == pytest.approx(1.0, abs=0.02)


def test_dropout_draws_another_mask_each_time() -> None:
    torch.manual_seed(1)
    dropout = Dropout(0.5)

    assert not torch.equal(dropout(torch.ones(30, 30)), dropout(torch.ones(30, 30)))


def test_dropout_does_nothing_when_not_training() -> None:
    x = torch.randn(5, 5)

    assert torch.equal(Dropout(0.5).eval()(x), x)


@pytest.mark.parametrize("tokens", [16, 200])
def test_padding_changes_nothing(tokens: int) -> None:
    torch.manual_seed(1)
    model = Encoder(SMALL).eval()
    ids = torch.randint(0, SMALL.words, (2, tokens))
    longer = torch.cat([ids, torch.zeros(2, 90, dtype=torch.long)], 1)
    mask = torch.ones(2, tokens + 90, dtype=torch.bool)
    mask[:, tokens:] = False

    tags, topics = model(ids, torch.ones_like(ids, dtype=torch.bool))
    padded_tags, padded_topics = model(longer, mask)

    assert torch.allclose(padded_tags[:, :tokens], tags, atol=1e-5)
    assert torch.allclose(padded_topics, topics, atol=1e-5)
