"""What is kept of responses: for whom, for how long, and how confidential it makes what follows."""

from __future__ import annotations

import asyncio
import hashlib
import sqlite3
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from openai.types.responses import Response
from openai.types.responses.response_item_list import ResponseItemList

from gateway.dialects.responses.memory import MemoryRecords
from gateway.paths import Paths
from gateway.team.key import Key
from gateway.team.keys import Keys
from gateway.team.shared import open_shared
from tests.backends.stub_engine import ROLE, STOP, delta, says
from tests.dialects.responses.asking import CALLS, CANARY, END, TOOL, ask, events, post, response_in, sent, text_of
from tests.running_gateway import Running, running
from tests.strict_models import strict

pytestmark = pytest.mark.asyncio(loop_scope="module")
CAROL = "carols-own-key-of-the-policy"
CALLERS = f"keys: {{carol: {{sha256: {hashlib.sha256(CAROL.encode()).hexdigest()}}}}}\n"
THOUGHT = (ROLE, delta(reasoning_content="Hmm."), delta("Yes."), STOP, *END)
ROUTED = """version: 1
name: {name}
levels: [public, internal, {highest}]
destinations:
  far: {{clearance: public, engine: openai, base_url: "{url}/v1", model: far}}
  near: {{clearance: {highest}, engine: openai, base_url: "{url}/v1", model: near}}
entities: {{default: internal}}
rules:
  - name: contacts
    when: {{only: [EMAIL_ADDRESS]}}
    declassify: {{method: placeholder, to: public}}
route: {{prefer: [far, near]}}
"""


def routed(url: str, name: str = "routed", highest: str = "secret") -> str:
    return ROUTED.format(url=url, name=name, highest=highest)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def ways(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Running]:
    """A gateway with two destinations, of which one may see harmless prompts alone."""
    async with running(tmp_path_factory.mktemp("ways"), routed) as gateway:
        yield gateway


def said(up: Running) -> list[tuple[str, Any]]:
    return [(message["role"], message["content"]) for message in sent(up)["messages"]]


async def test_a_follow_up_says_what_was_said_before_it_but_not_the_instructions(up: Running) -> None:
    first = await ask(up, "one", instructions="Be brief.")
    second = await ask(up, "two", previous_response_id=first["id"])
    third = await events(up, "three", previous_response_id=second["id"], instructions="Be long.")
    await ask(up, "four", previous_response_id=third[-1]["response"]["id"])

    assert said(up) == [
        ("user", "one"), ("assistant", "Hello"), ("user", "two"), ("assistant", "Hello"), ("user", "three"),
        ("assistant", "Hello"), ("user", "four"),
    ]  # fmt: skip


async def test_the_output_of_a_call_meets_the_call_that_was_kept(up: Running) -> None:
    up.stub.answer = says(*CALLS)
    first = await ask(up, "What time is it?", tools=[TOOL])
    outputs = [
        {"type": "function_call_output", "call_id": item["call_id"], "output": "12:00"}
        for item in first["output"]
        if item["type"] == "function_call"
    ]

    await ask(up, outputs, tools=[TOOL], previous_response_id=first["id"])

    user, assistant, one, two = sent(up)["messages"]
    assert user["content"] == "What time is it?"
    assert [call["id"] for call in assistant["tool_calls"]] == ["call_1", "call_2"]
    assert (one["tool_call_id"], two["tool_call_id"]) == ("call_1", "call_2")


async def test_an_item_can_be_referred_to(up: Running) -> None:
    up.stub.answer = says(*THOUGHT)
    first = await ask(up, "one")
    references: list[dict[str, Any]] = [{"type": "item_reference", "id": item["id"]} for item in first["output"]]
    del references[0]["type"]  # as some clients do

    await ask(up, [{"role": "user", "content": "one"}, *references, {"role": "user", "content": "two"}])

    assert said(up) == [("user", "one"), ("assistant", "Yes."), ("user", "two")]


async def test_a_kept_response_is_as_it_was_sent(up: Running) -> None:
    response = await ask(up, metadata={"a": "b"}, user="me")

    assert response_in(await up.client.get(f"/v1/responses/{response['id']}")) == response


