"""Events to text and back, and sound to base64 and back. Nothing that arrives can raise anything but `Malformed`."""

from __future__ import annotations

import base64
import binascii
import json
import re
from typing import Any, get_args

from pydantic import ValidationError

from sovereign_desktop.core.audio import SAMPLE_WIDTH_BYTES
from sovereign_desktop.realtime.client_events import ClientEvent, FromClient
from sovereign_desktop.realtime.server_events import FromServer, ServerEvent, Unknown

LONGEST_MESSAGE_BYTES = 16 * 2**20
"""15 MiB of sound are allowed in one append, and some JSON around it."""

_SURROGATE = re.compile(r"\\u[dD][89a-fA-F]")
"""JSON can hold halves of characters, which no file, window or socket takes; they become question marks."""


class Malformed(ValueError):  # noqa: N818 - the field calls it by what it is
    """A message that is no event. `code` and `param` are what a server answers with, `event_id` whom it blames."""

    def __init__(self, text: str, *, code: str = "invalid_value", param: str = "", event_id: str = "") -> None:
        super().__init__(text)
        self.code = code
        self.param = param
        self.event_id = event_id


def write(event: FromClient | FromServer) -> str:
    """The event as JSON, with the fields that were set and the type."""
    return json.dumps({"type": _type_of(event)} | event.model_dump(mode="json", exclude_unset=True))


def read_server_event(message: str | bytes) -> ServerEvent:
    """An event from a server; `Unknown` when its type is, or when a field that it needs is not what it should be.

    A field that changed its meaning must not take the session down, so one that the event can do without is left
    out. Raises Malformed for what is no event at all.
    """
    data = _object(message)
    kind = _SERVER.get(data["type"], Unknown)
    try:
        return kind.model_validate(data)  # type: ignore[return-value]
    except ValidationError as error:
        for one in reversed(error.errors(include_url=False, include_input=False, include_context=False)):
            _leave_out(data, one["loc"][:-1] if one["type"] == "missing" else one["loc"])
    try:
        return kind.model_validate(data)  # type: ignore[return-value]
    except ValidationError:
        return Unknown.model_construct(type=str(data.get("type", "")))


def read_client_event(message: str | bytes) -> ClientEvent:
    """An event from a client. Raises Malformed with the field at fault."""
    data = _object(message)
    event_id = data.get("event_id")
    event_id = event_id if isinstance(event_id, str) else ""
    kind = _CLIENT.get(data["type"])
    if kind is None:
        raise Malformed("There is no client event of that type.", param="type", event_id=event_id)
    try:
        return kind.model_validate(data)  # type: ignore[return-value]
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False, include_context=False)[0]
        param = ".".join(str(part) for part in first["loc"])
        code = "missing_required_parameter" if first["type"] == "missing" else "invalid_value"
        raise Malformed(f"{param}: {first['msg']}.", code=code, param=param, event_id=event_id) from None


def encode_sound(pcm: bytes) -> str:
    return base64.b64encode(pcm).decode("ascii")


def decode_sound(text: str, *, whole_samples: bool = True) -> bytes:
    """The samples of a base64 text. Raises Malformed when it is none, or (`whole_samples`) ends inside a sample."""
    try:
        pcm = binascii.a2b_base64(text, strict_mode=True)
    except (binascii.Error, ValueError):
        raise Malformed("The audio is no base64.", param="audio") from None
    if whole_samples and len(pcm) % SAMPLE_WIDTH_BYTES:
        raise Malformed("The audio ends inside a sample.", param="audio")
    return pcm


def _object(message: str | bytes) -> dict[str, Any]:
    """Raises Malformed unless it is a JSON object with a type."""
    try:
        text = message if isinstance(message, str) else message.decode()
        data = json.loads(text, parse_constant=_refuse)
        if _SURROGATE.search(text):
            data = json.loads(json.dumps(data, ensure_ascii=False).encode(errors="replace"))
    except (ValueError, RecursionError):
        raise Malformed("That is no JSON.", code="invalid_json") from None
    if not isinstance(data, dict) or not isinstance(data.get("type"), str):
        raise Malformed("An event is a JSON object with a type.", code="missing_required_parameter", param="type")
    return data


def _refuse(constant: str) -> None:
    """Python takes NaN and Infinity for JSON; nobody else does. Raises ValueError."""
    raise ValueError(constant)


def _leave_out(data: Any, place: tuple[int | str, ...]) -> None:
    """Take out what is found at that place."""
    if not place:
        return
    for step in place[:-1]:
        try:
            data = data[step]
        except (LookupError, TypeError):
            return
    if isinstance(data, dict):
        data.pop(place[-1], None)
    elif isinstance(data, list) and isinstance(place[-1], int):
        del data[place[-1] : place[-1] + 1]


def _type_of(event: FromClient | FromServer) -> str:
    return str(event.type)  # type: ignore[union-attr]


_CLIENT: dict[str, type[FromClient]] = {kind.model_fields["type"].default: kind for kind in get_args(ClientEvent)}
_SERVER: dict[str, type[FromServer]] = {
    kind.model_fields["type"].default: kind for kind in get_args(ServerEvent) if kind is not Unknown
}
