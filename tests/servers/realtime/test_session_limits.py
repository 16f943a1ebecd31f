"""What a session refuses so that nobody can fill the memory with it."""

from __future__ import annotations

import pytest

from sovereign_desktop.realtime.codec import encode_sound
from sovereign_desktop.servers.realtime import session
from sovereign_desktop.servers.realtime.orders import Listen
from tests.servers.realtime.stage import PUSH_TO_TALK, Talk, loud, quiet


def test_sound_that_comes_faster_than_it_can_be_recognised_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(session, "MOST_UNRECOGNISED_BYTES", 48 * 1000)
    talk = Talk(PUSH_TO_TALK)
    spoken = {"type": "message", "role": "user", "content": [{"type": "input_audio", "audio": encode_sound(loud(900))}]}
    talk.send("conversation.item.create", item=spoken)
    assert talk.error("conversation.item.create", item=spoken)["code"] == "rate_limit_exceeded"
    talk.hear(loud(300))
    assert talk.error("input_audio_buffer.commit")["code"] == "rate_limit_exceeded"
    sound_id = next(order.sound_id for order in talk.orders if isinstance(order, Listen))
    talk.recognise(sound_id, "hello")
    assert talk.send("input_audio_buffer.commit")[0]["type"] == "input_audio_buffer.committed"


def test_turns_that_are_refused_leave_nothing_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(session, "MOST_UNRECOGNISED_BYTES", 0)
    talk = Talk({"audio": {"input": {"turn_detection": {"type": "server_vad"}}}})
    for _ in range(5):
        talk.hear(loud(600), quiet(700))
    assert [event["error"]["code"] for event in talk.told if event["type"] == "error"] == ["rate_limit_exceeded"] * 5
    assert talk.session._ears.kept_bytes <= 48 * 2000
