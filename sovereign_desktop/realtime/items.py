"""Items as a client adds them to a conversation."""

from __future__ import annotations

from collections.abc import Sequence

from sovereign_desktop.core.dialogue import Background, ImageAttachment, Message, Role
from sovereign_desktop.realtime.objects import Content, Item


def said(item_id: str, message: Message) -> Item:
    """Something that was said before, as text; the assistant's own words have a type of their own."""
    kind = "output_text" if message.role is Role.ASSISTANT else "input_text"
    return Item(id=item_id, type="message", role=message.role.value, content=(Content(type=kind, text=message.text),))


def background(item_id: str, told: Background) -> Item:
    """Something to know, which nobody has said."""
    content = (Content(type="input_text", text=told.text), *_pictures(told.images))
    return Item(id=item_id, type="message", role=told.role.value, content=content)


def shown(item_id: str, images: Sequence[ImageAttachment]) -> Item:
    """Pictures that belong to what is said next."""
    return Item(id=item_id, type="message", role=Role.USER.value, content=_pictures(images))


def _pictures(images: Sequence[ImageAttachment]) -> tuple[Content, ...]:
    return tuple(Content(type="input_image", image_url=image.data_url, detail=image.detail) for image in images)


def tool_output(item_id: str, call_id: str, output: str) -> Item:
    """What a function returned."""
    return Item(id=item_id, type="function_call_output", call_id=call_id, output=output)
