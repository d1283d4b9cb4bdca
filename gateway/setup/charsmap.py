"""SentencePiece's "precompiled charsmap": a table of characters and what they are read as, in bytes.

Four bytes with the size of a double-array trie, the trie, then the replacements, each ended by a zero
byte. The layout is the one of darts-clone (Yata, 2008) as SentencePiece and llama.cpp read it. Knows
nothing of models or files.
"""

from __future__ import annotations

import struct
from array import array
from collections.abc import Mapping
from typing import Any

_LABELS = 256
_LEAF, _VALUE, _OFFSET_BITS = 1 << 8, 1 << 31, 10
_LARGEST_OFFSET = 1 << 21


def charsmap(replaced: Mapping[str, str]) -> bytes:
    """The table that replaces each key of `replaced` by its value; no key may be empty or hold a zero."""
    replacements = bytearray()
    places: dict[str, int] = {}
    values: dict[bytes, int] = {}
    for text, replacement in sorted(replaced.items()):
        if replacement not in places:
            places[replacement] = len(replacements)
            replacements += replacement.encode() + b"\0"
        values[text.encode()] = places[replacement]
    trie = _double_array(values)
    return struct.pack("<I", len(trie)) + trie + bytes(replacements)


def _tree(values: Mapping[bytes, int]) -> dict[int, Any]:
    """Nested by byte; the value of a key stands at 0 below its last byte."""
    root: dict[int, Any] = {}
    for key, value in values.items():
        if not key or 0 in key:
            raise ValueError("a character that is replaced can be neither empty nor zero")
        node = root
        for byte in key:
            node = node.setdefault(byte, {})
        node[0] = value
    return root


def _double_array(values: Mapping[bytes, int]) -> bytes:
    """A child with label `c` of a node with base `b` is the unit ``b ^ c``, and no two nodes share a base."""
    units: dict[int, int] = {0: 0}
    bases: set[int] = set()
    waiting = [(0, _tree(values))]
    first = 1
    while waiting:
        index, children = waiting.pop()
        base = first
        while base in bases or any(base ^ label in units for label in children):
            base += 1
        if base ^ index >= _LARGEST_OFFSET:
            raise ValueError("there are too many characters for one table")
        bases.add(base)
        # Gaps further back stay empty: to look at them all again for each node takes most of the time.
        first = max(first, base - _LABELS)
        units[index] |= (base ^ index) << _OFFSET_BITS | (_LEAF if 0 in children else 0)
        for label, child in children.items():
            units[base ^ label] = child | _VALUE if label == 0 else label
            if label:
                waiting.append((base ^ label, child))
    # Whole blocks of labels, so that no look-up leaves the array.
    size = (max(units) // _LABELS + 1) * _LABELS
    whole = array("I", (units.get(index, 0) for index in range(size)))
    return struct.pack(f"<{size}I", *whole)
