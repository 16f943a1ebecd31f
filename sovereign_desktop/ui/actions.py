"""What can be done with the mouse, once for all menus and buttons, enabled by the situation."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu

from sovereign_desktop.core.events import ScreenState, Window
from sovereign_desktop.ui.bridge import Bridge
from sovereign_desktop.ui.recent_answers import RecentAnswers
from sovereign_desktop.ui.situation import Situation


class Actions(QObject):
    """The entries of the menu. Those of a turn go to the bridge, those that open windows to whoever has them."""

    window_requested = Signal(object)
    quit_requested = Signal()

    def __init__(self, bridge: Bridge) -> None:
        super().__init__()
        self._bridge = bridge
        self.talk = self._action(bridge.talk)
        self.stop = self._action(bridge.stop)
        self.answer = self._action(bridge.answer_pending)
        self.discard = self._action(bridge.discard_pending)
        self.lift = self._action(bridge.lift_limit)
        self.mute = self._action(self._mute)
        self.mute.setCheckable(True)
        self.screen = self._action(self._look)
        self.screen.setCheckable(True)
        self.transcript = self._opens(Window.TRANSCRIPT)
        self.latency = self._opens(Window.LATENCY)
        self.memory = self._opens(Window.MEMORY)
        self.settings = self._opens(Window.SETTINGS)
        self.migration = self._opens(Window.MIGRATION)
        self.welcome = self._opens(Window.WELCOME)
        self.help = self._opens(Window.HELP)
        self._windows = (
            self.transcript,
            self.latency,
            self.memory,
            self.settings,
            self.migration,
            self.welcome,
            self.help,
        )
        self.recent = RecentAnswers(bridge)
        self.update = self._action(bridge.get_update)
        self.quit = self._action(self.quit_requested.emit)
        bridge.situation_changed.connect(self._show)
        self.speak()

    def speak(self) -> None:
        """Say everything in the language of now."""
        self.stop.setText(self.tr("Stop"))
        self.answer.setText(self.tr("Answer what was not answered"))
        self.discard.setText(self.tr("Discard what was not answered"))
        self.mute.setText(self.tr("Mute"))
        self.transcript.setText(self.tr("Transcript"))
        self.latency.setText(self.tr("Latency"))
        self.memory.setText(self.tr("Memory"))
        self.migration.setText(self.tr("Migration"))
        self.welcome.setText(self.tr("Welcome"))
        self.settings.setText(self.tr("Settings"))
        self.help.setText(self.tr("Help"))
        self.recent.speak()
        self.quit.setText(self.tr("Quit"))
        self._show(self._bridge.situation)

    def menu(self) -> QMenu:
        """A new menu with all of them; whoever asks keeps it."""
        menu = QMenu()
        menu.addActions([self.talk, self.stop])
        menu.addActions([self.answer, self.discard, self.lift])
        menu.addSeparator()
        menu.addActions([self.mute, self.screen])
        menu.addSeparator()
        menu.addMenu(self.recent)
        menu.addActions(self._windows)
        menu.addSeparator()
        menu.addActions([self.update, self.quit])
        return menu

    def _action(self, receiver: Callable[[], object]) -> QAction:
        action = QAction(self)
        action.triggered.connect(lambda _checked=False: receiver())
        return action

    def _opens(self, window: Window) -> QAction:
        return self._action(lambda: self.window_requested.emit(window))

    def _mute(self) -> None:
        wished = self.mute.isChecked()
        self.mute.setChecked(not wished)  # it shows what is so, and that is for the program to say
        self._bridge.mute(wished)

    def _look(self) -> None:
        wished = self.screen.isChecked()
        self.screen.setChecked(not wished)
        self._bridge.look(wished)

    def _show(self, situation: Situation) -> None:
        self.talk.setText(situation.talk_label)
        self.talk.setEnabled(situation.can_talk)
        self.stop.setEnabled(situation.can_stop)
        for action in (self.answer, self.discard):
            action.setVisible(situation.ready and situation.unanswered > 0)
        self.answer.setEnabled(situation.can_answer_pending)
        self.lift.setText(situation.lift_label)
        self.lift.setVisible(situation.ready and bool(situation.limit))
        self.update.setText(self.tr("Get version {version}").format(version=situation.update))
        self.update.setVisible(situation.ready and bool(situation.update))
        self.mute.setEnabled(situation.ready)
        self.mute.setChecked(situation.muted)
        self.screen.setEnabled(situation.ready)
        self.screen.setChecked(situation.screen is not ScreenState.OFF)
        self.screen.setText(situation.screen_label)
        for action in self._windows:
            action.setEnabled(situation.ready)
