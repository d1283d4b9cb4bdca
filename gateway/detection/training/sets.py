"""Public labelled sets as training examples, where their licence allows it.

Reads JSON Lines with `text`, `sensitive` and perhaps `spans` and `category`. Used are: presidio-research's
synthetic set (MIT), WNUT-17 (CC-BY 4.0), PUPA-TNB (MIT), Arena-Hard v2.0 (Apache-2.0) and BELLE's seed
tasks (ODC-By). One row in five is held out, by its identifier. Knows nothing of frames.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from gateway.detection.famous import is_famous
from gateway.detection.training.corpus import Example
from gateway.detection.training.held_out import is_held_out

_TAGS = {
    "PERSON": "person", "STREET_ADDRESS": "address", "ZIP_CODE": "address", "GPE": "place", "ORGANIZATION": "organisation",
    "CREDIT_CARD": "identifier", "IBAN_CODE": "identifier", "US_SSN": "identifier", "US_DRIVER_LICENSE": "identifier",
    "IP_ADDRESS": "identifier", "PHONE_NUMBER": "contact", "EMAIL_ADDRESS": "contact", "DATE_TIME": "date",
}  # fmt: skip
REST = "rest"
"""A tag for text that is nothing private, though it may be a place, an organisation or somebody public."""


def _synthetic(row: dict[str, Any]) -> Example:
    spans = tuple((start, end, _TAGS[kind]) for start, end, kind in row.get("spans", []) if kind in _TAGS)
    return Example(row["text"], spans, None, None if row["sensitive"] else False)


def _social(row: dict[str, Any]) -> Example | None:
    text = row["text"]
    if any(is_famous(text[start:end]) for start, end, _ in row.get("spans", [])):
        return None
    return Example(text, _with_rest(text, row.get("spans", [])), None, None if row["sensitive"] else False, 0.7)


def _prompt(row: dict[str, Any]) -> Example:
    return Example(row["text"], None, None, True)


def _clean(row: dict[str, Any]) -> Example:
    return Example(row["text"], _with_rest(row["text"], []), frozenset(), False)


def _with_rest(text: str, people: list[Any]) -> tuple[tuple[int, int, str], ...]:
    spans: list[tuple[int, int, str]] = []
    at = 0
    for start, end, _ in sorted(people):
        spans += [(at, start, REST), (start, end, "person")]
        at = end
    return (*spans, (at, len(text), REST))


_READERS = {
    "en_synthetic": _synthetic, "en_social": _social, "en_user_prompts": _prompt, "en_clean_prompts": _clean,
    "zh_clean_prompts": _clean,
}  # fmt: skip


def read(directory: Path, *, held_out: bool = False) -> dict[str, list[Example]]:
    """The examples to train on, or those held out, by set. A set that is not there is left out."""
    found: dict[str, list[Example]] = {}
    for name, reader in _READERS.items():
        path = directory / f"{name}.jsonl"
        if not path.exists():
            continue
        rows = [json.loads(line) for line in path.read_text(encoding="utf-8").split("\n") if line.strip()]
        examples = [reader(row) for row in rows if is_held_out(str(row["id"])) is held_out]
        found[name] = [example for example in examples if example is not None]
    return found


def read_feedback(path: Path) -> list[Example]:
    """What people said of decisions (`sepal feedback`), as examples; rows without a text are passed over."""
    found = []
    for line in path.read_text(encoding="utf-8").split("\n"):
        row = json.loads(line) if line.strip() else {}
        said = row.get("text") or "\n".join(
            message["content"] for message in row.get("messages", []) if isinstance(message.get("content"), str)
        )
        if said:
            found.append(_prompt({"text": said}) if row["sensitive"] else _clean({"text": said}))
    return found
