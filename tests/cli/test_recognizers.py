"""`sepal recognizers`, and people's own recognizers on their way through the commands."""

from __future__ import annotations

import json
import textwrap
from pathlib import Path

import pytest

from tests.cli.conftest import Sepal
from tests.conftest import ROOT

MINE = """\
recognizers:
  - name: Badge
    supported_entity: BADGE
    supported_languages: [en]
    deny_list: [Red Badge]
"""


@pytest.fixture
def policy(tmp_path: Path) -> Path:
    """A policy that describes a recognizer, and names what it finds and what sepal.yaml's finds."""
    path = tmp_path / "mine.yaml"
    default = (ROOT / "policies" / "default.yaml").read_text()
    listed = "recognizers: [{name: Projects, supported_entity: PROJECT, deny_list: [Blue Heron]}]\n"
    own = default.replace("  PERSON: confidential", "  PROJECT: restricted\n  BADGE: internal\n  PERSON: confidential")
    path.write_text(own.replace("rules: []", listed + "rules: []"))
    (tmp_path / "badges.yaml").write_text(MINE)
    (tmp_path / "sepal.yaml").write_text("recognizers: badges.yaml\npolicy: mine.yaml\n")
    return path


def test_all_are_listed_with_where_they_come_from(command: Sepal, policy: Path) -> None:
    entries = {item["name"]: item for item in json.loads(command("recognizers", "--json").stdout)}
    shown = command("recognizers").stdout

    assert entries["Projects"]["entities"] == ["PROJECT"]
    assert entries["Projects"]["origin"] == "policy default"
    assert (entries["Badge"]["languages"], entries["Badge"]["origin"]) == (["en"], "badges.yaml")
    assert entries["EmailRecognizer"]["origin"] == "built in"
    assert entries["UsSsnRecognizer"]["origin"] == "Presidio"
    for expected in ("Projects  policy default", "finds      EMAIL_ADDRESS", f"{len(entries)} recognizers"):
        assert expected in shown


def test_what_they_find_counts_and_the_detectors_version_says_that_they_are_there(command: Sepal, policy: Path) -> None:
    report = json.loads(command("explain", "--json", "the red badge on blue heron").stdout)
    without = json.loads(command("explain", "--json", "--config", "/dev/null", "the red badge on blue heron").stdout)

    assert {(item["entity"], item["level"]) for item in report["findings"]} >= {
        ("BADGE", "internal"),
        ("PROJECT", "restricted"),
    }
    assert report["label"] == "restricted"
    assert without["findings"] == []
    assert ("+" in report["detector"], "+" in without["detector"]) == (True, False)


def test_check_knows_their_types_and_finds_their_mistakes(command: Sepal, policy: Path, tmp_path: Path) -> None:
    good = command("check")
    (tmp_path / "badges.yaml").write_text(MINE.replace("deny_list", "denylist"))
    bad = command("check")
    (tmp_path / "badges.yaml").write_text(MINE.replace("name: Badge", "name: EmailRecognizer"))
    taken = command("check")
    (tmp_path / "badges.yaml").write_text(MINE.replace("name: Badge", "name: LAC"))
    a_models = command("check")

    assert good.returncode == 0, good.stderr
    assert (bad.returncode, taken.returncode) == (2, 2)
    assert "badges.yaml:5:5: unknown key `denylist`; did you mean `deny_list`?" in bad.stderr
    assert "two recognizers named EmailRecognizer (built in; badges.yaml)" in taken.stderr
    assert "two recognizers named LAC (built in; badges.yaml)" in a_models.stderr


def test_an_installed_packages_recognizer_runs_and_one_that_is_broken_is_named(
    process: Sepal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = """
        from presidio_analyzer import Pattern, PatternRecognizer

        class Staff(PatternRecognizer):
            EXAMPLE = "ZX-81"

            def __init__(self):
                super().__init__("STAFF", "Staff", "en", [Pattern("n", r"ZX-\\d+", 0.9)])
        """
    (tmp_path / "mine.py").write_text(textwrap.dedent(source))
    info = tmp_path / "mine-1.5.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: mine\nVersion: 1.5\n")
    (info / "entry_points.txt").write_text("[sepal.recognizers]\nstaff = mine:Staff\n")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))

    listed = {item["name"]: item for item in json.loads(process("recognizers", "--json").stdout)}
    found = json.loads(process("explain", "--json", "ask ZX-81").stdout)["findings"]
    (tmp_path / "mine.py").write_text("import nothing_of_that_name")
    broken = process("explain", "ask ZX-81")

    assert (listed["Staff"]["origin"], listed["Staff"]["example"]) == ("entry point staff of mine 1.5", "ZX-81")
    assert [(item["entity"], item["recognizer"]) for item in found] == [("STAFF", "Staff")]
    assert (broken.returncode, "Traceback" in broken.stderr) == (1, False)
    assert "the entry point staff of mine 1.5 can't be loaded (ModuleNotFoundError" in broken.stderr
