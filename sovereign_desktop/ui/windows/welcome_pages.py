"""The pages of the welcome window. Each shows what is so, and tries things for real before it believes them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QButtonGroup, QGridLayout, QLabel, QLineEdit, QPushButton, QRadioButton, QWidget

from sovereign_desktop.config.sections.app import Mode
from sovereign_desktop.core.dialogue import Outcome, TurnState
from sovereign_desktop.core.events import Notice, ReplySpoken, SpeechRecognised, TurnEnded
from sovereign_desktop.ui.bridge import Bridge
from sovereign_desktop.ui.layouts import column, row
from sovereign_desktop.ui.situation import Situation
from sovereign_desktop.ui.theme import set_text_color, theme
from sovereign_desktop.ui.windows.level_meter import LevelMeter
from sovereign_desktop.ui.windows.setting_form import note
from sovereign_desktop.ui.windows.welcome_page import WelcomePage

if TYPE_CHECKING:
    from sovereign_desktop.app.key_desk import KeyRing

LOCAL_ADDRESS = "http://127.0.0.1:11434/v1"
OPENAI = "openai"


class AboutPage(WelcomePage):
    """What it is and where data goes."""

    def __init__(self, bridge: Bridge) -> None:
        super().__init__(bridge)
        self.call(self.tr("A voice assistant that stays yours"), self.tr("Welcome"))
        layout = column(14, of=self, margins=(0, 0, 0, 0))
        for paragraph in (
            self.tr(
                "Sovereign Desktop lives in the tray. Hold a key anywhere, ask something aloud, and hear the answer."
            ),
            self.tr(
                "It works right now, without an account and without a network: your speech is recognised, understood"
                " and answered on this computer."
            ),
            self.tr(
                "Nothing leaves this computer unless you name a server or store a key, in one of the next steps or"
                " later in the settings. A server that answers is then told your question and what fits of earlier"
                " ones; the Transcript window shows what was sent, and “Memory” in the settings ends it."
            ),
            self.tr(
                "What you say is kept in private files of yours. Keys live in the system’s keyring and nowhere else."
            ),
        ):
            layout.addWidget(QLabel(paragraph, wordWrap=True))
        layout.addStretch(1)


class AnswersPage(WelcomePage):
    """Who answers: this computer, OpenAI with a key, or a model at a server."""

    def __init__(self, bridge: Bridge) -> None:
        super().__init__(bridge)
        self.call(self.tr("Who shall answer?"), self.tr("Answers"))
        self.local = QRadioButton(self.tr("This computer alone"))
        self.cloud = QRadioButton(self.tr("OpenAI’s Realtime API, with your key"))
        self.server = QRadioButton(self.tr("A language model at a server"))
        self.key = QLineEdit(echoMode=QLineEdit.EchoMode.Password)
        self.key.setPlaceholderText(self.tr("paste your key; it goes to the system’s keyring"))
        self.key.setAccessibleName(self.tr("Key of OpenAI"))
        self.address = QLineEdit(LOCAL_ADDRESS)
        self.address.setAccessibleName(self.tr("Address of the server"))
        self.model = QLineEdit()
        self.model.setPlaceholderText(self.tr("name of the model, such as llama3.2"))
        self.model.setAccessibleName(self.tr("Name of the model"))
        self.try_it = QPushButton(self.tr("Try it and use it"))
        self.said = QLabel(wordWrap=True, textFormat=Qt.TextFormat.PlainText)
        self._choices = QButtonGroup(self)
        self._build()
        self.local.setChecked(True)
        self._choices.buttonToggled.connect(self._show_choice)
        for line in (self.key, self.address, self.model):
            line.textChanged.connect(self._show_choice)
        self.try_it.clicked.connect(self._try)
        self.local.clicked.connect(self._stay_local)
        bridge.tried.connect(self._tried)
        bridge.keys_listed.connect(self._keys_listed)
        self._show_choice()

    def _build(self) -> None:
        layout = column(10, of=self, margins=(0, 0, 0, 0))
        for button in (self.local, self.cloud, self.server):
            self._choices.addButton(button)
        layout.addWidget(self.local)
        layout.addLayout(_indented(note(self.tr("Time, timers, sums and more; nothing leaves it."))))
        layout.addWidget(self.cloud)
        layout.addLayout(_indented(note(self.tr("Real conversation, some cents a question.")), self.key))
        layout.addWidget(self.server)
        about = note(self.tr("Such as Ollama or LM Studio on this computer."))
        layout.addLayout(_indented(about, self.address, self.model))
        foot = row(10)
        foot.addWidget(self.said, 1)
        foot.addWidget(self.try_it, 0, Qt.AlignmentFlag.AlignTop)
        layout.addSpacing(6)
        layout.addLayout(foot)
        layout.addStretch(1)
        layout.addWidget(note(self.tr("All of this can be changed at any time in the settings.")))

    def _try(self) -> None:
        self._say(self.tr("Trying …"), theme().faint)
        self.try_it.setEnabled(False)
        if self.cloud.isChecked():
            self.bridge.use_key(OPENAI, self.key.text())
        else:
            self.bridge.use_server(self.address.text(), self.model.text())

    def look(self) -> None:
        """See whether there is a key already: then it is in use, and not saying so would be a lie."""
        self.bridge.list_keys()

    def _keys_listed(self, ring: KeyRing) -> None:
        source = next((entry.source for entry in ring.entries if entry.name == OPENAI), "")
        settings = self.bridge.settings
        if source and settings is not None and settings.app.mode is not Mode.TRADITIONAL and self.local.isChecked():
            self.cloud.setChecked(True)
            self._say(
                self.tr("There is a key already, in {place}, and it is used.").format(place=source), theme().faint
            )

    def _stay_local(self) -> None:
        """Chosen, not just left as it was: from now on not even a key that is there is read."""
        self.bridge.change_setting("app.mode", Mode.TRADITIONAL.value)
        self._say(self.tr("From now on your speech stays on this computer."), theme().accent)

    def _tried(self, said: str, worked: bool) -> None:
        if worked:
            self.key.clear()
            if self.cloud.isChecked():
                self.bridge.change_setting("app.mode", None)
        self._say(said, theme().accent if worked else theme().listening)
        self._show_choice()

    def _say(self, text: str, color: str) -> None:
        set_text_color(self.said, color)
        self.said.setText(text)

    def _show_choice(self) -> None:
        self.key.setEnabled(self.cloud.isChecked())
        for line in (self.address, self.model):
            line.setEnabled(self.server.isChecked())
        has_key = self.cloud.isChecked() and bool(self.key.text().strip())
        has_server = self.server.isChecked() and bool(self.address.text().strip() and self.model.text().strip())
        self.try_it.setVisible(not self.local.isChecked())
        self.try_it.setEnabled(has_key or has_server)


class QuestionPage(WelcomePage):
    """The first question: the key, the microphone, the recognition and the loudspeaker are all tried by it."""

    def __init__(self, bridge: Bridge) -> None:
        super().__init__(bridge)
        self.call(self.tr("Ask something"), self.tr("First question"))
        self._steps = (
            self.tr("The key is pressed"),
            self.tr("The microphone hears you"),
            self.tr("Your words are recognised"),
            self.tr("The answer is spoken"),
        )
        self.how = QLabel(wordWrap=True)
        self.meter = LevelMeter()
        self.marks = [QLabel("○") for _ in self._steps]
        self.heard = QLabel(wordWrap=True, textFormat=Qt.TextFormat.PlainText)
        self.answer = QLabel(wordWrap=True, textFormat=Qt.TextFormat.PlainText)
        self.trouble = QLabel(wordWrap=True, textFormat=Qt.TextFormat.PlainText)
        self._build()
        bridge.situation_changed.connect(self._situation)
        bridge.level_changed.connect(self._level)
        bridge.heard.connect(self._heard)
        bridge.said.connect(self._said)
        bridge.turn_ended.connect(self._ended)
        bridge.noticed.connect(self._noticed)
        self._situation(bridge.situation)

    def _build(self) -> None:
        set_text_color(self.heard, theme().accent)
        set_text_color(self.trouble, theme().listening)
        layout = column(12, of=self, margins=(0, 0, 0, 0))
        layout.addWidget(self.how)
        steps = QGridLayout()
        steps.setColumnStretch(1, 1)
        for number, (mark, step) in enumerate(zip(self.marks, self._steps, strict=True)):
            mark.setAccessibleName(self.tr("{step}: not yet").format(step=step))
            steps.addWidget(mark, number, 0)
            steps.addWidget(QLabel(step), number, 1)
        steps.addWidget(self.meter, 1, 2)
        layout.addLayout(steps)
        for label in (self.heard, self.answer, self.trouble):
            layout.addWidget(label)
        layout.addStretch(1)

    def _situation(self, situation: Situation) -> None:
        key = situation.hotkey or self.tr("the hotkey")
        self.how.setText(
            self.tr(
                "Hold {key}, say “what time is it”, and let go. Or tap {key}, speak, and wait. A click on the tray icon"
                " does the same."
            ).format(key=key)
        )
        if situation.state is TurnState.LISTENING:
            self._mark(0)
            self.trouble.clear()

    def _level(self, dbfs: float) -> None:
        self.meter.push(dbfs)
        self._mark(1)

    def _heard(self, heard: SpeechRecognised) -> None:
        if heard.text:
            self.heard.setText(self.tr("You: {words}").format(words=heard.text))
            self._mark(2)

    def _said(self, said: ReplySpoken) -> None:
        self.answer.setText(self.tr("Sovereign: {words}").format(words=said.text))
        self._mark(3)

    def _ended(self, ended: TurnEnded) -> None:
        if ended.outcome is Outcome.ANSWERED:
            self.trouble.clear()

    def _noticed(self, notice: Notice) -> None:
        self.trouble.setText(f"{notice.text} {notice.remedy}".strip())

    def _mark(self, step: int) -> None:
        self.marks[step].setText("✓")
        self.marks[step].setAccessibleName(self.tr("{step}: yes").format(step=self._steps[step]))


def _indented(*widgets: QWidget) -> QGridLayout:
    grid = QGridLayout()
    grid.setContentsMargins(26, 0, 0, 0)
    for number, widget in enumerate(widgets):
        grid.addWidget(widget, number, 0)
    return grid
