"""A page of settings: a heading, and for each setting its name, its editor, a way back to the default, its meaning."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QScrollArea, QToolButton, QWidget

from sovereign_desktop.ui.bridge import Bridge
from sovereign_desktop.ui.layouts import column
from sovereign_desktop.ui.setting_pages import Entry, Group
from sovereign_desktop.ui.theme import set_text_color, theme
from sovereign_desktop.ui.windows.setting_editors import Editor
from sovereign_desktop.ui.windows.setting_panels import tab_stops

MARGIN = 18


class SettingForm(QScrollArea):
    """Groups of settings, one below another. `follow` brings the values."""

    def __init__(
        self, bridge: Bridge, title: str, meaning: str, groups: Iterable[Group], panel: QWidget | None = None
    ) -> None:
        super().__init__()
        self._bridge = bridge
        self.panel = panel
        self.rows: dict[str, SettingRow] = {}
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # its editors take the focus, and it scrolls to them
        inside = QWidget()
        layout = column(10, of=inside, margins=(MARGIN, MARGIN, MARGIN, MARGIN))
        layout.addWidget(heading(title, 1.4))
        if meaning:
            layout.addWidget(note(meaning))
        if panel is not None:
            layout.addWidget(panel)
        for group in groups:
            if group.title:
                layout.addSpacing(8)
                layout.addWidget(heading(group.title, 1.1))
            for entry in group.entries:
                self.rows[entry.key] = line = SettingRow(bridge, entry)
                layout.addWidget(line)
        layout.addStretch(1)
        self.setWidget(inside)
        bridge.setting_refused.connect(self._refused)
        bridge.settings_changed.connect(self.follow)
        self.follow()

    @property
    def tab_stops(self) -> list[QWidget]:
        """What takes the focus, in the order of reading."""
        above = tab_stops(self.panel) if self.panel is not None else []
        return [*above, *(widget for line in self.rows.values() for widget in (line.editor.focus, line.reset))]

    def follow(self) -> None:
        """Show the settings as they are kept now."""
        if (settings := self._bridge.settings) is not None:
            tree = settings.model_dump(mode="json")
            for line in self.rows.values():
                line.follow(tree, self._bridge.fixed_by(line.entry.key))

    def _refused(self, key: str, why: str) -> None:
        if (line := self.rows.get(key)) is not None:
            line.refuse(why)


class SettingRow(QWidget):
    """One setting."""

    def __init__(self, bridge: Bridge, entry: Entry) -> None:
        super().__init__()
        self._bridge = bridge
        self.entry = entry
        self.editor = Editor(entry, bridge.devices)
        self.editor.entered.connect(self._enter)
        self.editor.refused.connect(self.refuse)
        label = QLabel(entry.label, wordWrap=True)
        label.setBuddy(self.editor.focus)
        label.setToolTip(entry.key)
        self.reset = QToolButton(autoRaise=True)
        self.reset.setText("↺")
        self.reset.setAccessibleName(self.tr("{setting}: back to the default").format(setting=entry.label))
        self.reset.setToolTip(self.tr("Back to the default: {value}").format(value=self._usual()))
        self.reset.clicked.connect(lambda: self._enter(None))
        self.trouble = QLabel(wordWrap=True, textFormat=Qt.TextFormat.PlainText)
        self.trouble.hide()
        set_text_color(self.trouble, theme().listening)
        self.fixed = note("")
        self.fixed.hide()
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 2, 0, 2)
        grid.setColumnStretch(0, 1)
        grid.setColumnStretch(1, 3)  # as wide as it may be; what is left is the label's
        grid.addWidget(label, 0, 0, Qt.AlignmentFlag.AlignVCenter)
        grid.addWidget(self.editor.widget, 0, 1)
        grid.addWidget(self.reset, 0, 2)
        if entry.meaning:
            grid.addWidget(note(entry.meaning), 1, 0, 1, 2)
        grid.addWidget(self.trouble, 2, 0, 1, 3)
        grid.addWidget(self.fixed, 3, 0, 1, 3)

    def follow(self, tree: Mapping[str, Any], variable: str) -> None:
        """Show its value, unless the user is in the middle of entering another or has one to mend.

        `variable` is the environment variable that it comes from, if it does.
        """
        self.fixed.setText(
            self.tr("{variable} says so. What is chosen here counts once that variable is gone.").format(
                variable=variable
            )
        )
        self.fixed.setVisible(bool(variable))
        value = self.entry.value_in(tree)
        if self.trouble.isHidden() and not self.editor.is_in_use:
            self.editor.show_value(value)
        self.reset.setEnabled(value != self.entry.default)

    def refuse(self, why: str) -> None:
        """Say why what was entered is not kept; it stays there to be mended."""
        self.trouble.setText(why)
        self.trouble.show()

    def _usual(self) -> str:
        """The default in words."""
        value = self.entry.default
        if isinstance(value, bool):
            return self.tr("on") if value else self.tr("off")
        if value in (None, "none"):
            return self.tr("none")
        if value in ("", [], ()):
            return self.tr("empty")
        return f"{value} {self.entry.unit}".strip()

    def _enter(self, value: object) -> None:
        self.trouble.hide()
        self._bridge.change_setting(self.entry.key, value)


def heading(text: str, size: float) -> QLabel:
    """A line of larger letters."""
    label = QLabel(text, wordWrap=True)
    font = label.font()
    font.setPointSizeF(font.pointSizeF() * size)
    font.setBold(True)
    label.setFont(font)
    return label


def note(text: str) -> QLabel:
    """What something means, in faint letters."""
    label = QLabel(text, wordWrap=True, textFormat=Qt.TextFormat.PlainText)
    set_text_color(label, theme().faint)
    return label
