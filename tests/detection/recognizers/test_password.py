"""Passwords in prose, code and URLs; talk about passwords is none."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from gateway.detection.recognizers.password import PasswordRecognizer

Find = Callable[[Any, str], list[str]]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("my password is hunter2, don't tell", "hunter2"),
        ('The password for the router is "swordfish".', "swordfish"),
        ("pwd: Tr0ub4dor&3", "Tr0ub4dor&3"),
        ("DB_PASSWORD=s3cr3t!pass9", "s3cr3t!pass9"),
        ("password = 'correcthorse'", "correcthorse"),
        ('"passwd": "Qwe!2345"', "Qwe!2345"),
        ("postgres://app:K9x.tmpQ@db.firm.net:5432/main", "K9x.tmpQ"),
        ("https://bob:pa55w@firm.net", "pa55w"),
        ("PIN: 4821", "4821"),
        ("密码是abc12345。", "abc12345"),
        ("口令：Xy_8832", "Xy_8832"),
        ("验证码是 482913", "482913"),
        ("the login is now Blue42Fish", "Blue42Fish"),
    ],
)
def test_passwords(found: Find, text: str, expected: str) -> None:
    assert found(PasswordRecognizer(), text) == [expected]


@pytest.mark.parametrize(
    "text",
    [
        "I forgot my password",
        "your password is incorrect",
        "Password is required",
        "the password was reset yesterday",
        "password: string;",
        "password = input('Password: ')",
        "password=os.environ['DB_PASSWORD']",
        "password: ${DB_PASSWORD}",
        'password = "YOUR_PASSWORD"',
        "PASSWORD=changeme",
        "user.password = form.password",
        "密码是什么？",
        "如何修改密码",
        "忘记密码怎么办",
        "postgres://user:password@localhost/db",
        "pin the version",
        "password_hash VARCHAR(255)",
    ],
)
def test_talk_and_placeholders_are_left_alone(found: Find, text: str) -> None:
    assert found(PasswordRecognizer(), text) == []
