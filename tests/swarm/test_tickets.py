from __future__ import annotations

from collections.abc import Callable

import pytest

from gateway.swarm import tickets
from gateway.swarm.tickets import TicketDoor, TicketRefused

KEY = bytes(range(32))
BODY = b'{"messages": []}'
NOW = 1_700_000_000.0


def _ticket(body: bytes = BODY, *, destination: str = "swarm", lifetime: float = 30.0, key: bytes = KEY) -> str:
    return tickets.mint(key, destination=destination, decision_id="d-1", body=body, lifetime=lifetime, now=NOW)


def _door(now: Callable[[], float] = lambda: NOW) -> TicketDoor:
    return TicketDoor(KEY, "swarm", now)


def _reason(door: TicketDoor, ticket: str | None, body: bytes = BODY) -> str:
    with pytest.raises(TicketRefused) as refused:
        door.check(ticket, body)
    return refused.value.reason


def test_a_ticket_opens_the_door_for_its_body_and_tells_the_decision() -> None:
    assert _door().check(_ticket(), BODY) == "d-1"


def test_a_ticket_opens_the_door_once() -> None:
    door, ticket = _door(), _ticket()
    door.check(ticket, BODY)
    assert _reason(door, ticket) == "replayed"


@pytest.mark.parametrize("missing", [None, ""])
def test_no_ticket_is_refused(missing: str | None) -> None:
    assert _reason(_door(), missing) == "missing"


@pytest.mark.parametrize(
    "malformed",
    [
        "v1",
        "v2" + _ticket()[2:],
        _ticket() + ";",
        _ticket()[:-1],
        _ticket().upper(),
        _ticket().replace("d-1", "d\u00e9"),
        _ticket() + "\n",
        "x" * 10_000,
    ],
)
def test_what_is_no_ticket_is_refused(malformed: str) -> None:
    assert _reason(_door(), malformed) == "malformed"


def test_each_signed_field_is_bound_to_the_mac() -> None:
    version, destination, decision, expiry, nonce, mac = _ticket().split(";")
    changed = [
        (version, "local", decision, expiry, nonce, mac),
        (version, destination, "d-2", expiry, nonce, mac),
        (version, destination, decision, str(int(expiry) + 1), nonce, mac),
        (version, destination, decision, expiry, "0" * 32, mac),
        (version, destination, decision, expiry, nonce, "0" * 64),
    ]
    assert {_reason(_door(), ";".join(fields)) for fields in changed} == {"wrong_mac"}


@pytest.mark.parametrize("body", [b"", BODY + b" ", BODY[:-1], BODY.replace(b"messages", b"Messages")])
def test_a_ticket_is_for_exactly_its_bytes(body: bytes) -> None:
    assert _reason(_door(), _ticket(), body) == "wrong_mac"


def test_a_ticket_of_another_key_is_refused() -> None:
    assert _reason(_door(), _ticket(key=tickets.new_key())) == "wrong_mac"


def test_a_ticket_for_another_destination_is_refused() -> None:
    assert _reason(_door(), _ticket(destination="friends")) == "wrong_destination"


def test_a_ticket_expires_to_the_millisecond() -> None:
    ticket = _ticket(lifetime=30.0)
    assert _reason(_door(lambda: NOW + 30.0), ticket) == "expired"
    assert _door(lambda: NOW + 29.999).check(ticket, BODY) == "d-1"


def test_a_refused_ticket_stays_usable_for_its_own_body() -> None:
    door, ticket = _door(), _ticket()
    assert _reason(door, ticket, b"other") == "wrong_mac"
    assert door.check(ticket, BODY) == "d-1"


def test_used_tickets_are_forgotten_when_they_expire() -> None:
    times = iter([NOW, NOW + 40, NOW + 40])
    door = _door(lambda: next(times))
    ticket = _ticket(lifetime=30.0)
    door.check(ticket, BODY)
    door.check(tickets.mint(KEY, destination="swarm", decision_id="d-2", body=BODY, lifetime=60, now=NOW), BODY)
    assert _reason(door, ticket) == "expired"
    assert len(door._used) == 1


@pytest.mark.parametrize("name", ["", "a b", "a;b", "\u00e9", "a" * 129, "line\n"])
def test_names_that_would_blur_the_fields_are_not_minted(name: str) -> None:
    with pytest.raises(ValueError, match="letters"):
        tickets.mint(KEY, destination=name, decision_id="d", body=BODY, lifetime=1)


def test_short_keys_are_not_used() -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        tickets.mint(b"short", destination="swarm", decision_id="d", body=BODY, lifetime=1)


def test_the_key_does_not_show() -> None:
    assert KEY.hex() not in repr(_door())
    assert repr(KEY) not in repr(_door())
