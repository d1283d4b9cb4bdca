"""Runs one real Petals server: some blocks of a model, on one port, for one swarm.

    python -m gateway.swarm.host --checkpoint DIR --blocks 0:15 --dht-prefix NAME --identity FILE

Reports over the channel of the process that started it: `progress` with a sentence, then `ready` with
`peer_id`, `multiaddrs`, `blocks` and `public_name` once its blocks stand in the swarm's table. SIGTERM
and SIGINT make it withdraw from that table before it ends. Listens on loopback unless told otherwise,
measures and asks nothing outside. Knows nothing of prompts: it sees hidden states, and logs neither.
"""

from __future__ import annotations

import argparse
import logging
import os
import signal
import sys
import threading
import time
from pathlib import Path
from typing import Any

from gateway.backends.channel import Channel

logger = logging.getLogger("sepal.host")

_ENDING = (signal.SIGTERM, signal.SIGINT)
# A withdrawal is one write to the table; what takes longer hangs on a daemon that is already gone.
_LONGEST_FAREWELL = 6.0


def main(arguments: list[str] | None = None) -> int:
    """Command line; returns the exit status."""
    options = _parser().parse_args(arguments)
    channel = Channel.from_environment()
    for number in _ENDING:
        signal.signal(number, _withdraw)
    os.umask(0o077)
    try:
        return _host(options, channel)
    except KeyboardInterrupt:
        return 0
    except (OSError, ValueError, AssertionError) as error:
        print(f"The Petals server could not start: {error}", file=sys.stderr)  # noqa: T201
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m gateway.swarm.host",
        description="Host some blocks of a model in a Petals swarm.",
        formatter_class=argparse.ArgumentDefaultsHelpFormatter,
    )
    required = parser.add_argument_group("required")
    required.add_argument("--checkpoint", type=Path, required=True, help="directory of the model")
    required.add_argument("--blocks", type=_span, required=True, help="first:last+1, such as 0:15")
    required.add_argument("--dht-prefix", required=True, help="the model's name in the swarm's table")
    required.add_argument("--identity", type=Path, required=True, help="key file; made when it is missing")
    parser.add_argument("--initial-peer", action="append", default=[], help="multiaddress to join at; none = new swarm")
    parser.add_argument("--host", default="127.0.0.1", help="IPv4 address to listen on")
    parser.add_argument("--port", type=int, default=0, help="TCP port; 0 = a free one")
    parser.add_argument("--public-name", help="name shown in the swarm's table")
    parser.add_argument("--throughput", type=float, default=10.0, help="announced, in requests a second")
    parser.add_argument("--attention-cache", type=int, default=16384, help="tokens kept for all sessions together")
    parser.add_argument("--update-period", type=float, default=10.0, help="seconds between announcements")
    parser.add_argument("--handlers", type=int, default=2, help="processes that take connections")
    parser.add_argument("--threads", type=int, help="CPU threads for computing; default: all cores")
    parser.add_argument("--device", default="cpu", help="torch device")
    parser.add_argument("--dtype", default="float32", choices=("auto", "float32", "bfloat16", "float16"))
    return parser


def _span(text: str) -> tuple[int, int]:
    first, _, end = text.partition(":")
    if not (first.isdigit() and end.isdigit() and int(first) < int(end)):
        raise argparse.ArgumentTypeError(f"{text!r} is no span of blocks; write first:last+1, such as 0:15")
    return int(first), int(end)


def _host(options: argparse.Namespace, channel: Channel | None) -> int:
    _say(channel, "loading Petals")
    from gateway.swarm import petals_stack

    petals_stack.load()
    import torch

    if options.threads:
        torch.set_num_threads(options.threads)
    os.register_at_fork(after_in_child=lambda: signal.signal(signal.SIGTERM, signal.SIG_DFL))
    _say(channel, "joining the swarm")
    server = _server(options)
    if channel is not None:
        # Others can join here while the blocks are still being loaded.
        channel.send("joined", peer_id=str(server.dht.peer_id), multiaddrs=_multiaddrs(server))
    threading.Thread(target=_report_ready, args=(server, options, channel), daemon=True).start()
    try:
        _say(channel, f"loading blocks {options.blocks[0]} to {options.blocks[1] - 1}")
        server.run()
    finally:
        server.shutdown()
        logger.info("withdrew from the swarm")
    return 0


def _server(options: argparse.Namespace) -> Any:
    import petals.server.server
    from transformers import AutoConfig

    petals.server.server.ReachabilityProtocol = _NoDialBacks

    first, end = options.blocks
    config = AutoConfig.from_pretrained(options.checkpoint)
    if end > config.num_hidden_layers:
        raise ValueError(f"--blocks {first}:{end} but the model has {config.num_hidden_layers} blocks")
    return petals.server.server.Server(
        initial_peers=options.initial_peer,
        dht_prefix=options.dht_prefix,
        converted_model_name_or_path=str(options.checkpoint),
        public_name=options.public_name,
        throughput=options.throughput,
        block_indices=f"{first}:{end}",
        num_handlers=options.handlers,
        inference_max_length=config.max_position_embeddings,
        attn_cache_tokens=options.attention_cache,
        torch_dtype=options.dtype,
        cache_dir=str(options.identity.parent),
        device=options.device,
        update_period=options.update_period,
        balance_quality=0.0,
        skip_reachability_check=True,
        reachable_via_relay=False,
        use_relay=False,
        use_auto_relay=False,
        host_maddrs=[f"/ip4/{options.host}/tcp/{options.port}"],
        identity_path=str(options.identity),
        # The check dials the swarm a second time; the identity file is this server's own.
        check_if_identity_free=False,
    )


class _NoDialBacks:
    """Stands in for the service that dials peers back on their request: a daemon more, and no use here."""

    @staticmethod
    def attach_to_dht(_dht: Any) -> None:
        return None


def _multiaddrs(server: Any) -> list[str]:
    return [str(address) for address in server.dht.get_visible_maddrs()]


def _report_ready(server: Any, options: argparse.Namespace, channel: Channel | None) -> None:
    from petals.data_structures import ServerState
    from petals.utils.dht import get_remote_module_infos

    uids = server.module_uids[slice(*options.blocks)]
    peer = server.dht.peer_id
    while not server.stop.is_set():
        infos = get_remote_module_infos(server.dht, uids, latest=True)
        own = [info.servers.get(peer) for info in infos]
        if all(entry is not None and entry.state == ServerState.ONLINE for entry in own):
            break
        time.sleep(0.2)
    multiaddrs = _multiaddrs(server)
    logger.info("serving blocks %d to %d as %s", options.blocks[0], options.blocks[1] - 1, peer)
    if channel is not None:
        channel.send(
            "ready",
            peer_id=str(peer),
            multiaddrs=multiaddrs,
            blocks=list(options.blocks),
            public_name=options.public_name,
        )
    else:
        print("\n".join(multiaddrs), flush=True)  # noqa: T201


def _say(channel: Channel | None, message: str) -> None:
    if channel is not None:
        channel.send("progress", message=message)


def _withdraw(_signal: int, _frame: object) -> None:
    for number in _ENDING:
        signal.signal(number, signal.SIG_IGN)
    watchdog = threading.Timer(_LONGEST_FAREWELL, os._exit, (0,))
    watchdog.daemon = True
    watchdog.start()
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main())
