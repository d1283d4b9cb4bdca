"""Calibration undoes too much and too little confidence."""

import numpy as np
import pytest

from gateway.detection.training import calibrate


def answers(scale: float, shift: float) -> calibrate.Answers:
    """What a model would say whose logits are `scale` times too large and off by `shift`."""
    rng = np.random.default_rng(1)
    true = rng.normal(0, 2, 20_000)
    happened = (rng.random(20_000) < 1 / (1 + np.exp(-true))).astype(float)
    tags = rng.normal(0, 2, (20_000, 3))
    shares = np.exp(tags) / np.exp(tags).sum(1, keepdims=True)
    truth = (shares.cumsum(1) > rng.random((20_000, 1))).argmax(1)
    return calibrate.Answers(tags * scale, truth, true * scale + shift, happened)


@pytest.mark.parametrize("scale", [0.7, 1.0, 2.5])
def test_the_temperature_undoes_the_scale(scale: float) -> None:
    assert calibrate.temperature(answers(scale, 0)) == pytest.approx(scale, rel=0.06)


@pytest.mark.parametrize(("scale", "shift"), [(1.0, 0.0), (3.0, 1.0), (0.5, -2.0)])
def test_the_curve_makes_the_probability_honest_on_rows_that_it_was_not_fitted_to(scale: float, shift: float) -> None:
    given = answers(scale, shift)

    said = calibrate.unseen(given.discloses, given.disclosed)

    assert calibrate.error(calibrate.reliability(said, given.disclosed)) < 0.02


def test_the_curve_rises_and_is_never_certain() -> None:
    given = answers(1.0, 0.0)
    knots = calibrate.curve(given.discloses[:500], given.disclosed[:500])

    assert knots == sorted(knots)
    assert [share for _, share in knots] == sorted(share for _, share in knots)
    assert knots[0][1] > 0
    assert knots[-1][1] < 1
    assert calibrate.probability(np.array([-99.0, 99.0]), knots).tolist() == [knots[0][1], knots[-1][1]]


def test_overconfidence_shows_in_the_error() -> None:
    said, true = np.full(100, 0.95), np.array([1.0] * 50 + [0.0] * 50)

    assert calibrate.error(calibrate.reliability(said, true)) == pytest.approx(0.45)
