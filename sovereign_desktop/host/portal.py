"""The desktop portal over D-Bus: a connection that knows who we are, calls, and requests that are answered later.

Sources: the XDG desktop portal's documentation of `Request` (the handle token, and the path that follows from it) and
of `Registry` (xdg-desktop-portal 1.21 refuses programs that have not told their app id).
"""

from __future__ import annotations

import asyncio
import contextlib
import secrets
from collections.abc import Callable, Mapping
from typing import Any

from dbus_fast import Message, MessageType, Variant
from dbus_fast.aio import MessageBus
from dbus_fast.errors import DBusFastError

from sovereign_desktop.core.identity import APP_ID

TROUBLE = (DBusFastError, OSError, EOFError)
"""What calls raise when the bus, or the portal, is not there or says no; TimeoutError when it says nothing."""
_NAME = "org.freedesktop.portal.Desktop"
_PATH = "/org/freedesktop/portal/desktop"
_REQUEST = "org.freedesktop.portal.Request"
_BUS = "org.freedesktop.DBus"
_RULES = (
    f"type='signal',sender='{_NAME}'",
    f"type='signal',sender='{_BUS}',interface='{_BUS}',member='NameOwnerChanged',arg0='{_NAME}'",
)


class PortalConnection:
    """One connection, made with `open`. `on_signal` hears the portal's signals except the answers to requests.

    `on_presence` hears, while it is open, when the portal goes and when one comes: a new one knows nothing of the
    sessions of the one before. `answer_s` bounds each call. All methods raise TROUBLE and TimeoutError.
    """

    def __init__(
        self,
        bus_address: str | None = None,
        *,
        answer_s: float = 5.0,
        on_signal: Callable[[Message], None] = lambda _message: None,
        on_presence: Callable[[bool], None] = lambda _is_there: None,
    ) -> None:
        self.answer_s = answer_s
        self._bus_address = bus_address
        self._on_signal = on_signal
        self._on_presence = on_presence
        self._knows_us = False
        self._bus: MessageBus | None = None
        self._waiting: dict[str, asyncio.Future[list[Any]]] = {}

    @property
    def is_open(self) -> bool:
        return self._bus is not None and self._bus.connected

    async def open(self) -> None:
        """Connect and tell the portal who we are. Idempotent."""
        if not self.is_open:
            bus = MessageBus(bus_address=self._bus_address) if self._bus_address else MessageBus()
            async with asyncio.timeout(self.answer_s):
                self._bus = await bus.connect()
            bus.add_message_handler(self._take_signal)
            self._knows_us = False
            for rule in _RULES:
                await self._call("/org/freedesktop/DBus", _BUS, "AddMatch", "s", [rule], _BUS)
        if not self._knows_us:
            with contextlib.suppress(DBusFastError):  # older portals don't ask
                await self.call("org.freedesktop.host.portal.Registry", "Register", "sa{sv}", [APP_ID, {}])
            self._knows_us = True

    async def close(self) -> None:
        """Let go of the bus. Idempotent; never raises."""
        bus, self._bus = self._bus, None
        await hang_up(bus)

    async def call(self, interface: str, member: str, signature: str, body: list[Any], path: str = _PATH) -> list[Any]:
        """What a method returns at once."""
        return await self._call(path, interface, member, signature, body, _NAME)

    async def request(
        self,
        interface: str,
        method: str,
        signature: str,
        body: list[Any],
        options: Mapping[str, Variant],
        longest_s: float,
    ) -> dict[str, Variant] | None:
        """What the Response says, once the user has chosen; None when it is no. Nobody answers some refusals at all.

        The options stand last in the method's arguments; the handle token is added to them.
        """
        assert self._bus is not None
        assert self._bus.unique_name is not None
        token = new_token()
        path = f"{_PATH}/request/{self._bus.unique_name.removeprefix(':').replace('.', '_')}/{token}"
        answer = self._waiting[path] = asyncio.get_running_loop().create_future()
        try:
            await self.call(interface, method, signature, [*body, {"handle_token": Variant("s", token), **options}])
            async with asyncio.timeout(longest_s):
                code, results = await answer
        except TimeoutError:
            with contextlib.suppress(*TROUBLE, TimeoutError):
                await self.call(_REQUEST, "Close", "", [], path)  # no dialog stays behind
            raise
        finally:
            del self._waiting[path]
            if answer.done() and not answer.cancelled():
                answer.exception()  # nobody waits for it any more
        return dict(results) if code == 0 else None

    async def _call(
        self, path: str, interface: str, member: str, signature: str, body: list[Any], destination: str
    ) -> list[Any]:
        if self._bus is None:
            raise EOFError("the connection to the desktop portal is closed")
        message = Message(
            destination=destination, path=path, interface=interface, member=member, signature=signature, body=body
        )
        async with asyncio.timeout(self.answer_s):
            reply = await self._bus.call(message)
        if reply.message_type is MessageType.ERROR:
            raise DBusFastError(reply.error_name or "error")
        return list(reply.body)

    def _take_signal(self, message: Message) -> None:
        if message.message_type is not MessageType.SIGNAL:
            return
        if message.interface == _BUS:
            if message.member == "NameOwnerChanged" and message.sender == _BUS and message.body[0] == _NAME:
                self._owner_changed(was_there=bool(message.body[1]), is_there=bool(message.body[2]))
        elif message.interface == _REQUEST and message.member == "Response":
            waiting = self._waiting.get(message.path or "")
            if waiting is not None and not waiting.done():
                waiting.set_result(message.body)
        else:
            self._on_signal(message)

    def _owner_changed(self, *, was_there: bool, is_there: bool) -> None:
        self._knows_us = False
        if was_there:
            for waiting in self._waiting.values():
                if not waiting.done():
                    waiting.set_exception(EOFError("the desktop portal has gone"))
            self._on_presence(False)
        if is_there:
            self._on_presence(True)


def new_token() -> str:
    """A handle that nobody else has."""
    return f"sovereign_{secrets.token_hex(8)}"


async def hang_up(bus: MessageBus | None) -> None:
    """Let go of a bus, if there is one. Never raises."""
    if bus is not None and bus.connected:
        bus.disconnect()
        with contextlib.suppress(*TROUBLE):
            await bus.wait_for_disconnect()  # type: ignore[no-untyped-call]
