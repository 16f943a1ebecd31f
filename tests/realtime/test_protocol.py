"""The flows of the Realtime protocol, one by one, as its client lives through them."""

from __future__ import annotations

import json
import tracemalloc

import pytest

from sovereign_desktop.core.dialogue import ImageAttachment, Message, Role
from sovereign_desktop.realtime import responses
from sovereign_desktop.realtime.asked import ASKED_BY
from sovereign_desktop.realtime.codec import decode_sound, encode_sound
from sovereign_desktop.realtime.decisions import (
    Configured,
    InputCommitted,
    Opened,
    Recognised,
    Refused,
    ReplyBegan,
    ReplyEnded,
    ReplySaid,
    ReplySound,
    ReplyText,
    Send,
    SpeechBegan,
    SpeechEnded,
    Wasted,
)
from sovereign_desktop.realtime.objects import ResponseUsage
from sovereign_desktop.realtime.protocol import Protocol
from tests.realtime.talk import BY_THE_SERVER, PUSH_TO_TALK, Talk, sent, session, sound, types, wire

# Sessions


def test_a_session_is_open_and_configured_when_the_server_says_so() -> None:
    protocol = Protocol()
    talk = Talk.__new__(Talk)
    talk.protocol = protocol
    assert talk("session.created", session={"id": "s", "expires_at": 1_800_000_000}) == [Opened("s", 1_800_000_000)]
    assert protocol.is_open
    assert not protocol.is_configured
    assert wire(protocol.configure(session(PUSH_TO_TALK))) == [
        {
            "type": "session.update",
            "session": {"type": "realtime", "audio": {"input": {"turn_detection": None}}},
        }
    ]
    assert not protocol.is_configured
    assert talk("session.updated", session={}) == [Configured()]
    assert protocol.is_configured


def test_a_second_session_created_opens_nothing() -> None:
    talk = Talk()
    assert talk("session.created", session={"id": "again"}) == []


def test_an_update_that_nobody_sent_configures_nothing() -> None:
    protocol = Protocol()
    talk = Talk.__new__(Talk)
    talk.protocol = protocol
    assert talk("session.updated", session={}) == []
    assert not protocol.is_configured


def test_turn_detection_is_sent_only_when_it_changes() -> None:
    talk = Talk(PUSH_TO_TALK)
    assert talk.protocol.detect_turns(None) == []
    assert wire(talk.protocol.detect_turns(BY_THE_SERVER)) == [
        {
            "type": "session.update",
            "session": {"type": "realtime", "audio": {"input": {"turn_detection": BY_THE_SERVER}}},
        }
    ]
    assert talk.protocol.detect_turns(dict(BY_THE_SERVER)) == []
    assert talk.protocol.is_configured
    assert talk("session.updated", session={}) == []


def test_turn_detection_that_was_refused_is_sent_again() -> None:
    talk = Talk()
    (update,) = talk.protocol.detect_turns({"type": "server_vad", "threshold": 7})
    (refused,) = talk.error("invalid_value", update)
    assert isinstance(refused, Refused)
    assert refused.about == "session.update"
    assert types(talk.protocol.detect_turns({"type": "server_vad", "threshold": 7})) == ["session.update"]


def test_a_refused_configuration_is_not_confirmed_by_the_next_update() -> None:
    talk = Talk()
    (configuration,) = talk.protocol.configure(session(PUSH_TO_TALK))
    talk.protocol.detect_turns(BY_THE_SERVER)
    talk.error("invalid_value", configuration)
    assert talk("session.updated", session={}) == []
    assert not talk.protocol.is_configured


def test_the_conversation_is_replayed_as_text_in_the_words_of_each_role() -> None:
    messages = [
        Message(Role.SYSTEM, "Be short."),
        Message(Role.USER, "My name is Ada."),
        Message(Role.ASSISTANT, "Hello Ada."),
        Message(Role.USER, " "),
    ]
    items = [event["item"] for event in wire(Talk().protocol.replay(messages))]
    assert [(item["role"], item["content"]) for item in items] == [
        ("system", [{"type": "input_text", "text": "Be short."}]),
        ("user", [{"type": "input_text", "text": "My name is Ada."}]),
        ("assistant", [{"type": "output_text", "text": "Hello Ada."}]),
    ]
    assert len({item["id"] for item in items}) == 3


# Push-to-talk


def test_push_to_talk_clears_appends_commits_and_asks() -> None:
    talk = Talk(PUSH_TO_TALK)
    protocol = talk.protocol
    events = [*protocol.clear_input(), *protocol.hear(sound(60)), *protocol.hear(sound(60))]
    assert protocol.uncommitted_ms == 120
    events += [*protocol.commit(), *protocol.respond()]
    assert types(events) == [
        "input_audio_buffer.clear",
        "input_audio_buffer.append",
        "input_audio_buffer.append",
        "input_audio_buffer.commit",
        "response.create",
    ]
    assert talk("input_audio_buffer.committed", item_id="u1") == [InputCommitted("u1")]
    assert talk.created() == [ReplyBegan("r1")]
    assert len({event.event_id for event in events}) == 5


def test_less_than_a_tenth_of_a_second_is_not_committed() -> None:
    protocol = Talk().protocol
    protocol.hear(sound(99))
    assert protocol.commit() == []
    protocol.hear(sound(1))
    assert types(protocol.commit()) == ["input_audio_buffer.commit"]
    assert protocol.uncommitted_ms == 0
    assert protocol.commit() == []


