"""The help: its pages on the left, the one that is read on the right, and a search over all of them."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, QUrl
from PySide6.QtGui import QColor, QDesktopServices, QKeySequence, QPalette, QShortcut, QTextCursor, QTextDocument
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QTextBrowser, QWidget

from sovereign_desktop.ui.help_pages import HelpPage, help_pages
from sovereign_desktop.ui.icons import program_icon
from sovereign_desktop.ui.layouts import column, row
from sovereign_desktop.ui.theme import theme
from sovereign_desktop.ui.windows.search_field import SearchField

PADDING = 14


class HelpWindow(QWidget):
    """Shows what comes with the program; only addresses on the web leave it, for the browser."""

    def __init__(self) -> None:
        super().__init__()
        self._pages = help_pages()
        self.setWindowTitle(self.tr("Help – Sovereign Desktop"))
        self.setWindowIcon(program_icon())
        self.resize(920, 660)
        self.search = SearchField(self.tr("Search the help"))
        self.list = QListWidget()
        self.list.setAccessibleName(self.tr("Pages of the help"))
        self.list.setStyleSheet("QListWidget::item { padding: 5px 8px }")
        self.text = QTextBrowser(openLinks=False)
        self.text.setTabChangesFocus(True)
        self.text.document().setDocumentMargin(PADDING)
        for page in self._pages:
            item = QListWidgetItem(page.title)
            item.setData(Qt.ItemDataRole.UserRole, page)
            self.list.addItem(item)
        self.list.setFixedWidth(self.list.sizeHintForColumn(0) + 4 * PADDING)
        self._build()
        self.list.currentItemChanged.connect(lambda _now, _before: self._show())
        self.search.textChanged.connect(self._search)
        self.search.returnPressed.connect(self._find_next)
        self.text.anchorClicked.connect(self._follow)
        self.list.setCurrentRow(0)

    def _build(self) -> None:
        layout = column(10, of=self, margins=(PADDING, PADDING, PADDING, PADDING))
        layout.addWidget(self.search)
        middle = row(10)
        middle.addWidget(self.list)
        middle.addWidget(self.text, 1)
        layout.addLayout(middle, 1)
        QShortcut(QKeySequence(Qt.Key.Key_Escape), self, self.close)
        QShortcut(QKeySequence(QKeySequence.StandardKey.Find), self, self.search.setFocus)

    def open_page(self, name: str) -> None:
        """Turn to the page of this name; nothing when there is none."""
        for number, page in enumerate(self._pages):
            if page.name == name:
                self.list.setCurrentRow(number)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() is QEvent.Type.PaletteChange:
            self._show()

    def _show(self) -> None:
        page: HelpPage = self.list.currentItem().data(Qt.ItemDataRole.UserRole)
        colors = theme()
        palette = QPalette(self.text.palette())
        palette.setColor(QPalette.ColorRole.Link, QColor(colors.accent))
        if palette != self.text.palette():
            self.text.setPalette(palette)
        self.text.setAccessibleName(page.title)
        self.text.document().setBaseUrl(QUrl.fromLocalFile(f"{page.folder}/"))
        scheme = "dark" if colors.is_dark else "light"
        self.text.document().setMarkdown(
            page.markdown.replace("{scheme}", scheme), QTextDocument.MarkdownFeature.MarkdownDialectGitHub
        )
        self.text.moveCursor(QTextCursor.MoveOperation.Start)

    def _search(self, words: str) -> None:
        """Show the pages with these words, and their first place on the page."""
        wanted = words.casefold().split()
        for number in range(self.list.count()):
            item = self.list.item(number)
            text = item.data(Qt.ItemDataRole.UserRole).markdown.casefold()
            item.setHidden(not all(word in text for word in wanted))
        shown = [self.list.item(number) for number in range(self.list.count()) if not self.list.item(number).isHidden()]
        if shown and self.list.currentItem() not in shown:
            self.list.setCurrentItem(shown[0])
        self.text.moveCursor(QTextCursor.MoveOperation.Start)
        self._find_next()

    def _find_next(self) -> None:
        if words := self.search.text().strip():
            self.text.find(words)

    def _follow(self, address: QUrl) -> None:
        if address.scheme() in ("http", "https"):
            QDesktopServices.openUrl(address)
        else:
            self.open_page(address.path().removesuffix(".md").partition("-")[2] or address.path())
