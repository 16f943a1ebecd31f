"""A microphone and loudspeaker that do what the test says, and backends that answer as scripted."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from sovereign_desktop.audio.port import AudioDevice, AudioEvent, Captured, Earcon, ListenStyle, UtteranceEnded
from sovereign_desktop.conversation.backends.base import Emit, TurnRequest
from sovereign_desktop.core.audio import AudioFrame, EndReason, UtteranceEnd
from sovereign_desktop.core.availability import AVAILABLE, Availability
from sovereign_desktop.core.events import EventBus

FRAME = AudioFrame(b"\x01\x00" * 480, 24_000)


@dataclass
class ScriptedAudio:
    """An AudioPort whose events come from the test; `did` lists the commands in order."""

    did: list[tuple[Any, ...]] = field(default_factory=list)
    _receivers: list[Callable[[AudioEvent], None]] = field(default_factory=list)

    def tell(self, event: AudioEvent) -> None:
        for receiver in tuple(self._receivers):
            receiver(event)

    def speak(self, listen_id: str, frames: int = 5, frame: AudioFrame = FRAME) -> None:
        for _ in range(frames):
            self.tell(Captured(listen_id, frame, 0.9, -20.0))

    def end(self, listen_id: str, speech_ms: float = 100, reason: EndReason = EndReason.RELEASED) -> None:
        self.tell(UtteranceEnded(listen_id, UtteranceEnd(reason, 1.0, speech_ms)))

    def count(self, command: str) -> int:
        return sum(did[0] == command for did in self.did)

    def subscribe(self, receiver: Callable[[AudioEvent], None]) -> Callable[[], None]:
        self._receivers.append(receiver)
        return lambda: self._receivers.remove(receiver)

    async def start(self) -> None: ...

    async def close(self) -> None: ...

    def listen(self, listen_id: str, style: ListenStyle) -> None:
        self.did.append(("listen", listen_id, style))

    def stop_listening(self, listen_id: str) -> None:
        self.did.append(("stop_listening", listen_id))

    def cancel_listening(self, listen_id: str) -> None:
        self.did.append(("cancel_listening", listen_id))

    def arm_hands_free(self, armed: bool) -> None:
        self.did.append(("arm_hands_free", armed))

    def mute(self, muted: bool) -> None:
        self.did.append(("mute", muted))

    def play(self, playback_id: str, frame: AudioFrame) -> None:
        self.did.append(("play", playback_id))

    def finish(self, playback_id: str) -> None:
        self.did.append(("finish", playback_id))

    def flush(self) -> None:
        self.did.append(("flush",))

    def earcon(self, earcon: Earcon) -> None:
        self.did.append(("earcon", earcon))

    def set_volume(self, volume: float) -> None:
        self.did.append(("set_volume", volume))

    async def devices(self) -> tuple[AudioDevice, ...]:
        return ()


@dataclass
class ScriptedBackend:
    """Waits for the end of the utterance, then does what `script` says; `requests` are what it was asked."""

    name: str
    script: Callable[[TurnRequest, Emit], Any]
    available: Availability = AVAILABLE
    requests: list[TurnRequest] = field(default_factory=list)
    cancelled: bool = False
    told_heard: list[tuple[str, float]] = field(default_factory=list)

    @property
    def engines(self) -> dict[str, str]:
        return {"stt": self.name}

    async def availability(self) -> Availability:
        return self.available

    async def prepare(self) -> None: ...

    async def answer(self, request: TurnRequest, emit: Emit) -> None:
        self.requests.append(request)
        if request.utterance is not None:
            await request.utterance.ended()
        try:
            waiting = self.script(request, emit)
            if waiting is not None:
                await waiting
        except asyncio.CancelledError:
            self.cancelled = True
            raise

    def heard(self, turn_id: str, played_ms: float) -> None:
        self.told_heard.append((turn_id, played_ms))


def events_of(bus: EventBus, *kinds: type[Any]) -> list[Any]:
    """A list that fills with the events of these kinds."""
    seen: list[Any] = []
    for kind in kinds:
        bus.subscribe(kind, seen.append)
    return seen


async def settle() -> None:
    """Let everything run that can run without time passing."""
    for _ in range(50):
        await asyncio.sleep(0)
