"""Our words are those of the official SDK: we understand or keep each event of theirs, and ours are among them."""

from __future__ import annotations

import json
import types
from collections.abc import Iterator
from typing import Annotated, Any, Literal, Union, get_args, get_origin

import pytest
from pydantic import BaseModel

from sovereign_desktop.core.dialogue import Message, Role
from sovereign_desktop.realtime import objects, server_events
from sovereign_desktop.realtime.client_events import (
    ClientEvent,
    FromClient,
    ItemCreate,
    ItemRetrieve,
    OutputAudioClear,
)
from sovereign_desktop.realtime.codec import read_client_event, read_server_event, write
from sovereign_desktop.realtime.server_events import ServerEvent, Unknown
from tests.realtime.talk import BY_THE_SERVER, Talk, session, sound

sdk = pytest.importorskip("openai.types.realtime", reason="the official SDK is not installed")

VARIANTS = 10
"""Where a field may be one of several objects, so many of them are tried."""


def events_of(alias: Any) -> dict[str, type[BaseModel]]:
    """The SDK's classes of events, by their type."""
    classes = get_args(get_args(alias)[0])
    return {get_args(one.model_fields["type"].annotation)[0]: one for one in classes}


SERVER = events_of(sdk.RealtimeServerEvent)
CLIENT = events_of(sdk.RealtimeClientEvent)
UNDERSTOOD = {kind.model_fields["type"].default for kind in get_args(ServerEvent) if kind is not Unknown}


def example(wanted: Any, variant: int) -> Any:
    """JSON that such a field may hold, with every optional field filled in."""
    origin, inside = get_origin(wanted), get_args(wanted)
    if origin is Annotated:
        return example(inside[0], variant)
    if origin is Literal:
        return inside[variant % len(inside)]
    if origin in (Union, types.UnionType):
        choices = [one for one in inside if one is not type(None)]
        return example(choices[variant % len(choices)], variant)
    if origin is list:
        return [example(inside[0], variant)]
    if origin is dict:
        return {"key": example(inside[1], variant)}
    if isinstance(wanted, type) and issubclass(wanted, BaseModel):
        return {
            field.alias or name: example(field.annotation, variant)
            for name, field in wanted.model_fields.items()
            if field.annotation is not None
        }
    return {str: f"text {variant}", int: variant, float: variant + 0.5, bool: bool(variant % 2)}.get(wanted, "anything")


def examples(one: type[BaseModel]) -> list[Any]:
    return [example(one, variant) for variant in range(VARIANTS)]


def test_the_sdk_knows_as_many_events_as_we_read_about() -> None:
    assert (len(CLIENT), len(SERVER)) == (11, 46)


def test_the_events_that_we_do_not_understand_are_these() -> None:
    """MCP tools, telephone keys, WebRTC's buffers, speaker segments: nothing that our two sides take part in."""
    assert SERVER.keys() >= UNDERSTOOD
    assert {name for name in SERVER if name not in UNDERSTOOD} == {
        "conversation.item.input_audio_transcription.segment",
        "input_audio_buffer.dtmf_event_received",
        "mcp_list_tools.completed",
        "mcp_list_tools.failed",
        "mcp_list_tools.in_progress",
        "output_audio_buffer.cleared",
        "output_audio_buffer.started",
        "output_audio_buffer.stopped",
        "response.mcp_call.completed",
        "response.mcp_call.failed",
        "response.mcp_call.in_progress",
        "response.mcp_call_arguments.delta",
        "response.mcp_call_arguments.done",
    }


@pytest.mark.parametrize("event_type", SERVER)
def test_every_event_of_the_official_server_is_understood_or_kept_and_nothing_of_it_is_lost(event_type: str) -> None:
    for data in examples(SERVER[event_type]):
        event = read_server_event(json.dumps(data))
        assert isinstance(event, Unknown) == (event_type not in UNDERSTOOD)
        assert json.loads(write(event)) == data


@pytest.mark.parametrize("event_type", CLIENT)
def test_every_event_of_the_official_client_is_understood_and_nothing_of_it_is_lost(event_type: str) -> None:
    for data in examples(CLIENT[event_type]):
        assert json.loads(write(read_client_event(json.dumps(data)))) == data


OF_SESSIONS = {"id", "object", "expires_at"}
"""Servers send them; the SDK's type of a session is the one that clients send."""


