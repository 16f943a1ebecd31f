"""One session at a server: a connection with its protocol state, configured and told what was said before."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from sovereign_desktop.core.dialogue import Background, Message
from sovereign_desktop.core.errors import EngineError, EngineTimeout, RateLimited, SovereignError
from sovereign_desktop.realtime import failures
from sovereign_desktop.realtime.client_events import ClientEvent, ItemCreate
from sovereign_desktop.realtime.connection import Connection
from sovereign_desktop.realtime.decisions import Configured, Decision, Opened, Refused, Send
from sovereign_desktop.realtime.endpoint import Endpoint
from sovereign_desktop.realtime.ledger import Ledger
from sovereign_desktop.realtime.objects import ErrorDetail
from sovereign_desktop.realtime.protocol import Protocol
from sovereign_desktop.realtime.renewal import Lifetime
from sovereign_desktop.realtime.server_events import (
    ErrorEvent,
    RateLimitsUpdated,
    ResponseDone,
    ServerEvent,
)

logger = logging.getLogger(__name__)

CONFIGURED_WITHIN_S = 3.0
"""A server that does not confirm our settings within this time has taken them all the same."""
MOST_REFUSED_SETTINGS = 8

Listener = Callable[[Decision], Awaitable[None]]


class LiveSession:
    """Open, until `close()` or until `on_lost` is called with the reason. It reads on between turns, too."""

    def __init__(
        self,
        connection: Connection,
        endpoint: Endpoint,
        settings: dict[str, Any],
        *,
        on_lost: Callable[[LiveSession, SovereignError], None],
        on_trouble: Callable[[SovereignError], None],
    ) -> None:
        self.protocol = Protocol()
        self.connection = connection
        self.endpoint = endpoint
        self.settings = settings
        self.is_outdated = False
        """Whether the settings that it was opened with are others now."""
        self.is_suspect = False
        """Whether it owes an answer that may come at any time, or never: no turn should begin on it."""
        self.knows_forgotten = False
        """Whether it was told what is to be forgotten: no turn may begin on it."""
        self.lifetime: Lifetime | None = None
        self.expires_at: float | None = None
        self.failure: SovereignError | None = None
        self.listener: Listener | None = None
        self.on_late: Callable[[Decision], None] = lambda _decision: None
        """Told of what belongs to no turn that still runs: what an interrupted answer has cost, late words."""
        self._on_lost = on_lost
        self._on_trouble = on_trouble
        self.ledger = Ledger()
        """The text that this server was sent."""
        self._known: dict[str, list[str]] = {}
        self._background: dict[str, tuple[Background, list[str]]] = {}
        self._wait_s: float | None = None
        loop = asyncio.get_running_loop()
        self._opened: asyncio.Future[None] = loop.create_future()
        self._configured: asyncio.Future[Refused | None] = loop.create_future()
        self._reader = asyncio.create_task(self._read(), name="read from the Realtime API")

    @classmethod
    async def open(
        cls,
        endpoint: Endpoint,
        settings: dict[str, Any],
        conversation: Callable[[], Sequence[Message]],
        *,
        timeout_s: float,
        on_lost: Callable[[LiveSession, SovereignError], None],
        on_trouble: Callable[[SovereignError], None],
    ) -> LiveSession:
        """A session that is ready for live sound. Raises SovereignError."""
        session = None
        try:
            async with asyncio.timeout(timeout_s):
                connection = await Connection.open(endpoint)
                session = cls(connection, endpoint, settings, on_lost=on_lost, on_trouble=on_trouble)
                await session._opened
                await session._configure(settings, within_s=min(CONFIGURED_WITHIN_S, timeout_s / 2))
            session.tell(conversation())
        except BaseException as error:
            if session is not None:
                await session.close()
            if isinstance(error, TimeoutError):
                raise EngineTimeout("The Realtime API did not answer in time.") from None
            raise
        return session

    @property
    def is_alive(self) -> bool:
        return self.failure is None and self.connection.is_open

    @property
    def is_barred(self) -> bool:
        """Whether no turn may begin on it."""
        return self.is_suspect or self.knows_forgotten

    @property
    def known_turns(self) -> frozenset[str]:
        """The turns that the server knows: replayed to it, or answered by it."""
        return frozenset(self._known)

    def send(self, events: Sequence[ClientEvent]) -> list[str]:
        """Send what the protocol wants sent, and return the items that it makes."""
        self.connection.send(*events)
        self.ledger.note(events)
        return [event.item.id for event in events if isinstance(event, ItemCreate) and event.item.id]

    def tell(self, conversation: Sequence[Message]) -> None:
        """Make the server's conversation the same as ours: what it does not know yet, and what is no more."""
        present = [_key(message) for message in conversation]
        for key in self._gone(present):
            self.forget(self._known.pop(key))
        unknown = [message for message, key in zip(conversation, present, strict=True) if key not in self._known]
        for message in unknown:
            items = self.send(self.protocol.replay([message]))
            self._known.setdefault(_key(message), []).extend(items)

    def brief(self, background: Sequence[Background]) -> None:
        """Have the server know this beside the conversation: only what has changed is told or taken back."""
        present = {told.key: told for told in background}
        for key, (known, items) in tuple(self._background.items()):
            if key in present and known.content == present[key].content and known.images == present[key].images:
                del present[key]
                continue
            if not known.stays_true:
                self.forget(items)
            if key not in present and not known.stays_true:
                del self._background[key]
        for key, told in present.items():
            self._background[key] = (told, self.send(self.protocol.brief(told)))

    def learn(self, turn_id: str, items: Sequence[str]) -> None:
        """This turn was answered here; these are its items."""
        self._known.setdefault(turn_id, []).extend(items)

    def forget(self, items: Sequence[str]) -> None:
        """Take these items out of the server's conversation."""
        self.send(self.protocol.forget(items))

    async def close(self) -> None:
        """End it. Idempotent."""
        self._reader.cancel()
        await asyncio.wait([self._reader])
        for future in (self._opened, self._configured):
            if future.done() and not future.cancelled():
                future.exception()  # nobody may be waiting
            future.cancel()
        await self.connection.close()

    def _gone(self, present: Sequence[str]) -> list[str]:
        """What the server knows and our conversation holds no more: cancelled, or forgotten by the user.

        What our conversation has grown too long to hold stays: deleting its beginning with every turn would make
        the provider read all the rest anew.
        """
        known = list(self._known)
        held = set(present)
        oldest = next((index for index, key in enumerate(known) if key in held), 0)
        return [key for key in known[oldest:] if key not in held]

    async def _configure(self, settings: dict[str, Any], *, within_s: float) -> None:
        """Set it up; what the server does not take is left out. Raises SovereignError when that does not help."""
        for _ in range(MOST_REFUSED_SETTINGS):
            if self.failure is not None:
                raise self.failure  # it was lost right behind its hello
            self._configured = asyncio.get_running_loop().create_future()
            self.send(self.protocol.configure(settings))
            try:
                async with asyncio.timeout(within_s):
                    refused = await self._configured
            except TimeoutError:
                logger.info("the server does not confirm its settings")
                return
            if refused is None:
                return
            fewer = without(settings, (refused.error.param or "").removeprefix("session."))
            if fewer == settings:
                break
            logger.warning("the server refuses a setting", extra={"setting": refused.error.param})
            settings = fewer
        raise EngineError(
            "The Realtime API refuses the settings.", remedy="Check the section `realtime_api` of the settings."
        )

    async def _read(self) -> None:
        try:
            async for event in self.connection:
                self._notice(event)
                for decision in self.protocol.receive(event):
                    await self._pass_on(decision)
        except SovereignError as error:
            self._lose(error)

    def _notice(self, event: ServerEvent) -> None:
        """What concerns more than the turn that runs."""
        match event:
            case ErrorEvent(error=error):
                self._trouble(error)
            case ResponseDone(response=response):
                if response.status_details is not None and response.status_details.error is not None:
                    self._trouble(response.status_details.error)
            case RateLimitsUpdated(rate_limits=limits):
                empty = [limit.reset_seconds or 0.0 for limit in limits if limit.remaining == 0]
                self._wait_s = max(empty, default=None)

    def _trouble(self, detail: ErrorDetail) -> None:
        error = failures.from_error(detail)
        if failures.ends_the_session(detail):
            self.connection.give_up(error)
        elif isinstance(error, RateLimited):
            if error.retry_after_s is None:
                error.retry_after_s = self._wait_s
            self._on_trouble(error)

    async def _pass_on(self, decision: Decision) -> None:
        match decision:
            case Send(event):
                self.send([event])
            case Opened(expires_at=expires_at):
                self.expires_at = expires_at
                _settle(self._opened, None)
            case Configured():
                _settle(self._configured, None)
            case Refused(about="session.update") if not self._configured.done():
                _settle(self._configured, decision)
            case _ if self.listener is not None:
                await self.listener(decision)
            case Refused(error=error):
                logger.warning("the server refuses an event", extra={"code": error.code, "about": decision.about})
            case _:
                self.on_late(decision)

    def _lose(self, error: SovereignError) -> None:
        self.failure = error
        for future in (self._opened, self._configured):
            if not future.done():
                future.set_exception(error)
        self._on_lost(self, error)


def without(settings: dict[str, Any], path: str) -> dict[str, Any]:
    """The settings without the one at `a.b.c`, or as they are when there is none. The type is not to be missed."""
    name, _, rest = path.partition(".")
    if name not in settings or name == "type":
        return settings
    inner = settings[name]
    kept = {key: value for key, value in settings.items() if key != name}
    if rest and isinstance(inner, dict) and rest.partition(".")[0] in inner:
        kept[name] = without(inner, rest)
    return kept


def _key(message: Message) -> str:
    return message.turn_id or f"{message.role}:{message.text}"


def _settle(future: asyncio.Future[Any], result: object) -> None:
    with contextlib.suppress(asyncio.InvalidStateError):
        future.set_result(result)
