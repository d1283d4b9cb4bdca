"""Child entry: xllamacpp's own OpenAI server for one GGUF model, on a free loopback port.

Runs as ``python -m gateway.backends.engines.llama_cpp_server``; the key that callers must show
comes through the channel. Knows nothing of the gateway but the channel.

llama.cpp quotes requests in its warnings and errors ("got exception: ... last read: ..."), so its
output goes to the log only until the first request can come.
"""

from __future__ import annotations

import argparse
import faulthandler
import http.client
import json
import os
import secrets
import signal
import sys
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from gateway.backends.channel import Channel, ChannelError
from gateway.backends.engines.llama_cpp_embeddings import EmbeddingServer

LEVEL_WARNINGS = 2
"""llama.cpp's log verbosity: errors and warnings, no line per request."""

PROMPT_CACHE_MIB = 512


def parse_arguments(arguments: list[str]) -> argparse.Namespace:
    """Options of this entry; `--help` explains them."""
    parser = argparse.ArgumentParser(
        prog="llama_cpp_server", description="Serve a GGUF model over OpenAI's API on loopback."
    )
    parser.add_argument("--model", type=Path, required=True, help="GGUF file")
    parser.add_argument("--alias", required=True, help="the model's id towards clients")
    parser.add_argument("--ctx-size", type=int, default=0, help="tokens a request may hold; 0: the model's own")
    parser.add_argument("--embedding-model", type=Path, help="GGUF file of a model for embeddings, on a second port")
    parser.add_argument("--mmproj", type=Path, help="GGUF file of the projector through which the model sees images")
    parser.add_argument("--chat-template", type=Path, help="Jinja file in the place of the model's own template")
    parser.add_argument("--parallel", type=int, default=4, help="requests answered at the same time")
    parser.add_argument("--threads", type=int, default=0, help="0: one a physical core")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=0, help="0: any free one")
    return parser.parse_args(arguments)


def server_parameters(options: argparse.Namespace, api_key: str) -> Any:
    """llama.cpp's parameters for `options`. Every slot has the whole context to itself.

    Without a unified cache llama.cpp divides ``n_ctx`` among the slots, and takes 0 as the model's
    own context for each of them.
    """
    parameters = _closed_parameters(options, options.model, api_key)
    parameters.port = options.port
    parameters.n_parallel = options.parallel
    parameters.n_ctx = options.ctx_size * options.parallel
    parameters.kv_unified = False
    parameters.cache_ram_mib = PROMPT_CACHE_MIB
    parameters.use_jinja = True
    if options.chat_template is not None:
        parameters.chat_template = options.chat_template.read_text("utf-8")
    if options.mmproj is not None:
        parameters.mmproj.path = str(options.mmproj)
    return parameters


def _closed_parameters(options: argparse.Namespace, model: Path, api_key: str) -> Any:
    """Those of any server here. Pages, slots, metrics and tool endpoints are off, and so is whatever
    could reach the network."""
    import xllamacpp

    parameters = xllamacpp.CommonParams()
    parameters.model.path = str(model)
    parameters.model_alias = {options.alias}
    parameters.hostnames = [options.host]
    parameters.port = 0
    parameters.api_keys = [api_key]
    parameters.cpuparams.n_threads = options.threads or physical_cores()
    parameters.cpuparams_batch.n_threads = parameters.cpuparams.n_threads
    parameters.offline = True
    parameters.ui = False
    parameters.endpoint_slots = False
    parameters.endpoint_metrics = False
    parameters.endpoint_props = False
    parameters.cors_origins = "http://localhost.invalid"
    parameters.cors_credentials = False
    parameters.verbosity = LEVEL_WARNINGS
    return parameters


def physical_cores() -> int:
    """Physical cores this process may run on; logical ones where the system does not tell."""
    allowed = sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else []
    cores = set()
    for cpu in allowed:
        try:
            siblings = Path(f"/sys/devices/system/cpu/cpu{cpu}/topology/thread_siblings_list").read_text()
        except OSError:
            return len(allowed)
        cores.add(siblings.strip())
    return len(cores) or os.cpu_count() or 1


