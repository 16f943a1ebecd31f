"""Pictures on Wayland: the desktop portal's Screenshot. It writes a PNG, which is read and deleted at once."""

from __future__ import annotations

import contextlib
from pathlib import Path
from urllib.parse import unquote, urlsplit

from dbus_fast import Variant

from sovereign_desktop.core.picture import Rect
from sovereign_desktop.host.portal import TROUBLE, PortalConnection
from sovereign_desktop.host.screen.base import ScreenError, Shot

_SCREENSHOT = "org.freedesktop.portal.Screenshot"
_REFUSED = "The desktop does not let this program take pictures of the screen."
_REMEDY = "Allow it in the desktop's privacy settings, or switch screen awareness off."


class PortalCapture:
    """One picture of all monitors. The desktop may ask the user the first time; `dialog_s` bounds their answer."""

    def __init__(self, bus_address: str | None = None, *, answer_s: float = 5.0, dialog_s: float = 60.0) -> None:
        self._portal = PortalConnection(bus_address, answer_s=answer_s)
        self._dialog_s = dialog_s

    async def take(self) -> tuple[Shot, ...]:
        """See Capture."""
        options = {"interactive": Variant("b", False)}
        try:
            await self._portal.open()
            results = await self._portal.request(_SCREENSHOT, "Screenshot", "sa{sv}", [""], options, self._dialog_s)
        except TimeoutError as error:
            await self.close()
            raise ScreenError("The desktop did not answer when asked for a picture.", remedy=_REMEDY) from error
        except TROUBLE as error:
            await self.close()
            raise ScreenError(_REFUSED, remedy=_REMEDY) from error
        uri = results.get("uri") if results is not None else None
        if uri is None:
            raise ScreenError(_REFUSED, remedy=_REMEDY)
        return (_read_and_delete(str(uri.value)),)

    async def close(self) -> None:
        await self._portal.close()


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
