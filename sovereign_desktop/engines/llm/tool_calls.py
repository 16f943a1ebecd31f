"""Messages and tools as chat completions have them, and calls of tools put together from the pieces they come in."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from sovereign_desktop.core.dialogue import Message, ToolCall
from sovereign_desktop.engines.base import ReplyOptions, ToolChoice

UNSEEN = "(A picture came with this, and you can't see pictures. Say so when you are asked about it.)"


def message_as_sent(message: Message, *, sees: bool = True) -> dict[str, Any]:
    """A message of the conversation as a chat completion takes it; a model that does not see is told what it misses."""
    sent: dict[str, Any] = {"role": message.role.value, "content": message.text}
    if message.images:
        sent["content"] = _with_images(message) if sees else f"{message.text}\n{UNSEEN}".strip()
    if message.calls:
        sent["tool_calls"] = [
            {"id": call.call_id, "type": "function", "function": {"name": call.name, "arguments": call.arguments}}
            for call in message.calls
        ]
    if message.call_id:
        sent["tool_call_id"] = message.call_id
    return sent


def _with_images(message: Message) -> list[dict[str, Any]]:
    parts: list[dict[str, Any]] = [
        {"type": "image_url", "image_url": {"url": image.data_url, "detail": image.detail}} for image in message.images
    ]
    return [*parts, {"type": "text", "text": message.text}] if message.text else parts


def options_as_sent(options: ReplyOptions) -> dict[str, Any]:
    """What to add to a request for these options; what is usual is left out, because not every server knows it."""
    sent: dict[str, Any] = {}
    if options.max_tokens is not None:
        sent["max_tokens"] = options.max_tokens
    if options.tools:
        sent["tools"] = [
            {
                "type": "function",
                "function": {
                    "name": tool.name,
                    "description": tool.description,
                    "parameters": dict(tool.parameters) or {"type": "object", "properties": {}},
                },
            }
            for tool in options.tools
        ]
        if options.must_call:
            sent["tool_choice"] = {"type": "function", "function": {"name": options.must_call}}
        elif options.tool_choice is not ToolChoice.AUTO:
            sent["tool_choice"] = options.tool_choice.value
        if not options.parallel_calls:
            sent["parallel_tool_calls"] = False
    return sent


class GrowingCalls:
    """Calls of tools, fed the pieces that a stream gives of them."""

    def __init__(self) -> None:
        self._calls: list[ToolCall] = []
        self._indices: list[int] = []

    def push(self, pieces: Any) -> None:
        """Take the `tool_calls` of one delta. Raises AttributeError or TypeError when they are none."""
        for piece in pieces or ():
            self._take(piece)

    def finish(self) -> list[ToolCall]:
        """The calls, each with an id."""
        return [ToolCall(call.call_id or f"call_{uuid4().hex}", call.name, call.arguments) for call in self._calls]

    def _take(self, piece: Any) -> None:
        function = piece.function
        name, more = (function.name or "", function.arguments or "") if function else ("", "")
        if (at := self._position(piece)) is None:
            self._indices.append(piece.index)
            self._calls.append(ToolCall(piece.id or "", name, more))
        else:
            begun = self._calls[at]
            self._calls[at] = ToolCall(begun.call_id or piece.id or "", begun.name or name, begun.arguments + more)

    def _position(self, piece: Any) -> int | None:
        """Where the call that the piece goes on stands. Some servers number all calls 0 and tell them by id only."""
        known = [at for at, index in enumerate(self._indices) if index == piece.index]
        if not known:
            return None
        begun = self._calls[known[-1]].call_id
        return None if piece.id and begun and piece.id != begun else known[-1]