@pytest.mark.parametrize("stream", [False, True])
async def test_nothing_is_kept_of_what_is_not_to_be_stored(up: Running, stream: bool) -> None:
    response = (await events(up, store=False))[-1]["response"] if stream else await ask(up, store=False)

    assert (await up.client.get(f"/v1/responses/{response['id']}")).status_code == 404
    refused = await post(up, previous_response_id=response["id"])
    assert refused.status_code == 400
    error = refused.json()["error"]
    assert (error["code"], error["param"]) == ("previous_response_not_found", "previous_response_id")
    lost = await post(up, [{"type": "item_reference", "id": response["output"][0]["id"]}])
    assert (lost.status_code, lost.json()["error"]["param"]) == (404, "input[0].id")


async def test_what_was_deleted_can_neither_be_seen_nor_followed(up: Running) -> None:
    first = await ask(up, "one")
    second = await ask(up, "two", previous_response_id=first["id"])

    gone = await up.client.delete(f"/v1/responses/{first['id']}")

    assert gone.json() == {"id": first["id"], "object": "response", "deleted": True}
    assert (await up.client.get(f"/v1/responses/{first['id']}")).status_code == 404
    assert (await up.client.delete(f"/v1/responses/{first['id']}")).status_code == 404
    assert (await post(up, previous_response_id=first["id"])).status_code == 400
    assert (await post(up, previous_response_id=second["id"])).status_code == 400
    assert (await up.client.get(f"/v1/responses/{second['id']}")).status_code == 200


@pytest.mark.parametrize("id_", ["resp_1", "x", f"resp_{'0' * 24}", f"resp_{'Z' * 24}", CANARY, "%2e%2e"])
async def test_an_id_that_is_none_is_not_found_and_not_echoed(up: Running, id_: str) -> None:
    for method, path in (("GET", ""), ("DELETE", ""), ("POST", "/cancel"), ("GET", "/input_items")):
        answer = await up.client.request(method, f"/v1/responses/{id_}{path}")
        assert answer.status_code == 404
        assert CANARY not in answer.text
    assert (await post(up, previous_response_id=id_)).status_code == 400


async def test_an_answer_that_failed_cannot_be_followed(up: Running) -> None:
    up.stub.answer = says(ROLE, delta("Hel"), None)
    failed = (await events(up))[-1]["response"]

    assert (await post(up, previous_response_id=failed["id"])).status_code == 400


async def test_an_answer_that_was_cut_short_can_be_followed(up: Running) -> None:
    up.stub.answer = says(ROLE, delta("Once upon"), delta(finish="length"), *END)
    first = await ask(up, "Tell me a story.")

    await ask(up, "Go on.", previous_response_id=first["id"])

    assert said(up)[1] == ("assistant", "Once upon")


async def test_the_input_is_listed_in_pages_with_what_came_before(up: Running) -> None:
    image = {"type": "input_image", "image_url": "data:image/png;base64,AA=="}
    first = await ask(up, [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "one"}])
    given = [
        {"type": "function_call", "call_id": "c1", "name": "clock", "arguments": "{}"},
        {"type": "function_call_output", "call_id": "c1", "output": "12:00"},
        {"type": "reasoning", "summary": []},
        {"role": "assistant", "content": "Noon."},
        {"role": "user", "content": [{"type": "input_text", "text": "two"}, image]},
    ]
    second = await post(up, given, previous_response_id=first["id"])
    path = f"/v1/responses/{response_in(second)['id']}/input_items"

    whole = (await up.client.get(path, params={"order": "asc"})).json()
    strict(ResponseItemList, whole)
    types = [(item["type"], item.get("role")) for item in whole["data"]]
    assert types == [
        ("message", "system"), ("message", "user"), ("message", "assistant"), ("function_call", None),
        ("function_call_output", None), ("reasoning", None), ("message", "assistant"), ("message", "user"),
    ]  # fmt: skip
    pages = [(await up.client.get(path, params={"limit": 3})).json()]
    while pages[-1]["has_more"]:
        pages.append((await up.client.get(path, params={"limit": 3, "after": pages[-1]["last_id"]})).json())
    assert [item for page in pages for item in page["data"]] == whole["data"][::-1]
    for wrong in ({"limit": 0}, {"limit": 101}, {"limit": "x"}, {"order": CANARY}, {"after": CANARY}):
        refused = await up.client.get(path, params=wrong)
        assert refused.status_code == 400
        assert CANARY not in refused.text


