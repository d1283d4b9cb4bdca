"""What a soak has to show, judged. Pure; knows nothing of how it was seen."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from gateway.bench.soak_clients import Finished
from gateway.bench.soak_traces import Trail
from gateway.bench.soak_watch import Growth, Sample, growth

if TYPE_CHECKING:
    from gateway.bench.soak import Seen

_LONG_ENOUGH = 60.0
"""Seconds below which memory says nothing of a leak."""
_SHARE, _LEAST = 0.05, 30.0
"""How much memory may grow: of what there was, or MiB."""
_THREADS = 8
"""More than after the warm-up: what pools of threads had not yet needed."""


@dataclass(frozen=True, slots=True)
class Check:
    """One of the checks; `good` is None where it was not judged."""

    name: str
    good: bool | None
    figure: str
    aim: str

    def to_json(self) -> dict[str, Any]:
        """Plain data."""
        return {"name": self.name, "good": self.good, "figure": self.figure, "aim": self.aim}


def is_back(now: Mapping[str, Sample], level: Mapping[str, Sample]) -> bool:
    """Whether no process has more descriptors (sockets are some) or tasks than at `level`."""
    return all(
        now[name].descriptors <= level[name].descriptors and _tasks(now[name]) <= _tasks(level[name]) for name in level
    )


def _tasks(sample: Sample) -> int:
    return sample.tasks or 0


def report(seen: Seen, seconds: float) -> dict[str, Any]:
    """The figures and the checks as plain data."""
    growths = {name: growth(samples) if seconds >= _LONG_ENOUGH else None for name, samples in seen.during.items()}
    same, compared = _same_as_alone(seen)
    trail = seen.trail
    return {
        "answers": seen.tally.to_json(),
        "same_text_as_alone": {"same": same, "compared": compared},
        "processes": {name: _process(seen, name, growths[name]) for name in seen.during},
        "answered_at_once_after": {"of_4": seen.at_once[0], "of_5": seen.at_once[1]},
        "audit": _audit(trail) if trail else {},
        "checks": [check.to_json() for check in _checks(seen, growths)],
    }


def _audit(trail: Trail) -> dict[str, Any]:
    return {"decisions": len(trail.decisions), "ends": dict(trail.ends), "passed_over": dict(trail.reasons)}


def _process(seen: Seen, name: str, grown: Growth | None) -> dict[str, Any]:
    samples = seen.during[name]
    most = {
        what: max((getattr(sample, what) or 0 for sample in samples), default=0)
        for what in ("descriptors", "sockets", "threads", "tasks")
    }
    return {
        "warm": seen.warm[name].to_json(),
        "first": samples[0].to_json() if samples else None,
        "last": samples[-1].to_json() if samples else None,
        "most": {**most, "rss_mib": round(max((sample.rss for sample in samples), default=0.0), 1)},
        "after": seen.after[name].to_json(),
        "memory": None if grown is None else grown.to_json(),
    }


def _checks(seen: Seen, growths: Mapping[str, Growth | None]) -> Iterator[Check]:
    yield from _of_answers(seen)
    four, five = seen.at_once
    yield Check("places free afterwards", (four, five) == (4, 4), f"{four} of 4, {five} of 5", "4, 4")
    for name in seen.during:
        warm, after = seen.warm[name], seen.after[name]
        yield _no_more(f"{name}: descriptors", after.descriptors, warm.descriptors)
        if warm.tasks is not None:
            yield _no_more(f"{name}: tasks", _tasks(after), _tasks(warm))
        yield _no_more(f"{name}: threads", after.threads, warm.threads + _THREADS)
        yield _of_memory(name, growths[name])
    yield from _of_traces(seen)


def _no_more(name: str, figure: int, aim: int) -> Check:
    return Check(name, figure <= aim, str(figure), f"≤ {aim}")


def _of_answers(seen: Seen) -> Iterator[Check]:
    tally = seen.tally
    yield Check(
        "answers not whole",
        tally.broken.total() == 0 and bool(tally.finished),
        f"{tally.broken.total()} of {tally.broken.total() + len(tally.finished)}",
        "0",
    )
    ids = [finished.answer.id for finished in tally.finished]
    yield Check("ids that came twice", len(set(ids)) == len(ids), str(len(ids) - len(set(ids))), "0")
    others = sum(item.answer.prompt_tokens != _alone(seen, item).prompt_tokens for item in tally.finished)
    yield Check("answers to another prompt", others == 0, str(others), "0")


def _alone(seen: Seen, finished: Finished) -> Any:
    """The answer that its prompt got alone: all but completions are chats."""
    return seen.alone[(finished.dialect != "completions", finished.prompt)]


def _same_as_alone(seen: Seen) -> tuple[int, int]:
    """Answers that begin as the longest answer to the same prompt does, and all. Not judged: what an engine computes
    together with others it rounds differently."""
    finished = seen.tally.finished
    same = sum(_alone(seen, item).text.startswith(item.answer.text.rstrip("\ufffd")) for item in finished)
    return same, len(finished)


def _of_memory(name: str, grown: Growth | None) -> Check:
    what = f"{name}: memory growth"
    if grown is None:
        return Check(what, None, "", f"judged from {_LONG_ENOUGH:g} s on")
    more, aim = grown.last - grown.first, max(_LEAST, _SHARE * grown.first)
    return Check(what, more <= aim, f"{more:.1f} MiB ({grown.a_minute:+.2f} MiB/min)", f"≤ {aim:.0f} MiB")


def _of_traces(seen: Seen) -> Iterator[Check]:
    trail = seen.trail
    assert trail is not None  # noqa: S101 - read before anything is judged
    yield Check("decisions without one end", trail.without_one_end == 0, str(trail.without_one_end), "0")
    ended = [trail.outcomes.get(item.decision) for item in seen.tally.finished]
    wrong = sum(ends != ["completed"] for ends in ended)
    yield Check("ends recorded wrongly", wrong == 0, str(wrong), "0")
    yield Check("breaks in the audit", trail.breaks == 0, str(trail.breaks), "0")
    yield Check("files with prompt text", not seen.text_in, str(len(seen.text_in)), "0")
    yield Check("faults in the log", seen.faults == 0, str(seen.faults), "0")
