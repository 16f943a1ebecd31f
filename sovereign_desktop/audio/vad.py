"""How likely sound is speech: Silero VAD, as it ships in the faster-whisper wheel."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np

from sovereign_desktop.audio.resampling import Floats
from sovereign_desktop.core.errors import AudioError

RATE_HZ = 16_000
WINDOW = 512
WINDOW_MS = 1000 * WINDOW // RATE_HZ
_CONTEXT = 64


def load_model() -> Any:
    """The ONNX session, on one thread. Raises AudioError when the wheel that carries the model is missing."""
    import onnxruntime  # 90 ms

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(str(_model_path()), options, providers=["CPUExecutionProvider"])


def _model_path() -> Path:
    # Found, not imported: the package would load ctranslate2, 40 MiB that only the voice service needs.
    spec = find_spec("faster_whisper")
    for place in (spec.submodule_search_locations or ()) if spec else ():
        for path in Path(place, "assets").glob("silero_vad_v6.onnx"):
            return path
    raise AudioError("The speech detector is not installed.", remedy="Run `python3 installers/bootstrap.py setup`.")


class SileroVad:
    """Probabilities of speech, one for each 32 ms of sound at 16 kHz. Keeps state between windows."""

    def __init__(self, model: Any) -> None:
        self._model = model
        self.reset()

    def reset(self) -> None:
        """Forget what was heard."""
        self._h = np.zeros((1, 1, 128), np.float32)
        self._c = np.zeros((1, 1, 128), np.float32)
        self._context = np.zeros(_CONTEXT, np.float32)
        self._pending: Floats = np.zeros(0, np.float32)
        self._has_heard = False

    @property
    def is_used(self) -> bool:
        """Whether anything was heard since it was new or reset."""
        return self._has_heard

    def push(self, samples: Floats) -> list[float]:
        """The probability of each window that these samples complete."""
        self._has_heard = True
        self._pending = np.concatenate((self._pending, samples))
        probabilities = []
        while len(self._pending) >= WINDOW:
            window, self._pending = self._pending[:WINDOW], self._pending[WINDOW:]
            probabilities.append(self._probability(window))
        return probabilities

    def _probability(self, window: Floats) -> float:
        heard = np.concatenate((self._context, window))[None]
        self._context = window[-_CONTEXT:]
        probability, self._h, self._c = self._model.run(None, {"input": heard, "h": self._h, "c": self._c})
        return float(probability.ravel()[0])