def test_what_was_cleared_is_not_committed() -> None:
    protocol = Talk().protocol
    protocol.hear(sound(500))
    protocol.clear_input()
    assert protocol.commit() == []


def test_a_long_utterance_goes_out_in_pieces_and_whole() -> None:
    pcm = bytes(range(256)) * 4000
    events = wire(Talk().protocol.hear(pcm))
    assert len(events) > 5
    assert b"".join(decode_sound(event["audio"]) for event in events) == pcm


def test_without_sound_nothing_is_appended() -> None:
    assert Talk().protocol.hear(b"") == []


def test_a_typed_message_is_an_item_and_asks_for_nothing() -> None:
    (event,) = wire(Talk().protocol.say("What time is it?"))
    assert event["type"] == "conversation.item.create"
    assert event["item"]["role"] == "user"
    assert event["item"]["content"] == [{"type": "input_text", "text": "What time is it?"}]


def test_an_empty_commit_is_refused_aloud() -> None:
    talk = Talk()
    talk.protocol.hear(sound(200))
    (commit,) = talk.protocol.commit()
    (refused,) = talk.error("input_audio_buffer_commit_empty", commit)
    assert isinstance(refused, Refused)
    assert refused.about == "input_audio_buffer.commit"


def test_a_commit_is_no_error_when_the_server_was_faster() -> None:
    talk = Talk(BY_THE_SERVER)
    talk.protocol.hear(sound(200))
    (commit,) = talk.protocol.commit()
    talk("input_audio_buffer.committed", item_id="u1")  # the server's own, while ours is on its way
    assert talk.error("input_audio_buffer_commit_empty", commit) == []


# Turns that the server finds


def test_a_turn_by_the_servers_detection_runs_from_speech_to_done() -> None:
    talk = Talk(BY_THE_SERVER)
    talk.protocol.hear(sound(2000))
    assert talk("input_audio_buffer.speech_started", audio_start_ms=300, item_id="u1") == [SpeechBegan(300)]
    assert talk("input_audio_buffer.speech_stopped", audio_end_ms=1500, item_id="u1") == [SpeechEnded(1500)]
    assert talk("input_audio_buffer.committed", item_id="u1") == [InputCommitted("u1")]
    assert talk.protocol.uncommitted_ms == 500
    assert talk("conversation.item.added", item={"id": "u1", "type": "message", "role": "user"}) == []
    assert talk("conversation.item.done", item={"id": "u1", "type": "message", "role": "user"}) == []
    assert talk.created() == [ReplyBegan("r1")]
    assert talk.protocol.active_response == "r1"
    assert talk("response.output_item.added", response_id="r1", item={"id": "a1", "type": "message"}) == []
    part = {"type": "audio", "transcript": ""}
    assert talk("response.content_part.added", response_id="r1", item_id="a1", part=part) == []
    assert talk.words("It is ") == [ReplyText("r1", "a1", "It is ")]
    assert talk.sound(40) == [ReplySound("r1", "a1", sound(40))]
    assert talk("response.output_audio.done", response_id="r1", item_id="a1") == []
    assert talk("response.content_part.done", response_id="r1", item_id="a1", part=part) == []
    done = talk("response.output_item.done", response_id="r1", item={"id": "a1", "type": "message"})
    assert done == [ReplySaid("r1")]
    usage = {"total_tokens": 12, "input_tokens": 7, "output_tokens": 5}
    assert talk.done(usage=usage) == [ReplyEnded("r1", "completed", usage=ResponseUsage.model_validate(usage))]
    assert talk.protocol.active_response == ""
    assert talk.protocol.received_ms("r1") == 40


def test_speech_that_began_twice_began_once() -> None:
    talk = Talk(BY_THE_SERVER)
    assert len(talk("input_audio_buffer.speech_started", audio_start_ms=1)) == 1
    assert talk("input_audio_buffer.speech_started", audio_start_ms=2) == []
    talk("input_audio_buffer.speech_stopped", audio_end_ms=3)
    assert talk("input_audio_buffer.speech_started", audio_start_ms=4) == [SpeechBegan(4)]


def test_speech_may_begin_again_after_its_sound_was_committed_or_cleared() -> None:
    talk = Talk(BY_THE_SERVER)
    talk("input_audio_buffer.speech_started", audio_start_ms=1)
    talk("input_audio_buffer.committed", item_id="u1")
    assert talk("input_audio_buffer.speech_started", audio_start_ms=2) == [SpeechBegan(2)]
    talk.protocol.clear_input()
    assert talk("input_audio_buffer.speech_started", audio_start_ms=3) == [SpeechBegan(3)]


def test_a_commit_of_the_servers_takes_all_that_was_sent_when_it_names_no_end() -> None:
    talk = Talk(BY_THE_SERVER)
    talk.protocol.hear(sound(500))
    talk("input_audio_buffer.committed", item_id="u1")
    assert talk.protocol.uncommitted_ms == 0


def test_after_a_refused_commit_the_next_one_is_the_servers_own() -> None:
    talk = Talk(BY_THE_SERVER)
    talk.protocol.hear(sound(500))
    talk.error("input_audio_buffer_commit_empty", talk.protocol.commit()[0])
    talk.protocol.hear(sound(500))
    talk("input_audio_buffer.speech_stopped", audio_end_ms=800)
    talk("input_audio_buffer.committed", item_id="u1")
    assert talk.protocol.uncommitted_ms == 200


