"""What is built in is shared by the detectors of a process; what people add is in their own detector alone."""

from __future__ import annotations

import gc
import json
import subprocess
import sys
import weakref
from concurrent.futures import ThreadPoolExecutor
from copy import copy
from pathlib import Path
from typing import Any

import onnxruntime
import pytest
import regex

from gateway.detection import builtin
from gateway.detection.encoder import MODEL
from gateway.detection.engine import SepalDetector, build_detector
from gateway.detection.findings import DetectionError, Finding
from gateway.detection.listed import ListedRecognizer
from gateway.detection.plugins import described, prepared, suffix
from gateway.detection.presidio import EntityRecognizer, predefined_recognizers
from gateway.detection.recognizers.rule import compile_patterns, run_patterns
from gateway.detection.shared import shared
from gateway.detection.version import fingerprint
from tests.conftest import ROOT

PROSE = """\
Write to my patient Maria Gonzalez, born 3 May 1961, about her biopsy
给我的病人张伟写一封信，他的手机是13912345678。
Isaac Newton and 李白 were no colleagues of Oluwaseun Adeyemi, 12 Baker Street, London
Wire it to DE89 3704 0044 0532 0130 00, not to gb82west12345698765432
my social security number is 536-90-4399, staff ZX-81, item YK-4471 of the list
员工 ZX-7788 在青鹭项目，联系人：王小明，zoe@firm.co.uk
her card is 4\u200b111 1111 1111 1\u200b111, Z\u200bX-8\u200b1, routing 021000021, account number 12345678
it goes five three seven, eight two, six one four zero; call +46 8 123 456 78
order 12345678 was shipped, ticket 021000021 is open, YK-12
password: hunter2-Xy!9, api_key = "q8Zr5LmN0vTc2XwP7yBd", staff badge 481516
Why is the sky blue?
Mi hermana se llama Ingrid Lindqvist; su DNI es 12345678Z, badge 234481
"""
TEXTS = [line for line in PROSE.split("\n") if line]


def own(prefix: str, entity: str, word: str) -> list[EntityRecognizer]:
    """A recognizer of one name, whatever it finds: numbers behind `prefix`, bare ones by `word`, and a list."""
    fields = {
        "name": "Staff", "supported_entity": entity, "context": [word], "deny_list": [f"{word} list"],
        "patterns": [{"name": "n", "regex": rf"{prefix}-\d+", "score": 0.9},
                     {"name": "weak", "regex": r"\b\d{6}\b", "score": 0.05}],
    }  # fmt: skip
    return described([ListedRecognizer.model_validate(fields)], "policy x")


def staff() -> list[EntityRecognizer]:
    return own("ZX", "STAFF", "badge")


def other() -> list[EntityRecognizer]:
    return own("YK", "ITEM", "the")


def examples(detector: SepalDetector) -> list[str]:
    return [item.EXAMPLE for item in detector.recognizers if getattr(item, "EXAMPLE", "")]


def plain(found: list[tuple[Finding, ...]]) -> Any:
    return [[[it.start, it.end, it.entity, it.score, it.recognizer, *it.undone] for it in each] for each in found]


PROGRAM = """
import json, sys
from tests.detection.test_shared import build_detector, plain, staff
detector = build_detector(extra=staff())
json.dump([detector.version, detector.parts, plain(detector.detect(json.load(sys.stdin)))], sys.stdout)
"""


def test_a_detector_built_after_another_equals_the_first_of_a_process() -> None:
    before = build_detector(extra=other())
    texts = [*TEXTS, *examples(before)]
    before.detect(texts)

    later = build_detector(extra=staff())
    fresh = subprocess.run(
        [sys.executable, "-c", PROGRAM], input=json.dumps(texts), capture_output=True, text=True, check=True, cwd=ROOT
    )

    found = plain(later.detect(texts))
    assert [later.version, later.parts, found] == json.loads(fresh.stdout)
    assert sum(map(len, found)) > len(texts) > 100
    assert found != plain(before.detect(texts))


def test_the_next_detector_compiles_and_loads_nothing_but_what_it_adds(
    detector: SepalDetector, monkeypatch: pytest.MonkeyPatch
) -> None:
    compiled: list[str] = []
    compile_one, extra = regex.compile, staff()

    def counted(pattern: str, *rest: Any, **named: Any) -> Any:
        compiled.append(pattern)
        return compile_one(pattern, *rest, **named)

    monkeypatch.setattr(regex, "compile", counted)
    monkeypatch.setattr(onnxruntime, "InferenceSession", None)

    extended = build_detector(extra=extra)

    mine: Any = extra[0]
    words = extended._context._words[mine.id].pattern
    assert compiled == [words, *(pattern.regex for pattern in mine.patterns)]
    assert extended.recognizers == (*detector.recognizers, mine)


def test_the_version_is_that_of_the_models_and_of_what_was_added() -> None:
    lac, encoder = (item for item in shared().recognizers if item.name in ("LAC", "SepalModel"))
    digest: str = lac.digest  # type: ignore[attr-defined]
    about = json.loads((MODEL / "model.json").read_text(encoding="utf-8"))

    built_in = fingerprint({"sepal": about["files"]["sepal.onnx"], "lac": digest})
    assert encoder is shared().recognizers[-1]
    assert [build_detector(extra=extra).version for extra in ([], staff(), other(), staff(), [])] == [
        built_in, built_in + suffix(staff()), built_in + suffix(other()), built_in + suffix(staff()), built_in,
    ]  # fmt: skip


