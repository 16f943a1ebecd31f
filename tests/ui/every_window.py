"""One of every window there is, with something in it. A new window is added here, and every test of windows sees it.

As a program it shows them all on a real screen: `python -m tests.ui.every_window`; with a folder and `light` or
`dark` it writes pictures of them there (`tests.desktop.screenshots` does that for the help).
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from unittest.mock import patch

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPalette
from PySide6.QtWidgets import QApplication, QRadioButton, QWidget

from sovereign_desktop.app.key_desk import KeyEntry, KeyRing
from sovereign_desktop.app.memory_desk import Found, Use
from sovereign_desktop.app.migration_desk import MigrationDesk
from sovereign_desktop.context.base import Redaction, Tier
from sovereign_desktop.context.manifest import Disclosure, Entry, Fate, Manifest, Sent, packed
from sovereign_desktop.core.dialogue import Outcome, TurnState
from sovereign_desktop.core.events import Notice, ReplySpoken, Severity, SpeechRecognised
from sovereign_desktop.memory.records import Memory, Source
from sovereign_desktop.ui import bridge as bridges
from sovereign_desktop.ui.actions import Actions
from sovereign_desktop.ui.bridge import Bridge
from sovereign_desktop.ui.captions import Captions
from sovereign_desktop.ui.icons import face_icon
from sovereign_desktop.ui.setting_pages import pages
from sovereign_desktop.ui.situation import Face
from sovereign_desktop.ui.translation import ENGLISH, use_language
from sovereign_desktop.ui.windows.caption import Caption
from sovereign_desktop.ui.windows.control import ControlWindow
from sovereign_desktop.ui.windows.help import HelpWindow
from sovereign_desktop.ui.windows.latency import LatencyWindow
from sovereign_desktop.ui.windows.memory import MemoryWindow
from sovereign_desktop.ui.windows.problem import report_box
from sovereign_desktop.ui.windows.settings import SettingsWindow
from sovereign_desktop.ui.windows.transcript import TranscriptWindow
from sovereign_desktop.ui.windows.welcome import WelcomeWindow
from sovereign_desktop.ui.windows.welcome_pages import AnswersPage, QuestionPage
from sovereign_desktop.ui.wizard.window import WizardWindow
from sovereign_desktop.ui.wizard.work import Work
from tests.ui.stage import ANSWER, QUESTION, PlayedProgram, turn, waited_for

LEVELS = (-60, -52, -41, -30, -22, -19, -27, -38, -24, -16, -14, -20, -31, -26, -18, -23, -35, -29)
LONG = " ".join(f"{ANSWER} Sentence number {number} follows." for number in range(1, 9))
TOLD = packed(
    Manifest(
        32_000,
        412,
        "estimate",
        (
            Entry("this conversation", Tier.CONVERSATION, Fate.KEPT, 268),
            Entry(
                "screen: timetable",
                Tier.SCREEN,
                Fate.SHORTENED,
                90,
                "no room",
                0.71,
                redactions=(Redaction("card", 1),),
            ),
            Entry("a memory", Tier.MEMORY, Fate.LEFT_OUT, 0, "too little to do with the question", 0.12),
        ),
    ),
    [Disclosure("llama3.2", False, (Sent("system", "Answer briefly."), Sent("user", QUESTION)))],
)
TURNS = (
    replace(turn(1), context=TOLD),
    turn(2, "Set a timer for ten minutes.", "A timer for ten minutes is running."),
    turn(3, "<b>bold</b> & <img src=x> stay what they are 🎈", "مرحبا! الساعة الآن التاسعة والثلث مساءً."),
    turn(4, "Tell me a long story.", "Once upon a time", Outcome.INTERRUPTED),
    replace(
        turn(5, "And what is seventeen times twenty-three?", "Three hundred and ninety-one."),
        mode="realtime",
        backend="realtime",
        engines={"llm": "gpt-realtime-2.1"},
        cost_usd=0.0214,
    ),
    turn(
        6, "What is the capital of Iceland?", "", Outcome.FAILED, "The language model did not answer within 20 seconds."
    ),
)
MEMORIES = (
    Memory(1, "My sister lives in Oslo.", 1_790_000_000, "a", Source.REMEMBERED, uses=2),
    Memory(2, "When was the boiler serviced?\n\nIn May.", 1_789_900_000, "a", "exchange"),
    Memory(3, "The spare key is in the blue box.", 1_789_800_000, "b", Source.IMPORTED),
)
TROUBLE = Notice(
    "microphone",
    "No sound at all arrives: the microphone is muted or not permitted, or a virtual one without sound.",
    Severity.ERROR,
    "Unmute it in the system’s sound settings, or plug in another one.",
)


@dataclass(frozen=True, slots=True)
class Scene:
    """A window in a state that is worth a look. `make` returns it filled, not shown yet."""

    name: str
    make: Callable[[Bridge, PlayedProgram], QWidget]
    pages: tuple[str, ...] = ()
    turn_to: Callable[[QWidget, int], object] = lambda _window, _number: None
    """Turns the window to one of its pages."""

    def views(self, window: QWidget) -> Iterator[str]:
        """Goes through all there is to see of the window, and names it."""
        for number, page in enumerate(self.pages):
            self.turn_to(window, number)
            yield f"{self.name}-{page}"
        if not self.pages:
            yield self.name


def _control(bridge: Bridge, _program: PlayedProgram) -> QWidget:
    actions = Actions(bridge)
    window = ControlWindow(bridge, actions, may_close=lambda: True)
    actions.setParent(window)
    return window


def _control_in_trouble(bridge: Bridge, program: PlayedProgram) -> QWidget:
    program.bus.publish(TROUBLE)
    return _control(bridge, program)


def _caption(bridge: Bridge, program: PlayedProgram) -> QWidget:
    caption = Caption(bridge, Captions())
    program.goes(TurnState.LISTENING)
    program.hears(QUESTION, is_final=True)
    program.goes(TurnState.SPEAKING)
    program.says(ANSWER)
    caption.refresh()
    return caption


def _caption_long(bridge: Bridge, program: PlayedProgram) -> QWidget:
    caption = _caption(bridge, program)
    assert isinstance(caption, Caption)
    program.says(LONG)
    caption.refresh()
    return caption


def _caption_leftwards(bridge: Bridge, program: PlayedProgram) -> QWidget:
    caption = Caption(bridge, Captions())
    program.goes(TurnState.LISTENING)
    program.hears("ما الوقت الآن؟ <b>not bold</b> 🎈", is_final=True)
    program.goes(TurnState.SPEAKING)
    program.says("الساعة الآن التاسعة والثلث مساءً، وسيتوقف المطر قبل العاشرة بحسب التوقعات الجوية.")
    program.bus.publish(TROUBLE)
    caption.refresh()
    return caption


def _caption_listening(bridge: Bridge, program: PlayedProgram) -> QWidget:
    caption = Caption(bridge, Captions())
    program.goes(TurnState.LISTENING)
    program.hears(QUESTION[:48])
    caption.refresh()
    caption.show()
    program.sounds(*LEVELS)
    return caption


def _transcript(bridge: Bridge, _program: PlayedProgram) -> QWidget:
    window = TranscriptWindow(bridge)
    bridge.recalled.emit(list(TURNS))
    return window


def _manifest(bridge: Bridge, program: PlayedProgram) -> QWidget:
    window = _transcript(bridge, program)
    assert isinstance(window, TranscriptWindow)
    window._list.setCurrentIndex(window._turns.index(0))
    window._look.click()
    return window


def _nothing_said(bridge: Bridge, _program: PlayedProgram) -> QWidget:
    return TranscriptWindow(bridge)


def _latency(bridge: Bridge, program: PlayedProgram) -> QWidget:
    window = LatencyWindow(bridge)
    program.pings_ms = [21.0, 24.0, 19.0, 33.0, 22.0]
    bridge.recalled.emit(waited_for())
    return window


def _welcome(bridge: Bridge, _program: PlayedProgram) -> QWidget:
    return WelcomeWindow(bridge)


def _turn_welcome(window: QWidget, number: int) -> None:
    assert isinstance(window, WelcomeWindow)
    window.turn_to(number)
    page = window.pages[number]
    if isinstance(page, AnswersPage):
        page.findChildren(QRadioButton)[2].click()
    if isinstance(page, QuestionPage):
        page.bridge.level_changed.emit(-20.0)
        page.bridge.heard.emit(SpeechRecognised("9", "What time is it?", is_final=True))
        page.bridge.said.emit(ReplySpoken("9", "It is 8:38 PM."))


def _settings(bridge: Bridge, _program: PlayedProgram) -> QWidget:
    return SettingsWindow(bridge, Path("/home/user/.config/sovereign-desktop/settings.yaml"))


def _turn_settings(window: QWidget, number: int) -> None:
    assert isinstance(window, SettingsWindow)
    with patch.object(Work, "do"):
        window.list.setCurrentRow(number)
    ring = KeyRing((KeyEntry("my_server", ""), KeyEntry("openai", "the keyring")))
    window._bridge.keys_listed.emit(ring)


def _search(bridge: Bridge, program: PlayedProgram) -> QWidget:
    window = _settings(bridge, program)
    assert isinstance(window, SettingsWindow)
    window.search.setText("silence")
    return window


def _memory(bridge: Bridge, _program: PlayedProgram) -> QWidget:
    window = MemoryWindow(bridge)
    bridge.memory.found.emit("", Found(MEMORIES, len(MEMORIES), 148_000))
    window.list.setCurrentItem(window.list.topLevelItem(0))
    bridge.memory.uses_found.emit(1, [Use(1_790_000_000, "Where does my sister live?")])
    return window


def _wizard(bridge: Bridge, _program: PlayedProgram) -> QWidget:
    with patch.object(Work, "do"):
        return WizardWindow(bridge, MigrationDesk())


def _turn_wizard(window: QWidget, number: int) -> None:
    assert isinstance(window, WizardWindow)
    with patch.object(Work, "do"):
        window._turn_to(number)


def _help(_bridge: Bridge, _program: PlayedProgram) -> QWidget:
    return HelpWindow()


def _turn_help(window: QWidget, number: int) -> None:
    assert isinstance(window, HelpWindow)
    window.open_page(HELP[number])


HELP = ("first-steps", "settings-audio")
WELCOME = ("about", "sound", "screen", "answers", "model", "hotkey", "question")
SETTINGS = (*(page.name for page in pages()), "keys", "migration")
WIZARD = ("find", "plan", "apply", "check", "tune", "report")
"""Without an old version: with one, `tests/ui/test_wizard.py` and `tests/end_to_end/test_wizard.py` go through it."""
SCENES = (
    Scene("control", _control),
    Scene("control-trouble", _control_in_trouble),
    Scene("caption", _caption),
    Scene("caption-listening", _caption_listening),
    Scene("caption-long", _caption_long),
    Scene("caption-leftwards", _caption_leftwards),
    Scene("transcript", _transcript),
    Scene("transcript-what-was-sent", _manifest),
    Scene("transcript-empty", _nothing_said),
    Scene("latency", _latency),
    Scene("memory", _memory),
    Scene("help", _help, HELP, _turn_help),
    Scene("fault-report", lambda _bridge, _program: report_box(Path("/home/user/report.txt"))),
    Scene("welcome", _welcome, WELCOME, _turn_welcome),
    Scene("settings", _settings, SETTINGS, _turn_settings),
    Scene("settings-search", _search),
    Scene("migration", _wizard, WIZARD, _turn_wizard),
)
HELPED_SETTINGS = ("app", "activation", "audio", "spend", "smart_context", "screen_context", "keys")
HELPED = (
    "control",
    "caption",
    "transcript",
    "transcript-what-was-sent",
    "latency",
    "memory",
    "help-first-steps",
    *(f"welcome-{name}" for name in WELCOME),
    *(f"settings-{name}" for name in HELPED_SETTINGS),
)
"""What the help has pictures of."""


class StillBridge(Bridge):
    """Asks nobody: what windows would hear, their scenes say."""

    def _work(self, work: bridges.Work) -> None:
        pass


def make(scene: Scene) -> QWidget:
    """The window of a scene, with a program of its own behind it; both go with the window."""
    program, bridge = PlayedProgram(), StillBridge()
    bridge.attach(program)
    bridge.set_ready()
    window = scene.make(bridge, program)
    bridge.setParent(window)
    return window


def show_all() -> int:
    """Show every window and stay until the process is ended."""
    application = QApplication(sys.argv[:1])
    application.setQuitOnLastWindowClosed(False)
    windows = [make(scene) for scene in SCENES]
    for window in windows:
        window.show()
    print("shown", flush=True)
    return application.exec()


def use_scheme(scheme: str) -> None:
    """Make the application light or dark, also where the platform can't be told."""
    wished = Qt.ColorScheme.Dark if scheme == "dark" else Qt.ColorScheme.Light
    QApplication.styleHints().setColorScheme(wished)
    if QApplication.styleHints().colorScheme() != wished:
        QApplication.setPalette(QPalette(QColor("#2b2d35" if scheme == "dark" else "#efeff2")))


