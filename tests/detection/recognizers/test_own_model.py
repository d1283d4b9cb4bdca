"""What the model says becomes names, places and topics; sums of it are checked, not single opinions."""

from __future__ import annotations

import numpy as np
import pytest

from gateway.detection.encoder import OVERLAP, WINDOW, Encoder, Read, passes
from gateway.detection.recognizers.own_model import PERSONAL_CONTEXT, OwnModelRecognizer


@pytest.fixture(scope="module")
def encoder() -> Encoder:
    return Encoder()


class Scripted:
    """An encoder whose word the test writes: a tag for each piece, and one row of topics."""

    tags = ("none", "person", "public", "address", "place", "organisation", "contact", "identifier", "secret", "date")
    topics = ("health", "finance")

    def __init__(self, pieces: list[tuple[int, int, dict[str, float]]], topics: list[float]) -> None:
        shares = np.zeros((len(pieces), len(self.tags)), np.float32)
        for row, (_, _, given) in zip(shares, pieces, strict=True):
            for tag, share in given.items():
                row[self.tags.index(tag)] = share
            row[0] = 1 - row[1:].sum()
        offsets = [(start, end) for start, end, _ in pieces]
        end = max((end for _, end in offsets), default=0)
        self.answer = Read(offsets, shares, [(0, end)], np.array([topics], np.float32))

    def read(self, text: str) -> Read:
        return self.answer


def found(
    text: str, pieces: list[tuple[int, int, dict[str, float]]], topics: list[float] | None = None
) -> list[tuple[str, str, float]]:
    recognizer = OwnModelRecognizer(Scripted(pieces, topics or [0.1, 0.0, 0.0]))  # type: ignore[arg-type]
    results = recognizer.analyze(text, recognizer.supported_entities)
    return [(item.entity_type, text[item.start : item.end], round(item.score, 2)) for item in results]


def test_pieces_of_a_word_are_judged_together_and_words_of_a_name_joined() -> None:
    pieces = [(0, 3, {"person": 0.9}), (3, 5, {"person": 0.7}), (5, 11, {"person": 0.6}), (11, 16, {})]

    assert ("PERSON", "Maria Lopez", 0.7) in found("Maria Lopez left", pieces)


def test_a_name_is_private_unless_that_is_unlikely() -> None:
    text = "Newton"

    assert found(text, [(0, 6, {"public": 0.6, "person": 0.3})])[0] == ("PERSON", text, 0.3)
    assert found(text, [(0, 6, {"public": 0.8, "person": 0.1})])[0] == ("PUBLIC_FIGURE", text, 0.8)


@pytest.mark.parametrize(("share", "kept"), [(0.55, False), (0.7, True)])
def test_a_word_in_small_letters_must_be_likelier_a_name(share: float, kept: bool) -> None:
    assert any(entity == "PERSON" for entity, _, _ in found("fence", [(0, 5, {"person": share})])) is kept


def test_one_chinese_character_alone_is_no_name() -> None:
    assert ("PERSON", "力", 0.6) not in found("真给力", [(0, 2, {}), (2, 3, {"person": 0.6})])


def test_chinese_characters_are_words_of_their_own() -> None:
    pieces = [(0, 1, {"person": 0.9}), (1, 3, {"person": 0.8}), (3, 4, {})]

    assert ("PERSON", "张伟明", 0.85) in found("张伟明去", pieces)


def test_a_topic_is_named_at_the_probability_that_anything_is_disclosed() -> None:
    assert ("HEALTH", "I am ill", 0.9) in found("I am ill", [(0, 8, {})], [0.9, 0.8, 0.2])


def test_a_disclosure_without_a_topic_is_told_all_the_same() -> None:
    assert (PERSONAL_CONTEXT, "between us", 0.9) in found("between us", [(0, 10, {})], [0.9, 0.3, 0.2])


def test_nothing_is_found_in_nothing() -> None:
    assert found("", []) == []


@pytest.mark.parametrize("count", [0, 1, WINDOW, WINDOW + 1, 3 * WINDOW, 1_000, 5_003])
def test_every_piece_is_judged_once_and_seen_with_its_neighbours(count: int) -> None:
    spans = list(passes(count))

    assert [piece for _, _, first, until in spans for piece in range(first, until)] == list(range(count))
    assert all(start <= first < until <= end <= start + WINDOW for start, end, first, until in spans)
    assert all(first - start >= OVERLAP // 2 for start, _, first, _ in spans[1:])


def test_a_long_text_is_read_to_its_end(encoder: Encoder) -> None:
    text = "the tide comes in and goes out. " * 400

    read = encoder.read(text)

    assert read.offsets[-1][1] >= len(text.rstrip())
    assert len(read.offsets) == len(read.tags)
    assert len(read.stretches) == len(read.topics) > 10


def test_probabilities_are_probabilities(encoder: Encoder) -> None:
    read = encoder.read("Please tell 张伟明 that Ünal's scan came back.\n\n๛๛๛ 🙂")

    assert np.allclose(read.tags.sum(axis=1), 1, atol=1e-4)
    assert ((read.topics >= 0) & (read.topics <= 1)).all()


def test_texts_in_scripts_that_are_not_served_cost_little(encoder: Encoder) -> None:
    assert len(encoder.read("ᚠᚢᚦᚨᚱᚲ" * 2_000).offsets) < 20
