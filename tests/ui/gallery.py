"""Pictures of everything that can be seen: `python -m tests.ui.gallery FOLDER`.

Shows the real windows around a played program; under a window system they are what a user sees.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPalette, QPixmap
from PySide6.QtWidgets import QApplication, QRadioButton, QWidget

from sovereign_desktop.app.key_desk import KeyEntry, KeyRing
from sovereign_desktop.core.dialogue import Outcome, TurnState
from sovereign_desktop.core.events import Notice, Severity, TurnEnded
from sovereign_desktop.ui.actions import Actions
from sovereign_desktop.ui.bridge import Bridge
from sovereign_desktop.ui.captions import Captions
from sovereign_desktop.ui.icons import face_icon
from sovereign_desktop.ui.situation import Face
from sovereign_desktop.ui.windows.caption import Caption
from sovereign_desktop.ui.windows.control import ControlWindow
from sovereign_desktop.ui.windows.latency import LatencyWindow
from sovereign_desktop.ui.windows.settings import KEYS, SettingsWindow
from sovereign_desktop.ui.windows.transcript import TranscriptWindow
from sovereign_desktop.ui.windows.welcome import WelcomeWindow
from tests.ui.stage import ANSWER, QUESTION, PlayedProgram, turn, waited_for

LEVELS = (-60, -52, -41, -30, -22, -19, -27, -38, -24, -16, -14, -20, -31, -26, -18, -23, -35, -29)
LONG = " ".join(f"{ANSWER} Sentence number {number} follows." for number in range(1, 9))
TURNS = (
    turn(1),
    turn(2, "Set a timer for ten minutes.", "A timer for ten minutes is running."),
    turn(3, "<b>bold</b> & <img src=x> stay what they are 🎈", "مرحبا! الساعة الآن التاسعة والثلث مساءً."),
    turn(4, "Tell me a long story.", "Once upon a time", Outcome.INTERRUPTED),
    turn(
        5, "What is the capital of Iceland?", "", Outcome.FAILED, "The language model did not answer within 20 seconds."
    ),
    turn(
        6, "And what is seventeen times twenty-three?", "Seventeen times twenty-three is three hundred and ninety-one."
    ),
)


def caption_scenes(program: PlayedProgram) -> Iterator[str]:
    """Plays a conversation; every yielded name is a moment to take a picture of."""
    program.goes(TurnState.LISTENING)
    program.hears(QUESTION[:48])
    yield "listening"
    program.goes(TurnState.THINKING)
    program.hears(QUESTION, is_final=True)
    yield "thinking"
    program.goes(TurnState.SPEAKING)
    program.says(ANSWER)
    yield "speaking"
    program.says(LONG)
    yield "long"
    program.bus.publish(TurnEnded("1", Outcome.ANSWERED, turn()))
    program.goes(TurnState.IDLE)
    yield "answered"
    program.goes(TurnState.LISTENING, "2")
    program.hears("ما الوقت الآن؟ <b>not bold</b> 🎈", "2", is_final=True)
    program.goes(TurnState.SPEAKING, "2")
    program.says("الساعة الآن التاسعة والثلث مساءً، وسيتوقف المطر قبل العاشرة بحسب التوقعات الجوية.", "2")
    yield "right-to-left"
    program.bus.publish(
        Notice(
            "microphone",
            "No sound at all arrives: the microphone is muted or not permitted, or a virtual one without sound.",
            Severity.ERROR,
            "Unmute it in the system’s sound settings, or plug in another one.",
        )
    )
    program.goes(TurnState.IDLE, "2")
    program.bus.publish(TurnEnded("2", Outcome.FAILED, None))
    yield "failed"


def paint_icons() -> QImage:
    """All faces in the sizes of panels, on a light and a dark one."""
    sizes, cell = (16, 22, 24, 32, 48), 190
    image = QImage(cell * len(Face), 2 * 76, QImage.Format.Format_RGB32)
    painter = QPainter(image)
    for row, background in enumerate(("#f2f2f4", "#1b1c20")):
        painter.fillRect(QRectF(0, row * 76, image.width(), 76), QColor(background))
        for column, face in enumerate(Face):
            left = column * cell + 12
            for size in sizes:
                painter.drawPixmap(left, row * 76 + (76 - size) // 2, face_icon(face).pixmap(size, size))
                left += size + 8
    painter.end()
    return image


def picture(widget: QWidget) -> QPixmap:
    """A window as it is now."""
    QApplication.processEvents()
    return widget.grab()


def use_scheme(scheme: Qt.ColorScheme) -> None:
    """Make the application light or dark, also where the platform can't be told."""
    QApplication.styleHints().setColorScheme(scheme)
    if QApplication.styleHints().colorScheme() != scheme:
        QApplication.setPalette(QPalette(QColor("#2b2d35" if scheme == Qt.ColorScheme.Dark else "#efeff2")))
    QApplication.processEvents()