def test_what_was_removed_is_gone(detector: SepalDetector) -> None:
    found = plain(build_detector(extra=staff()).detect(TEXTS))

    without = build_detector()

    assert {it[2] for each in found for it in each} >= {"STAFF"}
    assert "STAFF" not in without.entities
    assert without.entities == detector.entities
    assert plain(without.detect(TEXTS)) == plain(detector.detect(TEXTS))
    assert not {it.entity for each in without.detect(TEXTS) for it in each} & {"STAFF", "ITEM"}


def test_two_detectors_at_once_do_not_know_of_each_other() -> None:
    one, two = build_detector(extra=staff()), build_detector(extra=other())
    alone = [plain(build_detector(extra=staff()).detect(TEXTS)), plain(build_detector(extra=other()).detect(TEXTS))]

    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda each: plain(each.detect(TEXTS)), [one, two] * 4))

    assert found == alone * 4
    assert one.entities ^ two.entities == {"STAFF", "ITEM"}
    assert alone[0] != alone[1]


def test_looking_at_texts_changes_nothing_that_is_shared(detector: SepalDetector) -> None:
    def state() -> list[dict[str, Any]]:
        return [
            {key: copy(value) if isinstance(value, (list, dict, set)) else value for key, value in vars(item).items()}
            for part in (shared().recognizers, [p for it in shared().recognizers for p in getattr(it, "patterns", ())])
            for item in part
        ]

    before = state()

    build_detector(extra=staff()).detect([*TEXTS, *examples(detector)])

    assert state() == before
    assert len(before) > 300


def test_reloads_leave_nothing_behind(detector: SepalDetector) -> None:
    def alive() -> tuple[int, int]:
        regex.purge()  # the library's own memory of expressions, which has a limit
        gc.collect()
        # Not isinstance, which asks objects of other libraries what they pretend to be.
        found = [type(item) for item in gc.get_objects() if issubclass(type(item), (EntityRecognizer, SepalDetector))]
        return len(found), sum(issubclass(kind, SepalDetector) for kind in found)

    before, gone = alive(), []
    for number in range(20):
        extended = build_detector(extra=own(f"ZX{number}", "STAFF", f"badge{number}"))
        extended.detect([f"ZX{number}-81, badge{number} 481516"])
        (mine,) = [item for item in extended.recognizers if item.name == "Staff"]
        words = extended._context._words[mine.id]
        expressions = [words, *(it for pattern in mine.patterns for it in pattern.compiled_by_flags.values())]
        gone += [weakref.ref(extended), weakref.ref(mine), *map(weakref.ref, expressions)]
    del extended, mine, words, expressions

    assert alive() == before
    assert [ref() for ref in gone] == [None] * (20 * 6)


def test_no_detector_has_more_in_its_memory_of_words_than_it_runs(detector: SepalDetector) -> None:
    build_detector(extra=staff()).detect(TEXTS)

    assert len(shared().words) == len(detector._context._words)
    assert len(build_detector(extra=other())._context._words) == len(detector._context._words) + 1


class TestPresidiosClasses:
    """A package may bring another recognizer of a class that is built in, or change what belongs to the class."""

    def test_what_is_built_in_has_patterns_of_its_own(self, monkeypatch: pytest.MonkeyPatch) -> None:
        of_class = predefined_recognizers.UkNinoRecognizer.PATTERNS
        (about,) = [item for item in builtin.BUILTINS if item.name == "UkNinoRecognizer"]
        ours: Any = builtin.load(about)

        monkeypatch.setattr(of_class[0], "score", 0.0)
        monkeypatch.setattr(of_class[0], "regex", "x")
        of_class.append(of_class[0])
        try:
            found = [(it.start, it.end, it.score) for it in run_patterns(ours, "NINO AB123456C x")]
        finally:
            of_class.pop()

        assert found == [(5, 14, 0.5)]

    def test_one_with_other_flags_leaves_the_flags_of_the_others_alone(self) -> None:
        folded, exact = (predefined_recognizers.UkDrivingLicenceRecognizer(name=name) for name in "ab")
        exact.global_regex_flags = 0
        prepared(folded, "x")
        prepared(exact, "x")
        compile_patterns(folded)
        (pattern,) = folded.patterns
        kept = pattern.compiled_by_flags[folded.global_regex_flags]

        assert pattern is exact.patterns[0]
        assert run_patterns(exact, "licence morga753116sm9ij") == []
        assert pattern.compiled_by_flags[folded.global_regex_flags] is kept
        assert len(run_patterns(folded, "licence morga753116sm9ij")) == 1


def test_one_that_a_package_gives_again_is_checked_once() -> None:
    theirs: Any = prepared(predefined_recognizers.UkNinoRecognizer(name="Theirs"), "x")
    checked = theirs.analyze

    assert prepared(theirs, "x").analyze is checked  # type: ignore[comparison-overlap]
    assert [it.entity_type for it in checked("NINO AB123456C", ["UK_NINO"])] == ["UK_NINO"]


class TestModel:
    @pytest.fixture
    def copied(self, tmp_path: Path) -> Path:
        for file in MODEL.iterdir():
            (tmp_path / file.name).symlink_to(file)
        return tmp_path

    def test_another_one_is_read_each_time_and_shares_the_rules(self, copied: Path, detector: SepalDetector) -> None:
        one, two = build_detector(model=copied), build_detector(model=copied)

        assert len({id(item.recognizers[-1]) for item in (one, two, detector)}) == 3
        assert one.recognizers[:-1] == two.recognizers[:-1] == detector.recognizers[:-1]
        assert one.version == detector.version

    def test_one_that_is_spoilt_is_refused_although_it_was_read_before(self, copied: Path) -> None:
        build_detector(model=copied)
        (copied / "tokenizer.json").unlink()

        with pytest.raises(DetectionError, match=r"tokenizer\.json"):
            build_detector(model=copied)
        assert build_detector().version == shared().version