def test_items_may_be_told_with_their_old_name() -> None:
    talk = Talk().answering()
    item = {"id": "a1", "type": "message", "role": "assistant", "content": []}
    assert talk("conversation.item.created", previous_item_id=None, item=item) == []
    assert talk.sound(200) == [ReplySound("r1", "a1", sound(200))]
    talk.done()
    (cut,) = wire(talk.protocol.heard("r1", 50))
    assert cut == {
        "type": "conversation.item.truncate",
        "item_id": "a1",
        "content_index": 0,
        "audio_end_ms": 50,
    }


# Answers


def test_text_comes_out_of_a_text_answer() -> None:
    talk = Talk().answering()
    where = {"response_id": "r1", "item_id": "a1", "content_index": 0}
    talk("response.output_item.added", response_id="r1", item={"id": "a1", "type": "message", "role": "assistant"})
    assert talk("response.output_text.delta", delta="Four", **where) == [ReplyText("r1", "a1", "Four")]
    assert talk("response.output_text.done", text="Four.", **where) == [ReplyText("r1", "a1", ".")]
    talk.done()
    assert talk.protocol.heard("r1", 0) == []  # to be read, not to be heard


def test_words_that_come_only_at_the_end_come_out_once() -> None:
    talk = Talk().answering()
    where = {"response_id": "r1", "item_id": "a1", "content_index": 0}
    done = "response.output_audio_transcript.done"
    assert talk(done, transcript="All of it.", **where) == [ReplyText("r1", "a1", "All of it.")]
    assert talk(done, transcript="All of it.", **where) == []


def test_words_that_the_server_corrects_at_the_end_are_not_said_again() -> None:
    talk = Talk().answering()
    talk.words("Fore")
    where = {"response_id": "r1", "item_id": "a1", "content_index": 0}
    assert talk("response.output_audio_transcript.done", transcript="Four candles", **where) == []


def test_the_second_modality_of_an_item_does_not_swallow_the_first() -> None:
    talk = Talk().answering()
    where = {"response_id": "r1", "item_id": "a1"}
    assert talk("response.output_text.delta", delta="Read", content_index=0, **where) == [ReplyText("r1", "a1", "Read")]
    spoken = talk("response.output_audio_transcript.done", transcript="Read me", content_index=1, **where)
    assert spoken == [ReplyText("r1", "a1", "Read me")]
    talk.sound(100, content_index=1)
    talk.done()
    (cut,) = wire(talk.protocol.heard("r1", 60))
    assert (cut["content_index"], cut["audio_end_ms"]) == (1, 60)


def test_a_sample_that_was_split_over_two_deltas_is_whole() -> None:
    talk = Talk().answering()
    where = {"response_id": "r1", "item_id": "a1"}
    assert talk("response.output_audio.delta", delta=encode_sound(b"\x01"), **where) == []
    pieces = [b"\x02\x03", b"\x04", b"\x05\x06"]
    out = [talk("response.output_audio.delta", delta=encode_sound(piece), **where) for piece in pieces]
    assert out == [
        [ReplySound("r1", "a1", b"\x01\x02")],
        [ReplySound("r1", "a1", b"\x03\x04")],
        [ReplySound("r1", "a1", b"\x05\x06")],
    ]


def test_a_reply_whose_sound_cannot_be_read_has_failed() -> None:
    talk = Talk().answering()
    talk.sound(20)
    broken = talk("response.output_audio.delta", response_id="r1", item_id="a1", delta="*** no base64 ***")
    assert wire(sent(broken)) == [{"type": "response.cancel", "response_id": "r1"}]
    assert talk.sound(20) == []
    assert talk.done(status="cancelled") == [ReplyEnded("r1", "failed", "malformed_audio")]


def test_a_failed_answer_says_why() -> None:
    talk = Talk().answering()
    error = {"type": "server_error", "code": "rate_limit_exceeded"}
    (ended,) = talk.done(status="failed", status_details={"type": "failed", "error": error})
    assert isinstance(ended, ReplyEnded)
    assert ended.status == "failed"
    assert ended.error is not None
    assert ended.error.code == "rate_limit_exceeded"


def test_an_answer_asked_for_during_another_is_kept_back_until_its_end() -> None:
    talk = Talk().answering()
    assert talk.protocol.respond({"instructions": "Shorter."}) == []
    ended, send = talk.done()
    assert isinstance(ended, ReplyEnded)
    (event,) = wire(sent([send]))
    assert event["type"] == "response.create"
    assert event["response"]["instructions"] == "Shorter."
    assert talk.created("r2") == [ReplyBegan("r2")]


def test_an_answer_asked_for_twice_during_another_is_asked_for_once() -> None:
    talk = Talk().answering()
    talk.protocol.respond()
    talk.protocol.respond()
    assert len(sent(talk.done())) == 1
    talk.created("r2")
    assert sent(talk.done("r2")) == []


def test_an_answer_refused_for_one_that_we_do_not_know_of_is_asked_for_again_at_its_end() -> None:
    talk = Talk()
    (create,) = talk.protocol.respond()
    assert talk.error("conversation_already_has_active_response", create) == []
    (again,) = sent(talk.done("unknown"))
    assert again.type == "response.create"
    assert talk.created() == [ReplyBegan("r1")]


def test_nobody_is_answered_twice_when_the_servers_detection_was_faster() -> None:
    talk = Talk(BY_THE_SERVER)
    talk.protocol.hear(sound(500))
    talk.protocol.commit()
    (create,) = talk.protocol.respond()
    talk("input_audio_buffer.committed", item_id="u1")
    assert talk.created("by the server") == [ReplyBegan("by the server")]
    assert talk.error("conversation_already_has_active_response", create) == []
    assert [type(decision) for decision in talk.done("by the server")] == [ReplyEnded]


