"""People's own recognizers find things, and whatever is wrong with one never makes a text pass for clean."""

from __future__ import annotations

import textwrap
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from gateway.detection import plugins
from gateway.detection.engine import SepalDetector, build_detector
from gateway.detection.findings import DetectionError, DetectionTimeout
from gateway.detection.listed import ListedRecognizer
from gateway.detection.plugins import PluginError, described, installed, joined, prepared, suffix
from gateway.detection.presidio import (
    EntityRecognizer,
    Pattern,
    PatternRecognizer,
    RecognizerRegistry,
    RecognizerResult,
)

Package = Callable[[str, str], None]


def listed(**fields: Any) -> ListedRecognizer:
    base = {"name": "Staff", "supported_entity": "STAFF", "patterns": [{"name": "n", "regex": r"ZX-\d+", "score": 0.9}]}
    return ListedRecognizer.model_validate({**base, **fields})


def only(*recognizers: EntityRecognizer) -> SepalDetector:
    registry = RecognizerRegistry(recognizers=list(recognizers), supported_languages=["any"])
    return SepalDetector(registry, needs={}, required=frozenset(), version="test", parts={})


def found(detector: SepalDetector, text: str) -> set[tuple[str, str]]:
    return {(item.entity, text[item.start : item.end]) for item in detector.detect([text])[0]}


class Odd(EntityRecognizer):  # type: ignore[misc, unused-ignore]
    """Answers with whatever it was given."""

    def __init__(self, *results: Any, name: str = "Odd", language: str = "en") -> None:
        self.results = list(results)
        super().__init__(supported_entities=["ODD"], supported_language=language, name=name)

    def load(self) -> None: ...

    def analyze(self, text: str, entities: list[str], nlp_artifacts: Any = None) -> Any:
        return self.results


