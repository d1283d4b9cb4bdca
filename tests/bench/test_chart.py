"""Charts out of characters show where values lie."""

from __future__ import annotations

from gateway.bench.chart import bars, growth


def test_growth_puts_points_where_they_belong_on_logarithmic_axes() -> None:
    chart = growth(
        {"alpha": [(10, 1), (1000, 100)], "beta": [(10, 1), (100, 100)]}, x="tokens", y="ms", width=21, height=5
    )

    assert chart.splitlines() == [
        "ms",
        "100 ┤          B         A",
        "    ┤",
        " 10 ┤",
        "    ┤",
        "  1 ┤*",
        "    └─────────────────────",
        "     10       100      1000  tokens",
        "     A alpha, B beta, * several",
    ]


def test_growth_of_a_single_point_has_axes_too() -> None:
    assert "A" in growth({"alpha": [(50, 10)]}, x="x", y="y")


def test_bars_are_as_long_as_their_values() -> None:
    assert bars([("turn 1", 2.0), ("turn 10", 4.0), ("turn 11", 0.0)], unit="ms", width=4).splitlines() == [
        " turn 1 ██ 2.0 ms",
        "turn 10 ████ 4.0 ms",
        "turn 11  0.0 ms",
    ]
