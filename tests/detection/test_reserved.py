"""Addresses that standards set aside are nobody's."""

from __future__ import annotations

import pytest

from gateway.detection.reserved import is_reserved


@pytest.mark.parametrize(
    ("entity", "text", "reserved"),
    [
        ("EMAIL_ADDRESS", "jane@example.com", True),
        ("EMAIL_ADDRESS", "jane@mail.example.org", True),
        ("EMAIL_ADDRESS", "jane@service.test", True),
        ("EMAIL_ADDRESS", "your.email@gmail.com", True),
        ("EMAIL_ADDRESS", "jane@notexample.com", False),
        ("EMAIL_ADDRESS", "jane.doe@gmail.com", False),
        ("EMAIL_ADDRESS", "no-reply@firm.com", True),
        ("EMAIL_ADDRESS", "alerts@bank.com", True),
        ("EMAIL_ADDRESS", "norepo@firm.com", False),
        ("PHONE_NUMBER", "+86 138 0013 8000", True),
        ("PHONE_NUMBER", "138 0013 8001", False),
        ("IP_ADDRESS", "127.0.0.1", True),
        ("IP_ADDRESS", "0.0.0.0", True),
        ("IP_ADDRESS", "192.168.1.20", True),
        ("IP_ADDRESS", "10.1.2.3/8", True),
        ("IP_ADDRESS", "203.0.113.9", True),
        ("IP_ADDRESS", "::1", True),
        ("IP_ADDRESS", "2001:db8::1", True),
        ("IP_ADDRESS", "8.8.8.8", True),
        ("IP_ADDRESS", "1.2.3.4", True),
        ("IP_ADDRESS", "51.15.80.12", False),
        ("IP_ADDRESS", "2a01:4f8:c17:b8f::2", False),
        ("MAC_ADDRESS", "00:00:00:00:00:00", True),
        ("MAC_ADDRESS", "3c:22:fb:1a:90:7e", False),
        ("PERSON", "example.com", False),
    ],
)
def test_reserved_addresses(entity: str, text: str, reserved: bool) -> None:
    assert is_reserved(entity, text) == reserved
