"""Microphone, loudspeaker and screen: what the system asks, and a try of each."""

from __future__ import annotations

from PySide6.QtWidgets import QCheckBox, QLabel, QWidget

from sovereign_desktop.ui.bridge import Bridge
from sovereign_desktop.ui.layouts import column
from sovereign_desktop.ui.permission_words import Permission, System, microphone, screen, system_of_now
from sovereign_desktop.ui.setting_pages import pages
from sovereign_desktop.ui.setting_words import translated
from sovereign_desktop.ui.windows.setting_form import SettingRow, note
from sovereign_desktop.ui.windows.setting_panels import ScreenPanel
from sovereign_desktop.ui.windows.sound_tests import SoundTests
from sovereign_desktop.ui.windows.welcome_page import WelcomePage

LOOKS = "screen_context.enabled"


class SoundPage(WelcomePage):
    """Which microphone and loudspeaker, and whether they work."""

    def __init__(self, bridge: Bridge, system: System | None = None) -> None:
        super().__init__(bridge)
        self.call(self.tr("Can it hear you?"), self.tr("Sound"))
        self.tests = SoundTests(bridge)
        layout = column(10, of=self, margins=(0, 0, 0, 0))
        for paragraph in _paragraphs(microphone(system or system_of_now())):
            layout.addWidget(paragraph)
        self.rows = setting_rows(bridge, "audio.input_device", "audio.output_device")
        for line in self.rows:
            layout.addWidget(line)
        layout.addWidget(self.tests)
        layout.addStretch(1)

    def look(self) -> None:
        follow(self.bridge, self.rows)


class ScreenPage(WelcomePage):
    """Whether it may look at the screen, and what it would tell of it."""

    def __init__(self, bridge: Bridge, system: System | None = None) -> None:
        super().__init__(bridge)
        self.call(self.tr("May it see your screen?"), self.tr("Screen"))
        self.allow = QCheckBox(self.tr("Look at the screen from now on"))
        self.allow.clicked.connect(lambda on: bridge.change_setting(LOOKS, on))
        self.panel = ScreenPanel(bridge)
        layout = column(10, of=self, margins=(0, 0, 0, 0))
        about = QLabel(
            self.tr(
                "It is off until you allow it. Text is read on this computer; passwords, keys, numbers of cards and the"
                " like are replaced before anything else sees it, and password managers, banking and private windows"
                " are left out. A model is told of it only with a question."
            ),
            wordWrap=True,
        )
        layout.addWidget(about)
        for paragraph in _paragraphs(screen(system or system_of_now())):
            layout.addWidget(paragraph)
        layout.addWidget(self.allow)
        layout.addWidget(self.panel)
        layout.addStretch(1)
        bridge.settings_changed.connect(self.look)

    def look(self) -> None:
        if (settings := self.bridge.settings) is not None:
            self.allow.setChecked(settings.screen_context.enabled)


def setting_rows(bridge: Bridge, *keys: str) -> list[SettingRow]:
    """The same rows as in the settings window; `follow` keeps them right."""
    entries = {entry.key: entry for page in translated(pages()) for entry in page.entries}
    rows = [SettingRow(bridge, entries[key]) for key in keys]
    bridge.settings_changed.connect(lambda: follow(bridge, rows))
    bridge.setting_refused.connect(lambda key, why: _refuse(rows, key, why))
    return rows


def follow(bridge: Bridge, rows: list[SettingRow]) -> None:
    """Show the settings as they are kept now."""
    if (settings := bridge.settings) is not None:
        tree = settings.model_dump(mode="json")
        for line in rows:
            line.follow(tree, bridge.fixed_by(line.entry.key))


def _refuse(rows: list[SettingRow], key: str, why: str) -> None:
    for line in rows:
        if line.entry.key == key:
            line.refuse(why)


def _paragraphs(permission: Permission) -> list[QWidget]:
    return [QLabel(permission.asked, wordWrap=True), note(permission.refused), note(permission.change)]
