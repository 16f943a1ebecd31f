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


class PortalConnection:
    """One connection, made with `open`. `on_signal` hears the portal's signals except the answers to requests.

    `answer_s` bounds each call. All methods raise TROUBLE and TimeoutError.
    """

    def __init__(
        self,
        bus_address: str | None = None,
        *,
        answer_s: float = 5.0,
        on_signal: Callable[[Message], None] = lambda _message: None,
    ) -> None:
        self.answer_s = answer_s
        self._bus_address = bus_address
        self._on_signal = on_signal
        self._bus: MessageBus | None = None
        self._waiting: dict[str, asyncio.Future[list[Any]]] = {}

    @property
    def is_open(self) -> bool:
        return self._bus is not None and self._bus.connected

    async def open(self) -> None:
        """Connect and tell the portal who we are. Idempotent."""
        if self.is_open:
            return
        bus = MessageBus(bus_address=self._bus_address) if self._bus_address else MessageBus()
        async with asyncio.timeout(self.answer_s):
            self._bus = await bus.connect()
        bus.add_message_handler(self._take_signal)
        await self._call("/org/freedesktop/DBus", _BUS, "AddMatch", "s", [f"type='signal',sender='{_NAME}'"], _BUS)
        with contextlib.suppress(DBusFastError):  # older portals don't ask
            await self.call("org.freedesktop.host.portal.Registry", "Register", "sa{sv}", [APP_ID, {}])

    async def close(self) -> None:
        """Let go of the bus. Idempotent; never raises."""
        bus, self._bus = self._bus, None
        if bus is not None and bus.connected:
            bus.disconnect()
            with contextlib.suppress(*TROUBLE):
                await bus.wait_for_disconnect()  # type: ignore[no-untyped-call]

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
        if message.interface == _REQUEST and message.member == "Response":
            waiting = self._waiting.get(message.path or "")
            if waiting is not None and not waiting.done():
                waiting.set_result(message.body)
        else:
            self._on_signal(message)


def new_token() -> str:
    """A handle that nobody else has."""
    return f"sovereign_{secrets.token_hex(8)}"
