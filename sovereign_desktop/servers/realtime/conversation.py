"""The items of a conversation: in order, with their sound, and as messages for a language model."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from sovereign_desktop.conversation.spoken_reply import SpokenReply
from sovereign_desktop.core.dialogue import ImageAttachment, Message, Role, ToolCall, Transcript
from sovereign_desktop.realtime.codec import encode_sound
from sovereign_desktop.realtime.objects import Content, Item
from sovereign_desktop.servers.realtime.refusal import Refusal, unknown_item

MOST_SOUND_BYTES = 24 * 2**20
"""Eight minutes at 24 kHz. The sound of the oldest items is forgotten first; what was said in them is not."""
MOST_IMAGE_BYTES = 24 * 2**20
"""As they come, in base64. The oldest are forgotten first."""
LONGEST_IMAGE_URL = 12 * 2**20
IMAGE_TYPES = ("data:image/png;base64,", "data:image/jpeg;base64,")
FORGOTTEN = "(A picture that was shown here has been forgotten.)"
MOST_ITEMS = 2_000
MOST_TEXT_BYTES = 8 * 2**20
ROOT = "root"


@dataclass(slots=True)
class Entry:
    """An item, and what the server knows beyond it.

    `heard` is what was recognised in the user's sound, None until then. `spoken` is the sound of the assistant's
    answer on its clock, `played_ms` how much of it was played when the client has said so.
    """

    item: Item
    sound: bytes = b""
    heard: Transcript | None = None
    spoken: SpokenReply | None = None
    played_ms: float | None = None

    @property
    def id(self) -> str:
        return self.item.id or ""

    @property
    def is_spoken_answer(self) -> bool:
        return any(part.type == "output_audio" for part in self.item.content or ())

    @property
    def is_heard(self) -> bool:
        """Whether it is speech of the user's."""
        return any(part.type == "input_audio" for part in self.item.content or ())

    @property
    def words(self) -> str:
        """What a language model is told was said."""
        if self.spoken is not None and self.played_ms is not None:
            return self.spoken.heard(self.played_ms)
        if self.is_heard:
            written = " ".join(part.text or "" for part in self.item.content or ())
            return f"{written} {self.heard.text if self.heard else ''}".strip()
        return self.item.words

    @property
    def images(self) -> tuple[ImageAttachment, ...]:
        """The pictures in it."""
        parts = self.item.content or ()
        return tuple(ImageAttachment(part.image_url, part.detail or "auto") for part in parts if part.image_url)

    def forget_images(self) -> None:
        """Keep that there were some."""
        gone = Content(type="input_text", text=FORGOTTEN)
        content = tuple(gone if part.type == "input_image" else part for part in self.item.content or ())
        self.item = self.item.model_copy(update={"content": content})

    def recognised(self, transcript: Transcript) -> None:
        """The words of its sound are known."""
        self.heard = transcript
        self._change_sound(transcript=transcript.text)

    def truncate(self, played_ms: float) -> None:
        """Only so much of it was heard: the transcript goes away, as the protocol wants it; `words` stay right."""
        self.played_ms = played_ms
        self._change_sound(transcript="")

    def complete(self) -> Item:
        """The item together with its sound."""
        if not self.sound:
            return self.item
        return self._with_sound(audio=encode_sound(self.sound))

    def _change_sound(self, transcript: str) -> None:
        self.item = self._with_sound(transcript=transcript)

    def _with_sound(self, **change: str) -> Item:
        kinds = ("input_audio", "output_audio")
        content = [part.model_copy(update=change) if part.type in kinds else part for part in self.item.content or ()]
        return self.item.model_copy(update={"content": tuple(content)})


@dataclass(slots=True)
class Conversation:
    """Items by their ids, in order."""

    _entries: dict[str, Entry] = field(default_factory=dict)
    _order: list[str] = field(default_factory=list)

    def __contains__(self, item_id: str) -> bool:
        return item_id in self._entries

    @property
    def entries(self) -> list[Entry]:
        return [self._entries[item_id] for item_id in self._order]

    @property
    def last_id(self) -> str | None:
        return self._order[-1] if self._order else None

    @property
    def has_voice(self) -> bool:
        """Whether the assistant has been heard in it."""
        return any(entry.is_spoken_answer for entry in self._entries.values())

    def add(self, entry: Entry, behind: str | None = None) -> str | None:
        """Add an item, last or behind another or first (`root`); the id of the one before it. Raises Refusal."""
        if entry.id in self._entries:
            raise Refusal(f"There is an item with the id '{entry.id}' already.", param="item.id")
        if behind not in (None, ROOT) and behind not in self._entries:
            raise unknown_item("create", behind or "", "previous_item_id")
        self._make_room(entry)
        at = len(self._order) if behind is None else 0 if behind == ROOT else self._order.index(behind) + 1
        self._order.insert(at, entry.id)
        self._entries[entry.id] = entry
        self.forget_old_media()
        return self._order[at - 1] if at else None

    def find(self, item_id: str, what: str) -> Entry:
        """The item for truncate, delete or retrieve. Raises Refusal when there is none."""
        if item_id not in self._entries:
            raise unknown_item(what, item_id)
        return self._entries[item_id]

    def before(self, item_id: str) -> str | None:
        """The id of the item in front of this one."""
        at = self._order.index(item_id)
        return self._order[at - 1] if at else None

    def delete(self, item_id: str) -> None:
        """Raises Refusal."""
        self.find(item_id, "delete")
        del self._entries[item_id]
        self._order.remove(item_id)

    def truncate(self, item_id: str, content_index: int, audio_end_ms: int) -> None:
        """Note how much of an answer was played. Raises Refusal for what is no sound of the assistant's, or shorter."""
        entry = self.find(item_id, "truncate")
        content = entry.item.content or ()
        if entry.spoken is None:
            raise Refusal("Only model output audio messages can be truncated", code=None)
        if not 0 <= content_index < max(1, len(content)):
            raise Refusal(f"There is no content with the index {content_index}.", param="content_index")
        if audio_end_ms < 0:
            raise Refusal("'audio_end_ms' can't be negative.", param="audio_end_ms")
        if audio_end_ms > (has_ms := entry.spoken.duration_ms) + 1:
            text = f"Audio content of {has_ms:.0f}ms is already shorter than {audio_end_ms}ms"
            raise Refusal(text, param="audio_end_ms")
        entry.truncate(audio_end_ms)

    def forget_old_media(self) -> None:
        """Keep the sound and the pictures of the newest items only."""
        sound = images = 0
        for entry in reversed(self.entries):
            sound += len(entry.sound)
            if sound > MOST_SOUND_BYTES:
                entry.sound = b""
            shown = sum(len(image.data_url) for image in entry.images)
            images += shown
            if shown and images > MOST_IMAGE_BYTES:
                entry.forget_images()

    def _make_room(self, entry: Entry) -> None:
        texts = sum(len(known.words) for known in self._entries.values()) + len(entry.words)
        if len(self._order) >= MOST_ITEMS or texts > MOST_TEXT_BYTES:
            raise Refusal("The conversation is full. Delete items, or open another session.", code="conversation_full")


