"""Items of a session: made, fetched, cut, deleted; and every error with the client's event_id."""

from __future__ import annotations

import base64
from typing import Any

import pytest

from sovereign_desktop.conversation.backends.base import Replying, Sound
from sovereign_desktop.core.audio import AudioFrame
from sovereign_desktop.core.dialogue import Message, Role
from sovereign_desktop.core.errors import EngineTimeout
from sovereign_desktop.servers.realtime.orders import Forget, Hear, Listen
from tests.servers.realtime.stage import PUSH_TO_TALK, Talk, loud, quiet


def spoken(talk: Talk, text: str = "One two three four five six seven eight nine ten.", ms: int = 1000) -> str:
    """An answer that was spoken; its item."""
    response = talk.respond()
    talk.speak(response, text, ms)
    return str(talk.finish(response)["output"][0]["id"])


def text_item(role: str, text: str, **fields: Any) -> dict[str, Any]:
    kind = "output_text" if role == "assistant" else "input_text"
    return {"type": "message", "role": role, "content": [{"type": kind, "text": text}]} | fields


def test_items_stand_where_they_are_put() -> None:
    talk = Talk()
    assert talk.send("conversation.item.create", item=text_item("user", "b", id="b"))[0]["previous_item_id"] is None
    for item_id, behind, before in (("c", "b", "b"), ("a", "root", None), ("d", None, "c")):
        place = {"previous_item_id": behind} if behind else {}
        told = talk.send("conversation.item.create", item=text_item("user", item_id, id=item_id), **place)
        assert [event["previous_item_id"] for event in told] == [before, before]
    assert [entry.id for entry in talk.session.conversation.entries] == ["a", "b", "c", "d"]


def test_a_deleted_item_is_gone_and_the_next_stands_behind_the_one_before_it() -> None:
    talk = Talk()
    first, second = talk.say("one"), talk.say("two")
    assert talk.send("conversation.item.delete", item_id=second)[0]["type"] == "conversation.item.deleted"
    assert talk.send("conversation.item.create", item=text_item("user", "three"))[0]["previous_item_id"] == first
    assert talk.error("conversation.item.retrieve", item_id=second)["code"] == "item_retrieve_invalid_item_id"


def test_a_retrieved_item_brings_its_sound() -> None:
    talk = Talk(PUSH_TO_TALK)
    talk.hear(loud(200))
    told = talk.send("input_audio_buffer.commit")
    item = told[0]["item_id"]
    assert "audio" not in told[1]["item"]["content"][0]
    talk.recognise(item, "hello")
    [retrieved] = talk.send("conversation.item.retrieve", item_id=item)
    [content] = retrieved["item"]["content"]
    assert (content["transcript"], base64.b64decode(content["audio"])) == ("hello", loud(200))
    answer = spoken(talk)
    [content] = talk.send("conversation.item.retrieve", item_id=answer)[0]["item"]["content"]
    assert (content["type"], len(base64.b64decode(content["audio"]))) == ("output_audio", 48 * 1000)


def test_a_voice_of_another_rate_is_kept_to_its_last_sample() -> None:
    talk = Talk()
    response = talk.respond()
    talk.answer(response, Replying("Hi."), Sound(AudioFrame(quiet(500)[:16_000], 16_000), begins="Hi."))
    item = talk.finish(response)["output"][0]["id"]
    sent = b"".join(base64.b64decode(e["delta"]) for e in talk.told if e["type"] == "response.output_audio.delta")
    [content] = talk.send("conversation.item.retrieve", item_id=item)[0]["item"]["content"]
    assert base64.b64decode(content["audio"]) == sent
    assert abs(len(sent) - 48 * 500) <= 4


def test_a_truncated_answer_keeps_for_the_model_only_what_was_heard() -> None:
    talk = Talk()
    answer = spoken(talk)
    told = talk.send("conversation.item.truncate", item_id=answer, content_index=0, audio_end_ms=500)
    assert [(event["type"], event["item_id"], event["audio_end_ms"]) for event in told] == [
        ("conversation.item.truncated", answer, 500)
    ]
    [retrieved] = talk.send("conversation.item.retrieve", item_id=answer)
    assert retrieved["item"]["content"][0]["transcript"] == ""
    talk.say("go on")
    question = talk.session.question(talk.respond())
    assert question.history == (Message(Role.ASSISTANT, "One two three four five"),)


