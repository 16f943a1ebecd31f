"""Pictures from a desktop portal on a real bus: read, deleted, refused, never answered."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from dbus_fast import Message, Variant
from PIL import Image

from sovereign_desktop.core.picture import Rect
from sovereign_desktop.host.screen._linux_portal import PortalCapture
from sovereign_desktop.host.screen.base import ScreenError
from tests.desktop import Desktop
from tests.host.portal import PATH, Portal

pytestmark = pytest.mark.desktop


class PicturePortal(Portal):
    """Answers Screenshot with a file."""

    file: Path
    code: int | None = 0
    asked: asyncio.Event

    def _request(self, message: Message) -> Message:
        sender = str(message.sender).removeprefix(":").replace(".", "_")
        handle = f"{PATH}/request/{sender}/{message.body[-1]['handle_token'].value}"
        self.asked.set()
        if self.code is not None:
            results = {"uri": Variant("s", self.file.as_uri())} if self.code == 0 else {}
            body = [self.code, results]
            self._bus.send(Message.new_signal(handle, "org.freedesktop.portal.Request", "Response", "ua{sv}", body))
        return Message.new_method_return(message, "o", [handle])


def portal(desktop: Desktop, tmp_path: Path) -> PicturePortal:
    made = PicturePortal(desktop.env["DBUS_SESSION_BUS_ADDRESS"])
    made.asked = asyncio.Event()
    made.file = tmp_path / "a shot.png"
    Image.new("RGB", (30, 20), "#102030").save(made.file)
    return made


async def test_the_picture_is_read_and_its_file_deleted(desktop: Desktop, tmp_path: Path) -> None:
    async with portal(desktop, tmp_path) as answering:
        capture = PortalCapture(answering.address)
        (shot,) = await capture.take()
        await capture.close()
    assert shot.box == Rect(0, 0, 30, 20)
    assert bytes(shot.pixels[:3]) == b"\x30\x20\x10"
    assert not answering.file.exists()


async def test_a_no_is_said_and_a_request_without_an_answer_is_given_up(desktop: Desktop, tmp_path: Path) -> None:
    async with portal(desktop, tmp_path) as answering:
        capture = PortalCapture(answering.address, dialog_s=0.05)
        answering.code = 1
        with pytest.raises(ScreenError, match="does not let"):
            await capture.take()
        answering.code = None
        with pytest.raises(ScreenError, match="did not answer"):
            await capture.take()
        await capture.close()


async def test_a_refusal_that_is_taken_back_needs_no_new_start(desktop: Desktop, tmp_path: Path) -> None:
    async with portal(desktop, tmp_path) as answering:
        capture = PortalCapture(answering.address)
        assert await capture.take()
        answering.code = 2
        with pytest.raises(ScreenError, match="does not let"):
            await capture.take()
        answering.code = 0
        Image.new("RGB", (30, 20), "#102030").save(answering.file)
        assert await capture.take()
        await capture.close()


async def test_a_portal_that_ends_while_it_is_asked_is_not_waited_for_and_the_next_one_knows_us(
    desktop: Desktop, tmp_path: Path
) -> None:
    async with portal(desktop, tmp_path) as answering:
        capture = PortalCapture(answering.address)
        answering.code = None
        asking = asyncio.create_task(capture.take())
        async with asyncio.timeout(5):
            await answering.asked.wait()
    with pytest.raises(ScreenError):
        await asyncio.wait_for(asking, 5)
    async with portal(desktop, tmp_path) as another:
        assert await capture.take()
        assert another.app_ids
        await capture.close()


async def test_a_file_that_is_no_picture_is_deleted_too(desktop: Desktop, tmp_path: Path) -> None:
    async with portal(desktop, tmp_path) as answering:
        answering.file.write_bytes(b"no picture")
        capture = PortalCapture(answering.address)
        with pytest.raises(ScreenError, match="can't be read"):
            await capture.take()
        await capture.close()
    assert not answering.file.exists()
