"""Decoders of pocketsphinx as we use them: how they are made, where an utterance starts, and what they found."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from sovereign_desktop.core.errors import EngineUnavailable

Samples = npt.NDArray[np.int16]

RATE_HZ = 16_000
CEPSTRAL_MEAN = "48.74,-1.25,2.40,21.17,-6.55,-0.22,-0.79,-9.09,-4.98,-4.88,4.95,-1.49,-0.60"
"""Mean over synthetic and read speech. The decoder would otherwise need seconds of speech to find its own, and a
question is over by then: with its own start (40,3,-1) 49 % of the words of short sentences were wrong, from here 38 %.
Every utterance starts from here, so that a loud or strange one does not spoil the next."""

_MOST_PRONUNCIATIONS = 5


@dataclass(frozen=True, slots=True)
class Hypothesis:
    """What a decoder found. `score` is the log-likelihood of the sound alone, in the decoder's units; it can be
    compared between decoders that evaluate the same states (`compallsen`)."""

    text: str = ""
    score: float = 0.0
    spoken_frames: int = 0
    filler_frames: int = 0
    frames: int = 0


def new_decoder(**options: Any) -> Any:
    """A decoder with the model from the package. Raises EngineUnavailable."""
    try:
        from pocketsphinx import Decoder
    except ImportError as error:
        raise EngineUnavailable("pocketsphinx is not installed.", remedy="Install the package pocketsphinx.") from error
    # The second pass over the words gains nothing that was measured, and delays the end of every utterance.
    return Decoder(loglevel="FATAL", fwdflat=False, **options)


def begin(decoder: Any) -> None:
    """Start an utterance that knows nothing of the one before."""
    decoder.set_cmn(CEPSTRAL_MEAN)
    decoder.start_utt()


def end(decoder: Any) -> Hypothesis:
    """End the utterance, and say what it was."""
    decoder.end_utt()
    found = decoder.hyp()
    if found is None:
        return Hypothesis()
    segments = list(decoder.seg())
    return Hypothesis(
        text=found.hypstr,
        score=sum(math.log(segment.ascore) for segment in segments if segment.ascore > 0),
        spoken_frames=sum(_frames(one) for one in segments if one.word[0] not in "<[(+" and one.word != "SIL"),
        filler_frames=sum(_frames(one) for one in segments if one.word[0] in "[+"),
        frames=sum(map(_frames, segments)),
    )


def decode(decoder: Any, samples: Samples) -> Hypothesis:
    """A whole utterance at once."""
    begin(decoder)
    decoder.process_raw(samples.tobytes())
    return end(decoder)


def teach(decoder: Any, words: Iterable[str], dictionary: Any) -> None:
    """Give a decoder the pronunciations that another one has in its dictionary."""
    for word in words:
        for number in range(1, _MOST_PRONUNCIATIONS + 1):
            name = word if number == 1 else f"{word}({number})"
            sounds = dictionary.lookup_word(name)
            if sounds is not None and decoder.lookup_word(name) is None:
                decoder.add_word(name, sounds, False)


def _frames(segment: Any) -> int:
    return int(segment.end_frame - segment.start_frame + 1)
