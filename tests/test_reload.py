"""A saved policy is in force within moments and whole; what can't be used never is, and is shown."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import signal
import subprocess
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from tests.backends.stub_engine import ROLE, STOP, delta, says
from tests.conftest import SEPAL
from tests.running_gateway import Running, policy, running


@pytest.fixture
async def up(tmp_path: Path) -> AsyncIterator[Running]:
    """A gateway whose policy is named `open` and labels everything public."""
    async with running(tmp_path, lambda url: policy("open", "public", url)) as gateway:
        yield gateway


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Looks more often, where a test waits for many saves."""
    monkeypatch.setattr("gateway.reload.POLL", 0.05)
    monkeypatch.setattr("gateway.follow._SETTLE", 0.05)
    monkeypatch.setattr("gateway.backends.fleet._UNUSED", 0.1)


def reload_now() -> None:
    os.kill(os.getpid(), signal.SIGHUP)


class TestASaveTakesEffect:
    @pytest.mark.parametrize("by_rename", [True, False])
    async def test_for_the_next_request_with_the_same_engine_and_detector(self, up: Running, by_rename: bool) -> None:
        before = up.gateway.policy
        engine, detector = up.gateway.fleet.members["local"].engine, up.gateway.pipeline.decider.inspector.detector
        assert (await up.decide())["label"] == "public"
        if by_rename:
            up.save(up.text("closed", "secret"))
        else:
            up.file.write_text(up.text("closed", "secret"))
        await up.until_in_force("closed")
        decision = await up.decide()
        assert (decision["label"], decision["policy"]["name"]) == ("secret", "closed")
        assert up.gateway.fleet.members["local"].engine is engine
        assert up.gateway.pipeline.decider.inspector.detector is detector
        (change,) = up.audit("policy")
        assert (change["policy"], change["before"]) == (decision["policy"], before.sha256)
        assert (await up.report())["policy"]["reload"]["state"] == "ok"
        assert await up.metric('sepal_policy_reloads_total{outcome="ok"}') == 1

    async def test_with_what_was_found_before_remembered(self, up: Running, monkeypatch: pytest.MonkeyPatch) -> None:
        await up.decide("Anna Meier, anna.meier@firma-meier.de")
        up.save(up.text("closed", "secret"))
        await up.until_in_force("closed")
        asked: list[object] = []
        detector = up.gateway.pipeline.decider.inspector.detector
        monkeypatch.setattr(detector, "detect", lambda texts, **_: asked.append(texts))
        assert (await up.decide("Anna Meier, anna.meier@firma-meier.de"))["findings"]
        assert asked == []

    async def test_in_a_file_that_it_extends_and_in_a_word_list(self, up: Running) -> None:
        (up.file.parent / "words.txt").write_text("heron\n")
        rule = "rules: [{name: code-names, when: {words_file: words.txt}, raise_to: secret}]\n"
        up.save(up.text("base", "internal"), up.file.with_name("base.yaml"))
        up.save(f"version: 1\nname: child\nextends: base.yaml\n{rule}")
        await up.until_in_force("child")
        assert (await up.decide("the kingfisher"))["label"] == "internal"
        before = up.gateway.policy
        (up.file.parent / "words.txt").write_text("kingfisher\n")
        await up.until(lambda: up.gateway.policy is not before)
        assert (await up.decide("the kingfisher"))["label"] == "secret"
        before = up.gateway.policy
        up.save(up.text("base", "secret"), up.file.with_name("base.yaml"))
        await up.until(lambda: up.gateway.policy is not before)
        assert (await up.decide("the heron"))["label"] == "secret"

    async def test_where_the_policy_is_a_link_whose_target_is_replaced(self, tmp_path: Path) -> None:
        """As Kubernetes does with a ConfigMap."""
        (tmp_path / "one").mkdir()
        (tmp_path / "two").mkdir()
        (tmp_path / "data").symlink_to("one")
        (tmp_path / "mine.yaml").symlink_to("data/policy.yaml")
        (tmp_path / "one" / "policy.yaml").write_text(policy("open", "public"))
        (tmp_path / "two" / "policy.yaml").write_text(policy("closed", "secret"))
        async with running(tmp_path, lambda url: "") as up:
            (tmp_path / "next").symlink_to("two")
            (tmp_path / "next").rename(tmp_path / "data")
            (tmp_path / "one" / "policy.yaml").unlink()
            await up.until_in_force("closed")
            assert (await up.report())["policy"]["reload"]["state"] == "ok"

    async def test_with_recognizers_of_its_own_and_those_that_the_settings_name(self, tmp_path: Path) -> None:
        own = tmp_path / "own.yaml"
        described = (
            "recognizers:\n"
            "  - {{name: Birds, supported_entity: BIRD, patterns: [{{name: b, regex: {0}, score: 0.9}}]}}\n"
        )
        own.write_text(described.format("heron"))
        async with running(tmp_path, lambda url: policy("open", "public", url), recognizers=str(own)) as up:
            assert [item["entity"] for item in (await up.decide("the kingfisher"))["findings"]] == []
            before = up.gateway.pipeline.decider
            own.write_text(described.format("kingfisher"))
            await up.until(lambda: up.gateway.pipeline.decider is not before)
            assert [item["entity"] for item in (await up.decide("the kingfisher"))["findings"]] == ["BIRD"]
            assert up.audit("policy")[0]["detector"] != before.inspector.detector.version
            more = described.replace("Birds", "Trees").replace("BIRD", "TREE").format("larch")
            up.save(up.text("trees", "public", more))
            await up.until_in_force("trees")
            found = {item["entity"] for item in (await up.decide("kingfisher and larch"))["findings"]}
            assert {"BIRD", "TREE"} <= found

    async def test_for_a_changed_clearance_and_patience(self, up: Running) -> None:
        engine = up.gateway.fleet.members["local"].engine
        up.save(up.text("lower", "secret").replace("clearance: secret", "clearance: internal, first_token_timeout: 7"))
        await up.until_in_force("lower")
        refused = await up.chat()
        assert (refused.status_code, refused.json()["error"]["code"]) == (403, "no_cleared_destination")
        assert up.gateway.fleet.members["local"].engine is engine

    async def test_and_what_is_of_no_use_in_it_is_logged_once(
        self, up: Running, caplog: pytest.LogCaptureFixture
    ) -> None:
        idle = up.text("idle", "secret").replace("rules:\n", "rules:\n  - {name: lower, raise_to: public}\n")
        with caplog.at_level(logging.WARNING, "gateway.reload"):
            up.save(idle)
            await up.until_in_force("idle")
            await asyncio.sleep(1.2)
        assert up.gateway.policy.warnings
        for warning in up.gateway.policy.warnings:
            assert sum(warning in record.getMessage() for record in caplog.records) == 1


