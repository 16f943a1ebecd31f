"""pocketsphinx: the recogniser whose model comes with its package, so that a fresh machine understands at once.

It hears clear speech well and poor speech poorly. Commands that the program expects are decoded a second time with
a grammar of just those, which is far more often right, and counted only where the sound really fits them.
"""

from __future__ import annotations

import asyncio
import logging
import math
import threading
from collections.abc import AsyncIterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from sovereign_desktop.core.audio import AudioFrame
from sovereign_desktop.core.availability import Availability
from sovereign_desktop.core.dialogue import Transcript
from sovereign_desktop.core.errors import EngineUnavailable
from sovereign_desktop.engines.base import SpeechToTextCapabilities
from sovereign_desktop.engines.stt.phrases import grammar, pattern

logger = logging.getLogger(__name__)

RATE_HZ = 16_000
BLOCK_SAMPLES = 1_600
CEPSTRAL_MEAN = "48.74,-1.25,2.40,21.17,-6.55,-0.22,-0.79,-9.09,-4.98,-4.88,4.95,-1.49,-0.60"
"""Mean over synthetic and read speech. The decoder would otherwise need seconds of speech to find its own, and a
question is over by then. Every utterance starts from here, so that one does not depend on the one before."""

LEAST_FIT = -0.2
"""Log-likelihood per frame by which a command may explain the sound worse than free decoding does. Over 80 commands
and 66 other sentences in eight synthetic voices, 53 commands that free decoding mostly got wrong came out above it, and
one other sentence that also covers the sound (`LEAST_COVER`)."""
LEAST_COVER = 0.85
"""Share of the spoken frames that a command's words have to cover; "stop" inside a sentence covers 0.2."""
Samples = npt.NDArray[np.int16]


@dataclass(frozen=True, slots=True)
class _Decoded:
    """A hypothesis: its words, their log-likelihood, and how many frames they cover of how many."""

    text: str
    score: float
    spoken_frames: int
    frames: int


class PocketsphinxSpeechToText:
    """Streams words from speech, on a thread of its own. One utterance at a time; others wait."""

    name = "pocketsphinx"
    capabilities = SpeechToTextCapabilities(streaming=True, local=True, takes_phrases=True)

    def __init__(self) -> None:
        self._worker = ThreadPoolExecutor(1, thread_name_prefix="pocketsphinx")
        self._one_at_a_time = asyncio.Lock()
        self._free: Any = None
        self._commands: Any = None
        self._command_phrases: tuple[str, ...] = ()
        self._whole = pattern(())
        self._begun = False

    async def availability(self) -> Availability:
        """Its model comes with the package; without the package there is nothing."""
        from importlib.util import find_spec

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
        """Partial words every 100 ms of speech, then the final ones, with the commands that fit as alternatives."""
        async with self._one_at_a_time:
            utterance = _Utterance()
            said = ""
            try:
                await self._run(self._begin, tuple(phrases))
                async for block in utterance.blocks(audio):
                    partial = await self._run(self._feed, block)
                    if partial and partial != said:
                        said = partial
                        yield Transcript(partial)
            finally:
                text, commands = await self._run(self._end)
            if is_spoken(utterance.samples):
                yield Transcript(text, is_final=True, alternatives=commands)
            else:
                yield Transcript("", is_final=True)

    async def _run(self, work: Any, *arguments: Any) -> Any:
        # The decoder is not thread-safe: one thread, and nothing is given up half-way.
        return await asyncio.shield(asyncio.get_running_loop().run_in_executor(self._worker, work, *arguments))

    def _load(self) -> None:
        if self._free is None:
            self._free = _decoder()

    def _begin(self, phrases: tuple[str, ...]) -> None:
        self._load()
        self._load_commands(phrases)
        for decoder in self._decoders:
            decoder.set_cmn(CEPSTRAL_MEAN)
            decoder.start_utt()
        self._begun = True

    def _feed(self, block: Samples) -> str:
        # Both while the speech goes on: at its end there is no time left.
        for decoder in self._decoders:
            decoder.process_raw(block.tobytes())
        hypothesis = self._free.hyp()
        return str(hypothesis.hypstr) if hypothesis else ""

    def _end(self) -> tuple[str, tuple[str, ...]]:
        if not self._begun:  # it failed to
            return "", ()
        self._begun = False
        for decoder in self._decoders:
            decoder.end_utt()
        free = _decoded(self._free)
        if self._commands is None:
            return free.text, ()
        heard = _decoded(self._commands)
        return free.text, (heard.text,) if self._fits(heard, free) else ()

    def _fits(self, heard: _Decoded, free: _Decoded) -> bool:
        """Whether the sound is this whole command, and not a sentence that begins or ends like one."""
        cover = heard.spoken_frames / max(1, free.spoken_frames)
        fit = (heard.score - free.score) / max(1, free.frames)
        return bool(self._whole.fullmatch(heard.text + " ")) and cover >= LEAST_COVER and fit >= LEAST_FIT

    @property
    def _decoders(self) -> tuple[Any, ...]:
        return tuple(decoder for decoder in (self._free, self._commands) if decoder is not None)

    def _load_commands(self, phrases: tuple[str, ...]) -> None:
        if phrases != self._command_phrases:
            self._command_phrases = phrases
            self._whole = pattern(phrases)
            self._commands = None
            text = grammar(phrases, lambda word: self._free.lookup_word(word) is not None)
            if text is not None:
                self._commands = _decoder(lm=None)
                self._commands.add_jsgf_string("commands", text)
                self._commands.activate_search("commands")


