"""The tray's menu has the latest answers, newest first, and shows the turn of one that is clicked."""

from __future__ import annotations

import asyncio

import pytest
from PySide6.QtWidgets import QSystemTrayIcon

from sovereign_desktop.core.dialogue import Outcome
from sovereign_desktop.core.events import TurnEnded, WayChanged, Window
from sovereign_desktop.ui.bridge import Bridge
from sovereign_desktop.ui.recent_answers import RecentAnswers
from sovereign_desktop.ui.shell import Shell
from sovereign_desktop.ui.windows.transcript import TranscriptWindow
from tests.ui.stage import PlayedProgram, turn


@pytest.fixture
def menu(bridge: Bridge) -> RecentAnswers:
    return RecentAnswers(bridge)


def shown(menu: RecentAnswers) -> list[str]:
    return [action.text() for action in menu.actions()]


def test_there_is_no_menu_before_the_first_answer(menu: RecentAnswers, program: PlayedProgram) -> None:
    assert not menu.menuAction().isVisible()
    program.bus.publish(TurnEnded("1", Outcome.FAILED, turn(1, reply="", outcome=Outcome.FAILED)))
    program.bus.publish(TurnEnded("2", Outcome.FAILED, None))
    assert not menu.menuAction().isVisible()
    program.bus.publish(TurnEnded("3", Outcome.ANSWERED, turn(3, reply="Salt & pepper.\nBoth.")))
    assert menu.menuAction().isVisible()
    assert shown(menu) == ["Salt && pepper. Both."]


def test_the_newest_stands_on_top_and_there_are_few(menu: RecentAnswers, bridge: Bridge) -> None:
    bridge.turn_ended.emit(TurnEnded("9", Outcome.ANSWERED, turn(9, reply="nine " * 50)))
    bridge.recalled.emit([turn(number, reply=f"answer {number}") for number in range(9)])
    assert len(shown(menu)) == 5
    assert shown(menu)[0].endswith("nine…")
    assert shown(menu)[1:] == ["answer 8", "answer 7", "answer 6", "answer 5"]


def test_what_is_deleted_goes_from_the_menu_too(menu: RecentAnswers, bridge: Bridge) -> None:
    bridge.recalled.emit([turn(1, reply="one"), turn(2, reply="two")])
    bridge.archive.forgotten.emit([turn(2)])
    assert shown(menu) == ["one"]


async def test_a_click_shows_the_turn(program: PlayedProgram, application: object) -> None:
    shell = Shell(QSystemTrayIcon())
    shell.attach(program)
    shell.bridge.set_ready()
    program.past.turns = [turn(number, f"question {number}", f"answer {number}") for number in range(9)]
    shell.bridge.recall(5)
    await asyncio.gather(*shell.bridge.working)
    shell.actions.recent.actions()[1].trigger()
    await asyncio.gather(*shell.bridge.working)
    window = shell._windows[Window.TRANSCRIPT]
    assert isinstance(window, TranscriptWindow)
    assert [one.reply for one in window._list.chosen()] == ["answer 7"]
    shell.close()


def test_the_tooltip_says_why_this_computer_answers(bridge: Bridge, program: PlayedProgram) -> None:
    program.bus.publish(WayChanged("fallback", "three connections failed"))
    assert "This computer answers: three connections failed" in bridge.situation.tooltip
    program.bus.publish(WayChanged("trial", "it is tried again"))
    assert "This computer answers" not in bridge.situation.tooltip
