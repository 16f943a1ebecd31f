"""Text to events and back: nothing that arrives can do more than be refused, and nothing is lost on the way."""

from __future__ import annotations

import base64
import json
import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sovereign_desktop.realtime.client_events import InputAudioAppend, ItemCreate, ResponseCreate, SessionUpdate
from sovereign_desktop.realtime.codec import (
    LONGEST_MESSAGE_BYTES,
    Malformed,
    decode_sound,
    encode_sound,
    read_client_event,
    read_server_event,
    write,
)
from sovereign_desktop.realtime.objects import Content, Item
from sovereign_desktop.realtime.server_events import OutputAudioDelta, OutputTextDelta, ResponseDone, Unknown

NO_EVENTS = {
    "nothing": "",
    "half an object": '{"type": "response.create"',
    "two objects": '{"type": "response.create"} {"type": "response.create"}',
    "a list": '["response.create"]',
    "a number": "12",
    "null": "null",
    "no type": '{"event_id": "e1"}',
    "a type that is no text": '{"type": 7}',
    "single quotes": "{'type': 'response.create'}",
    "bytes that are no UTF-8": b'{"type": "\xff\xfe"}',
    "NaN": '{"type": "response.create", "n": NaN}',
    "deep nesting": '{"type": "session.update", "session": ' + "[" * 200_000 + "]" * 200_000 + "}",
    "a number with too many digits": '{"type": "response.create", "n": ' + "9" * 100_000 + "}",
}


@pytest.mark.parametrize("read", [read_server_event, read_client_event])
@pytest.mark.parametrize("message", NO_EVENTS.values(), ids=NO_EVENTS.keys())
def test_what_is_no_event_is_malformed(read: Any, message: str | bytes) -> None:
    with pytest.raises(Malformed) as caught:
        read(message)
    assert caught.value.code in {"invalid_json", "missing_required_parameter"}


def _nested(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4)


JSON = st.recursive(st.none() | st.booleans() | st.integers() | st.floats() | st.text(), _nested, max_leaves=12)


@given(JSON, st.sampled_from(["response.done", "error", "session.created", "session.update", "new"]))
def test_any_json_is_an_event_or_malformed(data: Any, event_type: str) -> None:
    """Also as the fields of an event that we know."""
    fields = {"response": data, "error": data, "session": data, "event_id": data, "type": event_type}
    for message in (json.dumps(data), json.dumps(fields)):
        for read in (read_server_event, read_client_event):
            try:
                event = read(message)
            except Malformed:
                continue
            assert json.loads(write(event))["type"] == event.type


def test_a_client_is_told_which_field_is_at_fault() -> None:
    with pytest.raises(Malformed) as missing:
        read_client_event('{"type": "conversation.item.truncate", "event_id": "e7", "item_id": "a1"}')
    assert (missing.value.code, missing.value.param) == ("missing_required_parameter", "audio_end_ms")
    assert missing.value.event_id == "e7"
    with pytest.raises(Malformed) as wrong:
        read_client_event('{"type": "input_audio_buffer.append", "event_id": "e8", "audio": 5}')
    assert (wrong.value.code, wrong.value.param, wrong.value.event_id) == ("invalid_value", "audio", "e8")
    with pytest.raises(Malformed) as unknown:
        read_client_event('{"type": "response.invent", "event_id": "e9"}')
    assert (unknown.value.param, unknown.value.event_id) == ("type", "e9")


def test_an_event_id_that_is_no_text_is_nobodys() -> None:
    with pytest.raises(Malformed) as caught:
        read_client_event('{"type": "response.invent", "event_id": 9}')
    assert caught.value.event_id == ""


def test_an_event_of_an_unknown_type_is_kept_as_it_came() -> None:
    data = {"type": "response.dance.delta", "event_id": "e", "steps": [{"left": 1.5}, None], "item_id": "a"}
    event = read_server_event(json.dumps(data))
    assert isinstance(event, Unknown)
    assert json.loads(write(event)) == data


def test_fields_that_we_do_not_know_are_kept_at_every_depth() -> None:
    data = {
        "type": "response.done",
        "mood": "good",
        "response": {
            "id": "r1",
            "phase": 2,
            "output": [{"type": "message", "hue": "red", "content": [{"type": "output_audio", "pitch": 3}]}],
            "usage": {"total_tokens": 3, "input_token_details": {"smell_tokens": 1}},
        },
    }
    assert json.loads(write(read_server_event(json.dumps(data)))) == data


