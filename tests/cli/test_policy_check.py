"""`sepal policy check`: what is wrong is said with its place, and who may see what is shown."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.conftest import Sepal
from tests.conftest import ROOT

GOOD = """\
version: 1
levels: [public, internal, restricted]
destinations:
  local: {clearance: restricted, engine: llama.cpp}
  house: {clearance: restricted, engine: llama.cpp}
  swarm: {clearance: public, engine: petals}
keys: {me: {sha256: 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08}}
entities: {default: internal}
rules:
  - {name: travel, when: {any: [PERSON]}, declassify: {method: pseudonym, to: public}}
  - {name: at-home, when: {keys: [me]}, prefer: [house]}
route: {prefer: [swarm, local]}
"""
IDLE = "  - {name: same, when: {any: [PERSON]}, raise_to: internal}\n"


def test_a_good_one_shows_who_may_see_what(command: Sepal, tmp_path: Path) -> None:
    (tmp_path / "p.yaml").write_text(GOOD)

    run = command("policy", "check", "p.yaml")
    rows = [line.split() for line in run.stdout.splitlines()]

    assert run.returncode == 0, run.stderr
    assert ["label", "local", "house", "swarm"] in rows
    assert ["public", "✓", "◦", "✓"] in rows
    assert ["restricted", "✓", "◦", "↻"] in rows
    assert "↻ rewritten" in run.stdout
    assert "◦ as it is, where a rule names it" in run.stdout
    assert "— never" not in run.stdout


def test_machines_get_the_same(process: Sepal, tmp_path: Path) -> None:
    (tmp_path / "p.yaml").write_text(GOOD)

    report = json.loads(process("policy", "check", "--json", "p.yaml").stdout)

    assert report["ok"]
    assert report["warnings"] == []
    assert report["table"]["internal"] == {"local": "as it is", "house": "only by a rule", "swarm": "rewritten"}


def test_what_is_of_no_use_is_a_warning_with_a_status(command: Sepal, tmp_path: Path) -> None:
    (tmp_path / "p.yaml").write_text(GOOD.replace("route:", IDLE + "route:"))

    strict, lenient = command("policy", "check", "p.yaml"), command("policy", "check", "p.yaml", "--lenient")

    assert (strict.returncode, lenient.returncode) == (1, 0)
    assert "p.yaml:12:51: rule `same` changes nothing" in strict.stderr
    assert strict.stdout.startswith("1 warning")


def test_every_mistake_is_named_and_the_old_name_of_the_command_still_works(command: Sepal, tmp_path: Path) -> None:
    bad = tmp_path / "bad.yaml"
    text = (ROOT / "policies" / "default.yaml").read_text("utf-8")
    bad.write_text(
        text.replace("PERSON: confidential", "PERSN: confidental").replace("clearance: public", "clearance: internal")
    )

    runs = [command("policy", "check", bad), command("check", bad)]
    report = json.loads(command("policy", "check", "--json", bad).stdout)

    assert "did you mean `PERSON`?" in runs[0].stderr
    assert "did you mean `confidential`?" in runs[0].stderr
    assert f"{bad}:" in runs[0].stderr
    assert runs[0].stderr == runs[1].stderr
    assert [run.returncode for run in runs] == [2, 2]
    assert not report["ok"]
    assert {item["line"] for item in report["mistakes"]} == {
        number for number, line in enumerate(bad.read_text("utf-8").splitlines(), 1) if "PERSN" in line
    }


def _circle(folder: Path) -> None:
    (folder / "bad.yaml").write_text("version: 1\nextends: other.yaml\n")
    (folder / "other.yaml").write_text("version: 1\nextends: bad.yaml\n")


def _bytes(raw: bytes) -> Callable[[Path], None]:
    def write(folder: Path) -> None:
        (folder / "bad.yaml").write_bytes(raw)

    return write


def _text(right: str, wrong: str) -> Callable[[Path], None]:
    assert right in GOOD
    return _bytes(GOOD.replace(right, wrong, 1).encode())


BOMB = b"a: &a [x, x]\n" + b"".join(b"%c: &%c [*%c, *%c]\n" % (n, n, n - 1, n - 1) for n in range(98, 112))
BAD: dict[str, tuple[Callable[[Path], None], str]] = {
    "no such file": (lambda folder: None, "there is no policy file bad.yaml"),
    "a directory": (
        lambda folder: (folder / "bad.yaml").mkdir(),
        "bad.yaml is a directory; name the policy file in it",
    ),
    "two megabytes": (_bytes(b"#" * 2_000_000), "bad.yaml:1:1: has 2000000 bytes; a policy has at most 1000000"),
    "empty": (_bytes(b""), "bad.yaml:1:1: the file is empty; start with `version: 1`"),
    "not utf-8": (_bytes(b"version: 1\nname: \xff\n"), "bad.yaml:2:1: is not UTF-8 text"),
    "a bomb": (_bytes(BOMB), "aliases (*name) are not allowed here"),
    "deep": (_bytes(b"[" * 100_000), "nested too deeply"),
    "a circle": (_circle, "extend one another in a circle (bad.yaml → other.yaml → bad.yaml)"),
    "extends what is not there": (
        _bytes(b"version: 1\nextends: defualt\n"),
        "bad.yaml:2:10: there is no file `defualt`",
    ),
    "a tab": (_text("\n  local", "\n\tlocal"), "bad.yaml:4:1: not valid YAML: a tab stands here; indent with spaces"),
    "a key twice": (
        _text("entities:", "levels: [a, b]\nentities:"),
        "bad.yaml:8:1: `levels` stands here a second time",
    ),
    "a wrong type": (_text("[public, internal, restricted]", "5"), "bad.yaml:2:9: found `5`; expected a list"),
    "a tag": (_text("version: 1", "version: !!python/object:os.system 1"), "tags (!name) are not allowed here"),
    "not re2": (_text("any: [PERSON]", "matches: '(?=a)b'"), "bad.yaml:10:36: not a regular expression of RE2"),
    "words that are not there": (_text("any: [PERSON]", "words_file: w.txt"), "w.txt:1:1: can't be read"),
}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_file_is_a_sentence_at_its_place(command: Sepal, tmp_path: Path, name: str) -> None:
    prepare, words = BAD[name]
    prepare(tmp_path)

    run = command("policy", "check", "bad.yaml")

    assert run.returncode == 2, run.stdout
    assert words in run.stderr
    assert "Traceback" not in run.stderr
    assert len(run.stderr) < 2000


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads everything")
def test_an_unreadable_file_is_said_to_be(command: Sepal, tmp_path: Path) -> None:
    (tmp_path / "bad.yaml").write_text(GOOD)
    (tmp_path / "bad.yaml").chmod(0)

    assert "bad.yaml:1:1: can't be read: Permission denied" in command("policy", "check", "bad.yaml").stderr


@pytest.mark.parametrize("arguments", [
    ("show", "bad.yaml"), ("test", "bad.yaml"), ("entities", "bad.yaml"), ("diff", "bad.yaml", "default"),
    ("diff", "default", "bad.yaml"),
])  # fmt: skip
def test_every_command_refuses_a_policy_that_does_not_load(
    command: Sepal, tmp_path: Path, arguments: tuple[str, ...]
) -> None:
    (tmp_path / "bad.yaml").write_text(GOOD.replace("PERSON", "PERSN"))

    run = command("policy", *arguments)

    assert run.returncode == 2
    assert "bad.yaml:10:33: unknown entity type `PERSN`; did you mean `PERSON`?" in run.stderr
    assert run.stdout == ""


@pytest.mark.parametrize("arguments", [
    ("check", "bad.yaml"), ("show", "bad.yaml"), ("test", "bad.yaml"), ("entities", "bad.yaml"),
    ("diff", "default", "bad.yaml"),
])  # fmt: skip
def test_machines_get_the_mistakes_from_every_command(
    command: Sepal, tmp_path: Path, arguments: tuple[str, ...]
) -> None:
    (tmp_path / "bad.yaml").write_text(GOOD.replace("PERSON", "PERSN"))

    run = command("policy", *arguments, "--json")
    report = json.loads(run.stdout)

    assert run.returncode == 2
    assert report["ok"] is False
    (mistake,) = report["mistakes"]
    assert (Path(mistake["file"]).name, mistake["line"], mistake["column"]) == ("bad.yaml", 10, 33)
    assert "did you mean `PERSON`?" in mistake["message"]


@pytest.mark.parametrize("arguments", [("check",), ("show",), ("test",), ("diff", "default")])
def test_machines_are_told_that_there_is_no_file(command: Sepal, arguments: tuple[str, ...]) -> None:
    run = command("policy", *arguments, "nowhere.yaml", "--json")

    assert run.returncode == 2
    assert "nowhere.yaml" in json.loads(run.stdout)["mistakes"][0]["message"]


def test_a_mistake_of_the_settings_stands_in_the_settings_file(command: Sepal, tmp_path: Path) -> None:
    (tmp_path / "p.yaml").write_text(GOOD)
    (tmp_path / "sepal.yaml").write_text("port: 8080\ndestinations:\n  house: {model: x.gguf}\n  swarn: {model: y}\n")

    run = command("policy", "check", "p.yaml")

    assert run.returncode == 2
    assert run.stderr.startswith("sepal.yaml:4:3: unknown destination `swarn`; did you mean `swarm`?")
