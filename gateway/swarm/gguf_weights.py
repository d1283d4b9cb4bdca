"""Reads a Llama-family GGUF file as Hugging Face sees the same model: names, shapes, float32 values.

Knows nothing of tokenizers or of where the result goes. Quantized values are multiplied out exactly
as llama.cpp does; float32 holds them without rounding.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from gguf import GGUFReader, dequantize
from transformers import LlamaConfig

_OUTER = {
    "token_embd.weight": "model.embed_tokens.weight",
    "output_norm.weight": "model.norm.weight",
    "output.weight": "lm_head.weight",
}
_INNER = {
    "attn_norm.weight": "input_layernorm.weight",
    "attn_q.weight": "self_attn.q_proj.weight",
    "attn_k.weight": "self_attn.k_proj.weight",
    "attn_v.weight": "self_attn.v_proj.weight",
    "attn_output.weight": "self_attn.o_proj.weight",
    "ffn_norm.weight": "post_attention_layernorm.weight",
    "ffn_gate.weight": "mlp.gate_proj.weight",
    "ffn_up.weight": "mlp.up_proj.weight",
    "ffn_down.weight": "mlp.down_proj.weight",
}


class UnknownModel(ValueError):
    """The file holds a model that can't be converted; the message says what is in the way."""


class GgufModel:
    """One open GGUF file (memory-mapped).

    Raises:
        UnknownModel: no GGUF file, or not of the plain Llama architecture.
    """

    def __init__(self, path: Path) -> None:
        try:
            self._reader = GGUFReader(path)
        except (OSError, ValueError) as error:
            raise UnknownModel(f"{path} can't be read as a GGUF file: {error}") from None
        self.metadata: dict[str, Any] = {
            name: field.contents() for name, field in self._reader.fields.items() if field.types
        }
        self._refuse_what_is_unknown()

    def config(self) -> LlamaConfig:
        """The model's configuration, every figure from the file's metadata."""
        heads = self._figure("attention.head_count")
        return LlamaConfig(
            vocab_size=len(self.metadata["tokenizer.ggml.tokens"]),
            hidden_size=self._figure("embedding_length"),
            intermediate_size=self._figure("feed_forward_length"),
            num_hidden_layers=self._figure("block_count"),
            num_attention_heads=heads,
            num_key_value_heads=self._figure("attention.head_count_kv", heads),
            max_position_embeddings=self._figure("context_length"),
            # Written in single precision: 1e-5 reads as 9.99999974e-06.
            rms_norm_eps=float(f"{self._figure('attention.layer_norm_rms_epsilon'):.6g}"),
            rope_theta=float(self._figure("rope.freq_base", 10000.0)),
            tie_word_embeddings=not any(tensor.name == "output.weight" for tensor in self._reader.tensors),
            bos_token_id=self.metadata.get("tokenizer.ggml.bos_token_id"),
            eos_token_id=self.metadata.get("tokenizer.ggml.eos_token_id"),
            pad_token_id=self.metadata.get("tokenizer.ggml.padding_token_id"),
            torch_dtype=torch.float32,
        )

    def state_dict(self) -> dict[str, torch.Tensor]:
        """All weights by their Hugging Face names, float32."""
        config = self.config()
        heads = {"attn_q": config.num_attention_heads, "attn_k": config.num_key_value_heads}
        weights = {}
        for tensor in self._reader.tensors:
            values = torch.tensor(dequantize(tensor.data, tensor.tensor_type), dtype=torch.float32)
            kind = tensor.name.split(".")[-2]
            if kind in heads:
                values = _interleave_back(values, heads[kind])
            weights[_hugging_face_name(tensor.name)] = values.contiguous()
        if config.tie_word_embeddings:
            weights["lm_head.weight"] = weights["model.embed_tokens.weight"]
        return weights

    def _figure(self, key: str, default: Any = None) -> Any:
        value = self.metadata.get(f"{self.metadata['general.architecture']}.{key}", default)
        if value is None:
            raise UnknownModel(f"the file lacks {self.metadata['general.architecture']}.{key}")
        return value

    def _refuse_what_is_unknown(self) -> None:
        architecture = self.metadata.get("general.architecture")
        if architecture != "llama":
            raise UnknownModel(f"the architecture is {architecture!r}; only 'llama' can be converted")
        head = self._figure("embedding_length") // self._figure("attention.head_count")
        scaling = self.metadata.get("llama.rope.scaling.type", "none")
        reasons = {
            f"it scales rotary positions ({scaling})": scaling != "none",
            "its heads have a width of their own": self._figure("attention.key_length", head) != head,
            "it rotates only a part of each head": self._figure("rope.dimension_count", head) != head,
            "it is a mixture of experts": bool(self._figure("expert_count", 0)),
        }
        for reason, present in reasons.items():
            if present:
                raise UnknownModel(f"Petals' Llama can't run this model: {reason}")
        for tensor in self._reader.tensors:
            _hugging_face_name(tensor.name)


def _hugging_face_name(name: str, names: Mapping[str, str] = _INNER) -> str:
    block, _, rest = name.removeprefix("blk.").partition(".")
    if name in _OUTER:
        return _OUTER[name]
    if name.startswith("blk.") and rest in names:
        return f"model.layers.{block}.{names[rest]}"
    raise UnknownModel(f"the tensor {name!r} has no counterpart in Petals' Llama")


def _interleave_back(weights: torch.Tensor, heads: int) -> torch.Tensor:
    # llama.cpp's converter interleaves the two halves of each head's rotary dimensions.
    rows, columns = weights.shape
    return weights.reshape(heads, rows // heads // 2, 2, columns).swapaxes(1, 2).reshape(rows, columns)
