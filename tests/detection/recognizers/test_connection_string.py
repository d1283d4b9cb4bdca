"""Passwords in addresses and connection strings."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from gateway.detection.recognizers.connection_string import ConnectionStringRecognizer

Find = Callable[[Any, str], list[str]]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("postgres://app:Winter19@db:5432/x", "Winter19"),
        ("mongodb+srv://app:Win%23ter19@c0.abc.mongodb.net/db", "Win%23ter19"),
        ("redis://:Winter19@cache:6379/0", "Winter19"),
        ("amqp://guest2:Winter19@mq:5672/", "Winter19"),
        ("https://bob:Winter19@git.firm.com/repo.git", "Winter19"),
        ("https://cafebabe:deadbeef@gems.contribsys.com/", "deadbeef"),
        ("Server=db;Database=x;User Id=sa;Password=Winter#19;", "Winter#19"),
        ("Driver={ODBC};Server=db;Uid=sa;Pwd=Winter#19;", "Winter#19"),
        ("jdbc:mysql://db/x?user=root&password=Winter19", "Winter19"),
        ("postgres://app:K9x.tmpQ@db.firm.net:5432/main", "K9x.tmpQ"),
        ("https://bob:pa55w@firm.net", "pa55w"),
    ],
)
def test_found(found: Find, text: str, expected: str) -> None:
    assert found(ConnectionStringRecognizer(), text) == [expected]


@pytest.mark.parametrize(
    "text",
    [
        "mysql://user:password@localhost/db",
        "postgres://postgres:postgres@localhost:5432/app",
        "postgresql://user:pass@host/db",
        "redis://localhost:6379/0",
        "mongodb://username:password@host:27017",
        "https://user:${PASSWORD}@firm.com",
        "https://<user>:<password>@firm.com",
        "git@github.com:firm/repo.git",
        "ssh://git@github.com:22/firm/repo.git",
        "jdbc:postgresql://localhost:5432/app?user=app&password=${DB_PASSWORD}",
        "Server=localhost;Database=app;Trusted_Connection=True;",
        "Server=db;User Id=sa;Password=<your password>;",
        "https://firm.com:8443/a@b",
        "https://medium.com/@someone/title-2024",
    ],
)
def test_stand_ins_defaults_and_addresses_without_one_are_left_alone(found: Find, text: str) -> None:
    assert found(ConnectionStringRecognizer(), text) == []