def test_an_answer_that_nobody_asked_for_is_cancelled_and_kept_quiet() -> None:
    talk = Talk(PUSH_TO_TALK).answering()
    talk.done()
    assert wire(sent(talk.created("twice"))) == [{"type": "response.cancel", "response_id": "twice"}]
    assert talk.sound(40, response="twice") == []
    assert talk.words("Again", response="twice") == []
    assert talk.protocol.respond() == []  # the server is still busy with it
    assert types(sent(talk.done("twice"))) == ["response.create"]


def test_sound_that_became_an_item_unasked_is_not_answered_unasked_in_push_to_talk() -> None:
    talk = Talk(PUSH_TO_TALK)
    talk("input_audio_buffer.committed", item_id="u1")
    assert types(sent(talk.created())) == ["response.cancel"]


def test_a_commit_of_our_own_makes_nobody_expect_an_answer() -> None:
    talk = Talk(BY_THE_SERVER)
    talk.protocol.hear(sound(200))
    talk.protocol.commit()
    talk("input_audio_buffer.committed", item_id="u1")
    assert talk.protocol.cancel() == []


def test_a_response_that_repeats_its_request_belongs_to_it_whatever_became_of_those_before() -> None:
    talk = Talk(PUSH_TO_TALK)
    (lost,) = wire(talk.protocol.respond())
    talk.protocol.cancel()
    (asked,) = wire(talk.protocol.respond())
    assert lost["response"]["metadata"] != asked["response"]["metadata"]
    assert talk.created("r2", metadata=asked["response"]["metadata"]) == [ReplyBegan("r2")]
    talk.done("r2")
    assert types(sent(talk.created("r1", metadata=lost["response"]["metadata"]))) == ["response.cancel"]


def test_a_request_is_answered_once_even_where_the_server_may_answer_unasked() -> None:
    talk = Talk(BY_THE_SERVER)
    (asked,) = wire(talk.protocol.respond())
    talk.created("r1", metadata=asked["response"]["metadata"])
    talk.done("r1")
    assert types(sent(talk.created("r2", metadata=asked["response"]["metadata"]))) == ["response.cancel"]


def test_a_server_that_may_answer_unasked_is_listened_to() -> None:
    assert Talk(BY_THE_SERVER).created() == [ReplyBegan("r1")]
    silent = Talk({"type": "server_vad", "create_response": False})
    assert types(sent(silent.created())) == ["response.cancel"]


def test_an_answer_whose_end_was_lost_is_over_when_the_next_begins() -> None:
    talk = Talk(BY_THE_SERVER).answering()
    assert talk.created("r2") == [ReplyEnded("r1", "incomplete", "superseded"), ReplyBegan("r2")]
    assert talk.sound(20, response="r1") == []
    assert talk.done("r1") == []
    assert talk.protocol.active_response == "r2"


def test_events_without_the_response_belong_to_the_active_one() -> None:
    talk = Talk()
    talk.protocol.respond()
    (began,) = talk("response.created", response={})
    assert isinstance(began, ReplyBegan)
    (heard,) = talk("response.output_audio.delta", delta=encode_sound(sound(20)))
    assert heard == ReplySound(began.response_id, "", sound(20))
    (ended,) = talk("response.done", response={})
    assert ended == ReplyEnded(began.response_id, "completed")


def test_events_of_responses_that_do_not_exist_mean_nothing() -> None:
    talk = Talk().answering()
    assert talk.sound(20, response="ghost") == []
    assert talk.words("boo", response="ghost") == []
    assert talk.called("c", response="ghost") == []
    assert talk.done("ghost") == []
    assert talk.protocol.active_response == "r1"


def test_a_response_that_began_or_ended_twice_did_so_once() -> None:
    talk = Talk().answering()
    assert talk.created() == []
    talk.done()
    assert talk.done() == []
    assert talk.created() == []
    assert talk.sound(20) == []


def test_an_answer_apart_from_the_conversation_is_told_and_never_cut() -> None:
    talk = Talk()
    apart = {"conversation": "none", "input": [], "metadata": {"topic": "mood"}, "output_modalities": ["audio"]}
    (event,) = wire(talk.protocol.respond(apart))
    assert event["response"]["metadata"].pop("asked_by").startswith("response.create")
    assert event["response"] | {"metadata": {"topic": "mood"}} == apart
    assert event["response"]["metadata"]["topic"] == "mood"
    assert talk.created(metadata=event["response"]["metadata"]) == [ReplyBegan("r1")]
    assert len(talk.sound(100)) == 1
    talk.done()
    assert talk.protocol.heard("r1", 10) == []


def test_a_response_that_the_server_calls_apart_is_never_cut() -> None:
    talk = Talk().answering(conversation_id=None)
    talk.sound(100)
    talk.done()
    assert talk.protocol.heard("r1", 10) == []


# Barge-in


def test_a_barge_in_cancels_drops_what_is_late_and_truncates_to_what_was_played() -> None:
    talk = Talk(BY_THE_SERVER).answering()
    talk.sound(1000)
    assert talk("input_audio_buffer.speech_started", audio_start_ms=9000) == [SpeechBegan(9000)]
    assert wire(talk.protocol.cancel()) == [{"type": "response.cancel", "response_id": "r1"}]
    assert talk.sound(500) == []
    assert talk.words("late") == []
    (cut,) = wire(talk.protocol.heard("r1", 321.9))
    assert cut == {
        "type": "conversation.item.truncate",
        "item_id": "a1",
        "content_index": 0,
        "audio_end_ms": 321,
    }
    details = {"type": "cancelled", "reason": "turn_detected"}
    assert talk.done(status="cancelled", status_details=details) == [ReplyEnded("r1", "cancelled", "turn_detected")]
    assert talk.protocol.received_ms("r1") == 1000


