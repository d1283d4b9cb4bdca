"""Private keys: PEM and OpenSSH blocks (RFC 7468), PGP, PuTTY, age."""

from __future__ import annotations

from gateway.detection.recognizers.rule import Rule

_PEM = r"-----BEGIN (?:[A-Z0-9]{1,16} ){0,3}PRIVATE KEY(?: BLOCK)?-----"


class PrivateKeyRecognizer(Rule):
    """From the first line of a block with content to its last, or as far as the text goes."""

    ENTITY = "PRIVATE_KEY"
    FLAGS = 0
    PATTERNS = (
        # A block that holds something: after the line at least 16 characters of Base64, escaped line ends allowed.
        (
            "PEM",
            rf"{_PEM}(?:\s|\\[nr]|[A-Za-z-]+: [^\n]*\n|[\"'+,])*+[A-Za-z0-9+/=]{{16}}[^-]*+"
            r"(?:-----END [A-Z0-9 ]+-----)?",
            0.95,
        ),
        ("PuTTY", r"PuTTY-User-Key-File-[23]: [a-z0-9-]+\s[\s\S]{0,2000}?Private-Lines: \d+", 0.95),
        ("age", r"AGE-SECRET-KEY-1[QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L]{58}", 0.95),
    )  # fmt: skip
