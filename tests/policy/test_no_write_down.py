"""The promise of the product, for every policy that loads: no text travels further than its label."""

import json
from dataclasses import replace
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, reject, settings
from hypothesis import strategies as st

from gateway.detection.findings import Finding
from gateway.policy.clear import NotCleared, clear
from gateway.policy.decide import Decision, Facts, choose, decide, rewritten
from gateway.policy.load import PolicyError, load_text
from gateway.policy.matching import compile_when
from gateway.policy.policy import Policy, Rule
from gateway.policy.schema import When
from gateway.policy.texts import Searches
from gateway.prompt import Unreadable, read_prompt

# The machine may be busy; what is proved here is not a speed.
unhurried = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much])
TYPES = ["PERSON", "EMAIL_ADDRESS", "CREDIT_CARD", "LOCATION", "API_KEY"]
MODELS = ["auto", "some-model", "other-model"]
LEVEL_NAMES = ["public", "internal", "confidential", "restricted", "sealed"]


@st.composite
def destinations(draw: st.DrawFn, levels: list[str]) -> dict[str, Any]:
    lowest, highest = levels[0], levels[-1]
    anywhere, below_highest = st.sampled_from(levels), st.sampled_from(levels[:-1])
    kind = draw(st.sampled_from(["local", "loopback", "swarm", "named swarm", "remote", "own remote", "plain remote"]))
    if kind == "local":
        return {"engine": draw(st.sampled_from(["llama.cpp", "transformers"])), "clearance": draw(anywhere)}
    if kind == "swarm":
        return {"engine": "petals", "clearance": lowest}
    if kind == "named swarm":
        return {"engine": "petals", "clearance": draw(below_highest), "allowed_servers": ["peer"]}
    server = {"engine": "openai", "model": draw(st.sampled_from(MODELS[1:]))}
    if kind == "loopback":
        return {**server, "base_url": "http://127.0.0.1:9/v1", "clearance": draw(anywhere)}
    if kind == "remote":
        return {**server, "base_url": "https://llm.example/v1", "clearance": draw(below_highest)}
    if kind == "own remote":
        return {**server, "base_url": "https://llm.example/v1", "clearance": highest, "trusted": True}
    return {**server, "base_url": "http://llm.example/v1", "clearance": lowest}


@st.composite
def rules(draw: st.DrawFn, levels: list[str], prefer: list[str], index: int) -> dict[str, Any]:
    rule: dict[str, Any] = {"name": f"rule-{index}"}
    conditions: dict[str, Any] = draw(
        st.fixed_dictionaries(
            {},
            optional={
                "any": st.lists(st.sampled_from(TYPES), min_size=1, max_size=3),
                "all": st.lists(st.sampled_from(TYPES), min_size=1, max_size=2),
                "at_least": st.integers(1, 3),
                "endpoints": st.just(["chat.completions"]),
                "models": st.lists(st.sampled_from(MODELS), min_size=1, max_size=2),
                "min_score": st.sampled_from([0.5, 0.9]),
            },
        )
    )
    if conditions:
        rule["when"] = conditions
    action = draw(st.sampled_from(["raise", "raise", "raise", "deny", "require", "prefer", "declassify"]))
    some = st.lists(st.sampled_from(prefer), min_size=1, max_size=2, unique=True)
    return (
        rule
        | {
            "raise": {"raise_to": draw(st.sampled_from(levels[1:]))},
            "deny": {"deny": "No."},
            "require": {"require": draw(some)},
            "prefer": {"prefer": draw(some), "tag": "preferred"},
            "declassify": {
                "declassify": {
                    "method": draw(st.sampled_from(["pseudonym", "placeholder", "mask", "hash", "remove"])),
                    "to": draw(st.sampled_from(levels[:-1])),
                    "entities": draw(st.lists(st.sampled_from(TYPES), min_size=1, max_size=2, unique=True)),
                }
            },
        }[action]
    )


