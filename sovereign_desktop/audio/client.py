"""`AudioProcess`: the `AudioPort` of the running program. Commands go to the audio process, its events come back.

Lives in the main process and imports no audio library. The process is watched: when it dies a new one gets the same
configuration and goes on with the running utterance and with what was not yet heard; `AudioRestarted` tells.
"""

from __future__ import annotations

import asyncio
import logging
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, replace

from sovereign_desktop.audio.codec import decode, encode
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
from sovereign_desktop.audio.port import (
    AudioDevice,
    AudioEvent,
    AudioRestarted,
    Captured,
    Earcon,
    ListenStyle,
    LoudspeakerLost,
    LoudspeakerReturned,
    MicrophoneClosed,
    MicrophoneLost,
    MicrophoneOpened,
    MicrophoneSounds,
    MicrophoneZeros,
    UtteranceEnded,
)
from sovereign_desktop.audio.unheard import Unheard
from sovereign_desktop.config.sections.audio import Audio
from sovereign_desktop.core.audio import AudioFrame
from sovereign_desktop.core.errors import ProcessError
from sovereign_desktop.core.framing import PipeMessage
from sovereign_desktop.host.processes import ChildProcess
from sovereign_desktop.host.supervisor import Supervisor

logger = logging.getLogger(__name__)

ARGS = (sys.executable, "-m", "sovereign_desktop.audio.process")


@dataclass(slots=True)
class _Listening:
    """The running utterance, as far as a new audio process must know it."""

    command: Listen
    stop: StopListening | None = None
    frames: int = 0
    voiced_ms: float = 0.0
    carried_ms: float = 0.0
    """What was voiced in processes that died since."""


