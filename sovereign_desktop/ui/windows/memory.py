"""The memory: what is remembered can be found, read, changed, deleted, written to a file and read from one."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QLocale, QSignalBlocker, Qt, QTimer
from PySide6.QtGui import QHideEvent, QKeySequence, QShortcut, QShowEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFileDialog,
    QHeaderView,
    QLabel,
    QProgressBar,
    QPushButton,
    QSplitter,
    QTreeWidget,
    QTreeWidgetItem,
    QWidget,
)

from sovereign_desktop.app.memory_lines import LongWork
from sovereign_desktop.app.memory_traces import Traces
from sovereign_desktop.ui.bridge import Bridge
from sovereign_desktop.ui.icons import program_icon
from sovereign_desktop.ui.layouts import column, row
from sovereign_desktop.ui.theme import set_text_color, theme
from sovereign_desktop.ui.windows.memory_reader import MemoryReader, said_time
from sovereign_desktop.ui.windows.search_field import SearchField
from sovereign_desktop.ui.windows.traces_dialog import TracesDialog

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sovereign_desktop.app.memory_desk import Found, Use
    from sovereign_desktop.memory.memories import Edited, Forgotten
    from sovereign_desktop.memory.records import Memory

SEARCH_AFTER_MS = 250
AT_ONCE = 200
LONGEST_LINE = 160
MEMORY_ROLE = Qt.ItemDataRole.UserRole
KIND = "JSON Lines (*.jsonl)"


class MemoryWindow(QWidget):
    """Looks anew when it is opened. What takes a while goes on beside it, and can be cancelled where that is safe."""

    def __init__(self, bridge: Bridge) -> None:
        super().__init__()
        self._memory = bridge.memory
        self._limit = AT_ONCE
        self._work: LongWork | None = None
        self.setWindowTitle(self.tr("Memory – Sovereign Desktop"))
        self.setWindowIcon(program_icon())
        self.resize(860, 600)
        self.search = SearchField(self.tr("Search what is remembered, by words and by meaning"))
        self.search.setAccessibleName(self.tr("Search the memory"))
        self.list = QTreeWidget()
        self.list.setHeaderLabels([self.tr("When"), self.tr("What"), self.tr("Used")])
        self.list.setRootIsDecorated(False)
        self.list.setUniformRowHeights(True)
        self.list.setAccessibleName(self.tr("Memories"))
        self.list.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.more = QPushButton(self.tr("Show more"))
        self.reader = MemoryReader()
        self.stored = QLabel(textFormat=Qt.TextFormat.PlainText, wordWrap=True)
        self.said = QLabel(textFormat=Qt.TextFormat.PlainText, wordWrap=True)
        self.progress = QProgressBar()
        self.progress.setAccessibleName(self.tr("Progress"))
        self.cancel = QPushButton(self.tr("Cancel"))
        self.delete = QPushButton(self.tr("Delete …"))
        self.take_in = QPushButton(self.tr("Import …"))
        self.export = QPushButton(self.tr("Export …"))
        self._searching = QTimer(self, singleShot=True, interval=SEARCH_AFTER_MS)
        self._build()
        self._connect()
        self._rest()

    def _build(self) -> None:
        layout = column(10, of=self, margins=(14, 14, 14, 14))
        layout.addWidget(self.search)
        left = QWidget()
        beside = column(6, of=left, margins=(0, 0, 0, 0))
        beside.addWidget(self.list, 1)
        beside.addWidget(self.more)
        header = self.list.header()
        header.setStretchLastSection(False)
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(1, QHeaderView.ResizeMode.Stretch)
        middle = QSplitter(Qt.Orientation.Horizontal)
        middle.setChildrenCollapsible(False)
        middle.addWidget(left)
        middle.addWidget(self.reader)
        middle.setSizes([480, 360])
        layout.addWidget(middle, 1)
        layout.addWidget(self.said)
        set_text_color(self.stored, theme().faint)
        foot = row(8)
        foot.addWidget(self.stored, 1)
        for widget in (self.progress, self.cancel, self.delete, self.take_in, self.export):
            foot.addWidget(widget)
        layout.addLayout(foot)

    def _connect(self) -> None:
        self.search.textChanged.connect(lambda _text: self._searching.start())
        self.search.returnPressed.connect(self._look_anew)
        self._searching.timeout.connect(self._look_anew)
        self.more.clicked.connect(self._show_more)
        self.list.itemSelectionChanged.connect(self._selected)
        self.reader.changed.connect(self._edit)
        self.cancel.clicked.connect(self._cancel)
        self.delete.clicked.connect(self._delete)
        self.export.clicked.connect(self._export)
        self.take_in.clicked.connect(self._import)
        self._memory.found.connect(self._found)
        self._memory.uses_found.connect(self._uses_found)
        self._memory.traced.connect(self._traced)
        self._memory.edited.connect(self._edited)
        self._memory.forgotten.connect(self._forgotten)
        self._memory.progressed.connect(self._progressed)
        self._memory.done.connect(self._done)
        self._memory.failed.connect(self._failed)
        QShortcut(QKeySequence(Qt.Key.Key_Escape), self, self.close)
        QShortcut(QKeySequence(QKeySequence.StandardKey.Find), self, self.search.setFocus)
        QShortcut(QKeySequence(QKeySequence.StandardKey.Delete), self.list, self._delete).setContext(
            Qt.ShortcutContext.WidgetShortcut
        )

    @property
    def chosen(self) -> list[Memory]:
        """The selected memories."""
        return [item.data(0, MEMORY_ROLE) for item in self.list.selectedItems()]

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.look()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._searching.stop()

    def look(self) -> None:
        """Ask for what is there now."""
        self._memory.look(self.search.text(), self._limit)

    def _look_anew(self) -> None:
        self._searching.stop()
        self._limit = AT_ONCE
        self.look()

    def _show_more(self) -> None:
        self._limit += AT_ONCE
        self.look()

    def _found(self, text: str, found: Found) -> None:
        if text != self.search.text():  # more was typed meanwhile
            return
        kept = {memory.id for memory in self.chosen}
        with QSignalBlocker(self.list):
            self.list.clear()
            for memory in found.memories:
                item = QTreeWidgetItem([said_time(memory.time), _line(memory.text), str(memory.uses or "")])
                item.setData(0, MEMORY_ROLE, memory)
                self.list.addTopLevelItem(item)
                item.setSelected(memory.id in kept)
        self.more.setVisible(len(found.memories) >= self._limit)
        size = QLocale().formattedDataSize(found.size_bytes)
        self.stored.setText(self.tr("{count} memories, {size} on disk").format(count=found.count, size=size))
        self.stored.setToolTip(found.note)
        if text and (found.note or not found.memories):
            self._say(found.note or self.tr("Nothing that is remembered fits."))
        self._selected()

    def _selected(self) -> None:
        chosen = self.chosen
        shown = chosen[0] if len(chosen) == 1 else None
        before = self.reader.memory
        is_another = shown is None or before is None or shown.id != before.id
        if is_another and self.reader.is_changed:
            self._go_back_to(before)
        elif is_another:
            self.reader.show_memory(shown)
            if shown is not None:
                self._memory.look_at_uses(shown.id)
        self._allow()

    def _go_back_to(self, changed: Memory | None) -> None:
        """What was typed is not lost by a click elsewhere."""
        self._say("", problem=self.tr("The text was changed. Keep the change or take it back first."))
        with QSignalBlocker(self.list):
            for number in range(self.list.topLevelItemCount()):
                if (item := self.list.topLevelItem(number)) is not None:
                    item.setSelected(item.data(0, MEMORY_ROLE) == changed)

    def _uses_found(self, memory_id: int, uses: Sequence[Use]) -> None:
        if self.reader.memory is not None and self.reader.memory.id == memory_id:
            self.reader.show_uses(uses)

    def _edit(self, memory_id: int, text: str) -> None:
        self._begin(self.tr("The old words are erased …"))
        self._memory.edit(memory_id, text)

    def _edited(self, edited: Edited, traces: Traces) -> None:
        self._rest()
        self.reader.show_memory(edited.memory)
        self._say(self.tr("The change is kept."), problem=edited.reason)
        self.look()
        if traces.turns or traces.files:
            dialog = TracesDialog(
                self, self.tr("The words before still stand elsewhere."), self.tr("Delete what is ticked"), traces
            )
            dialog.accepted.connect(lambda: self._memory.erase(dialog.chosen))
            dialog.open()

    def _delete(self) -> None:
        if self._work is None and (ids := [memory.id for memory in self.chosen]):
            self._begin(self.tr("Looking for what else contains it …"))
            self._memory.trace(ids)

    def _traced(self, ids: Sequence[int], traces: Traces) -> None:
        self._rest()
        question = self.tr("Erase {count} memories for good?").format(count=len(ids))
        if len(ids) == 1:
            question = self.tr("Erase this memory for good?")
        dialog = TracesDialog(self, question, self.tr("Erase"), traces)
        dialog.accepted.connect(lambda: self._forget(ids, dialog.chosen))
        dialog.open()

    def _forget(self, ids: Sequence[int], also: Traces) -> None:
        self._begin(self.tr("It is erased from every file …"))
        self._memory.forget(ids, also)

    def _forgotten(self, forgotten: Forgotten) -> None:
        self._rest()
        said = self.tr("Forgotten: {count}.").format(count=len(forgotten.memories))
        self._say(said, problem=forgotten.reason)
        self.look()

    def _export(self) -> None:
        self._choose_file(self.tr("Export"), QFileDialog.AcceptMode.AcceptSave, self.write_to)

    def _import(self) -> None:
        self._choose_file(self.tr("Import"), QFileDialog.AcceptMode.AcceptOpen, self.read_from)

    def write_to(self, file: Path) -> None:
        """Write all memories to the file."""
        self._memory.export(file, self._begin(self.tr("Memories are written …"), can_cancel=True))

    def read_from(self, file: Path) -> None:
        """Remember what the file says."""
        self._memory.take_in(file, self._begin(self.tr("Memories are read …"), can_cancel=True))

    def _choose_file(self, title: str, mode: QFileDialog.AcceptMode, use: Callable[[Path], None]) -> None:
        dialog = QFileDialog(self, title, "memories.jsonl", KIND)
        dialog.setAcceptMode(mode)
        dialog.setDefaultSuffix("jsonl")
        if mode is QFileDialog.AcceptMode.AcceptOpen:
            dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(lambda file: use(Path(file)))
        dialog.open()

    def _begin(self, what: str, *, can_cancel: bool = False) -> LongWork:
        self._work = LongWork()
        self.progress.setRange(0, 0)
        self.progress.show()
        self.cancel.setVisible(can_cancel)
        self._say(what)
        self._allow()
        return self._work

    def _rest(self) -> None:
        self._work = None
        self.progress.hide()
        self.cancel.hide()
        self._say("")
        self._allow()

    def _cancel(self) -> None:
        if self._work is not None:
            self._work.is_cancelled = True
            self.cancel.hide()

    def _progressed(self, done: int, of: int) -> None:
        self.progress.setRange(0, of)
        self.progress.setValue(done)

    def _done(self, what: str) -> None:
        self._rest()
        self._say(what)
        self.look()

    def _failed(self, why: str) -> None:
        self._rest()
        self._say("", problem=why)

    def _allow(self) -> None:
        is_free = self._work is None
        for button in (self.take_in, self.export):
            button.setEnabled(is_free)
        self.delete.setEnabled(is_free and bool(self.chosen))
        self.reader.setEnabled(is_free and self.reader.memory is not None)

    def _say(self, text: str, *, problem: str = "") -> None:
        set_text_color(self.said, theme().listening if problem else theme().faint)
        self.said.setText(" ".join(filter(None, (text, problem))))
        self.said.setVisible(bool(text or problem))


def _line(text: str) -> str:
    """The beginning of a text, on one line."""
    return " ".join(text[: 2 * LONGEST_LINE].split())[:LONGEST_LINE]