def test_an_answer_can_be_truncated_while_it_is_made() -> None:
    talk = Talk()
    response = talk.respond()
    talk.speak(response, "One two three four.")
    item = talk.last("response.output_item.added")["item"]["id"]
    talk.send("response.cancel")
    assert talk.send("conversation.item.truncate", item_id=item, content_index=0, audio_end_ms=250)[0]["type"] == (
        "conversation.item.truncated"
    )
    assert talk.session.conversation.entries[0].words == "One"


def test_what_was_truncated_stays_so_when_the_rest_is_made() -> None:
    talk = Talk()
    response = talk.respond()
    talk.speak(response, "One two three four.")
    item = talk.last("response.output_item.added")["item"]["id"]
    talk.send("conversation.item.truncate", item_id=item, content_index=0, audio_end_ms=250)
    talk.finish(response)
    [retrieved] = talk.send("conversation.item.retrieve", item_id=item)
    assert retrieved["item"]["content"][0]["transcript"] == ""
    assert talk.session.conversation.entries[0].words == "One"


@pytest.mark.parametrize(
    ("fields", "code", "message"),
    [
        ({"item_id": "nobody"}, "item_truncate_invalid_item_id", "does not exist"),
        ({"item_id": "user"}, None, "Only model output audio messages can be truncated"),
        ({"audio_end_ms": 1002}, "invalid_value", "Audio content of 1000ms is already shorter than 1002ms"),
        ({"audio_end_ms": -1}, "invalid_value", "negative"),
        ({"content_index": 7}, "invalid_value", "index 7"),
    ],
)
def test_what_cannot_be_truncated_is_told(fields: dict[str, Any], code: str | None, message: str) -> None:
    talk = Talk()
    talk.send("conversation.item.create", item=text_item("user", "hello", id="user"))
    answer = spoken(talk)
    error = talk.error(
        "conversation.item.truncate", **({"item_id": answer, "content_index": 0, "audio_end_ms": 500} | fields)
    )
    assert error["code"] == code
    assert message in error["message"]


def test_a_written_answer_has_nothing_to_truncate() -> None:
    talk = Talk({"output_modalities": ["text"]})
    talk.send("conversation.item.create", item=text_item("assistant", "hello", id="written"))
    error = talk.error("conversation.item.truncate", item_id="written", content_index=0, audio_end_ms=0)
    assert "Only model output" in error["message"]


@pytest.mark.parametrize(
    ("item", "code", "param"),
    [
        ({"type": "message", "role": "user"}, "missing_required_parameter", "item.content"),
        ({"type": "message", "content": []}, "missing_required_parameter", "item.role"),
        ({"type": "message", "role": "king", "content": []}, "invalid_value", "item.role"),
        (
            {"type": "message", "role": "user", "content": [{"type": "output_text", "text": "x"}]},
            "invalid_value",
            "item.content[0].type",
        ),
        (
            {"type": "message", "role": "user", "content": [{"type": "input_audio"}]},
            "missing_required_parameter",
            "item.content[0].audio",
        ),
        (
            {"type": "message", "role": "user", "content": [{"type": "input_audio", "audio": "?"}]},
            "invalid_value",
            "audio",
        ),
        ({"type": "function_call_output", "output": "x"}, "missing_required_parameter", "item.call_id"),
        ({"type": "function_call", "name": "x"}, "missing_required_parameter", "item.arguments"),
        ({"type": "mcp_call"}, "invalid_value", "item.type"),
        ({"type": "message", "role": "user", "content": [], "id": "there"}, "invalid_value", "item.id"),
        ({"type": "message", "role": "user", "content": [], "id": "x" * 65}, "invalid_value", "item.id"),
    ],
)
def test_an_item_that_is_none_is_refused(item: dict[str, Any], code: str, param: str) -> None:
    talk = Talk()
    talk.send("conversation.item.create", item=text_item("user", "hello", id="there"))
    error = talk.error("conversation.item.create", item=item)
    assert (error["type"], error["code"], error["param"]) == ("invalid_request_error", code, param)
    assert len(talk.session.conversation.entries) == 1


