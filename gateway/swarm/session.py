"""One answer's way through the swarm: hidden states in, hidden states out, whatever server dies meanwhile.

A hop is one server's session with its attention cache. When a hop fails, other servers take over its
blocks; what it had been sent is replayed to them first, so their caches stand where its cache stood and
the answer goes on (Petals' own session restarts at position 0 there and breaks, petals#587). Attempts,
waits and pauses are bounded. Knows nothing of tokens; runs in the thread of its answer.
"""

from __future__ import annotations

import asyncio
import logging
import threading
import uuid
from collections.abc import Iterator
from typing import Any

import torch
from hivemind.moe.client.remote_expert_worker import RemoteExpertWorker
from petals.client.inference_session import _ServerInferenceSession
from petals.data_structures import CHAIN_DELIMITER
from petals.utils.misc import DUMMY, DUMMY_INT64

from gateway.swarm.routes import NoRoute, Patience, Routes

logger = logging.getLogger("sepal.bridge")

# Positions sent in one step: 128, 256 and 512 take equally long for a prompt of 1,000 tokens (4 s on 2
# cores), and a step must end within `Patience.request` and can't be cancelled.
CHUNK = 128


class SwarmFailure(Exception):
    """The swarm could not go on with this answer.

    Attributes:
        kind: `no_route` (blocks missing), `silent` (time-outs), `full` (no room in the attention
            caches) or `broken` (servers failed).
    """

    def __init__(self, kind: str) -> None:
        super().__init__(kind)
        self.kind = kind


class Cancelled(Exception):
    """Nobody waits for this answer any more."""


class SwarmSession:
    """Attention caches on the swarm for one answer of at most `length` positions.

    To be closed, from any thread; `step` is called by one thread.
    """

    def __init__(self, routes: Routes, length: int, patience: Patience, cancelled: threading.Event) -> None:
        self._routes = routes
        self._length = length
        self._patience = patience
        self._cancelled = cancelled
        self._hops: list[Any] = []

    def __enter__(self) -> SwarmSession:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def servers(self) -> list[str]:
        """Ids of the servers on the way, in order."""
        return [str(hop.span.peer_id) for hop in self._hops]

    def step(self, states: torch.Tensor) -> torch.Tensor:
        """Run the next positions through all blocks.

        Args:
            states: embeddings of the next positions, shape (1, positions, hidden).

        Returns:
            What the last block makes of the last of them: shape (1, up to `CHUNK`, hidden).

        Raises:
            SwarmFailure: after all attempts. Cancelled: between two hops.
        """
        for outputs in self.steps(states):
            last = outputs
        return last

    def steps(self, states: torch.Tensor) -> Iterator[torch.Tensor]:
        """The same, but with what the last block makes of all positions, in pieces."""
        for chunk in states.split(CHUNK, dim=1):
            yield self._step(chunk)

    def close(self) -> None:
        """Free the caches; does not wait for servers."""
        hops, self._hops = self._hops, []
        for hop in hops:
            _leave(hop)

    def _step(self, states: torch.Tensor) -> torch.Tensor:
        # The same for all attempts: a server that was handed this step by the one before it ignores it
        # when it comes again.
        step_id = str(uuid.uuid4())
        index = block = 0
        while block < len(self._routes):
            states = self._pass(index, block, states, step_id)
            block = self._hops[index].span.end
            index += 1
        return states

    def _pass(self, index: int, block: int, states: torch.Tensor, step_id: str) -> torch.Tensor:
        failure = SwarmFailure("broken")
        for attempt in range(self._patience.retries + 1):
            if self._cancelled.wait(self._patience.pause(attempt)):
                raise Cancelled
            try:
                if index >= len(self._hops) or self._hops[index].closed:
                    self._open(index, block)
                hop = self._hops[index]
                return self._send(hop, states, step_id)
            except _Broken as broken:
                failure = broken.failure
                if failure.kind == "full":
                    raise failure from None
                if index < len(self._hops):
                    _leave(self._hops[index])
        raise failure

    def _send(self, hop: Any, states: torch.Tensor, step_id: str) -> torch.Tensor:
        try:
            outputs: torch.Tensor = hop.step(states, DUMMY, DUMMY_INT64, step_id=step_id)
        except Exception as error:
            raise self._broken(hop.span.peer_id, error) from None
        self._routes.on_request_success(hop.span.peer_id)
        return outputs

    def _open(self, index: int, block: int) -> None:
        """Put hops at `index`: the whole way at first, later replacements of a failed hop."""
        failed = self._hops[index] if index < len(self._hops) else None
        end = len(self._routes) if failed is None else failed.span.end
        hops: list[Any] = []
        try:
            for span in self._choose(block, end):
                hops.append(self._connect(span))
            if failed is not None and failed._position:
                self._replay(failed.history[:, : failed._position], hops)
        except BaseException:
            for hop in hops:
                _leave(hop)
            raise
        self._hops[index : index + 1] = hops
        for hop, following in zip(self._hops, self._hops[1:], strict=False):
            hop.next_session = following

    def _replay(self, states: torch.Tensor, hops: list[Any]) -> None:
        for hop in hops:
            outputs = []
            for chunk in states.split(CHUNK, dim=1):
                if self._cancelled.is_set():
                    raise Cancelled
                outputs.append(self._send(hop, chunk, str(uuid.uuid4())))
            states = torch.cat(outputs, dim=1)

    def _choose(self, start: int, end: int) -> Any:
        try:
            return self._routes.choose(start, end, self._length)
        except NoRoute:
            self._routes.update(wait=False)
            raise _Broken(SwarmFailure("no_route")) from None

    def _connect(self, span: Any) -> Any:
        try:
            rpc_info = self._routes.rpc_info
        except Exception as error:
            raise self._broken(None, error) from None
        uids = CHAIN_DELIMITER.join(self._routes.block_uids[span.start : span.end])
        try:
            creation = _ServerInferenceSession.create(
                self._routes.config,
                self._routes.state.p2p,
                span,
                uids,
                rpc_info=rpc_info,
                max_length=self._length,
                # A full cache is waited for, but not as long as a server counts as silent.
                alloc_timeout=self._patience.request / 2,
                **self._routes.get_request_metadata("rpc_inference", uids, peer_id=span.peer_id),
            )
            return RemoteExpertWorker.run_coroutine(creation)
        except Exception as error:
            raise self._broken(span.peer_id, error) from None

    def _broken(self, peer_id: Any, error: Exception) -> _Broken:
        if "Could not allocate" in str(error):
            return _Broken(SwarmFailure("full"))
        logger.warning("server %s failed: %s", peer_id, type(error).__name__)
        self._routes.on_request_failure(peer_id)
        return _Broken(SwarmFailure("silent" if isinstance(error, TimeoutError) else "broken"))


class _Broken(Exception):
    """One attempt failed; another may follow."""

    def __init__(self, failure: SwarmFailure) -> None:
        super().__init__(failure.kind)
        self.failure = failure


def _leave(hop: Any) -> None:
    if hop.closed:
        return
    hop.closed = True
    RemoteExpertWorker.run_coroutine(_say_goodbye(hop), return_future=True)


async def _say_goodbye(hop: Any) -> None:
    try:
        await asyncio.wait_for(hop._aclose_stream(), 5)
    except Exception:  # noqa: S110 - the server is gone, which is what was wanted
        pass
    finally:
        hop._outputs_stream = hop._inputs_queue = None
