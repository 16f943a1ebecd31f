"""Judges of recorded speech: pocketsphinx, which makes no sound itself, hears what an engine of speech has said."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from pocketsphinx import Config, Decoder

from tests.desktop.recording import Samples, Timeline, at_rate, read_wav
from tests.desktop.voices import trimmed

Sound = Timeline | Path

DECODER_HZ = 16_000
ONES = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
TEENS = ("ten", "eleven", "twelve", "thirteen", "fourteen")
TEENS += ("fifteen", "sixteen", "seventeen", "eighteen", "nineteen")
TENS = ("twenty", "thirty", "forty", "fifty")
VALUE = dict(zip(ONES + TEENS, range(1, 20), strict=True)) | dict(zip(TENS, range(20, 60, 10), strict=True))
GRAMMAR = f"""#JSGF V1.0;
grammar clock;
public <time> = [ it is | it's | the time is ] <hour> [ <minute> ] ( am | pm );
<hour> = {" | ".join((*ONES, *TEENS[:3]))};
<digit> = {" | ".join(ONES)};
<minute> = ( oh | zero ) <digit> | {" | ".join(TEENS)} | ( {" | ".join(TENS)} ) [ <digit> ] | o'clock;
"""
PITCHES = (1.0, 1.04, 1.08)
"""espeak-ng's men speak lower than the voices that pocketsphinx knows. Each decode alone mistakes a tenth of the
times, mostly fourteen for forty and twelve for two; scored together over three pitches, next to none."""
LEAST_FIT = -math.inf
"""A clock time that explains the sound worse than this was not said."""


@dataclass(frozen=True, slots=True)
class ClockTime:
    """A clock time that was heard.

    `fit` is the acoustic log-likelihood per frame, mean over the takes; `margin` is how much better that is than the
    runner-up's, None when no take suggested another time.
    """

    hour: int
    minute: int
    margin: float | None
    fit: float


def recognise_clock_time(sound: Sound) -> tuple[int, int] | None:
    """The time of day (24 hours) that was said, such as `It is 8:42 PM`; None if it was no clock time."""
    heard = hear_clock_time(sound)
    return (heard.hour, heard.minute) if heard else None


def says_clock_time(sound: Sound, hour: int, minute: int) -> bool:
    """Whether the clock time that explains the sound best is this one."""
    return recognise_clock_time(sound) == (hour, minute)


def hear_clock_time(sound: Sound) -> ClockTime | None:
    """The clock time that was said, with how sure the judge is."""
    samples, rate_hz = _samples(sound)
    if not len(samples):
        return None
    takes = [_for_decoder(samples, round(rate_hz * pitch)) for pitch in PITCHES]
    fits = _fits(takes)
    if not fits:
        return None
    best = max(fits, key=lambda time: fits[time])
    rivals = [fit for time, fit in fits.items() if time != best]
    if fits[best] < LEAST_FIT:
        return None
    return ClockTime(*best, fits[best] - max(rivals) if rivals else None, fits[best])


def clock_time(words: str) -> tuple[int, int] | None:
    """The hour (of 24) and minute that a sentence of the grammar means; None if it breaks off."""
    said = words.split()
    numbers = [VALUE[word] for word in said if word in VALUE]
    if not numbers or said[-1] not in ("am", "pm"):
        return None
    return numbers[0] % 12 + (12 if said[-1] == "pm" else 0), sum(numbers[1:])


def transcribe(sound: Sound) -> str:
    """What pocketsphinx hears with its own language model."""
    samples, rate_hz = _samples(sound)
    return _decode(_dictation(), _for_decoder(samples, rate_hz))[0] if len(samples) else ""


def word_error_rate(reference: str, heard: str) -> float:
    """Wrong, missing and added words as a part of those that were said; case and punctuation do not count."""
    import jiwer  # slow to load

    def plain(text: str) -> str:
        kept = "".join(letter if letter.isalnum() or letter == "'" else " " for letter in text.lower())
        return " ".join(kept.split())

    return float(jiwer.wer(plain(reference), plain(heard)))


def _fits(takes: list[bytes]) -> dict[tuple[int, int], float]:
    """Every clock time that any take suggests, with how well it explains all of them."""
    fits: dict[tuple[int, int], float] = {}
    for words in {_decode(_clock(), take)[0] for take in takes}:
        if time := clock_time(words):
            fits[time] = sum(_fitted(words, take) for take in takes) / len(takes)
    return fits


def _fitted(words: str, take: bytes) -> float:
    """How well one sentence explains the sound, per frame; minus infinity if not at all."""
    decoder = _clock()
    decoder.add_jsgf_string("one", f"#JSGF V1.0; grammar one; public <one> = {words};")
    decoder.activate_search("one")
    try:
        found, fit = _decode(decoder, take)
    finally:
        decoder.activate_search("clock")
    return fit if found == words else -math.inf


def _decode(decoder: Decoder, pcm: bytes) -> tuple[str, float]:
    """The words, and their acoustic log-likelihood per frame (0 is the best that any sound could have)."""
    decoder.start_utt()
    decoder.process_raw(pcm, full_utt=True)
    decoder.end_utt()
    hypothesis = decoder.hyp()
    if not hypothesis:
        return "", -math.inf
    # A long and bad word underflows to 0.
    total = sum(math.log(max(part.ascore, 1e-300)) for part in decoder.seg())
    return hypothesis.hypstr, total / decoder.n_frames()


def _samples(sound: Sound) -> tuple[Samples, int]:
    samples, rate_hz = (sound.samples, sound.rate_hz) if isinstance(sound, Timeline) else read_wav(sound)
    return trimmed(samples), rate_hz


def _for_decoder(samples: Samples, rate_hz: int) -> bytes:
    """Loud, at 16 kHz, with the faint noise around it that the models were trained with."""
    speech = at_rate(samples, rate_hz, DECODER_HZ).astype(np.float32)
    pause = np.zeros(DECODER_HZ * 3 // 10, np.float32)
    padded = np.concatenate((pause, speech * (15_000 / max(1.0, float(np.abs(speech).max()))), pause))
    padded += np.random.default_rng(1).normal(0, 8, len(padded)).astype(np.float32)
    return padded.clip(-32768, 32767).astype("<i2").tobytes()


def _decoder(**settings: object) -> Decoder:
    # Wide beams: a judge may take its time. The log would go to the terminal.
    return Decoder(Config(logfn="/dev/null", cmn="batch", beam=1e-80, pbeam=1e-80, wbeam=1e-60, **settings))


@cache
def _clock() -> Decoder:
    decoder = _decoder(lm=None)
    decoder.add_jsgf_string("clock", GRAMMAR)
    decoder.activate_search("clock")
    return decoder


@cache
def _dictation() -> Decoder:
    return _decoder()
