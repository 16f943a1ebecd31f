"""Where somebody begins and stops speaking in the sound that a client sends. Pure: time is what was pushed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from sovereign_desktop.audio.endpointing import BoundaryKind, Endpointer
from sovereign_desktop.audio.resampling import Floats, StreamResampler, from_pcm
from sovereign_desktop.audio.vad import RATE_HZ as VAD_RATE_HZ
from sovereign_desktop.audio.vad import WINDOW_MS
from sovereign_desktop.realtime.objects import AUDIO_RATE_HZ
from sovereign_desktop.servers.realtime.settings import SemanticVad, ServerVad

MIN_SPEECH_MS = 96.0
PATIENCE_MS = {"high": 400, "medium": 800, "auto": 800, "low": 1600}
"""Silence that ends an utterance for each eagerness of `semantic_vad`."""
SEMANTIC_PADDING_MS = 300


class Vad(Protocol):
    """Probabilities of speech, one for each window of sound at 16 kHz."""

    def push(self, samples: Floats) -> list[float]: ...


@dataclass(frozen=True, slots=True)
class Began:
    """Somebody speaks, since `at_ms` of all sound."""

    at_ms: float


@dataclass(frozen=True, slots=True)
class Ended:
    """The utterance is over, at `at_ms` of all sound: the silence that ended it belongs to it."""

    at_ms: float


class TurnDetector:
    """Finds utterances. `origin_ms` is how much sound was there before the first push."""

    def __init__(self, settings: ServerVad | SemanticVad, vad: Vad, origin_ms: float) -> None:
        threshold, silence_ms = 0.5, float(PATIENCE_MS["auto"])
        if isinstance(settings, ServerVad):
            threshold, silence_ms = settings.threshold, float(settings.silence_duration_ms)
        else:
            silence_ms = float(PATIENCE_MS[settings.eagerness])
        self.settings = settings
        self._origin_ms = origin_ms
        self._vad = vad
        self._resampler = StreamResampler(AUDIO_RATE_HZ, VAD_RATE_HZ)
        self._endpointer = Endpointer(threshold, MIN_SPEECH_MS, silence_ms)

    @property
    def is_speaking(self) -> bool:
        return self._endpointer.speaking

    @property
    def padding_ms(self) -> int:
        """How much from before the first sound of speech belongs to it."""
        return self.settings.prefix_padding_ms if isinstance(self.settings, ServerVad) else SEMANTIC_PADDING_MS

    def push(self, pcm: bytes) -> list[Began | Ended]:
        """Take sound at 24 kHz and return what it completes."""
        found: list[Began | Ended] = []
        for probability in self._vad.push(self._resampler.push(from_pcm(pcm))):
            boundary = self._endpointer.push(probability, WINDOW_MS)
            now_ms = self._origin_ms + self._endpointer.position_ms
            if boundary is not None and boundary.kind is BoundaryKind.STARTED:
                found.append(Began(now_ms - boundary.ago_ms))
            elif boundary is not None:
                found.append(Ended(now_ms))
        return found
