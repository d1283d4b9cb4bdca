"""What the labels of forms, tables and records say of the values beside them.

A label such as "name" is one of many things; it counts as weak: only beside one that belongs to people.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from gateway.detection.recognizers import label_words
from gateway.detection.recognizers.label_words import listed
from gateway.detection.scripts import HAN

KINDS: dict[str, tuple[str, bool]] = {}
"""Label, as `plain` leaves it → (entity type, whether it is weak)."""
for _words, _entity, _weak in (
    (label_words.NAMES, "PERSON", False),
    (label_words.WEAK_NAMES, "PERSON", True),
    (label_words.PHONES, "PHONE_NUMBER", False),
    (label_words.ADDRESSES, "STREET_ADDRESS", False),
    (label_words.BIRTHS, "DATE_OF_BIRTH", False),
    (label_words.IDENTITIES, "GOVERNMENT_ID", False),
    (label_words.PASSPORTS, "PASSPORT", False),
    (label_words.LICENSES, "DRIVER_LICENSE", False),
    (label_words.ACCOUNTS, "BANK_ACCOUNT", False),
    (label_words.AMOUNTS, "FINANCE", True),
    (label_words.CONDITIONS, "HEALTH", True),
):
    for _word in listed(_words):
        KINDS.setdefault(_word, (_entity, _weak))

SECRETS = frozenset(listed(label_words.SECRETS))
"""Labels of passwords and keys; what stands beside them is other recognizers', except in tables."""
BESIDES = frozenset(listed(label_words.BESIDES))
"""Labels of people whose values say nothing by themselves."""
_INVENTED = frozenset(listed(label_words.INVENTED))
_FIRST, _LAST = ("first", "given", "名"), ("last", "family", "middle", "姓")
HALVES: Mapping[str, frozenset[str]] = {
    **dict.fromkeys(_FIRST, frozenset({*_LAST, "surname", "last name", "family name"})),
    **dict.fromkeys(_LAST, frozenset({*_FIRST, "forename", "first name", "given name"})),
}
"""Labels of half a name → what the other half may be called."""
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_BREAKS = re.compile(r"[\s_.\-]+")
_OWNERS = re.compile(r"^(?:my|his|her|their|your|our|the|el|la|der|die|das|le) |^(?:请填写|你的|您的|我的)")
_HAN = re.compile(f"[{HAN}]")
_LONGEST_LABEL = 32


def plain(label: str) -> str:
    """A label in small letters, its words apart: ``firstName`` and ``FIRST_NAME`` are "first name"."""
    words = label if label.isupper() else _CAMEL.sub(" ", label)
    return _OWNERS.sub("", _BREAKS.sub(" ", words).strip(" :：*#\"'`").lower())


def kind_of(label: str) -> tuple[str, bool] | None:
    """(entity type, whether weak) of a label, Chinese ones also at the end of a longer one (客户姓名)."""
    if len(label) > _LONGEST_LABEL:
        return None
    known = KINDS.get(label)
    if known is None and label and _HAN.match(label[-1]):
        known = next((KINDS[label[at:]] for at in range(1, len(label) - 1) if label[at:] in KINDS), None)
    return known


def is_of_a_person(label: str, near: Iterable[str]) -> bool:
    """Whether a weak `label` belongs to a person, given the labels near it."""
    halves = HALVES.get(label)
    if halves is not None:
        return not halves.isdisjoint(near)
    a_name = KINDS.get(label, ("", False))[0] == "PERSON"
    return any(_tells(other) for other in near if not (a_name and other in _INVENTED))


def _tells(label: str) -> bool:
    kind = kind_of(label)
    return label in BESIDES or (kind is not None and not kind[1])
