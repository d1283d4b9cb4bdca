"""Ways to see what a step makes of a text."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import pytest

from gateway.detection.normalise import Normalised
from gateway.detection.views.view import Edit, View, edit

Step = Callable[[str], Iterable[Edit]]


@pytest.fixture(scope="session")
def after() -> Callable[[Step, str], str]:
    """The text after a step, with the edits checked: inside the text, ascending, none twice."""

    def run(step: Step, text: str) -> str:
        edits = list(step(text))
        place = 0
        for item in edits:
            assert place <= item.start <= item.end <= len(text)
            assert not item.aligned or len(item.plain) == item.end - item.start
            place = item.end
        view = edit(View.of(text, Normalised(text, None)), edits, models=False)
        return text if view is None else view.text

    return run
