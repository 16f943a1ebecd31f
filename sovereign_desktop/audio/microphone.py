"""The microphone over time: open when it is wanted, watched, reopened when it is lost."""

from __future__ import annotations

import time
from collections.abc import Callable

from sovereign_desktop.audio import trouble
from sovereign_desktop.audio.capture import BLOCK_MS, Block, Microphone
from sovereign_desktop.audio.port import (
    AudioEvent,
    MicrophoneClosed,
    MicrophoneLost,
    MicrophoneOpened,
    MicrophoneSounds,
    MicrophoneZeros,
)
from sovereign_desktop.audio.zeros import ZeroWatch
from sovereign_desktop.core.errors import AudioError

SILENT_FOR_S = 0.5
"""A microphone delivers every 10 ms; one that pauses for this long is gone."""
FIRST_SAMPLE_S = 3.0
"""Bluetooth headsets change their profile before the first sample."""
RETRY_S = 1.0


class MicrophoneKeeper:
    """Keeps the microphone in the state that is wanted. Audio thread only.

    `refresh` makes PortAudio see devices that were plugged in, and says whether it could just now.
    """

    def __init__(
        self,
        wanted_device: str,
        emit: Callable[[AudioEvent], None],
        wake: Callable[[], None],
        refresh: Callable[[], bool],
    ) -> None:
        self._wanted_device = wanted_device
        self._emit = emit
        self._wake = wake
        self._refresh = refresh
        self._is_wanted = False
        self._asked_at = 0.0
        self._told_open = False
        self._is_lost = False
        self._is_suspended = False
        self._retry_at = 0.0
        self._zeros = ZeroWatch()
        self.device: Microphone | None = None

    @property
    def is_lost(self) -> bool:
        return self._is_lost

    def want(self, wanted: bool, since: float) -> None:
        """Open it now, or close it; `since` is when the user asked."""
        if wanted and not self._is_wanted:
            self._is_wanted, self._asked_at = True, since
            self._attempt()
        elif not wanted and self._is_wanted:
            self._is_wanted = False
            self._is_lost = False
            self._close()

    def look(self, now: float) -> None:
        """Notice first samples and missing ones; try again when it is time."""
        if self.device is not None:
            self._look_at(self.device, now)
        elif self._is_wanted and now >= self._retry_at:
            self._attempt()

    def take(self, *, is_recording: bool) -> list[Block]:
        """The blocks that came since the last call; `is_recording` while somebody speaks to the program."""
        if self.device is None:
            return []
        blocks = self.device.take()
        self._watch_zeros(self.device.device, blocks, is_recording)
        return blocks

    def suspend(self) -> None:
        """Give the device back for a moment; `look` opens it again."""
        if self.device is not None:
            self.device.close()
            self.device = None
            self._retry_at = 0.0
            self._is_suspended = self._told_open

    def _attempt(self) -> None:
        for may_refresh in (True, False):
            try:
                self.device = Microphone(self._wanted_device, self._wake)
            except AudioError as error:
                if may_refresh and self._refresh():
                    continue
                self._lose("", error)
                return
            if not self._is_suspended:
                self._zeros.reopened()
            self._told_open, self._is_suspended = self._is_suspended, False
            return

    def _look_at(self, device: Microphone, now: float) -> None:
        has_begun = device.first_block_at > 0
        if has_begun and not self._told_open:
            self._told_open = True
            self._is_lost = False
            opened_after_ms = 1000 * (device.first_block_at - self._asked_at)
            self._emit(MicrophoneOpened(device.device, device.rate_hz, opened_after_ms))
        if now - device.last_block_at > (SILENT_FOR_S if has_begun else FIRST_SAMPLE_S):
            self.device = None
            device.close()
            self._lose(device.device, trouble.lost(has_heard=has_begun))
            self._retry_at = now  # it may only have changed its rate

    def _lose(self, name: str, error: AudioError) -> None:
        self._asked_at = time.monotonic()
        self._retry_at = self._asked_at + RETRY_S
        self._is_suspended = False
        if not self._is_lost:
            self._is_lost = True
            self._emit(MicrophoneLost(name or self._wanted_device, error.user_text, error.remedy))

    def _close(self) -> None:
        if self.device is not None:
            self.device.close()
            self.device = None
            self._emit(MicrophoneClosed())

    def _watch_zeros(self, name: str, blocks: list[Block], is_recording: bool) -> None:
        """Tell when nothing but zeros comes, and when that is over."""
        for block in blocks:
            change = self._zeros.push(BLOCK_MS / 1000, is_zero=block.is_zero, is_recording=is_recording)
            if change is not None:
                self._emit(MicrophoneZeros(name) if change else MicrophoneSounds(name))
