"""The transcript finds, exports and deletes past turns, and takes typed questions."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMessageBox, QPushButton

from sovereign_desktop.core.dialogue import Outcome
from sovereign_desktop.core.errors import SovereignError
from sovereign_desktop.core.events import TurnEnded
from sovereign_desktop.ui.bridge import Bridge
from sovereign_desktop.ui.turn_export import as_json, as_markdown
from sovereign_desktop.ui.windows.transcript import TranscriptWindow
from tests.ui.stage import PlayedProgram, turn

TURNS = [turn(1, "first", "one"), turn(2, "second <b>", "*two*"), turn(3, "third", "three")]


@pytest.fixture
def window(bridge: Bridge, program: PlayedProgram) -> TranscriptWindow:
    program.past.turns = list(TURNS)
    window = TranscriptWindow(bridge)
    bridge.recalled.emit(list(TURNS))
    window.show()
    return window


async def done(bridge: Bridge) -> None:
    while bridge.working:
        await asyncio.gather(*bridge.working)


def shown(window: TranscriptWindow) -> list[str]:
    return [turn.transcript for turn in window._turns.turns]


async def test_a_search_shows_what_was_found_and_without_words_all_again(
    window: TranscriptWindow, bridge: Bridge
) -> None:
    window.search.setText("second <b>")
    window.look()
    await done(bridge)
    assert shown(window) == ["second <b>"]
    window.search.setText("nobody said that")
    window.look()
    await done(bridge)
    assert window._empty.text() == "Nothing like that was said."
    window.search.clear()
    window.look()
    await done(bridge)
    assert shown(window) == ["first", "second <b>", "third"]


async def test_an_answer_to_what_is_no_longer_looked_for_is_not_shown(window: TranscriptWindow, bridge: Bridge) -> None:
    window.search.setText("second")
    window.look()
    window.search.setText("third")
    await done(bridge)
    assert shown(window) == ["first", "second <b>", "third"]


async def test_older_turns_can_be_fetched_while_there_may_be_some(
    window: TranscriptWindow, bridge: Bridge, program: PlayedProgram
) -> None:
    assert window.older.isHidden()
    program.past.turns = [turn(number, f"question {number}") for number in range(500)]
    bridge.recalled.emit(program.past.turns[-200:])
    assert not window.older.isHidden()
    window.older.click()
    await done(bridge)
    assert len(shown(window)) == 500
    assert window.older.isHidden()
    bridge.turn_ended.emit(TurnEnded("500", Outcome.ANSWERED, turn(500, "the newest")))
    assert (len(shown(window)), shown(window)[-1]) == (501, "the newest")


async def test_what_is_deleted_is_asked_for_first_and_gone_then(
    window: TranscriptWindow, bridge: Bridge, program: PlayedProgram
) -> None:
    assert not window._delete.isEnabled()
    window._list.setCurrentIndex(window._turns.index(1))
    window._delete.click()
    box = window.findChild(QMessageBox)
    assert box is not None
    buttons = {button.text().replace("&", ""): button for button in box.findChildren(QPushButton)}
    buttons["Cancel"].click()
    await done(bridge)
    assert len(program.past.turns) == 3
    window.ask_to_delete()
    box = window.findChildren(QMessageBox)[-1]
    next(button for button in box.findChildren(QPushButton) if button.text() == "Delete").click()
    await done(bridge)
    assert program.past.turns == [TURNS[0], TURNS[2]]
    assert shown(window) == ["first", "third"]
    assert window._said.text() == "Deleted for good."


async def test_what_can_not_be_deleted_stays_and_says_why(
    window: TranscriptWindow, bridge: Bridge, program: PlayedProgram
) -> None:
    program.past.refusal = SovereignError("The list of past turns can't be read or written.", remedy="Make room.")
    window._forget([TURNS[0]])
    await done(bridge)
    assert window._said.text() == "The list of past turns can't be read or written. Make room."
    assert len(shown(window)) == 3


async def test_all_turns_are_exported_or_those_that_are_selected(
    window: TranscriptWindow, bridge: Bridge, tmp_path: Path
) -> None:
    window.export(tmp_path / "all.json")
    await done(bridge)
    assert [one["question"] for one in json.loads((tmp_path / "all.json").read_text())["turns"]] == [
        "first",
        "second <b>",
        "third",
    ]
    assert window._said.text() == f"3 turns are in {tmp_path / 'all.json'}."
    window._list.setCurrentIndex(window._turns.index(1))
    window.export(tmp_path / "one.md")
    await done(bridge)
    text = (tmp_path / "one.md").read_text()
    assert "**You:** second \\<b\\>" in text
    assert "**Assistant:** \\*two\\*" in text
    assert "first" not in text
    assert sorted(file.name for file in tmp_path.iterdir()) == ["all.json", "one.md"]


async def test_a_folder_that_is_gone_is_told(window: TranscriptWindow, bridge: Bridge, tmp_path: Path) -> None:
    window.export(tmp_path / "gone" / "all.md")
    await done(bridge)
    assert window._said.text() == "all.md can't be written. Choose another folder."


def test_an_export_has_all_that_is_known() -> None:
    assert as_markdown([]) == "# Conversations with Sovereign Desktop\n"
    (data,) = json.loads(as_json([turn(7)]))["turns"]
    assert (data["id"], data["outcome"], data["voice_to_voice_ms"]) == ("7", "answered", pytest.approx(640))
    assert data["started_at"].endswith("+00:00")


def test_a_question_can_be_typed(window: TranscriptWindow, program: PlayedProgram) -> None:
    assert not window.ask.isEnabled()
    window.question.setText(" what\ttime\u0007 is it ")
    QTest.keyClick(window.question, Qt.Key.Key_Return)
    assert program.asked == ["ask what time  is it"]
    assert window.question.text() == ""
    window.question.setText("x" * 20_000)
    window.ask.click()
    assert program.asked[-1] == f"ask {'x' * 10_000}"


def test_nothing_can_be_asked_of_a_program_that_has_ended(window: TranscriptWindow, bridge: Bridge) -> None:
    window.question.setText("what time is it")
    assert window.ask.isEnabled()
    bridge.detach()
    assert not window.ask.isEnabled()
    QTest.keyClick(window.question, Qt.Key.Key_Return)
    assert window.question.text() == "what time is it"
