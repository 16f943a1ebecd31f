"""One websocket to a Realtime API: events in, events out, and a SovereignError when it ends.

It runs on the event loop that the window uses too, so nothing here takes long: a message that would is refused.
"""

from __future__ import annotations

import asyncio
import logging
import ssl
from collections import deque
from datetime import UTC, datetime
from http import HTTPStatus
from typing import TYPE_CHECKING

from sovereign_desktop.core.errors import BrokenReply, EngineTimeout, EngineUnavailable, SovereignError
from sovereign_desktop.realtime import failures
from sovereign_desktop.realtime.client_events import ClientEvent
from sovereign_desktop.realtime.codec import Malformed, read_server_event, write
from sovereign_desktop.realtime.endpoint import Endpoint
from sovereign_desktop.realtime.objects import ErrorDetail
from sovereign_desktop.realtime.outbox import Outbox, OutboxFull
from sovereign_desktop.realtime.server_events import ErrorEvent, ServerEvent

if TYPE_CHECKING:
    from websockets.asyncio.client import ClientConnection
    from websockets.exceptions import ConnectionClosed

logger = logging.getLogger(__name__)

wire_logger = logging.getLogger(f"{__name__}.wire")
wire_logger.setLevel(logging.WARNING)  # below that, the library logs every message with what was said in it

LONGEST_EVENT_BYTES = 2 * 2**20
"""Half a minute of sound in one delta; reading and decoding more would be felt at the window."""
MOST_MALFORMED = 20
"""A server that has sent this many messages that are no events speaks another language."""
PING_EVERY_S = 10.0
PONG_WITHIN_S = 10.0
WATCHED_PING_EVERY_S = 0.4
WATCHED_PONG_WITHIN_S = 1.4
"""While a turn runs, so that it knows a dead connection within two seconds."""
MOST_PINGS = 16
UNSENT_BYTES = 32 * 1024
"""So little lies in the system's buffers that sound which nobody waits for any more can still be taken back."""


