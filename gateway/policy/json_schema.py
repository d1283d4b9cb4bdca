"""The JSON Schema of the policy file for editors, made from the Pydantic models.

What the models can't say is added: names to complete, examples, and that a policy which extends another may leave
out what that has. Draft 7, which every editor knows. Knows nothing of validation: what loads is said by `load`.
"""

from __future__ import annotations

from typing import Any

from gateway.detection.entities import KNOWN_ENTITIES
from gateway.detection.languages import KNOWN
from gateway.detection.topics import TOPICS
from gateway.paths import ready_made
from gateway.policy.groups import GROUPS, MEANING
from gateway.policy.schema import PolicyFile

Schema = dict[str, Any]

_REF = "#/$defs/"
_REQUIRED = ("levels", "destinations", "entities", "route")
_MERGED = {"destinations": "Destination", "keys": "Key"}
"""Mappings whose entries merge with those of the policy that is extended, and what an entry is."""
WORDS = {
    "PolicyFile.version": "Of the policy language: 1.",
    "PolicyFile.destinations": "Name → place where a prompt may run.",
    "Bounds.at_least": "The lowest number that holds.",
    "Bounds.at_most": "The highest number that holds.",
    "EntityLevel.level": "One of `levels`.",
    "Expected.label": "The prompt's label as it was sent.",
    "Expected.denied": "Whether a rule, a limit or `on_error` refuses it.",
    "LanguageWords.language": "ISO 639-1, e.g. zh.",
    "LanguageWords.context": "Words nearby that make a match surer.",
    "ListedRecognizer.patterns": "Regular expressions for what it finds.",
    "PolicyTest.name": "What the test shows, in words.",
    "PolicyTest.headers": "The caller's headers.",
    "Rule.name": "Shown in the audit and in answers; of an inherited rule: replaces it.",
}
"""Descriptions of fields that have none in the models and say nothing by their type."""
_EXAMPLES: dict[str, list[Any]] = {
    "PolicyFile.name": ["clinic"],
    "PolicyFile.extends": ["default"],
    "PolicyFile.levels": [["public", "internal", "confidential", "restricted"]],
    "Destination.base_url": ["http://127.0.0.1:11434/v1"],
    "Destination.api_key_env": ["MY_SERVER_KEY"],
    "Rule.name": ["code-names"],
    "Rule.deny": ["Bank data is not for this assistant; use the form on the intranet."],
    "Rule.tag": ["billing", ["billing", "review"]],
    "When.matches": [r"\bPRJ-\d{4}\b"],
    "When.words": [["Blue Heron", "青鹭"]],
    "When.words_file": ["customers.txt"],
    "When.headers": [{"x-team": "legal|finance"}],
    "When.models": [["auto"]],
    "When.key_groups": [["contractors"]],
    "Key.groups": [["contractors"]],
    "PolicyTest.prompt": ["Write to Maria Gonzalez, +34 612 345 678"],
    "PolicyTest.headers": [{"x-sepal-level": "confidential"}],
    "PolicyTest.request": [{"metadata": {"sepal_level": "confidential"}}],
    "Expected.entities": [["PERSON", "PHONE_NUMBER"]],
}


def json_schema() -> Schema:
    """The schema of a whole policy file."""
    root = PolicyFile.model_json_schema(by_alias=True)
    parts: dict[str, Schema] = root.pop("$defs")
    for model, part in {"PolicyFile": root, **parts}.items():
        part["properties"] = {
            name: _field(f"{model}.{name}", field, parts) for name, field in part.get("properties", {}).items()
        }
        part.pop("title", None)
    _complete_names(parts)
    parts["Rule"]["anyOf"] = [
        {"required": [action]} for action in ("raise_to", "deny", "require", "prefer", "declassify", "tag")
    ]
    _let_switch(parts)
    schema = {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "Sepal policy",
        **root,
        "definitions": parts,
    }
    _let_extend(schema)
    moved: Schema = _moved(schema)
    return moved


def _field(name: str, field: Schema, parts: dict[str, Schema]) -> Schema:
    """A field without Pydantic's titles and nulls, with a description and examples."""
    choices = [item for item in field.get("anyOf", ()) if item != {"type": "null"}]
    rest = {key: value for key, value in field.items() if key not in ("title", "anyOf")}
    if rest.get("default", ...) is None:
        del rest["default"]
    rest |= choices[0] if len(choices) == 1 else {"anyOf": choices} if choices else {}
    described = rest.pop("description", None) or WORDS.get(name)
    reference = rest.pop("$ref", None)
    if reference is not None:
        # Draft 7 overlooks whatever stands beside a reference.
        described = described or parts[reference.removeprefix(_REF)]["description"]
        rest["allOf"] = [{"$ref": reference}]
    examples = {"examples": _EXAMPLES[name]} if name in _EXAMPLES else {}
    return {"description": described, **rest, **examples}


