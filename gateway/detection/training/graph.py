"""Writes the encoder as an ONNX graph with 8-bit weights, for onnxruntime on a CPU.

The graph is built operator by operator instead of traced, so that it holds exactly the fused
operators that run fast (onnxruntime's contrib operators) and is the same on every machine. Knows
nothing of texts or training.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

OPSET = 17
CONTRIB = "com.microsoft"

Weights = Mapping[str, NDArray[np.float32]]


def quantize(weight: NDArray[np.float32]) -> tuple[NDArray[np.int8], NDArray[np.float32]]:
    """Symmetric 8-bit form of a matrix of shape (inputs, outputs), one scale a column.

    Returns:
        the matrix as int8, and the scales of shape (outputs,).
    """
    scale = np.maximum(np.abs(weight).max(axis=0), 1e-8) / 127.0
    return np.clip(np.round(weight / scale), -127, 127).astype(np.int8), scale.astype(np.float32)


@dataclass(slots=True)
class _Graph:
    """Nodes and constants as they are added."""

    nodes: list[Any] = field(default_factory=list)
    constants: list[Any] = field(default_factory=list)

    def constant(self, name: str, value: NDArray[Any]) -> str:
        self.constants.append(numpy_helper.from_array(np.ascontiguousarray(value), name))
        return name

    def node(self, kind: str, inputs: list[str], name: str, domain: str = "", **attributes: Any) -> str:
        self.nodes.append(helper.make_node(kind, inputs, [name], name=name, domain=domain, **attributes))
        return name

    def linear(self, source: str, name: str, weight: NDArray[np.float32], bias: NDArray[np.float32]) -> str:
        """`source` times `weight` of shape (inputs, outputs) plus `bias`; the weight is stored in 8 bits."""
        matrix, scale = quantize(weight)
        inputs = [
            source,
            self.constant(f"{name}.w", matrix),
            self.constant(f"{name}.s", scale),
            self.constant(f"{name}.z", np.zeros(len(scale), np.int8)),
            self.constant(f"{name}.b", bias.astype(np.float32)),
        ]
        return self.node("DynamicQuantizeMatMul", inputs, name, CONTRIB)

    def norm(self, source: str, added: str, name: str, weights: Weights, key: str, epsilon: float) -> str:
        """Layer normalisation of `source` + `added`."""
        inputs = [
            source,
            added,
            self.constant(f"{name}.g", weights[f"{key}.weight"]),
            self.constant(f"{name}.h", weights[f"{key}.bias"]),
        ]
        return self.node("SkipLayerNormalization", inputs, name, CONTRIB, epsilon=epsilon)


def _embed(graph: _Graph, weights: Weights, epsilon: float) -> str:
    matrix, scale = quantize(weights["words.weight"].T)
    rows = graph.node("Gather", [graph.constant("words.w", matrix.T), "ids"], "words.rows", axis=0)
    scales = graph.node("Gather", [graph.constant("words.s", scale[:, None]), "ids"], "words.scales", axis=0)
    words = graph.node("Mul", [graph.node("Cast", [rows], "words.cast", to=TensorProto.FLOAT), scales], "words")
    places = graph.node("Gather", [graph.constant("places.w", weights["places.weight"]), "positions"], "places", axis=0)
    return graph.norm(words, places, "embedded", weights, "norm", epsilon)


def _layer(graph: _Graph, x: str, weights: Weights, index: int, heads: int, epsilon: float) -> str:
    key, name = f"layers.{index}", f"l{index}"
    parts = [
        graph.linear(x, f"{name}.{part}", weights[f"{key}.{part}.weight"].T, weights[f"{key}.{part}.bias"])
        for part in ("query", "key", "value")
    ]
    attended = graph.node("MultiHeadAttention", [*parts, "", "mask"], f"{name}.mix", CONTRIB, num_heads=heads)
    out = graph.linear(attended, f"{name}.out", weights[f"{key}.out.weight"].T, weights[f"{key}.out.bias"])
    x = graph.norm(x, out, f"{name}.n1", weights, f"{key}.norm1", epsilon)
    up = graph.linear(x, f"{name}.up", weights[f"{key}.up.weight"].T, weights[f"{key}.up.bias"])
    active = graph.node("FastGelu", [up], f"{name}.gelu", CONTRIB)
    down = graph.linear(active, f"{name}.down", weights[f"{key}.down.weight"].T, weights[f"{key}.down.bias"])
    return graph.norm(x, down, f"{name}.n2", weights, f"{key}.norm2", epsilon)


def _pooled(graph: _Graph, x: str) -> str:
    """Mean and maximum over the tokens that are not padding, side by side: (batch, 2 × width)."""
    mask = graph.node("Cast", ["mask"], "mask.float", to=TensorProto.FLOAT)
    last = graph.constant("axis.last", np.array([2], np.int64))
    weight = graph.node("Unsqueeze", [mask, last], "mask.wide")
    total = graph.node("ReduceSum", [graph.node("Mul", [x, weight], "x.masked"), "axis.tokens"], "x.sum", keepdims=0)
    graph.constant("axis.tokens", np.array([1], np.int64))
    count = graph.node("ReduceSum", [weight, "axis.tokens"], "x.count", keepdims=0)
    mean = graph.node("Div", [total, count], "x.mean")
    away = graph.node(
        "Mul",
        [
            graph.node("Sub", [weight, graph.constant("one", np.array(1, np.float32))], "away"),
            graph.constant("far", np.array(1e4, np.float32)),
        ],
        "away.far",
    )
    top = graph.node("ReduceMax", [graph.node("Add", [x, away], "x.kept")], "x.max", axes=[1], keepdims=0)
    return graph.node("Concat", [mean, top], "pooled", axis=1)


def write(path: Path, weights: Weights, *, layers: int, heads: int, epsilon: float) -> None:
    """Write the encoder with both heads to `path`.

    Inputs of the graph: `ids`, `positions` (int64) and `mask` (int32), all (batch, tokens).
    Outputs: `tags` (batch, tokens, tags) and `topics` (batch, topics), as logits.

    Args:
        weights: as `encoder.Encoder.state_dict` names them, as float32 arrays.
        layers, heads, epsilon: of the encoder.
    """
    graph = _Graph()
    x = _embed(graph, weights, epsilon)
    for index in range(layers):
        x = _layer(graph, x, weights, index, heads, epsilon)
    pooled = _pooled(graph, x)
    for name, source in (("tags", x), ("topics.hidden", pooled)):
        key = name.split(".")[0] if name == "tags" else "hidden"
        matrix = graph.constant(f"{name}.w", weights[f"{key}.weight"].T)
        out = graph.node("MatMul", [source, matrix], f"{name}.m")
        graph.node("Add", [out, graph.constant(f"{name}.b", weights[f"{key}.bias"])], name)
    active = graph.node("FastGelu", ["topics.hidden"], "topics.gelu", CONTRIB)
    out = graph.node("MatMul", [active, graph.constant("topics.w", weights["topics.weight"].T)], "topics.m")
    graph.node("Add", [out, graph.constant("topics.b", weights["topics.bias"])], "topics")
    model = helper.make_model(
        helper.make_graph(
            graph.nodes,
            "sepal",
            [
                helper.make_tensor_value_info("ids", TensorProto.INT64, ["batch", "tokens"]),
                helper.make_tensor_value_info("positions", TensorProto.INT64, ["batch", "tokens"]),
                helper.make_tensor_value_info("mask", TensorProto.INT32, ["batch", "tokens"]),
            ],
            [
                helper.make_tensor_value_info("tags", TensorProto.FLOAT, ["batch", "tokens", None]),
                helper.make_tensor_value_info("topics", TensorProto.FLOAT, ["batch", None]),
            ],
            graph.constants,
        ),
        opset_imports=[helper.make_opsetid("", OPSET), helper.make_opsetid(CONTRIB, 1)],
        ir_version=9,
        producer_name="sepal",
    )
    onnx.save(model, str(path))
