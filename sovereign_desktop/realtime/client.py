"""`RealtimeClient` keeps a session open: reconnects, renews, and runs one turn at a time over it."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections import OrderedDict
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from enum import StrEnum
from typing import Any

from sovereign_desktop.core.availability import AVAILABLE, Availability
from sovereign_desktop.core.dialogue import Message
from sovereign_desktop.core.errors import EngineUnavailable, SovereignError
from sovereign_desktop.realtime.attempts import Attempts
from sovereign_desktop.realtime.decisions import Decision
from sovereign_desktop.realtime.endpoint import Endpoint
from sovereign_desktop.realtime.live_session import LiveSession
from sovereign_desktop.realtime.renewal import Lifetime
from sovereign_desktop.realtime.turn import RealtimeTurn

logger = logging.getLogger(__name__)

TIMEOUT_S = 10.0
LOOK_EVERY_S = 30.0
"""How often to look at the wall clock: a computer that slept has lost time that no timer has seen."""
SHORTEST_WAIT_S = 0.01
"""Between two attempts, however soon the second is due."""
MOST_TURNS_UNHEARD = 8


class ClientState(StrEnum):
    """What the client is about."""

    CLOSED = "closed"
    CONNECTING = "connecting"
    OPEN = "open"
    RENEWING = "renewing"
    WAITING = "waiting"
    BROKEN = "broken"
    """Nothing helps until somebody changes something: see `last_error`, then `forgive()`."""


class RealtimeClient:
    """A session at `endpoint`, kept open between `start()` and `close()`.

    `session` gives the settings for `session.update`, `conversation` what was said so far: the program's, of which
    every server is told what it does not know. `on_change` is called after each change of the state, `on_late` with
    what a server says of turns that have left. Everything runs on one event loop and nothing here keeps it from its
    work.
    """

    def __init__(
        self,
        endpoint: Endpoint,
        session: Callable[[], dict[str, Any]],
        *,
        conversation: Callable[[], Sequence[Message]] = tuple,
        timeout_s: float = TIMEOUT_S,
        attempts: Attempts | None = None,
        on_change: Callable[[ClientState], None] = lambda _state: None,
        on_late: Callable[[Decision], None] = lambda _decision: None,
        clock: Callable[[], float] = time.monotonic,
        wall_clock: Callable[[], float] = time.time,
    ) -> None:
        self.endpoint = endpoint
        self._settings = session
        self._conversation = conversation
        self._timeout_s = timeout_s
        self._attempts = attempts or Attempts()
        self._on_change = on_change
        self._on_late = on_late
        self._clock = clock
        self._wall_clock = wall_clock
        self._told_state = ClientState.CLOSED
        self._session: LiveSession | None = None
        self._next: LiveSession | None = None
        self._opening: asyncio.Task[LiveSession] | None = None
        self._care: asyncio.Task[None] | None = None
        self._closing: set[asyncio.Task[None]] = set()
        self._turn: RealtimeTurn | None = None
        self._one_turn = asyncio.Lock()
        self._changed = asyncio.Event()
        self._unheard: OrderedDict[str, tuple[LiveSession, tuple[str, ...]]] = OrderedDict()

    # What can be asked

    @property
    def state(self) -> ClientState:
        if self._opening is not None:
            return ClientState.CONNECTING if self._session is None else ClientState.RENEWING
        if self._session is not None:
            return ClientState.OPEN
        if self._attempts.is_hopeless:
            return ClientState.BROKEN
        return ClientState.CLOSED if self._care is None else ClientState.WAITING

    @property
    def last_error(self) -> SovereignError | None:
        """Why there is no session, or what the server last complained about; None when all is well."""
        return self._attempts.last_error

    @property
    def pings_ms(self) -> tuple[float, ...]:
        """The latest round trips of this session, oldest first."""
        return self._session.connection.pings_ms if self._session is not None else ()

    @property
    def ping_ms(self) -> float | None:
        """The latest round trip."""
        return self.pings_ms[-1] if self.pings_ms else None

    @property
    def expires_at(self) -> float | None:
        """Unix second at which the server ends this session, when it said so."""
        return self._session.expires_at if self._session is not None else None

    @property
    def known_turns(self) -> frozenset[str]:
        """The turns that the server knows of."""
        return self._session.known_turns if self._session is not None else frozenset()

    def availability(self) -> Availability:
        """Whether a turn is worth trying now, and why not."""
        now = self._clock()
        is_alive = self._session is not None and self._session.is_alive
        error = self._attempts.must_wait(now) if is_alive else self._attempts.obstacle(now)
        return AVAILABLE if error is None else Availability(False, error.user_text, error.remedy)

    # Open, kept open, closed

    async def open(self) -> None:
        """Have a session that is ready for live sound. Idempotent; who calls meanwhile shares the attempt.

        Cancelling stops the waiting, not the attempt. Raises SovereignError.
        """
        await self._ready()

    def start(self) -> None:
        """Begin to care for the session: open it, renew it, open it again when it is lost. Idempotent."""
        if self._care is None:
            self._care = asyncio.create_task(self._keep_open(), name="keep the Realtime session open")

    async def close(self) -> None:
        """End the session and leave it ended, until `start` or `open`. Idempotent."""
        tasks = [task for task in (self._care, self._opening) if task is not None]
        self._care = None
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks)
        for session in (self._session, self._next):
            self._retire(session)
        if self._turn is not None:
            self._turn.lost(self._turn.session, EngineUnavailable("The Realtime session was closed."))
        self._session = self._next = None
        self._unheard.clear()
        await asyncio.gather(*self._closing)
        self._tell()

    def forgive(self) -> None:
        """Keys or settings have changed: what was hopeless is tried again, a session that differs is renewed."""
        self._attempts.forgive()
        if self._session is not None:
            now = (self.endpoint, self._settings())
            self._session.is_outdated = now != (self._session.endpoint, self._session.settings)
        self._tell()

    def begin_anew(self) -> None:
        """What was said before is to be forgotten: no turn begins in a session that was told any of it.

        Another one takes its place at the next gap between turns. It is not enough to delete what the program has
        said and heard: a server's conversation also holds what its model wrote into its calls of functions.
        """
        for session in (self._session, self._next):
            if session is not None:
                session.knows_forgotten = True
        self._tell()

    @asynccontextmanager
    async def turn(self, turn_id: str) -> AsyncIterator[RealtimeTurn]:
        """The one turn that runs now; a second one waits until the first has left. Raises SovereignError.

        The server is told what the program's conversation holds before anything of the turn is sent.
        """
        async with self._one_turn:
            if (wait := self._attempts.must_wait(self._clock())) is not None:
                raise wait
            turn = self._turn = RealtimeTurn(turn_id, await self._up_to_date(), self._up_to_date)
            try:
                yield turn
            finally:
                self._turn = None
                turn.leave()
                self._end_of(turn)

    def heard(self, turn_id: str, played_ms: float) -> None:
        """How much of a turn's sound the user has heard; told once, when it has ended or was stopped.

        The server's items are cut to it. A session that never knew the turn, or is gone, needs nothing.
        """
        session, replies = self._unheard.pop(turn_id, (None, ()))
        if session is None or not session.is_alive:
            return
        for reply in replies:
            received_ms = session.protocol.received_ms(reply)
            session.send(session.protocol.heard(reply, min(played_ms, received_ms)))
            played_ms = max(0.0, played_ms - received_ms)

    def _end_of(self, turn: RealtimeTurn) -> None:
        if turn.was_answered and turn.session.is_alive:
            self._attempts.worked()
            self._unheard[turn.id] = (turn.session, turn.replies)
            if len(self._unheard) > MOST_TURNS_UNHEARD:
                self._unheard.popitem(last=False)
        if self._next is not None and self._next.is_alive:
            self._take(self._next)
        self._tell()

    # Sessions

    async def _up_to_date(self) -> LiveSession:
        """A session that knows the whole conversation."""
        session = await self._ready()
        session.tell(self._conversation())
        session.connection.check()
        return session

    async def _ready(self) -> LiveSession:
        """The session, opened if need be."""
        session = self._session
        if session is not None and session.is_alive and not session.is_barred and self._left_s(session) > 0:
            return session
        return await self._another()

    async def _another(self) -> LiveSession:
        """A session opened now, or being opened already. Cancelling stops the waiting only."""
        opening = self._opening
        if opening is None:
            if (error := self._attempts.begin(self._clock())) is not None:
                raise error.with_traceback(None)  # the same error many times over: each raise would add to its trace
            opening = self._opening = asyncio.create_task(self._open_one(), name="open a Realtime session")
            opening.add_done_callback(_note_error)
            self._tell()
        await asyncio.wait([opening])
        if opening.cancelled():
            raise EngineUnavailable("The Realtime session was closed.")
        return opening.result()

    async def _open_one(self) -> LiveSession:
        """Open a session and put it in the place of the one that there may be, now or after the turn."""
        try:
            fresh = await LiveSession.open(
                self.endpoint,
                self._settings(),
                self._conversation,
                timeout_s=self._timeout_s,
                on_lost=self._lost,
                on_trouble=self._trouble,
            )
        except SovereignError as error:
            self._attempts.failed(error, self._clock())
            logger.warning("no Realtime session", extra={"error": type(error).__name__, "retryable": error.retryable})
            self._opening = None
            self._tell()
            raise
        finally:
            self._opening = None
        self._attempts.opened()
        fresh.lifetime = Lifetime(self._clock(), self._wall_clock(), fresh.expires_at)
        if self._turn is not None and self._session is not None and self._session.is_alive:
            self._next = fresh
        else:
            self._take(fresh)
        return fresh

    def _take(self, fresh: LiveSession) -> None:
        """Work with this session from now on."""
        self._retire(self._session)
        self._session = fresh
        fresh.on_late = self._on_late
        self._next = None
        logger.info("Realtime session is open", extra={"known_turns": len(fresh.known_turns)})
        self._tell()

    def _retire(self, session: LiveSession | None) -> None:
        """Close it beside whatever else goes on."""
        if session is not None:
            task = asyncio.create_task(session.close(), name="close a Realtime session")
            self._closing.add(task)
            task.add_done_callback(self._closing.discard)

    def _lost(self, session: LiveSession, error: SovereignError) -> None:
        if session is self._next:
            self._next = None
        elif session is self._session:
            self._session = None
        else:
            return  # it was not open yet, and whoever opens it knows
        lived_s = session.lifetime.age_s(self._clock(), self._wall_clock()) if session.lifetime else 0.0
        logger.warning("Realtime session lost", extra={"error": type(error).__name__, "lived_s": round(lived_s, 1)})
        self._attempts.lost(error, lived_s, self._clock())
        self._retire(session)
        if self._session is None and self._next is not None:
            self._take(self._next)
        if self._turn is not None:
            self._turn.lost(session, error)
        self._tell()

    def _trouble(self, error: SovereignError) -> None:
        self._attempts.noticed(error, self._clock())

    # Care

    async def _keep_open(self) -> None:
        while True:
            self._changed.clear()
            wait_s = self._next_attempt_in_s()
            if wait_s <= 0:
                with contextlib.suppress(SovereignError):
                    await self._another()
                    continue
            # Never round without a wait: an attempt that is refused on the spot gives the loop to nobody.
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(min(max(wait_s, SHORTEST_WAIT_S), LOOK_EVERY_S)):
                    await self._changed.wait()

    def _next_attempt_in_s(self) -> float:
        """Seconds until a session should be opened; far away while there is no need or no hope."""
        wait_s = self._attempts.wait_s(self._clock())
        if wait_s is None or self._next is not None or (self._turn is not None and self._session is not None):
            return LOOK_EVERY_S
        if (
            self._session is None
            or self._session.is_outdated
            or self._session.is_barred
            or self._session.lifetime is None
        ):
            return wait_s
        return max(wait_s, self._session.lifetime.due_in_s(self._clock(), self._wall_clock()))

    def _left_s(self, session: LiveSession) -> float:
        return session.lifetime.left_s(self._clock(), self._wall_clock()) if session.lifetime else 0.0

    def _tell(self) -> None:
        """Something has changed: whoever waits for that looks."""
        self._changed.set()
        if self.state is not self._told_state:
            self._told_state = self.state
            self._on_change(self._told_state)


def _note_error(opening: asyncio.Task[LiveSession]) -> None:
    """Nobody may be waiting for the attempt any more."""
    if not opening.cancelled():
        opening.exception()
