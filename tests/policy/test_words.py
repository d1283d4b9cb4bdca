"""A word that shows nothing can never be found: it is a mistake where it stands."""

from __future__ import annotations

from pathlib import Path

import pytest

from gateway.policy.decide import Facts, decide
from gateway.policy.load import PolicyError, load_policy, load_text
from tests.policy.test_load import GOOD

NOTHING = ["\u200b", " ", "\u3000", "\u00ad\u2060", "\ufeff \u200d", "\u2003\ufe0f"]


@pytest.mark.parametrize("word", NOTHING)
@pytest.mark.parametrize("field", ["words", "markers"])
def test_in_a_condition(field: str, word: str) -> None:
    escaped = "".join(f"\\u{ord(character):04x}" for character in word)
    text = GOOD.replace("any: [PERSON]", f'all: [{{{field}: [蓝鸟, "{escaped}"]}}]')
    with pytest.raises(PolicyError) as caught:
        load_text(text, "p.yaml")
    (mistake,) = caught.value.mistakes
    assert (mistake.line, mistake.column) == (11, text.splitlines()[10].index('"') + 1)
    assert "shows" in mistake.message


@pytest.mark.parametrize("word", ["\u200b", "\u00ad", "\u2060\u200b"])
def test_in_a_file_with_its_line(tmp_path: Path, word: str) -> None:
    (tmp_path / "names.txt").write_text(f"# names\n\nBlue Heron\n青鹭\n{word}\n", "utf-8")
    file = tmp_path / "p.yaml"
    file.write_text(GOOD.replace("any: [PERSON]", "words_file: names.txt"), "utf-8")
    with pytest.raises(PolicyError) as caught:
        load_policy(file)
    assert [(Path(item.file).name, item.line) for item in caught.value.mistakes] == [("p.yaml", 11), ("names.txt", 5)]


def test_a_word_that_is_too_long_has_its_line(tmp_path: Path) -> None:
    (tmp_path / "names.txt").write_text("heron\n" + "x" * 1001 + "\n", "utf-8")
    file = tmp_path / "p.yaml"
    file.write_text(GOOD.replace("any: [PERSON]", "words_file: names.txt"), "utf-8")
    with pytest.raises(PolicyError, match=r"names\.txt:2:1: this word has more than 1000 characters"):
        load_policy(file)


@pytest.mark.parametrize("word", ["…", "--", "\u200bheron", "鹭", "#1", "🦉"])
def test_what_shows_is_a_word_and_is_found(word: str) -> None:
    policy = load_text(GOOD.replace("any: [PERSON]", f'words: ["{word}"]'), "p.yaml")
    assert decide(policy, Facts((), texts=((f"about {word} now", frozenset({"user"})),))).fired == ("up",)
    assert decide(policy, Facts((), texts=(("about it", frozenset({"user"})),))).fired == ()
