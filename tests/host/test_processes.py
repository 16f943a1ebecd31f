"""Child processes, with real ones: short Python programs at the other end of real pipes."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import psutil
import pytest

from sovereign_desktop.core.errors import ProcessError
from sovereign_desktop.core.framing import PipeMessage
from sovereign_desktop.host.processes import ChildProcess, isolated_env

HEAD = """
import os, sys, time, signal, subprocess, logging
from sovereign_desktop.core.framing import PipeMessage
from sovereign_desktop.core.parent_pipe import ParentPipe, die_with_parent
"""
ECHO = """
with ParentPipe.take_over() as parent:
    parent.send(PipeMessage({"ready": True}))
    for message in parent:
        parent.send(message)
"""


def program(body: str) -> list[str]:
    return [sys.executable, "-c", HEAD + textwrap.dedent(body)]


class Family:
    """Spawns children and remembers what they said."""

    def __init__(self) -> None:
        self.children: list[ChildProcess] = []
        self.messages: asyncio.Queue[PipeMessage] = asyncio.Queue()
        self.lines: asyncio.Queue[str] = asyncio.Queue()
        self.exits: asyncio.Queue[int] = asyncio.Queue()

    async def spawn(self, body: str) -> ChildProcess:
        child = await ChildProcess.spawn(
            program(body),
            name="test child",
            on_message=self.messages.put_nowait,
            on_exit=self.exits.put_nowait,
            on_stderr=self.lines.put_nowait,
        )
        self.children.append(child)
        return child

    async def message(self) -> PipeMessage:
        return await asyncio.wait_for(self.messages.get(), 20)

    async def exit_code(self) -> int:
        return await asyncio.wait_for(self.exits.get(), 20)


@pytest.fixture
async def family() -> AsyncIterator[Family]:
    family = Family()
    yield family
    for child in family.children:
        await child.stop(0.0)


async def test_a_message_comes_back_as_it_was_sent(family: Family) -> None:
    child = await family.spawn(ECHO)
    assert (await family.message()).header == {"ready": True}
    sent = PipeMessage({"text": "żółw"}, bytes(range(256)) * 4000)
    child.send(sent)
    assert await family.message() == sent


async def test_closing_its_stdin_is_enough_for_a_child_to_end(family: Family) -> None:
    child = await family.spawn(ECHO)
    await family.message()
    await child.stop()
    assert await family.exit_code() == 0
    assert not psutil.pid_exists(child.pid)


async def test_what_was_sent_before_the_stop_still_arrives(family: Family) -> None:
    child = await family.spawn(ECHO)
    for number in range(100):
        child.send(PipeMessage({"number": number}))
    await child.stop(10.0)
    await family.message()
    assert [(await family.message()).header["number"] for _ in range(100)] == list(range(100))


async def test_a_child_that_ignores_every_request_is_killed(family: Family) -> None:
    child = await family.spawn(
        """
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        parent = ParentPipe.take_over()
        parent.send(PipeMessage())
        time.sleep(600)
        """
    )
    await family.message()
    await child.stop(0.05)
    assert await family.exit_code() == -signal.SIGKILL


@pytest.mark.expected_errors
async def test_a_child_that_stops_reading_is_killed_and_the_sender_never_waits(family: Family) -> None:
    child = await family.spawn("parent = ParentPipe.take_over(); parent.send(PipeMessage()); time.sleep(600)")
    await family.message()
    longest_s = 0.0
    while child.running:
        began = time.perf_counter()
        child.send(PipeMessage(payload=bytes(2**20)))
        longest_s = max(longest_s, time.perf_counter() - began)
        await asyncio.sleep(0)
    assert await family.exit_code() == -signal.SIGKILL
    assert child.failure == "stopped reading"
    assert longest_s < 0.25


@pytest.mark.expected_errors
@pytest.mark.parametrize(
    "noise", [b"hello, I print to stdout\n" * 3, b"\x00\x00\x00\x03\x00\x00\x00\x00{,}more", b"\xff" * 64]
)
async def test_a_child_that_talks_nonsense_is_killed(family: Family, noise: bytes) -> None:
    child = await family.spawn(f"os.write(1, {noise!r}); time.sleep(600)")
    assert await family.exit_code() == -signal.SIGKILL
    assert child.failure == "sent something that is no message"


async def test_a_message_cut_short_by_death_is_no_failure_of_its_own(family: Family) -> None:
    child = await family.spawn("os.write(1, b'\\x00\\x00\\x00\\x03'); os._exit(3)")
    assert await family.exit_code() == 3
    assert child.failure == ""


async def test_every_message_comes_before_the_exit(family: Family) -> None:
    await family.spawn(
        "parent = ParentPipe.take_over(); [parent.send(PipeMessage({'n': n})) for n in range(500)]; os._exit(7)"
    )
    assert await family.exit_code() == 7
    assert family.messages.qsize() == 500


async def test_what_a_library_prints_does_not_break_the_messages(family: Family) -> None:
    await family.spawn(
        """
        with ParentPipe.take_over() as parent:
            print("a library says hello", flush=True)
            os.write(1, b"and another\\n")
            parent.send(PipeMessage({"fine": True}))
        """
    )
    assert (await family.message()).header == {"fine": True}
    assert await asyncio.wait_for(family.lines.get(), 20) == "a library says hello"


@pytest.mark.skipif(sys.platform == "win32", reason="process groups are a matter of POSIX")
async def test_a_grandchild_that_holds_the_pipes_does_not_outlive_the_child(family: Family) -> None:
    await family.spawn(
        """
        parent = ParentPipe.take_over()
        grandchild = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"], close_fds=False)
        parent.send(PipeMessage({"pid": grandchild.pid}))
        os._exit(0)
        """
    )
    pid = (await family.message()).header["pid"]
    assert await family.exit_code() == 0
    await until(lambda: not psutil.pid_exists(pid) or psutil.Process(pid).status() == psutil.STATUS_ZOMBIE)


async def test_threads_and_descriptors_are_gone_after_the_stop(family: Family) -> None:
    def held() -> tuple[int, int]:
        process = psutil.Process()
        return threading.active_count(), process.num_handles() if sys.platform == "win32" else process.num_fds()

    before = held()
    for _ in range(3):
        child = await family.spawn(ECHO)
        await family.message()
        assert held() != before
        await child.stop()
        assert held() == before


async def test_a_cancelled_stop_kills(family: Family) -> None:
    child = await family.spawn("parent = ParentPipe.take_over(); parent.send(PipeMessage()); time.sleep(600)")
    await family.message()
    stopping = asyncio.create_task(child.stop(600))
    await asyncio.sleep(0)
    stopping.cancel()
    assert await family.exit_code() == -signal.SIGKILL


async def test_a_program_that_is_not_there_is_a_clear_error() -> None:
    with pytest.raises(ProcessError, match="can't be started"):
        await ChildProcess.spawn(["/nowhere/python"], name="voice service", on_message=print, on_exit=print)


@pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL")
@pytest.mark.parametrize(
    "body",
    [ECHO, "parent = ParentPipe.take_over(); die_with_parent(); parent.send(PipeMessage()); time.sleep(600)"],
    ids=["reading", "hung"],
)
def test_the_child_ends_when_the_program_is_killed(body: str) -> None:
    if "die_with_parent" in body and sys.platform != "linux":
        pytest.skip("only Linux ends a hung child with its parent")
    middle = subprocess.Popen(
        [
            sys.executable,
            "-c",
            f"""