def serve(options: argparse.Namespace, channel: Channel | None) -> None:
    """Load the model, say `ready`, and serve until a signal ends the process.

    The event tells `context_length` (tokens of a request and its answer), `slots` (requests at the
    same time, and the largest `n`), `tools` (whether the model's chat template shows tools to it) and `abilities`
    (see `gateway.backends.abilities`). With an embedding model it tells besides the facts of `EmbeddingServer`.

    Raises:
        FileNotFoundError: there is no such model file.
        RuntimeError: llama.cpp could not load one or could not listen.
    """
    for model in filter(None, (options.model, options.embedding_model, options.mmproj)):
        if not model.is_file():
            raise FileNotFoundError(f"there is no model file {model}; `sepal setup` fetches the embedded ones")
    import xllamacpp

    api_key = channel.secrets().get("api_key", "") if channel else ""
    api_key = api_key or secrets.token_hex(32)
    server = xllamacpp.Server(server_parameters(options, api_key))
    second = _second_server(options, api_key)
    # The server has installed handlers that wait for running requests; we want to be gone at once.
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    base_url = server.listening_address
    facts = _properties(base_url, api_key)
    if second is not None:
        facts["abilities"].append("embeddings")
        facts |= second.facts
    _fall_silent(f"Serving {options.alias} at {base_url}; what llama.cpp says from here on is dropped.")
    if channel:
        channel.send("ready", base_url=base_url, model=options.alias, pid=os.getpid(), **facts)
    while True:
        signal.pause()


def _second_server(options: argparse.Namespace, api_key: str) -> EmbeddingServer | None:
    if options.embedding_model is None:
        return None
    return EmbeddingServer(_closed_parameters(options, options.embedding_model, api_key), api_key)


def _fall_silent(last_words: str) -> None:
    """Drop what is written to stdout and stderr from now on, but for the stack of a crash."""
    print(last_words, flush=True)  # noqa: T201 - a log line
    faulthandler.enable(os.dup(2))
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)
    os.close(nowhere)


def _properties(base_url: str, api_key: str) -> dict[str, Any]:
    properties, models = _get(base_url, "/props", api_key), _get(base_url, "/v1/models", api_key)
    sees = properties.get("modalities", {}).get("vision") is True
    return {
        "context_length": int(properties["default_generation_settings"]["n_ctx"]),
        "slots": int(properties["total_slots"]),
        "tools": bool(properties.get("chat_template_caps", {}).get("supports_tools")),
        # The server itself takes tokens that its model does not have, and does nothing.
        "abilities": [
            f"logit_bias below {int(models['data'][0]['meta']['n_vocab'])}",
            *(["content of images"] if sees else []),
            *(["tools"] if properties.get("chat_template_caps", {}).get("supports_tools") else []),
        ],
    }


def _get(base_url: str, path: str, api_key: str) -> dict[str, Any]:
    address = urlsplit(base_url)
    connection = http.client.HTTPConnection(address.hostname or "127.0.0.1", address.port, timeout=10)
    try:
        connection.request("GET", path, headers={"Authorization": f"Bearer {api_key}"})
        found: dict[str, Any] = json.loads(connection.getresponse().read())
        return found
    finally:
        connection.close()


def main(arguments: list[str]) -> int:
    """Serve; returns a status only when that was not possible."""
    options = parse_arguments(arguments)
    try:
        channel = Channel.from_environment()
        serve(options, channel)
    except ChannelError as error:
        print(error, file=sys.stderr)  # noqa: T201 - a log line
        return 1
    except (OSError, RuntimeError) as error:
        reason = f"llama.cpp could not load {options.model} or listen" if type(error) is RuntimeError else error
        message = f"The model server could not start: {reason}."
        print(message, file=sys.stderr)  # noqa: T201 - a log line
        if channel:
            channel.send("failed", message=message)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