class AudioProcess:
    """Microphone and loudspeaker in a process of their own. One event loop; `close` ends the process.

    With `unsuppressed` its frames hold, beside the clean sound, the same with its noise.
    """

    def __init__(self, settings: Audio, *, unsuppressed: bool = False) -> None:
        self._settings = settings
        self._unsuppressed = unsuppressed
        self._receivers: list[Callable[[AudioEvent], None]] = []
        self._volume = settings.volume
        self._armed = False
        self._muted = False
        self._listening: _Listening | None = None
        self._unheard = Unheard()
        self._down_because = ""
        self._first: asyncio.Future[str] | None = None
        self._supervisor = Supervisor(
            ARGS, name="audio process", on_message=self._on_message, on_up=self._on_up, on_down=self._on_down
        )

    @property
    def pid(self) -> int | None:
        """The process that runs now."""
        return self._supervisor.pid

    def subscribe(self, receiver: Callable[[AudioEvent], None]) -> Callable[[], None]:
        self._receivers.append(receiver)
        return lambda: self._receivers.remove(receiver)

    async def start(self) -> None:
        """Return when the process runs; what it is told from now on is not lost. Raises ProcessError."""
        self._first = asyncio.get_running_loop().create_future()
        self._supervisor.start()
        if reason := await self._first:
            await self._supervisor.stop()
            raise ProcessError("The part of the program that records and plays can't be started.", remedy=reason)

    async def close(self) -> None:
        await self._supervisor.stop()

    def listen(self, listen_id: str, style: ListenStyle) -> None:
        command = Listen(listen_id, style, time.monotonic())
        if self._listening is not None and self._listening.command.listen_id == listen_id:
            self._listening.command = command
        else:
            self._listening = _Listening(command)
        self._send(command)

    def stop_listening(self, listen_id: str) -> None:
        command = StopListening(listen_id, time.monotonic())
        if self._listening is not None and self._listening.command.listen_id == listen_id:
            self._listening.stop = command
        self._send(command)

    def cancel_listening(self, listen_id: str) -> None:
        self._send(CancelListening(listen_id))

    def arm_hands_free(self, armed: bool) -> None:
        self._armed = armed
        self._send(ArmHandsFree(armed))

    def mute(self, muted: bool) -> None:
        self._muted = muted
        self._send(Mute(muted))

    def play(self, playback_id: str, frame: AudioFrame) -> None:
        self._play(Play(playback_id, frame))

    def finish(self, playback_id: str) -> None:
        self._play(Finish(playback_id))

    def flush(self) -> None:
        self._unheard.flushed()
        self._send(Flush())

    def earcon(self, earcon: Earcon) -> None:
        self._send(PlayEarcon(earcon))

    def set_volume(self, volume: float) -> None:
        self._volume = volume
        self._send(SetVolume(volume))

    async def devices(self) -> tuple[AudioDevice, ...]:
        from sovereign_desktop.audio.devices import list_devices

        return await list_devices()

    def _play(self, command: Play | Finish) -> None:
        self._unheard.sent(command)
        self._send(command)

    def _send(self, command: Command) -> None:
        # Without a process nothing is lost that matters: state and unheard sound are sent when one is up.
        self._supervisor.send(encode(command))

    def _on_up(self, child: ChildProcess) -> None:
        self._settle_start("")
        for command in self._state():
            child.send(encode(command))
        if self._down_because:
            reason, self._down_because = self._down_because, ""
            self._tell(AudioRestarted(reason))

    def _state(self) -> list[Command]:
        """What brings a new process to where the old one was."""
        commands: list[Command] = [
            Configure(self._settings.model_dump(mode="json"), self._unsuppressed),
            SetVolume(self._volume),
            Mute(self._muted),
            ArmHandsFree(self._armed),
        ]
        if self._listening is not None:
            commands.append(self._listening.command)
            if self._listening.stop is not None:
                commands.append(self._listening.stop)
        return [*commands, *self._unheard.commands()]

    def _settle_start(self, reason: str) -> None:
        if self._first is not None and not self._first.done():
            self._first.set_result(reason)

    def _on_down(self, reason: str) -> None:
        self._settle_start(reason)
        self._down_because = reason
        if self._listening is not None:
            self._listening.carried_ms += self._listening.voiced_ms
            self._listening.voiced_ms = 0.0

    def _on_message(self, message: PipeMessage) -> None:
        event = decode(message)
        assert isinstance(event, AudioEvent)
        if (news := self._unheard.told(event)) is not None:
            self._receive(news)

    def _receive(self, event: AudioEvent) -> None:
        match event:
            case Captured():
                self._on_captured(event)
            case UtteranceEnded():
                event = self._whole(event)
            case MicrophoneOpened(device, rate_hz, opened_after_ms):
                fields = {"device": device, "rate_hz": rate_hz, "opened_after_ms": round(opened_after_ms, 1)}
                logger.info("microphone open", extra=fields)
            case MicrophoneClosed():
                logger.info("microphone closed")
            case MicrophoneSounds(device):
                logger.info("microphone delivers sound again", extra={"device": device})
            case MicrophoneLost(device, reason):
                logger.warning("microphone lost", extra={"device": device, "reason": reason})
            case MicrophoneZeros(device):
                logger.warning("microphone delivers only zeros", extra={"device": device})
            case LoudspeakerLost(device, reason):
                logger.warning("loudspeaker lost", extra={"device": device, "reason": reason})
            case LoudspeakerReturned(device):
                logger.info("loudspeaker returned", extra={"device": device})
        self._tell(event)

    def _on_captured(self, event: Captured) -> None:
        listening = self._listening
        if listening is None or listening.command.listen_id != event.listen_id:
            return
        if not listening.frames:
            logger.info("listening", extra={"style": str(listening.command.style)})
        listening.frames += 1
        if event.speech_probability >= self._settings.endpointing.speech_threshold:
            listening.voiced_ms += event.frame.duration_ms

    def _whole(self, event: UtteranceEnded) -> UtteranceEnded:
        """The end, with what was voiced before the process was replaced."""
        listening = self._listening
        if listening is None or listening.command.listen_id != event.listen_id:
            return event
        self._listening = None
        return replace(event, end=replace(event.end, speech_ms=event.end.speech_ms + listening.carried_ms))

    def _tell(self, event: AudioEvent) -> None:
        for receiver in tuple(self._receivers):
            receiver(event)
