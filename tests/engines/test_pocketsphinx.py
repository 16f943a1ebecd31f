"""pocketsphinx with its own model on synthetic voices, read speech, and sound that is no speech."""

from __future__ import annotations

import asyncio
import shutil
import subprocess
import wave
from collections.abc import AsyncIterator
from contextlib import aclosing
from pathlib import Path
from typing import Any

import jiwer
import numpy as np
import pytest

from sovereign_desktop.conversation.skills.book import SkillBook
from sovereign_desktop.core.audio import AudioFrame
from sovereign_desktop.core.dialogue import Transcript
from sovereign_desktop.engines.stt.phrases import grammar, pattern
from sovereign_desktop.engines.stt.pocketsphinx import PocketsphinxSpeechToText
from sovereign_desktop.engines.stt.spoken import is_spoken

READ_SPEECH = Path(__file__).parents[3] / "shared" / "speech"
PHRASES = SkillBook().phrases
RNG = np.random.default_rng(1)


@pytest.fixture
async def sphinx() -> AsyncIterator[PocketsphinxSpeechToText]:
    sphinx = PocketsphinxSpeechToText()
    yield sphinx
    await sphinx.close()


@pytest.fixture
def say(tmp_path: Path) -> Any:
    """Speak a text with a flite voice, or one of espeak-ng as `e:VOICE`; samples at 16 kHz."""

    def speak(text: str, voice: str) -> np.ndarray[Any, np.dtype[np.int16]]:
        path = tmp_path / "said.wav"
        named = voice.removeprefix("e:")
        command = ["espeak-ng", "-v", named, "-w", path, text]
        if named == voice:
            command = ["flite", "-voice", voice, "-t", text, "-o", path]
        if shutil.which(str(command[0])) is None:
            pytest.skip(f"NO SPEECH WAS RECOGNISED: {command[0]} is not installed")
        subprocess.run(command, check=True)
        return read(path)

    return speak


def read(path: Path) -> np.ndarray[Any, np.dtype[np.int16]]:
    import soxr

    with wave.open(str(path)) as file:
        samples = np.frombuffer(file.readframes(file.getnframes()), np.int16)
        rate_hz = file.getframerate()
    quiet = np.zeros(4_800, np.int16)
    return np.concatenate([quiet, np.asarray(soxr.resample(samples, rate_hz, 16_000), np.int16), quiet])


async def frames(samples: np.ndarray[Any, np.dtype[np.int16]], rate_hz: int = 16_000) -> AsyncIterator[AudioFrame]:
    step = rate_hz // 50
    for start in range(0, len(samples), step):
        yield AudioFrame(samples[start : start + step].astype("<i2").tobytes(), rate_hz)


async def heard(
    sphinx: PocketsphinxSpeechToText, samples: np.ndarray[Any, np.dtype[np.int16]], rate_hz: int = 16_000
) -> list[Transcript]:
    return [one async for one in sphinx.transcribe(frames(samples, rate_hz), phrases=PHRASES)]


async def test_words_come_while_they_are_spoken(sphinx: PocketsphinxSpeechToText, say: Any) -> None:
    transcripts = await heard(sphinx, say("tell me a story about a dragon", "rms"))
    assert len(transcripts) > 5
    assert [one.is_final for one in transcripts] == [False] * (len(transcripts) - 1) + [True]
    assert jiwer.wer("tell me a story about a dragon", transcripts[-1].text) < 0.2


@pytest.mark.parametrize("voice", ["kal", "awb", "rms", "slt", "e:en-us+f3"])
async def test_the_time_is_asked_for_in_any_voice(sphinx: PocketsphinxSpeechToText, say: Any, voice: str) -> None:
    assert (await heard(sphinx, say("what time is it now", voice)))[-1].alternatives == ("what time is it now",)


@pytest.mark.parametrize("text", ["what is twelve times seven", "set a timer for twenty five minutes", "louder"])
async def test_commands_with_and_without_numbers_are_heard(
    sphinx: PocketsphinxSpeechToText, say: Any, text: str
) -> None:
    assert (await heard(sphinx, say(text, "slt")))[-1].alternatives == (text,)


@pytest.mark.parametrize(
    "text",
    [
        "how tall is the eiffel tower",
        "stop the war in the east said the minister",
        "how do i cook rice",
        "how many planets are there",
        "i would like to stop smoking",
    ],
)
@pytest.mark.parametrize("voice", ["rms", "e:en-gb"])
async def test_other_sentences_are_not_taken_for_commands(
    sphinx: PocketsphinxSpeechToText, say: Any, text: str, voice: str
) -> None:
    assert (await heard(sphinx, say(text, voice)))[-1].alternatives == ()


