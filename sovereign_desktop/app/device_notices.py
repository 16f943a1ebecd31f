"""What happens to microphone and loudspeaker, in sentences for the user."""

from __future__ import annotations

from sovereign_desktop.audio import trouble
from sovereign_desktop.audio.port import (
    AudioEvent,
    AudioRestarted,
    LoudspeakerLost,
    LoudspeakerReturned,
    MicrophoneLost,
    MicrophoneOpened,
    MicrophoneSounds,
    MicrophoneZeros,
)
from sovereign_desktop.core.errors import SovereignError
from sovereign_desktop.core.events import EventBus, Notice, NoticeCleared, Severity

SILENCE = "silence"
"""A matter of its own: one that is not permitted opens, and it ends with the first sound."""


class DeviceNotices:
    """Tells when a device is gone or not permitted, once for each cause, and takes it back when it works."""

    def __init__(self, bus: EventBus) -> None:
        self._bus = bus
        self._told: dict[str, str] = {}

    def on_audio(self, event: AudioEvent) -> None:
        """Take an audio event."""
        match event:
            case MicrophoneLost(reason=reason, remedy=remedy):
                self._tell("microphone", SovereignError(reason, remedy=remedy))
            case MicrophoneZeros():
                self._tell(SILENCE, trouble.silenced())
            case MicrophoneSounds():
                self._clear(SILENCE)
            case MicrophoneOpened():
                self._clear("microphone")
            case LoudspeakerLost():
                self._tell("loudspeaker", trouble.speechless())
            case LoudspeakerReturned():
                self._clear("loudspeaker")
            case AudioRestarted():  # a new process tells anew what is so still
                self._clear("loudspeaker")
                self._clear(SILENCE)
            case _:
                pass

    def _tell(self, key: str, error: SovereignError) -> None:
        """Once: a press of the key tries it again, and so does a new audio process."""
        if self._told.get(key) != error.user_text:
            self._told[key] = error.user_text
            self._bus.publish(Notice(key, error.user_text, Severity.ERROR, error.remedy))

    def _clear(self, key: str) -> None:
        if self._told.pop(key, None) is not None:
            self._bus.publish(NoticeCleared(key))
