"""Connections to a voice service, for the engines in `stt/remote.py` and `tts/remote.py`.

The service may die and come back on another port at any time: `VoiceConnection` says where it is now, `Links` opens,
keeps and replaces connections, and a `Link` is one of them, used by one caller at a time.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import json
import logging
import ssl
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from sovereign_desktop.core.availability import AVAILABLE, Availability
from sovereign_desktop.core.backoff import Backoff
from sovereign_desktop.core.errors import (
    BrokenReply,
    EngineError,
    EngineTimeout,
    EngineUnavailable,
    ProcessError,
    Unauthorized,
)
from sovereign_desktop.engines.voice_protocol import MAX_MESSAGE_BYTES, PROTOCOL, error_from, text_of

if TYPE_CHECKING:
    from websockets.asyncio.client import ClientConnection

logger = logging.getLogger(__name__)

wire_logger = logging.getLogger(f"{__name__}.wire")
wire_logger.setLevel(logging.WARNING)  # below that, the library logs every message with what was said in it

PATIENCE_S = 15.0
"""How long a job waits for a service that is away, each time that it goes."""
GREETING_S = 60.0
"""How long a service that is there may take to load its engine."""
MOST_LOSSES = 3
"""A job that has seen the service die this often is given up: it may be what kills it."""


@dataclass(frozen=True, slots=True)
class VoiceAddress:
    """Where a voice service listens: `http://…` or `https://…` without a path, and the token it wants."""

    url: str
    token: str = ""
    ssl_context: ssl.SSLContext | None = None

    def websocket_url(self, path: str) -> str:
        return "ws" + self.url.removeprefix("http").rstrip("/") + path

    def __repr__(self) -> str:
        return f"VoiceAddress({self.url!r})"  # the token stays out of tracebacks


class VoiceConnection(Protocol):
    """Knows where the voice service is."""

    async def address(self) -> VoiceAddress:
        """The address, once the service is up. Raises ProcessError when it does not come up."""


class LinkLost(Exception):  # noqa: N818 - a state, not a fault
    """The connection is gone, or never came about; another one may do better."""


@dataclass(frozen=True, slots=True)
class Hello:
    """How the service introduces itself: the engine that works behind it, and what that can do."""

    engine: str
    capabilities: dict[str, bool]


@dataclass(frozen=True, slots=True)
class Sound:
    """A binary message: samples of the job that was asked for."""

    pcm: bytes
    sample_rate_hz: int


class Link:
    """One open connection."""

    def __init__(self, socket: ClientConnection) -> None:
        self._socket = socket
        self._sounding = ("", 0)

    @classmethod
    async def open(cls, address: VoiceAddress, path: str) -> Link:
        """Raises LinkLost where trying again may help, otherwise EngineError."""
        from websockets.asyncio.client import connect
        from websockets.exceptions import InvalidHandshake, InvalidStatus

        try:
            socket = await connect(
                address.websocket_url(path),
                additional_headers={"Authorization": f"Bearer {address.token}"} if address.token else {},
                ssl=address.ssl_context,
                proxy=None,
                compression=None,  # it is audio
                max_size=MAX_MESSAGE_BYTES,
                ping_interval=5,  # a service that vanished without a word is noticed
                ping_timeout=10,
                close_timeout=1,
                open_timeout=None,  # ours is around us
                user_agent_header=None,
                logger=wire_logger,
            )
        except InvalidStatus as refused:
            if refused.response.status_code in (401, 403):
                raise Unauthorized(
                    "The voice service refused the token.",
                    remedy="Store the right one: `sovereign-desktop keys set voice_service`.",
                ) from refused
            raise LinkLost from refused
        except ssl.SSLCertVerificationError as untrusted:
            raise EngineUnavailable(
                "The voice service's certificate is not trusted.",
                remedy="Name the authority that signed it in voice_service.ca_file.",
            ) from untrusted
        except (OSError, InvalidHandshake) as failed:
            raise LinkLost from failed
        return cls(socket)

    @property
    def is_open(self) -> bool:
        from websockets.protocol import State

        return self._socket.state is State.OPEN

    async def greeting(self) -> Hello:
        """The service's first message; raises the EngineError that stands there instead."""
        try:
            async with asyncio.timeout(GREETING_S):
                said = await self._message()
        except TimeoutError:
            raise EngineTimeout("The voice service takes too long to load its engine.") from None
        if not isinstance(said, dict) or said.get("type") != "hello":
            raise error_from(said) if isinstance(said, dict) else LinkLost
        if said.get("protocol") != PROTOCOL:
            raise EngineUnavailable(
                "The voice service is of another version.", remedy="Install the same version on both machines."
            )
        capabilities = said.get("capabilities")
        return Hello(text_of(said, "engine"), capabilities if isinstance(capabilities, dict) else {})

    async def send(self, **message: Any) -> None:
        """Send one message to steer. Raises LinkLost."""
        await self._send(json.dumps(message))

    async def send_sound(self, pcm: bytes) -> None:
        """Send samples. Raises LinkLost."""
        await self._send(pcm)

    async def receive(self, job: str) -> dict[str, Any] | Sound:
        """The next message about this job; what is left of earlier ones is passed over.

        Raises LinkLost, and the EngineError that the service reports.
        """
        while True:
            said = await self._message()
            if isinstance(said, bytes):
                if self._sounding[0] == job:
                    return Sound(said, self._sounding[1])
            elif said.get("type") == "audio" and isinstance(said.get("sample_rate_hz"), int):
                self._sounding = (text_of(said, "id"), said["sample_rate_hz"])
            elif said.get("id") == job:
                if said.get("type") == "error":
                    raise error_from(said)
                return said

    def drop(self) -> None:
        """Close the connection without a word."""
        self._socket.transport.abort()

    async def close(self) -> None:
        await self._socket.close()

    async def _send(self, data: str | bytes) -> None:
        from websockets.exceptions import ConnectionClosed

        try:
            await self._socket.send(data)
        except ConnectionClosed as closed:
            raise LinkLost from closed

    async def _message(self) -> dict[str, Any] | bytes:
        from websockets.exceptions import ConnectionClosed

        try:
            data = await self._socket.recv()
        except ConnectionClosed as closed:
            raise LinkLost from closed
        if isinstance(data, bytes):
            return data
        try:
            said = json.loads(data)
        except ValueError:
            said = None
        if not isinstance(said, dict):
            self.drop()
            raise BrokenReply("What answers in place of the voice service is something else.")
        return said


