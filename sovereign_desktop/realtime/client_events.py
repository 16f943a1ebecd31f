"""The eleven events that a client may send."""

from __future__ import annotations

from typing import Any, Literal

from sovereign_desktop.realtime.objects import Item, Wire


class FromClient(Wire):
    """`event_id` comes back in the `error` that an event caused."""

    event_id: str | None = None


class SessionUpdate(FromClient):
    """Change what is given and nothing else; null switches turn detection or noise reduction off."""

    type: Literal["session.update"] = "session.update"
    session: dict[str, Any]


class InputAudioAppend(FromClient):
    """At most 15 MiB of sound in base64. It is not acknowledged."""

    type: Literal["input_audio_buffer.append"] = "input_audio_buffer.append"
    audio: str


class InputAudioCommit(FromClient):
    """Make the buffer an item of the user. Needs 100 ms of sound; does not ask for an answer."""

    type: Literal["input_audio_buffer.commit"] = "input_audio_buffer.commit"


class InputAudioClear(FromClient):
    type: Literal["input_audio_buffer.clear"] = "input_audio_buffer.clear"


class ItemCreate(FromClient):
    """Add an item: behind `previous_item_id`, first for `root`, last when it is not given."""

    type: Literal["conversation.item.create"] = "conversation.item.create"
    previous_item_id: str | None = None
    item: Item


class ItemRetrieve(FromClient):
    type: Literal["conversation.item.retrieve"] = "conversation.item.retrieve"
    item_id: str


class ItemTruncate(FromClient):
    """Cut the assistant's sound to what was played, and its transcript away; an error beyond the item's end."""

    type: Literal["conversation.item.truncate"] = "conversation.item.truncate"
    item_id: str
    content_index: int = 0
    audio_end_ms: int


class ItemDelete(FromClient):
    type: Literal["conversation.item.delete"] = "conversation.item.delete"
    item_id: str


class ResponseCreate(FromClient):
    """Ask for an answer. `response` overrides the session's settings for it; conversation `none` keeps it out."""

    type: Literal["response.create"] = "response.create"
    response: dict[str, Any] | None = None


class ResponseCancel(FromClient):
    """Stop the active response, or the one that is named. Without any it is a harmless error."""

    type: Literal["response.cancel"] = "response.cancel"
    response_id: str | None = None


class OutputAudioClear(FromClient):
    """For WebRTC and SIP only; websocket servers answer with an error."""

    type: Literal["output_audio_buffer.clear"] = "output_audio_buffer.clear"


ClientEvent = (
    SessionUpdate
    | InputAudioAppend
    | InputAudioCommit
    | InputAudioClear
    | ItemCreate
    | ItemRetrieve
    | ItemTruncate
    | ItemDelete
    | ResponseCreate
    | ResponseCancel
    | OutputAudioClear
)
