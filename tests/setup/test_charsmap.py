"""The table is read by two others than its writer: Hugging Face's tokenizers here, llama.cpp in the engine's tests."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tokenizers.normalizers import Precompiled

from gateway.setup.charsmap import charsmap

CHARACTERS = st.characters(codec="utf-8", exclude_characters="\0", exclude_categories=["Cs", "Mn", "Mc", "Me", "Cf"])
TABLES = st.dictionaries(CHARACTERS, st.text(CHARACTERS, max_size=4), min_size=1, max_size=60)


@given(TABLES, st.text(CHARACTERS, max_size=20))
def test_each_character_is_read_as_the_table_says_and_others_as_they_are(table: dict[str, str], others: str) -> None:
    reader = Precompiled(charsmap(table))

    for character in [*table, *others]:
        assert reader.normalize_str(character) == table.get(character, character)


def test_a_table_of_thousands_keeps_them_apart() -> None:
    table = {chr(0x4E00 + number): f"{number}" for number in range(5000)} | {chr(0x1F300 + n): "" for n in range(300)}
    reader = Precompiled(charsmap(table))

    assert [reader.normalize_str(character) for character in table] == list(table.values())
    assert reader.normalize_str(chr(0x4E00 + 5000)) == chr(0x4E00 + 5000)


@pytest.mark.parametrize("key", ["", "\0"])
def test_what_the_format_can_not_hold_is_refused(key: str) -> None:
    with pytest.raises(ValueError, match="neither empty nor zero"):
        charsmap({key: "x"})
