"""Settings of a session: only what is present changes, and what can't be is refused whole."""

from __future__ import annotations

import base64
from typing import Any

import pytest

from sovereign_desktop.engines.base import Tool, ToolChoice
from sovereign_desktop.servers.realtime.g711 import encode_ulaw
from sovereign_desktop.servers.realtime.orders import Hear
from tests.servers.realtime.stage import PUSH_TO_TALK, Talk, loud, quiet


def changed(talk: Talk, **session: Any) -> dict[str, Any]:
    [updated] = talk.send("session.update", session={"type": "realtime"} | session)
    assert updated["type"] == "session.updated", updated
    return dict(updated["session"])


def test_only_what_is_present_changes() -> None:
    talk = Talk()
    changed(talk, instructions="Be brief.", audio={"output": {"speed": 1.2}})
    session = changed(talk, audio={"input": {"noise_reduction": {"type": "near_field"}}})
    assert session["instructions"] == "Be brief."
    assert session["audio"]["output"]["speed"] == 1.2
    assert session["audio"]["input"]["turn_detection"]["threshold"] == 0.5
    session = changed(talk, audio={"input": {"turn_detection": {"type": "server_vad", "threshold": 0.7}}})
    assert session["audio"]["input"]["noise_reduction"] == {"type": "near_field"}
    session = changed(talk, audio={"input": {"turn_detection": None, "noise_reduction": None}})
    assert (session["audio"]["input"]["turn_detection"], session["audio"]["input"]["noise_reduction"]) == (None, None)


def test_the_model_is_ours_whatever_is_asked_for() -> None:
    assert changed(Talk(), model="gpt-realtime-2.1")["model"] == "tests"


def test_fields_of_tomorrow_are_kept() -> None:
    assert changed(Talk(), reasoning={"effort": "low"}, novelty=[1])["novelty"] == [1]


@pytest.mark.parametrize(
    ("session", "code", "param"),
    [
        ({"type": None}, "missing_required_parameter", "session.type"),
        ({"type": "transcription"}, "invalid_value", "session.type"),
        ({"modalities": ["text"]}, "unknown_parameter", "session.modalities"),
        ({"voice": "alloy"}, "unknown_parameter", "session.voice"),
        ({"output_modalities": ["text", "audio"]}, "invalid_value", "session.output_modalities"),
        ({"output_modalities": ["smell"]}, "invalid_value", "session.output_modalities[0]"),
        ({"max_output_tokens": 0}, "invalid_value", "session.max_output_tokens"),
        ({"audio": {"output": {"speed": 2}}}, "invalid_value", "session.audio.output.speed"),
        ({"audio": {"input": {"format": {"type": "audio/mp3"}}}}, "invalid_value", "session.audio.input.format.type"),
        (
            {"audio": {"input": {"format": {"type": "audio/pcm", "rate": 16000}}}},
            "invalid_value",
            "session.audio.input.format.rate",
        ),
        (
            {"audio": {"input": {"turn_detection": {"type": "server_vad", "threshold": 1.5}}}},
            "invalid_value",
            "session.audio.input.turn_detection.threshold",
        ),
        (
            {"audio": {"input": {"turn_detection": {"threshold": 0.5}}}},
            "missing_required_parameter",
            "session.audio.input.turn_detection.type",
        ),
        ({"audio": None}, "invalid_value", "session.audio"),
        ({"tools": [{"type": "mcp", "server_label": "x"}]}, "invalid_value", "session.tools[0].type"),
        ({"tools": [{"type": "function"}]}, "missing_required_parameter", "session.tools[0].name"),
        ({"tools": "lamp"}, "invalid_value", "session.tools"),
        ({"tool_choice": "sometimes"}, "invalid_value", "session.tool_choice"),
    ],
)
def test_what_cannot_be_is_refused_whole(session: dict[str, Any], code: str, param: str) -> None:
    talk = Talk()
    wanted = {"type": "realtime", "instructions": "Rhyme."} | session
    if wanted["type"] is None:
        del wanted["type"]
    error = talk.error("session.update", session=wanted)
    assert (error["code"], error["param"]) == (code, param)
    assert talk.session.settings.instructions == ""


