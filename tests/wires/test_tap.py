"""The search itself: it reads what is written plainly, escaped, encoded or in part."""

from __future__ import annotations

import base64
import urllib.parse

import pytest

from tests.wires.conversations import CANARIES, FIELDS, generate
from tests.wires.tap import betrayed, plain

SECRET = "kxn7b2vqz4wd@brightwater-mail.net"


@pytest.mark.parametrize(
    "wire",
    [
        SECRET,
        SECRET.upper(),
        "".join(f"\\u{ord(letter):04x}" for letter in SECRET),
        "".join(f"\\\\u{ord(letter):04X}" for letter in SECRET),
        urllib.parse.quote("a " + SECRET),
        base64.b64encode(SECRET.encode()).decode(),
        base64.b64encode(b"xx" + SECRET.encode()).decode(),
        base64.urlsafe_b64encode("ÿÿ".encode() + SECRET.encode()).decode(),
        SECRET[:12],
        SECRET[-12:],
    ],
)
def test_a_secret_is_found_in_whatever_form(wire: str) -> None:
    assert betrayed([SECRET], plain([f'{{"content": "before {wire} after"}}'])) == [SECRET]


@pytest.mark.parametrize("wire", ["", SECRET[:9], SECRET[::-1], SECRET.replace("k", "q").replace("b", "v")])
def test_what_is_not_there_is_not_found(wire: str) -> None:
    assert betrayed(["kxn7b2vqz4wd"], plain([wire])) == []


def test_conversations_are_made_anew_from_a_seed() -> None:
    assert generate(40, 1) == generate(40, 1)
    assert generate(40, 1) != generate(40, 2)


def test_every_field_gets_a_canary_and_no_marker_or_secret_comes_twice() -> None:
    made = generate(2 * len(FIELDS) * len(CANARIES), 1)
    sensitive = [item for item in made if item.sensitive]

    assert {item.where for item in sensitive} == set(FIELDS)
    assert len({item.marker for item in made}) == len(made)
    assert len({item.secrets[1] for item in sensitive}) == len(sensitive)
