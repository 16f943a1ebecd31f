"""Turns through a network that fails in every third of them: none lost, none answered twice, nothing left behind.

The whole program from the turn controller to the socket, against a server that says back what it heard. Time is
virtual, so that a stall of seconds costs none; the sockets are real.
"""

from __future__ import annotations

import asyncio
import collections
import gc
import logging
import random
import struct
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import psutil
import pytest

from sovereign_desktop.app.bench.faults.proxy import Fault, FaultProxy, Kind
from sovereign_desktop.audio.port import Captured, ListenStyle, MicrophoneOpened, PlaybackEnded, PlaybackStarted
from sovereign_desktop.config.sections.realtime_api import RealtimeApi
from sovereign_desktop.conversation.backends.base import Emit, Heard, Replying, Sound, TurnRequest
from sovereign_desktop.conversation.backends.realtime import RealtimeBackend
from sovereign_desktop.conversation.history import History
from sovereign_desktop.conversation.line import Line
from sovereign_desktop.conversation.skills.base import SkillContext
from sovereign_desktop.conversation.skills.book import SkillBook
from sovereign_desktop.conversation.tools import ToolBox
from sovereign_desktop.conversation.turns import TurnController
from sovereign_desktop.core.audio import AudioFrame
from sovereign_desktop.core.dialogue import Outcome, Transcript
from sovereign_desktop.core.events import EventBus, TurnEnded
from sovereign_desktop.metrics.turns import TurnRecord
from sovereign_desktop.realtime.client import RealtimeClient
from sovereign_desktop.realtime.endpoint import Endpoint
from tests.conversation.stage import ScriptedAudio, ScriptedBackend
from tests.fakes.realtime_server import FakeRealtimeServer, marked_sound
from tests.fakes.virtual_time import in_virtual_time

SETTINGS = RealtimeApi.model_validate({"transcription": {"model": ""}, "response_timeout_s": 5})
FRAMES = 10
REMEMBERED = 40
"""Messages of the conversation, so that it is full long before memory is compared."""
UP, DOWN = 14, 13
"""About so many messages make a turn, in each direction."""


class PlayedAudio(ScriptedAudio):
    """A loudspeaker that takes as long as the sound."""

    def __init__(self) -> None:
        super().__init__()
        self._made_ms: collections.Counter[str] = collections.Counter()

    def play(self, playback_id: str, frame: AudioFrame) -> None:
        self._made_ms[playback_id] += round(frame.duration_ms)

    def finish(self, playback_id: str) -> None:
        made_ms = self._made_ms.pop(playback_id, 0)
        loop = asyncio.get_running_loop()
        self.tell(PlaybackStarted(playback_id, loop.time()))
        ended = PlaybackEnded(playback_id, made_ms, completed=True)
        loop.call_later(made_ms / 1000, self.tell, ended)


def local(request: TurnRequest, emit: Emit) -> None:
    """The second backend: it hears the utterance itself, from its first sample."""
    assert request.utterance is not None
    pcm = request.utterance.pcm()
    assert len(pcm) == len(marked_sound(1, 20)) * FRAMES
    (number,) = struct.unpack("<h", pcm[:2])
    emit(Heard(Transcript(f"turn {number}", is_final=True)))
    text = f"Local {'rest' if request.already_said else 'answer'} for turn {number} ("
    emit(Replying(text))
    emit(Sound(AudioFrame(marked_sound(number, 100), 24_000), text))


class Program:
    """The controller with its two backends, at a server behind a proxy."""

    def __init__(self, port: int) -> None:
        loop = asyncio.get_running_loop()
        self.audio = PlayedAudio()
        self.bus = EventBus()
        self.client = RealtimeClient(
            Endpoint(f"ws://127.0.0.1:{port}/v1/realtime", "gpt-realtime-2.1", "sk-hush"),
            lambda: {"type": "realtime", "audio": {"input": {"turn_detection": None}}},
            conversation=lambda: self.controller.history.messages,
            timeout_s=5,
            clock=loop.time,
            wall_clock=loop.time,
        )
        context = SkillContext(datetime(2026, 11, 21, tzinfo=UTC))
        realtime = RealtimeBackend(self.client, SETTINGS, ToolBox(SkillBook()), lambda _request: context)
        self.local = ScriptedBackend("local", local)
        self.controller = TurnController(
            self.audio, Line((realtime, self.local)), self.bus, history=History(REMEMBERED), clock=loop.time
        )
        self._ended: asyncio.Queue[TurnEnded] = asyncio.Queue()
        self.bus.subscribe(TurnEnded, self._ended.put_nowait)

    async def turn(self, number: int) -> TurnRecord:
        """Held, spoken, answered and heard to its end."""
        turn_id = self.controller.listen(ListenStyle.HOLD)
        self.audio.tell(MicrophoneOpened("microphone", 48_000, 10.0))
        for _ in range(FRAMES):
            self.audio.tell(Captured(turn_id, AudioFrame(marked_sound(number, 20), 24_000), 0.9, -20.0))
            await asyncio.sleep(0.02)
        self.controller.stop_listening()
        self.audio.end(turn_id, speech_ms=20 * FRAMES)
        async with asyncio.timeout(120):
            ended = await self._ended.get()
        assert ended.turn_id == turn_id
        record: TurnRecord = ended.turn
        return record


