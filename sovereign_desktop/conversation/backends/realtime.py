"""Speech in, speech out through one model: a Realtime API answers the turn."""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable

from sovereign_desktop.config.sections.realtime_api import RealtimeApi
from sovereign_desktop.conversation.backends.base import Emit, Noted, TurnRequest
from sovereign_desktop.conversation.backends.exchange import Exchange
from sovereign_desktop.conversation.skills.base import SkillContext
from sovereign_desktop.conversation.tools import ToolBox
from sovereign_desktop.core.availability import Availability
from sovereign_desktop.metrics.prices import price_list
from sovereign_desktop.realtime.client import ClientState, RealtimeClient
from sovereign_desktop.realtime.decisions import Decision, Wasted
from sovereign_desktop.realtime.endpoint import Endpoint

logger = logging.getLogger(__name__)

MOST_EXCHANGES_KEPT = 16
PROVIDER = Endpoint(RealtimeApi().url, "").host


class SessionNotes:
    """What happened to the connection, in a sentence for the transcript: nothing else tells of it."""

    def __init__(self) -> None:
        self._was_open = False
        self._is_renewing = False
        self._notes: list[str] = []

    def changed(self, state: ClientState) -> None:
        """The client has another state now."""
        match state:
            case ClientState.OPEN:
                if self._was_open:
                    how = "was renewed" if self._is_renewing else "was lost and is back"
                    self._add(f"The connection to the Realtime API {how}; the conversation goes on.")
                self._was_open, self._is_renewing = True, False
            case ClientState.RENEWING:
                self._is_renewing = True
            case ClientState.CLOSED:
                self._was_open = False
            case _:
                self._is_renewing = False

    def begin_anew(self) -> None:
        """Another conversation begins, in a session of its own: that is no news of the connection."""
        self._was_open = False

    def take(self) -> list[str]:
        """The notes since the last call."""
        notes, self._notes = self._notes, []
        return notes

    def _add(self, note: str) -> None:
        if note not in self._notes:
            self._notes.append(note)


class RealtimeBackend:
    """Answers over the client's session. `notes` should hear of the client's states (`SessionNotes.changed`)."""

    name = "realtime"

    def __init__(
        self,
        client: RealtimeClient,
        settings: RealtimeApi,
        tools: ToolBox,
        facts: Callable[[TurnRequest], SkillContext],
        *,
        notes: SessionNotes | None = None,
    ) -> None:
        self._client = client
        self._settings = settings
        self._tools = tools
        self._facts = facts
        self._notes = notes or SessionNotes()
        self._answering: set[str] = set()
        self._heard_early: dict[str, float] = {}
        self._exchanges: deque[Exchange] = deque(maxlen=MOST_EXCHANGES_KEPT)

    @property
    def engines(self) -> dict[str, str]:
        """One model does everything; at another server than the provider's the name may be anybody's."""
        model, host = self._settings.model, Endpoint(self._settings.url, self._settings.model).host
        return {"realtime": model if host == PROVIDER else f"{model} at {host}"}

    async def availability(self) -> Availability:
        """Whether the client has a session, or some hope of one."""
        return self._client.availability()

    async def prepare(self) -> None:
        """Begin to connect; nothing waits for it, because the sound of a turn is kept until there is a session."""
        price_list()  # reading it takes 20 ms, which no answer shall wait for
        self._client.start()

    async def answer(self, request: TurnRequest, emit: Emit) -> None:
        """Send what is said while it is said, and pass on what comes back as it comes."""
        earlier = [item for exchange in self._exchanges for item in exchange.words.items]
        exchange = Exchange(self._client, request, emit, self._settings, self._tools, self._facts, earlier, self.late)
        self._exchanges.append(exchange)
        self._answering.add(request.turn_id)
        try:
            await exchange.run()
        finally:
            if (played_ms := self._heard_early.pop(request.turn_id, None)) is not None:
                self._client.heard(request.turn_id, played_ms)
            self._answering.discard(request.turn_id)
            for note in self._notes.take():
                emit(Noted(note))

    def late(self, decision: Decision) -> None:
        """What the server says of a turn that is over goes to that turn (`RealtimeClient(on_late=...)`).

        An answer that a server began for nobody is paid for by the turn that was asked last.
        """
        concerned = list(self._exchanges)
        if isinstance(decision, Wasted):
            askers = [exchange for exchange in concerned if exchange.asked(decision.asked_by)]
            concerned = askers or concerned[-1:]
        for exchange in concerned:
            exchange.late(decision)

    def heard(self, turn_id: str, played_ms: float) -> None:
        """The server's memory of the answer is cut to what was heard.

        The sound of an interrupted turn may stop before its work has: then the client hears of it afterwards.
        """
        if turn_id in self._answering:
            self._heard_early[turn_id] = played_ms
        else:
            self._client.heard(turn_id, played_ms)
