"""Messages on a pipe: a JSON header and a binary payload, each with its length in front.

    4 bytes header length | 4 bytes payload length | header (JSON object, UTF-8) | payload

Lengths are unsigned, big-endian. Used between the program and its own child processes.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, BinaryIO

_LENGTHS = struct.Struct("!II")
MAX_MESSAGE_BYTES = 16 * 2**20


class BrokenPipeMessage(ValueError):  # noqa: N818 - says what it is
    """The bytes on the pipe are no message, or stop in the middle of one."""


@dataclass(frozen=True, slots=True)
class PipeMessage:
    """A header that JSON can hold, and bytes that it need not."""

    header: Mapping[str, Any] = field(default_factory=dict)
    payload: bytes = b""

    def encode(self) -> bytes:
        head = json.dumps(self.header, separators=(",", ":")).encode()
        return _LENGTHS.pack(len(head), len(self.payload)) + head + self.payload


def read_message(stream: BinaryIO) -> PipeMessage | None:
    """The next message, waiting for it; None at a clean end. Raises BrokenPipeMessage.

    A child whose parent is gone sees that end, however the parent died.
    """
    lengths = stream.read(_LENGTHS.size)
    if not lengths:
        return None
    head_bytes, payload_bytes = _LENGTHS.unpack(_whole(lengths, _LENGTHS.size))
    if head_bytes + payload_bytes > MAX_MESSAGE_BYTES:
        raise BrokenPipeMessage("a message longer than any we send")
    try:
        header = json.loads(_whole(stream.read(head_bytes), head_bytes))
    except ValueError as error:
        raise BrokenPipeMessage("a header that is no JSON") from error
    return PipeMessage(header, _whole(stream.read(payload_bytes), payload_bytes))


def _whole(data: bytes, expected: int) -> bytes:
    if len(data) != expected:
        raise BrokenPipeMessage("the pipe ended inside a message")
    return data
