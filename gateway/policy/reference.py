"""The reference of the policy file as Markdown, made from the JSON Schema and so from the Pydantic models.

Knows nothing of what is written by hand around it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from gateway.detection.topics import TOPICS
from gateway.policy.conditions import MARKERS
from gateway.policy.groups import GROUPS, MEANING
from gateway.policy.json_schema import Schema, json_schema

START = "<!-- From here on made by `sepal policy schema --markdown`; a test compares the two. -->\n"
_SECTIONS = {
    "": "The whole file",
    "Destination": "A destination",
    "Level": "The level of a type",
    "EntityLevel": "A level with a least score",
    "Key": "A caller's API key: keys",
    "Rule": "A rule",
    "When": "Conditions: when",
    "Bounds": "Bounds",
    "Declassify": "Declassification: declassify",
    "Route": "Route",
    "OnError": "What can't be inspected: on_error",
    "Attachments": "Files and images: attachments",
    "Limits": "Limits",
    "PolicyTest": "A test",
    "Expected": "What a test expects: expect",
    "ListedRecognizer": "A recognizer",
    "ListedPattern": "A recognizer's pattern",
    "LanguageWords": "A language with its words",
}
_REF = "#/definitions/"
_FEW = 9


def reference() -> str:
    """Every field: name, type, default, description; then the groups and the closed lists of words."""
    schema = json_schema()
    parts = {"": schema, **schema["definitions"]}
    required = {"": [*schema["required"], *schema["else"]["required"]], **_needed(schema)}
    lines = [START, "## Reference", ""]
    for name, title in _SECTIONS.items():
        if "properties" in parts[name]:
            lines += _section(title, parts[name], frozenset(required.get(name) or _required(parts[name])))
    lines += [*_groups(), *_words()]
    return "\n".join(lines)


def _required(part: Schema) -> list[str]:
    """What an entry needs that is more than a switch."""
    whole: list[str] = part["required"] if "required" in part else part.get("anyOf", [{}])[0].get("required", [])
    return whole


def _needed(schema: Schema) -> dict[str, list[str]]:
    otherwise = schema["else"]["properties"]
    return {
        "Destination": otherwise["destinations"]["additionalProperties"]["required"],
        "Key": otherwise["keys"]["additionalProperties"]["required"],
        "Route": otherwise["route"]["required"],
    }


def _section(title: str, part: Schema, required: frozenset[str]) -> Iterator[str]:
    yield from (f"### {title}", "", part["description"], "", "| field | type | default | |", "|---|---|---|---|")
    for name, field in part["properties"].items():
        kept = "required" if name in required else _word(field["default"]) if "default" in field else "–"
        about = field["description"].replace("<", "&lt;").replace("*", "\\*")
        yield "| " + " | ".join(cell.replace("|", "\\|") for cell in (f"`{name}`", _type(field), kept, about)) + " |"
    yield ""


def _type(field: Schema) -> str:
    if "$ref" in field:
        return _link(field["$ref"].removeprefix(_REF))
    if "allOf" in field:
        return _type(field["allOf"][0])
    if "const" in field:
        return _word(field["const"])
    if "enum" in field:
        return _enum(field["enum"])
    if "anyOf" in field and "required" not in field["anyOf"][0]:
        choices = sorted(field["anyOf"], key=lambda item: item.get("type") == "array")
        return " or ".join(dict.fromkeys(kind for item in choices if (kind := _type(item))))
    return _plain(field)


def _word(value: Any) -> str:
    return f"`{value if isinstance(value, str) else json.dumps(value)}`"


def _enum(values: list[str]) -> str:
    if "PERSON" in values:
        return "type or group"
    if "default" in values:
        return ""  # The ready-made policies differ from one version to the next.
    return ", ".join(f"`{value}`" for value in values) if len(values) <= _FEW else "words from the lists below"


def _plain(field: Schema) -> str:
    kind = field.get("type")
    if kind == "array":
        return f"list: {_type(field['items'])}"
    if kind == "object":
        values = field.get("additionalProperties") or next(iter(field.get("patternProperties", {}).values()), True)
        return f"mapping to {_type(values)}" if isinstance(values, dict) else "mapping"
    if kind in ("integer", "number"):
        return ("whole number" if kind == "integer" else "number") + _range(field)
    if kind == "string":
        return "" if str(field.get("pattern", "")).startswith("^([A-Z]") else "name" if "pattern" in field else "text"
    return {"boolean": "`true` or `false`", "null": "null"}.get(str(kind), "anything")


def _range(field: Schema) -> str:
    low: Any = field.get("minimum", field.get("exclusiveMinimum"))
    more = "above" if "exclusiveMinimum" in field else "from"
    if low is None:
        return ""
    return f" {more} {low}" + (f" to {field['maximum']}" if "maximum" in field else "")


def _link(name: str) -> str:
    if name == "Level":
        return "level, or [level and score](#a-level-with-a-least-score)"
    title = _SECTIONS[name]
    return f"[{title.rpartition(': ')[2].lower()}](#{_anchor(title)})"


def _anchor(title: str) -> str:
    """As GitHub makes it of a heading."""
    return "".join(sign for sign in title.lower().replace(" ", "-") if sign.isalnum() or sign in "-_")


def _groups() -> Iterator[str]:
    yield from (
        "### Groups of types",
        "",
        "A type may be in several.",
        "",
        "| group | meaning | types |",
        "|---|---|---|",
    )
    for name, types in GROUPS.items():
        yield f"| `{name}` | {MEANING[name]} | {', '.join(sorted(types))} |"
    yield ""


def _words() -> Iterator[str]:
    topics = ", ".join(f"`{topic.lower()}`" for topic in sorted(TOPICS))
    schema = json_schema()["definitions"]["When"]["properties"]["languages"]["items"]["enum"]
    yield from ("### Words", "", f"Topics: {topics}.", "")
    yield from (f"Languages: {', '.join(f'`{language}`' for language in schema)}.", "")
    yield f"Markers (`markers: true`): {', '.join(MARKERS)}."
    yield ""
