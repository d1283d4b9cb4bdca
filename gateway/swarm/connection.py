"""Keeps the bridge connected to its swarm, and knows at every moment how the swarm stands.

A thread of its own joins the swarm as soon as a peer can be reached, looks at the swarm's table every
few seconds, and joins anew when everybody it knew is gone. Requests read the last look and never wait
for one. Knows nothing of requests.
"""

from __future__ import annotations

import logging
import math
import os
import signal
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import torch
from hivemind import DHT, PeerID
from hivemind.p2p import P2PDaemonError
from petals import AutoDistributedModelForCausalLM
from petals.data_structures import UID_DELIMITER
from petals.utils.dht import get_remote_module_infos
from petals.utils.ping import ping_parallel

from gateway.swarm import health
from gateway.swarm.generation import Client
from gateway.swarm.routes import NoRoute, Patience, Routes

logger = logging.getLogger("sepal.bridge")

# Seconds between two looks; a look takes 0.02 to 0.05 s.
_LOOK_EVERY = 3.0
_LOOK_AGAIN = 1.0
# How long nobody may be seen before the bridge joins anew: two of a server's announcements.
_ALONE_FOR = 10.0
# Failed looks in a row after which the last good one counts no more.
_BLIND_AFTER = 3
# Failures in a row, other than nobody answering, after which this process itself counts as broken; who
# supervises it starts a new one.
_BROKEN_AFTER = 15
_MOST_PINGED = 64


@dataclass(frozen=True, slots=True)
class Swarm:
    """Which swarm, which model, whom to ask first, whom to trust (None = anybody)."""

    checkpoint: Path
    dht_prefix: str
    initial_peers: Sequence[str]
    allowed_servers: Sequence[str] | None = None
    patience: Patience = field(default_factory=Patience)


class Connection:
    """The bridge's connection to `swarm`. `start` it once; `close` it at the end.

    Attributes:
        snapshot: the last look.
    """

    def __init__(self, swarm: Swarm, blocks: int) -> None:
        self._swarm = swarm
        self._uids = [f"{swarm.dht_prefix}{UID_DELIMITER}{block}" for block in range(blocks)]
        self._allowed = (
            None if swarm.allowed_servers is None else {PeerID.from_base58(peer) for peer in swarm.allowed_servers}
        )
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="swarm-watch", daemon=True)
        self._seen_at = time.monotonic()
        self.snapshot = health.starting(blocks)
        self._client: Client | None = None
        self._silent: set[Any] = set()

    def start(self) -> None:
        """Begin to join, in the background."""
        self._thread.start()

    def client(self) -> Client:
        """The means to generate.

        Raises:
            NoRoute: the swarm was never joined.
        """
        if self._client is None:
            raise NoRoute
        return self._client

    def close(self) -> None:
        """Leave the swarm; ends the processes that belong to the connection."""
        self._ending.set()
        self._thread.join(self._swarm.patience.table)
        if self._client is not None:
            self._client.routes.dht.shutdown()

    def _watch(self) -> None:
        failures = 0
        while not self._ending.is_set():
            try:
                if self._client is None or self._is_alone():
                    self._client = self._join(self._client)
                self.snapshot = self._look(self._client.routes)
                failures = 0
            except Exception as error:
                failures += 1
                if failures == _BROKEN_AFTER and not isinstance(error, P2PDaemonError | TimeoutError):
                    logger.error("this process can't talk to any swarm (%s); ending it", type(error).__name__)
                    os.kill(os.getpid(), signal.SIGTERM)
                if failures == _BLIND_AFTER:
                    self.snapshot = health.unseen(self.snapshot)
                if failures in (1, 10) or failures % 100 == 0:
                    logger.warning("the swarm can't be reached (%s); trying on", type(error).__name__)
            calm = self.snapshot.state == "ready" and not self._silent and not failures
            self._ending.wait(_LOOK_EVERY if calm else _LOOK_AGAIN)

    def _is_alone(self) -> bool:
        return time.monotonic() - self._seen_at > _ALONE_FOR

    def _join(self, former: Client | None) -> Client:
        self._seen_at = time.monotonic()
        if former is None:
            model = _load(self._swarm)
            dht = model.transformer.h.sequence_manager.dht
        else:
            model = former.model
            peers = list(self._swarm.initial_peers)
            dht = DHT(initial_peers=peers, client_mode=True, num_workers=32, start=True)
        routes = Routes(model.config, self._uids, dht=dht, patience=self._swarm.patience)
        if former is not None:
            former.routes.shutdown()
            former.routes.dht.shutdown()
        logger.info("joined the swarm")
        return Client(model, routes)

    def _look(self, routes: Routes) -> health.Snapshot:
        patience = self._swarm.patience.table
        dht = routes.dht
        infos = get_remote_module_infos(dht, self._uids, latest=True, return_future=True).result(patience)
        peers = list({peer for info in infos for peer in info.servers})[:_MOST_PINGED]
        ping = partial(ping_parallel, peers, wait_timeout=2)
        round_trips = dht.run_coroutine(ping, return_future=True).result(patience) if peers else {}
        silent = {peer for peer, seconds in round_trips.items() if math.isinf(seconds)}
        if len(silent) < len(round_trips):
            self._seen_at = time.monotonic()
        # One lost ping says little on a busy machine; two in a row count.
        for peer in silent - self._silent:
            del round_trips[peer]
        self._silent = silent
        found = health.summarise(infos, round_trips, self._allowed)
        if found.state != self.snapshot.state:
            logger.info("the swarm is %s; blocks missing: %d", found.state, len(found.missing))
        return found


def _load(swarm: Swarm) -> Any:
    """The model's client side: embeddings, final norm and head. Joins the swarm as it loads."""
    patience = swarm.patience
    model = AutoDistributedModelForCausalLM.from_pretrained(
        str(swarm.checkpoint),
        initial_peers=list(swarm.initial_peers),
        dht_prefix=swarm.dht_prefix,
        allowed_servers=swarm.allowed_servers,
        torch_dtype=torch.float32,
        show_route=False,
        connect_timeout=patience.connect,
        request_timeout=patience.request,
        max_retries=2,
        min_backoff=patience.least_pause,
        max_backoff=patience.longest_pause,
        update_period=10,
        daemon_startup_timeout=15,
    )
    return model.eval()
