"""Loads what stand-ins and restoring need (lists of names, mostly), so that the first request does not wait for it."""

from __future__ import annotations

from gateway.declassify.rewrite import rewrite
from gateway.detection.findings import Finding
from gateway.prompt import read_prompt

_NAMES = ("Mary Smith", "张伟")


def warm_up() -> None:
    """Rewrite an invented request once, by each method."""
    body = {"messages": [{"role": "user", "content": name} for name in _NAMES]}
    found = [
        (f"messages[{index}].content", Finding(0, len(name), "PERSON", 1.0, "warm-up"))
        for index, name in enumerate(_NAMES)
    ]
    prompt = read_prompt(body)
    for method in ("pseudonym", "placeholder", "hash", "mask", "remove"):
        rewrite(body, prompt, found, lambda entity, method=method: method, bytes(32))  # type: ignore[misc]
