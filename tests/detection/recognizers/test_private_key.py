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
    "PuTTY-User-Key-File-3: ssh-ed25519\nEncryption: none\nComment: k\nPublic-Lines: 1\nAAAA\nPrivate-Lines: 1",
    "---- BEGIN SSH2 ENCRYPTED PRIVATE KEY ----\nP2/56wAAA+wAAAA3aWYt",
    "xprv" + ("9s21ZrQH143K3QTDL4" * 6)[:107],
]


@pytest.mark.parametrize("block", BLOCKS)
@pytest.mark.parametrize("before", ["", "why does this fail?\n", 'key = "', "密钥："])
def test_blocks(found: Find, block: str, before: str) -> None:
    assert found(PrivateKeyRecognizer(), before + block) == [block]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("PrivateKey = yAnz5TF+lXXJte14tji3zlMNq+hd2rYUIgJBgB3fBmk=", "yAnz5TF+lXXJte14tji3zlMNq+hd2rYUIgJBgB3fBmk="),
        ('{"kty":"EC","crv":"P-256","x":"abc","d":"jpsQnnGQmL-YBIffH1136cspYG6"}', "jpsQnnGQmL-YBIffH1136cspYG6"),
        ('{"d":"jpsQnnGQmL-YBIffH1136cspYG6","kty":"OKP"}', "jpsQnnGQmL-YBIffH1136cspYG6"),
        ("my private key: 0x" + "4c0883a6" * 8, "0x" + "4c0883a6" * 8),
    ],
)
def test_keys_without_a_frame(found: Find, text: str, expected: str) -> None:
    assert found(PrivateKeyRecognizer(), text) == [expected]


@pytest.mark.parametrize(
    "text",
    [
        "PublicKey = xTIBA5rboUvnH4htodjb6e697QjLERt1NAB4mZqp8Dg=",
        '{"kty":"EC","crv":"P-256","x":"abc","y":"def"}',
        "-----BEGIN PUBLIC KEY-----\nMIIBIjANBgkqhkiG9w0BAQEFAAOC\n-----END PUBLIC KEY-----",
        "-----BEGIN CERTIFICATE-----\nMIIDdzCCAl+gAwIBAgIEAgAAuTANBgkq",
        "files start with -----BEGIN RSA PRIVATE KEY----- and end alike",
        "-----BEGIN RSA PRIVATE KEY-----\n...\n-----END RSA PRIVATE KEY-----",
    ],
)
def test_public_keys_and_empty_frames_are_left_alone(found: Find, text: str) -> None:
    assert found(PrivateKeyRecognizer(), text) == []