@st.composite
def policies(draw: st.DrawFn, *, declassify: bool = False) -> Policy:
    """Any policy, through the text of a file: whatever loads is what must hold."""
    levels = LEVEL_NAMES[: draw(st.integers(2, 5))]
    level = st.sampled_from(levels)
    scored = st.fixed_dictionaries({"level": level, "min_score": st.sampled_from([0.0, 0.5, 0.9])})
    named = {f"d{index}": draw(destinations(levels)) for index in range(draw(st.integers(1, 5)))}
    prefer = draw(st.permutations(list(named)))[: draw(st.integers(1, len(named)))]
    entities = draw(st.dictionaries(st.sampled_from(TYPES), st.one_of(level, scored), max_size=5))
    some_rules = [draw(rules(levels, prefer, index)) for index in range(draw(st.integers(0, 3)))]
    if declassify:
        named["d0"] = {"engine": "petals", "clearance": levels[0]}
        prefer = list(named)
        entities |= {"PERSON": levels[1]}
        to = draw(st.sampled_from(levels[:1] + levels[:-1]))
        declassification = {"method": draw(st.sampled_from(["pseudonym", "hash"])), "to": to}
        some_rules.append({"name": "rewrite", "declassify": declassification})
    document = {
        "version": 1,
        "levels": levels,
        "destinations": named,
        "entities": {"default": draw(st.sampled_from(levels[1:])), **entities},
        "rules": some_rules,
        "route": {"prefer": prefer, "on_unavailable": draw(st.sampled_from(["next", "refuse"]))},
    }
    try:
        return load_text(yaml.safe_dump(json.loads(json.dumps(document))))  # No aliases.
    except PolicyError:
        reject()  # A declassification of what is low enough already.


findings = st.builds(
    Finding,
    start=st.just(0),
    end=st.just(1),
    entity=st.sampled_from([*TYPES, "NOT_IN_ANY_POLICY"]),
    score=st.sampled_from([0.1, 0.5, 0.89, 0.9, 1.0]),
    recognizer=st.just("test"),
)
unreadables = st.just(Unreadable("messages[0].content[0]", "image"))


@st.composite
def cases(draw: st.DrawFn, *, declassify: bool = False) -> tuple[Policy, Facts]:
    policy = draw(policies(declassify=declassify))
    facts = Facts(
        findings=tuple(draw(st.lists(findings, max_size=4))),
        unreadable=tuple(draw(st.lists(unreadables, max_size=1))),
        detection_failed=draw(st.sampled_from([None, None, "it took longer than 10 s"])),
        endpoint=draw(st.sampled_from(["chat.completions", "completions"])),
        model=draw(st.sampled_from(MODELS)),
        asked=tuple(draw(st.lists(st.sampled_from(policy.prefer), max_size=2, unique=True))),
    )
    return policy, facts


@unhurried
@given(cases(), st.data())
def test_whatever_is_found_asked_or_down_no_destination_sees_more_than_its_clearance(
    case: tuple[Policy, Facts], data: st.DataObject
) -> None:
    policy, facts = case
    decision = decide(policy, facts)
    usable = data.draw(st.sets(st.sampled_from([*policy.destinations, "never-heard-of"])))
    chosen = choose(decision, usable)
    for name in (*decision.admissible, *chosen):
        assert decision.label <= policy.destinations[name].clearance
        assert name in policy.prefer
    assert set(chosen) <= usable & set(decision.admissible)
    assert len(set(decision.admissible)) == len(decision.admissible)


@unhurried
@given(cases(), st.data())
def test_availability_never_changes_the_label(case: tuple[Policy, Facts], data: st.DataObject) -> None:
    policy, facts = case
    before = decide(policy, facts)
    choose(before, data.draw(st.sets(st.sampled_from([*policy.destinations]))))
    assert decide(policy, facts) == before
    assert decide(policy, replace(facts, asked=())).label == before.label


@unhurried
@given(cases())
def test_the_label_is_at_least_the_level_of_everything_that_counts(case: tuple[Policy, Facts]) -> None:
    policy, facts = case
    label = decide(policy, facts).label
    for finding in facts.findings:
        rule = policy.entities.get(finding.entity, policy.default)
        if finding.score >= rule.min_score:
            assert rule.level <= label
    if facts.unreadable or facts.detection_failed is not None:
        assert label == policy.levels.highest


@unhurried
@given(cases(), st.data())
def test_nothing_that_is_added_lowers_the_label(case: tuple[Policy, Facts], data: st.DataObject) -> None:
    policy, facts = case
    before = decide(policy, facts)
    more = (*facts.findings, data.draw(findings))
    when = data.draw(st.sampled_from([None, When(at_least=1), When(any=["PERSON"])]))
    holds = None if when is None else compile_when(when, Searches(), lambda _: ())
    rule = Rule("one-more", holds, data.draw(st.sampled_from(list(policy.levels))))
    after = [
        decide(policy, replace(facts, findings=more)),
        decide(policy, replace(facts, unreadable=(*facts.unreadable, data.draw(unreadables)))),
        decide(policy, replace(facts, detection_failed="ValueError in the detector")),
        decide(replace(policy, rules=(*policy.rules, rule)), facts),
    ]
    for decision in after:
        assert before.label <= decision.label
        assert set(decision.admissible) <= set(before.admissible)
        assert before.denied is None or decision.denied is not None


