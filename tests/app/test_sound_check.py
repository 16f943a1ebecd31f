"""A try of microphone and loudspeaker: what is heard is measured and played back, what is missing is said."""

from __future__ import annotations

import asyncio

import pytest

from sovereign_desktop.app.sound_check import LONGEST_S, Recording, SoundCheck, audio_for_a_try, sound_check, tone
from sovereign_desktop.audio.port import (
    MicrophoneZeros,
)
from sovereign_desktop.config.sections.audio import Audio
from sovereign_desktop.core.errors import AudioError
from tests.fakes.sound import SILENCE, PlayedSound
from tests.fakes.virtual_time import in_virtual_time


async def record(sound: PlayedSound) -> tuple[Recording, list[float]]:
    levels: list[float] = []
    enough = asyncio.Event()
    enough.set()
    return await SoundCheck(sound).record(enough, levels.append), levels


def test_what_was_heard_is_measured_while_it_is_heard() -> None:
    recording, levels = in_virtual_time(record(PlayedSound()))
    assert levels == [-40.0, -18.0, -30.0]
    assert recording.device == "USB microphone"
    assert recording.loudest_dbfs == -18.0
    assert len(recording.frames) == 3
    assert not recording.is_quiet


def test_a_whisper_in_another_room_is_quiet_and_zeros_are_zeros() -> None:
    quiet, _ = in_virtual_time(record(PlayedSound(levels=(-70.0, -55.0))))
    assert quiet.is_quiet
    assert not quiet.is_zeros
    zeros, _ = in_virtual_time(record(PlayedSound(levels=(-120.0,), frame=SILENCE)))
    assert zeros.is_zeros


def test_nobody_has_to_stop_it() -> None:
    async def run() -> float:
        before = asyncio.get_running_loop().time()
        await SoundCheck(PlayedSound()).record(asyncio.Event(), lambda _level: None)
        return asyncio.get_running_loop().time() - before

    assert in_virtual_time(run()) == pytest.approx(LONGEST_S)


def test_zeros_that_the_audio_process_tells_of_are_kept() -> None:
    sound = PlayedSound()
    sound.on_listen = lambda: sound.tell(MicrophoneZeros("USB microphone"))
    recording, _ = in_virtual_time(record(sound))
    assert recording.is_zeros


def test_without_a_microphone_it_is_said_what_to_do() -> None:
    with pytest.raises(AudioError, match="There is no microphone"):
        in_virtual_time(record(PlayedSound(lost=True)))


def test_a_tone_is_played_and_without_a_loudspeaker_it_is_said() -> None:
    sound = PlayedSound()
    in_virtual_time(SoundCheck(sound).play(tone()))
    assert len(sound.played) == 3
    assert max(abs(int.from_bytes(sound.played[0].pcm[at : at + 2], "little", signed=True)) for at in range(0, 9000, 2))
    with pytest.raises(AudioError, match="There is no loudspeaker"):
        in_virtual_time(SoundCheck(PlayedSound(lost=True)).play(tone()))


def test_the_audio_process_of_a_try_ends_with_it_also_when_it_is_given_up() -> None:
    sound = PlayedSound()

    async def give_up() -> None:
        async with sound_check(Audio(), lambda _settings: sound):
            raise asyncio.CancelledError

    with pytest.raises(asyncio.CancelledError):
        in_virtual_time(give_up())
    assert sound.closed


def test_a_try_gives_the_devices_back_at_once() -> None:
    port = audio_for_a_try(Audio(input_device="USB", always_open=True))
    settings: Audio = vars(port)["_settings"]
    assert (settings.input_device, settings.always_open, settings.keep_open_s) == ("USB", False, 0.0)