def _complete_names(parts: dict[str, Schema]) -> None:
    """Known names as suggestions, so that one's own stay possible; closed sets as they are."""
    names = {"anyOf": [{"enum": [*GROUPS, *sorted(KNOWN_ENTITIES)]}, _ENTITY_NAME]}
    when = parts["When"]["properties"]
    for field in ("any", "all"):
        when[field]["items"] = {"anyOf": [*names["anyOf"], {"$ref": f"{_REF}When"}]}
    for part, field in (("When", "only"), ("When", "none"), ("Declassify", "entities"), ("Expected", "entities")):
        parts[part]["properties"][field]["items"] = names
    topics = sorted(TOPICS)
    when["topics"]["items"] = {"enum": [*(topic.lower() for topic in topics), *topics]}
    when["languages"]["items"] = {"enum": sorted(KNOWN)}
    headers = when["headers"]
    headers["additionalProperties"] = False


_ENTITY_NAME = {"type": "string", "pattern": "^([A-Z][A-Z0-9_]{0,62}|[a-z][a-z0-9_]{0,62})$"}
_LEVEL = {"type": "string", "pattern": "^[a-z][a-z0-9_-]{0,62}$"}


def _let_extend(schema: Schema) -> None:
    """With `extends`, parts may be left out and entries removed with null; without, nothing that is needed may."""
    parts, fields = schema["definitions"], schema["properties"]
    needed = {"route": parts["Route"].pop("required")}
    fields["extends"] |= _extends()
    for name, part in _MERGED.items():
        needed[name] = parts[part].pop("required", [])
        pattern, one = fields[name].pop("patternProperties").popitem()
        fields[name] |= {
            "propertyNames": {"pattern": pattern},
            "additionalProperties": {"anyOf": [one, {"type": "null"}]},
        }
    parts["Level"] = {
        "description": "The level of a type or a group; null removes what was inherited.",
        "anyOf": [_LEVEL, {"$ref": f"{_REF}EntityLevel"}, {"type": "null"}],
    }
    _name_entities(fields["entities"])
    schema["required"] = ["version"]
    schema["if"] = {"required": ["extends"], "properties": {"extends": {"not": {"const": []}}}}
    schema["then"] = {}
    schema["else"] = {
        "required": list(_REQUIRED),
        "properties": {
            **{name: {"additionalProperties": {"type": "object", "required": needed[name]}} for name in _MERGED},
            "entities": {"required": ["default"], "additionalProperties": {"type": ["string", "object"]}},
            "route": {"required": needed["route"]},
        },
    }


def _let_switch(parts: dict[str, Schema]) -> None:
    """Take entries that do no more than switch an inherited one on or off."""
    for name in ("PolicyTest", "ListedRecognizer"):
        parts[name]["anyOf"] = [{"required": parts[name].pop("required")}]
    for name in ("Rule", "PolicyTest", "ListedRecognizer"):
        parts[name]["anyOf"].append({"required": ["name", "enabled"], "maxProperties": 2})


def _extends() -> Schema:
    one = {"anyOf": [{"enum": list(ready_made())}, {"type": "string"}]}
    return {"anyOf": [*one["anyOf"], {"type": "array", "items": one}]}


def _name_entities(entities: Schema) -> None:
    level = {"allOf": [{"$ref": f"{_REF}Level"}]}
    groups = {name: {"description": f"{MEANING[name]}: {', '.join(sorted(GROUPS[name]))}", **level} for name in GROUPS}
    types = {name: {"description": _groups_of(name), **level} for name in sorted(KNOWN_ENTITIES)}
    default = {"description": "The level of every type that is not named here.", **level}
    entities["properties"] = {"default": default, **groups, **types}
    entities["additionalProperties"] = level
    entities["propertyNames"] = {"pattern": _ENTITY_NAME["pattern"]}


def _groups_of(name: str) -> str:
    groups = [group for group, types in GROUPS.items() if name in types]
    return f"of {', '.join(groups)}" if groups else "of no group"


def _moved(value: Any) -> Any:
    """References to where draft 7 keeps definitions."""
    if isinstance(value, dict):
        return {
            key: item.replace(_REF, "#/definitions/") if key == "$ref" and isinstance(item, str) else _moved(item)
            for key, item in value.items()
        }
    return [_moved(item) for item in value] if isinstance(value, list) else value
