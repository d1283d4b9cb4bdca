"""The converter against the real file and against llama.cpp, which reads that file itself."""

from __future__ import annotations

import http.client
import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.swarm.asked import TEXTS


@pytest.fixture(scope="module")
def llama_cpp_tokens(child: Callable[..., object], state_dir: Path) -> Iterator[Callable[[str], list[int]]]:
    gguf = state_dir / "models/SmolLM2-135M-Instruct.Q4_1.gguf"
    command = [sys.executable, "-m", "gateway.backends.engines.llama_cpp_server", "--model", str(gguf)]
    server = child([*command, "--alias", "m", "--parallel", "1", "--ctx-size", "512"], {"api_key": "key"})
    address = server.wait_for("ready")["base_url"].removeprefix("http://")  # type: ignore[attr-defined]

    def tokens(text: str) -> list[int]:
        connection = http.client.HTTPConnection(address, timeout=10)
        body = json.dumps({"content": text, "add_special": False, "parse_special": True})
        connection.request("POST", "/tokenize", body, {"Authorization": "Bearer key"})
        found: list[int] = json.loads(connection.getresponse().read())["tokens"]
        connection.close()
        return found

    yield tokens
    server.stop()  # type: ignore[attr-defined]


def test_the_checkpoint_counts_the_tokens_that_llama_cpp_counts(
    llama_cpp_tokens: Callable[[str], list[int]], reference: dict[str, Any]
) -> None:
    assert dict(zip(TEXTS, reference["tokens"], strict=True)) == {text: llama_cpp_tokens(text) for text in TEXTS}


UNKNOWN = {"qwen2": "qwen2", "llama": "llama-bpe"}
MAKE_UNKNOWN = """
import gguf, numpy, pathlib, sys
place, architecture, pre = sys.argv[1:]
w = gguf.GGUFWriter(pathlib.Path(place) / "m.gguf", architecture)
w.add_context_length(8); w.add_embedding_length(4); w.add_block_count(1); w.add_feed_forward_length(4)
w.add_head_count(1); w.add_layer_norm_rms_eps(1e-5)
w.add_tokenizer_model("gpt2"); w.add_tokenizer_pre(pre); w.add_token_list(["a", "b", "ab"])
w.add_token_types([1, 1, 1]); w.add_token_merges(["a b"])
w.add_tensor("token_embd.weight", numpy.zeros((3, 4), numpy.float32))
w.write_header_to_file(); w.write_kv_data_to_file(); w.write_tensors_to_file(); w.close()
"""


@dataclass
class Conversion:
    """A run of the converter; what it makes is to be `made` in `place`."""

    python: str
    gguf: Path
    place: Path

    def run(self) -> subprocess.CompletedProcess[str]:
        command = [self.python, "-m", "gateway.swarm.checkpoint", str(self.gguf), str(self.place / "made")]
        return subprocess.run(command, capture_output=True, text=True)


Conversions = dict[str, tuple[Conversion, subprocess.CompletedProcess[str]]]


@pytest.fixture(scope="module")
def conversions(petals_python: str, state_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Conversions:
    """Of the real model, of two that are unknown and of what is none, two at a time."""
    places = {name: tmp_path_factory.mktemp(name) for name in ("real", "none", *UNKNOWN)}
    asked = {name: Conversion(petals_python, place / "m.gguf", place) for name, place in places.items()}
    asked["real"].gguf = state_dir / "models/SmolLM2-135M-Instruct.Q4_1.gguf"
    (places["real"] / ".made.unfinished-1").mkdir()
    asked["none"].gguf.write_bytes(b"no model" * 10)

    def run(name: str) -> subprocess.CompletedProcess[str]:
        if name in UNKNOWN:
            subprocess.run([petals_python, "-c", MAKE_UNKNOWN, str(places[name]), name, UNKNOWN[name]], check=True)
        return asked[name].run()

    with ThreadPoolExecutor(2) as pool:
        return dict(zip(asked, zip(asked.values(), pool.map(run, asked), strict=True), strict=True))


def test_a_conversion_gives_the_same_bytes_as_the_last_and_is_done_once(
    conversions: Conversions, state_dir: Path
) -> None:
    conversion, first = conversions["real"]
    made = conversion.place / "made"
    assert first.returncode == 0, first.stderr
    assert [path.name for path in conversion.place.iterdir()] == ["made"]
    setup = state_dir / "models/smollm2-135m-instruct"
    names = sorted(path.name for path in made.iterdir())
    assert names == sorted(path.name for path in setup.iterdir())
    assert all((made / name).read_bytes() == (setup / name).read_bytes() for name in names)
    assert "already made" in conversion.run().stdout


def test_what_is_no_gguf_file_is_refused_in_a_sentence(conversions: Conversions) -> None:
    conversion, run = conversions["none"]
    assert run.returncode == 1
    assert "can't be read as a GGUF file" in run.stderr
    assert "Traceback" not in run.stderr
    assert not (conversion.place / "made").exists()


@pytest.mark.parametrize(
    ("name", "complaint"),
    [("qwen2", "architecture is 'qwen2'"), ("llama", "pre-tokenizer 'llama-bpe' is unknown")],
)
def test_a_model_that_cannot_be_converted_is_named(conversions: Conversions, name: str, complaint: str) -> None:
    conversion, run = conversions[name]
    assert run.returncode == 1
    assert complaint in run.stderr
    assert list(conversion.place.iterdir()) == [conversion.gguf]