def complaint(number: int, record: TurnRecord, hit: list[Fault]) -> str:
    """What is wrong with this turn, if anything."""
    if record.outcome is not Outcome.ANSWERED:
        return f"turn {number} was {record.outcome}: {record.error}"
    if any(fault.kind is Kind.CORRUPT for fault in hit):
        return "" if record.reply else f"turn {number} has no answer"  # another byte may be in its words
    answers = record.reply.count(f"turn {number} (")
    broke_off = "Local rest" in record.reply
    if answers != 1 and not (broke_off and answers == 2):
        return f"turn {number} has {answers} answers: {record.reply}"
    if record.reply.count("turn ") != answers:
        return f"turn {number} answers another one as well: {record.reply}"
    return ""


async def talk(turns: int, seed: int) -> dict[str, Any]:
    dice = random.Random(seed)
    found: list[str] = []
    by: collections.Counter[str] = collections.Counter()
    struck: collections.Counter[str] = collections.Counter()
    blocks: list[int] = []
    async with FakeRealtimeServer() as server, FaultProxy(server.port, seed=seed) as proxy:
        program = Program(proxy.port)
        async with program.controller:
            for number in range(1, turns + 1):
                hits_before = len(proxy.hits)
                if number % 3 == 0:
                    fault = Fault.by_chance(dice, up=UP, down=DOWN, longest_s=2.0)
                    proxy.arm(fault, also_new=dice.random() < 0.2)
                record = await program.turn(number)
                proxy.heal()
                hit = proxy.hits[hits_before:]
                struck.update(f"{fault.kind} {fault.direction}" for fault in hit)
                by[record.backend] += 1
                if (wrong := complaint(number, record, hit)) != "":
                    found.append(f"{wrong} {hit}")
                await asyncio.sleep(15)
                forget_what_only_the_test_keeps(server, program)
                if number % (turns // 4) == 0:
                    gc.collect()
                    blocks.append(sys.getallocatedblocks())
        await program.client.close()
        assert not program.client.known_turns
        await asyncio.sleep(2)
        assert not server.open_sessions
    assert {task.get_name() for task in asyncio.all_tasks()} == {asyncio.current_task().get_name()}  # type: ignore[union-attr]
    return {"found": found, "by": by, "struck": struck, "blocks": blocks}


def forget_what_only_the_test_keeps(server: FakeRealtimeServer, program: Program) -> None:
    for grown in (server.answered, server.requests, server.request_times_s, program.audio.did, program.local.requests):
        grown.clear()
    for session in server.sessions:
        session.received.clear()
        session.messages.clear()
    server.sessions[:] = server.open_sessions


@pytest.mark.slow
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("seed", [3])
def test_no_turn_is_lost_or_answered_twice(
    seed: int, times: Callable[[int, int], int], figure: Callable[..., None], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.ERROR)  # pytest keeps what is logged, and memory is measured here
    turns = times(60, 1000)
    files = psutil.Process().num_fds()
    result = in_virtual_time(talk(turns, seed))
    figure(
        turns=turns,
        faults=sum(result["struck"].values()),
        kinds=len(result["struck"]),
        blocks=" ".join(map(str, result["blocks"])),
        **{f"by_{name}": count for name, count in result["by"].items()},
    )
    assert result["found"] == [], "\n".join(result["found"])
    assert sum(result["struck"].values()) > turns // 6
    assert result["by"]["realtime"] > turns * 2 // 3
    assert max(result["blocks"][2:]) - result["blocks"][1] < 4000
    assert psutil.Process().num_fds() <= files
