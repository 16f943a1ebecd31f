"""The settings: a page a section of the file, one for the keys, and a search over all of them."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

from PySide6.QtCore import QEvent, Qt, QUrl
from PySide6.QtGui import QDesktopServices, QKeySequence, QShortcut
from PySide6.QtWidgets import QLabel, QListWidget, QListWidgetItem, QPushButton, QStackedWidget, QWidget

from sovereign_desktop.app.migration_desk import MigrationDesk
from sovereign_desktop.core.events import Window
from sovereign_desktop.ui.bridge import Bridge
from sovereign_desktop.ui.icons import program_icon
from sovereign_desktop.ui.layouts import column, first_size, row
from sovereign_desktop.ui.setting_pages import Group, Page, pages
from sovereign_desktop.ui.setting_words import translated
from sovereign_desktop.ui.theme import set_text_color, theme
from sovereign_desktop.ui.windows.keys_page import KeysPage, keys_title
from sovereign_desktop.ui.windows.models_page import SECTION, ModelsPage
from sovereign_desktop.ui.windows.search_field import SearchField
from sovereign_desktop.ui.windows.setting_form import SettingForm
from sovereign_desktop.ui.windows.setting_panels import panel_for
from sovereign_desktop.ui.wizard.migrations_page import MigrationsPage

KEYS, MIGRATION = "keys", "migration"
"""The names of the pages that are no section of the file."""
SHORTEST_SEARCH = 2
MOST_FOUND = 40
SIZE_IN_LETTERS = (122, 36)
"""How large the window is at first, in letters and lines of its font, as far as the screen has room for it."""


class SettingsWindow(QWidget):
    """Pages are made when they are first opened; a change is kept when it has been entered."""

    def __init__(self, bridge: Bridge, file: Path) -> None:
        super().__init__()
        self._bridge = bridge
        self._file = file
        self._pages = translated(pages())
        self._made: dict[str, SettingForm | KeysPage | MigrationsPage] = {}
        self._found: SettingForm | None = None
        self.setWindowTitle(self.tr("Settings – Sovereign Desktop"))
        self.setWindowIcon(program_icon())
        self.search = SearchField(self.tr("Search all settings"))
        self.list = QListWidget()
        self.list.setAccessibleName(self.tr("Pages of settings"))
        self.list.setStyleSheet("QListWidget::item { padding: 5px 8px }")
        for page in self._pages:
            self._name_page(page.name, page.title)
        self._name_page(KEYS, keys_title())
        self._name_page(MIGRATION, self.tr("Migration"))
        self.list.setFixedWidth(self.list.sizeHintForColumn(0) + self.list.verticalScrollBar().sizeHint().width() + 8)
        self.stack = QStackedWidget()
        self._open_file = QPushButton(self.tr("Open the file"))
        self._open_memory = QPushButton(self.tr("What is remembered"))
        self._build()
        self.list.currentRowChanged.connect(self._open)
        self.search.textChanged.connect(self._search)
        self.list.setCurrentRow(0)
        self.resize(first_size(self, *SIZE_IN_LETTERS))

    def _build(self) -> None:
        layout = column(10, of=self, margins=(14, 14, 14, 14))
        layout.addWidget(self.search)
        middle = row(10)
        middle.addWidget(self.list)
        middle.addWidget(self.stack, 1)
        layout.addLayout(middle, 1)
        promise = QLabel(
            self.tr("Changes are kept at once and in force as soon as nobody is talking; no new start is needed."),
            wordWrap=True,
        )
        set_text_color(promise, theme().faint)
        self._open_file.setToolTip(str(self._file))
        self._open_file.clicked.connect(self.open_file)
        foot = row(12)
        foot.addWidget(promise, 1)
        self._open_memory.clicked.connect(lambda: self._bridge.window_requested.emit(Window.MEMORY))
        foot.addWidget(self._open_memory)
        foot.addWidget(self._open_file)
        layout.addLayout(foot)
        QShortcut(QKeySequence(Qt.Key.Key_Escape), self, self.close)
        QShortcut(QKeySequence(QKeySequence.StandardKey.Find), self, self.search.setFocus)

    def show_page(self, name: str) -> QWidget:
        """Turn to the page of this section, or to `KEYS`."""
        for number in range(self.list.count()):
            if self.list.item(number).data(Qt.ItemDataRole.UserRole) == name:
                self.list.setCurrentRow(number)
        return self._made[name]

    def open_file(self) -> None:
        """Open the file in the user's editor, or its folder while there is no file yet."""
        target = next((path for path in (self._file, *self._file.parents) if path.exists()), self._file)
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(target)))

    def changeEvent(self, event: QEvent) -> None:
        """Whoever comes back to the window may have changed the file meanwhile."""
        if event.type() is QEvent.Type.ActivationChange and self.isActiveWindow():
            self._bridge.read_settings_again()
        super().changeEvent(event)

    def _open(self, number: int) -> None:
        if number < 0:
            return
        name = self.list.item(number).data(Qt.ItemDataRole.UserRole)
        if name not in self._made:
            self._made[name] = self._make(name)
            self._add(self._made[name])
        page = self._made[name]
        self.stack.setCurrentWidget(page)
        if isinstance(page, KeysPage | MigrationsPage):
            page.refresh()

    def _make(self, name: str) -> SettingForm | KeysPage | MigrationsPage:
        if name == KEYS:
            return KeysPage(self._bridge)
        if name == MIGRATION:
            return MigrationsPage(self._bridge, MigrationDesk())
        page = next(page for page in self._pages if page.name == name)
        if name == SECTION:
            return ModelsPage(self._bridge, page)
        return SettingForm(self._bridge, page.title, page.meaning, page.groups, panel_for(name, self._bridge))

    def _name_page(self, name: str, title: str) -> None:
        item = QListWidgetItem(title)
        item.setData(Qt.ItemDataRole.UserRole, name)
        self.list.addItem(item)

    def _search(self, words: str) -> None:
        """Show what is found in place of the page; with the words gone, the page again."""
        if self._found is not None:
            self.stack.removeWidget(self._found)
            self._found.deleteLater()
            self._found = None
        if len(words.strip()) < SHORTEST_SEARCH:
            self._open(self.list.currentRow())
            return
        groups = list(_found(self._pages, words))
        about = "" if groups else self.tr("No setting is called so, or says so.")
        self._found = SettingForm(self._bridge, self.tr("Found"), about, groups)
        self._add(self._found)
        self.stack.setCurrentWidget(self._found)

    def _add(self, page: SettingForm | KeysPage | MigrationsPage) -> None:
        """Put it into the stack, and before what stands below the stack for who goes by Tab."""
        self.stack.addWidget(page)
        for before, behind in pairwise((self.list, *page.tab_stops, self._open_memory, self._open_file)):
            QWidget.setTabOrder(before, behind)


def _found(all_pages: tuple[Page, ...], words: str) -> list[Group]:
    """The settings that match, by page; no more than can be looked through."""
    groups, left = [], MOST_FOUND
    for page in all_pages:
        entries = tuple(entry for entry in page.entries if entry.matches(words))[:left]
        left -= len(entries)
        if entries:
            groups.append(Group(page.title, entries))
    return groups
