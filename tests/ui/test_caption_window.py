from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor, QGuiApplication
from PySide6.QtTest import QTest

from sovereign_desktop.core.dialogue import Outcome, TurnState
from sovereign_desktop.core.events import Notice, NoticeCleared, TurnEnded
from sovereign_desktop.ui.bridge import Bridge
from sovereign_desktop.ui.captions import Captions
from sovereign_desktop.ui.theme import DARK, LIGHT
from sovereign_desktop.ui.windows.caption import Caption
from sovereign_desktop.ui.windows.floating_panel import FloatingPanel
from sovereign_desktop.ui.windows.level_meter import loudness
from tests.ui.conftest import dark_windows, eventually
from tests.ui.stage import ANSWER, QUESTION, PlayedProgram


@pytest.fixture
def caption(bridge: Bridge) -> Caption:
    return Caption(bridge, Captions())


def shown(caption: Caption) -> dict[str, str]:
    """The texts that can be seen, by what they are to a screen reader."""
    return {
        text.accessibleDescription(): text.accessibleName()
        for text in caption.findChildren(type(caption._said))
        if text.isVisible()
    }


def test_it_opens_by_itself_and_shows_the_words_as_they_grow(caption: Caption, program: PlayedProgram) -> None:
    assert not caption.isVisible()
    program.goes(TurnState.LISTENING)
    eventually(caption.isVisible)
    for words in ("what", "what time", QUESTION):
        program.hears(words)
        eventually(lambda words=words: shown(caption) == {"What you said": words})
    program.goes(TurnState.SPEAKING)
    program.says(ANSWER)
    eventually(lambda: shown(caption) == {"What you said": QUESTION, "What the assistant says": ANSWER})


def test_it_never_asks_for_the_focus(caption: Caption, program: PlayedProgram) -> None:
    program.goes(TurnState.LISTENING)
    eventually(caption.isVisible)
    assert caption.testAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating)
    assert caption.windowFlags() & Qt.WindowType.WindowDoesNotAcceptFocus
    assert QGuiApplication.focusWindow() is None


def test_a_burst_of_changes_is_laid_out_once(
    caption: Caption, program: PlayedProgram, monkeypatch: pytest.MonkeyPatch
) -> None:
    layouts: list[int] = []
    monkeypatch.setattr(caption, "appear", layouts.append)
    program.goes(TurnState.SPEAKING)
    for length in range(200):
        program.says("word " * length)
    eventually(lambda: bool(layouts))
    assert len(layouts) == 1


def test_markup_is_shown_as_it_is_said(caption: Caption, program: PlayedProgram) -> None:
    program.goes(TurnState.LISTENING)
    program.hears("<b>bold</b><img src='file:///etc/passwd'>")
    caption.refresh()
    marked = caption._heard.grab().toImage()
    program.hears("bold")
    caption.refresh()
    assert marked.width() == caption._heard.width()
    assert marked != caption._heard.grab().toImage()
    assert ink_columns(marked) > 2 * ink_columns(caption._heard.grab().toImage())


def ink_columns(image: object) -> int:
    """How many columns of a picture of text hold ink."""
    background = image.pixelColor(image.width() - 1, 0)  # type: ignore[attr-defined]
    return sum(
        any(image.pixelColor(x, y) != background for y in range(image.height()))  # type: ignore[attr-defined]
        for x in range(image.width())  # type: ignore[attr-defined]
    )


def test_a_long_answer_shows_its_end_and_does_not_outgrow_the_screen(caption: Caption, program: PlayedProgram) -> None:
    program.goes(TurnState.SPEAKING)
    program.says(ANSWER)
    caption.refresh()
    bottom, short = caption.geometry().bottom(), caption.height()
    program.says("a" * 1_000_000 + " " + "word " * 3000 + "the end")
    caption.refresh()
    assert caption._said.text.endswith("the end")
    assert short < caption.height() < 320
    assert caption.geometry().bottom() == bottom, "it grows upwards"


def test_a_word_that_is_wider_than_the_caption_is_broken(caption: Caption, program: PlayedProgram) -> None:
    program.goes(TurnState.SPEAKING)
    program.says("short")
    caption.refresh()
    one_line = caption._said.height()
    program.says("http" + "s" * 200)
    caption.refresh()
    assert caption._said.height() > 1.5 * one_line


def test_it_stands_at_the_bottom_in_the_middle(caption: Caption, program: PlayedProgram) -> None:
    program.goes(TurnState.LISTENING)
    caption.refresh()
    area = caption.screen().availableGeometry()
    assert abs(caption.geometry().center().x() - area.center().x()) <= 1
    assert area.contains(caption.geometry())
    assert area.bottom() - caption.geometry().bottom() < 80