class Links:
    """The connections of one engine: idle ones are used again, lost ones replaced."""

    def __init__(self, connection: VoiceConnection, path: str, *, patience_s: float = PATIENCE_S) -> None:
        self._connection = connection
        self._path = path
        self._patience_s = patience_s
        self._backoff = Backoff(first_s=0.02, longest_s=0.5)
        self._idle: list[Link] = []
        self.hello: Hello | None = None
        self.availability: Availability = AVAILABLE
        """What the last attempt to reach the service showed."""

    async def prepare(self) -> None:
        """Have a connection open and the engine behind it loaded. Raises EngineError."""
        self.give_back(await self.borrow())

    async def borrow(self) -> Link:
        """A connection for the caller alone, until it is given back or dropped. Raises EngineError."""
        while self._idle:
            link = self._idle.pop()
            if link.is_open:
                return link
        try:
            link = await self._open_one()
        except EngineError as error:
            self.availability = Availability(False, error.user_text, error.remedy)
            raise
        self.availability = AVAILABLE
        return link

    def give_back(self, link: Link) -> None:
        """The caller's job is done."""
        self._idle.append(link)

    async def abandon(self, link: Link, job: str) -> None:
        """The caller does not want its job done any more."""
        try:
            async with asyncio.timeout(0.1):  # a service that does not read is not worth waiting for
                await link.send(type="cancel", id=job)
        except (LinkLost, TimeoutError):
            link.drop()
        else:
            self.give_back(link)

    def check_losses(self, losses: int) -> None:
        """Raise BrokenReply when a job has lost the service too often."""
        logger.warning("voice service lost during a job", extra={"losses": losses, "path": self._path})
        if losses >= MOST_LOSSES:
            raise BrokenReply("The voice service fails again and again.", remedy="Run `doctor` to see why.")

    async def close(self) -> None:
        """Close the idle connections."""
        idle, self._idle = self._idle, []
        for link in idle:
            await link.close()

    async def _open_one(self) -> Link:
        """A greeted connection, waiting for a service that is away."""
        loop = asyncio.get_running_loop()
        give_up_at = loop.time() + self._patience_s
        for attempt in itertools.count():
            with contextlib.suppress(LinkLost, TimeoutError):
                return await self._greeted(give_up_at)
            delay_s = self._backoff.delay_s(attempt)
            if loop.time() + delay_s >= give_up_at:
                break
            await asyncio.sleep(delay_s)
        raise EngineUnavailable("The voice service does not answer.", remedy="Run `doctor` to see why.")

    async def _greeted(self, give_up_at: float) -> Link:
        async with asyncio.timeout_at(give_up_at):
            try:
                address = await self._connection.address()
            except ProcessError as error:
                raise EngineUnavailable(error.user_text, remedy=error.remedy) from error
            link = await Link.open(address, self._path)
        try:
            self.hello = await link.greeting()
        except BaseException:
            link.drop()
            raise
        return link
