"""What the README says works: its examples are run, and the Chinese one says the same."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest
import yaml

from gateway.detection.entities import KNOWN_ENTITIES
from gateway.policy.load import load_text
from gateway.settings import Settings
from tests.conftest import ROOT, Product

ENGLISH = (ROOT / "README.md").read_text()
CHINESE = (ROOT / "README.zh-CN.md").read_text()


def blocks(text: str, language: str) -> list[str]:
    fenced = re.findall(r"^```([a-z]*)\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    return [body for kind, body in fenced if kind == language]


def test_both_languages_have_the_same_examples_and_sections() -> None:
    for language in ("sh", "python", "yaml", ""):
        assert blocks(CHINESE, language) == blocks(ENGLISH, language)
    assert CHINESE.count("\n## ") == ENGLISH.count("\n## ")
    links = [link.replace(".zh-CN.md", ".md") for link in re.findall(r"\]\(([^)]+)\)", CHINESE)]
    assert links[1:] == re.findall(r"\]\(([^)]+)\)", ENGLISH)[1:]


@pytest.mark.parametrize("text", [ENGLISH, CHINESE])
def test_every_file_that_is_linked_exists(text: str) -> None:
    for link in re.findall(r"\]\(([^)#]+)\)", text):
        assert (ROOT / link).exists(), link


def test_the_python_example_prints_what_it_says(product: Product) -> None:
    [example] = blocks(ENGLISH, "python")
    said = re.search(r"# (.+)$", example, re.MULTILINE)
    assert said is not None

    # As it stands but for the port, and an end to the answer: what it prints does not depend on the length.
    changed = example.replace("http://127.0.0.1:8080", product.url).replace(
        'model="auto",', 'model="auto", max_tokens=4,'
    )
    assert changed.count("max_tokens") == 1

    run = subprocess.run(
        [sys.executable, "-c", changed],
        capture_output=True,
        text=True,
        timeout=60,
    )

    assert run.stdout.strip() == said[1]


def test_the_commands_work(product: Product) -> None:
    product.client.chat.completions.create(model="auto", max_tokens=1, messages=[{"role": "user", "content": "Hello"}])
    commands = [line for line in blocks(ENGLISH, "sh")[1].splitlines() if line.startswith("sepal ")]
    assert len(commands) == 7

    with ThreadPoolExecutor(2) as pool:
        runs = list(pool.map(lambda command: product.sepal(*shlex.split(command, comments=True)[1:]), commands))

    for command, run in zip(commands, runs, strict=True):
        assert run.returncode == 0, f"{command}: {run.stderr}"
        assert run.stdout.strip(), command


def test_the_policy_and_settings_examples_load() -> None:
    policy, settings = blocks(ENGLISH, "yaml")

    loaded = load_text(policy, "mine.yaml", KNOWN_ENTITIES)
    assert [rule.name for rule in loaded.rules] == ["payroll-stays-here", "contacts-as-pseudonyms"]
    assert loaded.warnings == ()
    assert loaded.tests[-1].name == "sky"
    assert Settings.model_validate(yaml.safe_load(settings)).destinations["local"].model == "llama3.2"
