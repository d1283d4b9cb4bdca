"""The detector as a whole: what it finds, what it leaves alone, and that it never fails open."""

from __future__ import annotations

import base64
import logging
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from gateway.detection.encoder import MODEL, Encoder
from gateway.detection.engine import SepalDetector, build_detector
from gateway.detection.entities import KNOWN_ENTITIES
from gateway.detection.findings import DetectionError, DetectionTimeout
from gateway.detection.presidio import EntityRecognizer, PatternRecognizer, RecognizerRegistry
from gateway.detection.recognizers.cn_resident_id import check_character
from gateway.detection.recognizers.own_model import OwnModelRecognizer

Found = set[tuple[str, str]]
Detected = Callable[[str], Found]
RESIDENT_ID = "11010519491231002" + check_character("11010519491231002")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "Write to my patient Maria Gonzalez, born 3 May 1961, about her biopsy",
            {("PERSON", "Maria Gonzalez"), ("DATE_OF_BIRTH", "3 May 1961")},
        ),
        (
            f"给我的病人张伟写一封信，他的身份证号是{RESIDENT_ID}。",
            {("PERSON", "张伟"), ("CN_RESIDENT_ID", RESIDENT_ID)},
        ),
        (
            "My name is Oluwaseun Adeyemi and I live at 12 Baker Street, London",
            {("STREET_ADDRESS", "12 Baker Street, London")},
        ),
        ("Wire it to DE89 3704 0044 0532 0130 00 today", {("IBAN_CODE", "DE89 3704 0044 0532 0130 00")}),
        ("ping the box at 51.15.80.12 please", {("IP_ADDRESS", "51.15.80.12")}),
        ("my social security number is 536-90-4399", {("US_SSN", "536-90-4399")}),
        ("NHS number 943 476 5919, please book a scan", {("UK_NHS", "943 476 5919")}),
        (
            "请联系我的同事王小明，手机１３９１２３４５６７８",
            {("PERSON", "王小明"), ("PHONE_NUMBER", "１３９１２３４５６７８")},
        ),
        ("her card is 4\u200b111 1111 1111 1\u200b111", {("CREDIT_CARD", "4\u200b111 1111 1111 1\u200b111")}),
    ],
)
def test_finds_what_gives_a_person_away(detected: Detected, text: str, expected: Found) -> None:
    assert expected <= detected(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        " \n\t ",
        "Why is the sky blue?",
        "Explain Newton's second law",
        "Who wrote Hamlet?",
        "李白是谁？",
        "牛顿第二定律是什么？",
        "请把下面的句子翻译成英文：今天天气很好。",
        "Upgrade numpy from 1.26.4 to 2.4.6 and pin 3.11.7",
        "id = 'a408c583-fa26-4e3c-9650-ed1a629a79f3'",
        "ISBN 978-3-16-148410-0 is out of print",
        "order 12345678 arrived, invoice no 2024-00123 did not",
        "ssh user@example.com, or curl http://127.0.0.1:8080/health on 192.168.1.10",
        "for (int i = 0; i < len(items); i++) { total += items[i].price; }",
        "# Heading\n\n- **bold** [link](https://docs.python.org/3/library/re.html)\n\n| a | b |\n|---|---|",
        "Is 9999999900000001 prime? What is 1311861118074000 / 7?",
        "SELECT count(*) FROM orders WHERE created_at > '2024-01-01' AND total > 1000.50",
        "The commit 9f27d24949b0581701071ea5ef522d77ccd3f50c broke the build",
    ],
)
def test_leaves_harmless_text_alone(detected: Detected, text: str) -> None:
    public = {"DATE_TIME", "LOCATION", "URL", "ORGANIZATION", "PUBLIC_FIGURE"}
    assert {item for item in detected(text) if item[0] not in public} == set()


def test_a_finding_says_what_was_undone_to_see_it(detector: SepalDetector) -> None:
    text = "card four one one one one one one one one one one one one one one one, mail jo@firm.co.uk"
    card, mail = detector.detect([text])[0]
    assert (card.entity, card.undone) == ("CREDIT_CARD", ("spelled-out digits",))
    assert text[card.start : card.end].startswith("four one")
    assert (mail.entity, mail.undone) == ("EMAIL_ADDRESS", ())


@pytest.mark.parametrize("layers", [1, 2, 3, 4])
def test_what_is_encoded_is_looked_into(detector: SepalDetector, layers: int) -> None:
    hidden = "my card is 4111 1111 1111 1111"
    for _ in range(layers):
        hidden = base64.b64encode(hidden.encode()).decode()
    (finding,) = detector.detect([f"see {hidden}"])[0]
    assert (finding.entity, finding.start, finding.end) == ("CREDIT_CARD", 4, 4 + len(hidden))
    assert finding.undone == ("base64",)


