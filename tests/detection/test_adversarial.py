"""Texts made to hurt: whatever they hold, detection ends in time with what it found, or fails closed."""

from __future__ import annotations

import base64
import random
import time
from collections.abc import AsyncIterator

import pytest

from gateway.detection.engine import SepalDetector
from gateway.detection.findings import DetectionError, Finding
from gateway.detection.inspect import GRACE, Inspection, Inspector
from gateway.detection.overlaps import settle
from gateway.detection.recognizers import own_rules
from gateway.detection.views import views
from gateway.detection.windows import SIZE
from gateway.prompt import Prompt, Segment, read_prompt

TIMEOUT = 2.0
# For texts that take longer than either: the shorter it is, the sooner the tests end.
SHORT = 0.5
CARD = "5200 8216 4903 7187"


@pytest.fixture
async def inspector(detector: SepalDetector) -> AsyncIterator[Inspector]:
    made = Inspector(detector, timeout=TIMEOUT)
    yield made
    made.close()


@pytest.fixture
async def impatient(detector: SepalDetector) -> AsyncIterator[Inspector]:
    made = Inspector(detector, timeout=SHORT)
    yield made
    made.close()


def prompt(text: str) -> Prompt:
    return Prompt((Segment("messages[0].content", text),), ())


def entities(inspection: Inspection) -> set[str]:
    return {finding.entity for _, finding in inspection.findings}


def closed_or_found(inspection: Inspection, *wanted: str) -> bool:
    """Whether nothing passes for clean: detection failed and says so, or it found what is there."""
    return inspection.failed is not None or set(wanted) <= entities(inspection)


def ended(inspection: Inspection) -> bool:
    """Whether there is a result, or no more than too little time for one."""
    return inspection.failed is None or "longer" in inspection.failed


LARGE = {
    "one letter": "x" * 1_000_000,
    "one digit": "1" * 1_000_000,
    "one Chinese character": "中" * 1_000_000,
    "base64 of noise": base64.b64encode(random.Random(1).randbytes(750_000)).decode(),
    "base64 of text": base64.b64encode(b"to be or not to be, that is it. " * 23_000).decode(),
    "hexadecimal": random.Random(2).randbytes(500_000).hex(),
    "words in one": "tobeornottobe" * 80_000,
    "escapes": "\\u5f20" * 160_000,
    "percent": "%E5%BC%A0" * 110_000,
    "entities": "&#24352;" * 120_000,
}


@pytest.mark.parametrize("text", LARGE.values(), ids=LARGE.keys())
async def test_a_megabyte_without_a_space_is_looked_at_or_refused(impatient: Inspector, text: str) -> None:
    begin = time.monotonic()
    result = await impatient.inspect(prompt(f"{text} maria@firm.co.uk"))
    assert closed_or_found(result, "EMAIL_ADDRESS")
    assert time.monotonic() - begin < SHORT + GRACE + 5


async def test_a_hundred_thousand_invisible_characters_hide_nothing(inspector: Inspector) -> None:
    hidden = "\u200b".join(CARD) + "\u2060" * 100_000
    result = await inspector.inspect(prompt(f"my card is {hidden} thanks"))
    assert closed_or_found(result, "CREDIT_CARD")


async def test_a_card_spread_over_invisible_characters_is_found(inspector: Inspector) -> None:
    hidden = ("\u200b" * 5_000).join(CARD)
    assert closed_or_found(await inspector.inspect(prompt(hidden)), "CREDIT_CARD")


# What the patterns of recognizers and views begin with, repeated: none may take more than a few times the text.
UNITS = (
    "a", "1", "中", "1 ", "1-", "1.", "a ", "a-", "a.", "a@", "@", "<", "&", "&#", "%41", "%", "\\u", "\\",
    "\\x41", "=", "=4", "=41", "one ", "four", "double ", "一", "一 ", "공", "A B ", "a, ", "at dot ", "(at)",
    "[dot]", "a at b dot ", "点", "名：", "name: ", "name=", "first=A,", "姓名:", "|", "| a ", "\t", "a\t",
    "a\n", "-\n", "a-\n", "a1b2c3d4\n", "sk-", "key=", '"', "'", '1","', '{"a":"1",', "0x41,", "41 ", "01",
    "01000001", "A", "AB", "QUJD", "MFRGG", "=0D=0A", "а", "аa", "aа ", "\u0301", "a\u0301", "\u200b", "\ud800",
    "🅰", "gur ", "naq zl ", "O0", "0O ", "+", "?a=b+c&", "<tr><td>a", "<tr>", "insert into a (b) values (c),",
    "a;b;c\n", "name,phone\n", "part_a: 1 ", "1,", "1, ", "U+4E00", "\r\n", "http://", "//", "a/b", "(", "((1)",
    "[", "Aa1Aa1Aa1Aa1Aa1\n", "12:30 ", "1/2/2020 ", "::", " ", "eyJ", "-----BEGIN ", "password is ", "密码是",
    "省市区路", "号", "Dr. A ", "+49 ", "00", "AKIA", "born ", "DE89 ", "Bearer ", "mongodb://a:b", "192.168.",
)  # fmt: skip