class TestDescribed:
    def test_patterns_words_and_context_find_what_they_say(self) -> None:
        weak = {"name": "weak", "regex": r"\b\d{6}\b", "score": 0.05}
        recognizers = [listed(patterns=[weak], context=["staff"]), listed(name="P", deny_list=["Blue Heron", "青鹭"])]
        detector = only(*described(recognizers, "policy x"))

        assert found(detector, "staff 481516") == {("STAFF", "481516")}
        assert found(detector, "item 481516") == set()
        assert found(detector, "about blue  heron") == {("STAFF", "blue  heron")}
        assert found(detector, "关于青鹭项目的进展") == {("STAFF", "青鹭")}
        assert found(detector, "a heron is blue") == set()

    def test_disguises_are_undone_for_them_too(self) -> None:
        detector = only(*described([listed()], "policy x"))

        assert found(detector, "Z\u200bX-4\u200b7") == {("STAFF", "Z\u200bX-4\u200b7")}

    def test_one_that_is_not_enabled_is_left_out(self) -> None:
        assert described([listed(enabled=False)], "x") == []

    def test_flags_are_presidios_own_unless_given(self) -> None:
        (folded,), (exact,) = described([listed()], "x"), described([listed(global_regex_flags=0)], "x")

        assert found(only(folded), "zx-1") == {("STAFF", "zx-1")}
        assert found(only(exact), "zx-1") == set()

    def test_a_pattern_that_runs_out_of_time_is_a_time_out(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("gateway.detection.recognizers.rule.MATCH_SECONDS", 0.05)
        bomb = {"name": "bomb", "regex": r"(?:a|a)+(?:a|a)+(?:a|a)+b", "score": 0.9}

        with pytest.raises(DetectionTimeout, match="recognizer Staff ran out of time"):
            only(*described([listed(patterns=[bomb])], "x")).detect(["a" * 3_000])


class TestPrepared:
    def test_it_looks_at_every_text_whatever_its_language(self) -> None:
        german = PatternRecognizer("STAFF", "Personal", "de", [Pattern("n", r"ZX-\d+", 0.9)])

        ready = prepared(german, "entry point x")

        assert found(only(ready), "员工号 ZX-81 在") == {("STAFF", "ZX-81")}
        assert (ready.LANGUAGES, plugins.origin_of(ready)) == (("de",), "entry point x")  # type: ignore[attr-defined]

    def test_presidios_loop_inside_an_own_analyze_runs_out_of_time_loudly(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        class Wrapped(PatternRecognizer):  # type: ignore[misc, unused-ignore]
            def analyze(self, *arguments: Any, **named: Any) -> Any:
                return super().analyze(*arguments, **named)

        monkeypatch.setattr("gateway.detection.recognizers.rule.MATCH_SECONDS", 0.05)
        bomb = Wrapped("BOMB", "Bomb", "en", [Pattern("bomb", r"(?:a|a)+(?:a|a)+(?:a|a)+b", 0.9)])

        with pytest.raises(DetectionTimeout, match="recognizer Bomb ran out of time"):
            only(prepared(bomb, "x")).detect(["a" * 3_000])

    @pytest.mark.parametrize("result", [
        RecognizerResult("ODD", 0, 99, 0.9), RecognizerResult("ODD", 3, 3, 0.9), RecognizerResult("ODD", -1, 2, 0.9),
        RecognizerResult("ODD", 0, 3, float("nan")), RecognizerResult("ODD", 0, 3, 7.0),
        RecognizerResult("OTHER", 0, 3, 0.9), "nonsense", None,
    ])  # fmt: skip
    def test_an_answer_that_is_none_is_a_failure_and_holds_no_text(self, result: Any) -> None:
        with pytest.raises(DetectionError, match=r"^the recognizer Odd failed") as caught:
            only(prepared(Odd(result), "x")).detect(["the canary"])
        assert "canary" not in str(caught.value)

    def test_a_result_without_a_name_gets_that_of_its_recognizer(self) -> None:
        (finding,) = only(prepared(Odd(RecognizerResult("ODD", 0, 3, 0.9)), "x")).detect(["the canary"])[0]

        assert (finding.entity, finding.recognizer, finding.score) == ("ODD", "Odd", 0.9)

    def test_no_answer_is_no_finding(self) -> None:
        odd = Odd()
        odd.results = None  # type: ignore[assignment]

        assert only(prepared(odd, "x")).detect(["the canary"]) == [()]

    def test_what_needs_an_nlp_engine_or_a_server_is_refused(self) -> None:
        from presidio_analyzer import RemoteRecognizer
        from presidio_analyzer.predefined_recognizers import SpacyRecognizer

        class Far(RemoteRecognizer):  # type: ignore[misc, unused-ignore]
            def load(self) -> None: ...
            def analyze(self, text: str, entities: list[str], nlp_artifacts: Any) -> Any: ...
            def get_supported_entities(self) -> Any: ...

        with pytest.raises(PluginError, match="it needs an NLP engine"):
            prepared(SpacyRecognizer(), "entry point x")
        with pytest.raises(PluginError, match="it sends texts to a server"):
            prepared(Far(["X"], "Far", "en", "1"), "entry point x")

    def test_what_is_no_recognizer_is_refused(self) -> None:
        with pytest.raises(PluginError, match="gives a str; it must give recognizers"):
            prepared("recognizer", "entry point x")


class TestInstalled:
    @pytest.fixture
    def package(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Package:
        """Installs a package with a module and an entry point that names something in it."""

        def install(name: str, source: str) -> None:
            module = f"{name}_recognizers"
            (tmp_path / f"{module}.py").write_text(textwrap.dedent(source))
            info = tmp_path / f"{name}-1.5.dist-info"
            info.mkdir()
            (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.5\n")
            (info / "entry_points.txt").write_text(f"[sepal.recognizers]\nstaff = {module}:staff\n")
            monkeypatch.syspath_prepend(str(tmp_path))

        return install

    PATTERN = """
        from presidio_analyzer import Pattern, PatternRecognizer

        class Staff(PatternRecognizer):
            LANGUAGES, EXAMPLE, STANDARD = ("en", "de"), "ZX-81", "house rule 7"

            def __init__(self, name="Staff"):
                super().__init__("STAFF", name, "en", [Pattern("n", r"ZX-\\d+", 0.9)])
        """

    @pytest.mark.parametrize(("line", "names"), [
        ("staff = Staff", ["Staff"]),
        ("def staff(): return [Staff('One'), Staff('Two')]", ["One", "Two"]),
        ("def staff(): return Staff('Three')", ["Three"]),
        ("staff = [Staff('Four')]", ["Four"]),
    ])  # fmt: skip
    def test_a_class_a_function_or_a_list_gives_recognizers(
        self, package: Package, line: str, names: list[str]
    ) -> None:
        package(f"pkg{len(line)}", textwrap.dedent(self.PATTERN) + line + "\n")

        recognizers = installed()

        assert [item.name for item in recognizers] == names
        assert found(only(*recognizers), "ask ZX-81") == {("STAFF", "ZX-81")}
        assert plugins.origin_of(recognizers[0]) == f"entry point staff of pkg{len(line)} 1.5"

    @pytest.mark.parametrize(("name", "source", "words"), [
        ("broken", "import nothing_of_that_name\n", "ModuleNotFoundError"),
        ("lacking", "other = 1\n", "AttributeError"),
        ("failing", "def staff(): raise RuntimeError('no model')\n", "RuntimeError: no model"),
        ("nonsense", "staff = 7\n", "TypeError"),
        ("words", "staff = ['recognizer']\n", "gives a str"),
    ])  # fmt: skip
    def test_a_package_that_cannot_be_used_is_named(self, package: Package, name: str, source: str, words: str) -> None:
        package(name, source)

        with pytest.raises(PluginError, match=f"entry point staff of {name} 1.5") as caught:
            installed()
        assert words in str(caught.value)

    def test_without_such_packages_there_are_none(self) -> None:
        assert installed() == []


class TestTogether:
    def test_the_detector_finds_theirs_beside_its_own_and_has_another_version(self, detector: SepalDetector) -> None:
        extended = build_detector(extra=described([listed()], "policy x"))

        assert found(extended, "mail zoe@firm.co.uk to ZX-81") >= {
            ("STAFF", "ZX-81"),
            ("EMAIL_ADDRESS", "zoe@firm.co.uk"),
        }
        assert extended.entities == detector.entities | {"STAFF"}
        assert extended.version.startswith(detector.version + "+")

    def test_whom_they_call_a_person_is_one_however_well_known(self) -> None:
        own = listed(name="Clients", supported_entity="PERSON", patterns=[], deny_list=["Isaac Newton"])
        extended = build_detector(extra=described([own], "policy x"))

        assert ("PERSON", "Isaac Newton") in found(extended, "Who was Isaac Newton?")

    def test_the_version_changes_with_what_they_are_and_not_with_where_they_stand(self) -> None:
        first, same = suffix(described([listed()], "here")), suffix(described([listed()], "there"))
        other = suffix(described([listed(deny_list=["x"])], "here"))
        code = suffix([prepared(Odd(), "here")])

        assert first == same
        assert len({"", first, other, code}) == 4
        assert suffix([]) == ""

    def test_two_of_one_name_are_refused(self) -> None:
        with pytest.raises(PluginError, match=r"two recognizers named Staff \(here; there\)"):
            joined([], [*described([listed()], "here"), *described([listed()], "there")])
        with pytest.raises(PluginError, match="two recognizers named EmailRecognizer"):
            build_detector(extra=described([listed(name="EmailRecognizer")], "here"))
