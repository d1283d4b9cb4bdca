"""Accounts at social networks."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from gateway.detection.recognizers.social_account import SocialAccountRecognizer

Believed = Callable[[Any, str], list[str]]


@pytest.mark.parametrize(
    ("rule", "text", "expected"),
    [
        (SocialAccountRecognizer, "加我微信 wxd_8843kk", "wxd_8843kk"),
        (SocialAccountRecognizer, "QQ：384726159", "384726159"),
        (SocialAccountRecognizer, "vx: liming_0812", "liming_0812"),
        (SocialAccountRecognizer, "Telegram username: @karla_m", "@karla_m"),
        (SocialAccountRecognizer, "my instagram is @karla.m92", "@karla.m92"),
        (SocialAccountRecognizer, "微信同号13812345678", "13812345678"),
    ],
)
def test_found(believed: Believed, rule: Any, text: str, expected: str) -> None:
    assert believed(rule, text) == [expected]


@pytest.mark.parametrize(
    ("rule", "text"),
    [
        (SocialAccountRecognizer, "微信支付功能怎么开通"),
        (SocialAccountRecognizer, "QQ浏览器 2023"),
        (SocialAccountRecognizer, "wechat has 1300 million users"),
        (SocialAccountRecognizer, "line 12345 of the file"),
        (SocialAccountRecognizer, "the telegram was sent in 1912"),
        (SocialAccountRecognizer, "qq 1234"),
    ],
)
def test_look_alikes_and_wrong_check_digits_are_left_alone(believed: Believed, rule: Any, text: str) -> None:
    assert believed(rule, text) == []
