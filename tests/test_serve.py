"""The gateway's socket, and the signals that its process gets."""

from __future__ import annotations

import asyncio
import fcntl
import os
import pty
import signal
import socket
import subprocess
import termios
from pathlib import Path

import httpx
import pytest

from gateway import serve
from gateway.swarm import listening
from tests.conftest import SEPAL, free_port, wait_for
from tests.running_gateway import policy


@pytest.mark.parametrize("side", ["gateway", "bridge"])
async def test_sends_each_piece_of_an_answer_without_waiting_for_the_one_before(side: str) -> None:
    listener = serve.bind("127.0.0.1", 0) if side == "gateway" else listening.listen("127.0.0.1", 0, None)
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
