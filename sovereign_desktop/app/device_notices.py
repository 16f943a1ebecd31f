"""What happens to microphone and loudspeaker, in sentences for the user."""

from __future__ import annotations

from sovereign_desktop.audio.port import (
    AudioEvent,
    Captured,
    LoudspeakerLost,
    LoudspeakerReturned,
    MicrophoneLost,
    MicrophoneOpened,
    MicrophoneZeros,
)
from sovereign_desktop.core.events import EventBus, Notice, NoticeCleared, Severity

SILENCE = "silence"
"""A matter of its own: it ends with the first sound, which says nothing about a microphone that is lost."""
PLUG_IN = "Plug one in, or check the system's sound settings; it is tried again."


class DeviceNotices:
    """Tells when a device is gone, and takes it back when it returns."""

    def __init__(self, bus: EventBus) -> None:
        self._bus = bus
        self._told: set[str] = set()

    def on_audio(self, event: AudioEvent) -> None:
        """Take an audio event."""
        match event:
            case MicrophoneLost(device=""):
                self._tell("microphone", "There is no microphone.", PLUG_IN)
            case MicrophoneLost():
                text = "No sound comes from the microphone. What was heard is kept."
                self._tell("microphone", text, PLUG_IN)
            case MicrophoneZeros():
                text = (
                    "No sound at all arrives: the microphone is muted or not permitted, or a virtual one without sound."
                )
                self._tell(SILENCE, text, "Unmute it, or allow this program to use it in the system's settings.")
            case Captured(frame=frame) if SILENCE in self._told and any(frame.pcm):
                self._clear(SILENCE)
            case MicrophoneOpened():
                self._clear("microphone")
                self._clear(SILENCE)
            case LoudspeakerLost():
                text = "There is no loudspeaker, so answers are shown instead."
                self._tell("loudspeaker", text, "Plug one in, or check the system's sound settings.")
            case LoudspeakerReturned():
                self._clear("loudspeaker")
            case _:
                pass

    def _tell(self, key: str, text: str, remedy: str) -> None:
        self._told.add(key)
        self._bus.publish(Notice(key, text, Severity.ERROR, remedy))

    def _clear(self, key: str) -> None:
        if key in self._told:
            self._told.remove(key)
            self._bus.publish(NoticeCleared(key))
