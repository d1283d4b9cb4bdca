from __future__ import annotations

import torch

from gateway.swarm.request import Sampling
from gateway.swarm.sampling import Sampler, SamplingDefaults, seed_of

SCORES = torch.tensor([1.0, 3.0, 2.0, 0.0])
GREEDY = {"temperature": 0.0}


def _choose(scores: torch.Tensor = SCORES, allowed: list[bool] | None = None, **settings: object) -> int:
    sampler = Sampler(Sampling(**settings), SamplingDefaults())  # type: ignore[arg-type]
    return sampler.choose(scores, None if allowed is None else torch.tensor(allowed))


def _draws(index: int, seed: int | None = 7) -> list[int]:
    sampler = Sampler(Sampling(temperature=2.0, top_p=1.0, seed=seed), SamplingDefaults(), index)
    return [sampler.choose(torch.zeros(1000)) for _ in range(20)]


def test_each_answer_has_a_seed_of_its_own_that_repeats() -> None:
    assert [_draws(index) for index in range(8)] == [_draws(index) for index in range(8)]
    assert len({tuple(_draws(index)) for index in range(8)}) == 8
    assert _draws(0, None) != _draws(0, None)


def test_the_first_answer_has_the_seed_of_the_request() -> None:
    assert (seed_of(7, 0), seed_of(-1, 0), seed_of(2**64 - 1, 0)) == (7, 2**64 - 1, 2**64 - 1)
    assert all(0 <= seed_of(-1, index) < 2**64 for index in range(8))


def test_biases_are_added_and_the_least_bans() -> None:
    assert _choose(bias={2: 1.5}, **GREEDY) == 2
    assert _choose(bias={1: -100}, **GREEDY) == 2
    assert _choose(SCORES * 1000, bias={1: -100}, **GREEDY) == 2
    assert _choose(SCORES * 1000, bias={2: 100}, **GREEDY) == 1
    assert {_choose(bias={1: -100, 2: -100, 3: -100}, temperature=2.0) for _ in range(50)} == {0}


def test_the_scores_stay_as_they_were() -> None:
    scores = SCORES.clone()
    _choose(scores, [True, False, False, False], bias={1: -100}, **GREEDY)
    assert scores.equal(SCORES)


def test_only_what_is_allowed_is_chosen_whatever_was_banned() -> None:
    assert _choose(allowed=[True, False, False, True], **GREEDY) == 0
    assert {_choose(allowed=[False, False, True, False], bias={2: -100}, temperature=2.0) for _ in range(20)} == {2}
    assert _choose(allowed=[True, True, True], bias={3: 100}, **GREEDY) == 1, "more scores than tokens"


def test_penalties_count_every_token_of_the_answer() -> None:
    sampler = Sampler(Sampling(temperature=0.0, presence_penalty=2.0), SamplingDefaults())
    assert sampler.choose(SCORES) == 1
    sampler.count(1)
    assert sampler.choose(SCORES) == 2
