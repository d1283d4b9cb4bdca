"""Nothing sensitive ever enters the swarm, whatever is killed meanwhile.

Every byte into the bridge and every hidden state into the first Petals server is recorded and searched
for what must not be there, and for what must.
"""

from __future__ import annotations

import re
import subprocess
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest

from gateway.swarm import tickets
from tests.conftest import SEPAL
from tests.wires.conversations import CLEAN, DROPPED, FIELDS, Conversation, generate
from tests.wires.tap import betrayed, plain
from tests.wires.tapped_product import Answer, TappedProduct, eventually, running

SEED = 20261124
COUNT = 204
WORKERS = 6
# One after the other, each while conversations are going on.
KILLED = ("bridge", "local", "server-a", "server-b")


@pytest.fixture(scope="module")
def answers(tapped: TappedProduct) -> list[Answer]:
    """The answers to all conversations, in the course of which every part was killed and came back."""
    print(f"seed {SEED}")
    conversations = generate(COUNT, SEED)
    assert {item.where for item in conversations} == {*FIELDS, "clean"}
    quiet, noisy = conversations[: COUNT // 2], conversations[COUNT // 2 :]
    done: list[Answer] = []
    with ThreadPoolExecutor(WORKERS) as pool:
        tapped.wait_until_whole()
        done += pool.map(tapped.ask, quiet)
        for turn, part in enumerate(KILLED):
            asked = [pool.submit(tapped.ask, item) for item in noisy[turn :: len(KILLED)]]
            asked[len(asked) // 4].result()
            killed = tapped.kill(part)
            done += [item.result() for item in asked]
            tapped.wait_for_another(part, killed)
            tapped.wait_until_whole()
    return done


@pytest.fixture(scope="module")
def bridge(tapped: TappedProduct, answers: list[Answer]) -> list[str]:
    """What entered the bridge."""
    return plain(tapped.tap.bridge())


@pytest.fixture(scope="module")
def server(tapped: TappedProduct, answers: list[Answer]) -> list[str]:
    """What the first server could read of the hidden states that entered it."""
    return plain(tapped.tap.server())


def leaks(answers: list[Answer], wire: list[str]) -> list[tuple[str, list[str]]]:
    """Field and what of its canary is on the wire."""
    found = [(item.conversation.where, betrayed(item.conversation.secrets, wire)) for item in answers]
    return [(where, secrets) for where, secrets in found if secrets]


def test_no_canary_reaches_the_bridge(answers: list[Answer], bridge: list[str]) -> None:
    assert sum(item.conversation.sensitive for item in answers) >= 100
    assert leaks(answers, bridge) == []


def test_no_canary_can_be_read_off_the_hidden_states(answers: list[Answer], server: list[str]) -> None:
    assert leaks(answers, server) == []


def test_every_canary_was_found_and_kept_from_the_swarm(answers: list[Answer]) -> None:
    sensitive = [item for item in answers if item.conversation.sensitive and item.conversation.where not in DROPPED]

    missed = [item.conversation for item in sensitive if item.headers.get("x-sepal-label", "") in ("", "public")]
    assert missed == []
    assert {item.destination for item in sensitive} == {"local", "none"}


def test_every_clean_prompt_that_the_swarm_answered_is_on_both_wires(
    answers: list[Answer], bridge: list[str], server: list[str], tapped: TappedProduct
) -> None:
    clean = [item for item in answers if not item.conversation.sensitive]
    routed = [item for item in clean if item.destination == "swarm"]
    both = "\n".join(bridge), "\n".join(server)

    unseen = [item.conversation for item in routed for wire in both if item.conversation.marker not in wire]
    assert unseen == []
    assert len(routed) >= COUNT // 4
    # How often harmless prompts are held back is measured elsewhere; here hardly any may be.
    assert sum(item.headers["x-sepal-label"] == "public" for item in clean) >= 0.95 * len(clean)
    assert {item.headers["x-sepal-label"] for item in routed} == {"public"}
    tap = tapped.tap
    print(f"{len(answers)} conversations, {len(clean)} clean, {len(routed)} answered by the swarm")
    print(f"{tap.tokens} hidden states read, {tap.exact / tap.tokens:.2%} of them a row of the embedding exactly")


def test_every_killed_server_came_back_into_the_same_swarm(tapped: TappedProduct, answers: list[Answer]) -> None:
    def online() -> set[str]:
        return {item["public_name"] for item in tapped.bridge_health()["servers"] if item["state"] == "online"}

    eventually(lambda: online() == {"swarm-server-a", "swarm-server-b"}, "both servers are online")
    assert tapped.bridge_health()["state"] == "ready"


def test_every_request_was_answered_or_refused_in_words(answers: list[Answer]) -> None:
    counts = Counter((item.status, item.error) for item in answers)

    assert sum(counts.values()) == COUNT
    assert sum(count for (status, _), count in counts.items() if status == 200) > COUNT * 0.7
    for status, error in counts:
        if status == 503:
            assert error == "no_destination_available"
        elif status == 400:
            assert error in ("unsupported_content", "unsupported_parameter", "engine_refused")


def test_a_clean_prompt_that_the_swarm_could_not_answer_went_on_and_the_audit_says_why(
    tapped: TappedProduct, answers: list[Answer]
) -> None:
    clean = [item for item in answers if item.headers.get("x-sepal-label") == "public"]
    moved = [item for item in clean if not item.conversation.sensitive and item.destination != "swarm"]

    assert moved
    for item in moved:
        assert tapped.decided(item.decision)["destinations"] == ["swarm", "local"]
        first = tapped.outcome(item.decision)["fallbacks"][0]
        assert first["destination"] == "swarm"
        assert first["reason"]


def test_every_decision_is_recorded_once_and_ends_once(tapped: TappedProduct, answers: list[Answer]) -> None:
    def ended() -> bool:
        events = Counter(record["event"] for record in tapped.audit())
        return events["decision"] == events["outcome"]

    eventually(ended, "every decision has an outcome", 10)
    records = tapped.audit()
    decided = Counter(record["decision"] for record in records if record["event"] == "decision")
    outcomes = Counter(record["decision"] for record in records if record["event"] == "outcome")
    where = {record["decision"]: record["destination"] for record in records if record["event"] == "outcome"}

    assert decided == outcomes
    assert set(decided.values()) == {1}
    for item in answers:
        assert item.decision in decided
        assert (where[item.decision] or "none") == item.destination
    for record in records:
        if record["event"] == "decision" and record["label"] != "public":
            rewritten = record.get("declassified", {}).get("destinations", [])
            assert [name for name in record["destinations"] if name not in rewritten] in (["local"], [])


def test_the_audit_chain_is_unbroken(tapped: TappedProduct, answers: list[Answer]) -> None:
    command = [SEPAL, "audit", "verify", "--state-dir", str(tapped.state)]
    run = subprocess.run(command, capture_output=True, text=True, timeout=60)

    assert run.returncode == 0, run.stderr
    assert run.stdout.startswith("ok")


def test_nothing_of_a_prompt_is_written_down_or_told(tapped: TappedProduct, answers: list[Answer]) -> None:
    written = {str(file): file.read_text(errors="replace") for file in _files(tapped.base)}
    written["metrics"] = tapped.get("/metrics").text
    written["ready"] = tapped.get("/health/ready").text
    written["headers"] = "\n".join(f"{item.headers}" for item in answers)
    readings = {name: plain([text]) for name, text in written.items()}

    assert any(name.endswith("audit.jsonl") for name in readings)
    assert sum(name.endswith(".log") for name in readings) >= 4
    for name, reading in readings.items():
        assert leaks(answers, reading) == [], name
        everything = "\n".join(reading)
        assert [item.conversation for item in answers if item.conversation.marker in everything] == [], name


def _files(base: Path) -> Iterator[Path]:
    """All that the product has written, but for the taps' own records."""
    for file in base.rglob("*"):
        inside = file.relative_to(base).parts
        if file.is_file() and inside[0] != "out" and "models" not in inside:
            yield file


def test_whoever_goes_round_the_policy_is_stopped_at_the_bridge(whole: TappedProduct) -> None:
    honest = Conversation("chat", CLEAN[0]("honest lighthouse")[1] | {"max_tokens": 1}, "honest lighthouse", "clean")
    assert whole.ask(honest).destination == "swarm"
    ticket, body = _seen_on_the_wire(whole, honest.marker)
    other = body.replace(honest.marker.encode(), b"roundabout canary")
    forged = tickets.mint(tickets.new_key(), destination="swarm", decision_id="dec_1", body=other, lifetime=30)
    attempts = {
        "missing": (None, other),
        "malformed": ("let me in", other),
        "wrong_mac": (forged, other),
        "wrong_mac, for another body": (ticket, other),
        "replayed": (ticket, body),
    }
    counted, recorded = whole.bridge_health()["refusals"], _recorded_refusals(whole)

    for name, (shown, sent) in attempts.items():
        headers = {} if shown is None else {tickets.HEADER: shown}
        url = f"{whole.bridge_url()}/v1/chat/completions"
        response = httpx.post(url, content=sent, headers=headers, trust_env=False, timeout=30)
        assert response.status_code == 403
        assert response.json()["error"]["code"] == f"ticket_{name.split(',')[0]}"

    expected = Counter(missing=1, malformed=1, wrong_mac=2, replayed=1)
    assert Counter(whole.bridge_health()["refusals"]) - Counter(counted) == expected
    eventually(lambda: _recorded_refusals(whole) - recorded == expected, "the refusals are in the audit", 10)
    metrics = whole.get("/metrics").text
    for reason, count in _recorded_refusals(whole).items():
        assert f'sepal_tickets_refused_total{{reason="{reason}"}} {float(count)}' in metrics
    read = "\n".join(whole.tap.server())
    assert honest.marker in read
    assert "roundabout" not in read


def _seen_on_the_wire(product: TappedProduct, marker: str) -> tuple[str, bytes]:
    """Ticket and body of the request that holds `marker`."""
    data = next(data for data in product.tap.connections() if marker.encode() in data)
    head, _, begun = data[: data.index(marker.encode())].rpartition(b"\r\n\r\n")
    headers = head[head.rindex(b"POST ") :].decode()
    start, length = data.index(marker.encode()) - len(begun), int(_header(headers, "content-length"))
    return _header(headers, tickets.HEADER), data[start : start + length]


def _header(headers: str, name: str) -> str:
    found = re.search(rf"^{name}: (\S+)", headers, re.IGNORECASE | re.MULTILINE)
    assert found
    return found[1]


def _recorded_refusals(product: TappedProduct) -> Counter[str]:
    return Counter(item["reason"] for item in product.audit() if item["event"] == "ticket_refused")


def test_the_tap_catches_a_gateway_whose_policy_is_broken(
    whole: TappedProduct, state_dir: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    readable = ("user", "system", "assistant", "first turn of a long talk", "middle of a long text", "prompt")
    beside = ("stop", "name")
    canaries = [item for item in generate(16, SEED + 1, readable + beside) if item.sensitive]
    assert {item.where for item in canaries} == {*readable, *beside}

    with running(state_dir, tmp_path_factory.mktemp("broken"), broken_at=whole.swarm_peer()) as broken:
        eventually(lambda: broken.destinations()["swarm"] == "ready", "the swarm is ready")
        with ThreadPoolExecutor(WORKERS) as pool:
            answers = list(pool.map(broken.ask, canaries))
        bridge = leaks(answers, plain(broken.tap.bridge()))
    server = leaks(answers, plain(whole.tap.server()))

    assert [item.destination for item in answers] == ["swarm"] * len(canaries)
    assert {where for where, _ in bridge} == {*readable, *beside}
    assert {where for where, _ in server} >= set(readable)
    assert [found for where, found in server if where in readable and len(found) < 2] == []
