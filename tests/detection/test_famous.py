"""A name everyone knows is not a private person; one that anyone may bear stays one."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from gateway.detection.famous import is_famous


@pytest.mark.parametrize(
    ("name", "famous"),
    [
        ("Isaac Newton", True),
        ("SHAKESPEARE'S", True),
        ("Leonardo\nda  Vinci", True),
        ("李白", True),
        ("孙悟空", True),
        ("Newton", False),
        ("Michael Jordan", False),
        ("张伟", False),
        ("Maria Gonzalez", False),
        ("", False),
    ],
)
def test_famous_names(name: str, famous: bool) -> None:
    assert is_famous(name) == famous


@pytest.mark.parametrize(
    ("text", "entity", "name"),
    [
        ("Explain Newton's second law", "PUBLIC_FIGURE", "Newton"),
        ("李白是谁？", "PUBLIC_FIGURE", "李白"),
        ("Please call Mr. Newton about his test results", "PERSON", "Mr. Newton"),
    ],
)
def test_the_policy_can_tell_them_apart(
    detected: Callable[[str], set[tuple[str, str]]], text: str, entity: str, name: str
) -> None:
    assert (entity, name) in detected(text)
