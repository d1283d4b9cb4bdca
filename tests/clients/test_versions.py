"""What docs/clients.md says was tested is what is installed for the tests."""

from __future__ import annotations

import json
import re

from tests.clients.environments import LISTS, PYTHON
from tests.conftest import ROOT

PAGES = {name: (ROOT / "docs" / name).read_text("utf-8") for name in ("clients.md", "clients.zh-CN.md")}


def documented(page: str) -> list[tuple[list[str], list[str]]]:
    """The names and versions of each row."""
    rows = re.findall(r"^\| (.+?) \| ([0-9][0-9., ]*) \|", page, re.MULTILINE)
    return [(re.findall(r"`([^`]+)`", names), versions.split(", ")) for names, versions in rows]


def test_the_versions_are_those_of_the_lock_files() -> None:
    lists = [(LISTS / name).read_text() for name in PYTHON.values()]
    pinned = {name: version for text in reversed(lists) for name, version in re.findall(r"^(\S+)==(\S+)", text, re.M)}
    modules = json.loads((LISTS / "package-lock.json").read_text())["packages"]
    rows = documented(PAGES["clients.md"])
    assert len(rows) == 12

    for names, versions in rows:
        for name, version in zip(names, versions, strict=True):
            module = modules.get(f"node_modules/{name}", {}).get("version")
            assert version in (pinned.get(name), module), name


def test_both_languages_name_the_same_clients_versions_and_settings() -> None:
    english, chinese = PAGES.values()

    assert documented(chinese) == documented(english)
    assert english.count("\n## ") == chinese.count("\n## ")
    assert english.count("\n- **") == chinese.count("\n- **")
    assert re.findall(r"^```\n.*?^```$", english, re.M | re.S) == re.findall(r"^```\n.*?^```$", chinese, re.M | re.S)


def test_the_lock_file_names_no_registry() -> None:
    modules = json.loads((LISTS / "package-lock.json").read_text())["packages"]

    assert not [name for name, module in modules.items() if "resolved" in module]
