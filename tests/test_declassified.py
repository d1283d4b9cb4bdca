"""What goes to the swarm under a rule that declassifies, on the real detector; and what stays, and why."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import orjson
import pytest

from gateway.audit.recorded import decision_record
from gateway.compose import decider, detector_of
from gateway.detection.entities import KNOWN_ENTITIES
from gateway.openai import wire
from gateway.openai.read import validate
from gateway.policy.clear import NotCleared, clear
from gateway.policy.load import load_policy
from gateway.report import explain
from gateway.settings import load_settings
from gateway.verdict import Call, Decider, Verdict, refusal

POLICY = """\
version: 1
extends: default
rules:
  - name: contacts
    when: {only: [PERSON, contact, DATE_OF_BIRTH]}
    declassify: {method: METHOD, to: public}
  - name: bluebird
    when: {words: [Project Bluebird]}
    raise_to: confidential
"""


class Deciders:
    """Deciders by method, with one detector."""

    def __init__(self, directory: Path) -> None:
        self._effective = load_settings(None, {"SEPAL_STATE_DIR": str(directory)})
        self._directory = directory
        self._detector = detector_of(self._effective)

    def __call__(self, method: str = "pseudonym", text: str = POLICY) -> Decider:
        file = self._directory / f"{method}.yaml"
        file.write_text(text.replace("METHOD", method))
        return decider(self._effective, load_policy(file, KNOWN_ENTITIES), self._detector)


@pytest.fixture(scope="module")
def deciders(tmp_path_factory: pytest.TempPathFactory) -> Deciders:
    return Deciders(tmp_path_factory.mktemp("policies"))


def call(prompt: str | list[dict[str, Any]], headers: dict[str, str] | None = None, **more: Any) -> Call:
    messages = [{"role": "user", "content": prompt}] if isinstance(prompt, str) else prompt
    body = {"model": "auto", "messages": messages, **more}
    return Call("chat.completions", validate(body, wire.ChatRequest), "req_1", headers or {})


async def decide(deciding: Decider, prompt: Any, **more: Any) -> Verdict:
    return await deciding.decide(call(prompt, **more))


def sent(verdict: Verdict) -> str:
    assert verdict.declassified is not None, verdict.kept
    return orjson.dumps(wire.inspected_body(verdict.declassified.request)).decode()


TRAVELS = [
    ("Write a birthday card to Maria Gonzalez.", ["Maria", "Gonzalez"]),
    (
        "Email John Smith at john.smith@acme-corp.com and call him on +1 415 555 0132.",
        ["John", "Smith", "acme", "0132"],
    ),
    ("Write to Maria Gonzalez, then remind Maria and tell Maria Gonzalez's brother.", ["Maria", "Gonzalez"]),
    ("给张伟写一封感谢信，他的电话是13812345678，邮箱是zhangwei@163.com", ["张伟", "13812345678", "zhangwei"]),
    ("请给李小明写一封邀请函，告诉小明周五晚上见。", ["李小明", "小明"]),
    ("Draft a note from Li Wei to Zhang Min to say thank you for the gift.", ["Li Wei", "Zhang Min"]),
]


@pytest.mark.parametrize("method", ["pseudonym", "placeholder", "mask", "hash", "remove"])
@pytest.mark.parametrize(("prompt", "originals"), TRAVELS, ids=[prompt[:20] for prompt, _ in TRAVELS])
async def test_contacts_travel_without_any_original(
    deciders: Deciders, method: str, prompt: str, originals: list[str]
) -> None:
    verdict = await decide(deciders(method), prompt)
    assert verdict.decision.label.name == "confidential"
    assert verdict.attempts == ("swarm", "local")
    assert verdict.sees_rewritten("swarm")
    assert not verdict.sees_rewritten("local")
    for original in originals:
        assert original not in sent(verdict)
    assert refusal(verdict) is None


async def test_a_date_of_birth_in_another_format_is_moved_too(deciders: Deciders) -> None:
    verdict = await decide(deciders(), "Write to Nina Falk, born 7 May 1991. In ISO: 1991-05-07.")
    assert verdict.decision.counts.get("DATE_OF_BIRTH")
    if verdict.declassified is not None:
        for original in ("1991-05-07", "7 May 1991", "Falk"):
            assert original not in sent(verdict)


def test_a_request_shows_no_prompt() -> None:
    assert "sky" not in repr(call("Why is the sky blue?"))


async def test_a_conversation_goes_on_with_the_same_stand_ins(deciders: Deciders) -> None:
    deciding = deciders()
    first = [{"role": "user", "content": "Write a birthday card to Maria Gonzalez, maria@acme-corp.com."}]
    then = [
        *first,
        {"role": "assistant", "content": "Dear Maria, happy birthday! Shall I send it to maria@acme-corp.com?"},
        {"role": "user", "content": "Yes. And one to Peter Miller, Mrs Gonzalez's brother."},
    ]
    one, two = await decide(deciding, first), await decide(deciding, then)
    for verdict in (one, two):
        for original in ("Maria", "Gonzalez", "maria@", "acme", "Peter", "Miller"):
            assert original not in sent(verdict)
    assert one.declassified is not None
    assert two.declassified is not None
    pairs = [{pair.original: pair.surrogate for pair in item.declassified.replaced} for item in (one, two)]  # type: ignore[union-attr]
    for value in ("Maria Gonzalez", "maria@acme-corp.com"):
        assert pairs[0][value] == pairs[1][value]
    given, family = pairs[1]["Maria Gonzalez"].split(" ", 1)
    assert f"Dear {given}, happy birthday" in sent(two)
    assert f"Mrs {family}'s brother" in sent(two)


STAYS = [
    # What is said of the person is no value that could be replaced.
    ("Write to my patient Maria Gonzalez about her biopsy, she has breast cancer", None),
    ("给张伟写信，说他的艾滋病检查结果是阳性", None),
    # A kind that the rule does not name.
    ("Maria Gonzalez pays with 4111 1111 1111 1111", None),
    # The caller asks for more.
    ("Write a birthday card to Maria Gonzalez.", "confidential"),
    # Another rule raises what is left.
    ("Write to Maria Gonzalez about Project Bluebird", None),
]


@pytest.mark.parametrize(("prompt", "hint"), STAYS, ids=[prompt[:20] for prompt, _ in STAYS])
async def test_what_may_not_travel_even_then_stays(deciders: Deciders, prompt: str, hint: str | None) -> None:
    verdict = await decide(deciders(), prompt, headers={"x-sepal-level": hint} if hint else None)
    assert verdict.declassified is None
    assert verdict.attempts == ("local",)


async def test_a_rule_that_names_no_types_replaces_values_and_not_what_a_text_tells(deciders: Deciders) -> None:
    text = POLICY.replace("    when: {only: [PERSON, contact, DATE_OF_BIRTH]}\n", "")
    told = await decide(deciders("remove", text), "Write to Maria Gonzalez about her biopsy, she has breast cancer")
    assert told.declassified is None
    named = await decide(deciders("remove", text), "Write a birthday card to Maria Gonzalez.")
    assert "Write a birthday card to" in sent(named)


async def test_why_a_prompt_stayed_is_said_and_recorded(deciders: Deciders) -> None:
    deciding = deciders()
    verdict = await decide(deciding, "Write to Maria Gonzalez about Project Bluebird")
    assert verdict.kept == "the rewritten prompt, inspected again, is still above the target level"
    assert explain(verdict, deciding)["kept"] == verdict.kept
    assert _record(verdict)["kept"] == verdict.kept


async def test_content_that_can_not_be_read_is_never_rewritten(deciders: Deciders) -> None:
    image = {"type": "image_url", "image_url": {"url": "data:image/png;base64,AAAA"}}
    parts = [{"type": "text", "text": "Write a card to Maria Gonzalez."}, image]
    verdict = await decide(deciders(), [{"role": "user", "content": parts}])
    assert verdict.declassified is None
    assert "swarm" not in verdict.attempts


async def test_a_harmless_prompt_is_not_rewritten(deciders: Deciders) -> None:
    verdict = await decide(deciders(), "Why is the sky blue?")
    assert (verdict.declassified, verdict.kept) == (None, None)
    assert verdict.attempts == ("swarm", "local")


def _record(verdict: Verdict) -> dict[str, Any]:
    return decision_record(verdict, decision_id="dec_1", request_id="req_1", detector="d", stream=False)


async def test_records_and_reports_say_what_was_replaced_and_hold_no_value(deciders: Deciders) -> None:
    deciding = deciders()
    verdict = await decide(deciding, "Email Maria Gonzalez at maria@acme-corp.com")
    record, report = _record(verdict), explain(verdict, deciding)
    expected = {
        "to": "public", "rules": ["contacts"], "methods": ["pseudonym"], "destinations": ["swarm"],
        "replaced": {"EMAIL_ADDRESS": 1, "PERSON": 1},
    }  # fmt: skip
    assert record["declassified"] == expected
    assert {key: report["declassified"][key] for key in expected} == expected
    assert verdict.declassified is not None
    written = json.dumps([record, report]) + repr(verdict)
    for pair in verdict.declassified.replaced:
        for value in (pair.original, pair.surrogate):
            assert value not in written


async def test_only_the_rewritten_bytes_are_cleared_for_the_swarm(deciders: Deciders) -> None:
    verdict = await decide(deciders(), "Email Maria Gonzalez at maria@acme-corp.com")
    rewriting = verdict.declassified
    assert rewriting is not None

    def cleared(decision: Any, prompt: Any, request: Any) -> bytes:
        body = wire.outbound(request, model="m", stream=True)
        return clear(decision, "swarm", prompt, decision_id="dec_1", path="/chat/completions", body=body).body

    original = call("Email Maria Gonzalez at maria@acme-corp.com").request
    assert b"Maria" not in cleared(rewriting.decision, rewriting.prompt, rewriting.request)
    for decision, prompt, request in (
        (rewriting.decision, rewriting.prompt, original),
        (rewriting.decision, verdict.prompt, original),
        (verdict.decision, verdict.prompt, original),
    ):
        with pytest.raises(NotCleared):
            cleared(decision, prompt, request)


async def test_a_fault_in_rewriting_keeps_the_prompt_here(
    deciders: Deciders, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*args: Any, **more: Any) -> None:
        raise ValueError("Maria Gonzalez")

    monkeypatch.setattr("gateway.declassified.rewrite", broken)
    verdict = await decide(deciders(), "Write a birthday card to Maria Gonzalez.")
    assert verdict.attempts == ("local",)
    assert "ValueError" in caplog.text
    assert "Maria" not in caplog.text + str(verdict.kept)


async def test_a_destination_between_gets_what_was_declassified_to_its_level(deciders: Deciders) -> None:
    """Pseudonymised data is still personal data: to `internal` it goes to those cleared for that, and no further."""
    text = POLICY.replace("to: public", "to: internal").replace(
        "rules:",
        "destinations:\n  friends: {clearance: internal, engine: petals, allowed_servers: [QmPeer]}\n"
        "route: {prefer: [swarm, friends, local]}\nrules:",
    )
    verdict = await decide(deciders("hash", text), "Write a birthday card to Maria Gonzalez.")
    assert verdict.attempts == ("friends", "local")
    assert verdict.sees_rewritten("friends")


@pytest.mark.parametrize(
    ("headers", "metadata"), [({"x-sepal-level": "restricted"}, {}), ({}, {"sepal_level": "restricted"})]
)
async def test_a_callers_hint_raises(deciders: Deciders, headers: dict[str, str], metadata: dict[str, str]) -> None:
    verdict = await decide(deciders(), "Why is the sky blue?", headers=headers, metadata=metadata)
    assert verdict.decision.label.name == "restricted"
    assert verdict.attempts == ("local",)


async def test_a_hint_that_is_no_level_is_refused_and_not_repeated(deciders: Deciders) -> None:
    from gateway.openai.errors import ApiError

    with pytest.raises(ApiError, match="public, internal, confidential, restricted") as refused:
        await decide(deciders(), "Why is the sky blue?", headers={"x-sepal-level": "Persephone"})
    assert "Persephone" not in refused.value.message


KEYS = """\
version: 1
extends: default
keys:
  payroll: {sha256: SHA, groups: [hr], floor: confidential}
