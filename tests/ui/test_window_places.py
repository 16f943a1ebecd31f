"""Windows come back to where they were, and to where they can be seen."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QRect
from PySide6.QtWidgets import QApplication, QWidget

from sovereign_desktop.core.events import Window
from sovereign_desktop.ui.window_places import WindowPlaces, visible

LEFT, RIGHT = QRect(0, 0, 1920, 1080), QRect(1920, 0, 1280, 1024)


@pytest.mark.parametrize(
    ("wished", "shown"),
    [
        (QRect(100, 100, 800, 600), QRect(100, 100, 800, 600)),
        (QRect(2000, 100, 800, 600), QRect(2000, 100, 800, 600)),
        (QRect(1800, 900, 800, 600), QRect(1800, 900, 800, 600)),
        (QRect(5000, 100, 800, 600), QRect(1120, 100, 800, 600)),
        (QRect(-790, 100, 800, 600), QRect(0, 100, 800, 600)),
        (QRect(100, -500, 800, 600), QRect(100, 0, 800, 600)),
        (QRect(100, 1079, 800, 600), QRect(100, 480, 800, 600)),
        (QRect(9000, 9000, 4000, 3000), QRect(0, 0, 1920, 1080)),
    ],
    ids=["seen", "on the second", "half below", "monitor gone", "left of all", "title above", "below", "too large"],
)
def test_a_window_is_shown_where_it_can_be_taken_hold_of(wished: QRect, shown: QRect) -> None:
    assert visible(wished, [LEFT, RIGHT]) == shown


def test_without_the_second_monitor_its_windows_come_to_the_first() -> None:
    assert LEFT.contains(visible(QRect(2500, 200, 700, 500), [LEFT]))


def test_a_place_is_kept_from_one_start_to_the_next(application: QApplication, tmp_path: Path) -> None:
    file = tmp_path / "windows.json"
    screen = application.primaryScreen().availableGeometry()
    place = QRect(screen.left() + 33, screen.top() + 44, 321, 234)
    first = QWidget()
    WindowPlaces(file).keep(Window.SETTINGS, first)
    first.setGeometry(place)
    first.show()
    first.hide()
    later = QWidget()
    WindowPlaces(file).keep(Window.SETTINGS, later)
    assert later.geometry() == place
    first.deleteLater()
    later.deleteLater()


@pytest.mark.parametrize(
    "text", ["", "[]", "{", '{"settings": [1, 2]}', '{"settings": [1, 2, 3, "4"]}', '{"settings": [1e99, 0, 0, 0]}']
)
def test_a_file_that_makes_no_sense_is_as_none(application: QApplication, tmp_path: Path, text: str) -> None:
    file = tmp_path / "windows.json"
    file.write_text(text)
    window = QWidget()
    before = window.geometry()
    WindowPlaces(file).keep(Window.SETTINGS, window)
    assert window.geometry() == before
    window.deleteLater()


def test_a_window_that_is_left_on_a_monitor_that_goes_is_brought_into_view(
    application: QApplication, tmp_path: Path
) -> None:
    places, window = WindowPlaces(tmp_path / "windows.json"), QWidget()
    places.keep(Window.SETTINGS, window)
    window.setGeometry(20_000, 20_000, 300, 200)
    window.show()
    places._bring_into_view()
    assert application.primaryScreen().availableGeometry().intersects(window.geometry())
    window.hide()
    window.deleteLater()