def test_a_field_that_changed_its_meaning_does_not_cost_the_event() -> None:
    usage = {"total_tokens": "many", "input_tokens": 7}
    response = {"id": "r1", "metadata": {"a": 1, "b": "x"}, "usage": usage, "output": [{"id": "no type"}, "?"]}
    event = read_server_event(json.dumps({"type": "response.done", "event_id": 5, "response": response}))
    assert isinstance(event, ResponseDone)
    assert event.response.id == "r1"
    assert event.response.metadata == {"b": "x"}
    assert event.response.usage is not None
    assert (event.response.usage.total_tokens, event.response.usage.input_tokens) == (None, 7)


def test_an_event_without_what_it_needs_is_unknown_and_no_error() -> None:
    for data in (
        {"type": "response.done"},
        {"type": "response.done", "response": "soon"},
        {"type": "response.output_audio.delta", "delta": None},
        {"type": "error", "error": []},
    ):
        event = read_server_event(json.dumps(data))
        assert isinstance(event, Unknown)
        assert event.type == data["type"]


def test_half_of_a_character_becomes_a_question_mark_and_a_whole_one_stays() -> None:
    """JSON can hold lone surrogates, which no window, file or socket takes."""
    for escaped, text in ((r"a\ud83db", "a?b"), (r"\uDE00", "?"), (r"\ud83d\ude00", "\N{GRINNING FACE}")):
        event = read_server_event('{"type": "response.output_text.delta", "delta": "' + escaped + '"}')
        assert isinstance(event, OutputTextDelta)
        assert event.delta == text
        assert read_server_event(('{"type": "' + escaped + '"}').encode()) == Unknown(type=text)


def test_nesting_that_json_allows_passes_through() -> None:
    message = '{"type": "session.update", "session": {"a": ' + "[" * 200 + "]" * 200 + "}}"
    assert json.loads(write(read_client_event(message))) == json.loads(message)


def test_only_what_was_set_is_sent_and_a_null_is_something() -> None:
    assert json.loads(write(ResponseCreate())) == {"type": "response.create"}
    update = SessionUpdate(event_id="e", session={"audio": {"input": {"turn_detection": None}}})
    assert json.loads(write(update)) == {
        "type": "session.update",
        "event_id": "e",
        "session": {"audio": {"input": {"turn_detection": None}}},
    }
    item = Item(type="message", role="user", content=(Content(type="input_text", text="hi"),))
    assert json.loads(write(ItemCreate(previous_item_id=None, item=item))) == {
        "type": "conversation.item.create",
        "previous_item_id": None,
        "item": {"type": "message", "role": "user", "content": [{"type": "input_text", "text": "hi"}]},
    }


@given(st.binary(max_size=400).map(lambda pcm: pcm[: len(pcm) // 2 * 2]))
def test_sound_survives_base64(pcm: bytes) -> None:
    assert decode_sound(encode_sound(pcm)) == pcm


@pytest.mark.parametrize("text", ["*", "AAA", "AAAA\n", "ÄÄÄÄ", "AA AA", "-_-_", "A" * 5])
def test_what_is_no_base64_is_malformed(text: str) -> None:
    with pytest.raises(Malformed, match="no base64"):
        decode_sound(text)


def test_sound_of_odd_length_is_malformed_where_samples_must_be_whole() -> None:
    text = base64.b64encode(b"abc").decode()
    with pytest.raises(Malformed, match="inside a sample"):
        decode_sound(text)
    assert decode_sound(text, whole_samples=False) == b"abc"


def test_fifteen_megabytes_of_sound_fit_into_one_message_and_back() -> None:
    pcm = bytes(15 * 2**20 * 3 // 4 // 2 * 2)
    began = time.perf_counter()
    message = write(InputAudioAppend(event_id="e", audio=encode_sound(pcm)))
    assert 15 * 2**20 <= len(message) <= LONGEST_MESSAGE_BYTES
    event = read_client_event(message)
    assert isinstance(event, InputAudioAppend)
    assert decode_sound(event.audio) == pcm
    message = write(OutputAudioDelta(response_id="r", item_id="a", delta=event.audio))
    assert isinstance(read_server_event(message.encode()), OutputAudioDelta)
    assert time.perf_counter() - began < 5
