"""The responses of a session that are being made: at most one that joins the conversation, and some beside it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sovereign_desktop.conversation.backends.base import BackendEvent, Consumed, Replying, Sound, Unspoken
from sovereign_desktop.core.dialogue import ImageAttachment, Message, Role, ToolCall, Transcript
from sovereign_desktop.core.errors import SovereignError
from sovereign_desktop.engines.base import CutOff
from sovereign_desktop.realtime.objects import ErrorDetail, RateLimit
from sovereign_desktop.realtime.server_events import RateLimitsUpdated
from sovereign_desktop.servers.realtime.conversation import Conversation, Entry, messages_of
from sovereign_desktop.servers.realtime.ears import Tell
from sovereign_desktop.servers.realtime.orders import Answer, Question, Stop
from sovereign_desktop.servers.realtime.refusal import Refusal
from sovereign_desktop.servers.realtime.response import LiveResponse
from sovereign_desktop.servers.realtime.settings import ResponseSettings

MOST_AT_ONCE = 4
LONGEST_HISTORY = 40
"""Messages that a model is told; what was said before them has been forgotten."""
REMINDER = "The user has said nothing for a while. Say something short that invites them to go on, or ask."


@dataclass(slots=True)
class _Making:
    """A response, what it answers, and what is known of its end."""

    live: LiveResponse
    entries: list[Entry]
    is_reminder: bool
    was_cut: bool = False
    failure: SovereignError | None = None


@dataclass(frozen=True, slots=True)
class Done:
    """A response that came to its end by itself."""

    sound_ms: float
    joins_conversation: bool
    is_reminder: bool


class Responses:
    """What is being answered now. `is_owed` claims that a turn ended meanwhile which has to be answered next."""

    def __init__(
        self, conversation: Conversation, conversation_id: str, new_id: Callable[[str], str], tell: Tell
    ) -> None:
        self.is_owed = False
        self._conversation = conversation
        self._conversation_id = conversation_id
        self._new_id = new_id
        self._tell = tell
        self._making: dict[str, _Making] = {}

    @property
    def active_id(self) -> str:
        """The response that joins the conversation, or nothing."""
        making = self._making.values()
        return next((one.live.id for one in making if one.live.settings.joins_conversation), "")

    def check(self, settings: ResponseSettings) -> None:
        """Raise Refusal when a response with these settings can't be made now."""
        if settings.joins_conversation and self.active_id:
            raise Refusal(
                f"Conversation already has an active response in progress: {self.active_id}. Wait until the response "
                "is finished before creating a new one.",
                code="conversation_already_has_active_response",
            )
        if len(self._making) >= MOST_AT_ONCE:
            raise Refusal("Too many responses are being made at once. Wait for one.", code="rate_limit_exceeded")

    def begin(
        self, settings: ResponseSettings, entries: list[Entry], waits_for: tuple[str, ...], *, is_reminder: bool
    ) -> None:
        """Begin a response that `check` has let pass."""
        conversation = self._conversation if settings.joins_conversation else None
        response_id = self._new_id("resp")
        live = LiveResponse(response_id, settings, conversation, self._conversation_id, self._new_id, self._tell)
        self._making[response_id] = _Making(live, entries, is_reminder)
        live.begin()
        self._tell(RateLimitsUpdated(rate_limits=(self._places(),)))
        self._tell(Answer(response_id, settings, waits_for))

    def _places(self) -> RateLimit:
        """The one limit that there is here: a place is free again as soon as any response is over."""
        left = MOST_AT_ONCE - len(self._making)
        return RateLimit(name="requests", limit=MOST_AT_ONCE, remaining=left, reset_seconds=0.0)

    def question(self, response_id: str) -> Question:
        """What it answers: what the user said last, and all that was said before. Also for one that is over."""
        making = self._making.get(response_id)
        if making is None:
            return Question((), Transcript(""), is_worth_an_answer=False)
        entries, transcript, images = making.entries, Transcript("", is_final=True), tuple[ImageAttachment, ...]()
        is_asked = bool(entries) and entries[-1].item.role == "user"
        if is_asked:
            *entries, last = entries
            transcript = last.heard if last.heard and last.words == last.heard.text else Transcript(last.words, True)
            images = last.images
        history = _newest(messages_of(entries))
        if making.is_reminder:
            history.append(Message(Role.SYSTEM, REMINDER))
        is_worth = not is_asked or bool(transcript.text.strip() or images) or making.is_reminder
        return Question(tuple(history), transcript, is_worth, images)

    def take(self, response_id: str, event: BackendEvent) -> None:
        """Pass a piece of an answer on."""
        if (making := self._making.get(response_id)) is None:
            return
        match event:
            case Replying(text):
                making.live.write(text)
            case Sound(frame, begins):
                making.live.sound(frame, begins)
            case ToolCall():
                making.live.call(event)
            case Consumed(usage):
                making.live.consume(usage)
            case CutOff():
                making.was_cut = True
            case Unspoken(error):
                making.failure = error
            case _:
                pass  # what a command does to this computer's own voice is none of the client's business

    def finish(self, response_id: str, error: SovereignError | None) -> Done | None:
        """It is complete, or failed; None when it had been stopped before."""
        making = self._making.pop(response_id, None)
        if making is None:
            return None
        live, error = making.live, error or making.failure
        if error is not None:
            code = "rate_limit_exceeded" if error.retry_after_s else "pipeline_failed"
            live.end("failed", error=ErrorDetail(type="server_error", code=code, message=error.sentence))
        elif making.was_cut:
            live.end("incomplete", reason="max_output_tokens")
        else:
            live.end("completed")
        return Done(live.sound_ms, live.settings.joins_conversation, making.is_reminder)

    def cancel(self, response_id: str | None, reason: str) -> None:
        """Stop the active response, or the one that is named. Raises Refusal when there is none."""
        making = self._making.pop(response_id or self.active_id, None)
        if making is None:
            raise Refusal("Cancellation failed: no active response found", code="response_cancel_not_active")
        making.live.end("cancelled", reason=reason)
        self._tell(Stop(making.live.id))


def _newest(messages: list[Message]) -> list[Message]:
    """The last of them, from a message on that can be understood without those before it."""
    kept = messages[-LONGEST_HISTORY:]
    while kept and kept[0].role is Role.TOOL:
        del kept[0]
    return kept
