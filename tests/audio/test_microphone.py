"""The microphone over time, on a PortAudio that refuses, gives, and takes back."""

from __future__ import annotations

import time
from typing import Any

import pytest

from sovereign_desktop.audio import microphone, trouble
from sovereign_desktop.audio.capture import Block
from sovereign_desktop.audio.microphone import MicrophoneKeeper
from sovereign_desktop.audio.port import (
    AudioEvent,
    MicrophoneLost,
    MicrophoneOpened,
    MicrophoneSounds,
    MicrophoneZeros,
)
from sovereign_desktop.core.errors import NoMicrophone

SOUND, ZEROS = b"\x01\x00" * 480, bytes(960)


class Device:
    """An open `Microphone` whose blocks come from the test."""

    device, rate_hz = "mic", 48_000

    def __init__(self) -> None:
        self.first_block_at, self.last_block_at = 0.0, time.monotonic()
        self.blocks: list[Block] = []
        self.closed = False

    def take(self) -> list[Block]:
        taken, self.blocks = self.blocks, []
        return taken

    def give(self, pcm: bytes, seconds: float) -> None:
        self.last_block_at = time.monotonic()
        self.first_block_at = self.first_block_at or self.last_block_at
        self.blocks += [Block(pcm, self.last_block_at)] * round(100 * seconds)

    def close(self) -> None:
        self.closed = True


class Stage:
    """A keeper, and the system that lets it open a microphone or not."""

    def __init__(self) -> None:
        self.refuses: NoMicrophone | None = None
        self.tries = 0
        self.told: list[AudioEvent] = []
        self.keeper = MicrophoneKeeper("", self.told.append, lambda: None, lambda: False)

    def open(self, *_: Any) -> Device:
        self.tries += 1
        if self.refuses is not None:
            raise self.refuses
        return Device()

    @property
    def device(self) -> Device:
        assert isinstance(self.keeper.device, Device)
        return self.keeper.device

    def hear(self, pcm: bytes, seconds: float) -> None:
        self.device.give(pcm, seconds)
        self.keeper.look(time.monotonic())
        self.keeper.take(is_recording=True)

    def kinds(self) -> list[type[AudioEvent]]:
        return [type(event) for event in self.told]


@pytest.fixture
def stage(monkeypatch: pytest.MonkeyPatch) -> Stage:
    stage = Stage()
    monkeypatch.setattr(microphone, "Microphone", stage.open)
    return stage


@pytest.mark.parametrize("error", [trouble.missing(), trouble.not_opened("win32")], ids=["missing", "Windows refuses"])
def test_a_microphone_that_is_refused_is_told_once_with_its_reason_and_opens_as_soon_as_it_may(
    stage: Stage, error: NoMicrophone
) -> None:
    stage.refuses = error
    now = time.monotonic()
    stage.keeper.want(True, now)
    for second in range(1, 10):
        stage.keeper.look(now + 60 * second)
    assert stage.tries >= 10
    assert stage.told == [MicrophoneLost("", error.user_text, error.remedy)]
    stage.refuses = None
    stage.keeper.look(now + 3600)
    stage.hear(SOUND, 0.1)
    assert stage.kinds()[1:] == [MicrophoneOpened]


def test_one_that_stops_giving_samples_says_that_what_was_heard_is_kept_and_is_opened_again(stage: Stage) -> None:
    stage.keeper.want(True, time.monotonic())
    stage.hear(SOUND, 0.1)
    first = stage.device
    stage.keeper.look(time.monotonic() + 1)
    assert first.closed
    assert isinstance(lost := stage.told[-1], MicrophoneLost)
    assert "kept" in lost.reason
    stage.keeper.look(time.monotonic() + 1)
    stage.hear(SOUND, 0.1)
    assert stage.kinds() == [MicrophoneOpened, MicrophoneLost, MicrophoneOpened]


def test_one_that_is_silenced_in_the_middle_is_told_and_so_is_its_return(stage: Stage) -> None:
    """As a mute does it, and macOS when the permission is taken back."""
    stage.keeper.want(True, time.monotonic())
    for _ in range(2):
        stage.hear(SOUND, 1)
        stage.hear(ZEROS, 30)
        stage.hear(SOUND, 1)
    assert stage.kinds() == [MicrophoneOpened, *2 * (MicrophoneZeros, MicrophoneSounds)]


def test_one_that_is_silenced_from_the_start_is_told_once_over_many_presses(stage: Stage) -> None:
    for _ in range(3):
        stage.keeper.want(True, time.monotonic())
        stage.hear(ZEROS, 2)
        stage.keeper.want(False, 0.0)
    assert stage.kinds().count(MicrophoneZeros) == 1
    stage.keeper.want(True, time.monotonic())
    stage.hear(SOUND, 0.1)
    assert stage.kinds()[-1] is MicrophoneSounds


def test_a_device_that_is_given_back_for_a_moment_is_the_same_afterwards(stage: Stage) -> None:
    stage.keeper.want(True, time.monotonic())
    stage.hear(ZEROS, 2)
    stage.keeper.suspend()
    stage.keeper.look(time.monotonic())
    stage.hear(ZEROS, 2)
    stage.hear(SOUND, 0.1)
    assert stage.kinds() == [MicrophoneOpened, MicrophoneZeros, MicrophoneSounds]
