"""Opens the store that the settings name: a file of this machine, or a server that gateways on several share."""

from __future__ import annotations

import os
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from gateway.paths import Paths, make_private
from gateway.settings import Effective, Settings
from gateway.team.address import parse_address
from gateway.team.keys import KeyStore
from gateway.team.limits import UsageStore
from gateway.team.records import Records
from gateway.team.store import StoreError
from gateway.team.store_key import given_key, key_in, own_key

if TYPE_CHECKING:
    from gateway.team.seal import Seal


@dataclass(frozen=True, slots=True)
class Shared:
    """An open store.

    Attributes:
        remote: whether it is a server, whose answers may take time or not come.
    """

    keys: KeyStore
    usage: UsageStore
    records: Records
    remote: bool
    close: Callable[[], Awaitable[None]]


def open_shared(effective: Effective, environment: Mapping[str, str] | None = None) -> Shared:
    """The store that the settings name. A server is connected to when it is first asked.

    Raises:
        StoreError: a file can't be opened, or a secret is missing.
    """
    environment = os.environ if environment is None else environment
    settings, paths = effective.settings, Paths(effective.state_dir)
    seal = partial(_seal, settings, paths, environment)
    if settings.store is not None:
        return _server(settings, environment, seal)
    from gateway.team.sqlite.file import SqliteFile
    from gateway.team.sqlite.keys import SqliteKeys
    from gateway.team.sqlite.records import SqliteRecords
    from gateway.team.sqlite.usage import SqliteUsage

    make_private(paths.state)
    file = SqliteFile(paths.store)

    async def close() -> None:
        file.close()

    return Shared(SqliteKeys(file), SqliteUsage(file), Records(SqliteRecords(file), seal), False, close)


def _server(settings: Settings, environment: Mapping[str, str], seal: Callable[[], Seal]) -> Shared:
    # The client takes a quarter of a second to load, which those with a file need not spend.
    from gateway.team.redis.keys import RedisKeys
    from gateway.team.redis.records import RedisRecords
    from gateway.team.redis.server import RedisServer
    from gateway.team.redis.usage import RedisUsage

    password = None
    if settings.store_password_env is not None:
        password = environment.get(settings.store_password_env, "").strip()
        if not password:
            raise StoreError(
                f"the environment variable {settings.store_password_env} (store_password_env) is not set; export it "
                "with the password of the store's server"
            )
    server = RedisServer(parse_address(settings.store or ""), password, settings.store_ca)
    return Shared(RedisKeys(server), RedisUsage(server), Records(RedisRecords(server), seal), True, server.close)


def _seal(settings: Settings, paths: Paths, environment: Mapping[str, str]) -> Seal:
    from gateway.team.seal import Seal  # takes a tenth of a second, which who keeps no records need not wait for

    if settings.store_key_env is not None:
        return Seal(given_key(settings.store_key_env, environment))
    if settings.store_key_file is not None:
        return Seal(key_in(settings.store_key_file))
    return Seal(own_key(paths.store_key))