def test_an_unknown_place_for_an_item_is_told() -> None:
    error = Talk().error("conversation.item.create", item=text_item("user", "x"), previous_item_id="nobody")
    assert (error["code"], error["param"]) == ("item_create_invalid_item_id", "previous_item_id")


@pytest.mark.parametrize("sound", [b"", loud(99)])
def test_next_to_nothing_is_not_committed(sound: bytes) -> None:
    talk = Talk(PUSH_TO_TALK)
    talk.hear(sound)
    error = talk.error("input_audio_buffer.commit")
    assert error["code"] == "input_audio_buffer_commit_empty"
    assert "buffer too small. Expected at least 100ms of audio" in error["message"]
    assert f"{len(sound) / 48:.2f}ms" in error["message"]


def test_cleared_sound_is_forgotten() -> None:
    talk = Talk(PUSH_TO_TALK)
    talk.hear(loud(500))
    assert [event["type"] for event in talk.send("input_audio_buffer.clear")] == ["input_audio_buffer.cleared"]
    assert isinstance(talk.orders[-1], Forget)
    assert talk.error("input_audio_buffer.commit")["code"] == "input_audio_buffer_commit_empty"
    talk.hear(loud(200))
    talk.send("input_audio_buffer.commit")
    assert talk.session.conversation.entries[0].sound == loud(200)


def test_one_answer_at_a_time() -> None:
    talk = Talk()
    active = talk.respond()
    error = talk.error("response.create")
    assert error["code"] == "conversation_already_has_active_response"
    assert active in error["message"]


@pytest.mark.parametrize("fields", [{}, {"response_id": "resp_99"}])
def test_nothing_to_cancel_is_a_harmless_error(fields: dict[str, str]) -> None:
    assert Talk().error("response.cancel", **fields)["code"] == "response_cancel_not_active"


def test_only_the_response_that_is_named_is_cancelled() -> None:
    talk = Talk()
    active = talk.respond()
    assert talk.error("response.cancel", response_id="another")["code"] == "response_cancel_not_active"
    talk.send("response.cancel", response_id=active)
    assert talk.last("response.done")["response"]["id"] == active


def test_the_output_buffer_is_for_webrtc() -> None:
    assert "WebRTC" in Talk().error("output_audio_buffer.clear")["message"]


def test_sound_inside_of_an_item_is_recognised() -> None:
    talk = Talk()
    sound = base64.b64encode(loud(300)).decode()
    item = {"type": "message", "role": "user", "content": [{"type": "input_audio", "audio": sound}]}
    told = talk.send("conversation.item.create", item=item)
    item_id = told[0]["item"]["id"]
    assert sound not in str(told)
    assert talk.orders[:2] == [Listen("sound_1", is_live=False), Hear("sound_1", loud(300))]
    response = talk.respond()
    assert talk.answers()[0].waits_for == ("sound_1",)
    talk.recognise("sound_1", "hello")
    assert talk.session.question(response).transcript.text == "hello"
    assert talk.session.conversation.entries[0].id == item_id


def test_a_name_that_is_used_again_gets_its_own_words() -> None:
    talk = Talk()
    sound = base64.b64encode(loud(300)).decode()
    item = {"type": "message", "id": "mine", "role": "user", "content": [{"type": "input_audio", "audio": sound}]}
    talk.send("conversation.item.create", item=item)
    talk.send("conversation.item.delete", item_id="mine")
    talk.send("conversation.item.create", item=item)
    talk.recognise("sound_1", "the first")
    talk.recognise("sound_2", "the second")
    assert [entry.words for entry in talk.session.conversation.entries] == ["the second"]


def test_an_item_deleted_while_it_is_made_does_not_come_back() -> None:
    talk = Talk()
    response = talk.respond()
    talk.speak(response, "One two.")
    item = talk.last("response.output_item.added")["item"]["id"]
    talk.send("conversation.item.delete", item_id=item)
    talk.types()
    talk.finish(response)
    assert "conversation.item.done" not in talk.types()
    assert not talk.session.conversation.entries


