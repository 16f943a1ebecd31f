"""The loudspeaker over time: runs while there is sound, is watched, and is reopened when it is lost."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable

from sovereign_desktop.audio.mixer import Mixer
from sovereign_desktop.audio.playback import Loudspeaker, Played
from sovereign_desktop.audio.port import AudioEvent, LoudspeakerLost, LoudspeakerReturned
from sovereign_desktop.core.errors import AudioError

SILENT_FOR_S = 2.5
"""Loudspeakers that were asleep may take two seconds for their first block (Bluetooth, PulseAudio's sleeping sinks)."""
RETRY_S = 1.0
LINGER_S = 0.15
"""What the system has taken may sound a little later than it says."""
USUAL_RATE_HZ = 48_000
PREPARED_S = 3.0
"""An open loudspeaker that stands still can't be trusted for long: see `playback.py`."""


class LoudspeakerKeeper:
    """Plays what its mixer holds, on whatever loudspeaker there is. Audio thread only."""

    def __init__(
        self, wanted_device: str, volume: float, emit: Callable[[AudioEvent], None], refresh: Callable[[], bool]
    ) -> None:
        self.mixer = Mixer(USUAL_RATE_HZ, volume)
        self._wanted_device = wanted_device
        self._emit = emit
        self._refresh = refresh
        self._device: Loudspeaker | None = None
        self._lost_at: float | None = None
        self._retry_at = 0.0
        self._worked_at = 0.0
        self._prepared_until = 0.0

    @property
    def is_playing(self) -> bool:
        return self._device is not None and self._device.running

    @property
    def is_busy(self) -> bool:
        """Whether `look` wants to be called often."""
        return self.mixer.has_work or self._device is not None

    def warm(self) -> None:
        """Open the device once, because the first time takes 200 ms. A missing one is told when it matters."""
        with contextlib.suppress(AudioError):
            Loudspeaker(self._wanted_device, self.mixer).close()

    def prepare(self, now: float) -> None:
        """Sound is to come soon: open the device, so that it need not wait the 5 ms that this takes."""
        self._prepared_until = now + PREPARED_S
        self._open_ahead(now)

    def _open_ahead(self, now: float) -> None:
        if self._device is None and self._retry_at <= now < self._prepared_until:
            with contextlib.suppress(AudioError):  # told when it matters
                self._device = Loudspeaker(self._wanted_device, self.mixer)

    def look(self, now: float) -> None:
        """Start, stop, watch and reopen, and tell what was heard."""
        if self.mixer.has_sound and not self.is_playing:
            self._start(now)
        if self._device is not None and self._device.has_failed(now - SILENT_FOR_S):
            self._lose(self._device.device, "It takes no sound.", now)
        for event in self.mixer.events(now):
            self._emit(event)
        if self.mixer.has_work:
            self._worked_at = now
        elif now - self._worked_at > LINGER_S and (self.is_playing or now >= self._prepared_until):
            self.release()
            self._open_ahead(now)  # it was an earcon, and the answer is still to come
        if self._lost_at is not None:
            self._give_up_waiting(self._lost_at, now)

    def flush(self, now: float) -> None:
        """Cut all sound off, with what the device holds: to let that sound, faded, would take 40 ms."""
        self.release()
        self._prepared_until = 0.0
        for event in self.mixer.flush(now):
            self._emit(event)

    def take_played(self) -> list[Played]:
        return self._device.take_played() if self._device is not None else []

    def release(self) -> None:
        """Close the device, if it is open; the next sound opens it again."""
        if self._device is not None:
            self._device.close()
            self._device = None

    def _start(self, now: float) -> None:
        if now < self._retry_at:
            return
        for may_refresh in (True, False):
            try:
                if self._device is None:
                    self._device = Loudspeaker(self._wanted_device, self.mixer)
                self._device.start()
            except AudioError as error:
                name = self._device.device if self._device is not None else self._wanted_device
                self.release()
                if may_refresh and self._refresh():
                    continue
                self._lose(name, error.user_text, now)
                return
            break
        if self._lost_at is not None and self._device is not None:
            self._lost_at = None
            self._emit(LoudspeakerReturned(self._device.device))

    def _lose(self, name: str, reason: str, now: float) -> None:
        self.release()
        self._retry_at = time.monotonic() + RETRY_S
        if self._lost_at is None:
            self._lost_at = now
            self._emit(LoudspeakerLost(name, reason))

    def _give_up_waiting(self, lost_at: float, now: float) -> None:
        """An answer that nobody can hear is over when it would have been."""
        if self.mixer.has_work and self.mixer.is_complete and now - lost_at > self.mixer.waiting_s:
            self.flush(now)
