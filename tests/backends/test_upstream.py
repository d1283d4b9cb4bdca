"""The client sends the cleared bytes to the one configured place, and repeats nothing that comes back as an error."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing, asynccontextmanager
from pathlib import Path
from typing import Any

import orjson
import pytest
from aiohttp import web

from gateway.backends.upstream import Address, Refused, Unavailable, Upstream
from gateway.openai.stream import BrokenAnswer, Chunk
from gateway.swarm import tickets
from tests.backends.stub_engine import (
    BODY,
    HELLO,
    PROMPT,
    STOP,
    USAGE,
    FixedSource,
    Stub,
    cleared,
    client,
    delta,
    fails,
    says,
    stub_engine,
)  # fmt: skip

KEY = bytes(range(32))
FAULTS = (Unavailable, Refused, BrokenAnswer)


async def ask(upstream: Upstream, prompt: Any = None) -> list[Chunk]:
    async with upstream.send(prompt or cleared(upstream.destination)) as chunks:
        return [chunk async for chunk in chunks]


class TestSending:
    async def test_the_cleared_bytes_arrive_unchanged_with_no_more_headers_than_needed(self) -> None:
        async with stub_engine(says(*HELLO)) as stub, client(stub) as upstream:
            prompt = cleared()
            chunks = await ask(upstream, prompt)
            (seen,) = stub.seen
        assert (seen.method, seen.path, seen.body) == ("POST", "/v1/chat/completions", prompt.body)
        assert orjson.loads(seen.body) == BODY
        assert set(seen.headers) == {"host", "content-type", "content-length", "accept", "accept-encoding"}
        assert seen.headers["accept-encoding"] == "identity"
        assert [chunk["choices"] for chunk in chunks][-1] == []
        assert chunks[-1]["usage"] == USAGE

    async def test_a_key_is_sent_as_bearer_token_and_shown_nowhere(self) -> None:
        async with stub_engine(says(*HELLO)) as stub, client(stub, api_key="sk-secret") as upstream:
            await ask(upstream)
            assert stub.seen[0].headers["authorization"] == "Bearer sk-secret"
        assert "sk-secret" not in repr(Address("http://x/v1", api_key="sk-secret", ticket_key=b"k" * 32))
        assert "kkk" not in repr(Address("http://x/v1", api_key="sk-secret", ticket_key=b"k" * 32))

    async def test_a_ticket_is_sent_exactly_when_there_is_a_key_and_opens_the_door_once(self) -> None:
        door = tickets.TicketDoor(KEY, "first")
        async with stub_engine(says(*HELLO)) as stub, client(stub, ticket_key=KEY) as upstream:
            await ask(upstream)
            await ask(upstream)
            first, second = stub.seen
        assert first.headers[tickets.HEADER] != second.headers[tickets.HEADER]
        for seen in (first, second):
            assert door.check(seen.headers[tickets.HEADER], seen.body) == "dec_1"
            with pytest.raises(tickets.TicketRefused, match="replayed"):
                door.check(seen.headers[tickets.HEADER], seen.body)
        with pytest.raises(tickets.TicketRefused, match="wrong_mac"):
            door.check(first.headers[tickets.HEADER], first.body + b" ")
        async with stub_engine(says(*HELLO)) as stub, client(stub) as upstream:
            await ask(upstream)
            assert tickets.HEADER not in stub.seen[0].headers

    async def test_over_a_unix_socket_too(self, tmp_path: Path) -> None:
        socket = tmp_path / "engine.sock"
        async with stub_engine(says(*HELLO), socket) as stub, client(stub, socket=socket) as upstream:
            assert await ask(upstream)

    async def test_a_prompt_that_was_cleared_for_another_destination_is_not_sent(self) -> None:
        async with stub_engine(says(*HELLO)) as stub, client(stub) as upstream:
            for prompt in (cleared("second"), BODY, orjson.dumps(BODY), PROMPT):
                with pytest.raises(TypeError, match="nothing else"):
                    await ask(upstream, prompt)
            assert stub.seen == []

    async def test_a_prompt_that_was_changed_by_force_is_not_sent(self) -> None:
        async with stub_engine(says(*HELLO)) as stub, client(stub) as upstream:
            prompt = cleared()
            object.__setattr__(prompt, "body", b'{"messages": []}')
            with pytest.raises(TypeError):
                await ask(upstream, prompt)
            assert stub.seen == []


class TestNowhereElse:
    @pytest.mark.parametrize("status", [300, 301, 302, 303, 305, 307, 308])
    async def test_a_redirect_is_never_followed(self, status: int) -> None:
        async with stub_engine(says(*HELLO)) as elsewhere:
            answer = fails(status, {}, {"location": f"{elsewhere.url}/v1/chat/completions"})
            async with stub_engine(answer) as stub, client(stub) as upstream:
                with pytest.raises(Unavailable, match=f"answered with status {status}"):
                    await ask(upstream)
                assert len(stub.seen) == 1
            assert elsewhere.seen == []

    async def test_a_redirect_of_a_look_at_its_health_is_not_followed_either(self) -> None:
        async with stub_engine(fails(200, {})) as elsewhere:
            async with stub_engine(fails(302, b"", {"location": elsewhere.url})) as stub, client(stub) as upstream:
                with pytest.raises(Unavailable):
                    await upstream.get("/models")
            assert elsewhere.seen == []

    async def test_cookies_are_not_kept(self) -> None:
        async def sets_a_cookie(request: web.Request) -> web.StreamResponse:
            return web.Response(status=503, headers={"set-cookie": "who=me; Path=/"})

        async with stub_engine(sets_a_cookie) as stub, client(stub) as upstream:
            for _ in range(2):
                with pytest.raises(Unavailable):
                    await ask(upstream)
            assert len(stub.seen) == 2
            assert all("cookie" not in seen.headers for seen in stub.seen)

    async def test_proxies_and_netrc_of_the_environment_are_not_used(
        self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        netrc = tmp_path / "netrc"
        netrc.write_text("machine 127.0.0.1 login me password secret\n")
        netrc.chmod(0o600)
        async with stub_engine(says(*HELLO)) as proxy, stub_engine(says(*HELLO)) as stub:
            for name in ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
                monkeypatch.setenv(name, proxy.url)
            monkeypatch.delenv("no_proxy", raising=False)
            monkeypatch.delenv("NO_PROXY", raising=False)
            monkeypatch.setenv("NETRC", str(netrc))
            async with client(stub) as upstream:
                await ask(upstream)
            assert proxy.seen == []
            assert "authorization" not in stub.seen[0].headers


class TestUnavailable:
    async def test_an_engine_that_is_not_ready_says_why(self) -> None:
        async with client(None) as upstream:
            with pytest.raises(Unavailable, match=r"is starting \(loading the model\)"):
                await ask(upstream)

    async def test_a_closed_port_can_not_be_reached(self) -> None:
        async with stub_engine(says(*HELLO)) as stub:
            url = stub.url
        async with client(url) as upstream:
            with pytest.raises(Unavailable, match="can't be reached"):
                await ask(upstream)
            with pytest.raises(Unavailable, match="can't be reached"):
                await upstream.get("/models")

    async def test_a_connection_that_is_closed_without_an_answer_can_not_be_reached(self) -> None:
        async def hangs_up(request: web.Request) -> web.StreamResponse:
            assert request.transport is not None
            request.transport.abort()
            return web.Response()

        async with stub_engine(hangs_up) as stub, client(stub) as upstream:
            with pytest.raises(Unavailable, match="can't be reached"):
                await ask(upstream)

    @pytest.mark.parametrize("status", [201, 204, 401, 403, 404, 405, 408, 409, 429, 500, 502, 503, 504])
    async def test_a_status_that_another_engine_would_not_give_sends_the_prompt_on(self, status: int) -> None:
        async with stub_engine(fails(status, {"error": {"message": PROMPT}})) as stub, client(stub) as upstream:
            with pytest.raises(Unavailable, match=f"^answered with status {status}$"):
                await ask(upstream)


class TestRefused:
    @pytest.mark.parametrize("status", [400, 413, 415, 422])
    async def test_a_request_that_the_engine_does_not_like(self, status: int) -> None:
        async with stub_engine(fails(status, {"error": {"message": PROMPT}})) as stub, client(stub) as upstream:
            with pytest.raises(Refused) as caught:
                await ask(upstream)
        assert caught.value.code is None

    @pytest.mark.parametrize(
        ("status", "error", "numbers"),
        [
            (400, {"type": "exceed_context_size_error", "n_prompt_tokens": 900, "n_ctx": 512}, (900, 512)),
            (400, {"code": "context_length_exceeded", "n_prompt_tokens": 900, "n_ctx": 512}, (900, 512)),
            (500, {"type": "exceed_context_size_error"}, (None, None)),
            (400, {"code": "context_length_exceeded", "n_prompt_tokens": PROMPT, "n_ctx": True}, (None, None)),
            (400, {"code": "context_length_exceeded", "n_prompt_tokens": 9.5, "n_ctx": [1]}, (None, None)),
        ],
    )
    async def test_a_prompt_that_is_too_long_with_its_numbers(
        self, status: int, error: Any, numbers: tuple[int | None, int | None]
    ) -> None:
        async with stub_engine(fails(status, {"error": error})) as stub, client(stub) as upstream:
            with pytest.raises(Refused) as caught:
                await ask(upstream)
        assert caught.value.code == "context_length_exceeded"
        assert (caught.value.prompt_tokens, caught.value.context_length) == numbers

    async def test_an_error_that_arrives_in_two_pieces_is_read_whole(self) -> None:
        async def slowly(request: web.Request) -> web.StreamResponse:
            response = web.StreamResponse(status=400)
            await response.prepare(request)
            await response.write(b'{"error": {"code": "context_len')
            await asyncio.sleep(0.05)
            await response.write(b'gth_exceeded", "n_prompt_tokens": 9, "n_ctx": 5}}')
            return response

        async with stub_engine(slowly) as stub, client(stub) as upstream:
            with pytest.raises(Refused) as caught:
                await ask(upstream)
        assert caught.value.code == "context_length_exceeded"


QUOTING = [
    {"error": PROMPT},
    {"error": {"message": PROMPT, "param": PROMPT}},
    {"error": {"message": PROMPT, "code": 500, "type": "server_error"}},
    {"error": {"code": None, "type": PROMPT}},
    {"detail": PROMPT},
    {"error": {"code": "x" * 100 + PROMPT}},
    [PROMPT],
    PROMPT,
    b"<html>" + PROMPT.encode(),
    b"\xff\xfe" + PROMPT.encode(),
    b"",
    b"{" * 100_000,
]
WORDS = [{"error": {"code": PROMPT}}, {"error": {"code": "Fairweather"}}]
NO_WORDS = [{"error": {"code": [PROMPT]}}, {"error": {"code": {}, "type": {}}}]


async def told(status: int, body: Any) -> str:
    async with stub_engine(fails(status, body)) as stub, client(stub) as upstream:
        with pytest.raises(FAULTS) as caught:
            await ask(upstream)
    return f"{caught.value} {caught.value!r} {vars(caught.value)}"


class TestWords:
    """An engine's error may quote the prompt; none of it comes out of the client."""

    @pytest.mark.parametrize("status", [400, 404, 500, 503])
    @pytest.mark.parametrize("body", QUOTING, ids=range(len(QUOTING)))
    async def test_an_error_body_is_not_repeated(self, status: int, body: Any) -> None:
        assert "Fairweather" not in await told(status, body)

    @pytest.mark.parametrize("body", WORDS, ids=range(len(WORDS)))
    async def test_an_error_code_is_repeated_only_if_it_is_a_known_one(self, body: Any) -> None:
        assert "Fairweather" not in await told(503, body)

    @pytest.mark.parametrize("body", NO_WORDS, ids=range(len(NO_WORDS)))
    async def test_an_error_code_that_is_no_word_is_no_bug_of_the_gateway(self, body: Any) -> None:
        assert "Fairweather" not in await told(503, body)

    async def test_a_swarms_own_codes_are_told(self) -> None:
        assert "swarm_timeout" in await told(504, {"error": {"code": "swarm_timeout", "message": PROMPT}})


