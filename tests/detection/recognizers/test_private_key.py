"""Private keys with content; public ones and empty frames are none."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from gateway.detection.recognizers.private_key import PrivateKeyRecognizer

Find = Callable[[Any, str], list[str]]


BODY = "MIIEowIBAAKCAQEAu1SU1LfVLPHCozMx\nH2Mo4lgO"
BLOCKS = [
    f"-----BEGIN RSA PRIVATE KEY-----\n{BODY}\n-----END RSA PRIVATE KEY-----",
    "-----BEGIN PRIVATE KEY-----\\nMIIEvQIBADANBgkqhkiG9w0B",
    "-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXktdjEAAAAA",
    "-----BEGIN PGP PRIVATE KEY BLOCK-----\nVersion: GnuPG v2\n\nlQOYBF0vT1sBCADK2H3y7",
    f"-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,3F17\n\n{BODY}",
    "AGE-SECRET-KEY-1" + "QPZRY9X8GF2TVDW0S3JN54KHCE6MU" * 2,
]


@pytest.mark.parametrize("block", BLOCKS)
@pytest.mark.parametrize("before", ["", "why does this fail?\n", 'key = "', "密钥："])
def test_blocks(found: Find, block: str, before: str) -> None:
    assert found(PrivateKeyRecognizer(), before + block) == [block]


@pytest.mark.parametrize(
    "text",
    [
        "-----BEGIN PUBLIC KEY-----\nMIIBIjANBgkqhkiG9w0BAQEFAAOC\n-----END PUBLIC KEY-----",
        "-----BEGIN CERTIFICATE-----\nMIIDdzCCAl+gAwIBAgIEAgAAuTANBgkq",
        "files start with -----BEGIN RSA PRIVATE KEY----- and end alike",
        "-----BEGIN RSA PRIVATE KEY-----\n...\n-----END RSA PRIVATE KEY-----",
    ],
)
def test_public_keys_and_empty_frames_are_left_alone(found: Find, text: str) -> None:
    assert found(PrivateKeyRecognizer(), text) == []
