"""What answers take longer on other sides than on the first."""

from __future__ import annotations

from gateway.bench.added import added


def test_compares_every_side_with_the_first_one_in_milliseconds() -> None:
    rounds = [
        {
            "direct": {"total": 0.010 * size, "first": 0.001},
            "gateway": {"total": 0.010 * size + 0.002, "first": 0.002},
            "keyed": {"total": 0.010 * size + 0.003, "first": 0.004},
        }
        for size in (1, 2, 3)
    ]

    found = added(rounds)

    assert found["whole"]["direct"]["p50"] == 20.0
    assert "added" not in found["whole"]["direct"]
    assert [found["whole"][side]["added"] for side in ("gateway", "keyed")] == [
        {"p50": 2.0, "p99": 2.0},
        {"p50": 3.0, "p99": 3.0},
    ]
    assert found["first_byte"]["keyed"]["added"]["p50"] == 3.0


def test_says_nothing_of_no_rounds() -> None:
    assert added([]) == {}
