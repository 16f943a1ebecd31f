"""A Whisper model of a few hundred kilobytes that says one given sentence to whatever it hears.

It has the form of a converted model, so that the real loading and decoding code runs. Its attention is switched off
and its decoder reads nothing but the position: the word for each position is written straight into its output layer.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from ctranslate2.specs.whisper_spec import WhisperSpec
from tokenizers import Tokenizer, decoders
from tokenizers.models import WordLevel

WIDTH = 64
HEADS = 2
CERTAINTY = 3.0
FUSED = {"self_attention.linear[0].weight": 3, ".attention.linear[1].weight": 2}
"""Weights that hold several matrices: query, key and value; key and value."""
TIMESTAMPS = [f"<|{0.02 * step:.2f}|>" for step in range(1501)]
SPECIAL = [
    "<|endoftext|>",
    "<|startoftranscript|>",
    "<|en|>",
    "<|translate|>",
    "<|transcribe|>",
    "<|startoflm|>",
    "<|startofprev|>",
    "<|nospeech|>",
    "<|notimestamps|>",
]


def write_tiny_whisper(folder: Path, sentence: str = "what time is it", *, hears_speech: bool = True) -> Path:
    """Write a model that says `sentence`; one that does not hear speech says so of whatever it hears."""
    words = [f"Ġ{word}" for word in sentence.split()]
    vocabulary = ["<unk>", *dict.fromkeys(words), *SPECIAL, *TIMESTAMPS]
    spec = WhisperSpec(1, HEADS, 1, HEADS)
    _fill(spec.encoder, {"conv1.weight": (WIDTH, 80, 3), "conv2.weight": (WIDTH, WIDTH, 3)})
    spec.encoder.position_encodings.encodings = np.zeros((1500, WIDTH), np.float32)
    _fill(spec.decoder, {"embeddings.weight": (len(vocabulary), WIDTH), "projection.weight": (len(vocabulary), WIDTH)})
    spec.decoder.position_encodings.encodings = 10 * np.eye(448, WIDTH, dtype=np.float32)
    for position, token in enumerate(["<|0.00|>", *words, "<|1.00|>", "<|endoftext|>"]):
        spec.decoder.projection.weight[vocabulary.index(token), position] = CERTAINTY
    if not hears_speech:
        spec.decoder.projection.weight[vocabulary.index("<|nospeech|>"), 0] = 2 * CERTAINTY
    spec.register_vocabulary(vocabulary)
    spec.config.suppress_ids = spec.config.suppress_ids_begin = spec.config.lang_ids = []
    spec.config.alignment_heads = [(0, 0)]
    spec.validate()
    spec.optimize()
    folder.mkdir(parents=True)
    spec.save(str(folder))
    tokenizer = Tokenizer(WordLevel({token: number for number, token in enumerate(vocabulary)}, unk_token="<unk>"))
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.add_special_tokens([*SPECIAL, *TIMESTAMPS])
    tokenizer.save(str(folder / "tokenizer.json"))
    return folder


def _fill(layer: Any, shapes: dict[str, tuple[int, ...]], path: str = "") -> None:
    """Zeros for every weight that must be there, ones for the scale of norms."""
    for name, value in vars(layer).items():
        here = f"{path}{name}"
        if isinstance(value, list):
            for number, one in enumerate(value):
                _fill(one, shapes, f"{here}[{number}].")
        elif hasattr(value, "__dict__") and type(value).__module__.startswith("ctranslate2"):
            _fill(value, shapes, f"{here}.")
        elif value is None:
            setattr(layer, name, _initial(here, shapes))


def _initial(path: str, shapes: dict[str, tuple[int, ...]]) -> np.ndarray[Any, np.dtype[np.float32]]:
    if path in shapes:
        return np.zeros(shapes[path], np.float32)
    if path.endswith(("gamma", "beta")):
        return np.full(WIDTH, float(path.endswith("gamma")), np.float32)
    rows = next((rows for end, rows in FUSED.items() if path.endswith(end)), 1)
    return np.zeros((rows * WIDTH, WIDTH), np.float32)
