"""Every rule says what it finds, in which languages and by which standard, and finds its own example."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from gateway.detection import builtin
from gateway.detection.recognizers import RULES

Believed = Callable[[Any, str], list[str]]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_rules_find_their_own_examples(believed: Believed, rule: Any) -> None:
    recognizer = rule()
    if not hasattr(recognizer, "NEEDS"):
        pytest.skip("runs on every text")
    assert rule.STANDARD
    assert rule.LANGUAGES
    assert believed(recognizer, rule.EXAMPLE)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_rules_find_nothing_in_an_ordinary_sentence(rule: Any) -> None:
    recognizer = rule()
    for text in ("The bus was late again, so we walked home in the rain.", "今天下雨，公交车又晚点了，我们走回家。"):
        assert recognizer.analyze(text, recognizer.supported_entities, None) == []


@pytest.mark.parametrize("item", builtin.BUILTINS, ids=lambda item: item.name)
def test_presidios_recognizers_find_their_examples(believed: Believed, item: builtin.Builtin) -> None:
    assert item.standard
    assert item.languages
    assert believed(builtin.load(item), item.example)
