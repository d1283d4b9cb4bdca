"""A server that is away, slow, closed to us or replaced by another: waited for a while, told, and found again."""

from __future__ import annotations

import asyncio
import datetime
import shutil
import signal
import ssl
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from gateway.settings import load_settings
from gateway.team.key import Key
from gateway.team.keys import Keys
from gateway.team.shared import Shared, open_shared
from gateway.team.store import StoreError, StoreUnreachable
from tests.redis_server import RedisProcess, redis_server

PASSWORD = "a-quiet-word"


@pytest.fixture
def own(request: pytest.FixtureRequest) -> Iterator[RedisProcess]:
    """A server that the test may stop, with the options that it asks for."""
    directory = Path(tempfile.mkdtemp(prefix="sepal-"))
    with redis_server(directory, *getattr(request, "param", ())) as server:
        yield server
    shutil.rmtree(directory)


@asynccontextmanager
async def opened(tmp_path: Path, environment: dict[str, str] | None = None, **settings: str) -> AsyncIterator[Shared]:
    store = open_shared(load_settings(None, {}, {"state_dir": str(tmp_path), **settings}), environment or {})
    try:
        yield store
    finally:
        await store.close()


async def test_one_that_is_away_is_said_and_found_again(
    own: RedisProcess, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gateway.team.keys._LOOK", 0)
    async with opened(tmp_path, store=own.url) as store:
        keys = Keys(store.keys)
        await keys.create(Key("alice"))
        own.stop()
        for use in (keys.all, lambda: keys.create(Key("bob")), lambda: keys.find("x"), store.records.check):
            with pytest.raises(StoreUnreachable, match="can't be reached"):
                await use()
        own.start()
        secret = await keys.create(Key("carl"))
        assert await keys.find(secret) is not None


async def test_one_that_does_not_answer_holds_nobody_else_up(
    own: RedisProcess, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gateway.team.redis.server._TIMEOUT", 0.2)
    async with opened(tmp_path, store=own.url) as store:
        keys = Keys(store.keys)
        assert await keys.all() == []
        assert own.process is not None
        own.process.send_signal(signal.SIGSTOP)
        waiting = [asyncio.create_task(keys.create(Key(f"key{number}"))) for number in range(3)]
        turns = 0
        while not all(task.done() for task in waiting):
            turns += 1
            await asyncio.sleep(0)
        own.process.send_signal(signal.SIGCONT)
        assert turns > 10
        assert all(isinstance(task.exception(), StoreUnreachable) for task in waiting)
        assert isinstance(await keys.create(Key("later")), str)


async def test_an_answer_that_nobody_waits_for_any_more_is_nobody_elses(own: RedisProcess, tmp_path: Path) -> None:
    async with opened(tmp_path, store=own.url) as store:
        for name in ("a", "b"):
            await store.records.put("answer", name, "alice", name.encode(), 60)
        assert own.process is not None
        for _ in range(20):
            own.process.send_signal(signal.SIGSTOP)
            gone = asyncio.create_task(store.records.get("answer", "a", "alice"))
            for _ in range(5):
                await asyncio.sleep(0)
            gone.cancel()
            own.process.send_signal(signal.SIGCONT)
            assert await store.records.get("answer", "b", "alice") == b"b"
            await asyncio.gather(gone, return_exceptions=True)


class TestAPassword:
    @pytest.mark.parametrize("own", [("--requirepass", PASSWORD)], indirect=True)
    async def test_comes_from_the_environment(self, own: RedisProcess, tmp_path: Path) -> None:
        async with opened(tmp_path, {"WORD": PASSWORD}, store=own.url, store_password_env="WORD") as store:
            assert await store.keys.entries() == []

    @pytest.mark.parametrize("own", [("--requirepass", PASSWORD)], indirect=True)
    async def test_that_is_wrong_or_lacking_is_said_without_it(self, own: RedisProcess, tmp_path: Path) -> None:
        for environment, named in (({"WORD": "xx-wrong-xx"}, {"store_password_env": "WORD"}), ({}, {})):
            async with opened(tmp_path, environment, store=own.url, **named) as store:
                with pytest.raises(StoreError, match="store_password_env") as refused:
                    await store.keys.entries()
                assert not isinstance(refused.value, StoreUnreachable)
                assert "xx-wrong" not in str(refused.value)

    def test_that_is_not_set_is_said(self, tmp_path: Path) -> None:
        settings = load_settings(None, {}, {"store": "redis://cache", "store_password_env": "WORD"})
        with pytest.raises(StoreError, match=r"WORD .store_password_env. is not set"):
            open_shared(settings, {})

    @pytest.mark.parametrize("own", [("--user", "sepal", "on", f">{PASSWORD}", "~other:*", "+@all")], indirect=True)
    async def test_of_a_user_who_may_not_write_there_is_said(self, own: RedisProcess, tmp_path: Path) -> None:
        url = own.url.replace("unix://", "unix://sepal@")
        async with opened(tmp_path, {"WORD": PASSWORD}, store=url, store_password_env="WORD") as store:
            with pytest.raises(StoreError, match="may not do what is needed"):
                await store.keys.entries()


@pytest.mark.parametrize("own", [("--maxmemory", "1")], indirect=True)
async def test_one_that_takes_nothing_more_is_said_without_what_was_asked(own: RedisProcess, tmp_path: Path) -> None:
    async with opened(tmp_path, store=own.url) as store:
        with pytest.raises(StoreError, match=r"refuses what is asked \(OutOfMemoryError\)") as refused:
            await Keys(store.keys).create(Key("alice"))
        assert "alice" not in str(refused.value)


async def test_keys_of_another_version_are_not_read(own: RedisProcess, tmp_path: Path) -> None:
    async with opened(tmp_path, store=own.url) as store:
        with own.client() as client:
            client.hset("sepal:keys", "alice", '{"name": "alice"}')
        with pytest.raises(StoreError, match="another version"):
            await store.keys.entries()


class TestTLS:
    @pytest.fixture
    def certificate(self, tmp_path: Path) -> Path:
        file = tmp_path / "localhost.pem"
        file.write_bytes(_certificate())
        return file

    @asynccontextmanager
    async def ending_tls(self, own: RedisProcess, certificate: Path) -> AsyncIterator[int]:
        """A port where TLS ends in front of the server."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        tasks: set[asyncio.Task[None]] = set()

        async def passed_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            while data := await reader.read(65536):
                writer.write(data)
            writer.close()

        async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            inner_reader, inner_writer = await asyncio.open_unix_connection(own.socket)
            for pair in ((reader, inner_writer), (inner_reader, writer)):
                tasks.add(asyncio.create_task(passed_on(*pair)))

        server = await asyncio.start_server(connected, "127.0.0.1", 0, ssl=context)
        asyncio.get_running_loop().set_exception_handler(lambda loop, what: None)  # (refused handshakes)
        try:
            yield server.sockets[0].getsockname()[1]
        finally:
            server.close()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def test_a_certificate_that_is_known_is_taken(
        self, own: RedisProcess, tmp_path: Path, certificate: Path
    ) -> None:
        async with (
            self.ending_tls(own, certificate) as port,
            opened(tmp_path, store=f"rediss://localhost:{port}", store_ca=str(certificate)) as store,
        ):
            assert await store.keys.entries() == []

    async def test_one_of_strangers_or_of_another_name_is_not(
        self, own: RedisProcess, tmp_path: Path, certificate: Path
    ) -> None:
        async with self.ending_tls(own, certificate) as port:
            for host, known in (("localhost", {}), ("127.0.0.1", {"store_ca": str(certificate)})):
                async with opened(tmp_path, store=f"rediss://{host}:{port}", **known) as store:
                    with pytest.raises(StoreUnreachable):
                        await store.keys.entries()


def _certificate() -> bytes:
    """Self-signed, for localhost, with its key."""
    private = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    now = datetime.datetime.now(datetime.UTC)
    signed = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(private.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(private, hashes.SHA256())
    )
    form, encryption = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    key = private.private_bytes(serialization.Encoding.PEM, form, encryption)
    return key + signed.public_bytes(serialization.Encoding.PEM)
