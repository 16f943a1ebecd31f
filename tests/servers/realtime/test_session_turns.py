"""Turns of a session: which events, in the order that the documentation gives them."""

from __future__ import annotations

from sovereign_desktop.conversation.backends.base import Consumed, Replying, Unspoken
from sovereign_desktop.core.dialogue import Message, Role, ToolCall
from sovereign_desktop.core.errors import BrokenReply, EngineUnavailable
from sovereign_desktop.engines.base import CutOff, Usage
from sovereign_desktop.servers.realtime.orders import Hear, HeardAll, Listen, Stop
from tests.servers.realtime.stage import PUSH_TO_TALK, Talk, loud, quiet, types_of

TEXT = {"output_modalities": ["text"]}
ADDED = ["conversation.item.added", "conversation.item.done"]
ANSWER_BEGINS = [
    "response.created",
    "rate_limits.updated",
    "response.output_item.added",
    "conversation.item.added",
    "response.content_part.added",
]
ANSWER_ENDS = ["response.content_part.done", "response.output_item.done", "conversation.item.done", "response.done"]
TEXT_ANSWER = [*ANSWER_BEGINS, "response.output_text.delta", "response.output_text.done", *ANSWER_ENDS]
AUDIO_ANSWER = [
    *ANSWER_BEGINS,
    "response.output_audio_transcript.delta",
    "response.output_audio.delta",
    "response.output_audio.done",
    "response.output_audio_transcript.done",
    *ANSWER_ENDS,
]


def test_a_session_says_first_what_it_is() -> None:
    talk = Talk()
    fresh = Talk.__new__(Talk)
    fresh.told, fresh.orders = [], []
    fresh._keep(talk.session.open())
    created, conversation = fresh.told
    assert (created["type"], conversation["type"]) == ("session.created", "conversation.created")
    session = created["session"]
    assert (session["type"], session["object"], session["model"]) == ("realtime", "realtime.session", "tests")
    assert session["audio"]["input"]["format"] == {"type": "audio/pcm", "rate": 24000}
    assert session["audio"]["input"]["turn_detection"]["type"] == "server_vad"
    assert created["event_id"] != conversation["event_id"]


def test_a_text_turn() -> None:
    talk = Talk(TEXT)
    talk.say("hello")
    response = talk.respond()
    talk.answer(response, Replying("Hi"), Replying(" there."), Consumed(Usage(7, 2), "small"))
    done = talk.finish(response)
    assert types_of(talk.told) == [*ADDED, *TEXT_ANSWER]
    assert done["status"] == "completed"
    assert done["output"][0]["content"] == [{"type": "output_text", "text": "Hi there."}]
    assert (done["usage"]["input_tokens"], done["usage"]["output_tokens"], done["usage"]["total_tokens"]) == (7, 2, 9)


def test_a_push_to_talk_turn() -> None:
    talk = Talk(PUSH_TO_TALK)
    talk.hear(loud(300))
    assert talk.types() == []
    talk.send("input_audio_buffer.commit")
    item = talk.last("input_audio_buffer.committed")["item_id"]
    response = talk.respond()
    talk.recognise(item, "hello")
    talk.speak(response, "Hi there.")
    talk.finish(response)
    assert types_of(talk.told) == ["input_audio_buffer.committed", *ADDED, *AUDIO_ANSWER]
    assert [type(order) for order in talk.orders if not isinstance(order, Hear)][:2] == [Listen, HeardAll]
    assert b"".join(order.pcm for order in talk.orders if isinstance(order, Hear)) == loud(300)
    assert talk.answers()[0].waits_for == (item,)
    assert talk.session.question(response).is_worth_an_answer is False  # it is over


def test_a_turn_that_the_server_finds() -> None:
    talk = Talk({"audio": {"input": {"transcription": {"model": "ours"}}}})
    talk.hear(quiet(1000), loud(800), quiet(700))
    item = talk.last("input_audio_buffer.speech_started")["item_id"]
    [order] = talk.answers()
    talk.recognise(item, "hello")
    talk.speak(order.response_id, "Hi.")
    talk.finish(order.response_id)
    assert types_of(talk.told) == [
        "input_audio_buffer.speech_started",
        "input_audio_buffer.speech_stopped",
        "input_audio_buffer.committed",
        *ADDED,
        "response.created",
        "rate_limits.updated",
        "conversation.item.input_audio_transcription.delta",
        "conversation.item.input_audio_transcription.completed",
        *AUDIO_ANSWER[2:],
    ]
    ids = {event.get("item_id", item) for event in talk.told if event["type"].startswith("input_audio_buffer")}
    assert ids == {item}
    # The padding of 300 ms before the speech belongs to it, and the silence of 500 ms that ended it.
    assert abs(talk.last("input_audio_buffer.speech_started")["audio_start_ms"] - 700) <= 40
    assert abs(talk.last("input_audio_buffer.speech_stopped")["audio_end_ms"] - 2300) <= 40


