"""One response as the client sees it: its items, their parts, and the events in the order of the documentation."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sovereign_desktop.conversation.spoken_reply import SpokenReply
from sovereign_desktop.core.audio import AudioFrame
from sovereign_desktop.core.dialogue import ToolCall
from sovereign_desktop.engines.base import Usage
from sovereign_desktop.realtime.codec import encode_sound
from sovereign_desktop.realtime.objects import (
    CachedTokens,
    Content,
    ErrorDetail,
    InputTokens,
    Item,
    OutputTokens,
    Response,
    ResponseUsage,
    StatusDetails,
)
from sovereign_desktop.realtime.server_events import (
    ContentPartAdded,
    ContentPartDone,
    FromServer,
    FunctionCallArgumentsDelta,
    FunctionCallArgumentsDone,
    ItemAdded,
    ItemDone,
    OutputAudioDelta,
    OutputAudioDone,
    OutputAudioTranscriptDelta,
    OutputAudioTranscriptDone,
    OutputItemAdded,
    OutputItemDone,
    OutputTextDelta,
    OutputTextDone,
    ResponseCreated,
    ResponseDone,
)
from sovereign_desktop.servers.realtime.conversation import Conversation, Entry
from sovereign_desktop.servers.realtime.formats import PCM, SoundOut
from sovereign_desktop.servers.realtime.settings import ResponseSettings


@dataclass(slots=True)
class _Message:
    """The message that is being written."""

    entry: Entry
    index: int
    text: str = ""


class LiveResponse:
    """A response from its creation to its end. `conversation` is None for one that joins none."""

    def __init__(
        self,
        response_id: str,
        settings: ResponseSettings,
        conversation: Conversation | None,
        conversation_id: str,
        new_id: Callable[[str], str],
        tell: Callable[[FromServer], None],
    ) -> None:
        self.id = response_id
        self.settings = settings
        self._conversation = conversation
        self._conversation_id = conversation_id if conversation is not None else None
        self._new_id = new_id
        self._tell = tell
        self._output: list[Item] = []
        self._count = 0
        self._message: _Message | None = None
        self._sound_out = SoundOut(settings.audio.output.format.type)
        self._to_keep = SoundOut(PCM)
        self._usage = Usage()
        self.sound_ms = 0.0

    def begin(self) -> None:
        """Announce it."""
        self._tell(ResponseCreated(response=self._as_object("in_progress")))

    def write(self, text: str) -> None:
        """More text: of the transcript, or the answer itself."""
        message = self._open_message()
        message.text += text
        kind = OutputAudioTranscriptDelta if self.settings.is_spoken else OutputTextDelta
        self._tell(kind(**self._place(message), delta=text))

    def sound(self, frame: AudioFrame, begins: str) -> None:
        """More sound; `begins` is the text whose first sound it is, empty when it goes on."""
        message = self._open_message()
        self.sound_ms += frame.duration_ms
        if message.entry.spoken is None:
            message.entry.spoken = SpokenReply()
        message.entry.spoken.add(frame.duration_ms, begins)
        message.entry.sound += self._to_keep.push(frame)
        self._send_sound(message, self._sound_out.push(frame))

    def call(self, call: ToolCall) -> None:
        """A call of one of the client's functions."""
        self._close_message("completed")
        begun = Item(
            id=self._new_id("item"),
            object="realtime.item",
            type="function_call",
            status="in_progress",
            call_id=call.call_id,
            name=call.name,
            arguments="",
        )
        entry, index = Entry(begun), self._count
        self._announce(entry, index)
        place: dict[str, Any] = {
            "response_id": self.id,
            "output_index": index,
            "item_id": entry.id,
            "call_id": call.call_id,
        }
        self._tell(FunctionCallArgumentsDelta(**place, delta=call.arguments))
        self._tell(FunctionCallArgumentsDone(**place, name=call.name, arguments=call.arguments))
        self._settle(entry, index, begun.model_copy(update={"status": "completed", "arguments": call.arguments}))

    def consume(self, usage: Usage) -> None:
        """Count what it cost."""
        self._usage = Usage(
            self._usage.input_tokens + usage.input_tokens, self._usage.output_tokens + usage.output_tokens
        )

    def end(self, status: str, *, reason: str = "", error: ErrorDetail | None = None) -> None:
        """Finish what is open and tell how it ended: completed, cancelled, incomplete or failed."""
        self._close_message("completed" if status == "completed" else "incomplete")
        self._tell(ResponseDone(response=self._as_object(status, reason, error)))

    def _open_message(self) -> _Message:
        if self._message is None:
            item = Item(
                id=self._new_id("item"),
                object="realtime.item",
                type="message",
                status="in_progress",
                role="assistant",
                content=(),
            )
            self._message = _Message(Entry(item), self._count)
            self._announce(self._message.entry, self._message.index)
            part = Content(type="audio", transcript="") if self.settings.is_spoken else Content(type="text", text="")
            self._tell(ContentPartAdded(**self._place(self._message), part=part))
        return self._message

    def _close_message(self, status: str) -> None:
        message, self._message = self._message, None
        if message is None:
            return
        place, text = self._place(message), message.text
        if self.settings.is_spoken:
            self._send_sound(message, self._sound_out.rest())
            message.entry.sound += self._to_keep.rest()
            if message.entry.spoken is None:
                message.entry.spoken = SpokenReply()
            self._tell(OutputAudioDone(**place))
            self._tell(OutputAudioTranscriptDone(**place, transcript=text))
            part, content = Content(type="audio", transcript=text), Content(type="output_audio", transcript=text)
        else:
            self._tell(OutputTextDone(**place, text=text))
            part, content = Content(type="text", text=text), Content(type="output_text", text=text)
        self._tell(ContentPartDone(**place, part=part))
        done = message.entry.item.model_copy(update={"status": status, "content": (content,)})
        self._settle(message.entry, message.index, done)

    def _announce(self, entry: Entry, index: int) -> None:
        self._count += 1
        self._tell(OutputItemAdded(response_id=self.id, output_index=index, item=entry.item))
        if self._conversation is not None:
            before = self._conversation.add(entry)
            self._tell(ItemAdded(previous_item_id=before, item=entry.item))

    def _settle(self, entry: Entry, index: int, item: Item) -> None:
        """The item is final. One that the client deleted meanwhile is not brought back."""
        entry.item = item
        if entry.played_ms is not None:
            entry.truncate(entry.played_ms)
        self._output.append(item)
        self._tell(OutputItemDone(response_id=self.id, output_index=index, item=item))
        if self._conversation is not None and entry.id in self._conversation:
            self._tell(ItemDone(previous_item_id=self._conversation.before(entry.id), item=item))
            self._conversation.forget_old_media()

    def _send_sound(self, message: _Message, sound: bytes) -> None:
        if sound:
            self._tell(OutputAudioDelta(**self._place(message), delta=encode_sound(sound)))

    def _place(self, message: _Message) -> dict[str, Any]:
        return {
            "response_id": self.id,
            "item_id": message.entry.id,
            "output_index": message.index,
            "content_index": 0,
        }

    def _as_object(self, status: str, reason: str = "", error: ErrorDetail | None = None) -> Response:
        output = self.settings.audio.output
        details = None
        if status not in ("in_progress", "completed"):
            details = StatusDetails(type=status)
            if reason:
                details = details.model_copy(update={"reason": reason})
            if error is not None:
                details = details.model_copy(update={"error": error})
        return Response.model_validate(
            {
                "id": self.id,
                "object": "realtime.response",
                "status": status,
                "status_details": details,
                "output": tuple(self._output),
                "conversation_id": self._conversation_id,
                "output_modalities": self.settings.output_modalities,
                "max_output_tokens": self.settings.max_output_tokens,
                "audio": {"output": {"format": output.format.wire(), "voice": output.voice}},
                "usage": None if status == "in_progress" else _counted(self._usage),
                "metadata": self.settings.metadata,
            }
        )


def _counted(usage: Usage) -> ResponseUsage:
    """Local speech costs no tokens: all of them are text."""
    return ResponseUsage(
        total_tokens=usage.input_tokens + usage.output_tokens,
        input_tokens=usage.input_tokens,
        output_tokens=usage.output_tokens,
        input_token_details=InputTokens(
            text_tokens=usage.input_tokens,
            audio_tokens=0,
            image_tokens=0,
            cached_tokens=0,
            cached_tokens_details=CachedTokens(text_tokens=0, audio_tokens=0, image_tokens=0),
        ),
        output_token_details=OutputTokens(text_tokens=usage.output_tokens, audio_tokens=0),
    )
