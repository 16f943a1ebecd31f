"""The colours are those of the system, are readable, and change with it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QApplication, QLabel, QWidget

from sovereign_desktop.ui.theme import DARK, LIGHT, Theme, contrast, set_text_color, theme
from tests.ui.conftest import dark_windows

ROLES = QPalette.ColorRole


@pytest.fixture
def plain(application: QApplication) -> Iterator[None]:
    before = application.palette()
    yield
    application.setPalette(before)


def high_contrast(background: str, text: str, link: str) -> QPalette:
    palette = QPalette(QColor(background))
    for role in (ROLES.Window, ROLES.Base, ROLES.Button):
        palette.setColor(role, QColor(background))
    for role in (ROLES.WindowText, ROLES.Text, ROLES.ButtonText):
        palette.setColor(role, QColor(text))
    palette.setColor(ROLES.Link, QColor(link))
    return palette


@pytest.mark.parametrize("colors", [LIGHT, DARK])
@pytest.mark.parametrize("behind", ["surface", "card"])
@pytest.mark.parametrize("written", ["text", "faint", "accent", "listening"])
def test_what_is_written_can_be_read(colors: Theme, behind: str, written: str) -> None:
    assert contrast(QColor(getattr(colors, written)), QColor(getattr(colors, behind))) >= 4.5


def test_black_on_white_is_the_most_there_is() -> None:
    assert contrast(QColor("black"), QColor("white")) == pytest.approx(21)
    assert contrast(QColor("red"), QColor("red")) == 1


@pytest.mark.usefixtures("plain")
@pytest.mark.parametrize(("background", "text", "link"), [("black", "white", "yellow"), ("white", "black", "#0000c0")])
def test_high_contrast_knows_the_systems_colours_only(
    application: QApplication, background: str, text: str, link: str
) -> None:
    application.setPalette(high_contrast(background, text, link))
    colors = theme()
    assert colors.is_dark is (background == "black")
    assert {colors.surface, colors.card} == {QColor(background).name()}
    assert {colors.text, colors.faint, colors.border} == {QColor(text).name()}
    assert colors.accent == QColor(link).name()


@pytest.mark.usefixtures("plain")
def test_a_link_that_can_hardly_be_read_is_written_as_text(application: QApplication) -> None:
    application.setPalette(high_contrast("black", "white", "#400040"))
    assert theme().accent == "#ffffff"


def test_a_text_changes_its_colour_with_the_theme(application: QApplication) -> None:
    window = QWidget()
    label = QLabel("words", window)
    set_text_color(label, theme().accent)
    set_text_color(label, theme().faint)
    window.show()
    assert label.palette().color(ROLES.WindowText).name() == LIGHT.faint, "before"
    with dark_windows():
        application.processEvents()
        assert theme() is DARK
        assert label.palette().color(ROLES.WindowText).name() == DARK.faint
    application.processEvents()
    assert label.palette().color(ROLES.WindowText).name() == LIGHT.faint
