"""A policy that is tried beside the one in force: recorded, counted, shown; never acted on."""

from __future__ import annotations

import asyncio
import os
import subprocess
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from gateway.shadow import Shadow
from tests.conftest import SEPAL
from tests.running_gateway import Running, policy, running

AGREES = 'sepal_shadow_decisions_total{agrees="true"}'
DIFFERS = 'sepal_shadow_decisions_total{agrees="false"}'


@pytest.fixture
async def up(tmp_path: Path) -> AsyncIterator[Running]:
    """A gateway that labels everything public, beside a shadow that labels everything secret."""
    (tmp_path / "next.yaml").write_text(policy("closed", "secret"))
    shadow = str(tmp_path / "next.yaml")
    async with running(tmp_path, lambda url: policy("open", "public", url), shadow=shadow) as gateway:
        yield gateway


def shadow_file(up: Running) -> Path:
    return up.file.with_name("next.yaml")


async def until_tried(up: Running, name: str | None) -> None:
    def tried() -> bool:
        shadow = up.gateway.pipeline.shadow
        return (shadow.policy.name if shadow is not None else None) == name

    await up.until(tried)


async def until_refused(up: Running) -> str:
    def refused() -> bool:
        return bool(up.gateway.pipeline.shadow_file and up.gateway.pipeline.shadow_file.mistakes)

    await up.until(refused)
    return str((await up.report())["shadow"]["reload"]["mistakes"][0])


async def recorded(up: Running, **request: Any) -> dict[str, Any]:
    """What the record of a chat's decision says of the shadow."""
    count = len(up.audit("decision"))
    await up.chat(**request)
    return dict(up.audit("decision")[count]["shadow"])


async def test_its_verdict_stands_in_the_record_and_nothing_else_is_different(up: Running) -> None:
    answer = await up.chat()
    assert (answer.status_code, answer.headers["x-sepal-label"]) == (200, "public")
    (decision,) = up.audit("decision")
    assert (decision["label"], decision["policy"]["name"]) == ("public", "open")
    sha256 = (await up.report())["shadow"]["sha256"]
    assert decision["shadow"] == {
        "policy": {"name": "closed", "sha256": sha256},
        "label": "secret",
        "rule": "always",
        "destinations": ["local"],
        "denied": False,
        "declassify": False,
    }
    assert (await up.metric(AGREES), await up.metric(DIFFERS)) == (0, 1)
    assert up.audit("shadow")[0]["policy"]["sha256"] == sha256


async def test_it_would_deny_and_the_prompt_is_answered(up: Running) -> None:
    up.save(policy("denying", "secret").replace("raise_to: secret", "deny: Not here."), shadow_file(up))
    await until_tried(up, "denying")
    said = await recorded(up)
    assert (said["denied"], said["destinations"], said["rule"]) == (True, [], "always")
    assert (await up.chat()).status_code == 200


async def test_it_would_rewrite_and_does_not(up: Running) -> None:
    swarm = "  swarm: {clearance: public, engine: openai, base_url: 'http://127.0.0.1:2/v1', model: s}\nentities:"
    rule = "  - {name: contacts, declassify: {method: pseudonym, to: public, entities: [EMAIL_ADDRESS]}}\n"
    text = policy("rewriting", "public").replace("entities:", swarm).replace("[local]", "[swarm, local]")
    up.save(text.replace("rules:\n", f"rules:\n{rule}"), shadow_file(up))
    await until_tried(up, "rewriting")
    said = await recorded(up, content="write to anna.meier@firma-meier.de")
    assert (said["declassify"], said["label"], said["destinations"]) == (True, "internal", ["local"])
    assert b"anna.meier@firma-meier.de" in up.stub.seen[-1].body
    assert (await recorded(up))["declassify"] is False


async def test_a_policy_agrees_with_itself(up: Running) -> None:
    up.save(up.file.read_text(), shadow_file(up))
    await until_tried(up, "open")
    for content in ("hello", "write to anna.meier@firma-meier.de", "给张伟打电话 13812345678"):
        await up.chat(content)
    assert (await up.metric(AGREES), await up.metric(DIFFERS)) == (3, 0)


async def test_what_only_the_shadow_looks_at_is_gathered_for_it(up: Running) -> None:
    rule = "{name: heron, when: {words: [heron], where: [user], tokens: {at_most: 9}}, raise_to: secret}"
    text = policy("words", "public").replace("rules:\n", f"rules:\n  - {rule}\n")
    up.save(text, shadow_file(up))
    await until_tried(up, "words")
    assert (await recorded(up, content="the heron"))["label"] == "secret"
    assert (await recorded(up, content="the robin"))["label"] == "public"


async def test_a_model_that_it_does_not_have_is_a_request_that_it_would_refuse(up: Running) -> None:
    up.save(policy("renamed", "secret").replace("local", "here").replace("model: m", "model: n"), shadow_file(up))
    await until_tried(up, "renamed")
    assert (await recorded(up, model="local"))["refused"] == "model_not_found"
    assert await up.metric(DIFFERS) == 1


