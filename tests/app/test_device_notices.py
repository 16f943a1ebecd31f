"""Devices that come and go, in sentences."""

from __future__ import annotations

from sovereign_desktop.app.device_notices import DeviceNotices
from sovereign_desktop.audio.port import (
    AudioEvent,
    Captured,
    LoudspeakerLost,
    LoudspeakerReturned,
    MicrophoneClosed,
    MicrophoneLost,
    MicrophoneOpened,
    MicrophoneZeros,
)
from sovereign_desktop.core.audio import AudioFrame
from sovereign_desktop.core.events import EventBus, Notice, NoticeCleared
from tests.conversation.stage import events_of

OPENED = MicrophoneOpened("mic", 48_000, 20.0)


def told(*events: AudioEvent) -> list[tuple[str, str]]:
    bus = EventBus()
    seen = events_of(bus, Notice, NoticeCleared)
    notices = DeviceNotices(bus)
    for event in events:
        notices.on_audio(event)
    return [("gone" if isinstance(event, NoticeCleared) else event.text, event.key) for event in seen]


def captured(value: int) -> Captured:
    return Captured("1", AudioFrame(bytes((0, value)) * 320, 16_000), 0.0, -90.0)


def test_a_lost_microphone_is_told_until_one_opens() -> None:
    (text, key), cleared = told(MicrophoneLost("mic", "unplugged"), OPENED)
    assert ("kept" in text, key) == (True, "microphone")
    assert cleared == ("gone", "microphone")


def test_a_microphone_that_was_never_there_has_heard_nothing() -> None:
    ((text, _),) = told(MicrophoneLost("", "There is no microphone."))
    assert text == "There is no microphone."


def test_zeros_are_told_as_what_they_are_with_all_that_may_be_behind_them() -> None:
    ((text, key),) = told(MicrophoneZeros("mic"))
    assert (text.startswith("No sound at all arrives: "), key) == (True, "silence")
    assert all(cause in text for cause in ("muted or not permitted", "virtual"))


def test_zeros_are_told_until_a_sound_arrives_or_the_microphone_opens_anew() -> None:
    assert len(told(MicrophoneZeros("mic"), captured(0), captured(0))) == 1
    assert told(MicrophoneZeros("mic"), captured(0), captured(9), captured(9))[1:] == [("gone", "silence")]
    assert told(MicrophoneZeros("mic"), OPENED)[1:] == [("gone", "silence")]


def test_a_sound_that_was_on_its_way_does_not_bring_a_lost_microphone_back() -> None:
    assert len(told(MicrophoneLost("mic", "unplugged"), captured(9))) == 1


def test_a_lost_loudspeaker_is_told_until_it_returns() -> None:
    (text, key), cleared = told(LoudspeakerLost("out", "unplugged"), LoudspeakerReturned("out"))
    assert ("shown instead" in text, key) == (True, "loudspeaker")
    assert cleared == ("gone", "loudspeaker")


def test_what_works_is_not_worth_a_word() -> None:
    assert told(OPENED, MicrophoneClosed(), LoudspeakerReturned("out"), OPENED) == []


def test_one_device_that_returns_does_not_speak_for_the_other() -> None:
    assert [key for _, key in told(LoudspeakerLost("out", "unplugged"), OPENED)] == ["loudspeaker"]


def test_what_is_over_is_over_once() -> None:
    assert len(told(MicrophoneLost("mic", "unplugged"), OPENED, OPENED)) == 2
