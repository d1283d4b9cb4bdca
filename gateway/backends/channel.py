"""The child's end of the line between an engine process and the gateway that supervises it.

One socket pair (AF_UNIX stream) carries JSON lines: the first line from the gateway holds the
secrets of this start, every line from the child is an event. So no secret stands in an argument
list, an environment or a file. Standard library only, because children also run in the Petals
environment. Knows nothing of what the engine does, nor of how the gateway reacts.
"""

from __future__ import annotations

import json
import os
import socket
import threading
from collections.abc import Callable
from contextlib import suppress

DESCRIPTOR_VARIABLE = "SEPAL_CHANNEL_FD"
LONGEST_LINE = 64 * 1024


class ChannelError(Exception):
    """The gateway went away before it sent what was needed, or what it sent was no such thing."""


class Channel:
    """The child's end. `send` may be called from any thread; sends are whole lines."""

    def __init__(self, sock: socket.socket) -> None:
        self._socket = sock
        self._reader = sock.makefile("rb")
        self._send_lock = threading.Lock()
        self._read_lock = threading.Lock()
        self._secrets: dict[str, str] | None = None

    @classmethod
    def from_environment(cls) -> Channel | None:
        """The channel this process was started with, or None when a person started it by hand.

        The variable is removed and the descriptor made non-inheritable, so that processes started
        from here have no part in the channel.

        Raises:
            ChannelError: the variable does not hold the number of an open socket.
        """
        number = os.environ.pop(DESCRIPTOR_VARIABLE, None)
        if number is None:
            return None
        try:
            sock = socket.socket(fileno=int(number))
        except (ValueError, OSError):
            raise ChannelError(f"{DESCRIPTOR_VARIABLE} must hold the number of an open socket") from None
        sock.set_inheritable(False)
        return cls(sock)

    def secrets(self) -> dict[str, str]:
        """Secrets of this start, by name. Blocks until the gateway has sent them; later calls are free.

        Raises:
            ChannelError: the gateway went away first, or its first line was no such object.
        """
        with self._read_lock:
            if self._secrets is None:
                self._secrets = _parse_secrets(self._read_line())
            return dict(self._secrets)

    def send(self, event: str, **fields: object) -> None:
        """Tell the gateway what happened. `fields` are JSON values and hold no prompt text.

        Says nothing when the gateway is gone: then this process is about to be ended anyway.
        """
        line = json.dumps({"event": event, **fields}).encode("ascii") + b"\n"
        with self._send_lock, suppress(OSError):
            self._socket.sendall(line)

    def close(self) -> None:
        """Hang up; the channel is of no use afterwards."""
        self._reader.close()
        self._socket.close()

    def on_close(self, callback: Callable[[], None]) -> None:
        """Call `callback` once, from a thread of its own, when the gateway's end closes."""
        threading.Thread(target=self._wait_for_close, args=(callback,), daemon=True, name="channel-close").start()

    def _wait_for_close(self, callback: Callable[[], None]) -> None:
        with suppress(ChannelError):
            self.secrets()
            while True:
                self._read_line()
        callback()

    def _read_line(self) -> bytes:
        try:
            line = self._reader.readline(LONGEST_LINE)
        except OSError:
            line = b""
        if not line.endswith(b"\n"):
            raise ChannelError("the gateway closed the channel")
        return line


def _parse_secrets(line: bytes) -> dict[str, str]:
    try:
        secrets = json.loads(line)["secrets"]
    except (ValueError, KeyError, TypeError):
        secrets = None
    if not isinstance(secrets, dict) or not all(isinstance(value, str) for value in secrets.values()):
        raise ChannelError("the first line of the channel must be an object with secrets, each a text")
    return secrets