import asyncio
from sovereign_desktop.host.processes import ChildProcess
async def main():
    ready = asyncio.Event()
    child = await ChildProcess.spawn({program(body)!r}, name="c", on_message=lambda m: ready.set(), on_exit=print)
    await ready.wait()
    print(child.pid, flush=True)
    await asyncio.sleep(600)
asyncio.run(main())
""",
        ],
        stdout=subprocess.PIPE,
        env=isolated_env(),
    )
    with middle:
        assert middle.stdout
        child = psutil.Process(int(middle.stdout.readline()))
        middle.kill()
    child.wait(10)


async def test_the_log_keeps_a_childs_records_and_no_content(family: Family, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    child = await family.spawn(
        """
        from sovereign_desktop.core.log_lines import JsonLines
        handler = logging.StreamHandler()
        handler.setFormatter(JsonLines())
        logging.basicConfig(handlers=[handler])
        logging.getLogger("sovereign_desktop.audio").warning("device opened", extra={"rate_hz": 48000})
        raise ValueError("what the user said")
        """
    )
    assert await family.exit_code() == 1
    records = {record.getMessage(): record for record in caplog.records}
    opened = records["device opened"]
    assert (opened.levelname, opened.name) == ("WARNING", "sovereign_desktop.audio")
    assert (vars(opened)["rate_hz"], vars(opened)["child"]) == (48000, child.name)
    assert vars(records["child exception"])["type"] == "ValueError"
    assert "what the user said" not in repr([vars(record) for record in caplog.records])
    assert "ValueError: what the user said" in [family.lines.get_nowait() for _ in range(family.lines.qsize())]


def test_another_interpreter_finds_the_program_but_not_our_packages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", "/somewhere/else")
    monkeypatch.setenv("PYTHONHOME", "/nowhere")
    env = isolated_env({"EXTRA": "1"})
    found = subprocess.run(
        [
            sys.executable,
            "-c",
            "import sys, sovereign_desktop; print(sovereign_desktop.__file__); print(*sys.path, sep='\\n')",
        ],
        env=env,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.splitlines()
    assert Path(found[0]).parts[-2:] == ("sovereign_desktop", "__init__.py")
    assert "/somewhere/else" not in found
    assert env["EXTRA"] == "1"
    assert os.environ["PATH"] == env["PATH"]


async def until(claim: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while not claim():
            await asyncio.sleep(0.01)


def test_a_child_is_given_no_key_that_a_variable_holds(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("OPENAI_API_KEY", "SOVEREIGN_KEY_MINE"):
        monkeypatch.setenv(name, "a key")
    assert "a key" not in isolated_env().values()
    assert isolated_env({"SOVEREIGN_KEY_MINE": "meant"})["SOVEREIGN_KEY_MINE"] == "meant"
