"""The converter against the real file and against llama.cpp, which reads that file itself."""

from __future__ import annotations

import http.client
import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

TEXTS = [
    "Why is the sky blue?",
    "I'm sure they've said we'll do it; she'd DON'T won't 'tis o'clock",
    "3.14159 1,000,000 2024-11-24 007 ½ ² ④ ٣٤٥ 10x x10",
    "  two spaces\tand\ttabs\n\n\nlines   \n   indented\r\nwindows  ",
    " " * 17 + "a" + " " * 16,
    "def f(x: int) -> dict[str, int]:\n    return {'a': x ** 2 // 3}  # ok?\n",
    "请帮我写一封信,谢谢!1234元。",
    "日本語のテキスト、한국어 텍스트, русский текст, العربية, हिन्दी",
    "🙂👩‍👩‍👧‍👦🏳️‍🌈 flags 🇨🇳🇩🇪",
    "e\u0301 combining, \u200bzero width, \ufeffbom, \x00nul, \x7fdel",
    "https://example.org/a?b=c&d=%20#e user@example.org",
    "<|im_start|>user\nhi<|im_end|>\n<repo_name>x<|endoftext|>",
    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
    "",
]


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


@pytest.fixture(scope="module")
def our_tokens(petals_python: str, state_dir: Path) -> list[list[int]]:
    asked = {"checkpoint": str(state_dir / "models/smollm2-135m-instruct"), "texts": TEXTS, "prompts": []}
    script = Path(__file__).with_name("reference.py")
    run = subprocess.run([petals_python, str(script)], input=json.dumps(asked), capture_output=True, text=True)
    assert run.returncode == 0, run.stderr[-2000:]
    tokens: list[list[int]] = json.loads(run.stdout)["tokens"]
    return tokens


def test_the_checkpoint_counts_the_tokens_that_llama_cpp_counts(
    llama_cpp_tokens: Callable[[str], list[int]], our_tokens: list[list[int]]
) -> None:
    assert dict(zip(TEXTS, our_tokens, strict=True)) == {text: llama_cpp_tokens(text) for text in TEXTS}


def _convert(python: str, gguf: Path, directory: Path) -> subprocess.CompletedProcess[str]:
    command = [python, "-m", "gateway.swarm.checkpoint", str(gguf), str(directory)]
    return subprocess.run(command, capture_output=True, text=True)


def test_a_conversion_gives_the_same_bytes_as_the_last_and_is_done_once(
    petals_python: str, state_dir: Path, tmp_path: Path
) -> None:
    gguf = state_dir / "models/SmolLM2-135M-Instruct.Q4_1.gguf"
    made = tmp_path / "made"
    (tmp_path / ".made.unfinished-1").mkdir()
    first = _convert(petals_python, gguf, made)
    assert first.returncode == 0, first.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["made"]
    setup = state_dir / "models/smollm2-135m-instruct"
    names = sorted(path.name for path in made.iterdir())
    assert names == sorted(path.name for path in setup.iterdir())
    assert all((made / name).read_bytes() == (setup / name).read_bytes() for name in names)
    again = _convert(petals_python, gguf, made)
    assert "already made" in again.stdout


def test_what_is_no_gguf_file_is_refused_in_a_sentence(petals_python: str, tmp_path: Path) -> None:
    (tmp_path / "model.gguf").write_bytes(b"no model" * 10)
    run = _convert(petals_python, tmp_path / "model.gguf", tmp_path / "out")
    assert run.returncode == 1
    assert "can't be read as a GGUF file" in run.stderr
    assert "Traceback" not in run.stderr
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("architecture", "pre", "complaint"),
    [("qwen2", "qwen2", "architecture is 'qwen2'"), ("llama", "llama-bpe", "pre-tokenizer 'llama-bpe' is unknown")],
)
def test_a_model_that_cannot_be_converted_is_named(
    petals_python: str, tmp_path: Path, architecture: str, pre: str, complaint: str
) -> None:
    make = f"""
import gguf, numpy
w = gguf.GGUFWriter({str(tmp_path / "m.gguf")!r}, {architecture!r})
w.add_context_length(8); w.add_embedding_length(4); w.add_block_count(1); w.add_feed_forward_length(4)
w.add_head_count(1); w.add_layer_norm_rms_eps(1e-5)
w.add_tokenizer_model("gpt2"); w.add_tokenizer_pre({pre!r}); w.add_token_list(["a", "b", "ab"])
w.add_token_types([1, 1, 1]); w.add_token_merges(["a b"])
w.add_tensor("token_embd.weight", numpy.zeros((3, 4), numpy.float32))
w.write_header_to_file(); w.write_kv_data_to_file(); w.write_tensors_to_file(); w.close()
"""
    subprocess.run([petals_python, "-c", make], check=True)
    run = _convert(petals_python, tmp_path / "m.gguf", tmp_path / "out")
    assert run.returncode == 1
    assert complaint in run.stderr
    assert list(tmp_path.iterdir()) == [tmp_path / "m.gguf"]