def test_the_voice_is_fixed_once_it_was_heard() -> None:
    talk = Talk()
    changed(talk, audio={"output": {"voice": "marin"}})
    response = talk.respond()
    talk.speak(response, "Hello.")
    talk.finish(response)
    error = talk.error("session.update", session={"type": "realtime", "audio": {"output": {"voice": "cedar"}}})
    assert error["code"] == "cannot_update_voice"
    error = talk.error("response.create", response={"audio": {"output": {"voice": "cedar"}}})
    assert error["code"] == "cannot_update_voice"
    assert talk.respond(conversation="none", audio={"output": {"voice": "cedar"}})
    assert changed(talk, audio={"output": {"voice": "marin"}})["audio"]["output"]["voice"] == "marin"


def test_an_update_in_the_middle_of_speech_does_not_lose_it() -> None:
    talk = Talk()
    talk.hear(loud(500))
    item = talk.last("input_audio_buffer.speech_started")["item_id"]
    changed(talk, instructions="Be brief.")
    talk.hear(quiet(800))
    assert talk.last("input_audio_buffer.committed")["item_id"] == item


def test_other_turn_detection_begins_anew() -> None:
    talk = Talk()
    talk.hear(loud(500))
    changed(talk, audio={"input": {"turn_detection": {"type": "semantic_vad"}}})
    talk.types()
    talk.hear(quiet(3000))
    assert talk.types() == []


def test_telephone_sound_is_taken_and_given() -> None:
    talk = Talk()
    telephone = {"format": {"type": "audio/pcmu"}}
    session = changed(talk, audio={"input": {**telephone, "turn_detection": None}, "output": telephone})
    assert session["audio"]["input"]["format"] == {"type": "audio/pcmu"}
    sound = encode_ulaw(loud(999)[::3] + b"\x00\x40")  # an odd number of bytes is right here
    talk.send("input_audio_buffer.append", audio=base64.b64encode(sound).decode())
    talk.send("input_audio_buffer.commit")
    heard = talk.session.conversation.entries[0].sound
    assert abs(len(heard) / 48 - len(sound) / 8) < 5
    response = talk.respond()
    talk.speak(response, "Hello.", ms=500)
    talk.finish(response)
    told = [base64.b64decode(event["delta"]) for event in talk.told if event["type"] == "response.output_audio.delta"]
    assert len(b"".join(told)) == 8 * 500


def test_tools_reach_the_model_as_they_are_given() -> None:
    talk = Talk()
    schema = {"type": "object", "properties": {"room": {"type": "string"}}}
    tool = {"type": "function", "name": "lamp", "description": "Switches it.", "parameters": schema}
    changed(talk, tools=[tool], tool_choice={"type": "function", "name": "lamp"}, parallel_tool_calls=False)
    options = talk.session.settings.options
    assert options.tools == (Tool("lamp", "Switches it.", schema),)
    assert (options.must_call, options.parallel_calls) == ("lamp", False)
    assert changed(talk, tool_choice="required")["tools"][0]["name"] == "lamp"
    assert talk.session.settings.options.tool_choice is ToolChoice.REQUIRED


@pytest.mark.parametrize(
    ("response", "param"),
    [
        ({"output_modalities": ["smell"]}, "response.output_modalities[0]"),
        ({"conversation": "other"}, "response.conversation"),
        ({"metadata": {"a": 1}}, "response.metadata.a"),
        ({"modalities": ["text"]}, "response.modalities"),
        ({"input": [{"role": "user"}]}, "response.input[0].type"),
        ({"input": [{"type": "item_reference", "id": "nobody"}]}, "item_id"),
    ],
)
def test_a_response_that_cannot_be_is_refused(response: dict[str, Any], param: str) -> None:
    talk = Talk()
    assert talk.error("response.create", response=response)["param"] == param
    assert not talk.answers()


def test_noise_is_taken_out_for_who_wants_it_and_for_nobody_else() -> None:
    talk = Talk(PUSH_TO_TALK)
    heard = []
    for reduction in (None, {"type": "near_field"}, {"type": "near_field"}, None):
        changed(talk, audio={"input": {"noise_reduction": reduction}})
        talk.orders.clear()
        talk.hear(loud(200))
        talk.send("input_audio_buffer.commit")
        heard.append(b"".join(order.pcm for order in talk.orders if isinstance(order, Hear))[:2])
    assert heard == [b"\x00\x40", b"\x00\x20", b"\x00\x20", b"\x00\x40"]
