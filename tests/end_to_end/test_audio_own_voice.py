"""Hands-free on the virtual desktop: the program never interrupts itself, and a person always does, at once."""

from __future__ import annotations

import asyncio

import pytest

from sovereign_desktop.audio.port import (
    ListenStyle,
    MicrophoneOpened,
    PlaybackEnded,
    PlaybackStarted,
    SpeechStarted,
    UtteranceEnded,
)
from sovereign_desktop.core.audio import EndReason
from tests.desktop import Desktop
from tests.end_to_end.listening import listening

pytestmark = [pytest.mark.desktop, pytest.mark.slow]
ANSWERS = ("It is nine forty two.", "Your timer for five minutes is running.", "Seven times eight is fifty six.")


async def test_its_own_voice_through_an_echo_path_never_opens_a_turn(
    desktop: Desktop, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with listening(desktop, monkeypatch) as heard:
        heard.audio.arm_hands_free(True)
        await heard.until(MicrophoneOpened)
        played = 0
        for gain_db, delay_ms in ((0, 60), (-6, 120)):
            with desktop.echo(gain_db, delay_ms):
                for number in range(10):
                    heard.say(f"{delay_ms}-{number}", ANSWERS[number % len(ANSWERS)])
                    played += 1
                    await heard.until(PlaybackEnded, played)
        assert played == 20
        assert heard.of(SpeechStarted) == []


@pytest.mark.parametrize("with_echo", [pytest.param(False, id="headphones"), pytest.param(True, id="loudspeaker")])
async def test_somebody_who_speaks_into_an_answer_is_heard_at_once(
    desktop: Desktop, monkeypatch: pytest.MonkeyPatch, with_echo: bool
) -> None:
    latencies_ms = []
    async with listening(desktop, monkeypatch) as heard:
        heard.audio.arm_hands_free(True)
        await heard.until(MicrophoneOpened)
        for number in range(5):
            heard.say(f"answer {number}", " ".join(ANSWERS))
            await heard.until(PlaybackStarted, number + 1)
            before = len(heard.events)
            if with_echo:
                with desktop.echo(-12, 60):
                    said = await asyncio.to_thread(desktop.say, "what time is it now")
            else:
                said = await asyncio.to_thread(desktop.say, "what time is it now")
            noticed = [at for at, event in heard.events[before:] if isinstance(event, SpeechStarted)]
            assert noticed, f"nobody was heard in answer {number}"
            latencies_ms.append(1000 * (noticed[0] - said.started_at))
            heard.audio.flush()
            await heard.until(PlaybackEnded, number + 1)
            heard.audio.arm_hands_free(True)
    assert min(latencies_ms) > 0
    assert max(latencies_ms) < (250 if not with_echo else 700), latencies_ms


async def test_a_question_hands_free_has_its_first_word_and_ends_by_itself(
    desktop: Desktop, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with listening(desktop, monkeypatch) as heard:
        heard.audio.arm_hands_free(True)
        await heard.until(MicrophoneOpened)
        heard.audio.subscribe(
            lambda event: (
                heard.audio.listen("one", ListenStyle.HANDS_FREE) if isinstance(event, SpeechStarted) else None
            )
        )
        said = await asyncio.to_thread(desktop.say, "what time is it now")
        end = (await heard.until(UtteranceEnded)).end
    started = heard.of(SpeechStarted)[0]
    assert started.at == pytest.approx(said.started_at, abs=0.15)
    assert end.reason is EndReason.ENDPOINT
    assert end.speech_ended_at == pytest.approx(said.ended_at, abs=0.15)
    assert len(heard.pcm("one")) / 48_000 > said.ended_at - said.started_at + 0.3