async def test_captured_speech_at_24_khz_is_heard_the_same(sphinx: PocketsphinxSpeechToText, say: Any) -> None:
    import soxr

    samples = np.asarray(soxr.resample(say("what can you do", "slt"), 16_000, 24_000), np.int16)
    assert (await heard(sphinx, samples, 24_000))[-1].text == "what can you do"


@pytest.mark.parametrize("name", ["librivox-0870", "librivox-0880"])
async def test_read_speech_is_understood_by_more_than_half(sphinx: PocketsphinxSpeechToText, name: str) -> None:
    if not (READ_SPEECH / f"{name}.wav").exists():
        pytest.skip("NO READ SPEECH WAS RECOGNISED: the recordings are not on this machine")
    said = (READ_SPEECH / f"{name}.txt").read_text().strip()
    text = (await heard(sphinx, read(READ_SPEECH / f"{name}.wav")))[-1].text
    assert jiwer.wer(said, text) <= 0.4


@pytest.mark.parametrize(
    "sound",
    [
        np.zeros(0),
        np.zeros(32_000),
        RNG.normal(0, 33, 32_000),
        np.clip(RNG.normal(0, 9_000, 32_000), -32_768, 32_767),
        12_000 * np.sin(2 * np.pi * 50 * np.arange(32_000) / 16_000),
        12_000 * np.sin(2 * np.pi * 440 * np.arange(32_000) / 16_000),
    ],
    ids=["nothing", "digital silence", "-60 dBFS noise", "loud white noise", "50 Hz hum", "a tone"],
)
async def test_what_is_no_speech_never_becomes_words(
    sphinx: PocketsphinxSpeechToText, sound: np.ndarray[Any, Any]
) -> None:
    assert (await heard(sphinx, sound.astype(np.int16)))[-1] == Transcript("", is_final=True)


def test_quiet_speech_is_still_speech(say: Any) -> None:
    assert is_spoken((say("what time is it now", "slt") * 0.02).astype(np.int16))


async def test_an_utterance_that_is_given_up_leaves_nothing_behind(sphinx: PocketsphinxSpeechToText, say: Any) -> None:
    samples = say("what time is it now", "slt")
    given_up: Any = sphinx.transcribe(frames(say("set a timer for five minutes", "slt")), phrases=PHRASES)
    async with aclosing(given_up):
        await anext(given_up)
    again = await heard(sphinx, samples)
    assert again[-1] == Transcript("what time is it now", is_final=True, alternatives=("what time is it now",))


async def test_an_utterance_that_is_given_up_as_it_begins_leaves_nothing_behind(
    sphinx: PocketsphinxSpeechToText, say: Any
) -> None:
    samples = say("what time is it now", "slt")
    for turns in range(4):
        beginning = asyncio.create_task(heard(sphinx, samples))
        for _ in range(turns):
            await asyncio.sleep(0)
        beginning.cancel()
        with pytest.raises(asyncio.CancelledError):
            await beginning
    assert (await heard(sphinx, samples))[-1].text == "what time is it now"


async def test_two_utterances_at_once_are_both_heard(sphinx: PocketsphinxSpeechToText, say: Any) -> None:
    texts = ["what time is it now", "what can you do"]
    both = await asyncio.gather(*(heard(sphinx, say(text, "slt")) for text in texts))
    assert [transcripts[-1].text for transcripts in both] == texts


async def test_long_speech_is_cut_at_pauses_and_loses_no_words(sphinx: PocketsphinxSpeechToText, say: Any) -> None:
    sentence = say("the quick brown fox jumps over the lazy dog", "slt")
    transcripts = await heard(sphinx, np.concatenate([sentence] * 6))
    assert transcripts[-1].text.split().count("fox") == 6
    assert transcripts[-1].alternatives == ()


def test_phrases_with_words_that_nobody_can_pronounce_are_left_out() -> None:
    text = grammar(["stop", "ask zorblax"], lambda word: word != "zorblax")
    assert text is not None
    assert "(stop)" in text
    assert "zorblax" not in text
    assert grammar(["ask zorblax"], lambda word: word != "zorblax") is None


@pytest.mark.parametrize(
    ("text", "whole"),
    [
        ("set a timer for twenty five minutes", True),
        ("set a timer for twenty five", False),
        ("set a timer for minutes", False),
        ("stop", True),
        ("stop it", False),
    ],
)
def test_a_broken_off_command_is_told_from_a_whole_one(text: str, whole: bool) -> None:
    phrases = pattern(["set (a | the) timer for <number> (seconds | minutes)", "stop"])
    assert (phrases.fullmatch(f"{text} ") is not None) is whole
