"""The topics are those that the model can tell."""

from __future__ import annotations

from gateway.detection.recognizers import own_model
from gateway.detection.topics import TOPICS


def test_the_topics_are_those_of_the_model() -> None:
    assert {*own_model.TOPICS.values(), own_model.PERSONAL_CONTEXT} == TOPICS
