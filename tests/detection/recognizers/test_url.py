"""Web addresses; files and attributes in code are none."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from gateway.detection.recognizers.url import UrlRecognizer

Find = Callable[[Any, str], list[str]]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("see https://docs.python.org/3/library/re.html#x, ok", "https://docs.python.org/3/library/re.html#x,"),
        ("www.firm.co.uk/about", "www.firm.co.uk/about"),
        ("visit firm.com today", "firm.com"),
        ("在taobao.com上", "taobao.com"),
        ("ftp://files.net/a", "ftp://files.net/a"),
    ],
)
def test_addresses(found: Find, text: str, expected: str) -> None:
    assert found(UrlRecognizer(), text) == [expected]


@pytest.mark.parametrize(
    "text",
    [
        "main.py and data.csv",
        "self.name.first",
        "e.g. this",
        "v1.2.3",
        "jane@firm.com",
        "end.Start",
    ],
)
def test_names_in_code_are_left_alone(found: Find, text: str) -> None:
    assert found(UrlRecognizer(), text) == []
