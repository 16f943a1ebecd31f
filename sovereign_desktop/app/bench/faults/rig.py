"""The program without a window, and everything that it talks to: a room, a cloud behind a bad network, a model."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import logging
import os
import signal
import socket
import sqlite3
import tempfile
import time
from contextlib import AbstractAsyncContextManager, AsyncExitStack
from pathlib import Path
from typing import Any, Self, TypeVar

from sovereign_desktop.app.assembly import Assistant
from sovereign_desktop.app.bench.faults.cloud import Cloud, patiently
from sovereign_desktop.app.bench.faults.ears import Ears
from sovereign_desktop.app.bench.faults.model import ModelServer
from sovereign_desktop.app.bench.faults.proxy import FaultProxy
from sovereign_desktop.app.bench.faults.questions import Question, capitals, greetings, sums
from sovereign_desktop.app.bench.faults.room import Room
from sovereign_desktop.app.key_desk import KeyDesk
from sovereign_desktop.app.newcomer import Newcomer
from sovereign_desktop.app.program import Program
from sovereign_desktop.app.spend import Spending
from sovereign_desktop.audio.wav import read_wav, write_wav
from sovereign_desktop.config.paths import Paths
from sovereign_desktop.config.schema import Settings
from sovereign_desktop.config.sections.app import Mode
from sovereign_desktop.config.store import SettingsStore
from sovereign_desktop.context.tokens import best_counter
from sovereign_desktop.conversation.journal import Journal
from sovereign_desktop.conversation.skills.book import SkillBook
from sovereign_desktop.conversation.transcripts import TranscriptStore
from sovereign_desktop.core.audio import AudioFrame
from sovereign_desktop.core.events import EventBus, Notice, TurnEnded
from sovereign_desktop.engines.registry import choose_llm
from sovereign_desktop.host.secrets import Secrets, variable_for
from sovereign_desktop.host.single_instance import SingleInstance
from sovereign_desktop.metrics.ledger import SpendLedger
from sovereign_desktop.metrics.turns import TurnRecord
from sovereign_desktop.realtime.client import ClientState
from sovereign_desktop.realtime.endpoint import Endpoint
from sovereign_desktop.servers.loopback import bind, port_of

T = TypeVar("T")

logger = logging.getLogger(__name__)

KEY_NAME = "bench"
COOL_DOWN_S = 1.0
TURN_WITHIN_S = 60.0
OPEN_WITHIN_S = 15.0
FILLING = "filling-"


class WallClock:
    """The time on the wall; a computer that slept finds it further on than its own clock."""

    def __init__(self) -> None:
        self.slept_s = 0.0

    def __call__(self) -> float:
        return time.time() + self.slept_s


class Rig:
    """An async context that takes about five seconds to build. One question at a time."""

    def __init__(self, first_audio_s: float = 4.0) -> None:
        self.room = Room()
        self.ears = Ears()
        self.model = ModelServer(self.ears)
        self.wall = WallClock()
        self.notices: list[Notice] = []
        self.questions: dict[str, list[tuple[Question, list[AudioFrame]]]] = {}
        self._first_audio_s = first_audio_s
        self._url = ""
        self._asked = 0
        self._ended: asyncio.Queue[TurnEnded] = asyncio.Queue()
        self._closing = AsyncExitStack()
        self._while_it_fails = AsyncExitStack()

    async def __aenter__(self) -> Self:
        try:
            await self._build()
        except BaseException:
            await self._closing.aclose()
            raise
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._closing.aclose()

    async def _build(self) -> None:
        closing = self._closing
        folder = Path(closing.enter_context(tempfile.TemporaryDirectory(prefix="faults-", ignore_cleanup_errors=True)))
        self.paths = Paths(*(folder / name for name in ("config", "data", "cache", "logs", "runtime")))
        self.paths.make()
        await closing.enter_async_context(self.model)
        phrases = tuple(SkillBook().phrases)
        self.cloud = await closing.enter_async_context(Cloud(self._settings(), phrases))
        self.proxy = await closing.enter_async_context(FaultProxy(self.cloud.port))
        closing.push_async_callback(self._while_it_fails.aclose)
        unused = bind(0)
        self.closed_port = port_of(unused)
        unused.close()
        _set_variable(closing, variable_for(KEY_NAME), "sk-bench")
        _set_variable(closing, "no_proxy", "*")
        self._url = f"ws://127.0.0.1:{self.proxy.port}/v1/realtime"
        self.program = await self._program()
        closing.push_async_callback(self.program.stop)
        await self.program.start()
        await patiently(self.assistant.voice_health)
        await self._learn_questions()
        await self.all_well()

    async def _program(self) -> Program:
        settings = self._settings()
        llm = await choose_llm(settings.llm, {})
        self.assistant = assistant = Assistant(
            settings, self.paths, {}, llm, EventBus(), await best_counter(), wall_clock=self.wall
        )
        await assistant.enter_mode(settings.app.mode)
        assistant.bus.subscribe(Notice, self.notices.append)
        assistant.bus.subscribe(TurnEnded, self._ended.put_nowait)
        self.transcripts = TranscriptStore(self.paths.transcripts_file)
        instance = SingleInstance(self.paths.runtime)
        instance.acquire()
        return Program(
            assistant,
            self.room,
            self.transcripts,
            instance,
            spending=Spending(SpendLedger(self.paths.spend_file), assistant.bus, settings.spend),
            store=SettingsStore(self.paths.settings_file, {}),
            keys=KeyDesk(Secrets()),
            newcomer=Newcomer(self.paths),
            journal=Journal(self.paths.unanswered, lambda: bytes(32)),
            grabs_keys=False,
        )

    def _settings(self) -> Settings:
        return Settings.model_validate(
            {
                "app": {"mode": "hybrid"},
                "llm": {"base_url": self.model.base_url, "model": "bench"},
                "stt": {
                    "provider": "openai_compatible",
                    "openai_compatible": {"base_url": self.model.base_url, "model": "ears"},
                },
                "realtime_api": {
                    "url": self._url,
                    "key": KEY_NAME,
                    "first_audio_timeout_s": self._first_audio_s,
                    "turn_detection": {"type": "server_vad"},
                    "noise_reduction": "none",  # the ears know sounds as they are
                },
                "mode_switching": {"cool_down_seconds": COOL_DOWN_S},
            }
        )

    # What a fault needs

    @property
    def client(self) -> Any:
        """The program's client of the Realtime API."""
        assert self.assistant.realtime is not None
        return self.assistant.realtime.client

    @property
    def journal_files(self) -> int:
        """How many utterances wait on the disk to be answered."""
        return len(list(self.paths.unanswered.iterdir())) if self.paths.unanswered.exists() else 0

    def move_cloud(self, url: str) -> None:
        """The next connections go there."""
        endpoint = self.client.endpoint
        self.client.endpoint = Endpoint(url, endpoint.model, endpoint.key)

    def break_dns(self) -> None:
        """Names are not found any more."""
        loop = asyncio.get_running_loop()

        async def getaddrinfo(*_: object, **__: object) -> Any:
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

        setattr(loop, "getaddrinfo", getaddrinfo)  # noqa: B010 - mypy knows it as a method

    def kill_voice(self) -> None:
        """The program's voice service dies now."""
        if (pid := self.assistant.voice_pid) is not None:
            os.kill(pid, signal.SIGKILL)

    async def enter(self, context: AbstractAsyncContextManager[T]) -> T:
        """Have it until all is well again."""
        return await self._while_it_fails.enter_async_context(context)

    async def heal_network(self) -> None:
        """Connections come about again; the program finds that out for itself."""
        self.proxy.heal()
        async with asyncio.timeout(OPEN_WITHIN_S):
            while self.client.state is not ClientState.OPEN:  # noqa: ASYNC110 - the program's own callback is taken
                await asyncio.sleep(0.05)
        await asyncio.sleep(COOL_DOWN_S)

    async def records_kept(self) -> None:
        """The records of all turns have been written, as far as that goes."""
        await self.program.records_kept()

    async def fill_disk(self) -> None:
        """The file of past turns can't grow any more, and has no room."""
        await self.transcripts.database.run(_fill)

    async def free_disk(self) -> None:
        """There is room again."""
        await self.transcripts.database.run(_free)

    async def disconnect(self) -> None:
        """The program starts without a session, and is told to want one."""
        await self.client.close()
        self.client.start()
        await asyncio.sleep(0)

    async def local_only(self) -> None:
        """Do without the cloud."""
        await self.assistant.enter_mode(Mode.TRADITIONAL)

    async def with_cloud(self) -> None:
        """Ask the cloud first again."""
        await self.assistant.enter_mode(Mode.HYBRID)

    async def all_well(self) -> None:
        """Nothing fails any more, nothing is held against anybody, and there is a session."""
        await self._while_it_fails.aclose()
        self.proxy.heal()
        self.model.heal()
        asyncio.get_running_loop().__dict__.pop("getaddrinfo", None)
        self.cloud.calls_tool = False
        self.room.on_frame = lambda _count: None
        self.room.on_sound = lambda: None
        self.room.loses_loudspeaker = False
        await self.with_cloud()
        self.move_cloud(self._url)
        if self.client.state is not ClientState.OPEN or self.client._session.is_suspect:
            await self.client.close()
        self.client.forgive()
        self.assistant.line.restart(self.assistant.backends)
        self.client.start()
        async with asyncio.timeout(OPEN_WITHIN_S):
            await self.client.open()
        self.notices.clear()

    # Questions

    def question(self, kind: str) -> Question:
        """The next question of a kind (`capitals`, `sums`, `greetings`); the room says it when somebody listens."""
        known = self.questions[kind]
        question, speech = known[self._asked % len(known)]
        self._asked += 1
        self.room.is_about_to_say(speech)
        return question

    async def answer(self, *, hands_free: bool = False) -> TurnRecord:
        """Ask it, and wait until that is over."""
        while not self._ended.empty():
            self._ended.get_nowait()
        if hands_free:
            self.room.speak_up()
        else:
            self.program.press()
        async with asyncio.timeout(TURN_WITHIN_S):
            turn: TurnRecord = (await self._ended.get()).turn
        return turn

    async def ended_again(self) -> bool:
        """Whether another turn ended since, which nobody asked for."""
        await asyncio.sleep(0)
        return not self._ended.empty()

    async def _learn_questions(self) -> None:
        """Have each question said, for the room to say and the ears to know."""
        for kind, questions in (("capitals", capitals()), ("sums", sums()), ("greetings", greetings())):
            self.questions[kind] = [(question, await self._said(question.text)) for question in questions]
            for question, speech in self.questions[kind]:
                self.ears.learn(question.text, b"".join(frame.pcm for frame in speech), speech[0].sample_rate_hz)

    async def _said(self, text: str) -> list[AudioFrame]:
        frames = [frame async for frame in self.assistant.tts.synthesize(text, self.assistant.style)]
        path = self.paths.cache / "question.wav"
        write_wav(path, frames)
        return list(read_wav(path))


def _fill(connection: sqlite3.Connection) -> None:
    """Let the file not grow, and take the room that is left in it."""
    (pages,) = connection.execute("PRAGMA page_count").fetchone()
    connection.execute(f"PRAGMA max_page_count = {pages}")
    for size in (1024, 64, 1):
        with contextlib.suppress(sqlite3.OperationalError):
            for number in itertools.count():
                row = (f"{FILLING}{size}-{number}", "x" * size)
                with connection:
                    connection.execute(
                        "INSERT INTO turns VALUES (?, 0, 'answered', ?, '', '', '', '{}', '{}', 0, 0, 0, '', '')", row
                    )


def _free(connection: sqlite3.Connection) -> None:
    connection.execute("PRAGMA max_page_count = 1073741823")
    with connection:
        connection.execute("DELETE FROM turns WHERE turn_id LIKE ?", (f"{FILLING}%",))


def _set_variable(closing: AsyncExitStack, name: str, value: str) -> None:
    before = os.environ.get(name)
    os.environ[name] = value

    def restore() -> None:
        if before is None:
            os.environ.pop(name, None)
        else:
            os.environ[name] = before

    closing.callback(restore)
