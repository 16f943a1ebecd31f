"""The program asks while it runs, and stops at the moment in which somebody switches it off."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from sovereign_desktop.app.update.updater import Updater
from sovereign_desktop.app.update.watch import UpdateWatch
from sovereign_desktop.core.events import EventBus, UpdateOffered
from tests.app.stage import Keyboard, Stage, running
from tests.app.update.stage import BOOKWORM, Makers, Server
from tests.conversation.stage import events_of


async def test_it_asks_while_it_runs_and_breaks_off_at_once_when_switched_off(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    makers, bus = Makers(), EventBus()
    asked, gone = asyncio.Event(), asyncio.Event()

    async def hang(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked.set()
        await reader.read()
        gone.set()

    async with Server(answer=hang) as server:
        updater = Updater(tmp_path, running="4.0.0", source=server.source(makers), installation=lambda: BOOKWORM)
        watch = UpdateWatch(updater, bus, lambda: stage.program.desk.settings.updates, first_after_s=0)
        stage = Stage(tmp_path, Keyboard().plug_in(monkeypatch), updates=watch)
        async with running(stage), asyncio.timeout(10):
            await asked.wait()
            await stage.program.change_settings({"updates.check": False})
            await gone.wait()
            server.answer, server.bodies["release.json"] = None, makers.announce()
            offers = events_of(bus, UpdateOffered)
            await stage.program.change_settings({"updates.check": True})
            while not offers:
                await asyncio.sleep(0.002)
    assert offers == [UpdateOffered("4.1.0")]
