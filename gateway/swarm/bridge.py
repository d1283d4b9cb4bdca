"""Runs the swarm bridge: an OpenAI-compatible server over a Petals swarm, for requests with a ticket.

    python -m gateway.swarm.bridge --destination swarm --checkpoint DIR --dht-prefix NAME --initial-peer ADDR

Reports `ready` with `base_url` over the channel as soon as it listens, whether or not the swarm is
there: `/health` tells how that stands. The ticket key comes over the channel (secret `ticket_key`, hex),
or from a file descriptor for use by hand. Knows nothing of the gateway's decisions.
"""

from __future__ import annotations

import argparse
import asyncio
import logging
import os
import sys
from collections.abc import Callable
from pathlib import Path

from gateway.backends.channel import DESCRIPTOR_VARIABLE, Channel, ChannelError
from gateway.swarm import listening, tickets

logger = logging.getLogger("sepal.bridge")


def main(arguments: list[str] | None = None) -> int:
    """Command line; returns the exit status."""
    options = _parser().parse_args(arguments)
    os.umask(0o077)
    try:
        inherited = os.environ.get(DESCRIPTOR_VARIABLE, "")
        channel = Channel.from_environment()
        key = _ticket_key(channel, options.key_fd)
        _serve(options, channel, {int(inherited)} if channel is not None else set(), key)
    except KeyboardInterrupt:
        return 0
    except (ChannelError, OSError, ValueError) as error:
        print(f"The swarm bridge could not start: {error}", file=sys.stderr)  # noqa: T201
        return 1
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m gateway.swarm.bridge",
        description="Serve a Petals swarm over OpenAI's API, to holders of clearance tickets.",
        formatter_class=argparse.ArgumentDefaultsHelpFormatter,
    )
    required = parser.add_argument_group("required")
    required.add_argument("--destination", required=True, help="the destination that tickets must name")
    required.add_argument("--checkpoint", type=Path, required=True, help="directory of the model")
    required.add_argument("--dht-prefix", required=True, help="the model's name in the swarm's table")
    required.add_argument("--initial-peer", action="append", required=True, help="multiaddress; repeatable")
    parser.add_argument("--chat-template", type=Path, help="Jinja file in the place of the checkpoint's own template")
    parser.add_argument("--alias", help="the model's id towards clients; default: the directory's name")
    parser.add_argument("--host", default="127.0.0.1", help="loopback address to listen on")
    parser.add_argument("--port", type=int, default=0, help="0 = a free one")
    parser.add_argument("--uds", type=Path, help="listen on this Unix socket instead")
    parser.add_argument("--key-fd", type=int, help="descriptor with the 32 bytes of the ticket key")
    parser.add_argument("--allowed-server", action="append", help="peer id; only these run prompts; repeatable")
    parser.add_argument("--request-timeout", type=float, default=15.0, help="seconds for a server's answer")
    parser.add_argument("--connect-timeout", type=float, default=5.0, help="seconds for a connection")
    parser.add_argument("--max-retries", type=int, default=3, help="further attempts at each step")
    parser.add_argument("--max-concurrent", type=int, default=4, help="answers at once")
    parser.add_argument("--max-waiting", type=int, default=16, help="requests that may wait for their turn")
    parser.add_argument("--max-length", type=int, help="tokens of prompt and answer; default: the model's")
    parser.add_argument("--threads", type=int, help="CPU threads for embeddings and head; default: all cores")
    return parser


def _ticket_key(channel: Channel | None, descriptor: int | None) -> bytes:
    if descriptor is not None:
        with os.fdopen(descriptor, "rb") as file:
            key = file.read(tickets.KEY_BYTES + 1)
    elif channel is not None:
        key = bytes.fromhex(channel.secrets().get("ticket_key", ""))
    else:
        raise ValueError("there is no ticket key; give a descriptor with --key-fd")
    if len(key) != tickets.KEY_BYTES:
        raise ValueError(f"the ticket key must have {tickets.KEY_BYTES} bytes")
    return key


def _serve(options: argparse.Namespace, channel: Channel | None, hidden: set[int], key: bytes) -> None:
    listener = listening.listen(options.host, options.port, options.uds)
    listening.hide_from_forks(listener, hidden)
    if channel is not None:
        channel.send("progress", message="loading the swarm's client")
    from gateway.swarm import petals_stack

    petals_stack.load()
    import torch

    from gateway.swarm.answering import Answers
    from gateway.swarm.app import Bridge
    from gateway.swarm.events import Event
    from gateway.swarm.model import load

    if options.threads:
        torch.set_num_threads(options.threads)
    model = load(options)
    door = tickets.TicketDoor(key, options.destination)

    async def run() -> None:
        answers = Answers[Event](options.max_concurrent, options.max_waiting)
        bridge = Bridge(model, door, answers, _reporter(channel))
        model.connect()
        try:
            base_url = listening.base_url(listener)
            logger.info("listening on %s for destination %s", base_url, options.destination)
            if channel is not None:
                facts = {
                    "model": model.model_id,
                    "abilities": model.abilities(),
                    "context_length": model.context_length,
                }
                channel.send("ready", base_url=base_url, pid=os.getpid(), **facts)
            await listening.serve(bridge.app(), listener)
        finally:
            answers.close()
            await asyncio.to_thread(model.close)

    asyncio.run(run())
    # Answers under way live in threads that would keep the process; nobody waits for them.
    logging.shutdown()
    os._exit(0)


def _reporter(channel: Channel | None) -> Callable[[str], None]:
    def report(reason: str) -> None:
        logger.warning("refused a request: ticket %s", reason)
        if channel is not None:
            channel.send("ticket_refused", reason=reason)

    return report


if __name__ == "__main__":
    sys.exit(main())