def paint_all(folder: Path) -> list[Path]:
    """Write every picture; the files."""
    made: dict[str, QPixmap | QImage] = {"icons": paint_icons()}
    for scheme in (Qt.ColorScheme.Light, Qt.ColorScheme.Dark):
        use_scheme(scheme)
        made |= {f"{name}-{scheme.name.lower()}": pixmap for name, pixmap in _windows()}
    folder.mkdir(parents=True, exist_ok=True)
    for name, image in made.items():
        image.save(str(folder / f"{name}.png"))
    return [folder / f"{name}.png" for name in made]


def _windows() -> Iterator[tuple[str, QPixmap]]:
    program, bridge = PlayedProgram(), Bridge()
    bridge.attach(program)
    bridge.set_ready()
    control = ControlWindow(bridge, Actions(bridge), may_close=lambda: True)
    control.show()
    yield "control", picture(control)
    caption = Caption(bridge, Captions())
    for scene in caption_scenes(program):
        caption.refresh()
        program.sounds(*LEVELS)
        yield f"caption-{scene}", picture(caption)
    yield "control-trouble", picture(control)
    transcript = TranscriptWindow(bridge)
    bridge.recalled.emit(list(TURNS))
    transcript.show()
    yield "transcript", picture(transcript)
    latency = LatencyWindow(bridge)
    program.pings_ms = [21.0, 24.0, 19.0, 33.0, 22.0]
    bridge.recalled.emit(waited_for())
    latency.show()
    yield "latency", picture(latency)
    welcome = WelcomeWindow(bridge)
    welcome.show()
    yield "welcome-about", picture(welcome)
    welcome.next.click()
    welcome.pages[1].findChildren(QRadioButton)[2].click()
    bridge.tried.emit("There is no model called llama3.2 at the server. Pull it first.", False)
    yield "welcome-answers", picture(welcome)
    welcome.next.click()
    program.goes(TurnState.LISTENING, "9")
    program.sounds(*LEVELS)
    program.hears("What time is it?", "9", is_final=True)
    program.goes(TurnState.SPEAKING, "9")
    program.says("It is 8:38 PM.", "9")
    yield "welcome-question", picture(welcome)
    program.goes(TurnState.IDLE, "9")
    settings = SettingsWindow(bridge, Path.home() / ".config/sovereign-desktop/settings.yaml")
    settings.show()
    for number in range(settings.list.count()):
        settings.list.setCurrentRow(number)
        if settings.list.item(number).data(Qt.ItemDataRole.UserRole) == KEYS:
            bridge.keys_listed.emit(KeyRing((KeyEntry("my_server", ""), KeyEntry("openai", "the keyring"))))
        yield f"settings-{settings.list.item(number).text().lower().replace(' ', '-')}", picture(settings)
    settings.search.setText("silence")
    yield "settings-search", picture(settings)
    for window in (control, caption, transcript, latency, welcome, settings):
        window.hide()
        window.deleteLater()


if __name__ == "__main__":
    application = QApplication(sys.argv[:1])
    for path in paint_all(Path(sys.argv[1])):
        print(path)