class _Utterance:
    """The samples of an utterance at the decoder's rate."""

    def __init__(self) -> None:
        self._blocks: list[Samples] = []

    @property
    def samples(self) -> Samples:
        return np.concatenate(self._blocks) if self._blocks else np.zeros(0, np.int16)

    async def blocks(self, audio: AsyncIterator[AudioFrame]) -> AsyncIterator[Samples]:
        """Blocks of 100 ms as they fill up, and the rest."""
        import soxr

        resampler: Any = None
        waiting = np.zeros(0, np.int16)
        async for frame in audio:
            if resampler is None:
                resampler = soxr.ResampleStream(frame.sample_rate_hz, RATE_HZ, 1, dtype="int16")
            waiting = np.concatenate([waiting, resampler.resample_chunk(np.frombuffer(frame.pcm, "<i2"))])
            while len(waiting) >= BLOCK_SAMPLES:
                block, waiting = waiting[:BLOCK_SAMPLES], waiting[BLOCK_SAMPLES:]
                self._blocks.append(block)
                yield block
        if resampler is not None:
            rest = resampler.resample_chunk(np.zeros(0, np.int16), last=True)
            block = np.concatenate([waiting, rest])
            if len(block):
                self._blocks.append(block)
                yield block


LOUDNESS_WINDOW = 480
QUIETEST_DBFS = -55.0
LEAST_VARIATION_DB = 2.5


def is_spoken(samples: Samples) -> bool:
    """Whether this can be speech at all: loud enough, and its loudness moves as syllables do.

    Noise, hum and tones keep an even level (standard deviation of 30 ms windows about 1 dB and less); speech moves
    by 5 dB and more. A decoder would find words in them.
    """
    whole = samples[: len(samples) // LOUDNESS_WINDOW * LOUDNESS_WINDOW].reshape(-1, LOUDNESS_WINDOW)
    if not len(whole):
        return False
    powers = np.mean(np.square(whole.astype(np.float32)), axis=1) / 32768.0**2
    levels = 10 * np.log10(np.maximum(powers, 1e-12))
    heard = levels[levels > max(QUIETEST_DBFS, float(levels.max()) - 30)]
    return len(heard) >= 3 and float(np.std(heard)) >= LEAST_VARIATION_DB


_LOADING = threading.Lock()


def _decoder(**options: Any) -> Any:
    try:
        from pocketsphinx import Decoder
    except ImportError as error:
        raise EngineUnavailable("pocketsphinx is not installed.", remedy="Install the package pocketsphinx.") from error
    with _LOADING:
        # The second pass over the words gains nothing that was measured, and delays the end of every utterance.
        return Decoder(loglevel="FATAL", fwdflat=False, **options)


def _decoded(decoder: Any) -> _Decoded:
    hypothesis = decoder.hyp()
    if hypothesis is None:
        return _Decoded("", 0.0, 0, 0)
    segments = list(decoder.seg())
    score = sum(math.log(segment.ascore) for segment in segments if segment.ascore > 0)
    spoken = sum(_frames(segment) for segment in segments if not segment.word.startswith(("<", "[", "+")))
    return _Decoded(hypothesis.hypstr, score, spoken, sum(map(_frames, segments)))


def _frames(segment: Any) -> int:
    return int(segment.end_frame - segment.start_frame + 1)
