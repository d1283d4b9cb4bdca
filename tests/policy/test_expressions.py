"""Regular expressions are compiled once, and none is so large that it would take long."""

from __future__ import annotations

import gc
from typing import Any

import pytest
import re2
import yaml

from gateway.policy.decide import Facts, decide
from gateway.policy.expressions import MOST_TOGETHER, compiled
from gateway.policy.load import PolicyError, load_text
from tests.policy.test_load import GOOD


def text(*whens: dict[str, Any]) -> str:
    rules = [{"name": f"r{index}", "when": when, "tag": "t"} for index, when in enumerate(whens)]
    document = {**yaml.safe_load(GOOD), "rules": rules}
    return yaml.safe_dump(document, sort_keys=False, allow_unicode=True)


LARGE = [r"\pL{1000}", r"((\pL{30}){30})", r"[\pL\pN]{500}", r"(?i)(\pL{10}|\pN{10}){99}", r"(\pL{99}x){3}"]


@pytest.mark.parametrize("expression", LARGE)
@pytest.mark.parametrize("field", ["matches", "headers"])
def test_a_large_one_is_a_mistake_that_says_to_write_it_shorter(field: str, expression: str) -> None:
    written = text({field: expression if field == "matches" else {"x-team": expression}})
    with pytest.raises(PolicyError) as caught:
        load_text(written, "p.yaml")
    (mistake,) = caught.value.mistakes
    line = written.splitlines()[mistake.line - 1]
    assert expression in line
    assert line[mistake.column - 1 :].strip(" '\"") == expression
    assert "too large" in mistake.message
    assert "write it shorter" in mistake.message


def test_many_that_are_large_together_end_where_it_is_too_much() -> None:
    written = text({"matches": [rf"\pL{{{number}}}x" for number in range(60, 100)]})
    with pytest.raises(PolicyError) as caught:
        load_text(written, "p.yaml")
    (mistake,) = caught.value.mistakes
    assert "together" in mistake.message
    assert compiled(r"\pL{60}x").size * 40 > MOST_TOGETHER


@pytest.mark.parametrize("expression", [r"[一-龥]{2000}", r"((a{100}){10}){10}"])
def test_a_repetition_that_re2_does_not_count_is_named(expression: str) -> None:
    with pytest.raises(PolicyError, match=r"invalid repetition size: .* RE2 counts to 1000"):
        load_text(text({"matches": expression}), "p.yaml")


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    made: list[str] = []
    compile_ = re2.compile

    def counting(expression: str, options: Any = None) -> Any:
        made.append(expression)
        return compile_(expression, options)

    monkeypatch.setattr(re2, "compile", counting)
    return made


def test_each_is_compiled_once_for_checking_matching_and_all_together(calls: list[str]) -> None:
    own = [rf"once-{number}-\d+" for number in range(200)]
    policy = load_text(
        text({"matches": own}, {"matches": own[:1], "headers": {"x-a": own[0], "x-b": own[1]}}), "p.yaml"
    )
    assert decide(policy, Facts((), texts=(("see once-7-42", frozenset({"user"})),))).fired == ("r0",)
    assert sorted(calls) == sorted({*own, "|".join(f"(?:{item})" for item in own)})
    load_text(text({"matches": own}), "p.yaml")
    assert len(calls) == len(own) + 1  # They are still held.


def test_what_nobody_holds_any_more_is_let_go(calls: list[str]) -> None:
    program = compiled("let-go")
    assert compiled("let-go") is program
    del program
    gc.collect()
    compiled("let-go")
    assert calls == ["let-go", "let-go"]


def test_large_ones_are_searched_one_by_one_and_found() -> None:
    policy = load_text(text({"matches": [rf"{letter}\pL{{60}}9" for letter in "abcd"]}), "p.yaml")
    for words, fires in (("d" + "é" * 60 + "9", ("r0",)), ("d" + "é" * 59 + "9", ())):
        assert decide(policy, Facts((), texts=((words, frozenset({"user"})),))).fired == fires


def test_a_mistake_in_a_list_stands_at_its_own_line() -> None:
    written = text({"matches": ["fine", "also fine", "(?=no)"]})
    with pytest.raises(PolicyError, match="no look-around") as caught:
        load_text(written, "p.yaml")
    assert "(?=no)" in written.splitlines()[caught.value.mistakes[0].line - 1]