def test_what_was_not_understood_is_told_to_those_who_want_transcripts() -> None:
    talk = Talk({"audio": {"input": {"turn_detection": None, "transcription": {"model": "x"}}}})
    talk.hear(loud(200))
    item = talk.send("input_audio_buffer.commit")[0]["item_id"]
    talk._keep(talk.session.misheard(item, EngineTimeout("It took too long.")))
    failed = talk.told[-1]
    assert failed["type"] == "conversation.item.input_audio_transcription.failed"
    assert failed["error"]["message"] == "It took too long."


def test_the_sound_of_old_items_is_forgotten_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sovereign_desktop.servers.realtime.conversation.MOST_SOUND_BYTES", 2 * len(loud(500)))
    talk = Talk(PUSH_TO_TALK)
    for number in range(3):
        talk.hear(loud(500))
        talk.recognise(talk.send("input_audio_buffer.commit")[0]["item_id"], f"word {number}")
    entries = talk.session.conversation.entries
    assert [bool(entry.sound) for entry in entries] == [False, True, True]
    assert [entry.words for entry in entries] == ["word 0", "word 1", "word 2"]


def test_a_full_conversation_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sovereign_desktop.servers.realtime.conversation.MOST_ITEMS", 2)
    talk = Talk()
    first, _ = talk.say("one"), talk.say("two")
    assert talk.error("conversation.item.create", item=text_item("user", "three"))["code"] == "conversation_full"
    talk.send("conversation.item.delete", item_id=first)
    talk.say("three")


def test_a_full_buffer_says_so_and_silence_never_fills_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sovereign_desktop.servers.realtime.ears.LONGEST_UTTERANCE_MS", 1500)
    waiting = Talk()
    waiting.hear(quiet(4000))
    assert waiting.types() == []
    talk = Talk(PUSH_TO_TALK)
    talk.hear(loud(1500))
    sound = base64.b64encode(loud(100)).decode()
    assert talk.error("input_audio_buffer.append", audio=sound)["code"] == "input_audio_buffer_full"
    talk.send("input_audio_buffer.commit")
    assert talk.last("input_audio_buffer.committed")


def test_speech_without_end_is_answered_when_the_buffer_is_full(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sovereign_desktop.servers.realtime.ears.LONGEST_UTTERANCE_MS", 1500)
    talk = Talk()
    talk.hear(loud(1600))
    types = talk.types()
    assert types[:3] == [
        "input_audio_buffer.speech_started",
        "input_audio_buffer.speech_stopped",
        "input_audio_buffer.committed",
    ]
    assert len(talk.answers()) == 1


def test_a_model_is_told_calls_only_together_with_what_came_of_them() -> None:
    talk = Talk({"output_modalities": ["text"]})
    talk.say("hello")
    talk.send(
        "conversation.item.create", item={"type": "function_call", "name": "f", "arguments": "{}", "call_id": "open"}
    )
    talk.send("conversation.item.create", item={"type": "function_call_output", "call_id": "stray", "output": "x"})
    question = talk.session.question(talk.respond())
    assert question.history == (Message(Role.USER, "hello"),)
    assert question.is_worth_an_answer


def test_a_long_conversation_is_told_from_its_newest_part() -> None:
    talk = Talk({"output_modalities": ["text"]})
    for number in range(60):
        talk.say(f"word {number}")
    question = talk.session.question(talk.respond())
    assert [message.text for message in question.history] == [f"word {number}" for number in range(19, 59)]
    assert question.transcript.text == "word 59"


def test_a_model_is_never_told_a_result_without_its_call() -> None:
    talk = Talk({"output_modalities": ["text"]})
    for number in range(3):
        call = {"type": "function_call", "name": "f", "arguments": "{}", "call_id": f"call_{number}"}
        result = {"type": "function_call_output", "call_id": f"call_{number}", "output": "done"}
        talk.send("conversation.item.create", item=call)
        talk.send("conversation.item.create", item=result)
    for number in range(38):
        talk.say(f"word {number}")
    talk.say("and now?")
    history = talk.session.question(talk.respond()).history
    assert [message.text for message in history] == [f"word {number}" for number in range(38)]


def test_only_so_many_answers_are_made_at_once() -> None:
    talk = Talk({"output_modalities": ["text"]})
    made = [talk.respond(conversation="none") for _ in range(4)]
    assert talk.error("response.create", response={"conversation": "none"})["code"] == "rate_limit_exceeded"
    talk.finish(made[0])
    assert talk.respond(conversation="none")
