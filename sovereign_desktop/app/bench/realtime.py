"""`bench realtime`: what the program adds to a Realtime server's own time, beside what sound devices cost alone.

Everything between the microphone and the loudspeaker is the program's own and real: the audio process with its echo
cancellation, the Realtime client and backend, the turns. Microphone and loudspeaker are virtual (`room.py`), so
that both ends can be timed from outside. The server is ours and answers a fixed time after the end of the speech that
it hears. The floor, in the same run on the same devices, is a bare callback (`audio/floor.py`).
"""

from __future__ import annotations

import asyncio
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np

from sovereign_desktop.app.bench.room import RATE_HZ, BenchRoom, Ear
from sovereign_desktop.app.bench.server import LOUD, BenchServer
from sovereign_desktop.app.logs import start_logging, stop_logging
from sovereign_desktop.app.realtime import RealtimeWay
from sovereign_desktop.audio.client import AudioProcess
from sovereign_desktop.audio.port import MicrophoneOpened
from sovereign_desktop.config.paths import find_paths
from sovereign_desktop.config.schema import Settings
from sovereign_desktop.conversation.line import Line
from sovereign_desktop.conversation.skills.base import SkillContext
from sovereign_desktop.conversation.skills.book import SkillBook
from sovereign_desktop.conversation.turns import TurnController
from sovereign_desktop.core.errors import SovereignError
from sovereign_desktop.core.events import EventBus
from sovereign_desktop.core.resources import resource

SERVER_MS = 300.0
OPENINGS = 3
"""How the blocks of a stream lie in those of the devices is settled when it is opened, and worth 20 ms."""
PAUSE_S = 0.7
PATIENCE_S = 10.0
LONG_S, SHORT_S = 6.0, 0.5


@dataclass(frozen=True, slots=True)
class Delays:
    """Milliseconds of many times, one after another."""

    ms: list[float]

    @property
    def p50(self) -> float:
        return statistics.median(self.ms)

    @property
    def p95(self) -> float:
        return sorted(self.ms)[max(0, round(0.95 * len(self.ms)) - 1)]

    def as_json(self) -> dict[str, float]:
        return {"p50": round(self.p50, 1), "p95": round(self.p95, 1)}


@dataclass(frozen=True, slots=True)
class RealtimeBench:
    """What was measured: of the devices alone (`floor`) and of the program."""

    times: int
    floor: Delays
    added: Delays
    barge_in_floor: Delays
    barge_in: Delays

    def as_json(self) -> dict[str, Any]:
        return {
            "times": self.times,
            "server_ms": SERVER_MS,
            "added_ms": self.added.as_json(),
            "floor_ms": self.floor.as_json(),
            "over_floor_ms": {
                "p50": round(self.added.p50 - self.floor.p50, 1),
                "p95": round(self.added.p95 - self.floor.p95, 1),
            },
            "barge_in_ms": self.barge_in.as_json(),
            "barge_in_floor_ms": self.barge_in_floor.as_json(),
        }

    def as_text(self) -> str:
        rows = (
            ("end of speech to first sound, server's time taken off", self.added, self.floor),
            ("speech into an answer to silence", self.barge_in, self.barge_in_floor),
        )
        lines = [f"{'':<56}{'program':>16}{'devices alone':>18}   ms, p50 / p95 of {self.times}"]
        for name, ours, floor in rows:
            lines.append(
                f"{name:<56}{f'{ours.p50:.0f} / {ours.p95:.0f}':>16}{f'{floor.p50:.0f} / {floor.p95:.0f}':>18}"
            )
        return "\n".join(lines)


async def bench_realtime(times: int = 12, *, debug: bool = False) -> RealtimeBench:
    """Measure. Takes about two minutes. Raises SovereignError."""
    start_logging(find_paths().logs, Settings().logging.level, debug=debug)
    try:
        return await _measure(times)
    finally:
        stop_logging()


async def _measure(times: int) -> RealtimeBench:
    question = await asyncio.to_thread(question_samples)
    with BenchRoom() as room:
        floor = await asyncio.to_thread(_floor, room, question, "answer", times, _answered_ms)
        barge_in_floor = await asyncio.to_thread(_floor, room, question, "barge-in", times, _silenced_ms)
        async with BenchServer(SERVER_MS, SHORT_S) as server:
            added, barge_in = await _program(room, server, question, times)
    return RealtimeBench(times, floor, added, barge_in_floor, barge_in)


