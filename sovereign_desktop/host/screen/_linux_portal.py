"""Pictures on Wayland: the desktop portal's Screenshot. It writes a PNG, which is read and deleted at once."""

from __future__ import annotations

import asyncio
import contextlib
import secrets
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from dbus_fast import Message, MessageType, Variant
from dbus_fast.aio import MessageBus
from dbus_fast.errors import DBusFastError

from sovereign_desktop.core.identity import APP_ID
from sovereign_desktop.core.picture import Rect
from sovereign_desktop.host.screen.base import ScreenError, Shot

_PORTAL = "org.freedesktop.portal.Desktop"
_PATH = "/org/freedesktop/portal/desktop"
_REQUEST = "org.freedesktop.portal.Request"
_REFUSED = "The desktop does not let this program take pictures of the screen."
_REMEDY = "Allow it in the desktop's privacy settings, or switch screen awareness off."


class PortalCapture:
    """One picture of all monitors. The desktop may ask the user the first time; `dialog_s` bounds their answer."""

    def __init__(self, bus_address: str | None = None, *, answer_s: float = 5.0, dialog_s: float = 60.0) -> None:
        self._bus_address = bus_address
        self._answer_s = answer_s
        self._dialog_s = dialog_s
        self._bus: MessageBus | None = None
        self._waiting: dict[str, asyncio.Future[list[Any]]] = {}

    async def take(self) -> tuple[Shot, ...]:
        """See Capture."""
        try:
            uri = await self._screenshot()
        except TimeoutError as error:
            await self.close()
            raise ScreenError("The desktop did not answer when asked for a picture.", remedy=_REMEDY) from error
        except (DBusFastError, OSError, EOFError) as error:
            await self.close()
            raise ScreenError(_REFUSED, remedy=_REMEDY) from error
        return (_read_and_delete(uri),)

    async def close(self) -> None:
        bus, self._bus = self._bus, None
        if bus is not None and bus.connected:
            bus.disconnect()
            with contextlib.suppress(DBusFastError, OSError, EOFError):
                await bus.wait_for_disconnect()  # type: ignore[no-untyped-call]

    async def _screenshot(self) -> str:
        bus = await self._connected()
        token = f"sovereign_{secrets.token_hex(8)}"
        assert bus.unique_name is not None
        path = f"{_PATH}/request/{bus.unique_name.removeprefix(':').replace('.', '_')}/{token}"
        answer = self._waiting[path] = asyncio.get_running_loop().create_future()
        options = {"handle_token": Variant("s", token), "interactive": Variant("b", False)}
        try:
            await self._call(bus, _PATH, "org.freedesktop.portal.Screenshot", "Screenshot", "sa{sv}", ["", options])
            async with asyncio.timeout(self._dialog_s):  # a request that is refused may never be answered
                code, results = await answer
        except TimeoutError:
            with contextlib.suppress(DBusFastError, TimeoutError):
                await self._call(bus, path, _REQUEST, "Close", "", [])
            raise
        finally:
            del self._waiting[path]
        uri = results.get("uri")
        if code != 0 or uri is None:
            raise ScreenError(_REFUSED, remedy=_REMEDY)
        return str(uri.value)

    async def _connected(self) -> MessageBus:
        if self._bus is not None and self._bus.connected:
            return self._bus
        bus = MessageBus(bus_address=self._bus_address) if self._bus_address else MessageBus()
        async with asyncio.timeout(self._answer_s):
            self._bus = await bus.connect()
        bus.add_message_handler(self._take_signal)
        rule = f"type='signal',sender='{_PORTAL}',interface='{_REQUEST}'"
        name = "org.freedesktop.DBus"
        await self._call(bus, "/org/freedesktop/DBus", name, "AddMatch", "s", [rule], name)
        with contextlib.suppress(DBusFastError):  # older portals don't ask who we are
            await self._call(bus, _PATH, "org.freedesktop.host.portal.Registry", "Register", "sa{sv}", [APP_ID, {}])
        return bus

    async def _call(
        self,
        bus: MessageBus,
        path: str,
        interface: str,
        member: str,
        signature: str,
        body: list[Any],
        destination: str = _PORTAL,
    ) -> None:
        message = Message(
            destination=destination, path=path, interface=interface, member=member, signature=signature, body=body
        )
        async with asyncio.timeout(self._answer_s):
            reply = await bus.call(message)
        if reply.message_type is MessageType.ERROR:
            raise DBusFastError(reply.error_name or "error")

    def _take_signal(self, message: Message) -> None:
        if message.message_type is MessageType.SIGNAL and message.member == "Response":
            waiting = self._waiting.get(message.path or "")
            if waiting is not None and not waiting.done():
                waiting.set_result(message.body)


def _read_and_delete(uri: str) -> Shot:
    """The picture in the portal's file, which is gone afterwards, readable or not."""
    from PIL import Image, UnidentifiedImageError

    file = Path(unquote(urlsplit(uri).path))
    try:
        with Image.open(file) as picture:
            rgba = picture.convert("RGBA")
    except (OSError, UnidentifiedImageError, Image.DecompressionBombError) as error:
        raise ScreenError("The desktop's picture of the screen can't be read.") from error
    finally:
        with contextlib.suppress(OSError):
            file.unlink()
    return Shot(Rect(0, 0, rgba.width, rgba.height), bytearray(rgba.tobytes("raw", "BGRA")))