def test_a_tool_call_and_what_came_of_it() -> None:
    talk = Talk(TEXT)
    talk.say("light in hall and attic, please")
    first = talk.respond()
    calls = [ToolCall("call_a", "lamp", '{"room": "hall"}'), ToolCall("call_b", "lamp", '{"room": "attic"}')]
    talk.types()
    talk.answer(first, *calls)
    done = talk.finish(first)
    one_call = [
        "response.output_item.added",
        "conversation.item.added",
        "response.function_call_arguments.delta",
        "response.function_call_arguments.done",
        "response.output_item.done",
        "conversation.item.done",
    ]
    assert talk.types() == [*one_call, *one_call, "response.done"]
    assert [(item["name"], item["arguments"]) for item in done["output"]] == [(c.name, c.arguments) for c in calls]
    for call in calls:
        item = {"type": "function_call_output", "call_id": call.call_id, "output": f"done {call.call_id}"}
        assert types_of(talk.send("conversation.item.create", item=item)) == ADDED
    second = talk.respond()
    assert talk.session.question(second).history == (
        Message(Role.USER, "light in hall and attic, please"),
        Message(Role.ASSISTANT, "", calls=tuple(calls)),
        Message(Role.TOOL, "done call_a", call_id="call_a"),
        Message(Role.TOOL, "done call_b", call_id="call_b"),
    )


def test_a_message_and_a_call_are_two_items() -> None:
    talk = Talk(TEXT)
    response = talk.respond()
    talk.answer(response, Replying("One moment."), ToolCall("call_a", "lamp", "{}"))
    done = talk.finish(response)
    assert [item["type"] for item in done["output"]] == ["message", "function_call"]
    added = [event["output_index"] for event in talk.told if event["type"] == "response.output_item.added"]
    assert added == [0, 1]


def test_a_cancelled_response_closes_what_it_began_and_says_no_more() -> None:
    talk = Talk()
    talk.say("tell me a story")
    response = talk.respond()
    talk.speak(response, "Once upon a time.")
    talk.types()
    talk.send("response.cancel")
    done = talk.last("response.done")["response"]
    assert talk.types() == [
        "response.output_audio.done",
        "response.output_audio_transcript.done",
        *ANSWER_ENDS,
    ]
    assert (done["status"], done["status_details"]["reason"]) == ("cancelled", "client_cancelled")
    assert done["output"][0]["status"] == "incomplete"
    assert talk.orders[-1] == Stop(response)
    talk.speak(response, "There was a king.")
    assert talk.session.finish(response) == []
    assert talk.types() == []


def test_a_voice_interrupts_the_answer_when_it_may() -> None:
    talk = Talk()
    response = talk.respond()
    talk.speak(response, "Once upon a time.")
    talk.types()
    talk.hear(loud(300))
    details = talk.last("response.done")["response"]["status_details"]
    assert (details["type"], details["reason"]) == ("cancelled", "turn_detected")
    told = talk.types()
    assert told[0] == "input_audio_buffer.speech_started"
    assert told[-1] == "response.done"
    assert talk.orders.count(Stop(response)) == 1


def test_a_voice_that_may_not_interrupt_is_answered_next() -> None:
    talk = Talk({"audio": {"input": {"turn_detection": {"type": "server_vad", "interrupt_response": False}}}})
    first = talk.respond()
    talk.hear(loud(500), quiet(800))
    assert "response.done" not in talk.types()
    assert len(talk.answers()) == 1
    talk._keep(talk.session.finish(first))
    assert talk.types() == ["response.done", "response.created", "rate_limits.updated"]


def test_turns_are_found_without_an_answer_when_none_is_wanted() -> None:
    for kind in ("server_vad", "semantic_vad"):
        talk = Talk({"audio": {"input": {"turn_detection": {"type": kind, "create_response": False}}}})
        talk.hear(loud(500), quiet(2000))
        assert types_of(talk.told)[-1] == "conversation.item.done"
        assert not talk.answers()


def test_a_client_may_end_a_turn_itself_and_the_next_words_are_another_one() -> None:
    talk = Talk()
    talk.hear(loud(500))
    first = talk.last("input_audio_buffer.speech_started")["item_id"]
    talk.send("input_audio_buffer.commit")
    assert talk.last("input_audio_buffer.committed")["item_id"] == first
    talk.types()
    talk.hear(loud(500), quiet(800))
    assert talk.types()[:3] == [
        "input_audio_buffer.speech_started",
        "input_audio_buffer.speech_stopped",
        "input_audio_buffer.committed",
    ]


