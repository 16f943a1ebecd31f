"""Changed settings are kept at once, and the program starts again with them when nobody is talking."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from sovereign_desktop.app.settings_desk import QUIET_S, SettingsDesk
from sovereign_desktop.config.store import SettingsStore
from sovereign_desktop.core.dialogue import TurnState
from sovereign_desktop.core.errors import SettingsError
from sovereign_desktop.core.events import EventBus, RestartRequested, TurnStateChanged
from tests.fakes.virtual_time import in_virtual_time


class Room:
    """A desk, the file below it, and the restarts it has asked for, by the second."""

    def __init__(self, folder: Path) -> None:
        self.file = folder / "settings.yaml"
        self.bus = EventBus()
        self.restarts: list[float] = []
        self.bus.subscribe(RestartRequested, lambda _: self.restarts.append(asyncio.get_running_loop().time()))
        self.is_busy = False
        self.desk = SettingsDesk(SettingsStore(self.file, {}), self.bus, lambda: self.is_busy)

    async def change(self, **changes: object) -> None:
        await self.desk.change({key.replace("__", "."): value for key, value in changes.items()})


def test_a_change_is_in_the_file_at_once_and_in_force_after_a_moment(tmp_path: Path) -> None:
    async def run() -> None:
        room = Room(tmp_path)
        room.desk.open()
        await room.change(audio__volume=0.5)
        assert "volume: 0.5" in room.file.read_text()
        assert room.desk.settings.audio.volume == 0.5
        assert not room.restarts
        await asyncio.sleep(QUIET_S + 0.1)
        assert len(room.restarts) == 1

    in_virtual_time(run())


def test_several_changes_in_a_row_are_one_new_start(tmp_path: Path) -> None:
    async def run() -> None:
        room = Room(tmp_path)
        room.desk.open()
        for _ in range(3):
            room.desk.apply_soon()
            await asyncio.sleep(QUIET_S / 2)
        await asyncio.sleep(QUIET_S)
        assert len(room.restarts) == 1

    in_virtual_time(run())


def test_nothing_starts_again_during_a_turn(tmp_path: Path) -> None:
    async def run() -> None:
        room = Room(tmp_path)
        room.desk.open()
        room.bus.publish(TurnStateChanged(TurnState.SPEAKING, "1"))
        await room.change(audio__volume=0.5)
        await asyncio.sleep(60)
        assert not room.restarts
        room.bus.publish(TurnStateChanged(TurnState.IDLE))
        await asyncio.sleep(0.01)
        assert len(room.restarts) == 1

    in_virtual_time(run())


def test_what_changes_nothing_starts_nothing(tmp_path: Path) -> None:
    async def run() -> None:
        room = Room(tmp_path)
        room.desk.open()
        await room.change(audio__volume=1.0)
        await room.desk.read_again()
        await asyncio.sleep(60)
        assert not room.restarts

    in_virtual_time(run())


def test_a_value_that_is_none_is_refused_and_nothing_is_kept(tmp_path: Path) -> None:
    async def run() -> None:
        room = Room(tmp_path)
        room.desk.open()
        with pytest.raises(SettingsError, match=r"audio\.volume must be a number from"):
            await room.change(audio__volume=7)
        await asyncio.sleep(60)
        assert not room.restarts
        assert not room.file.exists()

    in_virtual_time(run())


def test_a_file_that_was_changed_outside_counts_when_it_is_read_again(tmp_path: Path) -> None:
    async def run() -> None:
        room = Room(tmp_path)
        room.desk.open()
        room.file.write_text("llm: {model: llama3.2}\n")
        await room.desk.read_again()
        assert room.desk.settings.llm.model == "llama3.2"
        await asyncio.sleep(60)
        assert len(room.restarts) == 1

    in_virtual_time(run())


def test_a_program_that_ends_does_not_start_again(tmp_path: Path) -> None:
    async def run() -> None:
        room = Room(tmp_path)
        room.desk.open()
        await room.change(audio__volume=0.5)
        room.desk.close()
        await asyncio.sleep(60)
        assert not room.restarts

    in_virtual_time(run())


def test_a_press_whose_microphone_is_not_open_yet_is_a_turn_too(tmp_path: Path) -> None:
    async def run() -> None:
        room = Room(tmp_path)
        room.desk.open()
        room.desk.apply_soon()
        room.is_busy = True
        await asyncio.sleep(QUIET_S + 0.1)
        assert not room.restarts
        room.is_busy = False
        room.bus.publish(TurnStateChanged(TurnState.IDLE))
        await asyncio.sleep(0.1)
        assert len(room.restarts) == 1

    in_virtual_time(run())
