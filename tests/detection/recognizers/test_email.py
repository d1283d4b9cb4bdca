"""E-mail addresses, also of private networks; versions and repositories are none."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from gateway.detection.recognizers.email import EmailRecognizer

Find = Callable[[Any, str], list[str]]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("to jane.doe+x@firm.co.uk.", "jane.doe+x@firm.co.uk"),
        ("<maria@corp.intranet>", "maria@corp.intranet"),
        ("邮箱：zhang.wei@qq.com，谢谢", "zhang.wei@qq.com"),
        ("小明的邮箱是lxm85@qq.com", "lxm85@qq.com"),
        ("写给李雷@公司.cn", "写给李雷@公司.cn"),
        ("O'Brien is o'brien@firm.ie", "o'brien@firm.ie"),
    ],
)
def test_addresses(found: Find, text: str, expected: str) -> None:
    assert found(EmailRecognizer(), text) == [expected]


@pytest.mark.parametrize(
    "text",
    [
        "npm i lodash@4.17.21",
        "git clone git@github.com:org/repo.git",
        "@decorator.name",
        "user@localhost",
        "a @ b.com",
        "name@",
    ],
)
def test_look_alikes_are_left_alone(found: Find, text: str) -> None:
    assert found(EmailRecognizer(), text) == []
