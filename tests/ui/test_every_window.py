"""Every window can be used with the keyboard and by a screen reader, in every language and with large letters."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt, QTranslator
from PySide6.QtGui import QAccessible, QFont
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QKeySequenceEdit,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QRadioButton,
    QWidget,
)

from sovereign_desktop.ui.translation import ENGLISH, TRANSLATED, use_language
from sovereign_desktop.ui.windows.growing_text import GrowingText
from tests.ui.every_window import SCENES, Scene, make

CONTROLS = (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSpinBox,
    QComboBox,
    QKeySequenceEdit,
    QLineEdit,
    QPlainTextEdit,
)
LARGE = 1.5
WORD = re.compile(r"[^\s\-\u2e80-\uffef]+")
KEY = re.compile(r"[a-z0-9_.:/\-]+|(?=.*[0-9])[A-Za-z0-9_.:/\-]+")
"""How settings, models and the like are called in the file."""


class Marked(QTranslator):
    """A language in which every text shows that it was translated."""

    def translate(self, context: str, text: str, disambiguation: str | None = None, n: int = -1) -> str:
        return f"⟦{text}⟧"

    def isEmpty(self) -> bool:  # noqa: N802 - Qt calls it
        return False


def controls(window: QWidget) -> list[QWidget]:
    """What a user can do something with, outermost only: not the field inside a spin box."""
    found: list[QWidget] = []
    for widget in window.findChildren(QWidget):
        inner = any(parent in found for parent in _parents(widget))
        if isinstance(widget, CONTROLS) and widget.isVisible() and widget.isEnabled() and not inner:
            found.append(widget)
    return found


def _parents(widget: QWidget) -> Iterator[QWidget]:
    while (parent := widget.parentWidget()) is not None:
        yield parent
        widget = parent


def name_of(widget: QWidget) -> str:
    interface = QAccessible.queryAccessibleInterface(widget)
    return interface.text(QAccessible.Text.Name) if interface is not None else ""


def described(widget: QWidget) -> str:
    return f"{type(widget).__name__} {name_of(widget)!r} in {type(widget.parentWidget()).__name__}"


@pytest.mark.parametrize("scene", SCENES, ids=lambda scene: scene.name)
def test_controls_have_names_tab_leads_to_all_of_them_and_texts_are_translated(
    scene: Scene, application: QApplication
) -> None:
    translator = Marked()
    application.installTranslator(translator)
    window = make(scene)
    window.show()
    window.activateWindow()
    for view in scene.views(window):
        application.processEvents()
        assert window.windowTitle(), view
        nameless = [described(widget) for widget in controls(window) if not name_of(widget).strip()]
        assert (view, nameless) == (view, [])
        assert (view, missed_by_tab(window, application)) == (view, [])
        assert (view, not_translated(window)) == (view, set())
    window.close()
    window.deleteLater()
    application.removeTranslator(translator)


def test_a_control_without_a_name_would_be_found(application: QApplication) -> None:
    window = QWidget()
    nameless = QLineEdit(window)
    window.show()
    assert [described(widget) for widget in controls(window) if not name_of(widget)] == [described(nameless)]


def missed_by_tab(window: QWidget, application: QApplication) -> list[str]:
    """The controls that are not reached."""
    wanted = controls(window)
    reached: list[QWidget] = []
    for _ in range(4 * len(wanted) + 10):
        focus = window.focusWidget() or window
        if len(reached) > 1 and focus is reached[0]:
            break
        reached.append(focus)
        QTest.keyClick(focus, Qt.Key.Key_Tab)
        application.processEvents()
    return [described(widget) for widget in wanted if not _is_reached(widget, reached)]


def _is_reached(widget: QWidget, reached: list[QWidget]) -> bool:
    """One of several radio buttons is enough: the arrows lead to the others."""
    if isinstance(widget, QRadioButton):
        return any(isinstance(one, QRadioButton) and one.parentWidget() is widget.parentWidget() for one in reached)
    return any(one is widget or widget.isAncestorOf(one) for one in reached)


@pytest.fixture(params=[ENGLISH, *TRANSLATED])
def large_letters(request: pytest.FixtureRequest, application: QApplication) -> Iterator[str]:
    """A language, with letters of 150 %."""
    before = application.font()
    larger = QFont(before)
    larger.setPointSizeF(before.pointSizeF() * LARGE)
    application.setFont(larger)
    use_language(request.param)
    yield request.param
    application.setFont(before)
    use_language(ENGLISH)


def cut_off(window: QWidget) -> Iterator[str]:
    """The texts for which there is less room than they want."""
    for widget in window.findChildren(QWidget):
        if not widget.isVisible() or isinstance(widget.parentWidget(), QLineEdit):  # Qt's own button in a field
            continue
        if isinstance(widget, QLabel) and widget.text() and widget.wordWrap():
            if widget.heightForWidth(widget.width()) > widget.height() + 1 or _longest_word(widget) > widget.width():
                yield f"{widget.text()!r}: {widget.size().toTuple()}"
        elif isinstance(widget, QLabel | QAbstractButton | QComboBox | QAbstractSpinBox) and not _is_bare(widget):
            wanted = widget.minimumSizeHint() if isinstance(widget, QComboBox) else widget.sizeHint()
            if wanted.width() > widget.width() + 1 or wanted.height() > widget.height() + 1:
                yield f"{described(widget)}: {widget.size().toTuple()} of {wanted.toTuple()}"
        elif isinstance(widget, QLineEdit) and widget.placeholderText() and not widget.text():
            wanted_width = widget.fontMetrics().horizontalAdvance(widget.placeholderText())
            if wanted_width > widget.width():
                yield f"{widget.placeholderText()!r}: {widget.width()} of {wanted_width}"


def _is_bare(widget: QWidget) -> bool:
    """A label without a text."""
    return isinstance(widget, QLabel) and not widget.text()


def _longest_word(label: QLabel) -> int:
    """Lines break at spaces and hyphens, and between any two Chinese characters."""
    words = WORD.findall(label.text())
    return max((label.fontMetrics().horizontalAdvance(word) for word in words), default=0)


@pytest.mark.parametrize("scene", SCENES, ids=lambda scene: scene.name)
def test_no_text_is_cut_off_at_150_percent(scene: Scene, large_letters: str, application: QApplication) -> None:
    window = make(scene)
    window.show()
    for view in scene.views(window):
        for _ in range(3):
            application.processEvents()
        assert (view, list(cut_off(window))) == (view, [])
    window.close()
    window.deleteLater()


def test_a_text_that_is_cut_off_would_be_found(application: QApplication) -> None:
    window = QWidget()
    label = QLabel("A text that needs more room", window)
    label.setFixedSize(20, 10)
    window.show()
    assert len(list(cut_off(window))) == 1


def texts(window: QWidget) -> Iterator[str]:
    """Everything of a window that is read, seen or heard, and was not typed by anybody."""
    yield window.windowTitle()
    for widget in window.findChildren(QWidget):
        if widget.isHidden():
            continue
        yield widget.toolTip()
        if not isinstance(widget, GrowingText):  # it speaks what was said
            yield widget.accessibleName()
        if isinstance(widget, QLabel | QAbstractButton):
            yield widget.text()
        elif isinstance(widget, QLineEdit):
            yield widget.placeholderText()


UNTRANSLATED = (
    "Sovereign Desktop",
    "First steps",
    "👍",
    "👎",
    "↺",
    "○",
    "✓",
    "…",
    "openai",
    "USB",
    "English",
    "Deutsch",
    "简体中文",
    "/home/user",
)
"""Names, signs, and what users have: no language says them otherwise."""


def not_translated(window: QWidget) -> set[str]:
    """Texts that would be the same in every language."""
    return {text for text in texts(window) if "⟦" not in text and _is_said(text)}


def _is_said(text: str) -> bool:
    """Whether it is neither empty, nor a sign, nor the name of something."""
    has_letters = any(sign.isalpha() for sign in text)
    return has_letters and not text.startswith(UNTRANSLATED) and not KEY.fullmatch(text)


def test_a_text_that_is_not_translated_would_be_found(application: QApplication) -> None:
    assert not_translated(QLabel("Nobody translated this")) == set()
    window = QWidget()
    QLabel("Nobody translated this", window)
    assert not_translated(window) == {"Nobody translated this"}
