"""What can be done with the mouse, once for all menus and buttons, enabled by the situation."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu

from sovereign_desktop.core.events import ScreenState, Window
from sovereign_desktop.ui.bridge import Bridge
from sovereign_desktop.ui.situation import Situation


class Actions(QObject):
    """The entries of the menu. Those of a turn go to the bridge, those that open windows to whoever has them."""

    window_requested = Signal(object)
    quit_requested = Signal()

    def __init__(self, bridge: Bridge) -> None:
        super().__init__()
        self._bridge = bridge
        self.talk = self._action("Talk", bridge.talk)
        self.stop = self._action("Stop", bridge.stop)
        self.answer = self._action("Answer what was not answered", bridge.answer_pending)
        self.discard = self._action("Discard what was not answered", bridge.discard_pending)
        self.lift = self._action("Spend more", bridge.lift_limit)
        self.mute = self._action("Mute", self._mute)
        self.mute.setCheckable(True)
        self.screen = self._action("Screen awareness", self._look)
        self.screen.setCheckable(True)
        self.transcript = self._action("Transcript", lambda: self.window_requested.emit(Window.TRANSCRIPT))
        self.latency = self._action("Latency", lambda: self.window_requested.emit(Window.LATENCY))
        self.welcome = self._action("Welcome", lambda: self.window_requested.emit(Window.WELCOME))
        self.migration = self._action("Migration", lambda: self.window_requested.emit(Window.MIGRATION))
        self.settings = self._action("Settings", lambda: self.window_requested.emit(Window.SETTINGS))
        self.quit = self._action("Quit", self.quit_requested.emit)
        bridge.situation_changed.connect(self._show)
        self._show(bridge.situation)

    def menu(self) -> QMenu:
        """A new menu with all of them; whoever asks keeps it."""
        menu = QMenu()
        menu.addActions([self.talk, self.stop])
        menu.addActions([self.answer, self.discard, self.lift])
        menu.addSeparator()
        menu.addActions([self.mute, self.screen])
        menu.addSeparator()
        menu.addActions([self.transcript, self.latency, self.settings, self.migration, self.welcome])
        menu.addSeparator()
        menu.addAction(self.quit)
        return menu

    def _action(self, text: str, receiver: Callable[[], object]) -> QAction:
        action = QAction(text, self)
        action.triggered.connect(lambda _checked=False: receiver())
        return action

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
        self.mute.setEnabled(situation.ready)
        self.mute.setChecked(situation.muted)
        self.screen.setEnabled(situation.ready)
        self.screen.setChecked(situation.screen is not ScreenState.OFF)
        self.screen.setText(situation.screen_label)
        for action in (self.transcript, self.latency, self.settings, self.migration, self.welcome):
            action.setEnabled(situation.ready)
