"""Recognizers in a policy, or in a file of Presidio's: mistakes have a place, and new types are known."""

from __future__ import annotations

from pathlib import Path

import pytest

from gateway.policy.load import PolicyError, load_recognizers, load_text
from tests.policy.test_load import GOOD, KNOWN

RECOGNIZERS = """\
recognizers:
  - name: Staff number
    supported_entity: STAFF_NUMBER
    patterns:
      - {name: number, regex: 'ZX-\\d{4}', score: 0.8}
  - name: Projects
    supported_entity: PROJECT
    deny_list: [Blue Heron]
"""
FIRST = len(GOOD.splitlines()) + 1
POLICY = GOOD + RECOGNIZERS


def test_types_that_they_find_may_be_named_like_any_other() -> None:
    text = POLICY.replace("PERSON: internal", "PERSON: internal\n  PROJECT: restricted").replace(
        "[PERSON]", "[PROJECT]"
    )

    policy = load_text(text, "my.yaml", KNOWN)

    assert policy.entity("PROJECT").level == policy.levels.highest
    assert [item.name for item in policy.recognizers] == ["Staff number", "Projects"]


def test_a_type_that_only_a_switched_off_recognizer_finds_is_not_known() -> None:
    text = POLICY.replace("[Blue Heron]", "[Blue Heron]\n    enabled: false").replace("[PERSON]", "[PROJECT]")

    with pytest.raises(PolicyError, match="unknown entity type `PROJECT`"):
        load_text(text, "my.yaml", KNOWN)


def test_the_policys_hash_changes_with_them() -> None:
    assert load_text(POLICY).sha256 != load_text(POLICY.replace("ZX", "ZY")).sha256


# What stands there, what stands there instead, the line below `recognizers:`, the column, what is said.
MISTAKES = [
    ("score: 0.8", "scor: 0.8", 4, 43, ["unknown key `scor`", "did you mean `score`?"]),
    ("deny_list:", "denylist:", 7, 5, ["unknown key `denylist`", "did you mean `deny_list`?"]),
    ("supported_entity: PROJECT", "supported_entity: project", 6, 23, ["found `project`", "expected a name"]),
    ("'ZX-\\d{4}'", "'ZX-(\\d{4}'", 4, 31, ["not a valid regular expression", "missing )"]),
    ("score: 0.8", "score: 0.1", 1, 5, ["`number` would never count", "at least 0.4"]),
    ("score: 0.8", "score: high", 4, 50, ["found `high`", "expected a number"]),
    ("    deny_list: [Blue Heron]\n", "", 5, 5, ["`Projects` finds nothing"]),
    ("[Blue Heron]", "[481516]", 7, 17, ["found `481516`", "put it in quotes"]),
    ("name: Projects", "name: Staff number", 5, 11, ["`Staff number` exists already"]),
    ("name: Projects", "type: predefined\n    name: Projects", 5, 11, ["`sepal recognizers` lists"]),
    ("  - name: Projects\n", "  - \n", 6, 5, ["`name` is missing here"]),
]


@pytest.mark.parametrize(("there", "instead", "line", "column", "words"), MISTAKES)
def test_a_mistake_says_where_it_stands_and_what_to_write(
    there: str, instead: str, line: int, column: int, words: list[str], tmp_path: Path
) -> None:
    assert there in RECOGNIZERS
    file = tmp_path / "recognizers.yaml"
    file.write_text(RECOGNIZERS.replace(there, instead))

    with pytest.raises(PolicyError) as in_policy:
        load_text(GOOD + RECOGNIZERS.replace(there, instead), "my.yaml", KNOWN)
    with pytest.raises(PolicyError) as in_file:
        load_recognizers(file)

    for caught, first, name in ((in_policy, FIRST, "my.yaml"), (in_file, 1, str(file))):
        places = {(mistake.file, mistake.line, mistake.column) for mistake in caught.value.mistakes}
        assert (name, first + line, column) in places
        for word in words:
            assert word in str(caught.value)


class TestFile:
    def test_what_holds_for_all_of_them_is_laid_under_each(self, tmp_path: Path) -> None:
        file = tmp_path / "recognizers.yaml"
        own = RECOGNIZERS.replace("[Blue Heron]", "[Blue Heron]\n    global_regex_flags: 2")
        file.write_text("supported_languages: [en, zh]\nglobal_regex_flags: 0\n" + own)

        assert [item.global_regex_flags for item in load_recognizers(file)] == [0, 2]

    @pytest.mark.parametrize(("text", "words"), [
        ("", "`recognizers` is missing"),
        ("- name: x", "start with `recognizers:`"),
        ("recognizers: []", "expected at least 1 entry"),
        ("recognisers: []", "did you mean `recognizers`?"),
    ])  # fmt: skip
    def test_another_kind_of_file_is_told_what_one_looks_like(self, tmp_path: Path, text: str, words: str) -> None:
        file = tmp_path / "recognizers.yaml"
        file.write_text(text)

        with pytest.raises(PolicyError) as caught:
            load_recognizers(file)
        assert words in str(caught.value)

    def test_a_file_that_is_not_there_says_so(self, tmp_path: Path) -> None:
        with pytest.raises(PolicyError, match="can't be read"):
            load_recognizers(tmp_path / "none.yaml")
