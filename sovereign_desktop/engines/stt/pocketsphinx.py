"""pocketsphinx: the recogniser whose model comes with its package, so that a fresh machine understands at once.

It hears clear speech well and poor speech poorly; commands that the program expects are heard by a second ear
(`commands.py`), which is far more often right. pocketsphinx keeps the interpreter's lock while it decodes: 35 ms for
every 100 ms of speech, in pieces of that length.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from importlib.util import find_spec
from typing import Any, TypeVar

import numpy as np

from sovereign_desktop.core.audio import AudioFrame
from sovereign_desktop.core.availability import Availability
from sovereign_desktop.core.dialogue import Transcript
from sovereign_desktop.core.errors import EngineError
from sovereign_desktop.engines.base import SpeechToTextCapabilities
from sovereign_desktop.engines.stt.commands import CommandEar
from sovereign_desktop.engines.stt.sphinx import RATE_HZ, Samples, begin, end, new_decoder
from sovereign_desktop.engines.stt.spoken import is_spoken, levels_dbfs

logger = logging.getLogger(__name__)

T = TypeVar("T")
BLOCK_SAMPLES = RATE_HZ // 10
CUT_AFTER_BLOCKS = 120
"""After 12 s a pause ends a stretch of speech: what is done is done, and the end of a long one does not take long."""
CUT_AT_LAST_BLOCKS = 300
PAUSE_BLOCKS = 3
PAUSE_BELOW_LOUDEST_DB = 25.0


class PocketsphinxSpeechToText:
    """Streams words from speech, on a thread of its own. One utterance at a time; others wait."""

    name = "pocketsphinx"
    capabilities = SpeechToTextCapabilities(streaming=True, local=True, takes_phrases=True)

    def __init__(self) -> None:
        self._worker = ThreadPoolExecutor(1, thread_name_prefix="pocketsphinx")
        self._one_at_a_time = asyncio.Lock()
        self._decoder: Any = None
        self._ear: CommandEar | None = None
        self._listening: _Listening | None = None
        self._phrases: tuple[str, ...] = ()

    async def availability(self) -> Availability:
        """Its model comes with the package; without the package there is nothing."""
        if find_spec("pocketsphinx") is None:
            return Availability(False, "not installed", "Install the package pocketsphinx.")
        return Availability(True, "its model comes with the program")

    async def prepare(self) -> None:
        """Load the decoder. Takes half a second, once."""
        await self._run(self._load)

    async def close(self) -> None:
        """Let the decoders go."""
        self._worker.shutdown(wait=False, cancel_futures=True)

    async def transcribe(
        self, audio: AsyncIterator[AudioFrame], *, phrases: Sequence[str] = ()
    ) -> AsyncIterator[Transcript]:
        """Partial words every 100 ms of speech, then the final ones, with the command that fits as alternative."""
        async with self._one_at_a_time:
            listening = await self._run(partial(self._begin, tuple(phrases)))
            said = ""
            try:
                async for block in _blocks(audio):
                    words = await self._run(partial(listening.feed, block))
                    if words and words != said:
                        said = words
                        yield Transcript(words)
                yield await self._run(listening.end)
            finally:
                await self._run(listening.cancel)

    async def _run(self, work: Callable[[], T]) -> T:
        # The decoder is not thread-safe: one thread, and nothing is given up half-way.
        try:
            return await asyncio.shield(asyncio.get_running_loop().run_in_executor(self._worker, work))
        except RuntimeError as error:
            raise EngineError("The speech recogniser failed.", remedy="Say it again.") from error

    def _load(self) -> None:
        if self._decoder is None:
            self._decoder = new_decoder()

    def _begin(self, phrases: tuple[str, ...]) -> _Listening:
        self._load()
        if self._listening is not None:
            self._listening.cancel()  # it was given up while it began, and nobody was there to take it
        if phrases != self._phrases:
            self._ear = CommandEar(phrases, self._decoder)
            self._phrases = phrases
        self._listening = _Listening(self._decoder, self._ear if phrases else None)
        return self._listening


class _Listening:
    """One utterance, in the thread of the decoders."""

    def __init__(self, decoder: Any, ear: CommandEar | None) -> None:
        self._decoder = decoder
        self._ear = ear
        self._blocks: list[Samples] = []
        self._done: list[str] = []
        self._stretch_blocks = 0
        self._quiet_blocks = 0
        self._loudest_dbfs = -120.0
        begin(decoder)
        self._open = True
        if ear is not None:
            ear.begin()

    def feed(self, block: Samples) -> str:
        """Hear 100 ms more, and give all words so far."""
        self._blocks.append(block)
        self._decoder.process_raw(block.tobytes())
        if self._ear is not None:
            self._ear.feed(block)
        found = self._decoder.hyp()
        words = " ".join(filter(None, [*self._done, found.hypstr if found else ""]))
        if self._is_time_to_cut(block):
            self._done.append(end(self._decoder).text)
            begin(self._decoder)
            self._stretch_blocks = 0
        return words

    def end(self) -> Transcript:
        """What was said. Sound that can't be speech has no words, whatever the decoders say."""
        self._open = False
        self._done.append(end(self._decoder).text)
        samples = np.concatenate(self._blocks) if self._blocks else np.zeros(0, np.int16)
        if not is_spoken(samples):
            return Transcript("", is_final=True)
        words = " ".join(filter(None, self._done))
        command = self._ear.end(samples, words) if self._ear is not None else ""
        return Transcript(words, is_final=True, alternatives=(command,) if command else ())

    def cancel(self) -> None:
        """Leave the decoders ready for the next utterance. Idempotent."""
        if self._open:
            self._open = False
            self._decoder.end_utt()
        if self._ear is not None:
            self._ear.cancel()

    def _is_time_to_cut(self, block: Samples) -> bool:
        level = float(levels_dbfs(block.reshape(1, -1))[0])
        self._loudest_dbfs = max(level, self._loudest_dbfs)
        self._quiet_blocks = self._quiet_blocks + 1 if level < self._loudest_dbfs - PAUSE_BELOW_LOUDEST_DB else 0
        self._stretch_blocks += 1
        if self._stretch_blocks >= CUT_AT_LAST_BLOCKS:
            return True
        return self._stretch_blocks >= CUT_AFTER_BLOCKS and self._quiet_blocks >= PAUSE_BLOCKS


async def _blocks(audio: AsyncIterator[AudioFrame]) -> AsyncIterator[Samples]:
    """The sound at the decoder's rate, in blocks as they fill up, and the rest."""
    import soxr

    resampler: Any = None
    waiting = np.zeros(0, np.int16)
    async for frame in audio:
        if resampler is None:
            resampler = soxr.ResampleStream(frame.sample_rate_hz, RATE_HZ, 1, dtype="int16")
        waiting = np.concatenate([waiting, resampler.resample_chunk(np.frombuffer(frame.pcm, "<i2"))])
        while len(waiting) >= BLOCK_SAMPLES:
            yield waiting[:BLOCK_SAMPLES]
            waiting = waiting[BLOCK_SAMPLES:]
    if resampler is not None:
        waiting = np.concatenate([waiting, resampler.resample_chunk(np.zeros(0, np.int16), last=True)])
    if len(waiting):
        yield waiting
