"""Asking by itself: once a day, never when switched off, and nothing is fetched unless the user says so."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from sovereign_desktop.app.update.updater import Updater
from sovereign_desktop.app.update.watch import EVERY_S, UpdateWatch
from sovereign_desktop.config.sections.updates import Updates
from sovereign_desktop.core.events import EventBus, Notice, NoticeCleared, UpdateOffered
from tests.app.update.stage import BOOKWORM, CONTENT, DEB, Makers, Server, release
from tests.conversation.stage import events_of


class Computer:
    """A program with its settings, its downloads and its package installer."""

    def __init__(self, server: Server, makers: Makers, folder: Path) -> None:
        self.settings = Updates()
        self.bus = EventBus()
        self.notices = events_of(self.bus, Notice)
        self.cleared = events_of(self.bus, NoticeCleared)
        self.offered = events_of(self.bus, UpdateOffered)
        self.opened: list[Path] = []
        self.opens = True
        self.downloads = folder / "downloads"
        self.kept = folder / "kept"
        self.updater = Updater(self.kept, running="4.0.0", source=server.source(makers), installation=lambda: BOOKWORM)
        self.watch = UpdateWatch(
            self.updater,
            self.bus,
            lambda: self.settings,
            downloads=lambda: self.downloads,
            first_after_s=0.0,
            hand_over=self._open,
        )

    def _open(self, file: Path) -> bool:
        self.opened.append(file)
        return self.opens

    async def told(self, count: int = 1) -> Notice:
        """The latest notice, once there are so many."""
        async with asyncio.timeout(10):
            while len(self.notices) < count:
                await asyncio.sleep(0.002)
        return self.notices[-1]


@pytest.fixture
async def computer(server: Server, makers: Makers, tmp_path: Path) -> AsyncIterator[Computer]:
    computer = Computer(server, makers, tmp_path)
    yield computer
    await computer.watch.close()


async def test_a_new_version_is_told_with_what_is_new_and_nothing_is_fetched(
    computer: Computer, server: Server
) -> None:
    computer.watch.start()
    notice = await computer.told()
    assert "4.1.0 of 2026-12-01 is there; this is 4.0.0. It sings." in notice.text
    assert computer.offered == [UpdateOffered("4.1.0")]
    assert server.asked == ["/release.json"]
    assert not computer.downloads.exists()


async def test_when_the_user_says_so_it_is_fetched_checked_and_handed_to_the_system(computer: Computer) -> None:
    computer.watch.start()
    await computer.told()
    computer.watch.get()
    notice = await computer.told(3)
    assert [file.read_bytes() for file in computer.opened] == [CONTENT]
    assert "fetched and checked" in notice.text
    assert notice.remedy == f"sudo apt install {computer.downloads / DEB}"


async def test_a_file_that_is_not_the_signed_one_is_told_and_not_opened(computer: Computer, server: Server) -> None:
    computer.watch.start()
    await computer.told()
    server.bodies[DEB] = CONTENT.upper()
    computer.watch.get()
    assert "not the file that the makers signed" in (await computer.told(3)).text
    assert computer.opened == []


async def test_nothing_is_fetched_before_something_was_offered(computer: Computer, server: Server) -> None:
    computer.watch.get()
    await asyncio.sleep(0)
    assert server.asked == []


async def test_switched_off_nothing_is_asked_and_what_is_being_asked_is_broken_off(
    computer: Computer, server: Server
) -> None:
    asked, gone = asyncio.Event(), asyncio.Event()

    async def hang(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked.set()
        await reader.read()
        gone.set()

    server.answer = hang
    computer.settings = Updates(check=False)
    computer.watch.start()
    await asyncio.sleep(0)
    assert server.asked == []
    computer.settings = Updates()
    computer.watch.settings_changed()
    await asked.wait()
    computer.settings = Updates(check=False)
    computer.watch.settings_changed()
    async with asyncio.timeout(5):
        await gone.wait()
    assert len(server.asked) == 1
    assert computer.notices == []


async def test_switched_off_an_offer_is_taken_back(computer: Computer) -> None:
    computer.watch.start()
    await computer.told()
    computer.settings = Updates(check=False)
    computer.watch.settings_changed()
    assert computer.cleared == [NoticeCleared("update")]
    assert computer.offered[-1] == UpdateOffered("")


async def test_what_was_announced_is_offered_again_after_a_restart_and_nobody_is_asked_before_the_day_is_over(
    computer: Computer, server: Server, makers: Makers, tmp_path: Path
) -> None:
    computer.watch.start()
    await computer.told()
    again = Computer(server, makers, tmp_path)
    again.watch.start()
    await again.told()
    await again.watch.close()
    assert server.asked == ["/release.json"]
    assert EVERY_S - 60 < again.updater.due_in_s(EVERY_S) <= EVERY_S


async def test_the_day_is_counted_from_the_last_answer_and_a_clock_that_was_wrong_costs_nothing(
    computer: Computer,
) -> None:
    await computer.updater.check()
    kept = next(computer.kept.iterdir())
    for ago_s, due_s in ((3600, EVERY_S - 3600), (2 * EVERY_S, 0), (-3600, 0)):
        os.utime(kept, (time.time() - ago_s,) * 2)
        assert computer.updater.due_in_s(EVERY_S) == pytest.approx(due_s, abs=30)


async def test_a_server_that_fails_or_lies_bothers_nobody_who_did_not_ask(
    computer: Computer, server: Server, caplog: pytest.LogCaptureFixture
) -> None:
    server.bodies["release.json"] = Makers().announce(release("9.0.0"))
    computer.watch.start()
    async with asyncio.timeout(10):
        while "no news of versions" not in caplog.messages:
            await asyncio.sleep(0.002)
    assert (computer.notices, computer.offered) == ([], [])
