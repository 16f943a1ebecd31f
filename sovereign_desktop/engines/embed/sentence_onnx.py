"""A sentence-transformer as ONNX, such as all-MiniLM-L6-v2, from a folder. Runs in a child process.

embed = load(Path("…/all-MiniLM-L6-v2"))
vectors = embed(["one text", "another"])
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from pathlib import Path

from sovereign_desktop.core.errors import EngineUnavailable

LONGEST_TOKENS = 256
"""What these models were trained with; they read no further."""
AT_ONCE = 16


def load(folder: Path) -> Callable[[Sequence[str]], bytes]:
    """What gives vectors of length 1 as 32-bit floats, one after another. Raises EngineUnavailable."""
    import numpy as np
    import onnxruntime
    from tokenizers import Tokenizer

    try:
        tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = max(1, (os.cpu_count() or 2) // 2)
        session = onnxruntime.InferenceSession(str(folder / "model.onnx"), options, providers=["CPUExecutionProvider"])
    except Exception as error:  # both libraries raise bare exceptions of their own
        raise EngineUnavailable(
            f"The embedding model in {folder} can't be loaded.", remedy="Download it again with `models download`."
        ) from error
    tokenizer.enable_truncation(LONGEST_TOKENS)
    tokenizer.enable_padding()
    wanted = {one.name for one in session.get_inputs()}

    def some(texts: Sequence[str]) -> bytes:
        encoded = tokenizer.encode_batch(list(texts))
        ids = np.array([one.ids for one in encoded], np.int64)
        mask = np.array([one.attention_mask for one in encoded], np.int64)
        given = {"input_ids": ids, "attention_mask": mask, "token_type_ids": np.zeros_like(ids)}
        tokens = session.run(None, {name: value for name, value in given.items() if name in wanted})[0]
        weights = mask[:, :, None].astype(np.float32)
        means = (tokens * weights).sum(axis=1) / weights.sum(axis=1)
        lengths = np.linalg.norm(means, axis=1, keepdims=True)
        return bytes((means / np.maximum(lengths, 1e-12)).astype(np.float32).tobytes())

    def embed(texts: Sequence[str]) -> bytes:
        return b"".join(some(texts[start : start + AT_ONCE]) for start in range(0, len(texts), AT_ONCE))

    return embed