def messages_of(entries: Iterable[Entry]) -> list[Message]:
    """What a language model is told. Calls without a result, and results without a call, are left out."""
    kept = list(entries)
    answered = {entry.item.call_id: entry.item for entry in kept if entry.item.type == "function_call_output"}
    messages: list[Message] = []
    for entry in kept:
        item = entry.item
        if item.type == "function_call" and item.call_id in answered:
            _add_call(messages, item, answered[item.call_id].output or "")
        elif item.type == "message" and (entry.words or entry.images):
            messages.append(Message(_ROLES.get(item.role or "", Role.USER), entry.words, images=entry.images))
    return messages


def _add_call(messages: list[Message], call: Item, output: str) -> None:
    """Calls stand in one message as long as nothing but calls comes, the results behind it in their order."""
    made = ToolCall(call.call_id or "", call.name or "", call.arguments or "{}")
    at = len(messages)
    while at and messages[at - 1].role is Role.TOOL:
        at -= 1
    if at and messages[at - 1].calls:
        begun = messages[at - 1]
        messages[at - 1] = Message(begun.role, begun.text, calls=(*begun.calls, made))
    else:
        messages.append(Message(Role.ASSISTANT, "", calls=(made,)))
    messages.append(Message(Role.TOOL, output, call_id=made.call_id))


_ROLES = {role.value: role for role in (Role.SYSTEM, Role.USER, Role.ASSISTANT)}


def entry_of(item: Item, item_id: str, status: str = "completed") -> Entry:
    """A client's item as the conversation keeps it: with an id, without the sound in its content. Raises Refusal."""
    _check(item)
    content = None if item.content is None else tuple(_without_sound(part) for part in item.content)
    update: dict[str, object] = {"id": item.id or item_id, "object": "realtime.item", "status": status}
    if content is not None:
        update["content"] = content
    return Entry(item.model_copy(update=update))


def _without_sound(part: Content) -> Content:
    if part.type != "input_audio":
        return part
    return Content(type=part.type, transcript=part.transcript)


_CONTENT = {
    "user": ("input_text", "input_audio", "input_image"),
    "system": ("input_text",),
    "assistant": ("output_text", "text", "output_audio"),
}


def _check(item: Item) -> None:
    if item.type == "message":
        _check_message(item)
    elif item.type == "function_call":
        _require(item, ("name", "arguments"))
    elif item.type == "function_call_output":
        _require(item, ("call_id", "output"))
    else:
        raise Refusal(
            f"Invalid value: '{item.type}'. Supported values are: 'message', 'function_call' and "
            "'function_call_output'.",
            param="item.type",
        )
    if item.id is not None and not 0 < len(item.id) <= 64:
        raise Refusal("An id has 1 to 64 characters.", param="item.id")


def _check_message(item: Item) -> None:
    _require(item, ("role", "content"))
    allowed: Sequence[str] = _CONTENT.get(item.role or "", ())
    if not allowed:
        names = ", ".join(f"'{role}'" for role in _CONTENT)
        raise Refusal(f"Invalid value: '{item.role}'. Supported values are: {names}.", param="item.role")
    for number, part in enumerate(item.content or ()):
        if part.type not in allowed:
            names = ", ".join(f"'{kind}'" for kind in allowed)
            raise Refusal(
                f"Invalid value: '{part.type}'. Supported values for '{item.role}' are: {names}.",
                param=f"item.content[{number}].type",
            )
        if part.type == "input_image":
            _check_image(part, f"item.content[{number}].image_url")


def _check_image(part: Content, param: str) -> None:
    """Only what came with the item is shown to a model: nothing is fetched for a client."""
    url = part.image_url or ""
    if not url.startswith(IMAGE_TYPES):
        raise Refusal("An image has to be a PNG or JPEG in a 'data:' URL with base64.", param=param)
    if len(url) > LONGEST_IMAGE_URL:
        raise Refusal("The image is too large.", param=param)
    try:
        base64.b64decode(url.partition(",")[2], validate=True)
    except ValueError:
        raise Refusal("The image is no valid base64.", param=param) from None


def _require(item: Item, names: Sequence[str]) -> None:
    for name in names:
        if getattr(item, name) is None:
            param = f"item.{name}"
            raise Refusal(f"Missing required parameter: '{param}'.", code="missing_required_parameter", param=param)
