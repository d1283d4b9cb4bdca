"""The key of the store's records: made once, or the one that was given."""

from __future__ import annotations

import base64
import threading
from pathlib import Path

import pytest

from gateway.team.store import StoreError
from gateway.team.store_key import given_key, key_in, own_key

KEY = bytes(range(32))
TEXT = base64.b64encode(KEY).decode()


def test_it_is_made_once_for_all_who_need_it_at_the_same_time(tmp_path: Path) -> None:
    keys: list[bytes] = []
    start = threading.Barrier(8)

    def take() -> None:
        start.wait()
        keys.append(own_key(tmp_path / "keys" / "store.key"))

    threads = [threading.Thread(target=take) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(keys) == 8
    assert len(set(keys)) == 1
    assert len(keys[0]) == 32
    file = tmp_path / "keys" / "store.key"
    assert (file.stat().st_mode & 0o777, file.parent.stat().st_mode & 0o777) == (0o600, 0o700)
    assert list(file.parent.iterdir()) == [file]


def test_it_may_be_given(tmp_path: Path) -> None:
    (tmp_path / "given.key").write_text(TEXT + "\n")
    assert key_in(tmp_path / "given.key") == given_key("MINE", {"MINE": f" {TEXT}\n"}) == KEY


@pytest.mark.parametrize("text", ["", "secret-but-no-key", TEXT[:-4], TEXT + TEXT, base64.b64encode(KEY[1:]).decode()])
def test_what_is_none_is_refused_and_not_said_again(tmp_path: Path, text: str) -> None:
    (tmp_path / "store.key").write_text(text)
    for take in (
        lambda: own_key(tmp_path / "store.key"),
        lambda: key_in(tmp_path / "store.key"),
        lambda: given_key("MINE", {"MINE": text}),
    ):
        with pytest.raises(StoreError, match="openssl rand -base64 32") as refused:
            take()
        assert not text or text not in str(refused.value)


def test_what_can_not_be_read_is_said(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="No such file"):
        key_in(tmp_path / "none")
    (tmp_path / "bytes").write_bytes(b"\xff" * 32)
    with pytest.raises(StoreError, match="base64"):
        key_in(tmp_path / "bytes")
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError, match="can't be made"):
        own_key(tmp_path / "file" / "store.key")
