"""`sepal eval`: how often labelled prompts are held back or let go wrongly, under a policy."""

from __future__ import annotations

import asyncio
import json
import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, BinaryIO

import typer
from rich.console import Console

from gateway.cli import options
from gateway.settings import Effective

Limit = Annotated[float | None, typer.Option(min=0, max=1, help="Most that may be; a fraction such as 0.02.")]
_BAD_SHOWN = 20


def evaluate(
    files: Annotated[list[Path], typer.Argument(metavar="FILE...", help="JSON Lines; - reads stdin.")],
    policy: options.PolicyName = None,
    config: options.Config = None,
    state_dir: options.StateDir = None,
    as_json: options.Json = False,
    max_leak: Limit = None,
    max_over: Limit = None,
    worst: Annotated[int, typer.Option(min=0, help="How many mistakes of each kind to list.")] = 10,
    show: Annotated[bool, typer.Option("--show", help="Print the texts of the listed mistakes.")] = False,
) -> None:
    """Measure detection on your own labelled prompts. Runs nothing, stores nothing.

    A row is `{"text": "…", "sensitive": true}`, or has `messages` (and `tools`) as in a chat request;
    `id`, `class` and `spans` are optional. *Leak*: sensitive prompts that would get the lowest level.
    *Over*: clean prompts that would get a higher one.

    Status 0; 1 when --max-leak or --max-over is exceeded over all files; 2 when a row can't be used: each is
    named with file and line, and the others are measured all the same.
    """
    effective = options.settings(config, policy=policy, state_dir=state_dir)
    measured = asyncio.run(_measure(files, effective, worst))
    report = measured.report(show=show)
    if as_json:
        typer.echo(json.dumps(report, ensure_ascii=False, indent=2))
    else:
        from gateway.cli.evaluated import print_report

        print_report(report, Console(highlight=False, soft_wrap=True))
    raise typer.Exit(_status(report, {"leak": max_leak, "over": max_over}))


def _status(report: dict[str, Any], limits: dict[str, float | None]) -> int:
    """The exit status; says on stderr what it is not zero for."""
    if not report["counts"]["rows"]:
        typer.echo("no row could be measured", err=True)
        return 2
    status = 0
    for name, limit in limits.items():
        rate = report[f"{name}_rate"]
        if limit is not None and rate is None:
            typer.echo(f"note: --max-{name} was not judged: there are no such rows", err=True)
        elif limit is not None and rate > limit:
            typer.echo(f"{name} {100 * rate:.1f}% is more than --max-{name} {100 * limit:.1f}%", err=True)
            status = 1
    return 2 if report["counts"]["bad"] else status


class _Measured:
    """Figures by file and over all, and what they were measured with."""

    def __init__(self, worst: int) -> None:
        from gateway.detection.evaluate import Figures

        self.total = Figures(worst)
        self.files: list[tuple[str, Figures]] = []
        self.about: dict[str, Any] = {}

    def report(self, *, show: bool) -> dict[str, Any]:
        """All of it as plain data, the total first."""
        files = [{"file": name, **figures.to_json(show=show)} for name, figures in self.files]
        return {"object": "sepal.evaluation", **self.total.to_json(show=show), **self.about, "files": files}


async def _measure(files: list[Path], effective: Effective, worst: int) -> _Measured:
    from gateway.compose import decider
    from gateway.detection.evaluate import Figures
    from gateway.detection.evaluate import evaluate as measure
    from gateway.detection.labelled import read_rows
    from gateway.judge import judge_by

    opened = [_open(path) for path in files]
    loaded, detector = options.detecting(effective)
    # Every prompt cold: a text that stands in two rows must not be cheaper in the second.
    deciding = decider(effective, loaded, detector, cache_size=0)
    result = _Measured(worst)
    result.about = {
        "policy": {"name": loaded.name, "sha256": loaded.sha256, "lowest": loaded.levels.lowest.name},
        "detector": detector.version,
    }
    for path, file in zip(files, opened, strict=True):
        figures = Figures(worst)
        result.files.append((str(path), figures))
        mistakes = _Mistakes(path)
        with file:
            await measure(
                read_rows(_watched(file, path), str(path)), judge_by(deciding), [figures, result.total], mistakes.tell
            )
        mistakes.end()
    deciding.inspector.close()
    return result


def _open(path: Path) -> BinaryIO:
    if str(path) == "-":
        return sys.stdin.buffer
    try:
        return path.open("rb")
    except OSError as error:
        options.fail(f"{path}: can't be read: {error.strerror}", 2)


class _Mistakes:
    """Tells of rows that can't be used, as they come; of the first few, then how many more."""

    def __init__(self, path: Path) -> None:
        self._path, self._count = path, 0

    def tell(self, bad: Any) -> None:
        """One more."""
        self._count += 1
        if self._count <= _BAD_SHOWN:
            typer.echo(f"{self._path}:{bad.line}: {bad.problem}", err=True)

    def end(self) -> None:
        """There are no more."""
        if self._count > _BAD_SHOWN:
            typer.echo(f"{self._path}: {self._count - _BAD_SHOWN} more rows can't be used", err=True)


def _watched(file: BinaryIO, path: Path) -> Iterator[bytes]:
    """The lines of `file`; says on stderr how far it is, once that takes a while."""
    terminal = sys.stderr.isatty()
    pause = 0.5 if terminal else 10.0
    size = os.fstat(file.fileno()).st_size if str(path) != "-" else 0
    done, told, last = 0, False, time.monotonic()
    for number, line in enumerate(file, 1):
        yield line
        done += len(line)
        if time.monotonic() - last >= pause:
            share = f", {100 * done // size}%" if size else ""
            typer.echo(f"{path}: {number} rows{share}" + ("\x1b[K\r" if terminal else ""), err=True, nl=not terminal)
            told, last = True, time.monotonic()
    if told and terminal:
        typer.echo("\x1b[K", err=True, nl=False)
