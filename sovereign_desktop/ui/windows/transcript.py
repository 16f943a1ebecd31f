"""The turns so far: what was said, by what it was answered, what it cost, and what a model was told for it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QEvent, Qt, QTimer
from PySide6.QtGui import QGuiApplication, QKeySequence, QShortcut
from PySide6.QtWidgets import QFileDialog, QLabel, QLineEdit, QMenu, QMessageBox, QPlainTextEdit, QPushButton, QWidget

from sovereign_desktop.core.events import TurnAmended, TurnEnded
from sovereign_desktop.metrics.turns import TurnRecord
from sovereign_desktop.ui.bridge import Bridge
from sovereign_desktop.ui.icons import program_icon
from sovereign_desktop.ui.layouts import column, row
from sovereign_desktop.ui.situation import Situation
from sovereign_desktop.ui.turn_export import as_json, as_markdown
from sovereign_desktop.ui.turn_text import stages_line, turn_as_text, what_waiting_means, what_was_sent
from sovereign_desktop.ui.windows.search_field import SearchField
from sovereign_desktop.ui.windows.thumbs import Thumbs
from sovereign_desktop.ui.windows.turn_list import MOST_SHOWN, TurnList, TurnView

SEARCH_AFTER_MS = 200
LONGEST_QUESTION = 10_000


class TranscriptWindow(QWidget):
    """Follows the conversation while it is open. What it shows is plain text, whoever said it."""

    def __init__(self, bridge: Bridge) -> None:
        super().__init__()
        self._bridge = bridge
        self._shown_at_most = MOST_SHOWN
        self._wanted = ""
        self.setWindowTitle(self.tr("Transcript – Sovereign Desktop"))
        self.setWindowIcon(program_icon())
        self.resize(680, 620)
        self.search = SearchField(self.tr("Search all conversations"))
        self.older = QPushButton(self.tr("Show older ones"))
        self._turns = TurnList()
        self._list = TurnView(self._turns)
        self._empty = QLabel(alignment=Qt.AlignmentFlag.AlignCenter, wordWrap=True)
        self._stages = QLabel(textFormat=Qt.TextFormat.PlainText, wordWrap=True)
        self._stages.setToolTip(what_waiting_means())
        self._stages.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._said = QLabel(textFormat=Qt.TextFormat.PlainText, wordWrap=True)
        self._copy = QPushButton(self.tr("Copy all"))
        self._look = QPushButton(self.tr("What was sent"))
        self._look.setCheckable(True)
        self._look.setToolTip(
            self.tr("What the model was told for the selected turn, or the last one, and what was left out")
        )
        self._sent = QPlainTextEdit(readOnly=True)
        self._sent.setTabChangesFocus(True)
        self._sent.setAccessibleName(self.tr("What was sent"))
        self._retry = QPushButton(self.tr("Try again"))
        self._retry.setToolTip(self.tr("Ask the question again that nobody could answer."))
        self._export = QPushButton(self.tr("Export …"))
        self._delete = QPushButton(self.tr("Delete …"))
        self._thumbs = Thumbs(bridge)
        self.question = QLineEdit(maxLength=LONGEST_QUESTION)
        self.question.setPlaceholderText(self.tr("Type a question"))
        self.question.setAccessibleName(self.tr("Type a question"))
        self.ask = QPushButton(self.tr("Ask"))
        self._searching = QTimer(self, interval=SEARCH_AFTER_MS, singleShot=True)
        self._build()
        self._follow(bridge)
        self._show_selection()

    def _build(self) -> None:
        layout = column(10, of=self, margins=(14, 14, 14, 14))
        top = row(8)
        top.addWidget(self.search, 1)
        top.addWidget(self.older)
        layout.addLayout(top)
        for widget in (self._list, self._empty, self._sent):
            layout.addWidget(widget, 1)
        self._sent.hide()
        self.older.hide()
        layout.addWidget(self._stages)
        layout.addWidget(self._said)
        foot = row(8)
        foot.addWidget(self._thumbs)
        foot.addStretch(1)
        for button in (self._look, self._retry, self._copy, self._export, self._delete):
            foot.addWidget(button)
        layout.addLayout(foot)
        entry = row(8)
        entry.addWidget(self.question, 1)
        entry.addWidget(self.ask)
        layout.addLayout(entry)
        menu = QMenu(self._export)
        menu.addAction(self.tr("As a document (Markdown)"), lambda: self._choose_file("md"))
        menu.addAction(self.tr("As data (JSON)"), lambda: self._choose_file("json"))
        self._export.setMenu(menu)
        QShortcut(QKeySequence(QKeySequence.StandardKey.Copy), self._list, self.copy)
        QShortcut(QKeySequence(QKeySequence.StandardKey.Delete), self._list, self.ask_to_delete)
        QShortcut(QKeySequence(QKeySequence.StandardKey.Find), self, self.search.setFocus)
        QShortcut(QKeySequence(Qt.Key.Key_Escape), self, self.close)

    def _follow(self, bridge: Bridge) -> None:
        self._list.selectionModel().selectionChanged.connect(self._show_selection)
        self._look.toggled.connect(self._show_selection)
        self._copy.clicked.connect(self.copy)
        self._retry.clicked.connect(self.retry)
        self._delete.clicked.connect(self.ask_to_delete)
        self.older.clicked.connect(self._show_older)
        self.search.textChanged.connect(lambda _words: self._searching.start())
        self._searching.timeout.connect(self.look)
        self.ask.clicked.connect(self._ask)
        self.question.returnPressed.connect(self._ask)
        self.question.textChanged.connect(lambda _text: self._can_ask())
        bridge.situation_changed.connect(self._can_ask)
        bridge.turn_ended.connect(self._turn_ended)
        bridge.turn_amended.connect(self._turn_amended)
        bridge.recalled.connect(self._recalled)
        bridge.archive.found.connect(self._found)
        bridge.archive.forgotten.connect(self._forgotten)
        bridge.archive.written.connect(self._written)
        bridge.archive.failed.connect(self._say)

    # What is shown

    def look(self) -> None:
        """Look for what the search says; the answer replaces what is shown."""
        self._bridge.archive.find(self.search.text(), self._shown_at_most)

    def select(self, turn_id: str) -> None:
        """Show this turn, now or as soon as it is there."""
        self._wanted = turn_id
        self.search.clear()
        self._select_wanted()

    def _select_wanted(self) -> None:
        if self._wanted and (index := self._turns.index_of(self._wanted)).isValid():
            self._wanted = ""
            self._list.setCurrentIndex(index)
            self._list.scrollTo(index)

    def _found(self, words: str, turns: Sequence[TurnRecord]) -> None:
        if words == self.search.text():  # not an answer to what was typed before
            self._turns.show(turns, self._shown_at_most)
            self._show_selection()
            self._select_wanted()

    def _show_older(self) -> None:
        self._shown_at_most *= 4
        self.look()

    def _recalled(self, turns: Sequence[TurnRecord]) -> None:
        if not self.search.text().strip():
            self._turns.fill(turns)
            self._show_selection()
            self._select_wanted()

    def _turn_ended(self, ended: TurnEnded) -> None:
        if ended.turn is None or not ended.turn.is_worth_keeping:
            return
        if self.search.text().strip():
            self._searching.start()
        else:
            self._turns.add(ended.turn)
            self._show_selection()

    def _turn_amended(self, amended: TurnAmended) -> None:
        self._turns.amend(amended.turn)
        self._show_selection()

    def _show_selection(self) -> None:
        chosen, turns = self._list.chosen(), self._turns.turns
        is_empty = not turns
        self._list.setHidden(is_empty)
        self._empty.setVisible(is_empty)
        is_search = bool(self.search.text().strip())
        nothing = self.tr("Nothing like that was said.") if is_search else self.tr("Nothing has been said yet.")
        self._empty.setText(nothing)
        self.older.setHidden(len(turns) < self._shown_at_most)
        for button in (self._copy, self._look, self._export):
            button.setDisabled(is_empty)
        self._delete.setEnabled(bool(chosen))
        self._retry.setVisible(self._retryable() is not None)
        self._copy.setText(self.tr("Copy") if chosen else self.tr("Copy all"))
        about_the_last = (chosen or turns)[-1:]
        stages = stages_line(about_the_last[0]) if about_the_last else ""
        self._stages.setText(stages)
        self._stages.setVisible(bool(stages))
        is_looked_at = self._look.isChecked() and not is_empty
        self._sent.setVisible(is_looked_at)
        sent = what_was_sent(about_the_last[0]) if is_looked_at else ""
        if sent != self._sent.toPlainText():
            self._sent.setPlainText(sent)
        self._thumbs.show_for(about_the_last[0] if about_the_last else None)
        self._say("")
        self._can_ask()

    def _say(self, text: str) -> None:
        self._said.setText(text)
        self._said.setVisible(bool(text))

    # What can be done

    def copy(self) -> None:
        """Put the selected turns on the clipboard, or all when none is."""
        QGuiApplication.clipboard().setText(
            "\n\n".join(turn_as_text(turn) for turn in self._list.chosen() or self._turns.turns)
        )

    def retry(self) -> None:
        """Ask again what the shown turn could not answer."""
        if (turn := self._retryable()) is not None:
            self._bridge.retry(turn.turn_id)

    def _retryable(self) -> TurnRecord | None:
        about = (self._list.chosen() or self._turns.turns)[-1:]
        return about[0] if about and about[0].can_be_retried else None

    def _ask(self) -> None:
        """Ask what was typed. Signs that nobody can see, such as a pasted line's end, are no part of it."""
        text = "".join(sign if sign.isprintable() else " " for sign in self.question.text()).strip()
        if text and self.ask.isEnabled():
            self._bridge.ask(text)
            self.question.clear()

    def _can_ask(self, _situation: Situation | None = None) -> None:
        self.ask.setEnabled(self._bridge.situation.ready and bool(self.question.text().strip()))

    def _choose_file(self, kind: str) -> None:
        kinds = {"md": self.tr("Markdown document (*.md)"), "json": self.tr("JSON data (*.json)")}
        dialog = QFileDialog(self, self.tr("Export"), f"sovereign.{kind}", kinds[kind])
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix(kind)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(lambda file: self.export(Path(file)))
        dialog.open()

    def export(self, file: Path) -> None:
        """Write the selected turns, or what was found, or all there are; the file's name says in which form."""
        turns = self._list.chosen() or (self._turns.turns if self.search.text().strip() else [])
        self._say(self.tr("Exporting …"))
        self._bridge.archive.write(file, as_json if file.suffix == ".json" else as_markdown, turns)

    def _written(self, file: str, count: int) -> None:
        if count == 1:
            self._say(self.tr("One turn is in {file}.").format(file=file))
        else:
            self._say(self.tr("{count} turns are in {file}.").format(count=count, file=file))

    def ask_to_delete(self) -> None:
        """Ask, then delete the selected turns for good."""
        turns = self._list.chosen()
        if not turns:
            return
        box = QMessageBox(QMessageBox.Icon.Warning, self.tr("Delete"), "", parent=self)
        if len(turns) == 1:
            box.setText(self.tr("Delete this turn for good?"))
        else:
            box.setText(self.tr("Delete these {count} turns for good?").format(count=len(turns)))
        box.setInformativeText(
            self.tr(
                "They are overwritten on the disk, and what is remembered of them goes too. What a server was sent"
                " stays with the server."
            )
        )
        delete = box.addButton(self.tr("Delete"), QMessageBox.ButtonRole.DestructiveRole)
        box.addButton(QMessageBox.StandardButton.Cancel).setFocus()
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.buttonClicked.connect(lambda pressed: self._forget(turns) if pressed is delete else None)
        box.open()

    def _forget(self, turns: Sequence[TurnRecord]) -> None:
        self._say(self.tr("Deleting …"))
        self._bridge.archive.forget(turns)

    def _forgotten(self, turns: Sequence[TurnRecord]) -> None:
        self._turns.remove({turn.turn_id for turn in turns})
        self._show_selection()
        self._say(self.tr("Deleted for good."))

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() is QEvent.Type.FontChange:
            self._list.doItemsLayout()
