"""Detection, under the default policy, is no worse on our own evaluation set than when it was last measured.

The figures of record are in `evaluation/figures.json`: per class, how many rows leaked and how many were
held back wrongly. After a change for the better write them anew:
``sepal eval --json tests/detection/evaluation/*.jsonl | python tests/detection/test_evaluation.py``.
"""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).parent / "evaluation"
RECORD = HERE / "figures.json"
CLASSES = sorted(path.stem for path in HERE.glob("*.jsonl"))


@pytest.fixture(scope="module")
def measured(state_dir: Path) -> dict[str, Any]:
    from gateway.compose import decider, detector_of
    from gateway.detection.evaluate import Figures, evaluate
    from gateway.detection.labelled import read_rows
    from gateway.judge import judge_by
    from gateway.policy.load import load_policy
    from gateway.settings import load_settings

    effective = load_settings(None, {}, {"state_dir": state_dir})
    detector = detector_of(effective)
    policy = load_policy(Path(__file__).parents[2] / "policies" / "default.yaml", detector.entities)
    judging = decider(effective, policy, detector, cache_size=0)
    figures = Figures()
    for path in sorted(HERE.glob("*.jsonl")):
        with path.open("rb") as file:
            asyncio.run(evaluate(read_rows(file, path.name), judge_by(judging), [figures]))
    judging.inspector.close()
    report = figures.to_json()
    assert report["counts"]["bad"] == 0
    return report


def test_every_row_of_every_class_was_measured(measured: dict[str, Any]) -> None:
    rows = sum(len(path.read_text(encoding="utf-8").splitlines()) for path in HERE.glob("*.jsonl"))

    assert measured["counts"]["rows"] == rows
    assert sorted(measured["classes"]) == CLASSES


@pytest.mark.parametrize("name", CLASSES)
def test_no_more_leaks_or_is_held_back_than_was_recorded(measured: dict[str, Any], name: str) -> None:
    now, then = measured["classes"][name], json.loads(RECORD.read_text(encoding="utf-8"))[name]

    assert now["leaks"] <= then["leaks"], f"{name} leaked {now['leaks']}, on record {then['leaks']}"
    assert now["over"] <= then["over"], f"{name} held back {now['over']}, on record {then['over']}"


if __name__ == "__main__":
    classes = json.load(sys.stdin)["classes"]
    kept = {name: {key: one[key] for key in ("sensitive", "clean", "leaks", "over")} for name, one in classes.items()}
    RECORD.write_text(json.dumps(kept, indent=1) + "\n", encoding="utf-8")