rules:
  - {name: hr-tagged, when: {key_groups: [hr]}, tag: hr}
  - {name: no-auditors, when: {keys: [payroll], any: [CREDIT_CARD]}, deny: Payroll sends no card numbers.}
"""


async def test_a_known_api_key_has_its_floor_its_rules_and_its_name_in_the_audit(deciders: Deciders) -> None:
    key = "sk-payroll-0123456789"
    deciding = deciders("keys", KEYS.replace("SHA", hashlib.sha256(key.encode()).hexdigest()))
    headers = {"authorization": f"Bearer {key}"}
    verdict = await decide(deciding, "Why is the sky blue?", headers=headers)
    assert (verdict.decision.label.name, verdict.decision.rule, verdict.decision.tags) == (
        "confidential",
        "floor",
        ("hr",),
    )
    record = _record(verdict)
    assert (record["key"], record["key_groups"], record["floor"]) == ("payroll", ["hr"], "confidential")
    assert key not in json.dumps(record) + repr(deciding.policy) + repr(verdict)
    denied = await decide(deciding, "Pay with 4111 1111 1111 1111", headers=headers)
    assert denied.decision.denied == "Payroll sends no card numbers."


@pytest.mark.parametrize(
    "authorization", ["", "Bearer", "Bearer other", "Basic sk-payroll-0123456789", "sk-payroll-0123456789"]
)
async def test_any_other_key_is_nobodys(deciders: Deciders, authorization: str) -> None:
    deciding = deciders("keys", KEYS.replace("SHA", hashlib.sha256(b"sk-payroll-0123456789").hexdigest()))
    verdict = await decide(deciding, "Why is the sky blue?", headers={"authorization": authorization})
    assert (verdict.decision.label.name, verdict.facts.key) == ("public", None)
