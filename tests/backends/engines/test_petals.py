"""What processes of Petals are told by their environment."""

from __future__ import annotations

import pytest

from gateway.backends.engines.petals import petals_environment


@pytest.mark.parametrize(("directory", "instead"), [("/tmp/" + "long" * 25, "/tmp"), ("/tmp/short", None)])
def test_a_directory_whose_name_is_too_long_for_sockets_is_not_used(
    monkeypatch: pytest.MonkeyPatch, directory: str, instead: str | None
) -> None:
    monkeypatch.setenv("TMPDIR", directory)

    assert petals_environment().get("TMPDIR") == instead