class Connection:
    """An open websocket. `async for` gives its events; sending never waits.

    The iteration ends when `close()` was called and raises a SovereignError when the connection was lost. After a
    loss `send` does nothing: the iteration tells.
    """

    def __init__(
        self, socket: ClientConnection, *, ping_every_s: float = PING_EVERY_S, pong_within_s: float = PONG_WITHIN_S
    ) -> None:
        self._socket = socket
        self._ping_every_s = ping_every_s
        self._pong_within_s = pong_within_s
        self._outbox = Outbox()
        self._pings_ms: deque[float] = deque(maxlen=MOST_PINGS)
        self._ping_now = asyncio.Event()
        self._is_watched = False
        self._pong_due: asyncio.Timeout | None = None
        self._heard_at = self._now()
        self._is_waiting = False
        self._failure: SovereignError | None = None
        self._last_error = ErrorDetail()
        self._malformed = 0
        self._is_closing = False
        self._tasks = [
            asyncio.create_task(self._write(), name="write to the Realtime API"),
            asyncio.create_task(self._ping(), name="ping the Realtime API"),
        ]

    @classmethod
    async def open(
        cls, endpoint: Endpoint, *, ping_every_s: float = PING_EVERY_S, pong_within_s: float = PONG_WITHIN_S
    ) -> Connection:
        """Connect. The caller sets the deadline. Raises SovereignError."""
        from websockets.asyncio.client import connect
        from websockets.exceptions import InvalidHandshake, InvalidProxy, InvalidStatus, InvalidURI

        try:
            socket = await connect(
                endpoint.websocket_url,
                additional_headers=endpoint.headers,
                ssl=await _trust(endpoint),
                proxy=None if endpoint.is_local else True,
                compression=None,  # it is sound in base64; deflating it would cost time at every delta
                max_size=LONGEST_EVENT_BYTES,
                ping_interval=None,  # ours leaves samples
                open_timeout=None,
                close_timeout=1,
                user_agent_header=None,
                logger=wire_logger,
            )
        except InvalidStatus as refused:
            response = refused.response
            if response.status_code == HTTPStatus.UNAUTHORIZED and not endpoint.key:
                raise failures.no_key() from None
            raise failures.from_status(
                response.status_code, response.headers, bytes(response.body or b""), datetime.now(UTC)
            ) from None  # the refusal's body may quote a part of the key
        except ssl.SSLCertVerificationError as untrusted:
            raise EngineUnavailable(
                "The certificate of the Realtime API is not trusted.",
                remedy="Name the authority that signed it in `realtime_api.ca_file`.",
            ) from untrusted
        except (OSError, EOFError, InvalidHandshake) as failed:
            raise _unreachable() from failed
        except (InvalidURI, ValueError) as nowhere:  # also where the server sends us on to
            raise EngineUnavailable(
                "The address of the Realtime API leads to no Realtime API.", remedy="Check `realtime_api.url`."
            ) from nowhere
        except (InvalidProxy, ImportError) as unusable:
            raise EngineUnavailable(
                "The proxy that this computer is set to can't be used.", remedy="Check the proxy of the system."
            ) from unusable
        _keep_little_in_the_system(socket)
        return cls(socket, ping_every_s=ping_every_s, pong_within_s=pong_within_s)

    @property
    def pings_ms(self) -> tuple[float, ...]:
        """The latest round trips, oldest first."""
        return tuple(self._pings_ms)

    @property
    def waiting_events(self) -> int:
        """How many events have not left yet."""
        return len(self._outbox)

    @property
    def is_open(self) -> bool:
        from websockets.protocol import State

        return self._failure is None and not self._is_closing and self._socket.state is State.OPEN

    def send(self, *events: ClientEvent) -> None:
        """Send in order, as fast as the other side takes them. Never waits."""
        if self._failure is not None or self._is_closing:
            return
        try:
            for event in events:
                self._outbox.put(event, self._now())
        except OutboxFull:
            self.give_up(EngineTimeout("The Realtime API does not take the sound any more."))

    def drop_sound(self) -> None:
        """Take back the sound that has not left yet and was not committed."""
        self._outbox.drop_sound()

    def check(self) -> None:
        """Find out now whether the other side is still there."""
        self._ping_now.set()

    def watch(self, watched: bool) -> None:
        """While it is watched, a connection that has died is known within two seconds."""
        self._is_watched = watched
        if watched:
            self.check()
            self._be_quick()

    def give_up(self, failure: SovereignError) -> None:
        """Cut it; the iteration raises why. The first reason counts."""
        if self._failure is None:
            self._failure = failure
            self._socket.transport.abort()

    def __aiter__(self) -> Connection:
        return self

    async def __anext__(self) -> ServerEvent:
        from websockets.exceptions import ConnectionClosed

        while True:
            self._is_waiting = True
            try:
                message = await self._socket.recv(decode=False)
            except ConnectionClosed as closed:
                if self._is_closing and self._failure is None:
                    raise StopAsyncIteration from None
                raise self._explained(closed) from None
            finally:
                self._is_waiting = False
            self._heard_at = self._now()
            if (event := self._read(message)) is not None:
                return event

    async def close(self) -> None:
        """Close it in good manners, for at most a second. Idempotent."""
        self._is_closing = True
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        try:
            await self._socket.close()
        finally:
            self._socket.transport.abort()

    def _read(self, message: bytes) -> ServerEvent | None:
        try:
            event = read_server_event(message)
        except Malformed:
            self._malformed += 1
            logger.warning("a message was no event", extra={"bytes": len(message), "count": self._malformed})
            if self._malformed >= MOST_MALFORMED:
                self.give_up(BrokenReply("What answers in place of the Realtime API is something else."))
            return None
        if isinstance(event, ErrorEvent):
            self._last_error = event.error
        return event

    def _explained(self, closed: ConnectionClosed) -> SovereignError:
        """Why the connection ended: what we found ourselves, what the server said last, or its close code."""
        if self._failure is None:
            if failures.ends_the_session(self._last_error):
                self._failure = failures.from_error(self._last_error)
            else:
                frame = closed.rcvd or closed.sent
                self._failure = failures.from_close(frame.code if frame else None, frame.reason if frame else "")
        return self._failure

    async def _write(self) -> None:
        from websockets.exceptions import ConnectionClosed

        while True:
            event = await self._outbox.take()
            try:
                await self._socket.send(write(event))
            except ConnectionClosed:
                return

    async def _ping(self) -> None:
        from websockets.exceptions import ConnectionClosed

        while True:
            sent_at = self._now()
            try:
                latency_s = await self._pong()
            except ConnectionClosed:
                return
            if latency_s is not None:
                self._pings_ms.append(1000 * latency_s)
            elif self._is_waiting and self._heard_at <= sent_at:
                logger.warning("no pong", extra={"within_s": round(self._now() - sent_at, 1)})
                self.give_up(EngineTimeout("The Realtime API does not answer any more."))
                return
            await self._until_next_ping()

    def _be_quick(self) -> None:
        """A pong that was waited for at leisure is due soon."""
        due_at = self._now() + WATCHED_PONG_WITHIN_S
        if self._pong_due is not None and (self._pong_due.when() or due_at) > due_at and not self._pong_due.expired():
            self._pong_due.reschedule(due_at)

    async def _pong(self) -> float | None:
        """The round trip in seconds, None when it takes too long."""
        pong = None
        try:
            within_s = min(self._pong_within_s, WATCHED_PONG_WITHIN_S if self._is_watched else self._pong_within_s)
            async with asyncio.timeout(within_s) as self._pong_due:
                pong = await self._socket.ping()
                return await pong
        except TimeoutError:
            # After a stall of the loop the pong and the deadline come together.
            done = pong is not None and isinstance(pong, asyncio.Future) and pong.done() and not pong.cancelled()
            return pong.result() if done and pong.exception() is None else None  # type: ignore[union-attr]
        finally:
            self._pong_due = None

    async def _until_next_ping(self) -> None:
        try:
            every_s = min(self._ping_every_s, WATCHED_PING_EVERY_S) if self._is_watched else self._ping_every_s
            async with asyncio.timeout(every_s):
                await self._ping_now.wait()
        except TimeoutError:
            pass
        self._ping_now.clear()

    @staticmethod
    def _now() -> float:
        return asyncio.get_running_loop().time()


async def _trust(endpoint: Endpoint) -> ssl.SSLContext | None:
    """What to check the server's certificate with. Reading the authorities takes time: a thread does it."""
    if not endpoint.websocket_url.startswith("wss:"):
        return None
    try:
        return await asyncio.to_thread(ssl.create_default_context, cafile=endpoint.ca_file or None)
    except OSError as unreadable:
        raise EngineUnavailable(
            "The file with the certificate authority can't be read.", remedy="Check `realtime_api.ca_file`."
        ) from unreadable


def _unreachable() -> EngineUnavailable:
    unreachable = EngineUnavailable(
        "The Realtime API can't be reached.", remedy="Check the network and `realtime_api.url`."
    )
    unreachable.retryable = True  # it may come back by itself
    return unreachable


def _keep_little_in_the_system(socket: ClientConnection) -> None:
    import socket as sockets

    lowat = getattr(sockets, "TCP_NOTSENT_LOWAT", None)
    raw = socket.transport.get_extra_info("socket")
    if lowat is not None and raw is not None:
        try:
            raw.setsockopt(sockets.IPPROTO_TCP, lowat, UNSENT_BYTES)
        except OSError:
            logger.debug("the system keeps its own measure of unsent bytes")
