"""Rebuilds a byte-level BPE tokenizer from the metadata of a GGUF file.

Takes values that were read from the file and returns a transformers tokenizer. Knows nothing of
weights or of where the checkpoint will lie. What counts as one piece before the merges is llama.cpp's
rule for `tokenizer.ggml.pre` (llama.cpp, src/llama-vocab.cpp), so both engines count the same tokens.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tokenizers import AddedToken, Tokenizer, decoders, pre_tokenizers, processors
from tokenizers.models import BPE
from transformers import PreTrainedTokenizerFast

# Token types of the GGUF specification (ggml-org/ggml, docs/gguf.md, tokenizer.ggml.token_type).
_CONTROL = 3
_USER_DEFINED = 4

_DIGIT_BY_DIGIT = ("smollm", "starcoder", "refact", "command-r", "codeshell", "exaone", "minerva-7b")
_GPT2 = ("gpt-2", "gpt2", "olmo", "jais", "phi-2", "mpt", "roberta-bpe", "default")

# Control tokens that end an answer whatever the file names as its end (llama.cpp does the same).
_END_MARKERS = ("<|endoftext|>", "<|im_end|>", "<|end_of_text|>", "<|eot_id|>", "<|end|>", "<end_of_turn>")


class UnknownTokenizer(ValueError):
    """The file's tokenizer is of a kind that can't be rebuilt here; the message names it."""


def build(metadata: Mapping[str, Any]) -> PreTrainedTokenizerFast:
    """The tokenizer described by `metadata` (GGUF keys with their values), with its chat template.

    Raises:
        UnknownTokenizer: not a byte-level BPE, or its pre-tokenizer is unknown.
    """
    tokens: list[str] = metadata["tokenizer.ggml.tokens"]
    special = _named_tokens(metadata, tokens)
    tokenizer = Tokenizer(BPE({token: index for index, token in enumerate(tokens)}, _merges(metadata)))
    tokenizer.pre_tokenizer = _pre_tokenizer(metadata)
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.post_processor = _post_processor(metadata, special)
    kinds = list(zip(tokens, metadata["tokenizer.ggml.token_type"], strict=True))
    tokenizer.add_special_tokens([_added(token, True) for token, kind in kinds if kind == _CONTROL])
    tokenizer.add_tokens([_added(token, False) for token, kind in kinds if kind == _USER_DEFINED])
    fast = PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        model_max_length=metadata[f"{metadata['general.architecture']}.context_length"],
        clean_up_tokenization_spaces=False,
        **special,
    )
    fast.chat_template = metadata.get("tokenizer.chat_template")
    return fast


def end_tokens(metadata: Mapping[str, Any]) -> list[int]:
    """Ids of all tokens that end an answer, ascending."""
    tokens: list[str] = metadata["tokenizer.ggml.tokens"]
    types: list[int] = metadata["tokenizer.ggml.token_type"]
    named = (metadata.get(f"tokenizer.ggml.{name}_token_id") for name in ("eos", "eot", "eom"))
    marked = (index for index, token in enumerate(tokens) if types[index] == _CONTROL and token in _END_MARKERS)
    return sorted({index for index in (*named, *marked) if index is not None})


def _merges(metadata: Mapping[str, Any]) -> list[tuple[str, str]]:
    if metadata.get("tokenizer.ggml.model") != "gpt2":
        raise UnknownTokenizer(
            f"the tokenizer model is {metadata.get('tokenizer.ggml.model')!r}; only byte-level BPE ('gpt2') can"
            " be converted"
        )
    pairs = (merge.partition(" ") for merge in metadata["tokenizer.ggml.merges"])
    return [(left, right) for left, _, right in pairs]


def _pre_tokenizer(metadata: Mapping[str, Any]) -> Any:
    name = metadata.get("tokenizer.ggml.pre", "default")
    byte_level = pre_tokenizers.ByteLevel(add_prefix_space=bool(metadata.get("tokenizer.ggml.add_space_prefix")))
    if name in _GPT2:
        return byte_level
    if name in _DIGIT_BY_DIGIT:
        return pre_tokenizers.Sequence([pre_tokenizers.Digits(individual_digits=True), byte_level])
    raise UnknownTokenizer(
        f"the pre-tokenizer {name!r} is unknown; known are {', '.join(sorted(_GPT2 + _DIGIT_BY_DIGIT))}"
    )


def _post_processor(metadata: Mapping[str, Any], special: Mapping[str, str]) -> Any:
    byte_level = processors.ByteLevel(trim_offsets=False)
    if not metadata.get("tokenizer.ggml.add_bos_token"):
        return byte_level
    bos = special["bos_token"]
    template = processors.TemplateProcessing(
        single=f"{bos} $A", special_tokens=[(bos, metadata["tokenizer.ggml.bos_token_id"])]
    )
    return processors.Sequence([byte_level, template])


def _named_tokens(metadata: Mapping[str, Any], tokens: list[str]) -> dict[str, str]:
    keys = {"bos_token": "bos", "eos_token": "eos", "unk_token": "unknown", "pad_token": "padding"}
    ids = {name: metadata.get(f"tokenizer.ggml.{key}_token_id") for name, key in keys.items()}
    return {name: tokens[index] for name, index in ids.items() if index is not None}


def _added(token: str, special: bool) -> AddedToken:
    return AddedToken(token, normalized=False, special=special)
