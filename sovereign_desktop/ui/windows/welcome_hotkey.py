"""The key that is held to talk: recorded by pressing it, and tried on the spot."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel

from sovereign_desktop.core.dialogue import TurnState
from sovereign_desktop.core.events import Notice
from sovereign_desktop.ui.bridge import Bridge
from sovereign_desktop.ui.layouts import column
from sovereign_desktop.ui.situation import Situation
from sovereign_desktop.ui.theme import set_text_color, theme
from sovereign_desktop.ui.windows.setting_form import heading, note
from sovereign_desktop.ui.windows.welcome_devices import follow, setting_rows
from sovereign_desktop.ui.windows.welcome_page import WelcomePage

HOTKEY = "activation.hotkey"
MATTERS = ("hotkey", "hotkey-talk")


class HotkeyPage(WelcomePage):
    """Says whether the key arrives, and why not when another program has it."""

    def __init__(self, bridge: Bridge) -> None:
        super().__init__(bridge)
        self.call(self.tr("Which key do you want to hold?"), self.tr("Hotkey"))
        self._trouble = ""
        self._has_arrived = False
        self.rows = setting_rows(bridge, HOTKEY)
        self.said = heading("", 1.2)
        self.said.setWordWrap(True)
        self.said.setTextFormat(Qt.TextFormat.PlainText)
        layout = column(12, of=self, margins=(0, 0, 0, 0))
        about = QLabel(
            self.tr(
                "Hold it in any program, speak, and let go. To choose another one, click into the field and press it;"
                " it is in force after a moment."
            ),
            wordWrap=True,
        )
        layout.addWidget(about)
        for line in self.rows:
            layout.addWidget(line)
        layout.addWidget(self.said)
        layout.addWidget(
            note(
                self.tr(
                    "On desktops that give programs no global keys, bind a key of the desktop’s own to"
                    " “sovereign-desktop --toggle”. A click on the tray icon does the same."
                )
            )
        )
        layout.addStretch(1)
        bridge.situation_changed.connect(self._situation)
        bridge.noticed.connect(self._noticed)
        bridge.notice_cleared.connect(self._cleared)

    def look(self) -> None:
        follow(self.bridge, self.rows)
        self._has_arrived = False
        self._show()

    def _situation(self, situation: Situation) -> None:
        if situation.state is TurnState.LISTENING and self.isVisible():
            self._has_arrived = True
        self._show()

    def _noticed(self, notice: Notice) -> None:
        if notice.key in MATTERS:
            self._trouble = f"{notice.text} {notice.remedy}".strip()
            self._show()

    def _cleared(self, key: str) -> None:
        if key in MATTERS:
            self._trouble = ""
            self._show()

    def _show(self) -> None:
        key = self.bridge.situation.hotkey
        if self._trouble:
            text, color = self._trouble, theme().listening
        elif self._has_arrived:
            text, color = self.tr("✓ It arrives. Let go, and go on."), theme().accent
        elif not self.bridge.situation.ready:
            text, color = self.tr("The new key is put in force …"), theme().faint
        else:
            text, color = self.tr("Press {key} now.").format(key=key), theme().text
        set_text_color(self.said, color)
        self.said.setText(text)
