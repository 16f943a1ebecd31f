"""Why microphone and loudspeaker do not work, said for each system; the answers of Windows and macOS are played."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from sovereign_desktop.audio import trouble
from sovereign_desktop.audio.port import (
    AudioEvent,
    AudioRestarted,
    MicrophoneLost,
    MicrophoneOpened,
    MicrophoneSounds,
    MicrophoneZeros,
)
from sovereign_desktop.core.errors import NoMicrophone

LOST, ZEROS = MicrophoneLost("mic", "It is gone.", "Plug it in."), MicrophoneZeros("mic")
OPENED, SOUNDS = MicrophoneOpened("mic", 48_000, 20.0), MicrophoneSounds("mic")


@pytest.mark.parametrize("made", [trouble.not_opened, trouble.silenced])
@pytest.mark.parametrize(
    ("platform", "where"),
    [
        ("darwin", "System Settings, Privacy & Security, Microphone"),
        ("win32", "Let desktop apps access your microphone"),
        ("linux", "the system's sound settings"),
    ],
)
def test_a_refusal_says_where_this_system_permits(
    made: Callable[[str], NoMicrophone], platform: str, where: str
) -> None:
    assert where in made(platform).remedy


def test_one_that_was_never_heard_has_nothing_to_keep() -> None:
    assert "kept" in trouble.lost(has_heard=True).user_text
    assert "kept" not in trouble.lost(has_heard=False).user_text


@pytest.mark.parametrize(
    ("events", "reason"),
    [
        ((), ""),
        ((LOST,), "It is gone."),
        ((LOST, OPENED), ""),
        ((ZEROS, OPENED), trouble.silenced().user_text),
        ((ZEROS, SOUNDS), ""),
        ((ZEROS, LOST, OPENED), trouble.silenced().user_text),
        ((ZEROS, LOST, AudioRestarted("killed")), ""),
    ],
)
def test_why_nothing_is_heard_holds_until_something_is(events: tuple[AudioEvent, ...], reason: str) -> None:
    deafness = trouble.Deafness()
    for event in events:
        deafness.follow(event)
    assert (deafness.reason.user_text if deafness.reason else "") == reason