def test_the_end_may_come_before_the_speech_that_caused_it() -> None:
    talk = Talk(BY_THE_SERVER).answering()
    talk.sound(1000)
    details = {"type": "cancelled", "reason": "turn_detected"}
    assert talk.done(status="cancelled", status_details=details) == [ReplyEnded("r1", "cancelled", "turn_detected")]
    assert talk("input_audio_buffer.speech_started", audio_start_ms=9000) == [SpeechBegan(9000)]
    assert talk.protocol.cancel() == []
    assert wire(talk.protocol.heard("r1", 100))[0]["audio_end_ms"] == 100


def test_cancelling_twice_cancels_once_and_nothing_is_not_cancelled() -> None:
    talk = Talk()
    assert talk.protocol.cancel() == []
    talk.answering()
    assert len(talk.protocol.cancel()) == 1
    assert talk.protocol.cancel() == []


def test_an_answer_can_be_cancelled_before_it_begins() -> None:
    talk = Talk()
    talk.protocol.respond()
    assert wire(talk.protocol.cancel()) == [{"type": "response.cancel"}]
    assert wire(sent(talk.created())) == [{"type": "response.cancel", "response_id": "r1"}]
    assert talk.sound(20) == []
    assert talk.done(status="cancelled") == []
    assert talk.protocol.respond() != []
    assert talk.created("r2") == [ReplyBegan("r2")]


def test_an_answer_that_is_kept_back_goes_with_the_cancelled_one() -> None:
    talk = Talk().answering()
    talk.protocol.respond({"instructions": "later"})
    talk.protocol.cancel()
    assert sent(talk.done(status="cancelled")) == []


def test_the_next_answer_waits_until_the_cancelled_one_is_over() -> None:
    talk = Talk().answering()
    talk.protocol.cancel()
    assert talk.protocol.respond() == []
    _ended, send = talk.done(status="cancelled")
    assert types(sent([send])) == ["response.create"]
    assert talk.created("r2") == [ReplyBegan("r2")]


def test_nothing_to_cancel_ends_what_we_took_for_active() -> None:
    talk = Talk().answering()
    (cancel,) = talk.protocol.cancel()
    assert talk.error("response_cancel_not_active", cancel) == [ReplyEnded("r1", "cancelled")]
    assert talk.error("response_cancel_not_active", cancel) == []
    assert talk.protocol.active_response == ""


def test_an_answer_that_the_server_dropped_does_not_take_the_next_with_it() -> None:
    talk = Talk()
    talk.protocol.respond()
    (cancel,) = talk.protocol.cancel()
    talk.error("response_cancel_not_active", cancel)  # so the server knows of none
    talk.protocol.respond()
    assert talk.created() == [ReplyBegan("r1")]


def test_an_answer_asked_for_after_a_dropped_one_is_still_on_its_way() -> None:
    talk = Talk()
    talk.protocol.respond()
    (cancel,) = talk.protocol.cancel()
    talk.protocol.respond()
    talk.error("response_cancel_not_active", cancel)
    assert talk.created() == [ReplyBegan("r1")]


def test_an_answer_that_was_cancelled_too_late_is_cancelled_all_the_same() -> None:
    talk = Talk().answering()
    talk.called("c1")
    talk.protocol.cancel()
    assert talk.done(status="completed") == [ReplyEnded("r1", "cancelled")]


def test_an_answer_by_the_servers_detection_can_be_cancelled_before_it_begins() -> None:
    talk = Talk(BY_THE_SERVER)
    talk("input_audio_buffer.committed", item_id="u1")
    talk.protocol.cancel()
    assert types(sent(talk.created("stale"))) == ["response.cancel"]
    talk.done("stale", status="cancelled")
    talk("input_audio_buffer.committed", item_id="u2")
    assert talk.created("r2") == [ReplyBegan("r2")]


def test_an_answer_that_the_servers_detection_never_began_does_not_take_the_next_with_it() -> None:
    talk = Talk(BY_THE_SERVER)
    talk("input_audio_buffer.committed", item_id="u1")
    talk.protocol.cancel()
    talk("input_audio_buffer.speech_started", audio_start_ms=1)
    assert talk.created() == [ReplyBegan("r1")]


def test_a_held_turn_after_a_cancelled_one_by_the_servers_detection_gets_its_answer() -> None:
    talk = Talk(BY_THE_SERVER)
    talk("input_audio_buffer.committed", item_id="u1")
    talk.protocol.cancel()
    talk.protocol.detect_turns(PUSH_TO_TALK)
    talk.protocol.hear(sound(200))
    talk.protocol.commit()
    talk.protocol.respond()
    talk("input_audio_buffer.committed", item_id="u2")
    assert talk.created() == [ReplyBegan("r1")]


def test_an_unheard_answer_is_deleted_rather_than_truncated() -> None:
    talk = Talk().answering()
    talk.sound(500)
    talk.protocol.cancel()
    assert wire(talk.protocol.heard("r1", 0)) == [{"type": "conversation.item.delete", "item_id": "a1"}]


def test_an_item_whose_sound_never_came_is_deleted_with_the_interruption() -> None:
    talk = Talk().answering()
    talk("response.output_item.added", response_id="r1", item={"id": "a1", "type": "message", "role": "assistant"})
    talk.protocol.cancel()
    assert types(talk.protocol.heard("r1", 0)) == ["conversation.item.delete"]