@pytest.mark.parametrize("unit", UNITS)
def test_no_text_is_a_bomb_for_a_view(unit: str) -> None:
    begin = time.process_time()
    for view in views(unit * (20_000 // len(unit))):
        for start, end in view.regions():
            assert start <= end
    assert time.process_time() - begin < 5


@pytest.fixture(scope="module")
def rules() -> list[object]:
    return list(own_rules())


@pytest.mark.parametrize("unit", UNITS)
def test_no_text_is_a_bomb_for_a_recognizer(rules: list[object], unit: str) -> None:
    """One window of it: a recognizer either ends or runs into its own time limit, which is an error."""
    text = unit * (SIZE // len(unit))
    for recognizer in rules:
        begin = time.process_time()
        try:
            recognizer.analyze(text, recognizer.supported_entities, None)  # type: ignore[attr-defined]
        except TimeoutError:
            continue
        assert time.process_time() - begin < 5, recognizer


@pytest.mark.parametrize("layers", [5, 20, 50])
async def test_encodings_in_encodings_are_a_finding_by_themselves(impatient: Inspector, layers: int) -> None:
    # Fifty layers of this would be gigabytes; from 16 MB on a request is refused before it is looked at.
    hidden = b"nothing to see here"
    for _ in range(layers):
        hidden = base64.b64encode(hidden)
        if len(hidden) > 300_000:
            break
    result = await impatient.inspect(prompt(f"see {hidden.decode()}"))
    assert closed_or_found(result, "ENCODED_CONTENT")


@pytest.mark.parametrize("step", ["%25" * 40 + "41", "&amp;" * 40, "\\" * 4_000 + "u0041", "%2525252525252541"])
async def test_escapes_in_escapes_end(inspector: Inspector, step: str) -> None:
    assert ended(await inspector.inspect(prompt(step)))


@pytest.mark.parametrize(
    "text",
    [
        "\ud800" * 1_000,
        "my card is \udfff" + CARD,
        "\ud83d my card \ude00" + CARD,
        "\\ud800\\ud800 " + CARD,
        "%u" + "%uD800" * 100 + CARD,
        "\x00\x01\x02" * 1_000 + CARD,
        "\ufffe\uffff" + CARD,
        base64.b64encode("my card".encode("utf-16") + b"\xd8").decode() + CARD,
        base64.b64encode(b"\xff\xfe\x00\xd8" * 100).decode() + " " + CARD,
    ],
)
async def test_broken_text_is_text(inspector: Inspector, text: str) -> None:
    result = await inspector.inspect(prompt(text))
    assert ended(result)
    for path, finding in result.findings:
        assert path == "messages[0].content"
        assert 0 <= finding.start < finding.end <= len(text)


def test_ten_thousand_findings_are_ten_thousand(detector: SepalDetector) -> None:
    text = " ".join(f"maria{number}@firm{number}.co.uk" for number in range(10_000))
    try:
        (found,) = detector.detect([text], deadline=time.monotonic() + 60, rules_only=True)
    except DetectionError:
        return
    assert sum(finding.entity == "EMAIL_ADDRESS" for finding in found) == 10_000


def test_ten_thousand_findings_that_overlap_are_settled_in_one_pass() -> None:
    cards = [Finding(place, place + 16, "CREDIT_CARD", 1.0, "r") for place in range(0, 200_000, 20)]
    guesses = [Finding(item.start + 2, item.end - 2, "PHONE_NUMBER", 0.5, "r") for item in cards]
    begin = time.process_time()
    assert len(settle([*cards, *guesses])) == 10_000
    assert time.process_time() - begin < 5


async def test_a_request_of_ten_thousand_small_texts_ends(inspector: Inspector) -> None:
    body = {"messages": [{"role": "user", "content": [{"type": "text", "text": str(n % 10)} for n in range(10_000)]}]}
    result = await inspector.inspect(read_prompt(body))
    assert ended(result)


async def test_an_object_of_many_fields_ends(impatient: Inspector) -> None:
    body = {"messages": [], "metadata": {f"key_{n}": f"value {n}" for n in range(5_000)}}
    result = await impatient.inspect(read_prompt(body))
    assert ended(result)