async def _program(room: BenchRoom, server: BenchServer, question: Any, times: int) -> tuple[Delays, Delays]:
    """The program's part of it, hands-free, with a session at the server."""
    api = {"url": server.url, "turn_detection": {"type": "server_vad"}, "transcription": {"model": ""}}
    settings = Settings.model_validate({"audio": {"earcons": False}, "realtime_api": api})
    audio = AudioProcess(settings.audio, unsuppressed=True)
    way = RealtimeWay(
        settings,
        "",
        skills=SkillBook(),
        facts=lambda _request: SkillContext(now=datetime.now().astimezone()),
        conversation=tuple,
    )
    await audio.start()
    try:
        await way.client.open()
        async with TurnController(audio, Line((way.backend,)), EventBus()):
            audio.arm_hands_free(True)
            await _open_anew(audio)
            await asyncio.to_thread(_answered_ms, room, question)  # the first turn is never quick
            added, barge_in = list[float](), list[float]()
            for _ in range(OPENINGS):
                await _open_anew(audio)
                added += [await asyncio.to_thread(_answered_ms, room, question) for _ in range(-(-times // OPENINGS))]
                barge_in += [await _barge_in(room, server, question) for _ in range(-(-times // OPENINGS))]
    finally:
        await way.close()
        await audio.close()
    return Delays(added), Delays(barge_in)


async def _open_anew(audio: AudioProcess) -> None:
    """Another stream from the microphone; returns when it hears."""
    opened = asyncio.Event()
    leave = audio.subscribe(lambda event: opened.set() if isinstance(event, MicrophoneOpened) else None)
    audio.mute(True)
    await asyncio.sleep(PAUSE_S)
    opened.clear()
    audio.mute(False)
    try:
        async with asyncio.timeout(PATIENCE_S):
            await opened.wait()
    except TimeoutError:
        raise SovereignError("The microphone does not open.", remedy="Try it on a quieter machine.") from None
    finally:
        leave()
    await asyncio.sleep(PAUSE_S)


async def _barge_in(room: BenchRoom, server: BenchServer, question: Any) -> float:
    server.answer_s = LONG_S
    await asyncio.to_thread(_answered_ms, room, question, to_its_end=False)
    server.answer_s = SHORT_S
    await asyncio.sleep(PAUSE_S)
    silenced_ms = await asyncio.to_thread(_silenced_ms, room, question)
    await asyncio.sleep(SERVER_MS / 1000 + SHORT_S + PAUSE_S)
    return silenced_ms


def _floor(
    room: BenchRoom, question: Any, reaction: str, times: int, measure: Callable[[BenchRoom, Any], float]
) -> Delays:
    """What the devices need with nothing behind them but a callback."""
    delays_ms: list[float] = []
    for _ in range(OPENINGS):
        with _bare(reaction):
            delays_ms += [measure(room, question) for _ in range(-(-times // OPENINGS))]
    return Delays(delays_ms)


@contextmanager
def _bare(reaction: str) -> Iterator[None]:
    command = [sys.executable, "-m", "sovereign_desktop.audio.floor", reaction]
    command += ["--loud", str(LOUD), "--ms", str(SERVER_MS)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:  # noqa: S603
        try:
            assert process.stdout is not None
            if not process.stdout.readline():
                raise SovereignError("The bare callback did not start.", remedy="Run `doctor`.")
            time.sleep(PAUSE_S)
            yield
        finally:
            process.terminate()


def _answered_ms(room: BenchRoom, question: Any, *, to_its_end: bool = True) -> float:
    """From the end of the question at the microphone to the first sound at the loudspeaker, less the server's time."""
    with Ear() as ear:
        ended = room.say(question) + len(question) / RATE_HZ
        sounded = _until(lambda: ear.first_sound(ended))
        if to_its_end:
            _until(lambda: ear.silent_from(sounded, 200))
            time.sleep(PAUSE_S)
    return 1000 * (sounded - ended) - SERVER_MS


def _silenced_ms(room: BenchRoom, speech: Any) -> float:
    """From the beginning of speech at the microphone to silence at the loudspeaker."""
    with Ear() as ear:
        _until(ear.first_sound)
        began = room.say(speech)
        silent = _until(lambda: ear.silent_from(began, 150))
    time.sleep(PAUSE_S)
    return 1000 * (silent - began)


def _until(look: Callable[[], float | None]) -> float:
    deadline = time.monotonic() + PATIENCE_S
    while (found := look()) is None:
        if time.monotonic() > deadline:
            raise SovereignError("The measurement waited in vain for a sound.", remedy="Try it on a quieter machine.")
        time.sleep(0.03)
    return found


def question_samples() -> Any:
    """The sample question, cut where it is loud, so that every ear agrees on when it begins and ends."""
    from sovereign_desktop.audio.wav import read_speech

    speech = read_speech(resource("samples/what-time-is-it.wav"), 60.0)
    pcm = np.frombuffer(b"".join(frame.pcm for frame in speech.frames), "<i2").astype(np.float32)
    at = np.arange(0, len(pcm), speech.frames[0].sample_rate_hz / RATE_HZ)
    samples = np.interp(at, np.arange(len(pcm)), pcm)
    samples *= 0.7 * 32767 / np.abs(samples).max()
    loud = np.flatnonzero(np.abs(samples) > 0.35 * np.abs(samples).max())
    return samples[loud[0] : loud[-1] + 1].astype("<i2")