def test_what_is_no_message_is_not_deleted() -> None:
    talk = Talk().answering()
    for item in ({"id": "m1", "type": "mcp_call"}, {"type": "message"}):
        talk("response.output_item.added", response_id="r1", item=item)
    talk.protocol.cancel()
    assert talk.protocol.heard("r1", 0) == []


def test_an_item_is_cut_where_its_sound_began() -> None:
    talk = Talk().answering()
    talk.sound(200, content_index=2)
    talk.sound(200, content_index=3)
    talk.done()
    (cut,) = wire(talk.protocol.heard("r1", 300))
    assert (cut["content_index"], cut["audio_end_ms"]) == (2, 300)


def test_nothing_is_truncated_when_all_was_heard() -> None:
    talk = Talk().answering()
    talk.sound(500)
    talk.done()
    assert talk.protocol.heard("r1", 500) == []


def test_a_loudspeaker_that_counts_a_little_less_has_played_all() -> None:
    talk = Talk().answering()
    talk.sound(500)
    talk.done()
    assert talk.protocol.heard("r1", 499.9) == []


def test_more_than_arrived_cannot_have_been_heard() -> None:
    talk = Talk().answering()
    talk.sound(500)
    talk.protocol.cancel()
    (cut,) = wire(talk.protocol.heard("r1", 10_000))
    assert cut["audio_end_ms"] == 500


def test_an_item_of_which_all_sound_was_too_late_is_deleted() -> None:
    talk = Talk().answering()
    talk.sound(500)
    talk.protocol.cancel()
    talk.sound(250, "a2")
    talk.done(status="cancelled")
    first, second = wire(talk.protocol.heard("r1", 500))
    assert first["audio_end_ms"] == 500
    assert second == {"type": "conversation.item.delete", "item_id": "a2"}


def test_truncation_counts_from_the_beginning_of_the_item_in_which_the_sound_stopped() -> None:
    talk = Talk().answering()
    for item, ms in (("a1", 300), ("a1", 200), ("a2", 400), ("a3", 100)):
        talk.sound(ms, item)
    talk.done()
    assert wire(talk.protocol.heard("r1", 650)) == [
        {
            "type": "conversation.item.truncate",
            "item_id": "a2",
            "content_index": 0,
            "audio_end_ms": 150,
        },
        {"type": "conversation.item.delete", "item_id": "a3"},
    ]


def test_truncation_follows_items_that_took_turns() -> None:
    talk = Talk().answering()
    for item, ms in (("a1", 100), ("a2", 100), ("a1", 100), ("a2", 100)):
        talk.sound(ms, item)
    talk.done()
    cuts = wire(talk.protocol.heard("r1", 250))
    assert [(cut["item_id"], cut["audio_end_ms"]) for cut in cuts] == [("a1", 150), ("a2", 100)]


def test_an_item_heard_to_its_last_millisecond_stays_as_it_is() -> None:
    talk = Talk().answering()
    talk.sound(300, "a1")
    talk.sound(300, "a2")
    talk.protocol.cancel()
    (cut,) = wire(talk.protocol.heard("r1", 300))
    assert cut == {"type": "conversation.item.delete", "item_id": "a2"}


def test_a_second_response_counts_from_zero() -> None:
    talk = Talk().answering("r1")
    talk.sound(1000, "a1", "r1")
    talk.done("r1")
    talk.protocol.heard("r1", 1000)
    talk.answering("r2")
    talk.sound(1000, "a2", "r2")
    talk.protocol.cancel()
    (cut,) = wire(talk.protocol.heard("r2", 40))
    assert (cut["item_id"], cut["audio_end_ms"]) == ("a2", 40)


def test_what_was_heard_counts_once() -> None:
    talk = Talk().answering()
    talk.sound(500)
    talk.done()
    assert len(talk.protocol.heard("r1", 100)) == 1
    assert talk.protocol.heard("r1", 50) == []
    assert talk.protocol.heard("never was", 50) == []


def test_an_item_that_the_server_deleted_is_not_cut() -> None:
    talk = Talk().answering()
    talk.sound(500)
    talk("conversation.item.deleted", item_id="a1")
    talk.done()
    assert talk.protocol.heard("r1", 100) == []


def test_errors_about_truncation_mean_nothing() -> None:
    talk = Talk().answering()
    talk.sound(500)
    talk.done()
    (cut,) = talk.protocol.heard("r1", 100)
    assert talk.error("invalid_value", cut, message="Only model output audio messages can be truncated") == []
    assert talk("conversation.item.truncated", item_id="a1", audio_end_ms=100) == []


def test_items_can_be_forgotten_and_a_missing_one_is_no_error() -> None:
    talk = Talk()
    (said,) = talk.protocol.say("Never mind.")
    (event,) = talk.protocol.forget([said.item.id, ""])  # type: ignore[union-attr]
    assert wire([event]) == [{"type": "conversation.item.delete", "item_id": said.item.id}]  # type: ignore[union-attr]
    assert talk.error("item_delete_invalid_item_id", event) == []


# Tools