def paint_icons() -> QImage:
    """All faces in the sizes of panels, on a light and a dark one."""
    sizes, cell, height = (16, 22, 24, 32, 48), 190, 76
    image = QImage(cell * len(Face), 2 * height, QImage.Format.Format_RGB32)
    painter = QPainter(image)
    for row, background in enumerate(("#f2f2f4", "#1b1c20")):
        painter.fillRect(QRectF(0, row * height, image.width(), height), QColor(background))
        for column, face in enumerate(Face):
            left = column * cell + 12
            for size in sizes:
                picture = face_icon(face).pixmap(size, size)
                painter.drawPixmap(left, row * height + (height - size) // 2, picture)
                left += size + 8
    painter.end()
    return image


def paint_all(folder: Path, scheme: str, language: str) -> None:
    """Write a picture of every window, and of the icons."""
    application = QApplication(sys.argv[:1])
    application.setQuitOnLastWindowClosed(False)
    use_scheme(scheme)
    use_language(language)
    folder.mkdir(parents=True, exist_ok=True)
    paint_icons().save(str(folder / "icons.png"))
    for scene in SCENES:
        window = make(scene)
        window.show()
        for name in scene.views(window):
            for _ in range(5):
                application.processEvents()
            window.grab().save(str(folder / f"{name}-{scheme}.png"))
        window.hide()
        window.deleteLater()


if __name__ == "__main__":
    if len(sys.argv) > 1:
        paint_all(Path(sys.argv[1]), sys.argv[2], sys.argv[3] if len(sys.argv) > 3 else ENGLISH)
    else:
        sys.exit(show_all())
