"""The keys, by name: add, replace, remove. What is typed goes to the system's keyring and is shown nowhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import (
    QComboBox,
    QGridLayout,
    QHeaderView,
    QLabel,
    QLineEdit,
    QPushButton,
    QTreeWidget,
    QTreeWidgetItem,
    QWidget,
)

from sovereign_desktop.ui.bridge import Bridge
from sovereign_desktop.ui.layouts import column, row
from sovereign_desktop.ui.theme import set_text_color, theme
from sovereign_desktop.ui.windows.setting_form import MARGIN, heading, note

if TYPE_CHECKING:
    from sovereign_desktop.app.key_desk import KeyRing

USUAL = "openai"
LONGEST = 4096


def keys_title() -> str:
    """What the page is called."""
    return QCoreApplication.translate("KeysPage", "Keys")


class KeysPage(QWidget):
    """Lists keys when it is shown; what it does to them is told below the list."""

    def __init__(self, bridge: Bridge) -> None:
        super().__init__()
        self._bridge = bridge
        self.keys = QTreeWidget()
        self.keys.setHeaderLabels([self.tr("Key"), self.tr("Where it is")])
        self.keys.setRootIsDecorated(False)
        self.keys.setAccessibleName(keys_title())
        self.keys.header().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        self.name = QComboBox(editable=True)
        self.name.setAccessibleName(self.tr("Name of the key"))
        self.name.setCurrentText(USUAL)
        self.value = QLineEdit(echoMode=QLineEdit.EchoMode.Password, maxLength=LONGEST)
        self.value.setAccessibleName(self.tr("The key"))
        self.value.setPlaceholderText(self.tr("paste the key here"))
        self.store = QPushButton(self.tr("Store"))
        self.remove = QPushButton(self.tr("Remove the selected key"))
        self.said = QLabel(wordWrap=True, textFormat=Qt.TextFormat.PlainText)
        self._build()
        self.keys.itemSelectionChanged.connect(self._show_selection)
        self.value.textChanged.connect(self._show_selection)
        self.value.returnPressed.connect(self._store)
        self.store.clicked.connect(self._store)
        self.remove.clicked.connect(self._remove)
        bridge.keys_listed.connect(self._listed)
        bridge.key_refused.connect(self._refused)
        self._show_selection()

    @property
    def tab_stops(self) -> list[QWidget]:
        """What takes the focus, in the order of reading."""
        return [self.keys, self.name, self.value, self.store, self.remove]

    def refresh(self) -> None:
        """Ask for the keys as they are now."""
        self._bridge.list_keys()

    def _build(self) -> None:
        layout = column(10, of=self, margins=(MARGIN, MARGIN, MARGIN, MARGIN))
        layout.addWidget(heading(keys_title(), 1.4))
        layout.addWidget(
            note(
                self.tr(
                    "Keys live in the system’s keyring and in no file of this program. A key is never shown again. The "
                    "settings name the keys that they use; “openai” is that of the Realtime API and of OpenAI’s other "
                    "services."
                )
            )
        )
        layout.addWidget(self.keys, 1)
        entry = QGridLayout()
        entry.setColumnStretch(1, 1)
        for number, (words, field) in enumerate(((self.tr("Name"), self.name), (self.tr("Key"), self.value))):
            entry.addWidget(QLabel(words), number, 0)
            entry.addWidget(field, number, 1)
        entry.addWidget(self.store, 1, 2)
        layout.addLayout(entry)
        foot = row(8)
        foot.addWidget(self.said, 1)
        foot.addWidget(self.remove)
        layout.addLayout(foot)

    def _store(self) -> None:
        name, value = self.name.currentText().strip() or USUAL, self.value.text()
        if value.strip():
            self.value.clear()
            self._say(self.tr("The key {name} goes to the keyring …").format(name=name))
            self._bridge.set_key(name, value)

    def _remove(self) -> None:
        for item in self.keys.selectedItems():
            self._say(self.tr("The key {name} is removed …").format(name=item.text(0)))
            self._bridge.delete_key(item.text(0))

    def _listed(self, ring: KeyRing) -> None:
        selected = {item.text(0) for item in self.keys.selectedItems()}
        typed = self.name.currentText()
        self.keys.clear()
        self.name.clear()
        for entry in ring.entries:
            item = QTreeWidgetItem([entry.name, entry.source or self.tr("not there")])
            item.setDisabled(not entry.source)
            self.keys.addTopLevelItem(item)
            item.setSelected(entry.name in selected and bool(entry.source))
            self.name.addItem(entry.name)
        self.name.setCurrentText(typed or USUAL)
        problem = ring.problem
        self._say(problem.sentence if problem is not None else "", is_trouble=problem is not None)
        self._show_selection()

    def _refused(self, why: str) -> None:
        self._say(why, is_trouble=True)

    def _say(self, text: str, *, is_trouble: bool = False) -> None:
        set_text_color(self.said, theme().listening if is_trouble else theme().faint)
        self.said.setText(text)

    def _show_selection(self) -> None:
        self.store.setEnabled(bool(self.value.text().strip()))
        self.remove.setEnabled(bool(self.keys.selectedItems()))
