"""`sepal explain`, `config`, `paths`: what a person sees, and what a machine reads."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Sepal

PERSONAL = "Write to my patient Maria Gonzalez, born 3 May 1961, about her biopsy"


def test_explain_shows_findings_label_rule_and_destination(process: Sepal) -> None:
    run = process("explain", PERSONAL)

    assert run.returncode == 0
    for expected in ("PERSON", "DATE_OF_BIRTH", "Maria Gonzalez", "label:       confidential", "destination: local"):
        assert expected in run.stdout


def test_explain_reads_stdin_and_request_files_and_speaks_json(command: Sepal, tmp_path: Path) -> None:
    request = tmp_path / "request.json"
    request.write_text(
        json.dumps({"messages": [{"role": "user", "content": [{"type": "input_audio", "input_audio": {}}]}]})
    )

    from_stdin = json.loads(command("explain", "--json", stdin="天空为什么是蓝色的？").stdout)
    from_file = json.loads(command("explain", "--json", "--file", str(request)).stdout)

    assert (from_stdin["label"], from_stdin["destination"]) == ("public", "swarm")
    assert (from_file["label"], from_file["rule"]) == ("restricted", "unreadable")
    assert from_file["unreadable"] == [{"path": "messages[0].content[0]", "reason": "audio"}]


@pytest.mark.parametrize(("arguments", "stdin", "words"), [
    (("explain", ""), None, "there is no text"),
    (("explain", "--file", "nowhere.json"), None, "nowhere.json: can't be read"),
    (("explain", "--file", "-"), "{", "not valid JSON"),
    (("explain", "--file", "-"), '{"messages": []}', "'messages' is empty"),
    (("explain", "--policy", "defualt", "x"), None, "ready-made policy"),
    (("check", "nowhere.yaml"), None, "no policy file nowhere.yaml"),
    (("config", "--config", "nowhere.yaml"), None, "nowhere.yaml: can't be read"),
    (("audit", "tail", "--state-dir", "nowhere"), None, "there is no audit file"),
    (("status", "--url", "http://127.0.0.1:9"), None, "no gateway answers"),
    (("serve", "--host", "0.0.0.0"), None, "not a loopback address"),
])  # fmt: skip
def test_a_mistake_is_a_sentence_and_never_a_traceback(
    command: Sepal, arguments: tuple[str, ...], stdin: str | None, words: str
) -> None:
    run = command(*arguments, stdin=stdin)

    assert run.returncode in (1, 2, 3)
    assert words in run.stderr
    assert "Traceback" not in run.stderr


def test_config_tells_where_each_value_comes_from(process: Sepal, tmp_path: Path) -> None:
    (tmp_path / "sepal.yaml").write_text("port: 9000\n")

    rows = json.loads(process("config", "--json", "--policy", "default").stdout)

    assert rows["port"] == {"value": 9000, "origin": "sepal.yaml"}
    assert rows["policy"]["origin"] == "command line"
    assert rows["state_dir"]["origin"] == "environment (SEPAL_STATE_DIR)"
    assert rows["host"] == {"value": "127.0.0.1", "origin": "default"}
