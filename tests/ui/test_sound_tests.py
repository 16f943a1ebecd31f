"""The tries of microphone and loudspeaker, as the windows show them, and devices that come and go."""

from __future__ import annotations

import asyncio

import pytest
from PySide6.QtWidgets import QComboBox

from sovereign_desktop.config.schema import Settings
from sovereign_desktop.core.errors import AudioError
from sovereign_desktop.ui.bridge import Bridge
from sovereign_desktop.ui.devices import Devices
from sovereign_desktop.ui.errands import Errands
from sovereign_desktop.ui.windows.device_box import DeviceBox
from sovereign_desktop.ui.windows.sound_tests import SoundTests
from tests.fakes.sound import SILENCE, PlayedSound
from tests.ui.stage import HEADSET, MICROPHONE, SPEAKERS, PlayedDevices, PlayedProgram


def shown_with(bridge: Bridge, sound: PlayedSound) -> SoundTests:
    tries = SoundTests(bridge, lambda _settings: sound)
    tries.show()
    return tries


async def over(tries: SoundTests) -> None:
    assert tries.trying is not None
    await asyncio.gather(tries.trying, return_exceptions=True)
    await asyncio.sleep(0)


async def heard_by(tries: SoundTests, sound: PlayedSound) -> None:
    """Click, speak, click again."""
    tries.microphone.click()
    while not sound.count("listen"):
        await asyncio.sleep(0)
    await asyncio.sleep(0)
    tries.microphone.click()
    await over(tries)


async def test_what_the_microphone_heard_is_shown_and_played_back(bridge: Bridge) -> None:
    sound = PlayedSound()
    tries = shown_with(bridge, sound)
    await heard_by(tries, sound)
    assert len(sound.played) == 3
    assert tries.said.text() == "It works: -18 dB at the loudest, by USB microphone."
    assert tries.microphone.text() == "Test the microphone"
    assert sound.closed


@pytest.mark.parametrize(
    ("sound", "says"),
    [
        (PlayedSound(levels=(-70.0,)), "Hardly anything was heard (-70 dB, by USB microphone)."),
        (PlayedSound(levels=(-120.0,), frame=SILENCE), "No sound at all arrived"),
    ],
)
async def test_what_was_not_heard_is_told(bridge: Bridge, sound: PlayedSound, says: str) -> None:
    tries = shown_with(bridge, sound)
    await heard_by(tries, sound)
    assert tries.said.text().startswith(says)


async def test_a_microphone_that_is_not_the_chosen_one_is_named(bridge: Bridge, program: PlayedProgram) -> None:
    program.settings = Settings.model_validate({"audio": {"input_device": "Headset"}})
    sound = PlayedSound()
    tries = shown_with(bridge, sound)
    await heard_by(tries, sound)
    assert "USB microphone, because Headset is not there" in tries.said.text()


async def test_without_devices_each_try_says_what_to_do(bridge: Bridge) -> None:
    sound = PlayedSound(lost=True)
    tries = shown_with(bridge, sound)
    tries.microphone.click()
    await over(tries)
    assert tries.said.text().startswith("There is no microphone")
    tries.loudspeaker.click()
    await over(tries)
    assert tries.said.text().startswith("There is no loudspeaker")
    assert tries.loudspeaker.isEnabled()


async def test_a_tone_is_played(bridge: Bridge) -> None:
    sound = PlayedSound()
    tries = shown_with(bridge, sound)
    tries.loudspeaker.click()
    await asyncio.sleep(0)
    assert not tries.microphone.isEnabled()
    await over(tries)
    assert len(sound.played) == 3
    assert tries.said.text().startswith("Three notes were played")


async def test_who_turns_the_page_ends_the_try(bridge: Bridge) -> None:
    sound = PlayedSound()
    tries = shown_with(bridge, sound)
    tries.microphone.click()
    while not sound.count("listen"):
        await asyncio.sleep(0)
    trying = tries.trying
    tries.hide()
    assert trying is not None
    await asyncio.gather(trying, return_exceptions=True)
    assert sound.closed


async def test_the_end_of_the_program_ends_the_try(bridge: Bridge) -> None:
    sound = PlayedSound()
    tries = shown_with(bridge, sound)
    tries.microphone.click()
    while not sound.count("listen"):
        await asyncio.sleep(0)
    await bridge.errands.close()
    assert sound.closed


def shown(box: QComboBox) -> list[str]:
    return [box.itemText(number) for number in range(box.count())]


async def test_devices_stand_in_a_list_that_follows_the_plugs(bridge: Bridge, devices: PlayedDevices) -> None:
    box = DeviceBox(bridge.devices, records=True)
    chosen: list[str] = []
    box.chosen.connect(chosen.append)
    box.show_name("Headset")
    box.show()
    await asyncio.sleep(0)
    assert shown(box) == ["The system’s choice (USB microphone)", "USB microphone", "Headset (not plugged in)"]
    assert box.currentData() == "Headset"
    devices.plug(MICROPHONE, SPEAKERS, HEADSET)
    assert shown(box)[1:] == ["USB microphone", "Headset"]
    assert box.currentData() == "Headset"
    devices.plug(SPEAKERS)
    assert shown(box) == ["The system’s choice", "Headset (not plugged in)"]
    box.setCurrentIndex(0)
    box.activated.emit(0)
    assert chosen == [""]


async def test_loudspeakers_are_those_that_play(bridge: Bridge) -> None:
    box = DeviceBox(bridge.devices, records=False)
    box.show()
    await asyncio.sleep(0)
    assert shown(box) == ["The system’s choice (Built-in speakers)", "Built-in speakers"]


async def test_nobody_looks_for_devices_that_nobody_looks_at() -> None:
    errands = Errands()
    devices = Devices(errands)
    ended = asyncio.Event()

    async def watch(_on_change: object) -> None:
        try:
            await asyncio.get_running_loop().create_future()
        finally:
            ended.set()

    devices.watch = watch
    devices.show_to("one")
    devices.show_to("two")
    await asyncio.sleep(0)
    devices.hide_from("one")
    await asyncio.sleep(0)
    assert not ended.is_set()
    devices.hide_from("two")
    await asyncio.wait_for(ended.wait(), 5)
    await errands.close()


async def test_devices_that_can_not_be_listed_are_told_of(bridge: Bridge) -> None:
    async def watch(_on_change: object) -> None:
        raise AudioError("PortAudio is not installed.", remedy="Install it.")

    bridge.devices.watch = watch
    box = DeviceBox(bridge.devices, records=True)
    box.show()
    await asyncio.sleep(0)
    assert box.toolTip() == "PortAudio is not installed. Install it."
