"""The ready-made policies load, say what they serve, and decide as their own tests say, with the real detector."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from gateway.compose import decider, detector_of
from gateway.detection.engine import SepalDetector, build_detector
from gateway.detection.entities import KNOWN_ENTITIES
from gateway.openai import wire
from gateway.openai.read import validate
from gateway.paths import find_policy, ready_made
from gateway.policy.load import load_policy
from gateway.policy.policy import Policy
from gateway.policy.proof import reachable
from gateway.policy_tests import run_tests
from gateway.settings import Effective, load_settings
from gateway.verdict import Call, Verdict

NAMES = ("default", "developer", "gdpr", "hipaa", "offline", "pci-dss", "pipl", "strict")
NAMED = {
    "developer": ["CWE-540", "CWE-798", "CWE-200", "RFC 1918", "RFC 6762", "27002"],
    "gdpr": ["4(1)", "4(5)", "5(1)(c)", "Article 8", "Article 9(1)", "Article 10", "article 25", "article 28(3)",
             "articles 44 to 46", "Recital 26", "recital 30"],
    "hipaa": ["164.514(b)(2)", "164.514(b)(2)(ii)", "164.312(b)", "160.103", *(f"({x})" for x in "ABCDEFGHIJKLMNOPQR")],
    "pci-dss": ["v4.0.1", "3.3.1.1", "3.3.1.2", "3.3.1.3", "3.4.1", "3.5.1", "10.2", "12.8"],
    "pipl": ["article 4", "article 28", "生物识别", "宗教信仰", "特定身份", "医疗健康", "金融账户", "行踪轨迹",
             "未成年人", "articles 28 to 32", "article 31", "article 38", "article 39", "article 40", "article 73(3)"],
}  # fmt: skip
"""What the comments of each policy must name: its articles, requirements and kinds of information."""
_HAN = re.compile(r"[\u4e00-\u9fff]")


@pytest.fixture(scope="module")
def effective() -> Effective:
    return load_settings(None, {}, {})


@pytest.fixture(scope="module")
def shared_detector() -> SepalDetector:
    return build_detector()


def loaded(name: str) -> Policy:
    return load_policy(find_policy(name), KNOWN_ENTITIES)


def written(name: str) -> str:
    return find_policy(name).read_text("utf-8")


def comments(text: str) -> str:
    return "\n".join(re.findall(r"(?:^|\s)#(.*)", text))


def own_tests(name: str) -> list[dict[str, Any]]:
    tests: list[dict[str, Any]] = yaml.safe_load(written(name))["tests"]
    return tests


def examples(text: str) -> list[str]:
    """The files that the comments show: from `version: 1` to the first line that is not set in as far."""
    found: list[str] = []
    lines = text.splitlines()
    for index, line in enumerate(lines):
        match = re.fullmatch(r"(\s*#   )version: 1", line)
        if match is None:
            continue
        own: list[str] = []
        for further in lines[index:]:
            if not further.startswith(match[1]):
                break
            own.append(further.removeprefix(match[1]))
        found.append("\n".join(own))
    return found


async def decided(effective: Effective, policy: Policy, detector: SepalDetector, text: str) -> Verdict:
    request = validate({"model": "auto", "messages": [{"role": "user", "content": text}]}, wire.ChatRequest)
    return await decider(effective, policy, detector).decide(Call("chat.completions", request, "r"))


def test_these_are_the_ready_made_policies() -> None:
    assert set(ready_made()) == set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_it_loads_without_a_warning_and_carries_its_own_name(name: str) -> None:
    policy = loaded(name)
    assert policy.warnings == ()
    assert policy.name == name


@pytest.mark.parametrize("name", NAMES)
def test_it_runs_where_the_default_runs_and_shows_a_swarm_nothing_above_public(name: str) -> None:
    policy, default = loaded(name), loaded("default")
    assert policy.levels == default.levels
    assert policy.destinations["local"] == default.destinations["local"]
    assert set(policy.destinations) == ({"local"} if name == "offline" else {"local", "swarm"})
    for label, row in reachable(policy).items():
        assert row["local"] == "as it is"
        if name != "offline" and label != "public":
            assert row["swarm"] == ("rewritten" if name == "pci-dss" else "never")


@pytest.mark.parametrize("name", NAMES)
def test_it_carries_cases_in_english_and_chinese_and_look_alikes(name: str) -> None:
    tests = own_tests(name)
    names = [test["name"] for test in tests]
    chinese = [bool(_HAN.search(json.dumps(test, ensure_ascii=False))) for test in tests]
    harmless = [test for test in tests if test["expect"].get("label") == "public"]

    assert len(tests) >= 20
    assert len(set(names)) == len(names)
    assert chinese.count(True) >= 8
    assert chinese.count(False) >= 8
    assert len(harmless) >= 5
    for test in harmless:
        assert test["expect"]["destination"] == ("local" if name == "offline" else "swarm"), test["name"]


@pytest.mark.parametrize("name", NAMED)
def test_its_comments_name_what_each_part_serves_and_where_it_ends(name: str) -> None:
    said = comments(written(name))
    assert [words for words in NAMED[name] if words not in said] == []
    assert "What it can't do" in said


@pytest.mark.parametrize("name", sorted(set(NAMES) - {"strict"}))
async def test_it_decides_as_its_tests_say(name: str, effective: Effective, shared_detector: SepalDetector) -> None:
    policy = loaded(name)
    assert policy.recognizers == ()
    outcomes = [item async for item in run_tests(decider(effective, policy, shared_detector), policy.tests)]
    assert [(item.name, item.differences) for item in outcomes if not item.passed] == []


async def test_strict_decides_as_its_tests_say(effective: Effective) -> None:
    policy = loaded("strict")
    detector = detector_of(effective, policy)
    outcomes = [item async for item in run_tests(decider(effective, policy, detector), policy.tests)]
    assert [(item.name, item.differences) for item in outcomes if not item.passed] == []


@pytest.mark.parametrize("name", sorted(set(NAMES) - {"default"}))
def test_the_example_in_its_comments_is_a_policy_that_loads(name: str, tmp_path: Path) -> None:
    shown = examples(written(name))
    assert shown
    for number, text in enumerate(shown):
        file = tmp_path / f"own-{number}.yaml"
        file.write_text(text, "utf-8")
        policy = load_policy(file, KNOWN_ENTITIES)
        assert policy.warnings == ()
        assert policy.sha256 != loaded(name).sha256


@pytest.fixture(scope="module")
def with_processor(tmp_path_factory: pytest.TempPathFactory) -> Policy:
    file = tmp_path_factory.mktemp("gdpr") / "own.yaml"
    file.write_text(next(text for text in examples(written("gdpr")) if "processor" in text), "utf-8")
    return load_policy(file, KNOWN_ENTITIES)


@pytest.mark.parametrize(
    "text",
    ["Please call Marta Wolniewicz back on 0161 882 4417.", "请给韩雪莹回个电话，号码是13926584417。"],
)
async def test_gdpr_with_a_processor_sends_it_pseudonyms_and_the_swarm_nothing(
    text: str, with_processor: Policy, effective: Effective, shared_detector: SepalDetector
) -> None:
    verdict = await decided(effective, with_processor, shared_detector, text)

    assert verdict.attempts == ("processor", "local")
    assert verdict.declassified is not None
    sent = verdict.declassified.request.model_dump_json()
    assert not any(secret in sent for secret in ("Wolniewicz", "0161 882 4417", "韩雪莹", "13926584417"))


@pytest.mark.parametrize(
    "text",
    ["Marta Wolniewicz, 0161 882 4417, has HIV. May her employer ask?", "请回复罗志远：他的糖尿病检查结果出来了。"],
)
async def test_gdpr_with_a_processor_keeps_special_categories_here(
    text: str, with_processor: Policy, effective: Effective, shared_detector: SepalDetector
) -> None:
    verdict = await decided(effective, with_processor, shared_detector, text)
    assert verdict.attempts == ("local",)
    assert verdict.declassified is None


async def test_offline_keeps_a_destination_that_somebody_adds_without_prompts(
    tmp_path: Path, effective: Effective, shared_detector: SepalDetector
) -> None:
    file = tmp_path / "own.yaml"
    swarm = "swarm: {clearance: public, engine: petals}"
    file.write_text(f"version: 1\nextends: offline\ndestinations: {{{swarm}}}\nroute: {{prefer: [swarm, local]}}\n")
    policy = load_policy(file, KNOWN_ENTITIES)

    verdict = await decided(effective, policy, shared_detector, "Write a haiku about autumn rain.")

    assert verdict.attempts == ("local",)
    assert [warning for warning in policy.warnings if "`swarm`" in warning]


async def test_the_list_of_strict_can_be_replaced_as_its_comments_show(tmp_path: Path, effective: Effective) -> None:
    file = tmp_path / "own.yaml"
    file.write_text(examples(written("strict"))[0], "utf-8")
    policy = load_policy(file, KNOWN_ENTITIES)
    detector = detector_of(effective, policy)

    for text, destination in (
        ("What are the opening hours?", "swarm"),
        ("营业时间是几点？", "swarm"),
        ("What is a prime number?", "local"),
        ("What are the opening hours? We close in May.", "local"),
    ):
        verdict = await decided(effective, policy, detector, text)
        assert verdict.attempts[0] == destination, text