async def test_a_follow_up_to_a_sensitive_turn_is_sensitive_although_its_text_is_not(ways: Running) -> None:
    harmless = await post(ways, "What is a leaf?")
    assert harmless.headers["x-sepal-destination"] == "far"
    # Sensitive by the caller's word alone: nothing in it can be found again.
    first = await post(ways, "What is a leaf?", headers={"x-sepal-level": "internal"})
    assert first.headers["x-sepal-destination"] == "near"

    second = await post(ways, "Thanks.", previous_response_id=first.json()["id"])
    third = await post(ways, "And a root?", previous_response_id=second.json()["id"], stream=True)

    for answer in (second, third):
        assert (answer.headers["x-sepal-label"], answer.headers["x-sepal-destination"]) == ("internal", "near")
    assert ways.audit("decision")[-1]["rule"] == "conversation"
    told = await ways.client.post(
        "/v1/sepal/decide", json={"input": "Thanks.", "previous_response_id": first.json()["id"]}
    )
    assert told.json()["label"] == "internal"


async def test_an_item_from_a_sensitive_turn_is_sensitive_too(ways: Running) -> None:
    first = (await post(ways, "What is a leaf?", metadata={"sepal_level": "secret"})).json()

    answer = await post(ways, [{"type": "item_reference", "id": first["output"][0]["id"]}])

    assert (answer.headers["x-sepal-label"], answer.headers["x-sepal-destination"]) == ("secret", "near")


async def test_what_is_found_in_an_earlier_turn_is_found_again(ways: Running) -> None:
    first = await post(ways, "My card is 4111 1111 1111 1111.")

    second = await post(ways, "Thanks.", previous_response_id=first.json()["id"])

    assert second.headers["x-sepal-destination"] == "near"


async def test_a_turn_that_was_sent_rewritten_is_followed_by_one_that_is_rewritten_too(ways: Running) -> None:
    address = "maria.gonzalez@gmail.com"
    first = await post(ways, f"Write to {address}")
    assert first.headers["x-sepal-declassified"] == "public"

    second = await post(ways, "And again.", previous_response_id=first.json()["id"])

    assert second.headers["x-sepal-destination"] == "far"
    assert address not in str(sent(ways))
    kept = await ways.client.get(f"/v1/responses/{second.json()['id']}/input_items?order=asc")
    assert address in kept.text


async def test_a_level_that_the_policy_has_no_more_counts_as_the_highest(ways: Running) -> None:
    first = await post(ways, "What is a leaf?", headers={"x-sepal-level": "secret"})
    low = await post(ways, "What is a leaf?")
    ways.save(routed(ways.stub.url, "renamed", "topmost"))
    await ways.until_in_force("renamed")
    try:
        second = await post(ways, "Thanks.", previous_response_id=first.json()["id"])
        third = await post(ways, "Thanks.", previous_response_id=low.json()["id"])
    finally:
        ways.save(routed(ways.stub.url))
        await ways.until_in_force("routed")

    assert (second.headers["x-sepal-label"], third.headers["x-sepal-label"]) == ("topmost", "public")


async def test_nothing_of_a_conversation_can_be_read_in_the_state_directory(up: Running) -> None:
    up.stub.answer = says(ROLE, delta(f"About {CANARY}."), STOP, *END)
    response = await ask(up, f"Say {CANARY}.", instructions=CANARY, metadata={"note": CANARY})
    assert CANARY in text_of(response)

    state = Paths(up.gateway.effective.state_dir).state
    files = {file: file.read_bytes() for file in state.rglob("*") if file.is_file()}

    assert any(file.name.startswith("store.db") for file in files)
    assert not [file.name for file, data in files.items() if CANARY.encode() in data or response["id"].encode() in data]


async def test_a_response_that_somebody_changed_on_disk_is_none(up: Running) -> None:
    response = await ask(up)
    with sqlite3.connect(Paths(up.gateway.effective.state_dir).store) as file:
        file.create_function("flipped", 1, lambda value: value[:-1] + bytes([value[-1] ^ 1]))
        file.execute("UPDATE records SET value = flipped(value)")
    file.close()

    assert (await up.client.get(f"/v1/responses/{response['id']}")).status_code == 404
    assert (await post(up, previous_response_id=response["id"])).status_code == 400


