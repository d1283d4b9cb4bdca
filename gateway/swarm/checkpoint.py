"""Turns a GGUF file into the sharded Hugging Face checkpoint that Petals' servers and client load.

    python -m gateway.swarm.checkpoint MODEL.gguf DIRECTORY

The directory appears whole or not at all, and the same file always gives the same bytes. Weights are
float32, which holds the file's quantized values without rounding, so the swarm runs the same model as
llama.cpp does. Knows nothing of serving.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import shutil
import sys
import warnings
from collections.abc import Callable
from pathlib import Path

FORMAT = 1
SOURCE_FILE = "sepal-source.json"
# Petals' client looks for an index, so the checkpoint must be sharded; small shards let each side load
# little beyond its own blocks.
SHARD_SIZE = "120MB"


def main(arguments: list[str] | None = None) -> int:
    """Command line; returns the exit status."""
    parser = argparse.ArgumentParser(prog="python -m gateway.swarm.checkpoint", description=__doc__)
    parser.add_argument("gguf", type=Path, metavar="MODEL.gguf", help="a Llama-family GGUF file")
    parser.add_argument("directory", type=Path, metavar="DIRECTORY", help="the checkpoint to make")
    options = parser.parse_args(arguments)
    try:
        convert(options.gguf, options.directory, say=lambda line: print(line, flush=True))  # noqa: T201
    except (OSError, ValueError) as error:
        print(f"The checkpoint could not be made: {error}", file=sys.stderr)  # noqa: T201
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


def convert(gguf: Path, directory: Path, *, say: Callable[[str], None]) -> None:
    """Make the checkpoint of `gguf` at `directory`, unless it is already there.

    `say` gets one line a step. A checkpoint of another file or format is replaced.

    Raises:
        UnknownModel, UnknownTokenizer: the file can't be converted.
        OSError: a file could not be read or written.
    """
    say(f"reading {gguf.name}")
    digest = _sha256(gguf)
    if is_complete(directory, digest):
        say(f"{directory} is already made from it")
        return
    directory.parent.mkdir(parents=True, exist_ok=True)
    for leftover in directory.parent.glob(f".{directory.name}.*"):
        shutil.rmtree(leftover)
    unfinished = directory.with_name(f".{directory.name}.unfinished-{os.getpid()}")
    unfinished.mkdir()
    try:
        _write(gguf, unfinished, say)
        source = {"format": FORMAT, "gguf": gguf.name, "sha256": digest}
        (unfinished / SOURCE_FILE).write_text(json.dumps(source, indent=2) + "\n")
        _put_in_place(unfinished, directory)
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)
    say(f"made {directory}")


def is_complete(directory: Path, sha256: str) -> bool:
    """Whether `directory` holds the checkpoint of the file with this digest, in today's format."""
    try:
        source = json.loads((directory / SOURCE_FILE).read_text())
    except (OSError, ValueError):
        return False
    return isinstance(source, dict) and (source.get("format"), source.get("sha256")) == (FORMAT, sha256)


def _write(gguf: Path, directory: Path, say: Callable[[str], None]) -> None:
    warnings.filterwarnings("ignore", category=FutureWarning)  # transformers 4.34 with a newer torch
    # Late, so that --help and a finished checkpoint don't wait seconds for torch.
    from accelerate import init_empty_weights
    from transformers import GenerationConfig, LlamaForCausalLM

    from gateway.swarm import gguf_tokenizer
    from gateway.swarm.gguf_weights import GgufModel

    source = GgufModel(gguf)
    config = source.config()
    tokenizer = gguf_tokenizer.build(source.metadata)
    say(f"multiplying out the weights of {config.num_hidden_layers} blocks")
    with init_empty_weights():
        model = LlamaForCausalLM(config)
    model.load_state_dict(source.state_dict(), assign=True)
    model.tie_weights()
    model.generation_config = GenerationConfig(
        bos_token_id=config.bos_token_id,
        eos_token_id=gguf_tokenizer.end_tokens(source.metadata),
        pad_token_id=config.pad_token_id,
    )
    say(f"writing shards of up to {SHARD_SIZE}")
    model.save_pretrained(directory, max_shard_size=SHARD_SIZE, safe_serialization=True)
    tokenizer.save_pretrained(directory)


def _put_in_place(unfinished: Path, directory: Path) -> None:
    if directory.exists():
        outdated = directory.with_name(f".{directory.name}.outdated-{os.getpid()}")
        directory.rename(outdated)
        unfinished.rename(directory)
        shutil.rmtree(outdated)
    else:
        unfinished.rename(directory)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


if __name__ == "__main__":
    sys.exit(main())
