"""Try the microphone, with a live level and what was heard played back, and the loudspeaker."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import QGridLayout, QLabel, QPushButton, QWidget

from sovereign_desktop.core.errors import SovereignError
from sovereign_desktop.ui.bridge import Bridge
from sovereign_desktop.ui.theme import set_text_color, theme
from sovereign_desktop.ui.windows.level_meter import LevelMeter

if TYPE_CHECKING:
    from sovereign_desktop.app.sound_check import Recording
    from sovereign_desktop.audio.port import AudioPort
    from sovereign_desktop.config.sections.audio import Audio


class SoundTests(QWidget):
    """Two buttons, a meter and what came of it. Devices are those of the settings as they are kept.

    `port` makes the audio port of a try; hiding the widget ends one.
    """

    def __init__(self, bridge: Bridge, port: Callable[[Audio], AudioPort] | None = None) -> None:
        super().__init__()
        self._bridge = bridge
        self._port = port
        self._trying: asyncio.Task[None] | None = None
        self._enough: asyncio.Event | None = None
        self.microphone = QPushButton()
        self.loudspeaker = QPushButton(self.tr("Play a tone"))
        self.loudspeaker.setAccessibleName(self.tr("Test the loudspeaker: play a tone"))
        self.meter = LevelMeter()
        self.said = QLabel(wordWrap=True, textFormat=Qt.TextFormat.PlainText)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 4, 0, 4)
        grid.setColumnStretch(2, 1)
        grid.addWidget(self.microphone, 0, 0)
        grid.addWidget(self.meter, 0, 1)
        grid.addWidget(self.loudspeaker, 1, 0)
        grid.addWidget(self.said, 2, 0, 1, 3)
        self.microphone.clicked.connect(self._microphone_clicked)
        self.loudspeaker.clicked.connect(lambda: self._begin(self._try_loudspeaker()))
        self._show_idle()

    @property
    def tab_stops(self) -> list[QWidget]:
        """What takes the focus, in the order of reading."""
        return [self.microphone, self.loudspeaker]

    @property
    def trying(self) -> asyncio.Task[None] | None:
        """The try that runs."""
        return self._trying

    def hideEvent(self, event: QHideEvent) -> None:
        if self._trying is not None:
            self._trying.cancel()
        super().hideEvent(event)

    def _microphone_clicked(self) -> None:
        if self._enough is not None:
            self._enough.set()
        else:
            self._begin(self._try_microphone())

    def _begin(self, work: object) -> None:
        assert asyncio.iscoroutine(work)
        if self._trying is not None:
            work.close()
            return
        self._trying = self._bridge.errands.start(work)
        if self._trying is not None:
            self._trying.add_done_callback(lambda _: self._over())

    async def _try_microphone(self) -> None:
        from sovereign_desktop.app.sound_check import audio_for_a_try, sound_check

        if (settings := self._bridge.settings) is None:
            return
        enough = self._enough = asyncio.Event()
        self.meter.clear()
        self.loudspeaker.setEnabled(False)
        self.microphone.setText(self.tr("Stop and play it back"))
        self._say(self.tr("Speak now, in your usual voice. Nothing of it is kept or sent."))
        try:
            async with sound_check(settings.audio, self._port or audio_for_a_try) as check:
                heard = await check.record(enough, self.meter.push)
                self._enough = None
                self.microphone.setEnabled(False)
                if heard.is_zeros or not heard.frames:
                    self._say(self._verdict(heard, settings.audio), is_trouble=True)
                    return
                self._say(self.tr("This is what the microphone heard …"))
                await check.play(heard.frames)
                self._say(self._verdict(heard, settings.audio), is_trouble=heard.is_quiet)
        except SovereignError as error:
            self._say(error.sentence, is_trouble=True)

    async def _try_loudspeaker(self) -> None:
        from sovereign_desktop.app.sound_check import audio_for_a_try, sound_check, tone

        if (settings := self._bridge.settings) is None:
            return
        self.microphone.setEnabled(False)
        self.loudspeaker.setEnabled(False)
        self._say(self.tr("Three notes are played …"))
        try:
            async with sound_check(settings.audio, self._port or audio_for_a_try) as check:
                await check.play(tone())
        except SovereignError as error:
            self._say(error.sentence, is_trouble=True)
        else:
            self._say(self.tr("Three notes were played. If you heard none, choose another loudspeaker or turn it up."))

    def _verdict(self, heard: Recording, wanted: Audio) -> str:
        if heard.is_zeros:
            return self.tr(
                "No sound at all arrived: the microphone is muted, or this program is not permitted to hear it. "
                "Unmute it, or allow it in the system’s privacy settings."
            )
        device = heard.device
        if wanted.input_device and device != wanted.input_device:
            device = self.tr("{device}, because {wanted} is not there").format(
                device=device, wanted=wanted.input_device
            )
        if heard.is_quiet:
            text = self.tr("Hardly anything was heard ({level} dB, by {device}). Come closer, or turn it up.")
        else:
            text = self.tr("It works: {level} dB at the loudest, by {device}.")
        return text.format(level=round(heard.loudest_dbfs), device=device)

    def _over(self) -> None:
        self._trying = None
        self._enough = None
        self._show_idle()

    def _show_idle(self) -> None:
        self.microphone.setText(self.tr("Test the microphone"))
        self.microphone.setEnabled(True)
        self.loudspeaker.setEnabled(True)

    def _say(self, text: str, *, is_trouble: bool = False) -> None:
        set_text_color(self.said, theme().listening if is_trouble else theme().faint)
        self.said.setText(text)