async def test_a_fault_in_it_touches_no_request(up: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: object) -> None:
        raise RuntimeError("Canary Fairweather")

    monkeypatch.setattr(Shadow, "_judged", fails)
    assert (await recorded(up))["failed"] == "RuntimeError"
    assert (await up.chat()).status_code == 200
    assert "Canary" not in up.gateway.audit.path.read_text()


async def test_a_broken_save_leaves_it_as_it_was_and_says_so(up: Running) -> None:
    up.save(policy("closed", "secret").replace("raise_to", "rise_to"), shadow_file(up))
    assert "rise_to" in await until_refused(up)
    assert (await recorded(up))["label"] == "secret"
    report = await up.report()
    assert (report["shadow"]["name"], report["policy"]["reload"]["state"]) == ("closed", "ok")
    assert (await up.metric("sepal_policy_file_valid")) == 1

    def status() -> str:
        command = [SEPAL, "status", "--url", up.url]
        environment = {**os.environ, "COLUMNS": "160"}
        return subprocess.run(command, capture_output=True, text=True, env=environment, timeout=60).stdout

    shown = await asyncio.to_thread(status)
    assert "shadow    closed (SHA-256 " in shown
    assert "shadow policy file has " in shown
    assert "the gateway goes on trying closed" in shown


BIRDS = "recognizers:\n  - {name: Birds, supported_entity: BIRD, patterns: [{name: b, regex: heron, score: 0.9}]}\n"
BIRD_RULE = "  - {name: birds, when: {any: [BIRD]}, raise_to: secret}\n"


def birds(up: Running) -> str:
    """A policy with recognizers of its own: secret if there is a bird."""
    return policy("birds", "public", up.stub.url, BIRDS).replace(
        "raise_to: public}\n", f"raise_to: public}}\n{BIRD_RULE}"
    )


async def test_with_recognizers_of_its_own_it_looks_by_itself(up: Running) -> None:
    up.save(birds(up), shadow_file(up))
    await until_tried(up, "birds")
    (heron, robin) = [await recorded(up, content=f"the {bird}") for bird in ("heron", "robin")]
    assert (heron["label"], heron["rule"], robin["label"]) == ("secret", "birds", "public")
    active, own = up.gateway.pipeline.decider.inspector.detector, up.gateway.pipeline.shadow.inspector.detector
    assert heron["detector"] == own.version != active.version
    assert up.audit("shadow")[-1]["detector"] == own.version
    # Nothing of it is found for the policy in force.
    assert (await up.decide("the heron"))["findings"] == []


async def test_it_goes_on_judging_when_the_recognizers_in_force_change(up: Running) -> None:
    up.save(birds(up), shadow_file(up))
    await until_tried(up, "birds")
    up.save(up.text("open-birds", "public", BIRDS))
    await up.until_in_force("open-birds")
    await up.until(lambda: up.gateway.pipeline.shadow is not None and not up.gateway.pipeline.shadow.own)
    shared = await recorded(up, content="the heron")
    assert (shared["label"], "detector" in shared) == ("secret", False)
    up.save(up.text("open", "public"))
    await up.until_in_force("open")
    await up.until(lambda: up.gateway.pipeline.shadow is not None and up.gateway.pipeline.shadow.own)
    assert (await recorded(up, content="the heron"))["label"] == "secret"


async def test_where_its_detection_fails_it_says_the_highest_level_and_the_prompt_is_answered(
    up: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*args: object, **more: object) -> None:
        raise RuntimeError("the heron")

    up.save(birds(up), shadow_file(up))
    await until_tried(up, "birds")
    monkeypatch.setattr(up.gateway.pipeline.shadow.inspector.detector, "detect", broken)
    assert (await recorded(up, content="the robin"))["label"] == "secret"
    assert (await up.chat("the robin")).headers["x-sepal-label"] == "public"


async def test_a_gateway_starts_without_a_shadow_that_is_not_there_yet(tmp_path: Path) -> None:
    shadow = str(tmp_path / "next.yaml")
    async with running(tmp_path, lambda url: policy("open", "public", url), shadow=shadow) as up:
        assert "next.yaml" in await until_refused(up)
        assert (await up.chat()).status_code == 200
        assert "shadow" not in up.audit("decision")[0]
        up.save(policy("closed", "secret"), shadow_file(up))
        await until_tried(up, "closed")


@pytest.mark.parametrize("name", ["default", "strict", "developer"])
async def test_a_ready_made_policy_may_be_the_shadow(tmp_path: Path, name: str) -> None:
    async with running(tmp_path, lambda url: policy("open", "public", url), shadow=name) as up:
        assert (await recorded(up))["policy"]["name"] == name
