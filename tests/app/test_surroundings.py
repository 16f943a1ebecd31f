"""The session around the program: starting with it, and nobody being there."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from sovereign_desktop.app.surroundings import AUTOSTART, AWAY, Surroundings
from sovereign_desktop.core.events import EventBus, Notice, NoticeCleared
from sovereign_desktop.host.autostart.base import AutostartError
from sovereign_desktop.host.away.base import Away
from tests.app.stage import Keyboard, Stage, running
from tests.conversation.stage import events_of, settle


class PlayedAutostart:
    def __init__(self, *, entry: bool = False, desktop_says_no: bool = False) -> None:
        self.entry = entry
        self.desktop_says_no = desktop_says_no
        self.refuses: AutostartError | None = None

    def is_on(self) -> bool:
        return self.entry and not self.desktop_says_no

    def names_us(self) -> bool:
        return self.entry

    def switch(self, on: bool) -> None:
        if self.refuses is not None:
            raise self.refuses
        self.entry = on


class PlayedAwayWatch:
    closed = False

    async def start(self, on_change: Callable[[Away | None], None]) -> None:
        self.tell = on_change

    async def close(self) -> None:
        self.closed = True


async def settled(autostart: PlayedAutostart, *, wanted: bool) -> list[Notice]:
    bus = EventBus()
    notices = events_of(bus, Notice)
    async with Surroundings(bus, lambda _: None, autostart=autostart, starts_with_session=wanted) as surroundings:
        await surroundings.begun()
    return notices


@pytest.mark.parametrize("wanted", [True, False])
@pytest.mark.parametrize("entry", [True, False])
async def test_the_system_s_entry_says_what_the_settings_say(wanted: bool, entry: bool) -> None:
    autostart = PlayedAutostart(entry=entry)
    assert await settled(autostart, wanted=wanted) == []
    assert autostart.entry is wanted


async def test_what_the_desktop_s_own_settings_switched_off_stays_off_and_is_told() -> None:
    autostart = PlayedAutostart(entry=True, desktop_says_no=True)
    (notice,) = await settled(autostart, wanted=True)
    assert notice.key == AUTOSTART
    assert not autostart.is_on()


async def test_an_entry_that_can_not_be_written_is_told() -> None:
    autostart = PlayedAutostart()
    autostart.refuses = AutostartError("The folder can't be written.", remedy="Check it.")
    (notice,) = await settled(autostart, wanted=True)
    assert (notice.text, notice.remedy) == ("The folder can't be written.", "Check it.")


async def test_who_is_away_is_told_of_once_and_when_they_are_back() -> None:
    bus, watch = EventBus(), PlayedAwayWatch()
    told: list[Away | None] = []
    news = events_of(bus, Notice, NoticeCleared)
    async with Surroundings(bus, told.append, watch=watch) as surroundings:
        await surroundings.begun()
        watch.tell(Away.LOCKED)
        watch.tell(None)
    assert told == [Away.LOCKED, None]
    assert [event.key for event in news] == [AWAY, AWAY]
    assert watch.closed


async def test_a_locked_screen_closes_the_microphone_and_no_press_opens_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keyboard = Keyboard().plug_in(monkeypatch)
    async with running(Stage(tmp_path, keyboard)) as stage:
        program, audio = stage.program, stage.audio
        program.set_away(Away.LOCKED)
        assert audio.did[-1] == ("mute", True)
        keyboard.down(1.0)
        await settle()
        assert audio.count("listen") == 0
        program.set_away(None)
        assert audio.did[-1] == ("mute", False)
        keyboard.up(2.0)
        keyboard.down(3.0)
        await settle()
        assert audio.count("listen") == 1


async def test_who_muted_the_microphone_finds_it_muted_when_they_come_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with running(Stage(tmp_path, Keyboard().plug_in(monkeypatch))) as stage:
        stage.program.set_muted(True)
        stage.program.set_away(Away.ASLEEP)
        stage.program.set_away(None)
        assert stage.audio.did[-1] == ("mute", True)
        stage.program.set_away(Away.LOCKED)
        stage.program.set_muted(False)
        assert stage.audio.did[-1] == ("mute", True)
