"""Worker: a gateway as `sepal serve` runs it, which also says how many tasks its event loop has.

Runs as ``python -m gateway.bench.soak_gateway CONFIG`` and says its URL once it listens; each object that comes in is
answered with ``{"tasks": n}``. That goes over this line alone, never over HTTP. SIGTERM ends it.
"""

from __future__ import annotations

import asyncio
import logging
import os
import sys
import threading
from pathlib import Path
from typing import Any, BinaryIO

from gateway.bench.lines import answer, claim_stdout, say
from gateway.cli.start import run_on_the_fastest_loop
from gateway.serve import serve, stop_on_signals
from gateway.settings import load_settings


async def count_tasks() -> dict[str, Any]:
    """The loop's tasks, without the one that counts."""
    return {"tasks": len(asyncio.all_tasks()) - 1}


def _answer_about(loop: asyncio.AbstractEventLoop, out: BinaryIO) -> None:
    answer(out, lambda asked: asyncio.run_coroutine_threadsafe(count_tasks(), loop).result())


async def _main(config: Path, out: BinaryIO) -> None:
    loop = asyncio.get_running_loop()

    def listening(gateway: object, url: str) -> None:
        say(out, {"url": url, "pid": os.getpid()})
        threading.Thread(target=_answer_about, args=(loop, out), daemon=True).start()

    await serve(load_settings(config, {}, {"port": 0}), stop=stop_on_signals(), on_listening=listening)


def main() -> None:
    """Serve until a signal comes."""
    out = claim_stdout()
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    run_on_the_fastest_loop(_main(Path(sys.argv[1]), out))


if __name__ == "__main__":
    main()
