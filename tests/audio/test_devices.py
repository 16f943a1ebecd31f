"""PortAudio's list as the user sees it."""

from __future__ import annotations

from typing import Any

from sovereign_desktop.audio.devices import as_devices
from sovereign_desktop.audio.port import AudioDevice


def listed(index: int, name: str, inputs: int = 1, outputs: int = 0) -> dict[str, Any]:
    return {
        "index": index,
        "name": name,
        "max_input_channels": inputs,
        "max_output_channels": outputs,
        "default_samplerate": 44_100.0,
    }


def test_a_device_says_what_it_can_do_and_what_it_is() -> None:
    headset = listed(0, "Headset", inputs=1, outputs=2)
    assert as_devices([headset], (0, 3)) == (AudioDevice("Headset", "Headset", 1, 2, 44_100, True, False),)


def test_the_defaults_are_those_of_the_system() -> None:
    devices = as_devices([listed(0, "a"), listed(1, "b"), listed(2, "c", 0, 2)], (1, 2))
    assert [device.name for device in devices if device.is_default_input] == ["b"]
    assert [device.name for device in devices if device.is_default_output] == ["c"]


def test_ways_of_converting_sound_are_no_devices() -> None:
    names = ["sysdefault", "dmix", "speexrate", "USB microphone", "pulse", "default"]
    devices = as_devices([listed(i, name) for i, name in enumerate(names)], (0, 0))
    assert [device.name for device in devices] == ["USB microphone", "pulse", "default"]


def test_what_neither_records_nor_plays_is_left_out() -> None:
    assert as_devices([listed(0, "HDMI", 0, 0)], (0, 0)) == ()


def test_a_device_that_is_listed_twice_is_named_once() -> None:
    devices = as_devices([listed(0, "Headset", 1, 0), listed(1, "Headset", 4, 0)], (0, -1))
    assert [(device.name, device.inputs) for device in devices] == [("Headset", 1)]


def test_no_devices_are_no_error() -> None:
    assert as_devices([], (-1, -1)) == ()
