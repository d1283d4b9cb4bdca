"""`sepal up` with a tapped Petals side: tapped_up.py STATE PORT PYTHON [--broken]

With --broken the gateway is a test double whose policy sees no findings: what must never happen.
"""

from __future__ import annotations

import asyncio
import dataclasses
import os
import sys
from pathlib import Path

import gateway.verdict
from gateway.settings import load_settings
from gateway.up import run_up


def break_the_policy() -> None:
    real = gateway.verdict.decide
    gateway.verdict.decide = lambda policy, facts: real(policy, dataclasses.replace(facts, findings=(), unreadable=()))


if __name__ == "__main__":
    if "--broken" in sys.argv:
        break_the_policy()
    chosen = {"state_dir": sys.argv[1], "port": int(sys.argv[2])}
    asyncio.run(run_up(load_settings(None, os.environ, chosen), Path(sys.argv[3])))
