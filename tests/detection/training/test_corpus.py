"""Frames become texts in which every slot is filled and every span says what stands there."""

import itertools
import json
from pathlib import Path

import pytest

from gateway.detection.training import corpus, frames, sets
from gateway.detection.training.held_out import is_held_out

HERE = Path(frames.__file__).parent / "frames"


def frame(text: str, *topics: str, language: str = "en") -> frames.Frame:
    return frames.Frame(text, frozenset(topics), language, f"{language}_test")


def write(text: str, language: str = "en", seed: int = 1) -> corpus.Example:
    return corpus.Writer([frame(text, language=language)], seed).write(frame(text, language=language))


def spans(example: corpus.Example) -> list[tuple[str, str]]:
    assert example.spans is not None
    return [(example.text[start:end], tag) for start, end, tag in example.spans]


def test_the_same_slot_is_the_same_person_and_a_number_makes_another() -> None:
    (first, _), (again, _), (other, _) = spans(write("{person} and {person}, not {person2}"))

    assert first == again != other


def test_a_first_name_belongs_to_the_full_one() -> None:
    (full, _), (first, _) = spans(write("{person}: {first}", seed=4))

    assert first in full


def test_names_of_the_public_are_told_from_private_ones() -> None:
    found = spans(write("Did {person} like [[Ada Lovelace]] or {famous}?"))

    assert [tag for _, tag in found] == ["person", "public", "public"]
    assert found[1][0] == "Ada Lovelace"


def test_an_account_is_a_person_s_except_in_posts_that_all_can_read() -> None:
    text = "hi @{handle}, are you home?"
    post = frames.Frame(text, frozenset(), "en", "en_posts")

    assert [tag for _, tag in spans(write(text))] == ["person"]
    assert [tag for _, tag in spans(corpus.Writer([post], 1).write(post))] == ["public"]
    assert "@@" not in "".join(write(text, seed=seed).text for seed in range(20))


def test_double_braces_are_braces_and_choices_are_made() -> None:
    example = write('{{"a": <<1|1>>}}')

    assert example.text == '{"a": 1}'
    assert example.spans == ()


@pytest.mark.parametrize("language", ["en", "zh", "es", "fr", "de", "ja", "ko", "pt", "ru"])
def test_every_slot_can_be_filled_in_every_language(language: str) -> None:
    values = sorted(name[1:] for name in dir(corpus.Values) if name[0] == "_" and name[1:].isalpha())
    slots = [name for name in values if name not in ("pool", "chars", "one", "month")]
    text = " ".join(f"{{{name}}}" for name in [*slots, "person", "first", "titled", "nick", "handle", "famous"])

    example = write(text, language)

    assert "{" not in example.text.replace("{{ secret }}", "").replace("${API_KEY}", "")


def test_all_frames_can_be_written_and_their_spans_lie_in_the_text() -> None:
    every = frames.read_all(HERE)
    writer = corpus.Writer(every, 3)

    for item in every:
        example = writer.write(item)
        assert example.spans is not None
        assert all(0 <= start < end <= len(example.text) for start, end, _ in example.spans), item.text[:60]
        assert all(tag in corpus.TAGS for _, _, tag in example.spans)


def test_joined_texts_disclose_what_either_does() -> None:
    left = corpus.Example("a Ann", ((2, 5, "person"),), frozenset({"health"}), True)
    right = corpus.Example("Bob", ((0, 3, "person"),), frozenset(), False)

    both = corpus.joined(left, right, " ")

    assert spans(both) == [("Ann", "person"), ("Bob", "person")]
    assert both.topics == {"health"}
    assert both.discloses is True


def test_the_same_seed_gives_the_same_texts() -> None:
    every = frames.read_all(HERE)

    first, second = ([item.text for item in itertools.islice(corpus.Varied(every, {}, {}, 5), 50)] for _ in range(2))

    assert first == second


def test_disguises_keep_spans_where_they_were() -> None:
    every = frames.read_all(HERE)

    for example in itertools.islice(corpus.Varied(every, {}, {}, 6), 500):
        assert all(end <= len(example.text) for _, end, _ in example.spans or ())


def test_one_row_in_five_is_held_out() -> None:
    held = sum(is_held_out(f"row-{number}") for number in range(2_000))

    assert 300 < held < 500


def test_feedback_becomes_examples_where_it_holds_a_text(tmp_path: Path) -> None:
    rows = [
        {"text": "we close the plant in May", "sensitive": True},
        {"messages": [{"role": "user", "content": "hello"}, {"role": "user", "content": None}], "sensitive": False},
        {"decision": "dec_1", "sensitive": True},
    ]
    (tmp_path / "f.jsonl").write_text("\n".join(map(json.dumps, rows)) + "\n", encoding="utf-8")

    found = sets.read_feedback(tmp_path / "f.jsonl")

    assert [(item.text, item.discloses) for item in found] == [("we close the plant in May", True), ("hello", False)]
