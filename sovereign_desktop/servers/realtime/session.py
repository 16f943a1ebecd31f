"""One session, without I/O: client events in, server events and orders out, in the order in which they happen.

Whoever runs it carries the orders out and tells what came of them: `recognised`, `take_answer`, `finish`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol
from uuid import uuid4

from sovereign_desktop.audio.processing import NoiseSuppressor
from sovereign_desktop.conversation.backends.base import BackendEvent
from sovereign_desktop.core.dialogue import Transcript
from sovereign_desktop.core.errors import SovereignError
from sovereign_desktop.realtime import client_events as client
from sovereign_desktop.realtime import server_events as server
from sovereign_desktop.realtime.objects import Content, ErrorDetail, Item, TranscriptionUsage
from sovereign_desktop.realtime.objects import Session as SessionObject
from sovereign_desktop.servers.realtime.conversation import Conversation, Entry, entry_of
from sovereign_desktop.servers.realtime.ears import Ears
from sovereign_desktop.servers.realtime.formats import BYTES_PER_MS, SoundIn
from sovereign_desktop.servers.realtime.orders import Hear, HeardAll, Listen, Order, Question
from sovereign_desktop.servers.realtime.refusal import Refusal
from sovereign_desktop.servers.realtime.responses import Responses
from sovereign_desktop.servers.realtime.settings import ResponseSettings, ServerVad, SessionSettings
from sovereign_desktop.servers.realtime.turn_detection import Vad

Step = server.FromServer | Order
MOST_UNRECOGNISED_BYTES = 32 * 2**20
"""Eleven minutes that wait to be recognised. A client that sends sound faster than that goes would fill the memory."""


def new_id(kind: str) -> str:
    """A fresh id such as `item_6f1c…`."""
    return f"{kind}_{uuid4().hex[:24]}"


class Suppressor(Protocol):
    """Takes noise out of sound."""

    def push(self, pcm: bytes) -> bytes:
        """What is ready of it."""


class Session:
    """Settings, ears, conversation and responses of one client."""

    def __init__(
        self,
        new_vad: Callable[[], Vad],
        *,
        model: str,
        expires_at: int,
        new_id: Callable[[str], str] = new_id,
        new_suppressor: Callable[[], Suppressor] = NoiseSuppressor,
    ) -> None:
        self.settings = SessionSettings()
        self.conversation = Conversation()
        self._id = new_id("sess")
        self._conversation_id = new_id("conv")
        self._model = model
        self._expires_at = expires_at
        self._new_id = new_id
        self._steps: list[Step] = []
        self._sound_in = SoundIn(self.settings.audio.input.format.type)
        self._new_suppressor = new_suppressor
        self._suppressor: Suppressor | None = None
        self._ears = Ears(new_vad, new_id, self._tell)
        self._ears.detect_turns(self.settings.audio.input.turn_detection)
        self._responses = Responses(self.conversation, self._conversation_id, new_id, self._tell)
        self._being_recognised: dict[str, Entry] = {}
        self._idle_until_ms: float | None = None

    # From the client

    def open(self) -> list[Step]:
        """The first events."""
        self._tell(server.SessionCreated(session=self._as_object()))
        conversation = {"id": self._conversation_id, "object": "realtime.conversation"}
        self._tell(server.ConversationCreated(conversation=conversation))
        return self._told()

    def take(self, event: client.ClientEvent) -> list[Step]:
        """Carry out an event, or tell why not."""
        try:
            self._carry_out(event)
        except Refusal as refusal:
            self._refuse(refusal.detail(event.event_id))
        return self._told()

    def sound_of(self, event: client.InputAudioAppend) -> bytes:
        """The sound of an append as PCM at 24 kHz, for `hear`. Raises Refusal."""
        return self._sound_in.decode(event.audio)

    def hear(self, pcm: bytes) -> list[Step]:
        """Take sound, best in small pieces: what happens in one happens at its end. Raises Refusal."""
        self._hear(pcm)
        return self._told()

    def refuse(self, error: ErrorDetail) -> list[Step]:
        """Tell an error."""
        self._refuse(error)
        return self._told()

    # From those who carry out the orders

    def recognised(self, sound_id: str, transcript: Transcript) -> list[Step]:
        """What was said is known."""
        entry = self._being_recognised.pop(sound_id, None)
        if entry is not None:
            entry.recognised(transcript)
            if self._tells_transcripts(entry):
                self._tell(server.TranscriptionDelta(item_id=entry.id, content_index=0, delta=transcript.text))
                self._tell(
                    server.TranscriptionCompleted(
                        item_id=entry.id,
                        content_index=0,
                        transcript=transcript.text,
                        usage=TranscriptionUsage(
                            type="duration", seconds=round(len(entry.sound) / BYTES_PER_MS / 1000, 3)
                        ),
                    )
                )
        return self._told()

    def misheard(self, sound_id: str, error: SovereignError) -> list[Step]:
        """What was said can't be known."""
        entry = self._being_recognised.pop(sound_id, None)
        if entry is not None:
            entry.heard = Transcript("", is_final=True)
            if self._tells_transcripts(entry):
                detail = ErrorDetail(type="server_error", code="transcription_failed", message=error.user_text)
                self._tell(server.TranscriptionFailed(item_id=entry.id, content_index=0, error=detail))
        return self._told()

    def question(self, response_id: str) -> Question:
        """What a response has to answer. Everything that it waited for is known."""
        return self._responses.question(response_id)

    def take_answer(self, response_id: str, event: BackendEvent) -> list[Step]:
        """A piece of an answer. One that was stopped says nothing any more."""
        self._responses.take(response_id, event)
        return self._told()

    def finish(self, response_id: str, error: SovereignError | None = None) -> list[Step]:
        """An answer is complete, or failed."""
        done = self._responses.finish(response_id, error)
        if done is not None and done.joins_conversation:
            self._begin_idleness(done.sound_ms, done.is_reminder)
            self._answer_what_is_owed()
        return self._told()

    # Inside

    def _carry_out(self, event: client.ClientEvent) -> None:
        match event:
            case client.SessionUpdate():
                self._update(event.session)
            case client.InputAudioAppend():
                self._hear(self.sound_of(event))
            case client.InputAudioCommit():
                self._commit()
            case client.InputAudioClear():
                self._ears.clear()
                self._tell(server.InputAudioCleared())
            case client.ItemCreate():
                self._create(event)
            case client.ItemRetrieve():
                self._tell(server.ItemRetrieved(item=self.conversation.find(event.item_id, "retrieve").complete()))
            case client.ItemTruncate(item_id=item_id, content_index=index, audio_end_ms=end_ms):
                self.conversation.truncate(item_id, index, end_ms)
                self._tell(server.ItemTruncated(item_id=item_id, content_index=index, audio_end_ms=end_ms))
            case client.ItemDelete():
                self.conversation.delete(event.item_id)
                self._tell(server.ItemDeleted(item_id=event.item_id))
            case client.ResponseCreate():
                self._respond(ResponseSettings.of(self.settings, event.response))
            case client.ResponseCancel():
                self._responses.cancel(event.response_id, "client_cancelled")
                self._answer_what_is_owed()
            case client.OutputAudioClear():
                raise Refusal(f"'{event.type}' is for WebRTC and SIP connections only.", param="type")

    def _hear(self, pcm: bytes) -> None:
        change = self._ears.hear(self._suppressor.push(pcm) if self._suppressor is not None else pcm)
        if change.began:
            self._begin_turn()
        if change.ended:
            self._end_turn()
        elif self._idle_until_ms is not None:
            self._mind_idleness(self._idle_until_ms)

    def _update(self, change: dict[str, object]) -> None:
        changed = self.settings.updated(change)
        self._mind_voice(changed.audio.output.voice)
        if changed.audio.input.format != self.settings.audio.input.format:
            self._sound_in = SoundIn(changed.audio.input.format.type)
        if (wanted := changed.audio.input.noise_reduction) != self.settings.audio.input.noise_reduction:
            self._suppressor = self._new_suppressor() if wanted is not None else None
        self.settings = changed
        self._ears.detect_turns(changed.audio.input.turn_detection)
        self._tell(server.SessionUpdated(session=self._as_object()))

    def _mind_voice(self, voice: str | dict[str, str]) -> None:
        if voice != self.settings.audio.output.voice and self.conversation.has_voice:
            raise Refusal(
                "Cannot update a conversation's voice if assistant audio is present.", code="cannot_update_voice"
            )

    def _create(self, event: client.ItemCreate) -> None:
        entry = self._enter(event.item)
        before = self.conversation.add(entry, event.previous_item_id)
        self._tell(server.ItemAdded(previous_item_id=before, item=entry.item))
        self._tell(server.ItemDone(previous_item_id=before, item=entry.item))
        self._recognise(entry)

    def _enter(self, item: Item) -> Entry:
        """A client's item as an entry, with its sound."""
        entry = entry_of(item, self._new_id("item"))
        for number, part in enumerate(item.content or ()):
            if part.type != "input_audio":
                continue
            if part.audio:
                entry.sound += SoundIn(self.settings.audio.input.format.type).decode(part.audio)
                self._mind_room(len(entry.sound))
            elif part.transcript is not None:
                entry.heard = Transcript(part.transcript, is_final=True)
            else:
                param = f"item.content[{number}].audio"
                raise Refusal(f"Missing required parameter: '{param}'.", code="missing_required_parameter", param=param)
        return entry

    def _recognise(self, entry: Entry) -> None:
        """Have the sound of a client's item recognised, under a name of ours: clients may use theirs twice."""
        if entry.sound:
            sound_id = self._new_id("sound")
            self._being_recognised[sound_id] = entry
            self._tell(Listen(sound_id, is_live=False))
            self._tell(Hear(sound_id, entry.sound))
            self._tell(HeardAll(sound_id))

    def _mind_room(self, more_bytes: int) -> None:
        waiting = sum(len(entry.sound) for entry in self._being_recognised.values())
        if waiting + more_bytes > MOST_UNRECOGNISED_BYTES:
            raise Refusal("Too much sound waits to be recognised. Wait for it.", code="rate_limit_exceeded")

    def _commit(self) -> Entry:
        self._mind_room(self._ears.kept_bytes)
        utterance = self._ears.commit()
        content = (Content(type="input_audio", transcript=None),)
        item = Item(
            id=utterance.item_id,
            object="realtime.item",
            type="message",
            status="completed",
            role="user",
            content=content,
        )
        entry = Entry(item, sound=utterance.pcm)
        before = self.conversation.add(entry)
        self._being_recognised[entry.id] = entry
        self._tell(server.InputAudioCommitted(previous_item_id=before, item_id=entry.id))
        self._tell(server.ItemAdded(previous_item_id=before, item=item))
        self._tell(server.ItemDone(previous_item_id=before, item=item))
        return entry

    def _respond(self, settings: ResponseSettings, *, is_reminder: bool = False) -> None:
        if settings.joins_conversation:
            self._mind_voice(settings.audio.output.voice)
        self._responses.check(settings)
        entries = self.conversation.entries if settings.input is None else self._told_instead(settings.input)
        known = {id(entry) for entry in entries}
        waits_for = tuple(sound_id for sound_id, entry in self._being_recognised.items() if id(entry) in known)
        self._idle_until_ms = None
        self._responses.begin(settings, entries, waits_for, is_reminder=is_reminder)

    def _told_instead(self, items: tuple[Item, ...]) -> list[Entry]:
        """The context of a response that brings its own."""
        entries = []
        for item in items:
            if item.type == "item_reference":
                entries.append(self.conversation.find(item.id or "", "retrieve"))
            else:
                entries.append(self._enter(item))
                self._recognise(entries[-1])
        return entries

    # Turns that are found

    def _begin_turn(self) -> None:
        detection = self.settings.audio.input.turn_detection
        self._idle_until_ms = None
        if detection is not None and detection.interrupt_response and self._responses.active_id:
            self._responses.is_owed = False
            self._responses.cancel(None, "turn_detected")

    def _end_turn(self, *, is_reminder: bool = False) -> None:
        detection = self.settings.audio.input.turn_detection
        try:
            self._commit()
            if detection is None or not detection.create_response:
                return
            if self._responses.active_id:
                self._responses.is_owed = True
            else:
                self._respond(ResponseSettings.of(self.settings), is_reminder=is_reminder)
        except Refusal as refusal:
            self._refuse(refusal.detail(None))
            self._ears.clear()  # it would grow with every turn that is refused

    def _answer_what_is_owed(self) -> None:
        if not self._responses.is_owed or self._responses.active_id:
            return
        self._responses.is_owed = False
        try:
            self._respond(ResponseSettings.of(self.settings))
        except Refusal as refusal:
            self._refuse(refusal.detail(None))

    def _begin_idleness(self, sound_ms: float, is_reminder: bool) -> None:
        """Nobody has to speak while the answer is played. One reminder is enough."""
        detection = self.settings.audio.input.turn_detection
        idle_ms = detection.idle_timeout_ms if isinstance(detection, ServerVad) else None
        if idle_ms is not None and not is_reminder:
            self._idle_until_ms = self._ears.position_ms + sound_ms + idle_ms

    def _mind_idleness(self, until_ms: float) -> None:
        detection = self.settings.audio.input.turn_detection
        now_ms = self._ears.position_ms
        if not isinstance(detection, ServerVad) or detection.idle_timeout_ms is None:
            self._idle_until_ms = None
        elif now_ms >= until_ms:
            self._idle_until_ms = None
            item_id = self._ears.begin_silence()
            start_ms = round(until_ms - detection.idle_timeout_ms)
            self._tell(server.InputTimeout(audio_start_ms=start_ms, audio_end_ms=round(now_ms), item_id=item_id))
            self._end_turn(is_reminder=True)

    # Words

    def _tells_transcripts(self, entry: Entry) -> bool:
        return self.settings.audio.input.transcription is not None and entry.id in self.conversation

    def _as_object(self) -> SessionObject:
        about = {
            "id": self._id,
            "object": "realtime.session",
            "model": self._model,
            "expires_at": self._expires_at,
        }
        return SessionObject.model_validate(self.settings.wire() | about)

    def _refuse(self, error: ErrorDetail) -> None:
        self._tell(server.ErrorEvent(error=error))

    def _tell(self, step: Step) -> None:
        if isinstance(step, server.FromServer):
            step = step.model_copy(update={"event_id": self._new_id("event")})
        self._steps.append(step)

    def _told(self) -> list[Step]:
        steps, self._steps = self._steps, []
        return steps
