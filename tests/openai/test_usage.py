"""Tokens are counted once each, however engines say how many there were."""

from __future__ import annotations

from typing import Any

import pytest

from gateway.openai.usage import UsageCount, added


def usage(prompt: int, completion: int, cached: int | None = None) -> dict[str, Any]:
    counts: dict[str, Any] = {
        "prompt_tokens": prompt,
        "completion_tokens": completion,
        "total_tokens": prompt + completion,
    }
    return counts if cached is None else {**counts, "prompt_tokens_details": {"cached_tokens": cached}}


@pytest.mark.parametrize(
    ("told", "choices", "total"),
    [
        ([], 1, None),
        ([(usage(3, 2), [])], 1, usage(3, 2)),
        ([(usage(3, 2), [])], 4, usage(3, 2)),
        ([(usage(3, 1), [0]), (usage(3, 2), [0])], 1, usage(3, 2)),
        ([(usage(3, 1), [0]), (usage(3, 2), [0]), (usage(3, 2), [])], 1, usage(3, 2)),
        ([(usage(3, 2), []), (usage(3, 2), [])], 1, usage(3, 2)),
        ([(usage(3, 2, 0), []), (usage(3, 4, 2), [])], 2, usage(3, 6, 0)),
        ([(usage(3, 2), [1]), (usage(3, 4), [0])], 2, usage(3, 6)),
        ([(None, [0]), ("x", []), (5, [])], 1, None),
        ([({}, []), ({"prompt_tokens_details": {"cached_tokens": 1}}, [])], 1, None),
        ([({"prompt_tokens": 3, "completion_tokens": 2}, [])], 1, usage(3, 2)),
        ([({"prompt_tokens": 3, "total_tokens": 5}, [])], 1, usage(3, 2)),
        ([({"completion_tokens": 2, "total_tokens": 5}, [])], 1, usage(3, 2)),
        ([({"total_tokens": 5}, [])], 1, usage(5, 0)),
    ],
)  # fmt: skip
def test_the_total_is_that_of_the_whole_answer(told: Any, choices: int, total: Any) -> None:
    count = UsageCount()
    for one, of in told:
        count.add(one, of)
    assert count.total(choices) == total


def test_prompts_of_their_own_are_added() -> None:
    assert added([usage(3, 2, 1), usage(5, 4, 2), usage(1, 1)]) == usage(9, 7, 3)
    assert added([usage(3, 2), None]) is None
