"""The playback that runs, as far as a new audio process must know it: what was handed over and not yet heard."""

from __future__ import annotations

from collections import deque
from dataclasses import replace

from sovereign_desktop.audio.commands import Finish, Play
from sovereign_desktop.audio.port import AudioEvent, PlaybackEnded, PlaybackProgress, PlaybackStarted


class Unheard:
    """Follows one playback at a time, with the commands that go out and the events that come back."""

    _playback_id: str
    _frames: deque[Play]
    _finish: Finish | None
    _started: bool
    _before_ms: float
    """Where in the playback the present process began."""
    _heard_ms: float
    _dropped_ms: float

    def __init__(self) -> None:
        self._begin("")

    def sent(self, command: Play | Finish) -> None:
        """The audio process was told this, or will be when there is one."""
        if command.playback_id != self._playback_id:
            self._begin(command.playback_id)
        if isinstance(command, Play):
            self._frames.append(command)
        else:
            self._finish = command

    def flushed(self) -> None:
        """Nobody wants to hear the rest."""
        self._begin("")

    def commands(self) -> list[Play | Finish]:
        """What makes a new process go on where the old one stopped."""
        self._before_ms = self._dropped_ms
        return [*self._frames, *([self._finish] if self._finish is not None else [])]

    def told(self, event: AudioEvent) -> AudioEvent | None:
        """The event as it would be if there had been one process all along; None when it is no news."""
        match event:
            case PlaybackStarted(playback_id) if playback_id == self._playback_id:
                known, self._started = self._started, True
                return None if known else event
            case PlaybackProgress(playback_id, played_ms) if playback_id == self._playback_id:
                self._hear(self._before_ms + played_ms)
                return replace(event, played_ms=self._heard_ms)
            case PlaybackEnded(playback_id, played_ms) if playback_id == self._playback_id:
                before_ms = self._before_ms
                self._begin("")
                return replace(event, played_ms=before_ms + played_ms)
        return event

    def _begin(self, playback_id: str) -> None:
        self._playback_id = playback_id
        self._frames = deque()
        self._finish = None
        self._started = False
        self._before_ms = 0.0
        self._heard_ms = 0.0
        self._dropped_ms = 0.0

    def _hear(self, heard_ms: float) -> None:
        """Forget the frames that were heard to their end."""
        self._heard_ms = max(self._heard_ms, heard_ms)
        while self._frames and self._dropped_ms + self._frames[0].frame.duration_ms <= self._heard_ms:
            self._dropped_ms += self._frames.popleft().frame.duration_ms