def test_a_drag_moves_it_for_good_and_does_not_close_it(caption: Caption, program: PlayedProgram) -> None:
    program.goes(TurnState.LISTENING)
    caption.refresh()
    before = caption.pos()
    grip = QPoint(30, 12)
    QTest.mousePress(caption, Qt.MouseButton.LeftButton, pos=grip)
    QTest.mouseMove(caption, grip + QPoint(-60, -90))
    QTest.mouseRelease(caption, Qt.MouseButton.LeftButton, pos=grip)
    assert caption.pos() == before + QPoint(-60, -90)
    program.hears(QUESTION * 2)
    caption.refresh()
    assert caption.isVisible()
    assert caption.pos().x() == before.x() - 60


@pytest.mark.parametrize("way", ["click", "Esc"])
def test_a_click_or_esc_closes_it_for_this_turn(caption: Caption, program: PlayedProgram, way: str) -> None:
    program.goes(TurnState.LISTENING)
    caption.refresh()
    if way == "click":
        QTest.mouseClick(caption, Qt.MouseButton.LeftButton, pos=QPoint(30, 12))
    else:
        QTest.keyClick(caption, Qt.Key.Key_Escape)
    assert not caption.isVisible()
    program.says(ANSWER)
    caption.refresh()
    assert not caption.isVisible()


def test_after_the_end_it_fades_and_goes() -> None:
    panel = FloatingPanel(200)
    gone: list[bool] = []
    panel.dismissed.connect(lambda: gone.append(True))
    panel.appear(1)
    eventually(lambda: bool(gone))
    assert panel.windowOpacity() == 0.0


def test_the_pointer_over_it_keeps_it_there() -> None:
    panel = FloatingPanel(200)
    panel.setAttribute(Qt.WidgetAttribute.WA_UnderMouse)
    panel.appear(0)
    assert not panel._lingering.isActive()
    panel.setAttribute(Qt.WidgetAttribute.WA_UnderMouse, on=False)
    panel.appear(0)
    assert panel._lingering.isActive()


def test_a_new_turn_stops_the_fading(caption: Caption, program: PlayedProgram) -> None:
    program.goes(TurnState.LISTENING)
    program.goes(TurnState.IDLE)
    program.bus.publish(TurnEnded("1", Outcome.CANCELLED, None))
    caption.refresh()
    caption._fade()
    eventually(lambda: caption.windowOpacity() < 1.0)
    program.goes(TurnState.LISTENING, "2")
    eventually(lambda: caption.windowOpacity() == 1.0)
    assert caption.isVisible()


def test_a_notice_opens_it_and_goes_with_its_matter(caption: Caption, program: PlayedProgram) -> None:
    program.bus.publish(Notice("disk", "The disk is full.", remedy="Make room."))
    eventually(caption.isVisible)
    assert shown(caption) == {"Notice": "The disk is full.", "What to do": "Make room."}
    program.bus.publish(NoticeCleared("disk"))
    eventually(lambda: not caption.isVisible())


def test_the_meter_moves_while_listening_and_is_gone_after(caption: Caption, program: PlayedProgram) -> None:
    program.goes(TurnState.LISTENING)
    caption.refresh()
    silent = caption._meter.grab().toImage()
    program.sounds(-60.0, -20.0, -15.0)
    assert caption._meter.grab().toImage() != silent
    program.goes(TurnState.THINKING)
    caption.refresh()
    assert not caption._meter.isVisible()


def test_loudness_is_a_share_of_what_voices_do() -> None:
    assert [loudness(dbfs) for dbfs in (-120.0, -55.0, -33.5, -12.0, 0.0)] == [0.0, 0.0, 0.5, 1.0, 1.0]


def test_it_follows_the_system_into_the_dark(caption: Caption, program: PlayedProgram) -> None:
    program.goes(TurnState.SPEAKING)
    program.says(ANSWER)
    caption.refresh()
    assert corner(caption) == QColor(LIGHT.surface)
    with dark_windows():
        assert corner(caption) == QColor(DARK.surface)
        eventually(lambda: caption._said.palette().windowText().color() == QColor(DARK.text))
    eventually(lambda: caption._said.palette().windowText().color() == QColor(LIGHT.text))


def corner(caption: Caption) -> QColor:
    return caption.grab().toImage().pixelColor(caption.width() // 2, 6)
