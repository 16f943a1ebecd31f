"""What comes out of the loudspeaker: playbacks one after another, earcons beside them, and what of it was heard.

Owns no device and no clock. `render` is called from the device's callback, the rest from the audio thread.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from threading import Lock

import numpy as np

from sovereign_desktop.audio.jitter import JitterBuffer
from sovereign_desktop.audio.port import PlaybackEnded, PlaybackProgress, PlaybackStarted
from sovereign_desktop.audio.resampling import Floats, StreamResampler

AUDIBLE = 0.003
"""The level, -50 dB, from which a sample is no silence any more."""
PROGRESS_S = 0.08
REMEMBERED = 32

PlaybackEvent = PlaybackStarted | PlaybackProgress | PlaybackEnded


@dataclass(slots=True)
class _Playback:
    """One playback: what waits to be played, and how much has been rendered until when."""

    id: str
    resampler: StreamResampler | None = None
    from_hz: int = 0
    waiting: deque[Floats] = field(default_factory=deque)
    finished: bool = False
    rendered: int = 0
    rendered_until: float = 0.0
    sounds_at: float | None = None
    told_started: bool = False
    told_progress_at: float = 0.0
    jitter: JitterBuffer = field(default_factory=JitterBuffer)

    def take(self, count: int) -> Floats:
        """Up to `count` of the waiting samples."""
        taken: list[Floats] = []
        while count and self.waiting:
            chunk = self.waiting.popleft()
            taken.append(chunk[:count])
            if len(chunk) > count:
                self.waiting.appendleft(chunk[count:])
            count -= len(taken[-1])
        return np.concatenate(taken) if taken else np.zeros(0, np.float32)

    def played(self, rate_hz: int, now: float) -> float:
        """How many samples have left the loudspeaker."""
        return max(0.0, self.rendered - max(0.0, self.rendered_until - now) * rate_hz)


class Mixer:
    """Renders sound at the rate of one device and knows what of it was heard. Any thread."""

    def __init__(self, rate_hz: int, volume: float) -> None:
        self.rate_hz = rate_hz
        self._lock = Lock()
        self._queue: deque[_Playback] = deque()
        self._ending: list[_Playback] = []
        self._flushed: deque[str] = deque(maxlen=REMEMBERED)
        self._earcons: list[Floats] = []
        self._volume = self._target_volume = volume
        self.spoken: Floats = np.zeros(0, np.float32)
        """The last block without its earcons: the reference for echo cancellation. An earcon sounds just when the
        user begins to speak, and a canceller that has not learned the room yet would take their first words with it
        ("what time is it now" was heard as "fly ten is it now")."""

    @property
    def has_work(self) -> bool:
        """Whether anything is or will be played, or still has to be told about."""
        with self._lock:
            return bool(self._queue or self._ending or self._earcons)

    @property
    def has_sound(self) -> bool:
        """Whether the next block would hold anything."""
        with self._lock:
            waiting = any(playback.waiting for playback in self._queue)
            return bool(waiting or self._earcons)

    def add(self, playback_id: str, samples: Floats, from_hz: int) -> None:
        """Append sound to a playback; what comes for one that was flushed is ignored."""
        with self._lock:
            if playback_id in self._flushed:
                return
            playback = self._named(playback_id)
            if playback.resampler is None or playback.from_hz != from_hz:
                playback.resampler = StreamResampler(from_hz, self.rate_hz)
                playback.from_hz = from_hz
            playback.waiting.append(playback.resampler.push(samples))

    def change_rate(self, rate_hz: int) -> None:
        """Another device took over: what waits is resampled, what was heard stays heard."""
        with self._lock:
            for playback in (*self._ending, *self._queue):
                playback.rendered = round(playback.rendered * rate_hz / self.rate_hz)
                playback.resampler = None
                again = StreamResampler(self.rate_hz, rate_hz)
                playback.waiting = deque([*map(again.push, playback.waiting), again.rest()])
            self._earcons.clear()
            self.rate_hz = rate_hz

    @property
    def waiting_s(self) -> float:
        """How long what waits would take to play."""
        with self._lock:
            return sum(len(chunk) for playback in self._queue for chunk in playback.waiting) / self.rate_hz

    @property
    def is_complete(self) -> bool:
        """Whether every playback has all of its sound."""
        with self._lock:
            return all(playback.finished for playback in self._queue)

    def finish(self, playback_id: str) -> None:
        """Nothing more comes for a playback."""
        with self._lock:
            if playback_id in self._flushed:
                return
            playback = self._named(playback_id)
            if playback.resampler is not None:
                playback.waiting.append(playback.resampler.rest())
            playback.finished = True
            if not any(len(chunk) for chunk in playback.waiting):
                self._queue.remove(playback)  # it is over, or will be when what the device holds has sounded
                self._ending.append(playback)

    def overlay(self, samples: Floats) -> None:
        """Play a short sound, at the mixer's own rate, beside everything else."""
        with self._lock:
            self._earcons.append(samples)

    def set_volume(self, volume: float) -> None:
        """Takes effect within the next block."""
        self._target_volume = volume

    def flush(self, now: float) -> list[PlaybackEvent]:
        """Forget every playback; what the device holds of it is not played either, and not counted as heard."""
        with self._lock:
            ended: list[PlaybackEvent] = []
            for playback in (*self._ending, *self._queue):
                self._flushed.append(playback.id)
                heard_ms = self._ms(playback.played(self.rate_hz, now))
                ended.append(PlaybackEnded(playback.id, heard_ms, completed=False))
            self._queue.clear()
            self._ending.clear()
            return ended

    def render(self, count: int, at: float) -> Floats:
        """The next `count` samples; the first stands at the loudspeaker at the monotonic second `at`."""
        with self._lock:
            mixed = np.zeros(count, np.float32)
            self._render_playbacks(mixed, at)
            gains = np.linspace(self._volume, self._target_volume, count, dtype=np.float32)
            self._volume = self._target_volume
            self.spoken = np.asarray(mixed * gains, np.float32)
            self._render_earcons(mixed)
            return np.asarray(mixed * gains, np.float32)

    def events(self, now: float) -> list[PlaybackEvent]:
        """What has happened at the loudspeaker since the last call."""
        with self._lock:
            told: list[PlaybackEvent] = []
            for playback in (*self._ending, *self._queue):
                told += self._told(playback, now)
            while self._ending and self._ending[0].rendered_until <= now:
                playback = self._ending.pop(0)
                told.append(PlaybackEnded(playback.id, self._ms(playback.rendered), completed=True))
            return told

    def _told(self, playback: _Playback, now: float) -> list[PlaybackEvent]:
        told: list[PlaybackEvent] = []
        if playback.sounds_at is not None and not playback.told_started:
            playback.told_started = True
            told.append(PlaybackStarted(playback.id, playback.sounds_at))
        if playback.rendered and now - playback.told_progress_at >= PROGRESS_S:
            playback.told_progress_at = now
            told.append(PlaybackProgress(playback.id, self._ms(playback.played(self.rate_hz, now))))
        return told

    def _render_playbacks(self, mixed: Floats, at: float) -> None:
        filled = 0
        while self._queue:
            playback = self._queue[0]
            samples = self._due(playback, len(mixed) - filled, at)
            mixed[filled : filled + len(samples)] += samples
            if len(samples):
                self._note(playback, samples, at + filled / self.rate_hz)
            filled += len(samples)
            if playback.waiting or not playback.finished:
                return
            self._ending.append(self._queue.popleft())

    def _due(self, playback: _Playback, count: int, at: float) -> Floats:
        """What of a playback is to be played now."""
        waiting_ms = self._ms(sum(map(len, playback.waiting)))
        if not playback.finished and not playback.jitter.lets_pass(waiting_ms, at):
            return np.zeros(0, np.float32)
        samples = playback.take(count)
        if len(samples) < count and playback.rendered and not playback.finished:
            playback.jitter.ran_dry(at)
        return samples

    def _note(self, playback: _Playback, samples: Floats, at: float) -> None:
        playback.rendered += len(samples)
        playback.rendered_until = at + len(samples) / self.rate_hz
        if playback.sounds_at is None:
            audible = np.flatnonzero(np.abs(samples) > AUDIBLE)
            if len(audible):
                playback.sounds_at = at + int(audible[0]) / self.rate_hz

    def _render_earcons(self, mixed: Floats) -> None:
        left = []
        for earcon in self._earcons:
            part = earcon[: len(mixed)]
            mixed[: len(part)] += part
            if len(earcon) > len(mixed):
                left.append(earcon[len(mixed) :])
        self._earcons = left

    def _named(self, playback_id: str) -> _Playback:
        for playback in self._queue:
            if playback.id == playback_id:
                return playback
        self._queue.append(_Playback(playback_id))
        return self._queue[-1]

    def _ms(self, samples: float) -> float:
        return 1000 * samples / self.rate_hz
