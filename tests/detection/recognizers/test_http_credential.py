"""Basic credentials, curl's options and session cookies."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from gateway.detection.recognizers.http_credential import HttpCredentialRecognizer

Find = Callable[[Any, str], list[str]]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("curl -u bob:Winter19 https://api.firm.com", "Winter19"),
        ("curl --user 'bob:Winter19' https://api.firm.com", "Winter19"),
        (
            "Cookie: .AspNetCore.Session=CfDJ8kX0pQ2mR8tY7wB9nC4dF6gH3jK8sJk29d",
            "CfDJ8kX0pQ2mR8tY7wB9nC4dF6gH3jK8sJk29d",
        ),
        ("Authorization: Basic YWRtaW46V2ludGVyMTk=", "YWRtaW46V2ludGVyMTk="),
        ('{"Authorization": "Basic YWRtaW46V2ludGVyMTk="}', "YWRtaW46V2ludGVyMTk="),
        (
            "Cookie: connect.sid=s%3AkX0pQ2mR8tY7wB9nC4dF6gH3jK.8sJk29dLmQ; theme=dark",
            "s%3AkX0pQ2mR8tY7wB9nC4dF6gH3jK.8sJk29dLmQ",
        ),
        ("Set-Cookie: .AspNetCore.Session=CfDJ8kX0pQ2mR8tY7wB9nC4dF; path=/", "CfDJ8kX0pQ2mR8tY7wB9nC4dF"),
    ],
)
def test_found(found: Find, text: str, expected: str) -> None:
    assert found(HttpCredentialRecognizer(), text) == [expected]


@pytest.mark.parametrize(
    "text",
    [
        "Authorization: Basic <base64>",
        "Authorization: Basic dXNlcm5hbWU6cGFzc3dvcmQ=",
        "basic understanding of physics",
        "curl -u username:password https://api.firm.com",
        'curl -u "$USER:$PASS" https://api.firm.com',
        "curl -u user: https://api.firm.com",
        "curl -o out.tar.gz https://firm.com/a:b",
        "Cookie: theme=dark; lang=en-US; consent=1",
        "Cookie: _ga=GA1.2.1234567890.1700000000; csrftoken=Zx81kQ0pV5mR2tY7wB9nC4dF6gH3jK",
        "a cookie recipe with 200g of flour",
    ],
)
def test_look_alikes_are_left_alone(found: Find, text: str) -> None:
    assert found(HttpCredentialRecognizer(), text) == []
