"""Private keys: PEM and OpenSSH blocks (RFC 7468, RFC 4716), PGP, PuTTY, age, WireGuard, JWK, wallets."""

from __future__ import annotations

from gateway.detection.recognizers.needs import Needs, needs
from gateway.detection.recognizers.rule import Rule

_PEM = r"-----?\s?BEGIN (?:[A-Z0-9]{1,16} ){0,3}PRIVATE KEY(?: BLOCK)?\s?-----?"


class PrivateKeyRecognizer(Rule):
    """From the first line of a block with content to its last, or as far as the text goes."""

    ENTITY = "PRIVATE_KEY"
    FLAGS = 0
    PATTERNS = (
        # A block that holds something: after the line at least 16 characters of Base64, escaped line ends allowed.
        (
            "PEM",
            rf"{_PEM}(?:\s|\\{{1,2}}[nr]|[A-Za-z-]+: [^\n]*\n|[\"'+,.])*+[A-Za-z0-9+/=]{{16}}[^-]*+"
            r"(?:-----?\s?END [A-Z0-9 ]+-----?)?",
            0.95,
        ),
        ("PuTTY", r"PuTTY-User-Key-File-[23]: [a-z0-9-]+\s[\s\S]{0,2000}?Private-Lines: \d+", 0.95),
        ("age", r"AGE-SECRET-KEY-1[QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L]{58}", 0.95),
        (
            "WireGuard",
            r"(?i:private|preshared)Key\s?=\s?(?P<value>[A-Za-z0-9+/]{42}"
            r"[AEIMQUYcgkosw048]=)(?![A-Za-z0-9+/=])",
            0.95,
        ),
        (
            "JWK",
            r"\"kty\"\s?:[^{}]{0,2000}\"d\"\s?:\s?\"(?P<value>[\w-]{20,})\"|"
            r"\"d\"\s?:\s?\"(?P<value>[\w-]{20,})\"[^{}]{0,2000}\"kty\"",
            0.95,
        ),
        ("extended key (BIP 32)", r"(?<![A-Za-z0-9])[xyztuv]prv[1-9A-HJ-NP-Za-km-z]{107}(?![A-Za-z0-9])", 0.95),
        (
            "Ethereum",
            r"(?i:private[ _-]?key|私钥)[\"'\s:=：是为]{1,8}(?P<value>(?:0x)"
            r"?[0-9a-fA-F]{64})(?![0-9A-Za-z])",
            0.95,
        ),
    )
    NEEDS: Needs = needs(shape=r"private|preshared|age-secret-key-|\"kty\"|prv[1-9a-z]{100}|私钥")
    EXAMPLE = (
        "-----BEGIN EC PRIVATE "
        "KEY-----\nMHcCAQEEIIq2Xk0vTn3bW7rYp9LzQd5sGfH1jK8mNcV4xB6tR2wP\n-----END EC PRIVATE KEY-----"
    )
    STANDARD = "RFC 7468, RFC 4716, RFC 4880, RFC 7517, BIP 32"
