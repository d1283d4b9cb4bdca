"""Follows the policy's files: a save is in force within two seconds, an invalid one never.

Loading is done in a thread while requests go on being decided by the policy of before; then the next request is
decided by the new one, with engines, detector and remembered findings that did not change kept as they are.
Knows nothing of HTTP or of what a policy means.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from gateway.audit.log import AuditError
from gateway.audit.record import now
from gateway.backends.engines.engine import EngineSettingsError
from gateway.backends.fleet import DestinationsChanged, Fleet
from gateway.compose import Loaded, decider, load_whole, model_names, recognizers_file
from gateway.document import Mistake
from gateway.follow import POLL, Failed, Follower
from gateway.pipeline import Pipeline
from gateway.policy.load import PolicyError
from gateway.policy.policy import Policy
from gateway.settings import Effective
from gateway.shadow import Shadow, named
from gateway.watch import FileStatus

logger = logging.getLogger(__name__)


class Reloader:
    """Keeps a pipeline on the newest valid policy, and on the newest valid shadow.

    Args:
        loaded: what the pipeline decides by.
        path: the policy's file.
        shadow: the file of a policy to be tried beside it.
    """

    def __init__(
        self, effective: Effective, pipeline: Pipeline, fleet: Fleet, loaded: Loaded, path: Path, shadow: Path | None
    ) -> None:
        self._effective = effective
        self._pipeline = pipeline
        self._fleet = fleet
        self._loaded = loaded
        self._asked = asyncio.Event()
        own = recognizers_file(effective)
        also = [str(own)] if own is not None else []
        self._active: Follower[Loaded] = Follower(path, self._load, lambda item: item.policy.files, also)
        self._active.good = loaded
        self._shadow: Follower[Loaded] | None = None
        if shadow is not None:
            self._shadow = Follower(shadow, self._load_shadow, lambda item: item.policy.files, also)
            pipeline.shadow_file = FileStatus(now())
        _warn(loaded.policy)

    def ask(self) -> None:
        """Look for changes at once."""
        self._asked.set()

    async def first_shadow(self) -> None:
        """Load the shadow, if there is to be one; a gateway starts without it rather than not at all."""
        await self._follow_shadow(at_once=True)

    async def run(self) -> None:
        """Follow the files until cancelled."""
        while True:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._asked.wait(), POLL)
            at_once = self._asked.is_set()
            self._asked.clear()
            try:
                await self._follow_policy(at_once=at_once)
                await self._follow_shadow(at_once=at_once)
            except Exception as error:
                # Whatever it is, the policy in force stays, and the next save gets its chance.
                logger.error("following the policy failed with %s (bug)", type(error).__name__)

    def _load(self, path: Path) -> Loaded:
        def usable(policy: Policy) -> None:
            try:
                self._fleet.refuse_changes(policy)
            except DestinationsChanged as problem:
                raise PolicyError([Mistake(str(path), 1, 1, str(problem))]) from None

        return load_whole(path, self._effective, self._loaded, usable)

    def _load_shadow(self, path: Path) -> Loaded:
        return load_whole(path, self._effective, self._loaded)

    async def _follow_policy(self, *, at_once: bool) -> None:
        found = await self._active.step(at_once=at_once)
        if isinstance(found, Loaded):
            try:
                self._take_over(found)
            except (EngineSettingsError, DestinationsChanged) as problem:
                found = self._active.refuse(str(problem))
        if isinstance(found, Failed) and found.mistakes != self._pipeline.file.mistakes:
            self._pipeline.metrics.policy_reloaded(valid=False)
            self._pipeline.file = _failed(self._pipeline.file, found)
            policy = self._loaded.policy
            _tell(found, f"the gateway keeps policy {policy.name} (SHA-256 {policy.sha256[:12]}…)")

    def _take_over(self, new: Loaded) -> None:
        """The one place where the policy in force is replaced. Nothing in it waits.

        Raises:
            EngineSettingsError, DestinationsChanged: nothing has been changed.
        """
        before, pipeline = self._loaded, self._pipeline
        changed = new.policy.sha256 != before.policy.sha256 or new.detector is not before.detector
        if changed:
            added = self._fleet.add(new.policy)
            self._record("policy", new.policy, before.policy.sha256, detector=new.detector.version)
            deciding = decider(self._effective, new.policy, new.detector, before=pipeline.decider.inspector)
            pipeline.take_over(deciding, self._fleet.backends(new.policy))
            self._loaded = new
            self._fleet.start_soon(added)
            self._fleet.keep_only(new.policy)
            self._recheck_shadow()
            logger.warning("policy %s (SHA-256 %s…) is in force", new.policy.name, new.policy.sha256[:12])
            _warn(new.policy)
        elif pipeline.file.mistakes:
            logger.warning("the policy's files are valid again; policy %s stays in force", new.policy.name)
        if changed or pipeline.file.mistakes:
            pipeline.metrics.policy_reloaded(valid=True, new=changed)
            pipeline.file = FileStatus(now())

    def _recheck_shadow(self) -> None:
        """A shadow that shares the findings of the policy in force shares those of the new one, or is loaded anew."""
        if self._shadow is None:
            return
        self._shadow.forget()
        shadow = self._pipeline.shadow
        if shadow is None or shadow.own:
            return
        if shadow.policy.recognizers != self._loaded.policy.recognizers:
            self._pipeline.shadow = None
        shadow.inspector = self._pipeline.decider.inspector

    async def _follow_shadow(self, *, at_once: bool) -> None:
        if self._shadow is None:
            return
        found = await self._shadow.step(at_once=at_once)
        pipeline = self._pipeline
        status, kept = pipeline.shadow_file or FileStatus(now()), pipeline.shadow
        if isinstance(found, Loaded):
            self._try_beside(found)
            if kept is not pipeline.shadow or status.mistakes:
                pipeline.shadow_file = FileStatus(now())
        elif isinstance(found, Failed) and found.mistakes != status.mistakes:
            pipeline.shadow_file = _failed(status, found)
            _tell(found, "nothing is tried" if kept is None else f"policy {kept.policy.name} stays", "shadow ")

    def _try_beside(self, loaded: Loaded) -> None:
        pipeline, policy = self._pipeline, loaded.policy
        current = pipeline.shadow
        own = loaded.detector is not self._loaded.detector
        if current is not None and (policy.sha256, own) == (current.policy.sha256, current.own):
            return
        self._record("shadow", policy, current.policy.sha256 if current else None, detector=loaded.detector.version)
        inspector = pipeline.decider.inspector
        if own:
            inspector = inspector.renewed(loaded.detector, policy.enough(loaded.detector.entities))
        pipeline.shadow = Shadow(policy, inspector, model_names(self._effective, policy), own=own)
        logger.warning("policy %s (SHA-256 %s…) is tried as a shadow", policy.name, policy.sha256[:12])
        _warn(policy)

    def _record(self, event: str, policy: Policy, before: str | None, **more: Any) -> None:
        """Stands in the audit before the first decision by `policy`, since records keep their order."""
        why = f"{policy.name} ({policy.sha256[:12]}…) " + (
            "is in force" if event == "policy" else "is tried as a shadow"
        )
        record = {"event": event, "policy": named(policy), "before": before, **more, "why": why}
        with contextlib.suppress(AuditError):
            self._pipeline.audit.append_soon(record)


def _failed(status: FileStatus, failed: Failed) -> FileStatus:
    """Since when the file has mistakes, whichever these are now."""
    return FileStatus(status.at if status.mistakes else now(), failed.mistakes)


_LOGGED = 20


def _tell(failed: Failed, consequence: str, which: str = "") -> None:
    _each(failed.mistakes, lambda mistake: logger.error("%spolicy: %s", which, mistake))
    logger.error("the %spolicy's files can't be used; %s", which, consequence)


def _warn(policy: Policy) -> None:
    _each(policy.warnings, lambda warning: logger.warning("policy: %s", warning))


def _each(lines: Iterable[str], say: Callable[[str], None]) -> None:
    every = list(lines)
    for line in every[:_LOGGED]:
        say(line)
    if len(every) > _LOGGED:
        say(f"… and {len(every) - _LOGGED} more; `sepal policy check` shows all")
