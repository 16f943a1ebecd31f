"""Items as a client adds them to a conversation."""

from __future__ import annotations

from sovereign_desktop.core.dialogue import Background, Message, Role
from sovereign_desktop.realtime.objects import Content, Item


def said(item_id: str, message: Message) -> Item:
    """Something that was said before, as text; the assistant's own words have a type of their own."""
    kind = "output_text" if message.role is Role.ASSISTANT else "input_text"
    return Item(id=item_id, type="message", role=message.role.value, content=(Content(type=kind, text=message.text),))


def background(item_id: str, told: Background) -> Item:
    """Something to know, which nobody has said."""
    pictures = [Content(type="input_image", image_url=picture) for picture in told.pictures]
    content = (Content(type="input_text", text=told.text), *pictures)
    return Item(id=item_id, type="message", role=told.role.value, content=content)


def tool_output(item_id: str, call_id: str, output: str) -> Item:
    """What a function returned."""
    return Item(id=item_id, type="function_call_output", call_id=call_id, output=output)
