"""Frames are read with their topics, languages and line breaks."""

from pathlib import Path

import pytest

from gateway.detection.training import frames

HERE = Path(frames.__file__).parent / "frames"


def written(directory: Path, text: str, name: str = "en_some.txt") -> list[frames.Frame]:
    (directory / name).write_text(text, encoding="utf-8")
    return list(frames.read(directory / name))


def test_each_line_is_a_frame_with_the_topics_of_its_section(tmp_path: Path) -> None:
    found = written(tmp_path, "# a comment\n@ topics=health,minors\nher son is ill\n\n@ topics=none\nhello\\nthere\n")

    assert [(item.text, item.topics) for item in found] == [
        ("her son is ill", {"health", "minors"}),
        ("hello\nthere", frozenset()),
    ]


def test_a_block_holds_lines_up_to_a_rule(tmp_path: Path) -> None:
    found = written(tmp_path, "@ topics=none block\n# kept\nsecond\n---\nnext\n@ topics=legal\nlast\n")

    assert [item.text for item in found] == ["# kept\nsecond", "next", "last"]


def test_the_language_is_the_sections_or_the_files(tmp_path: Path) -> None:
    found = written(tmp_path, "@ topics=none\n一\n@ topics=none lang=de\nzwei\n", "zh_some.txt")

    assert [item.language for item in found] == ["zh", "de"]


def test_an_unknown_topic_is_named_with_file_and_line(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"en_some\.txt:2: unknown topic 'helth'"):
        written(tmp_path, "\n@ topics=helth\nx\n")


def test_every_topic_has_frames_in_english_and_chinese_and_so_has_nothing() -> None:
    every = frames.read_all(HERE)

    for language in ("en", "zh"):
        told = [item.topics for item in every if item.language == language]
        assert {topic for topics in told for topic in topics} == set(frames.TOPICS)
        assert sum(not topics for topics in told) > 500
