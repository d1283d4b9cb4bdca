"""One gateway process's parts: the pipeline with its engines, and how these stand."""

from __future__ import annotations

import asyncio
import contextlib
from typing import Any

from gateway.audit.log import AuditError, Trail
from gateway.backends.engines.build import build_engine
from gateway.backends.engines.engine import Engine, Surroundings
from gateway.backends.fleet import Fleet, places_of
from gateway.backends.turns import Queue
from gateway.backends.upstream import Unavailable
from gateway.compose import Loaded, decider, embedding_model_id, model_id
from gateway.metrics import Metrics
from gateway.pipeline import Pipeline
from gateway.policy.destination import Destination as DestinationSpec
from gateway.policy.policy import Policy
from gateway.settings import Effective

SWARM_POLL = 1.0
_SWARM_DETAIL = {
    "starting": "The bridge is looking for the swarm's servers.",
    "degraded": "Some blocks are served by nobody.",
    "ready": "Every block is served.",
}


class RunningGateway:
    """The parts of one gateway process, from `open` to `close`."""

    def __init__(self, effective: Effective, loaded: Loaded, audit: Trail, surroundings: Surroundings) -> None:
        self.effective = effective
        self.audit = audit
        self.metrics = Metrics()
        self._surroundings = surroundings
        self.swarms: dict[str, dict[str, Any]] = {}
        self.fleet = Fleet(self._engine, model_id, self._queue, embedding_model_id)
        self.fleet.add(loaded.policy)
        deciding = decider(effective, loaded.policy, loaded.detector)
        self.pipeline = Pipeline(deciding, self.fleet.backends(loaded.policy), audit, self.metrics)

    @property
    def policy(self) -> Policy:
        """The policy in force."""
        return self.pipeline.decider.policy

    def _engine(self, name: str, spec: DestinationSpec) -> Engine:
        def heard(event: str, fields: dict[str, object]) -> None:
            self.heard(name, event, fields)

        return build_engine(name, spec, model_id(spec), self._surroundings, heard)

    def _queue(self, name: str, spec: DestinationSpec) -> Queue:
        return places_of(spec)

    def heard(self, name: str, event: str, fields: dict[str, object]) -> None:
        """An engine's event: tickets refused at the bridge's door belong in the audit."""
        if event == "ticket_refused":
            reason = str(fields.get("reason"))
            self.metrics.ticket_refused(reason)
            record = {"event": "ticket_refused", "destination": name, "reason": reason}
            with contextlib.suppress(AuditError):
                self.audit.append_soon(record)

    async def engine_status(self) -> dict[str, Any]:
        """How each destination stands, for people."""
        report: dict[str, Any] = {}
        for name, member in self.fleet.members.items():
            if name not in self.policy.destinations:
                continue
            status = member.engine.status
            item: dict[str, Any] = {"state": status.state.value, "detail": status.detail, "restarts": status.restarts}
            if member.spec.engine == "petals" and status.ready:
                swarm = self.swarms.get(name, {"state": "starting"})
                item |= {"state": str(swarm.get("state", "starting")), "swarm": swarm}
                item["detail"] = _SWARM_DETAIL.get(item["state"], status.detail)
            report[name] = item
        return report

    async def watch_swarms(self) -> None:
        """Keep the last word of each bridge on its swarm: coverage, servers."""
        while True:
            for name, member in self.fleet.members.items():
                if member.spec.engine != "petals":
                    continue
                try:
                    self.swarms[name] = dict(await member.upstream.get("/health", root=True))
                except Unavailable:
                    self.swarms.pop(name, None)
            await asyncio.sleep(SWARM_POLL)
