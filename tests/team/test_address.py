"""A server's address: in the forms that people write, and without what does not belong there."""

from __future__ import annotations

from pathlib import Path

import pytest

from gateway.settings import SettingsError, load_settings
from gateway.team.address import Address, parse_address


@pytest.mark.parametrize(
    ("url", "address", "shown"),
    [
        ("redis://cache", Address("cache"), "redis://cache:6379/0"),
        ("valkey://cache:7000/3", Address("cache", 7000, database=3), "redis://cache:7000/3"),
        ("rediss://cache/", Address("cache", tls=True), "rediss://cache:6379/0"),
        ("valkeys://[::1]:1/2", Address("::1", 1, database=2, tls=True), "rediss://[::1]:1/2"),
        ("redis://sepal@cache", Address("cache", user="sepal"), "redis://cache:6379/0"),
        ("unix:///run/valkey.sock", Address(path="/run/valkey.sock"), "unix:///run/valkey.sock"),
        ("unix:///a%20b.sock?db=4", Address(path="/a b.sock", database=4), "unix:///a b.sock"),
    ],
)
def test_is_read(url: str, address: Address, shown: str) -> None:
    assert (parse_address(url), str(parse_address(url))) == (address, shown)


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("cache:6379", "write redis://HOST"),
        ("https://cache", "write redis://HOST"),
        ("/run/store.db", "write redis://HOST"),
        ("redis://", "names no host"),
        ("redis://[cache", "no URL"),
        ("redis://cache:port", "no URL"),
        ("redis://cache:99999", "no URL"),
        ("redis://cache/first", "number of a database"),
        ("redis://cache/0/1", "number of a database"),
        ("rediss://cache?ssl_cert_reqs=none", "store_ca"),
        ("redis://cache#0", "takes no"),
        ("unix://run/redis.sock", "unix:///"),
        ("unix://", "unix:///"),
        ("unix:///redis.sock?db=0&x=1", "unix:///"),
        ("unix:///redis.sock?db=x", "unix:///"),
        ("redis://:HuShHuSh@cache", "store_password_env"),
        ("rediss://me:HuShHuSh@cache:1/0", "store_password_env"),
        ("redis://:HuShHuSh@cache:port", "no URL"),
        ("unix://:HuShHuSh@/redis.sock", "store_password_env"),
        ("http://me:HuShHuSh@cache", "store_password_env"),
    ],
)
def test_what_is_none_is_refused_and_not_said_again(tmp_path: Path, url: str, why: str) -> None:
    file = tmp_path / "sepal.yaml"
    file.write_text(f"store: '{url}'\n")
    for arguments in ((file, {}), (None, {"SEPAL_STORE": url}), (None, {}, {"store": url})):
        with pytest.raises(SettingsError) as refused:
            load_settings(*arguments)
        assert why in str(refused.value)
        assert "HuSh" not in str(refused.value)
        assert refused.value.__cause__ is None


@pytest.mark.parametrize("name", ["store_password_env", "store_key_env"])
def test_a_secret_in_the_place_of_a_variables_name_is_not_said_again(name: str) -> None:
    with pytest.raises(SettingsError, match="must be the name of an environment variable") as refused:
        load_settings(None, {}, {name: "HuSh/HuSh="})
    assert "HuSh" not in str(refused.value)
