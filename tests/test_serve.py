"""The gateway's socket, and the signals that its process gets."""

from __future__ import annotations

import asyncio
import fcntl
import os
import pty
import signal
import socket
import ssl
import subprocess
import termios
from pathlib import Path

import httpx
import pytest

from gateway import serve
from gateway.listening import ServeError, bind
from gateway.settings import Effective, load_settings
from gateway.swarm import listening
from gateway.team.key import Key
from gateway.team.keys import Keys
from gateway.team.shared import open_shared
from tests.conftest import SEPAL, free_port, wait_for
from tests.running_gateway import policy


@pytest.mark.parametrize("side", ["gateway", "bridge"])
async def test_sends_each_piece_of_an_answer_without_waiting_for_the_one_before(side: str) -> None:
    listener = bind("127.0.0.1", 0)[0] if side == "gateway" else listening.listen("127.0.0.1", 0, None)
    accepted: asyncio.Future[int] = asyncio.get_running_loop().create_future()

    def connected(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connection = writer.get_extra_info("socket")
        accepted.set_result(connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY))
        writer.close()

    async with await asyncio.start_server(connected, sock=listener):
        _, writer = await asyncio.open_connection(*listener.getsockname())
        assert await asyncio.wait_for(accepted, 5) != 0
        writer.close()


def start(directory: Path, **how: object) -> tuple[subprocess.Popen[bytes], int]:
    """`sepal serve`, until it listens."""
    file, port = directory / "mine.yaml", free_port()
    file.write_text(policy("open", "public"))
    command = [SEPAL, "serve", "--policy", str(file), "--port", str(port), "--state-dir", str(directory / "state")]
    process = subprocess.Popen(command, cwd=directory, start_new_session=True, **how)  # type: ignore[call-overload]
    return process, port


def test_a_hang_up_reloads_the_policy_where_there_is_no_terminal(tmp_path: Path) -> None:
    output = tmp_path / "out"
    with output.open("wb") as out:
        process, port = start(tmp_path, stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.STDOUT)
    try:
        wait_for(output, "Ctrl-C stops it", process)
        (tmp_path / "mine.yaml").write_text(policy("closed", "secret"))
        process.send_signal(signal.SIGHUP)
        wait_for(output, "policy closed .* is in force", process, 10)
        report = httpx.get(f"http://127.0.0.1:{port}/health/ready", trust_env=False).json()
        assert report["policy"]["name"] == "closed"
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=20) == 0
    finally:
        process.kill()
        process.wait()


def test_the_end_of_its_terminal_ends_the_gateway(tmp_path: Path) -> None:
    master, slave = pty.openpty()

    def take_terminal() -> None:
        fcntl.ioctl(slave, termios.TIOCSCTTY, 0)

    process, _ = start(tmp_path, stdin=slave, stdout=slave, stderr=slave, preexec_fn=take_terminal)
    os.close(slave)
    try:
        said = b""
        while b"Ctrl-C stops it" not in said:
            said += os.read(master, 4096)
        os.close(master)
        process.wait(timeout=20)
    finally:
        process.kill()
        process.wait()
    assert '"event":"stopped"' in (tmp_path / "state" / "audit.jsonl").read_text()


class TestOthersMayReachIt:
    """An address that is not this machine's alone needs TLS, and somebody who has a key."""

    @pytest.fixture
    def certificate(self, tmp_path: Path) -> tuple[Path, Path]:
        certificate, key = tmp_path / "cert.pem", tmp_path / "key.pem"
        _make_certificate(certificate, key)
        return certificate, key

    def settings(self, directory: Path, **more: object) -> Effective:
        (directory / "mine.yaml").write_text(policy("open", "public"))
        given = {"policy": str(directory / "mine.yaml"), "state_dir": str(directory / "state"), "port": 0}
        return load_settings(None, {}, {**given, "host": "0.0.0.0", **more})

    async def refused(self, effective: Effective) -> str:
        with pytest.raises(ServeError) as error:
            await serve.serve(effective, stop=asyncio.Event())
        return str(error.value)

    async def test_without_tls_it_does_not_start(self, tmp_path: Path) -> None:
        message = await self.refused(self.settings(tmp_path))
        assert "others could read what is sent to it" in message
        assert "tls_certificate" in message

    async def test_without_a_key_it_does_not_start(self, tmp_path: Path, certificate: tuple[Path, Path]) -> None:
        chain, key = certificate
        for how in ({"behind_proxy": True}, {"tls_certificate": str(chain), "tls_key": str(key)}):
            assert "sepal keys create NAME" in await self.refused(self.settings(tmp_path, **how))

    @pytest.mark.parametrize("given", [{"tls_key": "key.pem"}, {"tls_certificate": "cert.pem"}])
    async def test_half_of_tls_is_none(self, tmp_path: Path, given: dict[str, str]) -> None:
        assert "belong together" in await self.refused(self.settings(tmp_path, **given))

    async def test_what_is_no_certificate_is_said(self, tmp_path: Path, certificate: tuple[Path, Path]) -> None:
        chain, _ = certificate
        (tmp_path / "no.pem").write_text("no key")
        for key, why in (("no.pem", "not PEM files"), ("none.pem", "No such file")):
            how = {"tls_certificate": str(chain), "tls_key": str(tmp_path / key)}
            assert why in await self.refused(self.settings(tmp_path, **how))

    async def test_with_both_it_speaks_https_and_lets_in_who_has_a_key(
        self, tmp_path: Path, certificate: tuple[Path, Path]
    ) -> None:
        chain, key = certificate
        effective = self.settings(tmp_path, tls_certificate=str(chain), tls_key=str(key))
        store = open_shared(effective)
        keys = Keys(store.keys)
        secret = await keys.create(Key("alice"))
        stop, ready = asyncio.Event(), asyncio.get_running_loop().create_future()
        task = asyncio.create_task(
            serve.serve(effective, stop=stop, on_listening=lambda gateway, url: ready.set_result(url))
        )
        await asyncio.wait((task, ready), return_when=asyncio.FIRST_COMPLETED)
        try:
            url = ready.result().replace("0.0.0.0", "localhost")
            assert url.startswith("https://")
            async with httpx.AsyncClient(verify=ssl.create_default_context(cafile=chain), trust_env=False) as client:
                allowed = await client.get(f"{url}/v1/models", headers={"authorization": f"Bearer {secret}"})
                refused = await client.get(f"{url}/v1/models")
                # Once others can reach it, it stays closed also when no key is left.
                await keys.revoke("alice")
                await keys.remove("alice")
                await asyncio.sleep(0.6)
                closed = await client.get(f"{url}/v1/models")
            assert [answer.status_code for answer in (allowed, refused, closed)] == [200, 401, 401]
        finally:
            stop.set()
            await task
            await store.close()


def _make_certificate(certificate: Path, key: Path) -> None:
    """Self-signed, for localhost."""
    import datetime

    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    private = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    now = datetime.datetime.now(datetime.UTC)
    signed = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(private.public_key())
        .serial_number(1)
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(private, hashes.SHA256())
    )
    certificate.write_bytes(signed.public_bytes(serialization.Encoding.PEM))
    plain = serialization.NoEncryption()
    key.write_bytes(private.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain))
