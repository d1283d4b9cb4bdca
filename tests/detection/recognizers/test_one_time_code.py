"""PINs and codes that let somebody in for a while."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from gateway.detection.recognizers.one_time_code import OneTimeCodeRecognizer

Find = Callable[[Any, str], list[str]]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("my PIN is 4821", "4821"),
        ("card pin: 4821", "4821"),
        ("Your OTP is 482193", "482193"),
        ("482 193 is your Firm verification code", "482 193"),
        ("G-482193 is your Google verification code", "482193"),
        ("verification code: 482193", "482193"),
        ("【工商银行】验证码482193，请勿泄露", "482193"),
        ("您的验证码是：482193", "482193"),
        ("482193是您的验证码", "482193"),
        ("支付密码是482193", "482193"),
        ("the door code is 4821#", "4821"),
        ("CVV 482", "482"),
        ("PIN: 4821", "4821"),
        ("验证码是 482913", "482913"),
        ("认证码：482193", "482193"),
        ("인증번호는 482193 입니다", "482193"),
        ("認証コードは482193です", "482193"),
    ],
)
def test_found(found: Find, text: str, expected: str) -> None:
    assert found(OneTimeCodeRecognizer(), text) == [expected]


@pytest.mark.parametrize(
    "text",
    [
        "PIN code area 400001 Mumbai",
        "the PIN is 4 digits long",
        "OTP is valid for 10 minutes",
        "one-time password (OTP) has 6 digits",
        "pin the version to 1.24",
        "the error code is 500",
        "error code: 40312",
        "zip code: 94110",
        "验证码已发送，请注意查收",
        "验证码为6位数字",
        "your code is 123456 in the example",
        "verification code: 000000",
        "status code = 404",
        "the code is 80% done",
        "pin: 2019",
    ],
)
def test_look_alikes_are_left_alone(found: Find, text: str) -> None:
    assert found(OneTimeCodeRecognizer(), text) == []
