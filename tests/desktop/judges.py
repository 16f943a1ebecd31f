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
TO_TWELVE = ("ten", "eleven", "twelve")
TEENS = (*TO_TWELVE, "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen")
TENS = ("twenty", "thirty", "forty", "fifty")
HOURS = (*ONES, *TO_TWELVE)
VALUE = dict(zip(ONES + TEENS, range(1, 20), strict=True)) | dict(zip(TENS, range(20, 60, 10), strict=True))
OPENING = "[ it is | it's | the time is ]"
GRAMMAR = f"""#JSGF V1.0;
grammar clock;
public <time> = {OPENING} <hour> [ <minute> ] ( am | pm );
<hour> = {" | ".join(HOURS)};
<digit> = {" | ".join(ONES)};
<minute> = ( oh | zero ) <digit> | {" | ".join(TEENS)} | ( {" | ".join(TENS)} ) [ <digit> ];
"""
PITCHES = (1.0, 1.04, 1.08)
"""espeak-ng's men speak lower than the voices that pocketsphinx knows. One decode alone mistakes many a
twelve for two; scored together over three pitches, they come out right."""
TWINS = {13: 30, 14: 40, 15: 50, 19: 20, 30: 13, 40: 14, 50: 15, 20: 19}
TIE = 0.4
"""Minutes that sound alike and whose fits differ by no more than this are both taken for said: espeak-ng's `forty a m`
scores like `fourteen a m`, its `twenty one` like `twenty nine`. Hours never tie."""
WORST_FIT = -10.0
"""What a time counts that cannot explain a sound at all."""
LEAST_FIT = -6.0
"""A clock time that explains the sound worse than this was not said; true ones were seen to score -1.7 to -5.5."""

Time = tuple[int, int]


@dataclass(frozen=True, slots=True)
class ClockTime:
    """A clock time that was heard.

    `fit` is the acoustic log-likelihood per frame, mean over the takes. `ties` are the minutes, the best one included,
    that explain the sound about as well.
    """

    hour: int
    minute: int
    fit: float
    ties: frozenset[int]


def recognise_clock_time(sound: Sound) -> Time | None:
    """The time of day (24 hours) that was said, such as `It is 8:42 PM`; None if it was no clock time."""
    heard = hear_clock_time(sound)
    return (heard.hour, heard.minute) if heard else None


def says_clock_time(sound: Sound, hour: int, minute: int) -> bool:
    """Whether this clock time explains the sound best, or ties with the best one in minutes that sound alike."""
    heard = hear_clock_time(sound)
    return heard is not None and heard.hour == hour and minute in heard.ties


def hear_clock_time(sound: Sound) -> ClockTime | None:
    """The clock time that was said, with how sure the judge is."""
    samples, rate_hz = _samples(sound)
    if not len(samples):
        return None
    takes = [_for_decoder(samples, round(rate_hz * pitch)) for pitch in PITCHES]
    suggested = {time for take in takes if (time := clock_time(_decode(_clock(), take)[0]))}
    fits = {time: _fit(time, takes) for time in sorted({like for time in suggested for like in lookalikes(time)})}
    if not fits or max(fits.values()) < LEAST_FIT:
        return None
    hour, minute = best = max(fits, key=lambda time: fits[time])
    ties = {m for (h, m), fit in fits.items() if h == hour and fits[best] - fit <= TIE}
    return ClockTime(hour, minute, fits[best], frozenset(ties))


def lookalikes(time: Time) -> set[Time]:
    """The time, and those that a decode easily takes for it; which one it was, their scores must say."""
    hour, minute = time
    hours = {hour} | {twin for a, b in ((0, 2), (12, 14)) for twin in (a, b) if hour in (a, b)}
    minutes = {minute}
    if minute > 20:
        minutes.add(minute - minute % 10)
    if minute > 20 and minute % 10 in (1, 9):
        minutes |= {minute - minute % 10 + 1, minute - minute % 10 + 9}
    minutes |= {TWINS[each] for each in tuple(minutes) if each in TWINS}
    return {(each_hour, each_minute) for each_hour in hours for each_minute in minutes}


def sentence(time: Time) -> str:
    """How a clock time may be said, in JSGF."""
    hour, minute = time
    if minute == 0:
        words = ""
    elif minute < 10:
        words = f"( oh | zero ) {ONES[minute - 1]}"
    elif minute < 20:
        words = TEENS[minute - 10]
    else:
        words = f"{TENS[minute // 10 - 2]} {ONES[minute % 10 - 1] if minute % 10 else ''}"
    return f"{OPENING} {HOURS[(hour - 1) % 12]} {words} {'am' if hour < 12 else 'pm'}"


def clock_time(words: str) -> Time | None:
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


def _fit(time: Time, takes: list[bytes]) -> float:
    """How well a clock time explains the takes: the mean log-likelihood per frame."""
    decoder = _clock()
    decoder.add_jsgf_string("one", f"#JSGF V1.0; grammar one; public <one> = {sentence(time)};")
    decoder.activate_search("one")
    try:
        heard = [_decode(decoder, take) for take in takes]
    finally:
        decoder.activate_search("clock")
    return sum(max(WORST_FIT, fit) if clock_time(words) == time else WORST_FIT for words, fit in heard) / len(takes)


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
