"""What gives a replaced value away in another form keeps a prompt here; what only looks alike does not."""

from __future__ import annotations

import pytest

from gateway.declassify.replaced import Replaced
from gateway.declassify.traces import Traces

TRACES = Traces.of(
    [
        Replaced("PERSON", "Thomas Becker", "Kevin Kemp"),
        Replaced("PERSON", "Grace Oda", "Ann Wu"),
        Replaced("PERSON", "王晓明", "李志强"),
        Replaced("PERSON", "Petra Novotná", "Jana Dvorak"),
        Replaced("PERSON", "김민수에게", "조현우에게"),
        Replaced("EMAIL_ADDRESS", "slq77x@fastmail.com", "abc12d@example.org"),
        Replaced("PHONE_NUMBER", "+49 170 9876543", "+49 488 8620261"),
        Replaced("CREDIT_CARD", "4539 1488 0343 6467", "4711 1526 9118 5946"),
        Replaced("STREET_ADDRESS", "42 Thistledown Lane", "60 Huynh Lane"),
    ]
)


@pytest.mark.parametrize(
    "text",
    [
        "becker is late again", "The Beckers are nice", "becker_cv.pdf", "ＢＥＣＫＥＲ", "𝐁𝐞𝐜𝐤𝐞𝐫", "Bécker", "thomas",
        "oda says no", "T h o m a s B e c k e r", "B-e-c-k-e-r", "王，晓，明", "github.com/slq77x",
        "他姓王。", '{"姓":"王","名":"志强"}',
        "Novotný a syn", "김민수씨", "last six 876543",
        "0170 / 98 76 54 3", "BIN 453914", "4539148803436467", "the thistledown house",
    ],
)  # fmt: skip
def test_a_trace_is_seen(text: str) -> None:
    assert TRACES.stand_in(text)


@pytest.mark.parametrize(
    "text",
    [
        "Kevin Kemp, abc12d@example.org, +49 488 8620261", "with grace", "a soda", "晓风残月", "call +49 now", "4711",
        "Oak Lane", "12345678", "tom", "国王来了", "",
    ],
)  # fmt: skip
def test_what_looks_alike_is_none(text: str) -> None:
    assert not TRACES.stand_in(text)


def test_values_do_not_show() -> None:
    assert "becker" not in repr(TRACES).casefold()