async def test_half_a_save_is_never_in_force(up: Running) -> None:
    """Some editors write in place; what stands there meanwhile may be a policy, too: one without its last rules."""
    route = "route: {prefer: [local]}\n"
    half = up.text("half", "public").replace(route, "").replace("rules:", f"{route}rules:")
    with up.file.open("w") as file:
        for piece in [half, *["  # slowly\n"] * 15, "  - {name: at-the-end, raise_to: secret}\n"]:
            file.write(piece)
            file.flush()
            await asyncio.sleep(0.1)
    await up.until(lambda: up.gateway.policy.name == "half")
    assert [rule.name for rule in up.gateway.policy.rules] == ["always", "at-the-end"]
    assert len(up.audit("policy")) == 1
    assert await up.metric('sepal_policy_reloads_total{outcome="failed"}') == 0


class TestWhatIsUnderWay:
    async def test_a_stream_goes_on_to_its_end_under_the_policy_that_it_began_with(self, tmp_path: Path) -> None:
        slow = says(ROLE, delta("one "), 0.7, delta("two "), 0.7, delta("three "), 0.7, delta("four"), STOP)
        async with running(tmp_path, lambda url: policy("open", "public", url), slow) as up:
            body = {"model": "auto", "stream": True, "messages": [{"role": "user", "content": "count"}]}
            parts, last = [], ""
            async with up.client.stream("POST", "/v1/chat/completions", json=body) as response:
                async for line in response.aiter_lines():
                    if "one" in line:
                        # Without the destination that answers at this moment.
                        up.save(up.text("other", "secret").replace("local", "elsewhere"))
                    if line.startswith("data: {"):
                        choices = json.loads(line[6:])["choices"]
                        parts += [choice["delta"].get("content") or "" for choice in choices]
                    last = line or last
            assert "".join(parts) == "one two three four"
            assert last == "data: [DONE]"
            assert up.gateway.policy.name == "other"
            assert response.headers["x-sepal-label"] == "public"
            assert response.headers["x-sepal-destination"] == "local"
            await up.until(lambda: bool(up.audit("outcome")))
            (outcome,) = up.audit("outcome")
            assert outcome["outcome"] == "completed"
            assert (await up.chat()).headers["x-sepal-destination"] == "elsewhere"
            await up.until(lambda: "local" not in up.gateway.fleet.members)

    async def test_what_was_decided_is_sent_where_it_was_to_go(
        self, up: Running, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        append = up.gateway.audit.append

        async def recorded_while_another_policy_comes(record: dict[str, object]) -> None:
            await append(record)
            up.save(up.text("other", "secret").replace("local", "elsewhere"))
            await up.until_in_force("other")

        monkeypatch.setattr(up.gateway.audit, "append", recorded_while_another_policy_comes)
        answer = await up.chat()
        assert (answer.status_code, answer.headers["x-sepal-destination"]) == (200, "local")
        assert up.audit("decision")[0]["policy"]["name"] == "open"

    async def test_every_decision_is_by_one_policy_alone_while_the_file_flips(self, up: Running) -> None:
        texts = [up.text("open", "public"), up.text("closed", "secret")]
        names = ["open", "closed"]
        consistent = {"open": "public", "closed": "secret"}
        seen: set[tuple[str, str, str]] = set()
        flipping = True

        async def ask() -> None:
            while flipping:
                decision = await up.decide()
                seen.add((decision["policy"]["name"], decision["policy"]["sha256"], decision["label"]))

        asking = [asyncio.create_task(ask()) for _ in range(200)]
        for turn in range(1, 21):
            up.save(texts[turn % 2])
            reload_now()
            await up.until_in_force(names[turn % 2])
        flipping = False
        await asyncio.gather(*asking)
        assert {(name, label) for name, _, label in seen} == set(consistent.items())
        assert len(seen) == 2
        assert [change["policy"]["name"] for change in up.audit("policy")] == ["closed", "open"] * 10


BROKEN: dict[str, Callable[[Path], object]] = {
    "truncated": lambda file: file.write_text(file.read_text()[:-40] + "{"),
    "empty": lambda file: file.write_text(""),
    "two megabytes": lambda file: file.write_text("# " + "x" * 2_000_000),
    "bomb": lambda file: file.write_text("a: &a [x]\n" + "".join(f"{k}: &{k} [*a, *a]\n" for k in "bcdefgh")),
    "nested": lambda file: file.write_text("[" * 100_000),
    "binary": lambda file: file.write_bytes(bytes(range(256)) * 40),
    "removed": lambda file: None,
    "directory": lambda file: file.mkdir(),
    "pipe": lambda file: os.mkfifo(file),
    "link in a circle": lambda file: file.symlink_to(file.name),
    "extends in a circle": lambda file: file.write_text("version: 1\nextends: mine.yaml\n"),
    "missing word list": lambda file: file.write_text(
        policy("x", "public").replace("raise_to", "when: {words_file: none.txt}, raise_to")
    ),
    "two mistakes": lambda file: file.write_text(
        policy("x", "public").replace("clearance", "claerance").replace("raise_to", "rise_to")
    ),
    "way down": lambda file: file.write_text(policy("x", "public").replace("raise_to: public", "lower_to: public")),
}
GONE_FIRST = {"removed", "directory", "pipe", "link in a circle"}


@pytest.mark.usefixtures("quick")
async def test_whatever_is_saved_that_is_no_policy_the_old_one_stays_and_a_person_is_told(
    up: Running, caplog: pytest.LogCaptureFixture
) -> None:
    good, kept = up.file.read_text(), up.gateway.policy
    for count, (kind, damage) in enumerate(BROKEN.items(), 1):
        caplog.clear()
        if kind in GONE_FIRST:
            up.file.unlink()
        damage(up.file)
        reload = await up.until_failed()
        assert reload["state"] == "failed", kind
        assert reload["count"] >= 1, kind
        assert reload["mistakes"][0].startswith(str(up.file.parent)), kind
        assert "bug" not in reload["mistakes"][0], kind
        assert "can't be used (" not in reload["mistakes"][0], kind
        assert up.gateway.policy is kept
        assert (await up.decide())["label"] == "public"
        assert await up.metric("sepal_policy_file_valid") == 0
        assert await up.metric('sepal_policy_reloads_total{outcome="failed"}') == count
        if kind == "directory":
            up.file.rmdir()
        elif kind != "removed":
            up.file.unlink()
        said = [record.getMessage() for record in caplog.records if reload["mistakes"][0] in record.getMessage()]
        assert len(said) == 1, kind
        up.save(good)
        await up.until_ok()
        assert await up.metric("sepal_policy_file_valid") == 1
        assert up.gateway.policy is kept
    assert up.audit("policy") == []


async def test_a_policy_that_may_not_be_read_is_not_taken_for_an_empty_one(up: Running) -> None:
    if os.geteuid() == 0:
        pytest.skip("root may read everything")
    up.file.chmod(0)
    assert "Permission denied" in (await up.until_failed())["mistakes"][0]
    up.file.chmod(0o600)
    await up.until_ok()


async def test_status_shows_the_mistakes_in_red_and_a_key_in_the_wrong_place_nowhere(
    up: Running, caplog: pytest.LogCaptureFixture
) -> None:
    key = "sk-live-0123456789"
    up.save(up.text("x", "public").replace("model: m", f"model: m, api_key_env: [{key}]").replace("raise_to", "rise"))
    reload = await up.until_failed()

    def status() -> str:
        command = [SEPAL, "status", "--url", up.url]
        environment = {**os.environ, "FORCE_COLOR": "1", "COLUMNS": "120"}
        return subprocess.run(command, capture_output=True, text=True, env=environment, timeout=60).stdout

    shown = await asyncio.to_thread(status)
    since = f"policy file has {reload['count']} mistakes since "
    assert since in shown
    assert f"the gateway keeps policy open (SHA-256 {up.gateway.policy.sha256[:12]}…)" in shown
    assert f"{up.file}:5:" in shown
    assert "\x1b[31m" in shown.split(since)[0].splitlines()[-1]
    everything = shown + json.dumps(reload) + caplog.text + up.gateway.audit.path.read_text()
    assert key not in everything
    assert key not in (await up.client.get("/metrics")).text


async def test_what_a_policy_lacked_is_found_once_it_is_there(up: Running) -> None:
    (up.file.parent / "bases").mkdir()
    up.save("version: 1\nname: child\nextends: bases/base.yaml\n")
    await up.until_failed()
    up.save(up.text("base", "secret"), up.file.parent / "bases" / "base.yaml")
    await up.until_in_force("child")
    assert (await up.report())["policy"]["reload"]["state"] == "ok"


@pytest.mark.usefixtures("quick")
class TestDestinations:
    async def test_another_engine_under_the_same_name_is_refused_with_a_sentence(self, up: Running) -> None:
        up.save(up.text("moved", "public").replace("model: m", "model: other"))
        (mistake,) = (await up.until_failed())["mistakes"]
        assert "destinations changed: `local` has another engine, model or address" in mistake
        assert "restart the gateway" in mistake
        assert up.gateway.policy.name == "open"

    async def test_a_new_one_is_started_and_one_that_is_no_longer_used_is_stopped(self, up: Running) -> None:
        local = up.gateway.fleet.members["local"]
        second = f'  second: {{clearance: public, engine: openai, base_url: "{up.stub.url}/v1", model: s}}\n'
        more = (
            up.text("more", "public").replace("entities:", f"{second}entities:").replace("[local]", "[second, local]")
        )
        up.save(more)
        await up.until_in_force("more")
        await up.until(lambda: up.gateway.fleet.members["second"].engine.status.ready)
        assert (await up.chat()).headers["x-sepal-destination"] == "second"
        assert up.gateway.fleet.members["local"] is local
        up.save(up.text("fewer", "public"))
        await up.until_in_force("fewer")
        assert (await up.chat()).headers["x-sepal-destination"] == "local"
        await up.until(lambda: "second" not in up.gateway.fleet.members)
        assert set((await up.report())["destinations"]) == {"local"}

    async def test_one_that_only_a_rule_names_has_an_engine_too(self, up: Running) -> None:
        second = f'  second: {{clearance: secret, engine: openai, base_url: "{up.stub.url}/v1", model: s}}\n'
        text = up.text("ruled", "secret").replace("entities:", f"{second}entities:")
        up.save(text.replace("raise_to: secret", "raise_to: secret, require: [second]"))
        await up.until_in_force("ruled")
        await up.until(lambda: up.gateway.fleet.members["second"].engine.status.ready)
        assert (await up.chat()).headers["x-sepal-destination"] == "second"

    async def test_a_key_that_is_not_there_keeps_the_old_policy(self, up: Running) -> None:
        second = f'  second: {{clearance: public, engine: openai, base_url: "{up.stub.url}/v1", model: s, '
        second += "api_key_env: SEPAL_TEST_NO_SUCH_KEY}\n"
        up.save(up.text("keyed", "public").replace("entities:", f"{second}entities:").replace("[local]", "[second]"))
        assert "SEPAL_TEST_NO_SUCH_KEY" in (await up.until_failed())["mistakes"][0]
        assert up.gateway.policy.name == "open"
        assert (await up.chat()).status_code == 200