@unhurried
@given(cases(), st.data())
def test_asking_for_destinations_never_widens_where_a_prompt_may_go(
    case: tuple[Policy, Facts], data: st.DataObject
) -> None:
    policy, facts = case
    free = decide(policy, replace(facts, asked=()))
    asked = tuple(data.draw(st.lists(st.sampled_from(policy.prefer), min_size=1, unique=True)))
    decision = decide(policy, replace(facts, asked=asked))
    least = min(policy.destinations[name].clearance for name in asked)
    assert set(decision.admissible) <= set(free.admissible)
    assert all(policy.destinations[name].clearance >= least for name in decision.admissible)
    if free.admissible and set(asked) & set(free.admissible):
        assert decision.admissible[0] in asked


@unhurried
@given(cases())
def test_clearing_refuses_every_destination_that_is_not_admissible(case: tuple[Policy, Facts]) -> None:
    policy, facts = case
    body = {"messages": [{"role": "user", "content": "hello"}], "model": "m"}
    prompt = read_prompt(body)
    decision = decide(policy, replace(facts, inspected=prompt.digest()))

    def cleared(decision: Decision, name: str) -> object:
        return clear(decision, name, prompt, decision_id="dec_1", path="/chat/completions", body=body)

    for name in (*policy.destinations, "never-heard-of"):
        if name in decision.admissible:
            assert cleared(decision, name).destination == name  # type: ignore[attr-defined]
        else:
            with pytest.raises(NotCleared):
                cleared(decision, name)


@given(cases())
@settings(unhurried, max_examples=50)
def test_clearing_does_not_rely_on_the_list_of_admissible_destinations(case: tuple[Policy, Facts]) -> None:
    policy, facts = case
    body = {"messages": [{"role": "user", "content": "hello"}], "model": "m"}
    facts = replace(facts, inspected=read_prompt(body).digest())
    decision = replace(decide(policy, facts), admissible=tuple(policy.destinations))
    for name, destination in policy.destinations.items():
        if decision.denied is not None or not decision.label <= destination.clearance:
            with pytest.raises(NotCleared):
                clear(decision, name, read_prompt(body), decision_id="dec_1", path="/x", body=body)


@unhurried
@given(cases(declassify=True), st.data())
def test_a_rewritten_prompt_goes_only_where_its_own_label_and_the_rules_of_both_allow(
    case: tuple[Policy, Facts], data: st.DataObject
) -> None:
    policy, facts = case
    original = decide(policy, facts)
    left = tuple(finding for finding in facts.findings if data.draw(st.booleans()))
    again = replace(facts, findings=left)
    anew = rewritten(original, again, original.declassify)
    if anew is None:
        return
    own = decide(policy, again)
    assert original.declassify
    assert original.denied is None
    assert own.denied is None
    assert own.label <= anew.label
    assert anew.label == policy.levels.join(item.to for item in original.declassify)
    assert not facts.unreadable
    assert facts.detection_failed is None
    for name in anew.admissible:
        assert anew.label <= policy.destinations[name].clearance
        assert name in original.order
        assert name in own.order


def test_the_strategy_reaches_labels_and_refusals_of_every_kind() -> None:
    """Guards the properties above against a generator that has become too tame."""
    seen: set[str] = set()

    @given(cases())
    @settings(unhurried, max_examples=300, database=None, derandomize=True)
    def collect(case: tuple[Policy, Facts]) -> None:
        decision = decide(*case)
        seen.add("denied" if decision.denied else "nowhere" if not decision.admissible else "somewhere")
        seen.add(decision.label.name)
        seen.update(reason.rule.rstrip("-0123456789") for reason in decision.reasons)
        if 0 < len(decision.admissible) < len(case[0].prefer):
            seen.add("some but not all")

    @given(cases(declassify=True))
    @settings(unhurried, max_examples=100, database=None, derandomize=True)
    def collect_rewritten(case: tuple[Policy, Facts]) -> None:
        decision = decide(*case)
        if rewritten(decision, replace(case[1], findings=()), decision.declassify) is not None:
            seen.add("rewritten")

    collect()
    collect_rewritten()
    assert "rewritten" in seen
    assert seen >= {"denied", "nowhere", "somewhere", "some but not all", "rule", "entities", "detection", "unreadable"}
    assert seen >= set(LEVEL_NAMES)
