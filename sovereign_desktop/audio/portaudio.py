"""PortAudio, loaded when it is needed: which device a name means, and how to refresh the list of devices."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from threading import Timer
from typing import Any

from sovereign_desktop.core.errors import AudioError

WIDELY_SUPPORTED_HZ = 48_000
HUNG_S = 4.0
EXIT_HUNG = 75


class Direction(StrEnum):
    """Which way sound goes."""

    INPUT = "input"
    OUTPUT = "output"


@dataclass(frozen=True, slots=True)
class Choice:
    """A device to open, and how."""

    index: int
    name: str
    rate_hz: int
    channels: int


@cache
def library() -> Any:
    """The sounddevice module. Raises AudioError when PortAudio is missing."""
    try:
        import sounddevice  # 150 ms
    except OSError as error:
        raise AudioError(
            "PortAudio, which records and plays sound, is not installed.",
            remedy="Run `python3 installers/bootstrap.py setup`.",
        ) from error
    return sounddevice


def refresh() -> None:
    """See devices that came and went. No stream may be open: PortAudio would close it."""
    portaudio = library()
    with or_die():
        portaudio._terminate()
        portaudio._initialize()


def choose(direction: Direction, wanted: str) -> Choice | None:
    """The device that is called `wanted`, else the system's choice; None when there is none at all."""
    portaudio = library()
    usable = [each for each in portaudio.query_devices() if each[f"max_{direction}_channels"] > 0]
    default = portaudio.default.device[0 if direction is Direction.INPUT else 1]
    named = [each for each in usable if wanted and each["name"] == wanted]
    chosen = named or [each for each in usable if each["index"] == default] or usable
    return _opening(portaudio, direction, chosen[0]) if chosen else None


def _opening(portaudio: Any, direction: Direction, device: Any) -> Choice:
    """The device's own rate, and one channel, as far as it agrees."""
    own_hz, most = int(device["default_samplerate"]), int(device[f"max_{direction}_channels"])
    # ALSA's plug-ins report 44.1 kHz whatever is behind them; nearly all of that runs at 48 kHz.
    rates = (WIDELY_SUPPORTED_HZ, own_hz) if sys.platform == "linux" else (own_hz, WIDELY_SUPPORTED_HZ)
    check = getattr(portaudio, f"check_{direction}_settings")
    for channels in (1, min(2, most)):
        for rate_hz in rates:
            try:
                check(device=device["index"], channels=channels, samplerate=rate_hz, dtype="int16")
            except portaudio.PortAudioError:
                continue
            return Choice(device["index"], device["name"], rate_hz, channels)
    return Choice(device["index"], device["name"], own_hz, most)


@contextmanager
def or_die(seconds: float = HUNG_S) -> Iterator[None]:
    """End the process when the block takes longer.

    A call into a driver whose device is gone may never return, and no thread can be taken out of it; a new process
    is there in half a second and goes on with the utterance.
    """
    timer = Timer(seconds, os._exit, [EXIT_HUNG])
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
