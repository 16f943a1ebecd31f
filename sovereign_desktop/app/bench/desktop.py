"""`bench desktop`: how long the whole program's event loop is kept from its work while everything runs at once.

The real program, with its icon and the live latency window, talks for five minutes on virtual sound devices: first
speech to speech with a Realtime server, then through servers of speech recognition and of a language model, which is
told what is on the screen and what is remembered; the voice is this computer's. A watchdog on its loop
(`ui/watched.py`) notes how late it wakes, without the time in which the system let other programs run. The first
minute, in which things are loaded, counts for itself.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sovereign_desktop.app.bench.realtime import question_samples
from sovereign_desktop.app.bench.room import RATE_HZ, BenchRoom, Ear
from sovereign_desktop.app.bench.server import BenchServer
from sovereign_desktop.context.manifest import unpacked
from sovereign_desktop.core.errors import SovereignError
from sovereign_desktop.host.display import display_name

SECONDS, WARM_S = 300.0, 60.0
"""How long it runs, and how much of that counts for itself."""
PAUSE_S = 0.5
ANSWERED_WITHIN_S = 12.0
LOOK_EVERY_S = 0.2
MEMORIES = 2_000
WATCHED = "sovereign_desktop.ui.watched"
_HEARD = "When did I ask about harbour number 77, and what is on my screen?"
_REPLY = "The first train to the harbour leaves at six."


@dataclass(frozen=True, slots=True)
class DesktopBench:
    """What the watchdog saw. `with_memory` and `with_screen` count turns whose model was told of either."""

    seconds: float
    longest_stall_ms: float
    longest_stall_at_first_ms: float
    turns: int
    answered: int
    with_memory: int
    with_screen: int
    backends: Mapping[str, int]

    def as_json(self) -> dict[str, Any]:
        return {
            "seconds": self.seconds,
            "longest_stall_ms": round(self.longest_stall_ms, 1),
            "longest_stall_at_first_ms": round(self.longest_stall_at_first_ms, 1),
            "turns": self.turns,
            "answered": self.answered,
            "with_memory": self.with_memory,
            "with_screen": self.with_screen,
            "backends": dict(self.backends),
        }

    def as_text(self) -> str:
        by = ", ".join(f"{count} by {name}" for name, count in self.backends.items())
        return "\n".join(
            (
                f"longest stall               {self.longest_stall_ms:>8.1f} ms in {self.seconds:.0f} s after the first",
                f"while things were loaded    {self.longest_stall_at_first_ms:>8.1f} ms",
                f"turns                       {self.turns:>8} ({self.answered} answered; {by})",
                f"told of memories, screen    {self.with_memory:>8}, {self.with_screen}",
            )
        )


async def bench_desktop(seconds: float = SECONDS, warm_s: float = WARM_S, *, debug: bool = False) -> DesktopBench:
    """Measure. Needs a screen and PulseAudio. Raises SovereignError."""
    if not display_name():
        raise SovereignError("This is measured on a screen, and there is none.", remedy="Run it in a desktop session.")
    question = await asyncio.to_thread(question_samples)
    with tempfile.TemporaryDirectory(prefix="bench-") as folder, BenchRoom() as room:
        home = Path(folder)
        async with BenchServer(answer_s=2.0) as realtime, _language_model() as model:
            _prepare(home, realtime.url, model)
            env = os.environ | {"SOVEREIGN_HOME": folder, "PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring"}
            await _run(env, "-m", "sovereign_desktop", "memory", "import", str(home / "memories.jsonl"))
            stalls = await _talk(env, room, question, seconds, warm_s, debug=debug)
        turns = _turns(home / "data" / "transcripts.sqlite")
    told = [unpacked(turn["context"] or b"").get("tiers", {}) for turn in turns]
    backends = [turn["backend"] for turn in turns if turn["outcome"] == "answered"]
    return DesktopBench(
        seconds=seconds - warm_s,
        longest_stall_ms=stalls["longest_ms"],
        longest_stall_at_first_ms=stalls["at_first_ms"],
        turns=len(turns),
        answered=len(backends),
        with_memory=sum(bool(tiers.get("memory")) for tiers in told),
        with_screen=sum(bool(tiers.get("screen")) for tiers in told),
        backends={name: backends.count(name) for name in dict.fromkeys(backends)},
    )


async def _talk(
    env: Mapping[str, str], room: BenchRoom, question: Any, seconds: float, warm_s: float, *, debug: bool
) -> Any:
    """Run the program and keep asking it until it ends by itself; what its watchdog says."""
    program = subprocess.Popen(  # noqa: S603, ASYNC220 - our own command; it returns at once
        [sys.executable, "-m", WATCHED, str(seconds), str(warm_s)],
        env=dict(env),
        stdout=subprocess.PIPE,
        stderr=None if debug else subprocess.DEVNULL,
        text=True,
    )
    ending = asyncio.ensure_future(asyncio.to_thread(program.communicate))
    try:
        half = asyncio.get_running_loop().time() + seconds / 2
        is_local = False
        while not ending.done():
            if not is_local and asyncio.get_running_loop().time() > half:
                is_local = True
                await _run(env, "-m", "sovereign_desktop", "--mode", "traditional")
            await asyncio.to_thread(_ask, room, question)
            await asyncio.wait([ending], timeout=PAUSE_S)
        said, _ = await ending
    finally:
        program.terminate()
        await asyncio.wait([ending])
    try:
        return json.loads(said.splitlines()[-1])
    except (IndexError, ValueError) as error:
        raise SovereignError("The program ended before it was measured.", remedy="Run it with --debug.") from error


def _ask(room: BenchRoom, question: Any) -> None:
    """Ask aloud, and return when the answer has sounded, or when none comes."""
    with Ear() as ear:
        ended = room.say(question) + len(question) / RATE_HZ
        deadline = time.monotonic() + ANSWERED_WITHIN_S
        while time.monotonic() < deadline:
            time.sleep(LOOK_EVERY_S)
            sounded = ear.first_sound(ended)
            if sounded is not None and ear.silent_from(sounded, 700) is not None:
                return


async def _run(env: Mapping[str, str], *arguments: str) -> None:
    command = [sys.executable, *arguments]
    await asyncio.to_thread(subprocess.run, command, env=dict(env), capture_output=True, check=False)


def _prepare(home: Path, realtime_url: str, model_url: str) -> None:
    """Settings that have everything on, and memories to search."""
    settings = {
        "activation": {"hands_free": True},
        "app": {"caption": True, "keep_unanswered": False},
        "audio": {"earcons": False},
        "realtime_api": {
            "url": realtime_url,
            "turn_detection": {"type": "server_vad"},
            "transcription": {"model": ""},
        },
        "stt": {"openai_compatible": {"base_url": model_url, "model": "bench"}},
        "llm": {"base_url": model_url, "model": "bench"},
        "screen_context": {"enabled": True, "privacy": {"when_excluded": "cut"}},
    }
    (home / "config").mkdir()
    (home / "config" / "settings.yaml").write_text(json.dumps(settings))  # JSON is YAML
    days = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday")
    lines = (
        {"text": f"On {days[number % 5]} I asked what time it is in harbour number {number}.", "time": "2026-01-01"}
        for number in range(MEMORIES)
    )
    (home / "memories.jsonl").write_text("\n".join(map(json.dumps, lines)))


def _turns(file: Path) -> list[dict[str, Any]]:
    with contextlib.closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as connection:
        connection.row_factory = sqlite3.Row
        return [dict(row) for row in connection.execute("select outcome, backend, context from turns")]


@asynccontextmanager
async def _language_model() -> AsyncIterator[str]:
    """An OpenAI-compatible server that hears and says the same whatever it is told; its address."""
    server = await asyncio.start_server(_answer, "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/v1"


async def _answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError), contextlib.closing(writer):
        head = (await reader.readuntil(b"\r\n\r\n")).lower()
        length = next((line for line in head.split(b"\r\n") if line.startswith(b"content-length:")), b":0")
        await reader.readexactly(int(length.partition(b":")[2]))
        if b"/audio/transcriptions" in head.partition(b"\r\n")[0]:
            writer.write(_head("application/json") + json.dumps({"text": _HEARD}).encode())
        else:
            await _write_words(writer)
        await writer.drain()


async def _write_words(writer: asyncio.StreamWriter) -> None:
    """The reply, word by word."""
    writer.write(_head("text/event-stream"))
    for word in (*_REPLY.split(), ""):
        choice = {"index": 0, "delta": {"content": f"{word} "}, "finish_reason": None if word else "stop"}
        piece = {"id": "1", "object": "chat.completion.chunk", "created": 1, "model": "bench", "choices": [choice]}
        writer.write(f"data: {json.dumps(piece)}\n\n".encode())
        await writer.drain()
        await asyncio.sleep(0.02)
    writer.write(b"data: [DONE]\n\n")


def _head(kind: str) -> bytes:
    return f"HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\nConnection: close\r\n\r\n".encode()
