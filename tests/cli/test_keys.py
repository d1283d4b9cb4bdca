"""`sepal keys` as a person runs it."""

from __future__ import annotations

import datetime
import json
from pathlib import Path

import pytest

from tests.cli.conftest import Sepal


def test_a_key_from_its_making_to_its_end(command: Sepal, process: Sepal, tmp_path: Path) -> None:
    state = tmp_path / "state"
    empty = command("keys", "list", state=state)
    made = process(
        *("keys", "create", "alice", "--group", "finance", "--group", "eu", "--floor", "internal", "--model", "swarm"),
        *("--requests-per-minute", "60", "--tokens-per-day", "100000", "--expires", "90d"),
        state=state,
    )
    secret = made.stdout.strip()
    rotated = json.loads(command("keys", "rotate", "alice", "--grace", "1h", "--json", state=state).stdout)
    (listed,) = json.loads(command("keys", "list", "--json", state=state).stdout)
    shown = command("keys", "list", state=state).stdout
    refused = command("keys", "remove", "alice", state=state)
    revoked = command("keys", "revoke", "alice", state=state)
    removed = command("keys", "remove", "alice", state=state)

    assert "there is no key" in empty.stdout
    assert secret.startswith("sk-sepal-")
    assert "shown only now" in made.stderr
    assert rotated["name"] == "alice"
    assert rotated["key"] != secret
    expires = datetime.datetime.now(datetime.UTC) + datetime.timedelta(days=90)
    assert listed["expires"][:10] == expires.strftime("%Y-%m-%d")
    assert {name: listed[name] for name in ("groups", "floor", "models", "state", "endings")} == {
        "groups": ["finance", "eu"],
        "floor": "internal",
        "models": ["swarm"],
        "state": "active",
        "endings": [rotated["key"][-4:], secret[-4:]],
    }
    assert listed["limits"] == {"requests_per_minute": 60, "tokens_per_minute": None, "tokens_per_day": 100000}
    assert all(word in shown for word in ("alice", "active", "finance, eu", "60 requests/min", secret[-4:]))
    assert not any(key in text for key in (secret, rotated["key"]) for text in (shown, json.dumps(listed)))
    assert (refused.returncode, revoked.returncode, removed.returncode) == (2, 0, 0)
    assert "revoke alice` first" in refused.stderr
    assert "no key is left" in removed.stderr


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (("create", "Alice"), "small letters"),
        (("create", "a", "--floor", "intern"), "did you mean `internal`?"),
        (("create", "a", "--model", "swrm"), "did you mean `swarm`?"),
        (("create", "a", "--expires", "tomorrow"), "write 90d, 12h or a date such as 2027-01-31"),
        (("create", "a", "--expires", "2020-01-01"), "give a time in the future"),
        (("create", "a", "--requests-per-minute", "0"), "equal to 1"),
        (("rotate", "a", "--grace", "soon"), "write 30m, 24h or 7d"),
        (("revoke", "a"), "there is no key named a; there is none"),
    ],
)
def test_what_can_not_be_done_says_what_to_write(
    command: Sepal, tmp_path: Path, arguments: tuple[str, ...], why: str
) -> None:
    answer = command("keys", *arguments, state=tmp_path / "state")
    assert answer.returncode == 2
    assert why in answer.stderr
    assert answer.stdout == ""