def accepted(event: FromClient | server_events.FromServer, classes: dict[str, type[BaseModel]]) -> None:
    """The SDK's class takes the event with the same fields."""
    data = json.loads(write(event))
    theirs = classes[data["type"]].model_validate(data)
    assert json.loads(theirs.model_dump_json(exclude_unset=True, by_alias=True)) == data
    assert set(unknown_fields(theirs)) <= (OF_SESSIONS if "session" in data["type"] else set())


def unknown_fields(value: object) -> Iterator[str]:
    """The fields that the SDK keeps without knowing them, at every depth."""
    if isinstance(value, BaseModel):
        yield from value.model_extra or ()
        for _, field in value:
            yield from unknown_fields(field)
    elif isinstance(value, list | tuple):
        for one in value:
            yield from unknown_fields(one)


def intents() -> list[ClientEvent]:
    """Every event that our client sends."""
    talk = Talk(None).answering()
    protocol = talk.protocol
    talk.called("c1")
    talk.sound(1000)
    talk.sound(1000, "a2")
    talk.done()
    conversation = [Message(Role.SYSTEM, "s"), Message(Role.USER, "u"), Message(Role.ASSISTANT, "a")]
    return [
        *protocol.configure(session(BY_THE_SERVER)),
        *protocol.detect_turns(None),
        *protocol.replay(conversation),
        *protocol.hear(sound(100)),
        *protocol.commit(),
        *protocol.clear_input(),
        *protocol.heard("r1", 500),
        *protocol.answer_tools({"c1": "noon"}),
        *protocol.respond({"conversation": "none", "metadata": {"topic": "mood"}, "output_modalities": ["text"]}),
        *protocol.cancel(),
        *protocol.forget(["a1"]),
    ]


def test_every_event_of_our_client_is_one_of_the_official_client() -> None:
    events = intents()
    for event in events:
        accepted(event, CLIENT)
    never_sent = {"conversation.item.retrieve", "output_audio_buffer.clear"}
    assert {event.type for event in events} == CLIENT.keys() - never_sent
    accepted(ItemRetrieve(event_id="e", item_id="a1"), CLIENT)
    accepted(OutputAudioClear(event_id="e"), CLIENT)
    image = objects.Content(type="input_image", image_url="data:image/png;base64,AAAA", detail="auto")
    accepted(ItemCreate(event_id="e", item=objects.Item(type="message", role="user", content=(image,))), CLIENT)


ITEM = objects.Item(
    type="message",
    id="a1",
    object="realtime.item",
    status="completed",
    role="assistant",
    content=(objects.Content(type="output_audio", transcript="Noon."),),
)
CALL = objects.Item(type="function_call", id="f1", status="completed", call_id="c1", name="clock", arguments="{}")
RESPONSE = objects.Response(
    id="r1",
    object="realtime.response",
    status="cancelled",
    status_details=objects.StatusDetails(type="cancelled", reason="turn_detected"),
    output=(ITEM, CALL),
    conversation_id="conv_1",
    output_modalities=("audio",),
    metadata={"topic": "time"},
    usage=objects.ResponseUsage(
        total_tokens=3,
        input_tokens=2,
        output_tokens=1,
        input_token_details=objects.InputTokens(text_tokens=2, audio_tokens=0, cached_tokens=0),
        output_token_details=objects.OutputTokens(text_tokens=1, audio_tokens=0),
    ),
)
SESSION = objects.Session(
    type="realtime", id="s", object="realtime.session", model="m", output_modalities=("audio",), max_output_tokens="inf"
)
ERROR = objects.ErrorDetail(type="invalid_request_error", code="c", message="m", param="p")
PART = objects.Content(type="audio", transcript="Noon.")
FILLED: dict[str, Any] = {
    "event_id": "event_1",
    "session": SESSION,
    "item": ITEM,
    "response": RESPONSE,
    "error": ERROR,
    "part": PART,
    "rate_limits": (objects.RateLimit(name="tokens", limit=2, remaining=1, reset_seconds=0.5),),
    "conversation": {"id": "conv_1", "object": "realtime.conversation"},
    "usage": {"type": "duration", "seconds": 1.5},
}


def filled(kind: type[server_events.FromServer]) -> server_events.FromServer:
    """One such event with all fields that we have for it."""
    plain: dict[Any, Any] = {str: "text", int: 1}
    given = {
        name: FILLED[name] if name in FILLED else plain.get(field.annotation, "item_0")
        for name, field in kind.model_fields.items()
        if name != "type"
    }
    return kind(**given)


@pytest.mark.parametrize("kind", [one for one in get_args(ServerEvent) if one is not Unknown])
def test_every_event_of_our_server_is_one_of_the_official_server(kind: type[server_events.FromServer]) -> None:
    accepted(filled(kind), SERVER)
