"""The system's own voice, with the real espeak-ng."""

from __future__ import annotations

import asyncio
import sys
import threading
from collections.abc import AsyncIterator
from typing import Any, cast

import numpy as np
import pytest

from sovereign_desktop.core.errors import EngineTimeout, EngineUnavailable
from sovereign_desktop.engines.base import SpeakingStyle
from sovereign_desktop.engines.tts.pyttsx3 import Pyttsx3TextToSpeech

TWO_SECONDS = "This sentence takes two seconds to say."


@pytest.fixture
async def tts() -> AsyncIterator[Pyttsx3TextToSpeech]:
    tts = Pyttsx3TextToSpeech()
    yield tts
    await tts.close()


async def sound_of(tts: Pyttsx3TextToSpeech, text: str, style: SpeakingStyle = SpeakingStyle()) -> bytes:  # noqa: B008
    return b"".join([frame.pcm async for frame in tts.synthesize(text, style)])


async def test_a_sentence_becomes_sound_at_a_natural_pace(tts: Pyttsx3TextToSpeech) -> None:
    frames = [frame async for frame in tts.synthesize(TWO_SECONDS)]
    assert max(frame.duration_ms for frame in frames) <= 100
    assert {frame.sample_rate_hz for frame in frames} == {22_050}
    samples = np.frombuffer(b"".join(frame.pcm for frame in frames), "<i2").astype(float)
    assert 1_500 < sum(frame.duration_ms for frame in frames) < 3_500
    assert np.sqrt((samples**2).mean()) > 500


async def test_a_faster_speed_takes_less_time(tts: Pyttsx3TextToSpeech) -> None:
    slow, own, fast = [len(await sound_of(tts, TWO_SECONDS, SpeakingStyle(speed=x))) for x in (0.5, 1.0, 2.0)]
    assert slow > 1.5 * own
    assert fast < 0.7 * own


async def test_every_voice_that_is_listed_can_be_chosen_and_sounds_of_its_own(tts: Pyttsx3TextToSpeech) -> None:
    voices = await tts.voices()
    assert len(voices) > 20
    assert voices[0].language.startswith("en")
    english = [voice for voice in voices if voice.language in ("en-us", "en-gb-scotland", "en-029")]
    assert len(english) == 3
    assert len({await sound_of(tts, TWO_SECONDS, SpeakingStyle(voice.id)) for voice in english}) == 3


async def test_a_voice_is_found_as_espeak_itself_writes_it(tts: Pyttsx3TextToSpeech) -> None:
    default, american, as_written = [
        len(await sound_of(tts, TWO_SECONDS, SpeakingStyle(voice))) for voice in ("", "gmw/en-us", "gmw/en-US")
    ]
    assert abs(american - default) > 0.01 * default
    assert abs(as_written - american) < 0.005 * american


async def test_a_voice_of_another_engine_is_spoken_by_the_default_one(tts: Pyttsx3TextToSpeech) -> None:
    default, unknown = await sound_of(tts, TWO_SECONDS), await sound_of(tts, TWO_SECONDS, SpeakingStyle("alloy"))
    assert abs(len(default) - len(unknown)) < 0.01 * len(default)


@pytest.mark.parametrize("text", ["", "   ", "...", "\n\n", "\0", "—"])
async def test_what_has_nothing_to_say_makes_no_sound(tts: Pyttsx3TextToSpeech, text: str) -> None:
    assert await sound_of(tts, text) == b""


@pytest.mark.parametrize("text", ["zero\0byte and more", "emoji 🦄 within", "<speak>x</speak>", "ten € 5", "a" * 5_000])
async def test_odd_text_is_spoken_to_its_end(tts: Pyttsx3TextToSpeech, text: str) -> None:
    head = await sound_of(tts, text[:4])
    assert len(await sound_of(tts, text)) > 1.2 * len(head)


async def test_the_first_sentence_sounds_before_the_others_are_made(tts: Pyttsx3TextToSpeech) -> None:
    made: list[str] = []
    await tts.prepare()
    speak = tts._engine.speak  # type: ignore[union-attr]
    tts._engine.speak = lambda piece, style: made.append(piece) or speak(piece, style)  # type: ignore[method-assign,union-attr,func-returns-value]
    sound = cast("Any", tts.synthesize("One sentence. Another one. A third one."))
    await anext(sound)
    await sound.aclose()
    assert made == ["One sentence."]


async def test_two_that_speak_at_once_get_their_own_words(tts: Pyttsx3TextToSpeech) -> None:
    other = Pyttsx3TextToSpeech()
    short, long = await asyncio.gather(sound_of(tts, "Short."), sound_of(other, "A rather longer sentence than that."))
    await other.close()
    assert len(long) > 2 * len(short)


async def test_it_can_be_closed_and_used_again(tts: Pyttsx3TextToSpeech) -> None:
    before = await sound_of(tts, "Again.")
    await tts.close()
    await tts.close()
    assert abs(len(await sound_of(tts, "Again.")) - len(before)) < 0.02 * len(before)


async def test_the_default_voice_is_not_the_one_that_was_used_last(tts: Pyttsx3TextToSpeech) -> None:
    default, other, *_ = await tts.voices()
    await sound_of(tts, "Hello.", SpeakingStyle(other.id))
    second = Pyttsx3TextToSpeech()
    assert (await second.voices())[0] == default
    await second.close()


async def test_a_missing_espeak_is_told_with_what_to_install(
    tts: Pyttsx3TextToSpeech, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in [name for name in sys.modules if name.startswith("pyttsx3")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setattr("ctypes.cdll.LoadLibrary", lambda path: 1 / 0)
    available = await tts.availability()
    assert not available
    assert "espeak-ng" in available.remedy
    with pytest.raises(EngineUnavailable):
        await anext(tts.synthesize("Hello."))


async def test_an_engine_that_hangs_is_told_within_the_deadline(monkeypatch: pytest.MonkeyPatch) -> None:
    tts = Pyttsx3TextToSpeech()
    await tts.prepare()
    monkeypatch.setattr(tts, "_piece_deadline_s", 0.05)
    release = threading.Event()
    tts._engine.speak = lambda piece, style: release.wait()  # type: ignore[method-assign,union-attr,assignment,return-value]
    with pytest.raises(EngineTimeout):
        await anext(tts.synthesize("Hello."))
    release.set()
    await tts.close()