class TestStreams:
    async def test_chunks_are_given_as_they_come(self) -> None:
        go_on = asyncio.Event()

        async def waits(request: web.Request) -> web.StreamResponse:
            response = web.StreamResponse()
            await response.prepare(request)
            await response.write(b"data: " + orjson.dumps(delta("a")) + b"\n\n")
            await go_on.wait()
            await response.write(b"data: " + orjson.dumps(STOP) + b"\n\ndata: [DONE]\n\n")
            return response

        async with stub_engine(waits) as stub, client(stub) as upstream, upstream.send(cleared()) as chunks:
            assert await anext(chunks) == delta("a")
            go_on.set()
            assert [chunk async for chunk in chunks] == [STOP]

    async def test_a_connection_serves_one_request_after_the_other(self) -> None:
        ports = set()

        async def remembers(request: web.Request) -> web.StreamResponse:
            assert request.transport is not None
            ports.add(request.transport.get_extra_info("peername")[1])
            return await says(*HELLO)(request)

        async with stub_engine(remembers) as stub, client(stub) as upstream:
            for _ in range(5):
                await ask(upstream)
        assert len(ports) == 1

    async def test_kept_connections_that_the_engine_has_closed_are_replaced_however_many_they_are(self) -> None:
        ports = set()
        all_there = asyncio.Barrier(3)

        async def closes_after_one(request: web.Request) -> web.StreamResponse:
            assert request.transport is not None
            port = request.transport.get_extra_info("peername")[1]
            if port in ports:
                request.transport.abort()
                return web.Response()
            ports.add(port)
            if len(ports) <= all_there.parties:
                await all_there.wait()
            return await says(*HELLO)(request)

        async with stub_engine(closes_after_one) as stub, client(stub) as upstream:
            await asyncio.gather(*(ask(upstream) for _ in range(all_there.parties)))

            assert await ask(upstream)
        assert len(ports) == all_there.parties + 1

    @pytest.mark.parametrize(
        ("parts", "code"),
        [
            ((delta("a"), None), "connection_lost"),
            ((delta("a"), b"data: {broken\n\n"), "malformed_chunk"),
            ((delta("a"), b"data: [1]\n\n"), "malformed_chunk"),
            ((delta("a"), b"data: null\n\n"), "malformed_chunk"),
            ((delta("a"), b"data: \xff\xfe\n\n"), "malformed_chunk"),
            ((delta("a"), b"data: " + b"[" * 5000 + b"\n\n"), "malformed_chunk"),
            ((delta("a"), b"data:\n\n"), "malformed_chunk"),
        ],
    )
    async def test_an_answer_that_breaks_says_how(self, parts: tuple[Any, ...], code: str) -> None:
        async with stub_engine(says(*parts)) as stub, client(stub) as upstream, upstream.send(cleared()) as chunks:
            assert await anext(chunks) == delta("a")
            with pytest.raises(BrokenAnswer) as caught:
                await anext(chunks)
        assert caught.value.code == code

    async def test_a_connection_lost_after_the_end_breaks_nothing(self) -> None:
        async with stub_engine(says(*HELLO, 0.01, None)) as stub, client(stub) as upstream:
            assert len(await ask(upstream)) == len(HELLO) - 1

    async def test_what_comes_after_done_is_not_read(self) -> None:
        parts = (*HELLO, delta("more"))
        async with stub_engine(says(*parts)) as stub, client(stub) as upstream:
            assert delta("more") not in await ask(upstream)

    async def test_leaving_before_the_end_closes_the_connection(self) -> None:
        async with stub_engine(says(delta("a"), 30)) as stub, client(stub) as upstream:
            async with upstream.send(cleared()) as chunks:
                await anext(chunks)
            await asyncio.wait_for(stub.left.wait(), 5)

    async def test_so_does_a_cancellation_while_the_engine_is_silent(self) -> None:
        for parts in ((30,), (delta("a"), 30)):
            async with stub_engine(says(*parts)) as stub, client(stub) as upstream:
                task = asyncio.create_task(ask(upstream))
                while not stub.seen:
                    await asyncio.sleep(0.01)
                await asyncio.sleep(0.05)
                task.cancel()
                with pytest.raises(asyncio.CancelledError):
                    await task
                await asyncio.wait_for(stub.left.wait(), 5)

    async def test_so_does_an_error_of_the_reader(self) -> None:
        async with stub_engine(says(delta("a"), 30)) as stub, client(stub) as upstream:
            with pytest.raises(ZeroDivisionError):
                async with upstream.send(cleared()) as chunks, aclosing(chunks):  # type: ignore[type-var]
                    raise ZeroDivisionError
            await asyncio.wait_for(stub.left.wait(), 5)


