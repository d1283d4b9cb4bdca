"""A number is a run of digits, whatever stands between them; other things with digits are none."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.detection.views.separators import close_up, could_hold

After = Callable[[Any, str], str]
CARD = "4111111111111111"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("4111.1111.1111.1111", CARD),
        ("4111/1111/1111/1111", CARD),
        ("4111_1111_1111_1111", CARD),
        ("4111 - 1111 - 1111 - 1111", CARD),
        ("4111\n1111\n1111\n1111", CARD),
        ("4111🙂1111🙂1111🙂1111", CARD),
        ("4111·1111‐1111―1111", CARD),
        ("4 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1", CARD),
        ("4-1-1-1-1-1-1-1-1-1-1-1-1-1-1-1", CARD),
        ("41 11.11 11-1111/1111", CARD),
        ("4111, 1111, 1111, 1111", CARD),
        ("4,111,111,111,111,111", CARD),
        ("010, 5528, 9017", "01055289017"),
        ('["4111", "1111", "1111", "1111"]', f'["{CARD}"]'),
        ('{"a": "4111 1111", "part2": "1111 1111"}', f'{{"a": "{CARD}"}}'),
        ("'4111' + '1111' + '1111' + '1111'", f"'{CARD}'"),
        ("手机1-3-8-0-0-1-3-8-0-0-0", "手机13800138000"),
        ("138/0013/8000", "13800138000"),
        ("138\n0013\n8000", "13800138000"),
        ("+86.138.0013.8000", "+8613800138000"),
        ("110101.19491231.002X", "11010119491231002X"),
        ("1.2.3.4.5.6.7", "1234567"),
        ("(138) 0013 8000", "(13800138000"),
        ("536 90\n4399", "536904399"),
        ("(138)(0013)(8000)", "(13800138000)"),
        ("138*0013*8000", "13800138000"),
        ("4111x1111x1111x1111", CARD),
        ("138**0013**8000", "13800138000"),
        ("1<b>3</b>8<i>0013</i>8000", "13800138000"),
        ("1\n3\n8\n0\n0\n1\n3\n8\n0\n0\n0", "13800138000"),
    ],
)
def test_numbers_come_together(after: After, text: str, expected: str) -> None:
    assert could_hold(text, sum(map(str.isdigit, text)))
    assert after(close_up, text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        CARD,
        "2024-01-15 10:30:00",
        "2024/01/15 2024/01/16",
        "15.01.2024",
        "192.168.100.200",
        "1234*5678*9012",
        "2*3*4*5*6*7*8*9",
        "640x480x24",
        "3.14159265358979",
        "1 500 000 000",
        "1.500.000.000",
        "1,500,000,000",
        "1_000_000_000",
        "$4111 1111 1111 1111",
        "xoxp-1234-1234-1234-4ddbc191d40ee098",
        "175   6    1932.60 1",
        "13800 × 138000 + 1380",
        "12:30 - 13:45",
        "10 + 20 + 30 + 40 + 50",
        "chapters 3, 14, 15 and 92",
        "[10, 200, 3000, 40]",
        "numpy 1.26.4 scipy 1.11.3",
        "12 34 56 78",
        "1234\n5678\n9012\n3456\n7890\n1234",
        "call f(12, 345, 678, 901)",
    ],
)
def test_other_things_stay(after: After, text: str) -> None:
    assert after(close_up, text) == text


@given(st.text(st.sampled_from("1234567890 -./_,\n\"':abX🙂()+"), max_size=80))
def test_no_digit_is_lost(after: After, text: str) -> None:
    digits = [character for character in after(close_up, text) if character.isdigit()]
    original = [character for character in text if character.isdigit()]
    # A key between two values ("part2") goes with the gap.
    assert digits == original or '"' in text or "'" in text
