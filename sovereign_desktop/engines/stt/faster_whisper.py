"""faster-whisper: the recogniser people stay with. Used as soon as its model is there; never fetches one itself."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
import numpy.typing as npt

from sovereign_desktop.core.audio import AudioFrame
from sovereign_desktop.core.availability import Availability
from sovereign_desktop.core.dialogue import Transcript
from sovereign_desktop.core.errors import EngineError, EngineUnavailable
from sovereign_desktop.engines.base import SpeechToTextCapabilities
from sovereign_desktop.engines.models import installed_model

if TYPE_CHECKING:
    from sovereign_desktop.config.sections.engines import FasterWhisper

logger = logging.getLogger(__name__)

T = TypeVar("T")
Samples = npt.NDArray[np.float32]

RATE_HZ = 16_000
PARTIAL_EVERY_S = 1.0
PARTIAL_SHARE = 0.25
"""Of the time since the last partial, the longest that making one may take; on slow machines they stay away."""
LONGEST_PARTIAL_S = 20.0
MOST_COMPRESSION = 2.4
"""Text that compresses better than this repeats itself: the model is stuck in a loop."""
SURELY_SILENT = 0.8
LIKELY_SILENT = 0.6
LEAST_LOGPROB_IF_LIKELY_SILENT = -0.5


class FasterWhisperSpeechToText:
    """Decodes an utterance at its end, and what there is of it now and then before. Utterances share one thread."""

    name = "faster_whisper"
    capabilities = SpeechToTextCapabilities(streaming=True, local=True)

    def __init__(self, settings: FasterWhisper, language: str, models_folder: Path) -> None:
        self._settings = settings
        self._language = language
        self._models_folder = models_folder
        self._worker = ThreadPoolExecutor(1, thread_name_prefix="faster_whisper")
        self._model: Any = None

    async def availability(self) -> Availability:
        """Whether the library and the model are on this computer."""
        if find_spec("faster_whisper") is None:
            return Availability(False, "not installed", "Install the package faster-whisper.")
        if self._path() is None:
            return Availability(
                False,
                f"its model {self._settings.model} is not on this computer",
                f"Run `sovereign-desktop models download {self._settings.model}`, or set `stt.faster_whisper.model` to "
                "the folder of one.",
            )
        return Availability(True, f"its model {self._settings.model} is on this computer")

    async def prepare(self) -> None:
        """Load the model: seconds, once."""
        await self._run(self._load)

    async def close(self) -> None:
        """Let the model go."""
        self._worker.shutdown(wait=False, cancel_futures=True)
        self._model = None

    async def transcribe(
        self, audio: AsyncIterator[AudioFrame], *, phrases: Sequence[str] = ()
    ) -> AsyncIterator[Transcript]:
        """Partials about every second where the computer is quick enough, then the final. `phrases` are not used."""
        del phrases
        recording = _Recording()
        pace = _Pace()
        async for frame in audio:
            recording.add(frame)
            if pace.allows(recording.duration_s):
                begun = time.monotonic()
                text = await self._run(lambda: self._decode(recording.samples, beam_size=1))
                pace.took(time.monotonic() - begun, recording.duration_s)
                if text:
                    yield Transcript(text)
        recording.finish()
        text = await self._run(lambda: self._decode(recording.samples, beam_size=5))
        yield Transcript(text, is_final=True)

    async def _run(self, work: Callable[[], T]) -> T:
        # The library can't stop half-way; whoever is cancelled leaves, and the next one waits for the thread.
        return await asyncio.shield(asyncio.get_running_loop().run_in_executor(self._worker, work))

    def _decode(self, samples: Samples, *, beam_size: int) -> str:
        self._load()
        if not len(samples):
            return ""
        try:
            segments, _ = self._model.transcribe(
                samples,
                language=self._language or None,
                beam_size=beam_size,
                vad_filter=True,
                condition_on_previous_text=False,
                temperature=[0.0, 0.2, 0.4],
            )
            words = [segment.text.strip() for segment in segments if is_credible(segment)]
        except (RuntimeError, ValueError) as error:
            raise EngineError("The Whisper model failed.", remedy="Try again, or choose another model.") from error
        return " ".join(filter(None, words))

    def _load(self) -> None:
        if self._model is None:
            path = self._path()
            if path is None:
                raise EngineUnavailable(
                    f"The Whisper model {self._settings.model} is not on this computer.", remedy="Download it."
                )
            self._model = self._loaded(path)

    def _loaded(self, path: Path) -> Any:
        from faster_whisper import WhisperModel
        from tqdm import tqdm  # type: ignore[import-untyped]

        tqdm.monitor_interval = 0  # else the first progress bar, shown or not, starts a thread that never ends
        failure: Exception | None = None
        for device in ("cuda", "cpu") if self._settings.device == "auto" else (self._settings.device,):
            try:
                return WhisperModel(str(path), device=device, compute_type=self._settings.compute_type)
            except Exception as error:  # noqa: BLE001 - the tokenizer's library raises no narrower one
                logger.info("whisper does not load", extra={"device": device, "error": type(error).__name__})
                failure = error
        raise EngineUnavailable(
            f"The Whisper model {self._settings.model} can't be loaded.",
            remedy="Delete it and download it again, or check `stt.faster_whisper`.",
        ) from failure

    def _path(self) -> Path | None:
        return installed_model(self._settings.model, self._models_folder)


def is_credible(segment: Any) -> bool:
    """Whether the words of a segment were heard rather than made up, as "Thank you." in silence is."""
    if segment.compression_ratio > MOST_COMPRESSION or segment.no_speech_prob > SURELY_SILENT:
        return False
    return bool(segment.no_speech_prob <= LIKELY_SILENT or segment.avg_logprob >= LEAST_LOGPROB_IF_LIKELY_SILENT)


class _Recording:
    """An utterance at the model's rate."""

    def __init__(self) -> None:
        self._resampler: Any = None
        self._parts: list[Samples] = []
        self.duration_s = 0.0

    @property
    def samples(self) -> Samples:
        return np.concatenate(self._parts) if self._parts else np.zeros(0, np.float32)

    def add(self, frame: AudioFrame) -> None:
        import soxr

        if self._resampler is None:
            self._resampler = soxr.ResampleStream(frame.sample_rate_hz, RATE_HZ, 1, dtype="float32")
        self.duration_s += frame.duration_ms / 1000
        samples = np.frombuffer(frame.pcm, "<i2").astype(np.float32) / 32768
        self._parts.append(self._resampler.resample_chunk(samples))

    def finish(self) -> None:
        """Add what the resampler still holds."""
        if self._resampler is not None:
            self._parts.append(self._resampler.resample_chunk(np.zeros(0, np.float32), last=True))


class _Pace:
    """Decides when a partial is worth its time."""

    def __init__(self) -> None:
        self._next_s = PARTIAL_EVERY_S

    def allows(self, duration_s: float) -> bool:
        """Whether so much speech calls for a partial now."""
        return self._next_s <= duration_s <= LONGEST_PARTIAL_S

    def took(self, seconds: float, duration_s: float) -> None:
        """A partial of so much speech took so long."""
        self._next_s = duration_s + max(PARTIAL_EVERY_S, seconds / PARTIAL_SHARE)