def test_what_is_encoded_too_often_is_a_finding_by_itself(detector: SepalDetector) -> None:
    hidden = "nothing to see here"
    for _ in range(5):
        hidden = base64.b64encode(hidden.encode()).decode()
    (finding,) = detector.detect([f"see {hidden}"])[0]
    assert (finding.entity, finding.start, finding.end) == ("ENCODED_CONTENT", 4, 4 + len(hidden))


def test_harmless_encoded_text_is_no_finding(detector: SepalDetector) -> None:
    assert detector.detect([f"what is {base64.b64encode(b'the quick brown fox jumps').decode()}?"])[0] == ()


def test_findings_are_sorted_and_every_text_has_its_own(detector: SepalDetector) -> None:
    first, nothing, second = detector.detect(
        ["Mail anna.schmidt@web.de or call +49 30 901820", "", "mail jo@firm.co.uk"]
    )
    assert list(first) == sorted(first)
    assert [item.entity for item in first] == ["EMAIL_ADDRESS", "PHONE_NUMBER"]
    assert nothing == ()
    assert [(item.start, item.end, item.recognizer) for item in second] == [(5, 18, "EmailRecognizer")]


@pytest.mark.parametrize("place", [0, 3_900, 4_000, 7_650, 19_000])
def test_no_place_in_a_long_text_hides_a_number(detector: SepalDetector, place: int) -> None:
    filler = "the quick brown fox jumps over the lazy dog and goes home again " * 320
    text = f"{filler[:place]} {RESIDENT_ID} {filler[place:]}"
    start = place + 1
    assert [(item.start, item.end) for item in detector.detect([text])[0] if item.entity == "CN_RESIDENT_ID"] == [
        (start, start + 18)
    ]


def test_a_long_text_without_spaces_is_looked_at_to_its_end(detected: Detected) -> None:
    assert ("EMAIL_ADDRESS", "zoe@firm.co.uk") in detected("x" * 30_000 + ",zoe@firm.co.uk")


def test_a_deadline_that_passed_is_a_time_out(detector: SepalDetector) -> None:
    with pytest.raises(DetectionTimeout, match="deadline"):
        detector.detect(["Why is the sky blue?"], deadline=time.monotonic() - 1)


def test_a_deadline_stops_a_long_text_midway(detector: SepalDetector) -> None:
    begin = time.monotonic()
    with pytest.raises(DetectionTimeout):
        detector.detect(["to be or not to be " * 50_000], deadline=begin + 0.3)
    assert time.monotonic() - begin < 6


def _with(recognizer: Any) -> SepalDetector:
    registry = RecognizerRegistry(recognizers=[recognizer], supported_languages=["any"])
    return SepalDetector(registry, needs={}, required=frozenset(), version="test", parts={})


class _Failing(EntityRecognizer):  # type: ignore[misc, unused-ignore]
    error: type[Exception] = ValueError

    def __init__(self) -> None:
        super().__init__(supported_entities=["PERSON"], supported_language="any", name="Failing")

    def load(self) -> None: ...

    def analyze(self, text: str, entities: list[str], nlp_artifacts: Any = None) -> Any:
        raise self.error(text)


def test_a_recognizers_failure_is_an_error_that_names_it_and_holds_no_text() -> None:
    with pytest.raises(DetectionError, match="recognizer Failing failed") as caught:
        _with(_Failing()).detect(["the canary sings"])
    assert "canary" not in str(caught.value)
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__


def test_a_pattern_that_runs_out_of_time_is_a_time_out_not_a_clean_text(monkeypatch: pytest.MonkeyPatch) -> None:
    from gateway.detection.presidio import Pattern

    monkeypatch.setattr("gateway.detection.recognizers.rule.MATCH_SECONDS", 0.05)
    bomb = PatternRecognizer("BOMB", "Bomb", "any", [Pattern("bomb", r"(?:a|a)+(?:a|a)+(?:a|a)+b", 0.9)])
    with pytest.raises(DetectionTimeout, match="recognizer Bomb ran out of time"):
        _with(bomb).detect(["a" * 3_000])


def test_other_peoples_presidio_recognizers_work() -> None:
    staff = PatternRecognizer("STAFF_NUMBER", "Staff", "any", deny_list=["ZX-81"], context=[])
    assert [item.entity for item in _with(staff).detect(["ask ZX-81 about it"])[0]] == ["STAFF_NUMBER"]


def test_threads_share_one_detector(detector: SepalDetector) -> None:
    texts = [f"Call Dr. Ingrid Lindqvist{n} at +46 8 123 456 {n:02}, 联系人：王小明" for n in range(8)]
    alone = [detector.detect([text])[0] for text in texts]
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(lambda text: detector.detect([text])[0], texts * 3))
    assert together == alone * 3


@pytest.mark.parametrize("text", ["\ud800 lone \udfff", "a\0b", "\u202e\u200b\ufeff", "[SEP] [CLS] [PAD]", "𝔘" * 50])
def test_odd_characters_are_no_failure(detector: SepalDetector, text: str) -> None:
    assert [item for item in detector.detect([text])[0] if item.entity != "PERSON"] == []


