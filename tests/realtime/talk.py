"""A protocol to talk to: what a server says as JSON goes in, what follows comes out in short."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from sovereign_desktop.realtime.client_events import ClientEvent
from sovereign_desktop.realtime.codec import encode_sound, read_server_event, write
from sovereign_desktop.realtime.decisions import Decision, Send
from sovereign_desktop.realtime.protocol import Protocol

SAMPLES_PER_MS = 24
PUSH_TO_TALK = None
BY_THE_SERVER = {"type": "semantic_vad"}


def sound(ms: float, value: int = 1) -> bytes:
    """So many milliseconds of PCM, each sample with that value."""
    return value.to_bytes(2, "little") * int(ms * SAMPLES_PER_MS)


def session(turn_detection: dict[str, Any] | None) -> dict[str, Any]:
    return {"type": "realtime", "audio": {"input": {"turn_detection": turn_detection}}}


def types(events: Sequence[ClientEvent]) -> list[str]:
    return [event.type for event in events]


def wire(events: Sequence[ClientEvent]) -> list[dict[str, Any]]:
    """What goes over the wire, without the ids of the events."""
    return [{key: value for key, value in json.loads(write(event)).items() if key != "event_id"} for event in events]


def sent(decisions: Sequence[Decision]) -> list[ClientEvent]:
    return [decision.event for decision in decisions if isinstance(decision, Send)]


class Talk:
    """A configured session, and the sentences of a server."""

    def __init__(self, turn_detection: dict[str, Any] | None = PUSH_TO_TALK) -> None:
        self.protocol = Protocol()
        self.protocol.configure(session(turn_detection))
        self("session.created", session={"type": "realtime", "id": "sess_1", "expires_at": 1_800_000_000})
        self("session.updated", session={"type": "realtime"})

    def __call__(self, event_type: str, **fields: Any) -> list[Decision]:
        return self.protocol.receive(read_server_event(json.dumps({"type": event_type, **fields})))

    def created(self, response_id: str = "r1", **fields: Any) -> list[Decision]:
        return self("response.created", response={"id": response_id, "status": "in_progress", **fields})

    def done(self, response_id: str = "r1", status: str = "completed", **fields: Any) -> list[Decision]:
        return self("response.done", response={"id": response_id, "status": status, **fields})

    def sound(self, ms: float, item: str = "a1", response: str = "r1", content_index: int = 0) -> list[Decision]:
        where = {"response_id": response, "item_id": item, "content_index": content_index}
        return self("response.output_audio.delta", delta=encode_sound(sound(ms)), **where)

    def words(self, text: str, item: str = "a1", response: str = "r1") -> list[Decision]:
        where = {"response_id": response, "item_id": item, "content_index": 0}
        return self("response.output_audio_transcript.delta", delta=text, **where)

    def called(self, call_id: str, response: str = "r1", item: str = "", **fields: Any) -> list[Decision]:
        fields = {"name": "clock", "arguments": "{}"} | fields
        where = {"response_id": response, "item_id": item or f"f_{call_id}", "call_id": call_id}
        return self("response.function_call_arguments.done", **where, **fields)

    def error(self, code: str, about: ClientEvent | None = None, **fields: Any) -> list[Decision]:
        event_id = about.event_id if about else None
        return self("error", error={"type": "invalid_request_error", "code": code, "event_id": event_id, **fields})

    def answering(self, response_id: str = "r1", **fields: Any) -> Talk:
        """Asked for an answer, which has begun."""
        self.protocol.respond()
        self.created(response_id, **fields)
        return self
