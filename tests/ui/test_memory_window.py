"""The memory window over a real memory: found, read, changed, deleted with what else contains it, out and in again."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QLineEdit, QWidget

from sovereign_desktop.app.memory_desk import MemoryDesk
from sovereign_desktop.app.memory_lines import LongWork
from sovereign_desktop.config.paths import find_paths
from sovereign_desktop.conversation.transcripts import TranscriptStore
from sovereign_desktop.core.errors import SovereignError
from sovereign_desktop.core.events import Window
from sovereign_desktop.memory.memories import Memories
from sovereign_desktop.memory.records import NewMemory, Selection, Usage
from sovereign_desktop.memory.store import MemoryStore
from sovereign_desktop.ui.bridge import Bridge
from sovereign_desktop.ui.windows.memory import AT_ONCE, MemoryWindow
from sovereign_desktop.ui.windows.memory_reader import LONGEST_EDITED
from sovereign_desktop.ui.windows.settings import SettingsWindow
from sovereign_desktop.ui.windows.traces_dialog import TracesDialog
from tests.ui.stage import PlayedProgram, turn

OSLO = "My sister lives in Oslo."
TEXTS = (OSLO, "The boiler was serviced in May.", "The spare key is in the blue box.")


@pytest.fixture
async def memories(home: Path) -> AsyncIterator[Memories]:
    async with Memories(MemoryStore(find_paths().memory), why_no_vectors="there is no model") as memories:
        await memories.remember(*(NewMemory(text, 1.7e9 + 60 * at) for at, text in enumerate(TEXTS)))
        yield memories


@pytest.fixture
async def transcripts(home: Path) -> AsyncIterator[TranscriptStore]:
    transcripts = TranscriptStore(find_paths().transcripts_file)
    yield transcripts
    await transcripts.close()


@pytest.fixture
async def window(
    bridge: Bridge, program: PlayedProgram, memories: Memories, transcripts: TranscriptStore
) -> MemoryWindow:
    program.memory = MemoryDesk(memories, transcripts, find_paths())
    window = MemoryWindow(bridge)
    window.show()
    await done(bridge)
    return window


async def done(bridge: Bridge) -> None:
    while bridge.working:
        await asyncio.gather(*bridge.working)


def shown(window: MemoryWindow) -> list[str]:
    items = [window.list.topLevelItem(number) for number in range(window.list.topLevelItemCount())]
    return [item.text(1) for item in items if item is not None]


async def choose(window: MemoryWindow, bridge: Bridge, text: str) -> None:
    (item,) = window.list.findItems(text, Qt.MatchFlag.MatchExactly, 1)
    window.list.clearSelection()
    item.setSelected(True)
    await done(bridge)


def asked(window: MemoryWindow) -> TracesDialog:
    (dialog,) = (one for one in window.findChildren(TracesDialog) if one.isVisible())
    return dialog


async def test_the_latest_come_first_and_how_much_is_stored_is_said(window: MemoryWindow) -> None:
    assert shown(window) == list(reversed(TEXTS))
    assert window.stored.text().startswith("3 memories, ")
    assert window.stored.text().endswith("B on disk")
    assert "keywords only" in window.stored.toolTip().lower()
    assert not window.more.isVisible()


async def test_what_is_typed_is_searched_and_its_absence_is_told(window: MemoryWindow, bridge: Bridge) -> None:
    QTest.keyClicks(window.search, "where does my sister live")
    QTest.keyClick(window.search, Qt.Key.Key_Return)
    await done(bridge)
    assert shown(window) == [OSLO]
    assert "keywords alone" in window.said.text()
    window.search.setText("")
    QTest.keyClick(window.search, Qt.Key.Key_Return)
    await done(bridge)
    assert len(shown(window)) == 3


async def test_where_a_memory_was_used_is_told_with_the_question(
    window: MemoryWindow, bridge: Bridge, memories: Memories, transcripts: TranscriptStore
) -> None:
    await transcripts.add(turn(7, transcript="Where does my sister live?"))
    ((_, found),) = ((one.score, one.memory) for one in (await memories.recall("sister")).found)
    await memories.store.used([Usage(found.id, "7", 1.75e9), Usage(found.id, "gone", 1.74e9)])
    await choose(window, bridge, OSLO)
    first, with_question, without = window.reader.uses.text().splitlines()
    assert first == "Used for:"
    assert with_question.endswith("“Where does my sister live?”")
    assert without.endswith("a turn that is gone")
    await choose(window, bridge, TEXTS[1])
    assert window.reader.uses.text() == "It was never used for an answer."


async def test_a_changed_text_is_kept_and_the_old_one_is_gone(
    window: MemoryWindow, bridge: Bridge, memories: Memories
) -> None:
    await choose(window, bridge, OSLO)
    assert not window.reader.save.isEnabled()
    window.reader.text.setPlainText("My sister lives in Bergen.")
    window.reader.save.click()
    assert window.progress.isVisible()
    await done(bridge)
    assert not window.progress.isVisible()
    assert "My sister lives in Bergen." in shown(window)
    assert OSLO not in shown(window)
    assert not await memories.store.search("Oslo", 5)


async def test_a_change_that_is_not_kept_yet_is_not_lost_by_a_click_elsewhere(
    window: MemoryWindow, bridge: Bridge
) -> None:
    await choose(window, bridge, OSLO)
    window.reader.text.setPlainText("My sister lives in Bergen.")
    await choose(window, bridge, TEXTS[1])
    assert window.reader.text.toPlainText() == "My sister lives in Bergen."
    assert [one.text for one in window.chosen] == [OSLO]
    assert "Keep the change or take it back first." in window.said.text()
    window.reader.revert.click()
    assert window.reader.text.toPlainText() == OSLO
    await choose(window, bridge, TEXTS[1])
    assert window.reader.text.toPlainText() == TEXTS[1]


async def test_before_it_is_deleted_what_else_contains_it_is_named_and_goes_too_when_it_is_ticked(
    window: MemoryWindow, bridge: Bridge, memories: Memories, transcripts: TranscriptStore
) -> None:
    await transcripts.add(turn(1, transcript=OSLO))
    backup = find_paths().data / "backups" / "old.sqlite"
    backup.parent.mkdir(parents=True)
    backup.write_bytes(OSLO.encode())
    await choose(window, bridge, OSLO)
    window.delete.click()
    await done(bridge)
    dialog = asked(window)
    assert dialog.turns.text().endswith("contain it: 1")
    assert [box.text() for box in dialog.files.values()] == ["Delete old.sqlite, which contains it"]
    assert dialog.no.isDefault()
    assert not dialog.yes.isDefault()
    dialog.turns.setChecked(True)
    dialog.files[backup].setChecked(True)
    dialog.yes.click()
    await done(bridge)
    assert OSLO not in shown(window)
    assert await transcripts.get("1") is None
    assert not backup.exists()
    assert window.said.text() == "Forgotten: 1."


async def test_what_is_not_ticked_stays_and_cancel_deletes_nothing(
    window: MemoryWindow, bridge: Bridge, memories: Memories, transcripts: TranscriptStore
) -> None:
    await transcripts.add(turn(1, transcript=OSLO))
    await choose(window, bridge, OSLO)
    window.delete.click()
    await done(bridge)
    asked(window).no.click()
    await done(bridge)
    assert await memories.store.count() == 3
    window.delete.click()
    await done(bridge)
    asked(window).yes.click()
    await done(bridge)
    assert await memories.store.count() == 2
    assert await transcripts.get("1") is not None


async def test_what_is_exported_can_be_read_in_again(
    window: MemoryWindow, bridge: Bridge, memories: Memories, tmp_path: Path
) -> None:
    file = tmp_path / "out.jsonl"
    window.write_to(file)
    await done(bridge)
    assert window.said.text() == "3 memories are in out.jsonl."
    await memories.forget(Selection(everything=True))
    window.read_from(file)
    await done(bridge)
    assert window.said.text() == "3 lines, 3 memories."
    assert sorted(shown(window)) == sorted(TEXTS)


async def test_long_work_shows_how_far_it_is_and_can_be_cancelled(
    window: MemoryWindow, bridge: Bridge, tmp_path: Path
) -> None:
    file = tmp_path / "many.jsonl"
    file.write_text("".join(f'{{"text": "note number {number}"}}\n' for number in range(1_200)))
    seen: list[tuple[int, int]] = []

    def cancel_at_once(done: int, of: int) -> None:
        seen.append((done, of))
        assert window.cancel.isVisible()
        assert (window.progress.value(), window.progress.maximum()) == (done, of)
        assert not window.export.isEnabled()
        window.cancel.click()

    bridge.memory.progressed.connect(cancel_at_once)
    window.read_from(file)
    await done(bridge)
    assert seen == [(500, 1_200)]
    assert window.said.text() == "Cancelled after 500 lines; 500 memories are kept."
    assert window.export.isEnabled()
    assert len(shown(window)) == AT_ONCE
    window.more.click()
    await done(bridge)
    assert len(shown(window)) == 2 * AT_ONCE


async def test_a_cancelled_export_leaves_the_file_as_it_was(
    window: MemoryWindow, bridge: Bridge, tmp_path: Path
) -> None:
    file = tmp_path / "out.jsonl"
    file.write_text("what was there")
    work = LongWork()
    bridge.memory.export(file, work)
    work.is_cancelled = True
    await done(bridge)
    assert file.read_text() == "what was there"
    assert list(tmp_path.glob("*.part")) == []


async def test_what_does_not_work_is_told_and_the_window_goes_on(
    window: MemoryWindow, bridge: Bridge, tmp_path: Path
) -> None:
    file = tmp_path / "bad.jsonl"
    file.write_text('{"text": "fine"}\nno json\n')
    window.read_from(file)
    await done(bridge)
    assert "Line 2 is no memory" in window.said.text()
    assert window.take_in.isEnabled()
    assert len(shown(window)) == 3
    window.write_to(tmp_path / "nowhere" / "out.jsonl")
    await done(bridge)
    assert "can't be written" in window.said.text()


async def test_a_very_long_memory_is_shown_in_part_and_not_changed(
    window: MemoryWindow, bridge: Bridge, memories: Memories
) -> None:
    await memories.remember(NewMemory("long " * 100_000, 1.8e9))
    window.look()
    await done(bridge)
    await choose(window, bridge, shown(window)[0])
    assert len(window.reader.text.toPlainText()) == LONGEST_EDITED
    assert window.reader.text.isReadOnly()
    assert "too long" in window.reader.about.text()
    assert not window.reader.is_changed


async def test_a_memory_that_is_switched_off_says_so(
    window: MemoryWindow, bridge: Bridge, program: PlayedProgram, transcripts: TranscriptStore
) -> None:
    program.memory = MemoryDesk(None, transcripts, find_paths())
    with pytest.raises(SovereignError):
        await program.memory.look("", 5)
    window.look()
    await done(bridge)
    assert "The memory is switched off." in window.said.text()


async def test_everything_can_be_reached_by_keyboard_and_has_a_name(window: MemoryWindow) -> None:
    stops = [one for one in window.findChildren(QWidget) if one.focusPolicy() & Qt.FocusPolicy.TabFocus]
    named = [one.text() if isinstance(one, QAbstractButton) else one.accessibleName() for one in stops]
    assert all(name or isinstance(one, QLineEdit) for one, name in zip(stops, named, strict=True)), named
    QTest.qWaitForWindowActive(window)
    window.list.setFocus()
    QTest.keySequence(window, QKeySequence(QKeySequence.StandardKey.Find))
    assert window.search.hasFocus()
    QTest.keySequence(window, QKeySequence(Qt.Key.Key_Escape))
    assert not window.isVisible()


async def test_it_opens_from_the_settings(bridge: Bridge, tmp_path: Path) -> None:
    opened: list[object] = []
    bridge.window_requested.connect(opened.append)
    SettingsWindow(bridge, tmp_path / "settings.yaml")._open_memory.click()
    assert opened == [Window.MEMORY]