def test_parallel_calls_are_answered_before_the_model_is_asked_to_go_on_once() -> None:
    talk = Talk().answering()
    talk.called("c1", name="clock", arguments='{"zone": "UTC"}')
    talk.called("c2", name="date")
    (ended,) = talk.done()
    assert isinstance(ended, ReplyEnded)
    assert [(call.call_id, call.name, call.arguments) for call in ended.calls] == [
        ("c1", "clock", '{"zone": "UTC"}'),
        ("c2", "date", "{}"),
    ]
    assert types(talk.protocol.answer_tools({"c1": "noon"})) == ["conversation.item.create"]
    events = talk.protocol.answer_tools({"c1": "noon", "c2": "Friday"})
    assert types(events) == ["conversation.item.create", "response.create"]
    item = wire(events)[0]["item"]
    assert (item["type"], item["call_id"], item["output"]) == ("function_call_output", "c2", "Friday")
    assert talk.protocol.answer_tools({"c1": "again", "c2": "again"}) == []


def test_a_call_is_one_call_however_often_it_is_told() -> None:
    talk = Talk().answering()
    item = {"id": "f1", "type": "function_call", "call_id": "c1", "name": "clock", "arguments": '{"a": 1}'}
    begun = item | {"arguments": ""}
    talk("response.output_item.added", response_id="r1", item=begun)
    delta = {"response_id": "r1", "item_id": "f1", "call_id": "c1"}
    assert talk("response.function_call_arguments.delta", delta='{"a"', **delta) == []
    talk.called("c1", item="f1", name="", arguments='{"a": 1}')
    talk("response.output_item.done", response_id="r1", item=item)
    (ended,) = talk.done(output=[item])
    assert isinstance(ended, ReplyEnded)
    assert [(call.call_id, call.name, call.arguments) for call in ended.calls] == [("c1", "clock", '{"a": 1}')]


def test_a_call_that_is_told_only_at_the_end_is_a_call() -> None:
    talk = Talk().answering()
    item = {"id": "f1", "type": "function_call", "call_id": "c1", "name": "clock", "arguments": "{}"}
    (ended,) = talk.done(output=[item])
    assert isinstance(ended, ReplyEnded)
    assert [(call.call_id, call.name, call.arguments) for call in ended.calls] == [("c1", "clock", "{}")]


def test_a_call_that_nobody_could_answer_is_not_made() -> None:
    talk = Talk().answering()
    talk.called("")
    (ended,) = talk.done()
    assert isinstance(ended, ReplyEnded)
    assert ended.calls == ()


def test_broken_arguments_arrive_as_the_model_wrote_them() -> None:
    talk = Talk().answering()
    talk.called("c1", arguments='{"minutes": ')
    (ended,) = talk.done()
    assert isinstance(ended, ReplyEnded)
    assert ended.calls[0].arguments == '{"minutes": '


def test_tools_answered_while_the_server_speaks_let_it_finish_first() -> None:
    talk = Talk(BY_THE_SERVER).answering()
    talk.called("c1")
    talk.done()
    talk.created("r2")
    assert types(talk.protocol.answer_tools({"c1": "noon"})) == ["conversation.item.create"]
    assert types(sent(talk.done("r2"))) == ["response.create"]


def test_calls_of_a_response_that_did_not_complete_are_not_made() -> None:
    for status in ("cancelled", "failed", "incomplete"):
        talk = Talk().answering()
        talk.called("c1")
        (ended,) = talk.done(status=status)
        assert isinstance(ended, ReplyEnded)
        assert ended.calls == ()
        assert talk.protocol.answer_tools({"c1": "noon"}) == []


def test_after_a_cancellation_tools_are_answered_for_the_record_only() -> None:
    talk = Talk().answering()
    talk.called("c1")
    talk.done()
    talk.protocol.cancel()
    assert types(talk.protocol.answer_tools({"c1": "noon"})) == ["conversation.item.create"]


def test_outputs_for_calls_that_nobody_made_are_not_sent() -> None:
    assert Talk().protocol.answer_tools({"c9": "noon"}) == []


# What the user said


def test_the_transcription_grows_until_it_is_final() -> None:
    talk = Talk()
    delta = "conversation.item.input_audio_transcription.delta"
    completed = "conversation.item.input_audio_transcription.completed"
    assert talk(delta, item_id="u1", delta="What ") == [Recognised("u1", "What ", is_final=False)]
    assert talk(delta, item_id="u1", delta="time") == [Recognised("u1", "What time", is_final=False)]
    assert talk(completed, item_id="u1", transcript="What time is it?") == [
        Recognised("u1", "What time is it?", is_final=True)
    ]
    assert talk(delta, item_id="u1", delta="late") == []
    assert talk(completed, item_id="u1", transcript="Twice.") == []


def test_the_transcription_may_come_behind_the_answer() -> None:
    talk = Talk().answering()
    talk.done()
    completed = "conversation.item.input_audio_transcription.completed"
    assert talk(completed, item_id="u1", transcript="Hi") == [Recognised("u1", "Hi", is_final=True)]


def test_a_transcription_that_failed_keeps_what_was_understood_and_invents_nothing() -> None:
    talk = Talk()
    failed = "conversation.item.input_audio_transcription.failed"
    assert talk(failed, item_id="u1", error={"code": "x"}) == []
    talk("conversation.item.input_audio_transcription.delta", item_id="u2", delta="What")
    assert talk(failed, item_id="u2", error={"code": "x"}) == [Recognised("u2", "What", is_final=True)]


# Errors


def test_an_error_names_the_event_that_it_is_about() -> None:
    talk = Talk()
    (create,) = talk.protocol.respond()
    (refused,) = talk.error("invalid_value", create)
    assert isinstance(refused, Refused)
    assert refused.about == "response.create"
    assert types(sent(talk.created())) == ["response.cancel"]  # nothing is on its way any more