EMBEDDINGS = {"object": "list", "data": [{"object": "embedding", "index": 0, "embedding": [0.5]}], "model": "e"}
TOO_LARGE = "input (602 tokens) is too large to process. increase the physical batch size (current batch size: 512)"


@asynccontextmanager
async def embedder(answer: Any, **more: Any) -> AsyncIterator[tuple[Upstream, Stub]]:
    async with stub_engine(answer) as stub:
        address = Address("http://127.0.0.1:9/v1", embeddings_url=f"{stub.url}/v1", **more)
        upstream = Upstream("first", FixedSource(address))
        yield upstream, stub
        await upstream.close()


class TestEmbeddings:
    async def test_the_cleared_bytes_go_to_the_embedding_models_own_address(self) -> None:
        async with embedder(fails(200, EMBEDDINGS), api_key="k", ticket_key=KEY) as (upstream, stub):
            assert await upstream.embed(cleared(path="/embeddings")) == EMBEDDINGS
            (seen,) = stub.seen
        assert (seen.method, seen.path, orjson.loads(seen.body)) == ("POST", "/v1/embeddings", BODY)
        assert seen.headers["authorization"] == "Bearer k"
        assert tickets.TicketDoor(KEY, "first").check(seen.headers[tickets.HEADER], seen.body) == "dec_1"

    async def test_nothing_but_a_cleared_request_for_embeddings_is_sent(self) -> None:
        changed = cleared(path="/embeddings")
        object.__setattr__(changed, "body", b"{}")
        async with embedder(fails(200, EMBEDDINGS)) as (upstream, stub):
            for prompt in (cleared(), cleared("second", path="/embeddings"), changed, BODY):
                with pytest.raises(TypeError):
                    await upstream.embed(prompt)  # type: ignore[arg-type]
            assert stub.seen == []

    async def test_a_destination_without_an_embedding_model_gets_nothing(self) -> None:
        async with stub_engine(fails(200, EMBEDDINGS)) as stub, client(stub) as upstream:
            with pytest.raises(Unavailable, match="no embedding model"):
                await upstream.embed(cleared(path="/embeddings"))
            assert stub.seen == []

    async def test_a_text_over_the_models_batch_is_refused_with_the_numbers(self) -> None:
        async with embedder(fails(500, {"error": {"code": 500, "message": TOO_LARGE}})) as (upstream, _):
            with pytest.raises(Refused) as caught:
                await upstream.embed(cleared(path="/embeddings"))
        assert (caught.value.code, caught.value.prompt_tokens, caught.value.context_length) == (
            "context_length_exceeded", 602, 512
        )  # fmt: skip

    async def test_words_around_that_message_are_another_fault(self) -> None:
        async with embedder(fails(500, {"error": {"message": f"{PROMPT} {TOO_LARGE}"}})) as (upstream, _):
            with pytest.raises(Unavailable, match=r"^answered with status 500$"):
                await upstream.embed(cleared(path="/embeddings"))

    @pytest.mark.parametrize("body", [b"", b"nonsense", b"[1]", b"5", b'{"data": ['])
    async def test_what_is_no_object_is_no_answer(self, body: bytes) -> None:
        async with embedder(fails(200, body)) as (upstream, _):
            with pytest.raises(Unavailable):
                await upstream.embed(cleared(path="/embeddings"))

    async def test_an_answer_over_the_limit_is_no_answer(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("gateway.backends.upstream.MAX_EMBEDDINGS_BYTES", 32)
        async with embedder(fails(200, EMBEDDINGS)) as (upstream, _):
            with pytest.raises(Unavailable):
                await upstream.embed(cleared(path="/embeddings"))

    async def test_a_cancellation_closes_the_connection(self) -> None:
        async with embedder(says(delta("a"), 30)) as (upstream, stub):
            task = asyncio.create_task(upstream.embed(cleared(path="/embeddings")))
            while not stub.seen:
                await asyncio.sleep(0.01)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            await asyncio.wait_for(stub.left.wait(), 5)

    async def test_a_connection_serves_one_request_after_the_other(self) -> None:
        ports = set()

        async def remembers(request: web.Request) -> web.StreamResponse:
            assert request.transport is not None
            ports.add(request.transport.get_extra_info("peername")[1])
            return web.json_response(EMBEDDINGS)

        async with embedder(remembers) as (upstream, _):
            for _ in range(3):
                await upstream.embed(cleared(path="/embeddings"))
        assert len(ports) == 1


class TestGet:
    async def test_it_reads_below_the_base_or_the_servers_root_with_the_key(self) -> None:
        async with stub_engine(fails(200, {"a": 1})) as stub, client(stub, api_key="k") as upstream:
            assert await upstream.get("/models") == {"a": 1}
            assert await upstream.get("/health", root=True) == {"a": 1}
            assert [seen.path for seen in stub.seen] == ["/v1/models", "/health"]
            assert {seen.headers["authorization"] for seen in stub.seen} == {"Bearer k"}

    @pytest.mark.parametrize("body", [b"", b"nonsense", b"[1]", b"5", b"\xff"])
    async def test_what_is_no_object_is_no_answer(self, body: bytes) -> None:
        async with stub_engine(fails(200, body)) as stub, client(stub) as upstream:
            with pytest.raises(Unavailable):
                await upstream.get("/models")

    async def test_an_object_that_arrives_in_two_pieces_is_read_whole(self) -> None:
        async def slowly(request: web.Request) -> web.StreamResponse:
            response = web.StreamResponse()
            await response.prepare(request)
            await response.write(b'{"a":')
            await asyncio.sleep(0.05)
            await response.write(b" 1}")
            return response

        async with stub_engine(slowly) as stub, client(stub) as upstream:
            assert await upstream.get("/health", root=True) == {"a": 1}


async def test_an_engine_that_moves_is_followed() -> None:
    source = FixedSource(None)
    upstream = Upstream("first", source)
    async with stub_engine(says(*HELLO)) as one, stub_engine(says(*HELLO)) as two:
        for stub in (one, two):
            source.where = Address(f"{stub.url}/v1")
            await ask(upstream)
        await upstream.close()
        assert (len(one.seen), len(two.seen)) == (1, 1)
