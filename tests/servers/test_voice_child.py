"""The voice service as a child process, at the ends of its pipes."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from sovereign_desktop.core.framing import PipeMessage
from sovereign_desktop.engines.remote_voice import VoiceAddress
from sovereign_desktop.engines.tts.remote import RemoteTextToSpeech
from sovereign_desktop.host.processes import ChildProcess
from sovereign_desktop.servers.voice.config import EXIT_HUNG

HANGING = """
import sys, threading
from sovereign_desktop.core.foreground import MAIN
from sovereign_desktop.engines import registry
from sovereign_desktop.servers.voice import hosting
from sovereign_desktop.servers.voice.__main__ import main

class Hangs:
    name = "hangs"
    async def availability(self): ...
    async def prepare(self): MAIN.submit(threading.Event().wait)
    async def close(self): ...

async def choose(*_, **__):
    return registry.Choice(Hangs(), "a test wants it")

registry.choose_stt = registry.choose_tts = choose
hosting.HUNG_AFTER_S = 0.2
sys.exit(main())
"""


class Child:
    def __init__(self) -> None:
        self.messages: asyncio.Queue[PipeMessage] = asyncio.Queue()
        self.exits: asyncio.Queue[int] = asyncio.Queue()
        self.lines: list[str] = []
        self.process: ChildProcess | None = None

    async def start(self, *args: str) -> None:
        self.process = await ChildProcess.spawn(
            [sys.executable, *args],
            name="voice service",
            on_message=self.messages.put_nowait,
            on_exit=self.exits.put_nowait,
            on_stderr=self.lines.append,
        )

    def configure(self, **config: Any) -> None:
        assert self.process is not None
        self.process.send(PipeMessage({"configure": {"token": "hush", "models_folder": str(Path()), **config}}))

    async def message(self) -> Any:
        return (await asyncio.wait_for(self.messages.get(), 30)).header

    async def exit_code(self) -> int:
        return await asyncio.wait_for(self.exits.get(), 30)


@pytest.fixture
async def child() -> AsyncIterator[Child]:
    child = Child()
    yield child
    if child.process is not None:
        await child.process.stop(1.0)


async def test_it_tells_its_port_and_ends_with_the_pipe(child: Child) -> None:
    await child.start("-m", "sovereign_desktop.servers.voice")
    child.configure()
    assert (await child.message())["ready"]["port"] > 0
    assert child.process is not None
    await child.process.stop(5.0)
    assert await child.exit_code() == 0


async def test_a_program_that_is_gone_before_it_said_a_word_ends_it(child: Child) -> None:
    await child.start("-m", "sovereign_desktop.servers.voice")
    assert child.process is not None
    await child.process.stop(10.0)
    assert await child.exit_code() == 0


@pytest.mark.expected_errors
async def test_an_engine_that_hangs_ends_the_process_with_its_own_status(child: Child) -> None:
    await child.start("-c", HANGING)
    child.configure()
    assert await child.exit_code() == EXIT_HUNG


async def test_every_line_about_a_job_names_it_and_says_nothing_of_it(child: Child) -> None:
    await child.start("-m", "sovereign_desktop.servers.voice")
    child.configure()
    port = (await child.message())["ready"]["port"]

    class There:
        async def address(self) -> VoiceAddress:
            return VoiceAddress(f"http://127.0.0.1:{port}", "hush")

    tts = RemoteTextToSpeech(There())
    async for _ in tts.synthesize("marzipan"):
        pass
    await tts.close()
    assert child.process is not None
    await child.process.stop(5.0)
    lines = [json.loads(line) for line in child.lines]
    about = [line for line in lines if line["message"] == "synthesized"]
    assert [len(line["correlation_id"]) for line in about] == [32]
    assert "marzipan" not in " ".join(child.lines)
    assert "hush" not in " ".join(child.lines)