def test_eagerness_is_patience() -> None:
    ended_ms = {}
    for eagerness in ("high", "medium", "low"):
        talk = Talk({"audio": {"input": {"turn_detection": {"type": "semantic_vad", "eagerness": eagerness}}}})
        talk.hear(loud(500), quiet(3000))
        ended_ms[eagerness] = talk.last("input_audio_buffer.speech_stopped")["audio_end_ms"]
    assert ended_ms["high"] < ended_ms["medium"] < ended_ms["low"]


def test_silence_for_long_makes_the_assistant_speak_once() -> None:
    talk = Talk({"audio": {"input": {"turn_detection": {"type": "server_vad", "idle_timeout_ms": 5000}}}})
    response = talk.respond()
    talk.speak(response, "Hello.", ms=1000)
    talk.finish(response)
    talk.hear(quiet(5900))
    assert len(talk.answers()) == 1
    talk.types()
    talk.hear(quiet(200))
    assert talk.types() == [
        "input_audio_buffer.timeout_triggered",
        "input_audio_buffer.committed",
        *ADDED,
        "response.created",
        "rate_limits.updated",
    ]
    reminder = talk.answers()[1].response_id
    assert talk.session.question(reminder).is_worth_an_answer
    talk.finish(reminder)
    talk.hear(quiet(20_000))
    assert len(talk.answers()) == 2


def test_an_out_of_band_response_leaves_no_trace() -> None:
    talk = Talk(TEXT)
    talk.say("a secret")
    beside = talk.respond(conversation="none", metadata={"purpose": "summary"}, instructions="Sum up.")
    talk.types()
    talk.answer(beside, Replying("A secret was told."))
    done = talk.finish(beside)
    assert not [kind for kind in talk.types() if kind.startswith("conversation.item")]
    assert (done["conversation_id"], done["metadata"]) == (None, {"purpose": "summary"})
    assert len(talk.session.conversation.entries) == 1
    assert talk.answers()[0].settings.instructions == "Sum up."


def test_an_out_of_band_response_may_be_made_beside_another() -> None:
    talk = Talk(TEXT)
    talk.say("hello")
    first, beside = talk.respond(), talk.respond(conversation="none")
    assert {talk.finish(beside)["id"], talk.finish(first)["id"]} == {first, beside}


def test_a_response_can_bring_its_own_context() -> None:
    talk = Talk(TEXT)
    kept = talk.say("one")
    talk.say("two")
    item = {"type": "message", "role": "user", "content": [{"type": "input_text", "text": "three"}]}
    response = talk.respond(conversation="none", input=[{"type": "item_reference", "id": kept}, item])
    question = talk.session.question(response)
    assert ([message.text for message in question.history], question.transcript.text) == (["one"], "three")
    empty = talk.session.question(talk.respond(input=[]))
    assert (empty.history, empty.transcript.text) == ((), "")


def test_a_response_may_have_wishes_of_its_own() -> None:
    talk = Talk({"instructions": "Be brief.", "tools": [{"type": "function", "name": "lamp"}]})
    talk.respond(instructions="Rhyme.", output_modalities=["text"], tool_choice="none", max_output_tokens=20)
    settings = talk.answers()[0].settings
    assert (settings.instructions, settings.is_spoken, settings.options.max_tokens) == ("Rhyme.", False, 20)
    assert settings.options.tool_choice == "none"
    assert settings.options.tools[0].name == "lamp"
    assert talk.session.settings.instructions == "Be brief."


def test_words_without_sense_are_not_answered() -> None:
    talk = Talk()
    talk.hear(loud(500), quiet(800))
    [order] = talk.answers()
    talk.recognise(order.waits_for[0], "")
    assert not talk.session.question(order.response_id).is_worth_an_answer
    assert talk.finish(order.response_id)["output"] == []


def test_what_fails_is_told_in_the_response() -> None:
    talk = Talk(TEXT)
    talk.say("hello")
    response = talk.respond()
    talk.answer(response, Replying("Well,"))
    done = talk.finish(response, BrokenReply("The server broke off."))
    assert (done["status"], done["status_details"]["error"]["message"]) == ("failed", "The server broke off.")
    assert done["output"][0]["status"] == "incomplete"


def test_an_answer_that_no_voice_could_say_has_failed() -> None:
    talk = Talk()
    response = talk.respond()
    talk.answer(response, Replying("Hello."), Unspoken(EngineUnavailable("There is no voice.")))
    assert talk.finish(response)["status"] == "failed"


def test_an_answer_that_reached_its_length_is_incomplete() -> None:
    talk = Talk(TEXT)
    response = talk.respond(max_output_tokens=1)
    talk.answer(response, Replying("One"), CutOff())
    done = talk.finish(response)
    assert (done["status"], done["status_details"]["reason"]) == ("incomplete", "max_output_tokens")
