"""One QApplication without a screen for the whole room, and a fresh played program for every test."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QDeadlineTimer, QEvent
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QApplication, QDialog

from sovereign_desktop.ui.bridge import Bridge
from sovereign_desktop.ui.translation import ENGLISH, use_language
from tests.ui.stage import PlayedDevices, PlayedProgram


@pytest.fixture(scope="session")
def application() -> QApplication:
    application = QApplication.instance() or _without_a_screen()
    assert isinstance(application, QApplication)
    application.setQuitOnLastWindowClosed(False)
    return application


def _without_a_screen() -> QApplication:
    """Qt reads the variable once; the programs that other rooms start must not find it."""
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("QT_QPA_PLATFORM", "offscreen")
        return QApplication(["tests"])


@pytest.fixture(autouse=True)
def _nothing_is_left(application: QApplication) -> Iterator[None]:
    """Windows that a test made do not live to see the next, and neither does its language."""
    yield
    use_language(ENGLISH)
    for window in application.topLevelWidgets():
        window.hide()
        # What plots keep at the top level is theirs: deleted twice, it takes the interpreter along.
        if type(window).__module__.startswith("sovereign_desktop") or isinstance(window, QDialog):
            window.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    application.processEvents()


@pytest.fixture(autouse=True)
def _what_is_qts_ends_on_this_thread(application: QApplication) -> Iterator[None]:
    """As in the program (`ui.garbage`): what a test left is collected here, not by whichever thread allocates next."""
    gc.disable()
    try:
        yield
    finally:
        gc.collect(0)
        gc.enable()


@pytest.fixture(autouse=True)
def _own_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The places of windows and what else they keep are none of the user's who runs the tests."""
    monkeypatch.setenv("SOVEREIGN_HOME", str(tmp_path / "home"))


@pytest.fixture
def program() -> PlayedProgram:
    return PlayedProgram()


@pytest.fixture
def devices() -> PlayedDevices:
    return PlayedDevices()


@pytest.fixture
def bridge(program: PlayedProgram, devices: PlayedDevices) -> Bridge:
    """A bridge to the program, which has started."""
    bridge = Bridge()
    bridge.devices.watch = devices.watch
    bridge.attach(program)
    bridge.set_ready()
    return bridge


def eventually(claim: Callable[[], bool], deadline_ms: int = 2000) -> None:
    """Serve Qt's events until the claim holds."""
    deadline = QDeadlineTimer(deadline_ms)
    while not claim():
        assert not deadline.hasExpired(), "it did not come true in time"
        QCoreApplication.processEvents()


@contextmanager
def dark_windows() -> Iterator[None]:
    """A dark system inside the block."""
    before = QApplication.palette()
    QApplication.setPalette(QPalette(QColor("#2b2d35")))
    try:
        yield
    finally:
        QApplication.setPalette(before)
