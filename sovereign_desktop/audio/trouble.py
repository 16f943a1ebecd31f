"""What keeps microphone and loudspeaker from working, in sentences, and where this system lets it be mended.

Windows refuses a microphone by not opening it, macOS by giving zeros; Linux refuses none, but mutes give zeros too.
Sources: learn.microsoft.com "Turn on app permissions for your microphone in Windows"; support.apple.com "Control access
to the microphone on Mac".
"""

from __future__ import annotations

import sys

from sovereign_desktop.audio.port import (
    AudioEvent,
    AudioRestarted,
    MicrophoneLost,
    MicrophoneOpened,
    MicrophoneSounds,
    MicrophoneZeros,
)
from sovereign_desktop.core.errors import NoLoudspeaker, NoMicrophone

PLUG_IN = "Plug one in, or check the system's sound settings; it is tried again."
_ALLOWED_AT = {
    "darwin": "allow this program under System Settings, Privacy & Security, Microphone",
    "win32": "switch on “Let desktop apps access your microphone” under Settings, Privacy & security, Microphone",
}
_ANYWHERE = "check the system's sound settings"


def missing() -> NoMicrophone:
    """There is none to open."""
    return NoMicrophone("There is no microphone.", remedy=PLUG_IN)


def not_opened(platform: str = sys.platform) -> NoMicrophone:
    """There is one, and the system does not let it be opened."""
    where = _ALLOWED_AT.get(platform, _ANYWHERE)
    return NoMicrophone(
        "The microphone can't be opened: another program holds it, or this one may not use it.",
        remedy=f"Close the other one, or {where}; it is tried again.",
    )


def lost(*, has_heard: bool) -> NoMicrophone:
    """It was open, and delivers nothing."""
    if has_heard:
        return NoMicrophone("No sound comes from the microphone any more. What was heard is kept.", remedy=PLUG_IN)
    return NoMicrophone("No sound comes from the microphone.", remedy=PLUG_IN)


def silenced(platform: str = sys.platform) -> NoMicrophone:
    """It delivers zeros."""
    where = _ALLOWED_AT.get(platform, _ANYWHERE)
    return NoMicrophone(
        "No sound at all arrives: the microphone is muted or not permitted, or a virtual one without sound.",
        remedy=f"Unmute it, or {where}.",
    )


def speechless() -> NoLoudspeaker:
    """Nothing can be played."""
    return NoLoudspeaker(
        "There is no loudspeaker, so answers are shown instead.",
        remedy="Plug one in, or check the system's sound settings.",
    )


class Deafness:
    """Why nothing is heard just now, as the microphone's events tell it."""

    def __init__(self) -> None:
        self._lost: NoMicrophone | None = None
        self._zeros: NoMicrophone | None = None

    @property
    def reason(self) -> NoMicrophone | None:
        """None while it works, or nobody knows better."""
        return self._lost or self._zeros

    def follow(self, event: AudioEvent) -> None:
        """Take an audio event."""
        match event:
            case MicrophoneLost(reason=reason, remedy=remedy):
                self._lost = NoMicrophone(reason, remedy=remedy)
            case MicrophoneZeros():
                self._zeros = silenced()
            case MicrophoneOpened():
                self._lost = None
            case MicrophoneSounds():
                self._zeros = None
            case AudioRestarted():  # a new process tells it anew, if it is so still
                self._lost = self._zeros = None
            case _:
                pass
