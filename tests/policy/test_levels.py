import itertools

from gateway.policy.levels import Level, Levels

LEVELS = Levels(("public", "internal", "secret"))


def test_levels_order_by_their_place_in_the_policy_and_not_by_name() -> None:
    zebra_first = Levels(("zebra", "apple"))
    assert zebra_first["zebra"] < zebra_first["apple"]
    assert zebra_first.lowest == Level(0, "zebra")
    assert zebra_first.highest == Level(1, "apple")


def test_join_is_the_least_upper_bound() -> None:
    for left, right in itertools.product(LEVELS, repeat=2):
        joined = LEVELS.join([left, right])
        assert joined in (left, right)
        assert left <= joined
        assert right <= joined


def test_nothing_joins_to_the_lowest() -> None:
    assert LEVELS.join([]) == LEVELS.lowest


def test_a_level_is_written_as_its_name() -> None:
    assert f"{LEVELS['internal']}" == "internal"
    assert "internal" in LEVELS
    assert "Internal" not in LEVELS
