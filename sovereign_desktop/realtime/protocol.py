"""The client's side of one session, without a clock and without I/O: events of the server in, decisions out.

An intent (`hear`, `respond`, `cancel` ...) returns the events that have to be sent for it, in order. What the server
says goes into `receive`. Whatever arrives, in whatever order, nothing raises, at most one response is active, and
nothing of a response comes out behind its end or its cancellation.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sovereign_desktop.core.dialogue import Background, Message, Role
from sovereign_desktop.realtime.asked import ASKED_BY, Asked, Ids, ResponsesAsked
from sovereign_desktop.realtime.client_events import (
    ClientEvent,
    InputAudioAppend,
    InputAudioClear,
    InputAudioCommit,
    ItemCreate,
    ItemDelete,
    ItemTruncate,
    ResponseCancel,
    ResponseCreate,
    SessionUpdate,
)
from sovereign_desktop.realtime.codec import Malformed, decode_sound, encode_sound
from sovereign_desktop.realtime.configuration import Configuration
from sovereign_desktop.realtime.decisions import (
    Configured,
    Decision,
    InputCommitted,
    Opened,
    Refused,
    ReplyBegan,
    ReplyEnded,
    ReplySound,
    ReplyText,
    Send,
    SpeechBegan,
    SpeechEnded,
)
from sovereign_desktop.realtime.input_buffer import InputBuffer
from sovereign_desktop.realtime.items import background, said, tool_output
from sovereign_desktop.realtime.objects import AUDIO_RATE_HZ, Item, Response
from sovereign_desktop.realtime.responses import Cut, Reply
from sovereign_desktop.realtime.server_events import (
    ErrorEvent,
    FunctionCallArgumentsDone,
    InputAudioCommitted,
    ItemDeleted,
    OfResponse,
    OutputAudioDelta,
    OutputAudioTranscriptDelta,
    OutputAudioTranscriptDone,
    OutputItemAdded,
    OutputItemDone,
    OutputTextDelta,
    OutputTextDone,
    ResponseCreated,
    ResponseDone,
    ServerEvent,
    SessionCreated,
    SessionUpdated,
    SpeechStarted,
    SpeechStopped,
    TranscriptionCompleted,
    TranscriptionDelta,
    TranscriptionFailed,
)
from sovereign_desktop.realtime.transcription import Transcriptions

_REPLIES_KEPT = 256
_LONGEST_APPEND_BYTES = 2 * AUDIO_RATE_HZ * 2
"""Two seconds: far below the 15 MiB that are allowed, and short enough to be encoded without a pause."""


class Protocol:
    """One session of a Realtime client."""

    def __init__(self) -> None:
        self.is_open = False
        self._ids = Ids()
        self._configuration = Configuration()
        self._input = InputBuffer()
        self._is_speaking = False
        self._transcriptions = Transcriptions()
        self._replies: dict[str, Reply] = {}
        self._active: Reply | None = None
        self._asked = ResponsesAsked()
        self._kept: list[dict[str, Any] | None] = []
        self._calls: dict[str, bool] = {}
        self._calls_want_reply = False

    @property
    def is_configured(self) -> bool:
        """Whether the server has confirmed all of our settings."""
        return self._configuration.is_confirmed

    @property
    def active_response(self) -> str:
        """The response that the server is working on, also while it is being cancelled; empty without one."""
        return self._active.id if self._active else ""

    @property
    def uncommitted_ms(self) -> float:
        """The sound in the server's buffer that is no item yet."""
        return self._input.uncommitted_ms

    def received_ms(self, response_id: str) -> float:
        """The sound of that response that has come out of `receive`."""
        reply = self._replies.get(response_id)
        return reply.received_ms if reply else 0.0

    # Intents

    def configure(self, session: dict[str, Any]) -> list[ClientEvent]:
        """Change the session's settings; `Configured` follows when the server has them all."""
        return [self._update(session, is_whole=True)]

    def detect_turns(self, turn_detection: dict[str, Any] | None) -> list[ClientEvent]:
        """Let the server find the end of an utterance in this way, or (None) leave that to us."""
        if self._configuration.detects(turn_detection):
            return []
        session = {"type": "realtime", "audio": {"input": {"turn_detection": turn_detection}}}
        return [self._update(session, is_whole=False)]

    def replay(self, messages: Sequence[Message]) -> list[ClientEvent]:
        """Tell a new session what was said before, as text."""
        return [self._item_of(message) for message in messages if message.text.strip()]

    def brief(self, told: Background) -> list[ClientEvent]:
        """Tell something to know beside what is said."""
        return [self._create(background(self._ids.next_object("item"), told))]

    def say(self, text: str) -> list[ClientEvent]:
        """A message that the user typed."""
        return [self._item_of(Message(Role.USER, text))]

    def hear(self, pcm: bytes) -> list[ClientEvent]:
        """Sound from the microphone: PCM at 24 kHz, whole samples."""
        self._input.append(pcm)
        pieces = (pcm[at : at + _LONGEST_APPEND_BYTES] for at in range(0, len(pcm), _LONGEST_APPEND_BYTES))
        return [
            InputAudioAppend(event_id=self._ids.next(InputAudioAppend), audio=encode_sound(piece)) for piece in pieces
        ]

    def clear_input(self) -> list[ClientEvent]:
        """Forget the sound that is no item yet."""
        self._input.clear()
        self._is_speaking = False
        return [InputAudioClear(event_id=self._ids.next(InputAudioClear))]

    def commit(self) -> list[ClientEvent]:
        """Make an item of the sound; nothing when it is shorter than servers accept."""
        if not self._input.is_committable:
            return []
        self._input.commit()
        return [InputAudioCommit(event_id=self._ids.next(InputAudioCommit))]

    def respond(self, response: dict[str, Any] | None = None) -> list[ClientEvent]:
        """Ask for an answer. While another response is active it is kept back, and becomes a `Send` at its end."""
        if self._active is None:
            return [self._ask(response)]
        if response not in self._kept:
            self._kept.append(response)
        return []

    def answer_tools(self, outputs: Mapping[str, str]) -> list[ClientEvent]:
        """Answer calls of the last response; with the last of them the model is asked to go on, once."""
        due = [call_id for call_id, is_answered in self._calls.items() if call_id in outputs and not is_answered]
        self._calls.update(dict.fromkeys(due, True))
        events: list[ClientEvent] = [
            self._create(tool_output(self._ids.next_object("item"), call_id, outputs[call_id])) for call_id in due
        ]
        if due and self._calls_want_reply and all(self._calls.values()):
            events += self.respond()
        return events

    def cancel(self) -> list[ClientEvent]:
        """Stop the response that is active, on its way or kept back. Nothing more of it comes out but its end."""
        self._kept.clear()
        self._calls_want_reply = False
        is_on_its_way = self._asked.give_up()
        if self._active is not None:
            if self._active.is_silenced:
                return []
            self._active.is_silenced = True
            return [self._cancel(self._active.id)]
        return [ResponseCancel(event_id=self._ids.next(ResponseCancel))] if is_on_its_way else []

    def heard(self, response_id: str, played_ms: float) -> list[ClientEvent]:
        """Leave of the response in the conversation what the loudspeaker has played. Counts once per response."""
        reply = self._replies.get(response_id)
        return [self._cut(cut) for cut in reply.settle(played_ms)] if reply else []

    def forget(self, item_ids: Iterable[str]) -> list[ClientEvent]:
        """Take these items out of the conversation; one that does not exist there is no error."""
        return [self._delete(item_id) for item_id in item_ids if item_id]

    # The server

    def receive(self, event: ServerEvent) -> list[Decision]:
        """What follows from an event. Events that mean nothing to a client are taken and ignored."""
        match event:
            case OfResponse():
                return self._part(event)
            case ResponseCreated():
                return self._response_created(event.response)
            case ResponseDone():
                return self._response_done(event.response)
            case ErrorEvent():
                return self._error(event)
            case SessionCreated():
                return self._session_created(event)
            case SessionUpdated():
                return [Configured()] if self._configuration.confirmed() else []
            case ItemDeleted():
                for reply in self._replies.values():
                    reply.gone(event.item_id)
            case TranscriptionDelta():
                return self._transcriptions.delta(event.item_id, event.delta)
            case TranscriptionCompleted():
                return self._transcriptions.completed(event.item_id, event.transcript)
            case TranscriptionFailed():
                return self._transcriptions.failed(event.item_id)
            case SpeechStarted() | SpeechStopped() | InputAudioCommitted():
                return self._input_event(event)
            case _:
                pass
        return []

    def _session_created(self, event: SessionCreated) -> list[Decision]:
        if self.is_open:
            return []
        self.is_open = True
        return [Opened(event.session.id or "", event.session.expires_at)]

    def _input_event(self, event: SpeechStarted | SpeechStopped | InputAudioCommitted) -> list[Decision]:
        match event:
            case SpeechStarted():
                was_speaking, self._is_speaking = self._is_speaking, True
                self._asked.forget_unasked()
                return [] if was_speaking else [SpeechBegan(event.audio_start_ms)]
            case SpeechStopped():
                self._is_speaking = False
                self._input.speech_ended(event.audio_end_ms)
                return [SpeechEnded(event.audio_end_ms)]
            case InputAudioCommitted():
                self._is_speaking = False
                is_unasked = self._input.committed()
                self._asked.forget_unasked()
                if is_unasked and self._configuration.server_may_begin:
                    self._asked.unasked()
                return [InputCommitted(event.item_id)]

    # Responses

    def _response_created(self, response: Response) -> list[Decision]:
        response_id = response.id or self._ids.next_object("resp")
        if response_id in self._replies:
            return []
        asked_by = (response.metadata or {}).get(ASKED_BY, "")
        asked = self._asked.created(asked_by)
        is_wanted = asked.is_wanted if asked else self._configuration.server_may_begin and not asked_by
        is_apart = bool(asked and asked.is_apart) or _is_outside(response)
        reply = Reply(response_id, is_apart=is_apart, is_silenced=not is_wanted, is_told=is_wanted)
        self._keep(reply)
        if not is_wanted:
            self._active = self._active or reply
            return [Send(self._cancel(response_id))]
        superseded = self._superseded()
        self._active = reply
        return [*superseded, ReplyBegan(reply.id)]

    def _superseded(self) -> list[Decision]:
        """A response whose end never arrived is over when the next one begins."""
        return self._end(self._active, Response(status="incomplete"), "superseded") if self._active else []

    def _response_done(self, response: Response) -> list[Decision]:
        if self._active is None:
            return self._release()
        if response.id and response.id != self._active.id:
            return []
        details = response.status_details
        ended = self._end(self._active, response, details.reason or "" if details else "")
        return [*ended, *self._release()]

    def _end(self, reply: Reply, response: Response, reason: str) -> list[Decision]:
        self._active = None
        for item in response.output or ():
            reply.add(item)
        status = "failed" if reply.broken else "cancelled" if reply.is_silenced else response.status or "completed"
        reply.is_complete = status == "completed"
        reply.is_silenced = True
        calls = reply.calls if reply.is_complete else ()
        self._calls = dict.fromkeys((call.call_id for call in calls), False)
        self._calls_want_reply = True
        if not reply.is_told:
            return []
        error = response.status_details.error if response.status_details else None
        return [ReplyEnded(reply.id, status, reply.broken or reason, response.usage, error, calls)]

    def _release(self) -> list[Decision]:
        """Ask for the next answer that was kept back."""
        return [Send(self._ask(self._kept.pop(0)))] if self._kept else []

    def _part(self, event: OfResponse) -> list[Decision]:
        reply = self._replies.get(event.response_id) if event.response_id else self._active
        if reply is None:
            return []
        if reply is not self._active or reply.is_silenced:
            if isinstance(event, OutputAudioDelta):
                reply.late_sound(event.item_id)
            return []
        match event:
            case OutputAudioDelta():
                return self._sound(reply, event)
            case OutputItemAdded() | OutputItemDone():
                reply.add(event.item)
            case FunctionCallArgumentsDone():
                reply.call(event.call_id, event.name, event.arguments)
            case _:
                return self._words(reply, event)
        return []

    def _sound(self, reply: Reply, event: OutputAudioDelta) -> list[Decision]:
        try:
            pcm = reply.sound(event.item_id, event.content_index, decode_sound(event.delta, whole_samples=False))
        except Malformed:
            reply.broken = "malformed_audio"
            reply.is_silenced = True
            return [Send(self._cancel(reply.id))]
        return [ReplySound(reply.id, event.item_id, pcm)] if pcm else []

    def _words(self, reply: Reply, event: OfResponse) -> list[Decision]:
        match event:
            case OutputTextDelta():
                text = reply.words(event.item_id, event.content_index, "text", event.delta)
            case OutputAudioTranscriptDelta():
                text = reply.words(event.item_id, event.content_index, "transcript", event.delta)
            case OutputTextDone():
                text = reply.all_words(event.item_id, event.content_index, "text", event.text)
            case OutputAudioTranscriptDone():
                text = reply.all_words(event.item_id, event.content_index, "transcript", event.transcript)
            case _:
                return []
        return [ReplyText(reply.id, event.item_id, text)] if text else []

    def _keep(self, reply: Reply) -> None:
        self._replies[reply.id] = reply
        if len(self._replies) > _REPLIES_KEPT:
            oldest = next(one for one in self._replies if one != self.active_response)
            del self._replies[oldest]

    # Errors

    def _error(self, event: ErrorEvent) -> list[Decision]:
        error = event.error
        about = self._ids.type_of(error.event_id or "")
        match about, error.code:
            case _, "response_cancel_not_active":
                return self._nothing_to_cancel()
            case (("response.create" | ""), "conversation_already_has_active_response"):
                return self._ask_again_later(error.event_id or "")
            case (("conversation.item.truncate" | "conversation.item.delete"), _):
                return []
            case "input_audio_buffer.commit", _ if not self._input.commit_refused():
                return []
            case "response.create", _:
                self._asked.refused(error.event_id or "")
            case "session.update", _:
                self._configuration.refused(error.event_id or "")
            case _:
                pass
        return [Refused(error, about)]

    def _nothing_to_cancel(self) -> list[Decision]:
        """The server has nothing to cancel: what we were cancelling is over, told or not."""
        self._asked.forget_given_up()
        if self._active is None or not self._active.is_silenced:
            return []
        return [*self._end(self._active, Response(status="cancelled"), ""), *self._release()]

    def _ask_again_later(self, event_id: str) -> list[Decision]:
        """The server has a response that we don't know of; ask again at its end.

        Unless a response has begun since we asked: the server's own turn detection was faster, and it is the answer.
        """
        asked = self._asked.refused(event_id)
        if asked is not None and asked.is_wanted and asked.response not in self._kept:
            self._kept.append(asked.response)
        return []

    # Client events

    def _update(self, session: dict[str, Any], *, is_whole: bool) -> ClientEvent:
        event_id = self._ids.next(SessionUpdate)
        self._configuration.tell(event_id, session, is_whole=is_whole)
        return SessionUpdate(event_id=event_id, session=session)

    def _item_of(self, message: Message) -> ClientEvent:
        return self._create(said(self._ids.next_object("item"), message))

    def _create(self, item: Item) -> ClientEvent:
        return ItemCreate(event_id=self._ids.next(ItemCreate), item=item)

    def _ask(self, response: dict[str, Any] | None) -> ClientEvent:
        event_id = self._ids.next(ResponseCreate)
        self._asked.asked(Asked(event_id, response))
        metadata = {**((response or {}).get("metadata") or {}), ASKED_BY: event_id}
        return ResponseCreate(event_id=event_id, response={**(response or {}), "metadata": metadata})

    def _cancel(self, response_id: str) -> ClientEvent:
        return ResponseCancel(event_id=self._ids.next(ResponseCancel), response_id=response_id)

    def _delete(self, item_id: str) -> ClientEvent:
        return ItemDelete(event_id=self._ids.next(ItemDelete), item_id=item_id)

    def _cut(self, cut: Cut) -> ClientEvent:
        if not cut.heard_ms:
            return self._delete(cut.item_id)
        return ItemTruncate(
            event_id=self._ids.next(ItemTruncate),
            item_id=cut.item_id,
            content_index=cut.content_index,
            audio_end_ms=cut.heard_ms,
        )


def _is_outside(response: Response) -> bool:
    """Whether the server says that the response belongs to no conversation."""
    return "conversation_id" in response.model_fields_set and response.conversation_id is None
