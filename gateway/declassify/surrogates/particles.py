"""Particles that Korean and Japanese texts write right behind a name: 김민수에게, 田中さんは. Which part is the name?

Knows nothing of names but what it is told.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from gateway.detection.scripts import HAN

_KOREAN = """
으로부터 에게서 한테서 로부터 이라는 이라고 에게 한테 께서 이랑 하고 처럼 보다 부터 까지 으로 이나 이며 라는 라고 에서
은 는 이 가 을 를 과 와 의 도 만 께 랑 로 나 아 야
"""
_JAPANESE = "からは までに から まで より には とは では にも への との は が を に の と も へ で や"
_PARTICLES = {
    "ko_KR": tuple(sorted(_KOREAN.split(), key=len, reverse=True)),
    "ja_JP": tuple(sorted(_JAPANESE.split(), key=len, reverse=True)),
}
_ENDS_IN_HAN = re.compile(f"[{HAN}々]$")


def cut(text: str, locale: str, is_name: Callable[[str, str], bool]) -> tuple[str, str]:
    """`text` without the particle behind it, and the particle.

    Args:
        is_name: whether what is left would be a name, given that particle.
    """
    for particle in _PARTICLES.get(locale, ()):
        stem = text.removesuffix(particle)
        if stem and stem != text and is_name(stem, particle):
            return stem, particle
    return text, ""


def ends_in_han(stem: str) -> bool:
    """Whether a Japanese name may end here: hiragana behind it are no part of it then."""
    return len(stem) > 1 and _ENDS_IN_HAN.search(stem) is not None


def has_final(text: str) -> bool | None:
    """Whether a Korean word ends in a consonant, on which the form of particles depends; None if it is not Korean."""
    last = ord(text[-1:] or "\0") - ord("가")
    return last % 28 > 0 if 0 <= last <= ord("힣") - ord("가") else None
