"""The audio thread: carries out commands, takes sound from the microphone, and tells what happens.

One thread does everything that is not a device's callback. While nothing is listened to or played it sleeps.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from queue import Empty, SimpleQueue

from sovereign_desktop.audio import portaudio
from sovereign_desktop.audio.commands import (
    ArmHandsFree,
    CancelListening,
    Command,
    Configure,
    Finish,
    Flush,
    Listen,
    Mute,
    Play,
    PlayEarcon,
    SetVolume,
    StopListening,
)
from sovereign_desktop.audio.earcons import earcon_samples
from sovereign_desktop.audio.hearing import Heard, Hearing
from sovereign_desktop.audio.loudspeaker import LoudspeakerKeeper
from sovereign_desktop.audio.microphone import MicrophoneKeeper
from sovereign_desktop.audio.port import AudioEvent, UtteranceEnded
from sovereign_desktop.audio.processing import Processing
from sovereign_desktop.audio.reference import Reference
from sovereign_desktop.audio.resampling import from_pcm
from sovereign_desktop.audio.sentinel import Sentinel
from sovereign_desktop.audio.take import Take
from sovereign_desktop.audio.vad import load_model
from sovereign_desktop.config.sections.audio import Audio
from sovereign_desktop.core.audio import CAPTURE_RATE_HZ, EndReason
from sovereign_desktop.core.errors import AudioError

logger = logging.getLogger(__name__)

BUSY_WAIT_S = 0.02
OPEN_WAIT_S = 0.2


class Engine:
    """Microphone and loudspeaker under the commands of one program. `run` is the audio thread."""

    def __init__(self, settings: Audio, emit: Callable[[AudioEvent], None], *, unsuppressed: bool = False) -> None:
        self._settings = settings
        self._emit = emit
        self._inbox: SimpleQueue[Command | None] = SimpleQueue()
        self._ends = False
        self._armed = False
        self._muted = False
        self._keep_open_until = 0.0
        self._asked_at = 0.0
        self._take: Take | None = None
        self._hearing: Hearing | None = None
        self._sentinel = Sentinel(settings)
        self._processing = Processing(settings.processing, unsuppressed=unsuppressed)
        self._model = load_model()
        self._reference = Reference(CAPTURE_RATE_HZ)
        self._microphone = MicrophoneKeeper(settings.input_device, emit, self._wake, self._refresh_for_microphone)
        self._loudspeaker = LoudspeakerKeeper(
            settings.output_device, settings.volume, emit, self._refresh_for_loudspeaker
        )

    def do(self, command: Command) -> None:
        """Carry a command out, soon and in order. Any thread."""
        self._inbox.put(command)

    def end(self) -> None:
        """Let `run` return. Any thread."""
        self._ends = True
        self._wake()

    def run(self) -> None:
        """Work until `end`; then both devices are closed."""
        self._warm()
        try:
            while not self._ends:
                self._work(self._due())
        finally:
            self._microphone.want(False, 0.0)
            self._loudspeaker.release()

    def _warm(self) -> None:
        """Pay on start what the first press and the first answer would have to wait for."""
        try:
            portaudio.library()
        except AudioError as error:
            logger.warning("no sound", extra={"reason": error.user_text})
            return
        self._loudspeaker.warm()

    def _due(self) -> list[Command]:
        """Wait for something to do; the commands that are waiting, all of them.

        The microphone wakes us for each block. On a machine that is too busy for that, commands must not wait behind
        those wakes, nor behind each other, with a round of work for each: they would never be heard.
        """
        commands: list[Command] = []
        try:
            command = self._inbox.get(timeout=self._longest_wait_s())
            while True:
                if command is not None:
                    commands.append(command)
                command = self._inbox.get_nowait()
        except Empty:
            return commands

    def _longest_wait_s(self) -> float | None:
        if self._loudspeaker.is_busy or self._take is not None:
            return BUSY_WAIT_S
        return OPEN_WAIT_S if self._microphone.device is not None or self._microphone.is_lost else None

    def _work(self, commands: list[Command]) -> None:
        for command in commands:
            self._carry_out(command)
        now = time.monotonic()
        self._listen_on(now)
        was_busy = self._loudspeaker.is_busy
        self._loudspeaker.look(now)
        if was_busy and not self._loudspeaker.is_busy:
            self._stay_open(now)
        self._microphone.want(self._wants_microphone(now), self._asked_at or now)
        self._microphone.look(now)
        if self._take is not None and self._microphone.is_lost:
            self._take.lose_microphone(now)

    # Commands

    def _carry_out(self, command: Command) -> None:
        match command:
            case Listen():
                self._listen(command)
            case StopListening(listen_id, at):
                if self._take is not None and self._take.listen_id == listen_id:
                    self._take.stop(at)
            case CancelListening(listen_id):
                if self._take is not None and self._take.listen_id == listen_id:
                    self._finish_take(EndReason.CANCELLED)
            case ArmHandsFree(armed):
                self._armed = armed
                self._sentinel.reset()
            case Mute(muted):
                self._muted = muted
                self._sentinel.reset()
                self._finish_take(EndReason.RELEASED)
                self._keep_open_until = 0.0
            case Play(playback_id, frame):
                self._loudspeaker.mixer.add(playback_id, from_pcm(frame.pcm), frame.sample_rate_hz)
            case Finish(playback_id):
                self._loudspeaker.mixer.finish(playback_id)
            case Flush():
                self._loudspeaker.flush(time.monotonic())
            case PlayEarcon(earcon):
                if self._settings.earcons:
                    mixer = self._loudspeaker.mixer
                    mixer.overlay(earcon_samples(earcon, mixer.rate_hz))
            case SetVolume(volume):
                self._loudspeaker.mixer.set_volume(volume)
            case Configure():
                logger.warning("configured twice")

    def _listen(self, command: Listen) -> None:
        if self._take is not None and self._take.listen_id == command.listen_id:
            self._take.restyle(command.style)
            return
        self._finish_take(EndReason.CANCELLED)
        self._asked_at = command.at
        self._take = Take(command.listen_id, command.style, self._settings)
        if self._hearing is not None:
            self._replay(self._sentinel.beginning(command.at))
        elif self._microphone.device is not None:
            self._microphone.device.keep_last(self._settings.pre_roll_ms + 1000 * (time.monotonic() - command.at))
        self._sentinel.reset()

    def _replay(self, beginning: list[Heard]) -> None:
        for heard in beginning:
            self._to_take(heard)

    # Sound from the microphone

    def _wants_microphone(self, now: float) -> bool:
        if self._muted:
            return False
        wanted = self._take is not None or self._armed or self._settings.always_open or now < self._keep_open_until
        if not wanted:
            self._asked_at = 0.0
        return wanted

    def _listen_on(self, now: float) -> None:
        device = self._microphone.device
        is_live = self._take is not None or (self._armed and not self._muted)
        if device is None or not is_live:
            self._hearing = None
            if device is not None:
                device.live = False
        else:
            device.live = True
            if self._hearing is None:
                self._hearing = Hearing(device.rate_hz, self._processing, self._model, self._reference)
            self._hear(self._hearing)
        if self._take is not None:
            self._tell_take(self._take.tick(now))

    def _hear(self, hearing: Hearing) -> None:
        for samples, at in self._loudspeaker.take_played():
            self._reference.add(samples, self._loudspeaker.mixer.rate_hz, at)
        for block in self._microphone.take(is_recording=self._take is not None):
            device = self._microphone.device
            if device is not None:
                for heard in hearing.push(device.samples(block), block.at):
                    self._route(heard)

    def _route(self, heard: Heard) -> None:
        if self._take is not None:
            self._to_take(heard)
        elif self._armed:
            started = self._sentinel.push(heard)
            if started is not None:
                self._emit(started)
                self._fall_silent()

    def _fall_silent(self) -> None:
        """Who is spoken to does not go on speaking; to be told so by the program would take some milliseconds more."""
        if self._loudspeaker.is_playing:
            self._loudspeaker.flush(time.monotonic())

    def _to_take(self, heard: Heard) -> None:
        if self._take is not None:
            self._tell_take(self._take.push(heard))

    def _finish_take(self, reason: EndReason) -> None:
        if self._take is not None:
            self._tell_take(self._take.end(reason, time.monotonic()))

    def _tell_take(self, events: list[AudioEvent]) -> None:
        for event in events:
            self._emit(event)
            if isinstance(event, UtteranceEnded) and event.end.asks_something:
                self._loudspeaker.prepare(time.monotonic())
        if self._take is not None and self._take.is_over:
            self._take = None
            self._sentinel.reset()
            self._stay_open(time.monotonic())

    def _stay_open(self, now: float) -> None:
        """The next question often follows soon, and then a microphone that is open loses no first word."""
        if not self._muted:
            self._keep_open_until = now + self._settings.keep_open_s

    # Devices

    def _wake(self) -> None:
        self._inbox.put(None)

    def _refresh_for_microphone(self) -> bool:
        if self._loudspeaker.is_playing:
            return False  # it would cut the sound; the next try is a second away
        self._loudspeaker.release()
        portaudio.refresh()
        return True

    def _refresh_for_loudspeaker(self) -> bool:
        if self._take is not None and self._microphone.device is not None:
            return False
        self._microphone.suspend()
        portaudio.refresh()
        return True
