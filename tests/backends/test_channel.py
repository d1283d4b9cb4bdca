"""The child's end of the channel: secrets once, events as whole lines, the end noticed."""

from __future__ import annotations

import json
import os
import socket
import threading
from collections.abc import Iterator

import pytest

from gateway.backends.channel import DESCRIPTOR_VARIABLE, Channel, ChannelError


@pytest.fixture
def pair() -> Iterator[tuple[socket.socket, Channel]]:
    ours, theirs = socket.socketpair()
    channel = Channel(theirs)
    yield ours, channel
    ours.close()
    channel.close()


def test_secrets_are_read_once_and_stay(pair: tuple[socket.socket, Channel]) -> None:
    ours, channel = pair
    ours.sendall(b'{"secrets": {"api_key": "abc"}}\n')

    assert channel.secrets() == {"api_key": "abc"}
    ours.shutdown(socket.SHUT_WR)
    assert channel.secrets() == {"api_key": "abc"}


@pytest.mark.parametrize("line", [b"", b"no json\n", b"[]\n", b'{"secrets": {"key": 1}}\n', b'{"secrets": {}} no end'])
def test_anything_but_secrets_is_an_error_that_does_not_repeat_it(
    pair: tuple[socket.socket, Channel], line: bytes
) -> None:
    ours, channel = pair
    ours.sendall(line)
    ours.shutdown(socket.SHUT_WR)

    with pytest.raises(ChannelError) as caught:
        channel.secrets()

    assert line.decode().strip() not in str(caught.value) or not line


def test_events_of_many_threads_arrive_as_whole_lines(pair: tuple[socket.socket, Channel]) -> None:
    ours, channel = pair
    message = "線\n" * 50

    def send_many() -> None:
        for _ in range(20):
            channel.send("progress", message=message)

    threads = [threading.Thread(target=send_many) for _ in range(4)]
    for thread in threads:
        thread.start()
    with ours.makefile("rb") as lines:
        events = [json.loads(lines.readline()) for _ in range(80)]
    for thread in threads:
        thread.join()

    assert all(event == {"event": "progress", "message": message} for event in events)


def test_a_gateway_that_is_gone_is_no_error_to_the_sender(pair: tuple[socket.socket, Channel]) -> None:
    ours, channel = pair
    ours.close()

    channel.send("progress", message="nobody hears this")


def test_the_end_of_the_gateway_is_noticed(pair: tuple[socket.socket, Channel]) -> None:
    ours, channel = pair
    ours.sendall(b'{"secrets": {}}\n')
    gone = threading.Event()
    channel.on_close(gone.set)

    assert not gone.wait(0.1)
    ours.shutdown(socket.SHUT_RDWR)
    assert gone.wait(5)


def test_the_descriptor_is_taken_from_the_environment_and_kept_from_children(monkeypatch: pytest.MonkeyPatch) -> None:
    ours, theirs = socket.socketpair()
    number = theirs.detach()
    os.set_inheritable(number, True)
    monkeypatch.setenv(DESCRIPTOR_VARIABLE, str(number))

    channel = Channel.from_environment()

    assert channel is not None
    assert DESCRIPTOR_VARIABLE not in os.environ
    assert not os.get_inheritable(number)
    assert Channel.from_environment() is None
    ours.close()
    channel.close()


def test_a_descriptor_that_is_no_socket_is_an_error_in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(DESCRIPTOR_VARIABLE, "none")

    with pytest.raises(ChannelError, match=DESCRIPTOR_VARIABLE):
        Channel.from_environment()
