"""Tells values that stand for a secret (``YOUR_API_KEY``, ``xxxx``, ``${TOKEN}``) from secrets."""

from __future__ import annotations

import re

from gateway.detection.recognizers.randomness import entropy, is_counted

__all__ = ["entropy", "is_masked", "is_placeholder", "is_reference", "is_stand_in"]

# Words that a secret drawn at random holds once in a million times at most.
_WORDS = re.compile(
    r"your[_\- .]?|^my[_\-.]|example|sample|placeholder|redacted|change[_\-]?(?:me|it|this)|dummy|foobar|"
    r"replace|insert|_here\b|here$|notreal|not[_\-]?a[_\-]?real|fake|random[_\-]?string|truncated|hidden|"
    r"(?:api|access|secret|auth|bot|private)[_\- ]?(?:key|token|secret)[_\- ]?(?:here|goes|value)?$|"
    r"secret[_\-]?(?:key|token|here)$|put[_\-]?(?:your|the)|to[_\-]?be[_\-]?(?:set|filled)|"
    r"^test[-_]?\d{0,4}$|^(?:none|null|nil|true|false|undefined|string|str|test|todo|tbd|n/?a|password|passwd|secret|"
    r"token|admin|user|root|"
    r"empty|unset|value|optional|required|default)$|lorem|ipsum|(?:deadbeef){2}|在此|你的|您的|填写|替换|"
    r"<[^>]*>|\.\.\.|…|\*{3}|#{4}|•{3}",
    re.IGNORECASE,
)
_REPEATED = re.compile(r"(.)\1{5}|x{4}|X{4}|([A-Za-z0-9_-]{2,8}?)\2{3}", re.DOTALL)
# Variables of shells, templates and programs: what stands there is fetched when the code runs.
_REFERENCE = re.compile(
    r"\$\{|\{\{|\$\(|%\(|<%|#\{|^\$[A-Za-z_]|^%[A-Za-z_]+%$|%[sd]$|^@|^\{[\w.]*\}$|"
    r"^(?:process|os|env|var|local|data|module|self|this|config|settings|options|params|args|request|secrets|vault|app|"
    r"ctx|context|import|key_?vault|ssm)\.|^(?:arn|ref|vault|op|env|file|ssm|awssm|gcpsm|kms)(?::|\+)",
    re.IGNORECASE,
)
_MASK = re.compile(r"\.\.|…|[*#•]|\[?redacted", re.IGNORECASE)


def is_reference(value: str) -> bool:
    """Whether `value` names where a secret is kept: a variable, a template, a vault's address."""
    return _REFERENCE.search(value) is not None


def is_stand_in(value: str) -> bool:
    """Whether `value` is something to be replaced, a reference to a variable, or masked."""
    return bool(_WORDS.search(value) or _REPEATED.search(value)) or is_reference(value)


def is_placeholder(value: str) -> bool:
    """Whether `value` is a stand-in, or counted out ("12345..."), as no random value is."""
    return is_stand_in(value) or is_counted(value)


def is_masked(text: str, end: int) -> bool:
    """Whether what ends at `end` of `text` is shown in part only: dots, stars or "[redacted]" follow."""
    return _MASK.match(text, end) is not None
