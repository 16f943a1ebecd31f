"""Devices as the settings window shows them, with real virtual ones: tried, plugged out, plugged in."""

from __future__ import annotations

import asyncio

import pytest

from sovereign_desktop.app.sound_check import sound_check, tone
from sovereign_desktop.audio.devices import watch_devices
from sovereign_desktop.audio.port import AudioDevice
from sovereign_desktop.config.sections.audio import Audio
from sovereign_desktop.core.errors import AudioError
from tests.desktop import Desktop
from tests.end_to_end.listening import use_devices_of

pytestmark = pytest.mark.desktop


@pytest.fixture(autouse=True)
def _sound(desktop: Desktop, monkeypatch: pytest.MonkeyPatch) -> None:
    use_devices_of(desktop, monkeypatch)


async def test_what_is_said_into_the_microphone_is_measured_and_comes_out_of_the_loudspeaker(desktop: Desktop) -> None:
    enough, levels = asyncio.Event(), list[float]()
    async with sound_check(Audio(input_device="microphone", output_device="speaker")) as check:
        recording = asyncio.create_task(check.record(enough, levels.append))
        while not levels:
            await asyncio.sleep(0.02)
        await asyncio.to_thread(desktop.say, "what time is it now")
        enough.set()
        heard = await recording
        assert heard.device == "microphone"
        assert not heard.is_quiet
        assert not heard.is_zeros
        assert max(levels) == heard.loudest_dbfs
        with desktop.record() as recorder:
            await check.play(heard.frames)
            assert recorder.timeline().sounds()


async def test_a_tone_sounds(desktop: Desktop) -> None:
    async with sound_check(Audio()) as check:
        with desktop.record() as recorder:
            await check.play(tone())
            assert recorder.timeline().sounds()


async def test_without_a_microphone_the_try_says_so(desktop: Desktop) -> None:
    await asyncio.to_thread(desktop.unplug_microphone)
    async with sound_check(Audio()) as check:
        with pytest.raises(AudioError, match="There is no microphone"):
            await check.record(asyncio.Event(), lambda _level: None)


async def test_a_microphone_that_is_plugged_out_and_in_again_leaves_the_list_and_comes_back(desktop: Desktop) -> None:
    seen: asyncio.Queue[tuple[AudioDevice, ...]] = asyncio.Queue()
    watching = asyncio.create_task(watch_devices(seen.put_nowait))

    async def until_there(is_there: bool) -> None:
        while is_there != ("microphone" in {device.name for device in await asyncio.wait_for(seen.get(), 10)}):
            pass

    try:
        await until_there(True)
        await asyncio.to_thread(desktop.unplug_microphone)
        await until_there(False)
        await asyncio.to_thread(desktop.plug_microphone)
        await until_there(True)
    finally:
        watching.cancel()
        await asyncio.gather(watching, return_exceptions=True)