def test_a_refused_request_leaves_the_other_one_on_its_way() -> None:
    talk = Talk()
    (first,) = talk.protocol.respond()
    talk.protocol.respond()
    talk.error("invalid_value", first)
    talk.error("invalid_value", first)  # and an error about what is settled changes nothing
    assert talk.created() == [ReplyBegan("r1")]


def test_an_error_about_nothing_of_ours_is_about_nothing() -> None:
    talk = Talk()
    for event_id in (None, "", "evt_1", "response.create:999999", "response.create:", ":1", "response.create:\u0661"):
        (refused,) = talk("error", error={"code": "server_error", "event_id": event_id})
        assert isinstance(refused, Refused)
        assert refused.about == "" or event_id == "response.create:\u0661"


def test_events_that_we_do_not_know_are_taken_in_silence() -> None:
    talk = Talk().answering()
    for event_type in ("response.mcp_call.in_progress", "output_audio_buffer.started", "rate_limits.updated", "novel"):
        assert talk(event_type, event_id="e", response_id="r1", item_id="a1", anything=[1]) == []
    assert talk.protocol.active_response == "r1"


def test_every_event_that_we_send_names_itself_once() -> None:
    talk = Talk().answering()
    protocol = talk.protocol
    events = [
        *protocol.replay([Message(Role.USER, "a"), Message(Role.ASSISTANT, "b")]),
        *protocol.hear(sound(150)),
        *protocol.commit(),
        *protocol.cancel(),
        *protocol.clear_input(),
        *protocol.detect_turns(BY_THE_SERVER),
    ]
    assert len({event.event_id for event in events}) == len(events) == 7
    assert all(len(json.dumps(event.event_id)) < 100 for event in events)


def test_a_session_of_many_turns_does_not_grow() -> None:
    talk = Talk()

    def turns(first: int, last: int) -> None:
        for turn in range(first, last):
            response, item = f"r{turn}", f"u{turn}"
            talk("conversation.item.input_audio_transcription.completed", item_id=item, transcript="hi")
            talk.protocol.respond()
            talk.created(response)
            talk.words("Hello there.", f"a{turn}", response)
            talk.done(response)
            talk.protocol.heard(response, 0)

    turns(0, 300)
    tracemalloc.start()
    turns(300, 600)
    before, _ = tracemalloc.get_traced_memory()
    turns(600, 1200)
    after, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert after - before < 20_000
    assert talk.protocol.received_ms("r1") == 0


# What is cancelled before it begins, and what is shown


def test_an_answer_that_was_cancelled_before_it_began_is_paid_for_all_the_same() -> None:
    talk = Talk(PUSH_TO_TALK)
    (asked,) = talk.protocol.respond()
    talk.protocol.cancel()
    metadata = {ASKED_BY: asked.event_id}
    (cancel,) = talk("response.created", response={"id": "r", "metadata": metadata})
    assert isinstance(cancel, Send)
    usage = {"input_tokens": 50, "output_tokens": 0}
    told = talk("response.done", response={"id": "r", "status": "cancelled", "usage": usage})
    assert told == [Wasted(asked.event_id or "", ResponseUsage.model_validate(usage))]
    assert talk("response.done", response={"id": "r", "status": "cancelled", "usage": usage}) == []


def test_an_answer_that_was_cancelled_before_it_began_and_cost_nothing_is_not_told() -> None:
    talk = Talk(PUSH_TO_TALK)
    talk.protocol.respond()
    talk.protocol.cancel()
    talk("response.created", response={"id": "r"})
    assert talk("response.done", response={"id": "r", "status": "cancelled"}) == []


def test_pictures_are_one_item_of_the_users_and_none_is_none() -> None:
    talk = Talk(PUSH_TO_TALK)
    pictures = (ImageAttachment.of(b"png"), ImageAttachment.of(b"jpg", "image/jpeg", "low"))
    (created,) = wire(talk.protocol.show(pictures))
    assert (created["item"]["type"], created["item"]["role"]) == ("message", "user")
    assert created["item"]["content"] == [
        {"type": "input_image", "image_url": "data:image/png;base64,cG5n", "detail": "auto"},
        {"type": "input_image", "image_url": "data:image/jpeg;base64,anBn", "detail": "low"},
    ]
    assert talk.protocol.show(()) == []


# Servers that do not stop


@pytest.mark.parametrize("what", ["sound", "words", "turns"])
def test_an_answer_without_an_end_is_given_up(what: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(responses, "LONGEST_SOUND", 24 * 1000)
    monkeypatch.setattr(responses, "MOST_WORDS", 1000)
    monkeypatch.setattr(responses, "MOST_RUNS", 50)
    talk = Talk().answering()
    more = {
        "sound": lambda _number: talk.sound(100),
        "words": lambda _number: talk.words("word " * 20),
        "turns": lambda number: talk.sound(1, item=f"a{number % 2}"),
    }[what]
    decisions = [decision for number in range(100) for decision in more(number)]
    assert types(sent(decisions)) == ["response.cancel"]
    assert len(decisions) < 60
    (ended,) = talk.done(status="cancelled")
    assert isinstance(ended, ReplyEnded)
    assert (ended.status, ended.reason) == ("failed", "endless")


def test_items_and_calls_without_end_are_not_remembered() -> None:
    talk = Talk().answering()
    for number in range(1000):
        talk("response.output_item.added", response_id="r1", item={"type": "message", "id": f"m{number}"})
        talk.called(f"c{number}")
    talk.protocol.cancel()
    for number in range(1000):
        talk.sound(1, item=f"late{number}")
    reply = talk.protocol._replies["r1"]
    assert len(reply._items) == len(reply.calls) == responses.MOST_ITEMS
