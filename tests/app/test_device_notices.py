"""Devices that come and go, in sentences."""

from __future__ import annotations

from sovereign_desktop.app.device_notices import DeviceNotices
from sovereign_desktop.audio.port import (
    AudioEvent,
    AudioRestarted,
    LoudspeakerLost,
    LoudspeakerReturned,
    MicrophoneClosed,
    MicrophoneLost,
    MicrophoneOpened,
    MicrophoneSounds,
    MicrophoneZeros,
)
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


def test_a_lost_microphone_is_told_with_its_reason_until_one_opens() -> None:
    assert told(MicrophoneLost("mic", "It is gone."), OPENED) == [("It is gone.", "microphone"), ("gone", "microphone")]


def test_each_cause_is_told_once_however_often_it_is_tried() -> None:
    missing, refused = MicrophoneLost("", "There is none."), MicrophoneLost("mic", "It can't be opened.")
    assert told(missing, missing, refused, refused) == [
        ("There is none.", "microphone"),
        ("It can't be opened.", "microphone"),
    ]
    assert len(told(missing, OPENED, missing)) == 3
    assert len(told(MicrophoneZeros("mic"), OPENED, MicrophoneZeros("mic"))) == 1


def test_zeros_are_told_as_what_they_are_with_all_that_may_be_behind_them() -> None:
    ((text, key),) = told(MicrophoneZeros("mic"))
    assert (text.startswith("No sound at all arrives: "), key) == (True, "silence")
    assert all(cause in text for cause in ("muted or not permitted", "virtual"))


def test_zeros_are_told_until_a_sound_arrives() -> None:
    assert told(MicrophoneZeros("mic"), OPENED, MicrophoneSounds("mic"))[1:] == [("gone", "silence")]
    assert told(MicrophoneSounds("mic")) == []


def test_a_new_audio_process_tells_anew_what_is_so_still() -> None:
    assert told(LoudspeakerLost("out", "x"), MicrophoneZeros("mic"), AudioRestarted("killed"))[2:] == [
        ("gone", "loudspeaker"),
        ("gone", "silence"),
    ]
    lost = MicrophoneLost("mic", "It is gone.")
    assert len(told(lost, AudioRestarted("killed"), lost)) == 1


def test_a_lost_loudspeaker_is_told_until_it_returns() -> None:
    (text, key), cleared = told(LoudspeakerLost("out", "unplugged"), LoudspeakerReturned("out"))
    assert ("shown instead" in text, key) == (True, "loudspeaker")
    assert cleared == ("gone", "loudspeaker")


def test_what_works_is_not_worth_a_word() -> None:
    assert told(OPENED, MicrophoneClosed(), LoudspeakerReturned("out"), OPENED) == []


def test_one_device_that_returns_does_not_speak_for_the_other() -> None:
    assert [key for _, key in told(LoudspeakerLost("out", "unplugged"), OPENED)] == ["loudspeaker"]


def test_what_is_over_is_over_once() -> None:
    assert len(told(MicrophoneLost("mic", "It is gone."), OPENED, OPENED)) == 2
