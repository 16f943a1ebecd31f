"""One memory: its text, which can be changed, where it comes from, and where it was used."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QDateTime, QLocale, Qt, Signal
from PySide6.QtWidgets import QLabel, QPlainTextEdit, QPushButton, QWidget

from sovereign_desktop.ui.layouts import column, row
from sovereign_desktop.ui.theme import set_text_color, theme

if TYPE_CHECKING:
    from sovereign_desktop.app.memory_desk import Use
    from sovereign_desktop.memory.records import Memory

LONGEST_EDITED = 20_000
"""A longer text is shown in part, and not changed here."""
MOST_USES = 20
LONGEST_QUESTION = 80


class MemoryReader(QWidget):
    """Shows the chosen memory. `changed` is sent with its id and the new text when that is to be kept."""

    changed = Signal(int, str)

    def __init__(self) -> None:
        super().__init__()
        self._memory: Memory | None = None
        self.about = QLabel(textFormat=Qt.TextFormat.PlainText, wordWrap=True)
        self.text = QPlainTextEdit()
        self.text.setAccessibleName(self.tr("Text of the memory"))
        self.text.setTabChangesFocus(True)
        self.uses = QLabel(textFormat=Qt.TextFormat.PlainText, wordWrap=True)
        self.uses.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.save = QPushButton(self.tr("Keep the change"))
        self.revert = QPushButton(self.tr("Take it back"))
        set_text_color(self.about, theme().faint)
        layout = column(8, of=self, margins=(0, 0, 0, 0))
        layout.addWidget(self.about)
        layout.addWidget(self.text, 1)
        layout.addWidget(self.uses)
        foot = row(8)
        foot.addStretch(1)
        foot.addWidget(self.revert)
        foot.addWidget(self.save)
        layout.addLayout(foot)
        self.text.textChanged.connect(self._typed)
        self.save.clicked.connect(self._save)
        self.revert.clicked.connect(lambda: self.show_memory(self._memory))
        self.show_memory(None)

    @property
    def memory(self) -> Memory | None:
        """The one that is shown."""
        return self._memory

    @property
    def is_changed(self) -> bool:
        """Whether something was typed that is not kept yet."""
        memory = self._memory
        return memory is not None and not self.text.isReadOnly() and self.text.toPlainText() != memory.text

    def show_memory(self, memory: Memory | None) -> None:
        """Show this one, or none."""
        self._memory = memory
        is_whole = memory is not None and len(memory.text) <= LONGEST_EDITED
        self.text.setReadOnly(not is_whole)
        self.text.setPlainText(memory.text[:LONGEST_EDITED] if memory is not None else "")
        self.about.setText(self._about(memory) if memory is not None else self.tr("No memory is selected."))
        self.uses.setText("")
        self.setEnabled(memory is not None)
        self._typed()

    def show_uses(self, uses: Sequence[Use]) -> None:
        """Say where it was used."""
        lines = [f"{said_time(one.at)}  {self._question(one)}" for one in uses[:MOST_USES]]
        if len(uses) > MOST_USES:
            lines.append(self.tr("and {count} more").format(count=len(uses) - MOST_USES))
        head = self.tr("Used for:") if uses else self.tr("It was never used for an answer.")
        self.uses.setText("\n".join((head, *lines)))

    def _question(self, use: Use) -> str:
        if not use.question:
            return self.tr("a turn that is gone")
        question = " ".join(use.question[: 2 * LONGEST_QUESTION].split())
        return f"“{question[:LONGEST_QUESTION]}{'…' if len(question) > LONGEST_QUESTION else ''}”"

    def _about(self, memory: Memory) -> str:
        about = f"{said_time(memory.time)} · {self.source(memory)}"
        if len(memory.text) > LONGEST_EDITED:
            about += " · " + self.tr("too long to be changed here; this is its beginning")
        return about

    def source(self, memory: Memory) -> str:
        """Where it comes from."""
        names = {
            "exchange": self.tr("a question and its answer"),
            "remembered": self.tr("you asked for it"),
            "imported": self.tr("from a file"),
        }
        return names.get(memory.source, memory.source)

    def _typed(self) -> None:
        is_changed = self.is_changed
        self.save.setEnabled(is_changed and bool(self.text.toPlainText().strip()))
        self.revert.setEnabled(is_changed)

    def _save(self) -> None:
        if self._memory is not None:
            self.changed.emit(self._memory.id, self.text.toPlainText())


def said_time(at: float) -> str:
    """A time as this computer's user writes it."""
    return QLocale().toString(QDateTime.fromSecsSinceEpoch(int(at)), QLocale.FormatType.ShortFormat)