async def test_another_key_sees_nothing_as_if_it_did_not_exist(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gateway.team.keys._LOOK", 0)
    async with running(tmp_path, lambda url: routed(url) + CALLERS) as up:
        store = open_shared(up.gateway.effective)
        secrets = [await Keys(store.keys).create(Key(name)) for name in ("alice", "bob")]
        await store.close()
        alice, bob = ({"authorization": f"Bearer {secret}"} for secret in secrets)
        carol = {"authorization": f"Bearer {CAROL}"}

        for mine, others in ((alice, (bob, carol)), (carol, (alice, bob))):
            response = await ask(up, headers=mine)
            item = {"type": "item_reference", "id": response["output"][0]["id"]}
            path = f"/v1/responses/{response['id']}"
            for other in others:
                nobodys = await up.client.get(f"/v1/responses/resp_{'0' * 24}", headers=other)
                seen = await up.client.get(path, headers=other)
                assert (seen.status_code, seen.json()) == (404, nobodys.json())
                assert (await up.client.delete(path, headers=other)).status_code == 404
                assert (await up.client.get(f"{path}/input_items", headers=other)).status_code == 404
                assert (await post(up, previous_response_id=response["id"], headers=other)).status_code == 400
                assert (await post(up, [item], headers=other)).status_code == 404
            assert (await up.client.get(path)).status_code == 401
            assert response_in(await up.client.get(path, headers=mine)) == response
            await ask(up, "And?", previous_response_id=response["id"], headers=mine)


async def test_with_no_days_nothing_is_written_and_follow_ups_still_work(tmp_path: Path) -> None:
    async with running(tmp_path, routed, conversation_days=0) as up:
        first = await ask(up, "one")
        await ask(up, "two", previous_response_id=first["id"])
        assert [content for _, content in said(up)] == ["one", "Hello", "two"]
        with sqlite3.connect(Paths(up.gateway.effective.state_dir).store) as file:
            assert file.execute("SELECT count(*) FROM records").fetchone() == (0,)
        file.close()


async def test_a_response_outlives_the_gateway_that_made_it(tmp_path: Path) -> None:
    async with running(tmp_path, routed) as up:
        first = await ask(up, "one")
        up.file.unlink()
    async with running(tmp_path, routed) as up:
        await ask(up, "two", previous_response_id=first["id"])
        assert [content for _, content in said(up)] == ["one", "Hello", "two"]


async def test_memory_forgets_what_has_ended_and_what_is_too_much() -> None:
    now = 0.0
    records = MemoryRecords(most=10, clock=lambda: now)
    await records.put("response", "a", "me", b"12345", 60)
    await records.put("response", "b", "me", b"12345", 60)
    assert await records.get("response", "a", "you") is None
    await records.put("response", "c", "me", b"1", 90)

    assert await records.get("response", "a", "me") is None
    assert await records.get("response", "b", "me") == b"12345"
    now = 60.0
    assert await records.get("response", "b", "me") is None
    assert await records.delete("response", "c", "me")
    assert not await records.delete("response", "c", "me")


async def test_a_store_that_fails_keeps_no_answer_back(up: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    first = await ask(up)
    monkeypatch.setattr("gateway.team.sqlite.file.SqliteFile.transaction", _broken)
    monkeypatch.setattr("gateway.team.sqlite.file.SqliteFile.read", _broken)

    assert text_of(strict(Response, (await post(up)).json()).to_dict()) == "Hello"
    refused = await post(up, previous_response_id=first["id"])
    assert (refused.status_code, refused.json()["error"]["code"]) == (503, "store_unavailable")


def _broken(*args: Any) -> Any:
    from gateway.team.store import StoreError

    raise StoreError("the disk is full")


async def test_many_at_once_each_keep_their_own(up: Running) -> None:
    firsts = await asyncio.gather(*(ask(up, f"one {number}") for number in range(8)))
    listed = await asyncio.gather(*(up.client.get(f"/v1/responses/{first['id']}/input_items") for first in firsts))
    assert [page.json()["data"][0]["content"][0]["text"] for page in listed] == [f"one {number}" for number in range(8)]


@pytest.mark.parametrize("query", ["stream=null", "stream=", "stream=true&stream=false"])
async def test_a_stream_that_is_neither_true_nor_false_is_refused(up: Running, query: str) -> None:
    made = await ask(up)
    answer = await up.client.get(f"/v1/responses/{made['id']}?{query}")
    assert (answer.status_code, answer.json()["error"]["param"]) == (400, "stream")
