"""Better ears: a speech model, downloaded because somebody wants it, with progress and a way to stop."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import TYPE_CHECKING, Any, TypeAlias

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QLabel, QProgressBar, QPushButton

from sovereign_desktop.core.errors import SovereignError
from sovereign_desktop.ui.bridge import Bridge
from sovereign_desktop.ui.layouts import column, row
from sovereign_desktop.ui.theme import set_text_color, theme
from sovereign_desktop.ui.windows.welcome_page import WelcomePage

if TYPE_CHECKING:
    from sovereign_desktop.engines.model_download import Progress

Fetch: TypeAlias = "Callable[[str, Callable[[Progress], None]], Coroutine[Any, Any, None]]"
MODEL = "stt.faster_whisper.model"
STEPS = 1000


class ModelPage(WelcomePage):
    """Offers three sizes. What was begun goes on from there, also after the program was ended."""

    def __init__(self, bridge: Bridge, fetch: Fetch | None = None) -> None:
        super().__init__(bridge)
        self.call(self.tr("Shall it understand you better?"), self.tr("Speech model"))
        self._fetch = fetch
        self._fetching: asyncio.Task[None] | None = None
        self.model = QComboBox()
        self.model.setAccessibleName(self.tr("Speech model"))
        self.fetch = QPushButton(self.tr("Download"))
        self.cancel = QPushButton(self.tr("Stop"))
        self.progress = QProgressBar(maximum=STEPS)
        self.progress.setAccessibleName(self.tr("How much is downloaded"))
        self.said = QLabel(wordWrap=True, textFormat=Qt.TextFormat.PlainText)
        self._build()
        self.fetch.clicked.connect(self._begin)
        self.cancel.clicked.connect(self._stop)
        self._show_idle()

    @property
    def fetching(self) -> asyncio.Task[None] | None:
        """The download that runs."""
        return self._fetching

    def look(self) -> None:
        from sovereign_desktop.app.speech_model import SIZES_MB, is_here

        if not self.model.count():
            for name, size_mb in SIZES_MB.items():
                words = self.tr("{name}, about {size} MB").format(name=name, size=size_mb)
                self.model.addItem(words, name)
            self.model.setCurrentIndex(1)
        settings = self.bridge.settings
        if self._fetching is None and settings is not None and is_here(settings):
            model = settings.stt.faster_whisper.model
            self._say(self.tr("The model {name} is here already.").format(name=model))

    def _build(self) -> None:
        about = QLabel(
            self.tr(
                "What comes with the program understands short commands. A Whisper model understands free speech, on"
                " this computer too. It comes from huggingface.co, which learns your network address and nothing else."
                " You can go on with the next steps meanwhile, or skip this."
            ),
            wordWrap=True,
        )
        choice = row(8)
        choice.addWidget(self.model, 1)
        choice.addWidget(self.fetch)
        choice.addWidget(self.cancel)
        layout = column(12, of=self, margins=(0, 0, 0, 0))
        layout.addWidget(about)
        layout.addLayout(choice)
        layout.addWidget(self.progress)
        layout.addWidget(self.said)
        layout.addStretch(1)

    def _begin(self) -> None:
        if self._fetching is None:
            self._fetching = self.bridge.errands.start(self._download(str(self.model.currentData())))
        if self._fetching is not None:
            self._fetching.add_done_callback(lambda _: self._show_idle())
            self.fetch.setEnabled(False)
            self.model.setEnabled(False)
            self.cancel.show()
            self.progress.setMaximum(0)
            self.progress.show()
            self._say(self.tr("Asking the server …"))

    async def _download(self, name: str) -> None:
        from sovereign_desktop.app.speech_model import fetch

        try:
            await (self._fetch or fetch)(name, self._show_progress)
        except asyncio.CancelledError:
            self._say(self.tr("Stopped. What has come is kept, and the next download goes on from there."))
            raise
        except SovereignError as error:
            self._say(error.sentence, is_trouble=True)
        else:
            self.bridge.change_setting(MODEL, name)
            self.bridge.begin_anew()
            self._say(self.tr("The model {name} is here and used from now on.").format(name=name))

    def _show_progress(self, progress: Progress) -> None:
        self.progress.setMaximum(STEPS)
        self.progress.setValue(round(STEPS * progress.done_bytes / max(1, progress.total_bytes)))
        done, total = (f"{count / 2**20:.1f}" for count in (progress.done_bytes, progress.total_bytes))
        self._say(self.tr("{done} of {total} MB").format(done=done, total=total))

    def _stop(self) -> None:
        if self._fetching is not None:
            self._fetching.cancel()

    def _show_idle(self) -> None:
        self._fetching = None
        self.fetch.setEnabled(True)
        self.model.setEnabled(True)
        self.cancel.hide()
        self.progress.hide()

    def _say(self, text: str, *, is_trouble: bool = False) -> None:
        set_text_color(self.said, theme().listening if is_trouble else theme().faint)
        self.said.setText(text)
