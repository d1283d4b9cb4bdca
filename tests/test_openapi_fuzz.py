"""Requests by the thousand, made from the OpenAPI document by Schemathesis: none makes the gateway fail, and every
answer is of the type, the status and the form that the document says.

For more of them: ``SEPAL_FUZZ_EXAMPLES=500 SEPAL_FUZZ_SEED=7 make test ARGS="--timeout 0 tests/test_openapi_fuzz.py"``.
"""

from __future__ import annotations

import asyncio
import os
import re
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from gateway.openapi import document
from gateway.team.key import Key
from gateway.team.keys import Keys
from gateway.team.shared import open_shared
from tests.answering_engine import answers
from tests.conftest import ROOT
from tests.running_gateway import Running, policy, running

EXAMPLES = int(os.environ.get("SEPAL_FUZZ_EXAMPLES", "25"))
SEED = os.environ.get("SEPAL_FUZZ_SEED", "1")
ANSWERS = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_schema_conformance",
    "response_headers_conformance",
)
# Whoever calls a local gateway without a key calls it so.
OPEN = {"/openapi.json", "/health/live", "/health/ready", "/metrics"}
EVERYTHING: dict[str, object] = {"model_aliases": {"*": "auto"}}
"""Settings by which any model that a request names is answered."""


def able(more: str = "") -> Callable[[str], str]:
    """A policy with one destination that can do everything."""
    return lambda url: policy("mine", "public", url, more).replace("model: m}", "model: m, embedding_model: e}")


async def fuzzed(up: Running, directory: Path, phases: str, examples: int, *options: str) -> int:
    """How many requests were made; each was answered as the document says."""
    program = str(Path(sys.executable).with_name("schemathesis"))
    fixed = ["--phases", phases, "--max-examples", str(examples), "--seed", SEED, "--generation-database", "none"]
    process = await asyncio.create_subprocess_exec(
        *(program, "--no-color", "run", f"{up.url}/openapi.json", "--output-sanitize", "false", *fixed, *options),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        cwd=directory,
        env={**os.environ, "NO_PROXY": "127.0.0.1", "PYTHONPATH": str(ROOT)},
    )
    try:
        output = (await process.communicate())[0].decode()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    assert process.returncode == 0, output
    made = re.search(r"([0-9]+) generated", output)
    assert made is not None, output
    return int(made[1])


async def test_good_and_bad_requests_are_answered_as_the_document_says(tmp_path: Path) -> None:
    checks = ",".join((*ANSWERS, "negative_data_rejection", "unsupported_method"))
    # Decided and counted is what is sent to other endpoints, too.
    once = [option for name in ("decide", "countResponseTokens") for option in ("--exclude-operation-id", name)]
    async with running(tmp_path, able(), answers, **EVERYTHING) as up:
        covered = await fuzzed(up, tmp_path, "coverage", EXAMPLES, "--checks", checks, *once)
        made = await fuzzed(up, tmp_path, "fuzzing", EXAMPLES, "--checks", checks)

    assert covered + made >= 2000


async def test_so_are_requests_with_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = able("attachments: {files: by_text, images: by_text}\n")
    which = [
        option
        for name in ("createChatCompletion", "createResponse", "createMessage")
        for option in ("--include-operation-id", name)
    ]
    monkeypatch.setenv("SCHEMATHESIS_HOOKS", "tests.openapi_hooks")
    async with running(tmp_path, text, answers, **EVERYTHING) as up:
        made = await fuzzed(up, tmp_path, "fuzzing", EXAMPLES, "--checks", ",".join(ANSWERS), *which)
        read = [record for record in up.audit("decision") if record.get("attached")]

    assert made > EXAMPLES
    assert len(read) >= 5


async def test_so_are_requests_with_a_key(tmp_path: Path) -> None:
    async with running(tmp_path, able(), answers, **EVERYTHING) as up:
        store = open_shared(up.gateway.effective)
        secret = await Keys(store.keys).create(Key("fuzz"))
        await store.close()
        key = ["--header", f"Authorization: Bearer {secret}"]
        made = await fuzzed(up, tmp_path, "fuzzing", EXAMPLES // 3, "--checks", ",".join(ANSWERS), *key)
        used = {record["key"] for record in up.audit("decision")}

    assert made > EXAMPLES
    assert used == {"fuzz"}


async def test_without_a_key_that_is_needed_nothing_is_answered(tmp_path: Path) -> None:
    async with running(tmp_path, able(), answers) as up:
        store = open_shared(up.gateway.effective)
        await Keys(store.keys).create(Key("fuzz"))
        await store.close()
        told = {
            (path, method): (await up.client.request(method, path.replace("{id}", "x"))).status_code
            for path, item in document()["paths"].items()
            for method in item
        }

    assert {path for (path, _), status in told.items() if status == 200} == OPEN
    assert {status for (path, _), status in told.items() if path not in OPEN} == {401}
