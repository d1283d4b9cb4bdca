"""Tells values that stand for a secret (``YOUR_API_KEY``, ``xxxx``, ``${TOKEN}``) from secrets."""

from __future__ import annotations

import math
import re
from collections import Counter

# Words that a secret drawn at random holds once in a million times at most.
_WORDS = re.compile(
    r"your[_\- .]?|example|sample|placeholder|redacted|change[_\-]?(?:me|it|this)|dummy|foobar|replace|insert|"
    r"(?:api|access|secret|auth|bot|private)[_\- ]?(?:key|token)[_\- ]?(?:here|goes|value)?$|<[^>]*>|\$\{|\{\{|\$\(|"
    r"_here\b|here$|notreal|not[_\-]a[_\-]|random[_\-]?string|truncated|hidden|secret[_\-]?(?:key|token|here)$|"
    r"^(?:none|null|nil|true|false|undefined|string|str|test|todo|tbd|n/?a|password|passwd|secret|token|admin|user|root)$|"
    r"\.\.\.|…|\*{3}|#{4}|•{3}|%[sd(]|^\$[A-Za-z_]|^%[A-Z_]+%$|^@|^process\.|^os\.|^env\.",
    re.IGNORECASE,
)
_REPEATED = re.compile(r"(.)\1{5}|x{4}|X{4}|(?:(.{2,8})\2{3})")
_COUNTED = re.compile(r"1234567890|0123456789|abcdefgh|(?:123){3}", re.IGNORECASE)


def is_placeholder(value: str) -> bool:
    """Whether `value` is something to be replaced, a reference to a variable, or masked."""
    return bool(_WORDS.search(value) or _REPEATED.search(value) or _COUNTED.search(value))


def entropy(value: str) -> float:
    """Shannon entropy of the characters of `value`, in bits a character."""
    counts = Counter(value).values()
    return -sum(count / len(value) * math.log2(count / len(value)) for count in counts) if value else 0.0