def test_special_tokens_in_a_text_hide_nothing(detected: Detected) -> None:
    assert ("PERSON", "Maria Gonzalez") in detected("[SEP] Write to my patient Maria Gonzalez [PAD] now")


def test_every_type_that_can_be_found_is_known(detector: SepalDetector) -> None:
    assert detector.entities == KNOWN_ENTITIES


def test_version_and_parts_name_what_is_in_use(detector: SepalDetector) -> None:
    assert detector.version.startswith("sepal-")
    assert {"presidio-analyzer", "sepal", "lac", "onnxruntime"} <= detector.parts.keys()


def test_a_missing_model_is_an_error_that_names_the_file(tmp_path: Path) -> None:
    with pytest.raises(DetectionError, match=r"model\.json"):
        build_detector(model=tmp_path)


def test_a_model_that_is_not_the_expected_one_is_refused(tmp_path: Path) -> None:
    for name in ("model.json", "sepal.onnx", "tokenizer.json"):
        (tmp_path / name).write_bytes((MODEL / name).read_bytes())
    (tmp_path / "tokenizer.json").write_bytes(b"{}")
    with pytest.raises(DetectionError, match=r"tokenizer\.json is not the model file"):
        build_detector(model=tmp_path)


def test_nothing_is_logged_about_a_text(detector: SepalDetector, caplog: pytest.LogCaptureFixture) -> None:
    logging.getLogger("presidio-analyzer").setLevel(logging.DEBUG)
    with caplog.at_level(logging.DEBUG):
        detector.detect(["Maria Gonzalez, IBAN GB82WEST12345698765432, maria@firm.co.uk, born 3 May 1961"])
    assert caplog.records == []


@pytest.mark.parametrize(("step", "end"), [("look", (0, "")), ("dial", (1, "the network was asked for\n"))])
def test_building_and_detecting_ask_for_no_network_and_import_no_torch(
    tmp_path: Path, step: str, end: tuple[int, str]
) -> None:
    """The second case shows that the guard is one: there the program itself dials."""
    program = """
import socket, sys
def refuse(event, arguments):
    if event in ("socket.connect", "socket.sendto", "socket.sendmsg", "socket.getaddrinfo", "socket.gethostbyname"):
        raise SystemExit("the network was asked for")
sys.addaudithook(refuse)
if sys.argv[1] == "dial":
    socket.create_connection(("127.0.0.1", 9))
import tldextract
from gateway.detection.engine import build_detector
detector = build_detector()
assert tldextract.extract("mail.firm.co.uk").suffix == "co.uk"
assert detector.detect(["write maria@mail.firm.co.uk at https://firm.co.uk"])[0]
assert "torch" not in sys.modules and "transformers" not in sys.modules
"""
    home = {"HOME": str(tmp_path), "XDG_CACHE_HOME": str(tmp_path / "cache"), "PATH": "/usr/bin:/bin"}
    command = [sys.executable, "-c", program, step]
    done = subprocess.run(command, env=home, capture_output=True, text=True, check=False, cwd=Path(__file__).parents[2])
    assert (done.returncode, done.stderr) == end
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("it goes five three seven, eight two, six one four zero. Thanks", True),
        ("count: one two three four five six seven eight nine ten", False),
        ("pi is three point one four one five nine two six five three", False),
        ("it goes five three seven, eight two", False),
        ("in nineteen eighty-four two thousand and six people came", False),
        ("two hundred million three hundred thousand four hundred and fifty-one people", False),
    ],
)
def test_a_long_number_in_words_is_somebody_s(detector: SepalDetector, text: str, found: bool) -> None:
    spelled = [finding for finding in detector.detect([text])[0] if finding.entity == "SPELLED_NUMBER"]

    assert [text[item.start : item.end] for item in spelled] == (
        ["five three seven, eight two, six one four zero"] if found else []
    )


@pytest.mark.parametrize(
    "text",
    [
        "it is five thirty-six, ninety, forty-three ninety-nine",
        "my line is nine one seven five five five two thousand",
        "звони восемь девять один шесть один два три четыре пять шесть семь",  # the tagger sees a name in it
    ],
)
def test_a_number_in_tens_or_another_language_is_somebody_s(detector: SepalDetector, text: str) -> None:
    entities = {finding.entity for finding in detector.detect([text])[0]}
    assert entities & {"SPELLED_NUMBER", "PHONE_NUMBER", "US_SSN"}


def test_a_name_s_score_is_how_often_such_a_name_is_right(detector: SepalDetector) -> None:
    text = "my boss Marguerite Okonkwo left"
    own = OwnModelRecognizer(Encoder())
    raw = next(item for item in own.analyze(text, ["PERSON"]) if item.entity_type == "PERSON")
    found = next(item for item in detector.detect([text])[0] if item.entity == "PERSON")

    assert found.score == pytest.approx(own.calibrated(raw), abs=1e-4)
    assert found.score != pytest.approx(raw.score, abs=1e-4)
