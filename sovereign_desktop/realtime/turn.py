"""One exchange with the model, over whatever session there is: it outlives a session that is lost under it."""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

from sovereign_desktop.core.dialogue import Background, ImageAttachment
from sovereign_desktop.core.errors import SovereignError
from sovereign_desktop.realtime import failures
from sovereign_desktop.realtime.client_events import ClientEvent, ResponseCreate
from sovereign_desktop.realtime.decisions import (
    Decision,
    InputCommitted,
    Refused,
    ReplyBegan,
    ReplyEnded,
    ReplySaid,
    ReplySound,
    ReplyText,
    Wasted,
)
from sovereign_desktop.realtime.live_session import LiveSession
from sovereign_desktop.realtime.protocol import Protocol
from sovereign_desktop.realtime.tape import Step, Tape

logger = logging.getLogger(__name__)

MOST_DECISIONS = 256
"""So many wait to be read here; then the server waits."""
ANSWER_BEGINS_WITHIN_S = 2.0
"""A server that has not begun an answer by now, when nobody wants it any more, is not waited for."""
ALREADY_ANSWERING = "conversation_already_has_active_response"
MOST_LOSSES = 2
"""A turn that has lost this many sessions is given up: it may be what kills them."""


class RealtimeTurn:
    """Intents send at once, `async for` gives what follows from them: only what belongs to this turn.

    When the session is lost before anything of an answer came out, everything that was said is said again in
    the next session, unnoticed. Otherwise, and when there is no next session, the iteration raises the
    SovereignError. Made by `RealtimeClient.turn`.
    """

    def __init__(self, turn_id: str, session: LiveSession, reopen: Callable[[], Awaitable[LiveSession]]) -> None:
        self.id = turn_id
        self._reopen = reopen
        self._session = session
        self._tape = Tape()
        self._background: tuple[Background, ...] = ()
        self._decisions: deque[Decision] = deque()
        self._changed = asyncio.Event()
        self._loss: SovereignError | None = None
        self._losses = 0
        self._is_over = False
        self._answers_due = 0
        self._asked_at = 0.0
        self._server_asks = False
        self._replies: list[str] = []
        self._items: list[str] = []
        self._came_out = False
        self.requests: set[str] = set()
        """The events of ours that asked for an answer."""
        self.on_link: Callable[[], None] = lambda: None
        """Called when the session is lost, and when another one has taken its place."""
        self._attach(session)

    @property
    def protocol(self) -> Protocol:
        """The state of the session that the turn runs in now; to be looked at, not to be told anything."""
        return self._session.protocol

    @property
    def session(self) -> LiveSession:
        """Where it runs now, or ran."""
        return self._session

    @property
    def is_connected(self) -> bool:
        """Whether there is a session now."""
        return self._loss is None

    @property
    def was_answered(self) -> bool:
        """Whether anything of an answer came out."""
        return self._came_out

    @property
    def replies(self) -> tuple[str, ...]:
        """The responses of this turn, in order."""
        return tuple(self._replies)

    # Intents

    def detect_turns(self, turn_detection: dict[str, Any] | None) -> None:
        """Let the server find the end of the utterance, or (None) say it with `commit`."""
        self._server_asks = turn_detection is not None and turn_detection.get("create_response") is not False
        self._do(self._tape.detect_turns(turn_detection))

    def clear_input(self) -> None:
        """Throw away the sound that was not committed."""
        self._do(self._tape.clear_input())

    def hear(self, pcm: bytes) -> None:
        """Send sound as it is spoken: PCM at 24 kHz."""
        self._do(self._tape.hear(pcm))

    def commit(self) -> None:
        """The utterance is complete, whatever the server hears. Nothing happens below 100 ms of sound."""
        self._server_asks = False
        self._do(self._tape.commit())

    def brief(self, background: Sequence[Background]) -> None:
        """Have the model know this beside the conversation, in the place of what it was told of it before."""
        self._background = tuple(background)
        if self._loss is None:
            self._session.brief(self._background)

    def say(self, text: str) -> None:
        """The user typed this."""
        self._do(self._tape.say(text))

    def show(self, images: Sequence[ImageAttachment]) -> None:
        """What is said in this turn is about these pictures; call it first."""
        self._do(self._tape.show(images))

    def respond(self, response: dict[str, Any] | None = None) -> None:
        """Ask for an answer; `response` overrides the session's settings for it."""
        self._ask()
        self._do(self._tape.respond(response))

    def answer_tools(self, outputs: Mapping[str, str]) -> None:
        """The results of the calls that a `ReplyEnded` asked for, by call id; the model goes on with them."""
        self._ask()
        self._send(self.protocol.answer_tools(outputs))

    def cancel(self) -> None:
        """Stop the answer. Nothing of it comes out from here on."""
        self._send(self.protocol.cancel())

    # What comes of them

    def __aiter__(self) -> RealtimeTurn:
        return self

    async def __anext__(self) -> Decision:
        while True:
            if self._decisions:
                self._changed.set()  # the reader may be waiting for room
                return self._told(self._decisions.popleft())
            if self._is_over:
                raise StopAsyncIteration
            if self._loss is not None:
                await self._carry_over(self._loss)
                continue
            self._changed.clear()
            await self._changed.wait()

    def lost(self, session: LiveSession, error: SovereignError) -> None:
        """The client tells that a session is gone."""
        if session is self._session:
            self._loss = error
            self._changed.set()
            self.on_link()

    def leave(self) -> None:
        """The turn is over for its owner: stop what still comes, and have the server know what was answered."""
        self._is_over = True
        self._changed.set()
        session = self._session
        session.listener = None
        if not session.is_alive:
            return
        session.connection.watch(False)
        session.connection.drop_sound()
        if self.protocol.uncommitted_ms:
            self._send(self.protocol.clear_input())
        self._send(self.protocol.cancel())
        session.is_suspect = self._answers_due > 0 and self._now() - self._asked_at > ANSWER_BEGINS_WITHIN_S
        if self._came_out:
            session.learn(self.id, self._items)
        else:
            session.forget(self._items)

    def _ask(self) -> None:
        self._answers_due += 1
        self._asked_at = self._now()

    def _attach(self, session: LiveSession) -> None:
        self._session = session
        self._loss = session.failure
        session.listener = self._deliver
        session.connection.watch(True)

    def _do(self, step: Step) -> None:
        self._send(list(step(self.protocol)))

    def _send(self, events: list[ClientEvent]) -> None:
        if self._loss is None:
            self.requests |= {event.event_id or "" for event in events if isinstance(event, ResponseCreate)}
            self._items += self._session.send(events)

    @staticmethod
    def _now() -> float:
        return asyncio.get_running_loop().time()

    async def _carry_over(self, error: SovereignError) -> None:
        """Say everything again in a new session, or raise why not."""
        self._losses += 1
        if self._came_out or not error.retryable or self._losses > MOST_LOSSES:
            raise error
        logger.warning("a turn is carried over", extra={"losses": self._losses, "error": type(error).__name__})
        session = await self._reopen()
        self._decisions.clear()
        self._replies.clear()
        self._items.clear()
        self._attach(session)
        session.brief(self._background)
        events = self._tape.play(session.protocol)
        self._answers_due = sum(isinstance(event, ResponseCreate) for event in events)
        self._asked_at = self._now()
        self._send(events)
        self.on_link()

    async def _deliver(self, decision: Decision) -> None:
        """Take a decision of the session; wait while too many have not been read."""
        if not self._is_mine(decision):
            self._session.on_late(decision)
            return
        while len(self._decisions) >= MOST_DECISIONS and not self._is_over:
            self._changed.clear()
            await self._changed.wait()
        self._decisions.append(decision)
        self._changed.set()

    def _is_mine(self, decision: Decision) -> bool:
        """Whether it is about this turn, and not what is left of an earlier one or asked for by nobody."""
        match decision:
            case ReplyBegan(response_id):
                if not self._answers_due:
                    return False
                self._answers_due -= 1
                self._replies.append(response_id)
            case ReplyText(response_id=response_id) | ReplySound(response_id=response_id):
                return response_id in self._replies
            case ReplySaid(response_id=response_id) | ReplyEnded(response_id=response_id):
                return response_id in self._replies
            case Wasted():
                return False
            case InputCommitted(item_id):
                self._items.append(item_id)
                self._tape.ended_by_server()
                if self._server_asks:
                    self._ask()
        return True

    def _told(self, decision: Decision) -> Decision:
        """Book what goes out to the owner; raise what leaves nothing to wait for."""
        match decision:
            case ReplyText(item_id=item_id) | ReplySound(item_id=item_id):
                self._came_out = True
                if item_id not in self._items:
                    self._items.append(item_id)
            case ReplyEnded(calls=calls) if calls:
                self._came_out = True  # a tool must not be called twice
            case Refused(error=error, about="response.create") if error.code != ALREADY_ANSWERING:
                raise failures.from_error(error)
        return decision
