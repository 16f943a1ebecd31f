"""The real Tesseract: a process that has loaded its model waits for the next picture, no longer than the program."""

from __future__ import annotations

import asyncio
import os
import random
import shutil
import signal
import statistics
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from pathlib import Path

import psutil
import pytest
from PIL import Image, ImageDraw, ImageFont

from sovereign_desktop.core.errors import BrokenReply, EngineTimeout
from sovereign_desktop.core.picture import GreyPicture
from sovereign_desktop.engines.ocr.tesseract import TesseractTextRecognizer
from tests.desktop import wait_until

pytestmark = [
    pytest.mark.skipif(shutil.which("tesseract") is None, reason="Tesseract is not installed"),
    pytest.mark.skipif(sys.platform == "win32", reason="the program that counts is a shell script"),
]

WORDS = ["seven", "yellow", "flowers"]


def line(text: str = " ".join(WORDS)) -> GreyPicture:
    paper = Image.new("L", (400, 40), 255)
    ImageDraw.Draw(paper).text((10, 8), text, fill=0, font=ImageFont.load_default(18))
    return GreyPicture(paper.width, paper.height, paper.tobytes())


def frame(rng: random.Random) -> GreyPicture:
    """Straight lines, as around a window that has come."""
    paper = Image.new("L", (rng.choice((200, 570, 900)), rng.choice((30, 50, 90))), rng.choice((30, 128, 240)))
    pen, (right, bottom) = ImageDraw.Draw(paper), paper.size
    corners = [(12, bottom), (12, 12), (right - 12, 12), (right - 12, bottom)]
    pen.line(corners[: rng.choice((2, 4))], fill=rng.choice((0, 200)), width=rng.choice((1, 3)))
    return GreyPicture(paper.width, paper.height, paper.tobytes())


class Counted(TesseractTextRecognizer):
    """Tesseract, started by a script that writes down the process that it becomes."""

    def __init__(self, folder: Path, language: str = "eng") -> None:
        self._started = folder / "started"
        script = folder / "counted-tesseract"
        script.write_text(f'#!/bin/sh\necho $$ >> "{self._started}"\nexec tesseract "$@"\n')
        script.chmod(0o755)
        super().__init__(language, timeout_s=60, program=str(script))

    def started(self, number: int) -> list[int]:
        """The processes, once there are so many."""
        wait_until(lambda: len(self._pids()) >= number, 20, "the start of Tesseract")
        return self._pids()

    def _pids(self) -> list[int]:
        return [int(pid) for pid in self._started.read_text().split()] if self._started.exists() else []


def runs(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


async def read(recognizer: TesseractTextRecognizer, picture: GreyPicture | None = None) -> list[str]:
    (words,) = await recognizer.recognize([picture or line()])
    return [word.text for word in words]


@pytest.fixture
async def counted(tmp_path: Path) -> AsyncIterator[Counted]:
    recognizer = Counted(tmp_path)
    yield recognizer
    await recognizer.close()
    assert not any(map(runs, recognizer.started(0)))


async def test_nothing_waits_unless_it_was_prepared(counted: Counted) -> None:
    assert await read(counted) == WORDS
    (pid,) = counted.started(1)
    assert not runs(pid)


async def test_one_waits_for_the_next_picture_and_another_for_the_one_after(counted: Counted) -> None:
    await counted.prepare()
    await counted.prepare()
    (first,) = counted.started(1)
    assert runs(first)
    assert await read(counted) == WORDS
    assert not runs(first)
    _, second = counted.started(2)
    assert runs(second)
    assert await read(counted) == WORDS
    assert len(counted.started(3)) == 3


async def test_two_pictures_at_once_leave_one_that_waits(counted: Counted) -> None:
    await counted.prepare()
    both = await asyncio.gather(read(counted), read(counted, line("a quiet evening")))
    assert both == [WORDS, ["a", "quiet", "evening"]]
    assert sum(map(runs, counted.started(3))) == 1
    assert len(counted.started(3)) == 3


@pytest.mark.parametrize("before_s", [0.0, 0.5])
async def test_one_that_was_killed_while_it_waited_does_no_harm(counted: Counted, before_s: float) -> None:
    """Neither where that is known, nor in the moment before."""
    await counted.prepare()
    (pid,) = counted.started(1)
    os.kill(pid, signal.SIGKILL)
    if before_s:
        await asyncio.sleep(before_s)
    assert await read(counted) == WORDS


async def test_a_script_that_starts_the_real_one_is_ended_with_it(tmp_path: Path) -> None:
    script = tmp_path / "wrapped-tesseract"
    script.write_text('#!/bin/sh\ntesseract "$@"\nexit $?\n')
    script.chmod(0o755)
    recognizer = TesseractTextRecognizer(timeout_s=60, program=str(script))
    await recognizer.prepare()
    ready = recognizer._ready
    assert ready is not None
    wait_until(lambda: bool(psutil.Process(ready.pid).children()), 20, "the real Tesseract")
    (real,) = psutil.Process(ready.pid).children()
    async with asyncio.timeout(1.5):
        await recognizer.close()
    wait_until(lambda: not runs(real.pid), 20, "the end of the real Tesseract")


async def test_one_that_writes_for_ever_is_given_up_in_time(tmp_path: Path) -> None:
    script = tmp_path / "endless-tesseract"
    script.write_text("#!/bin/sh\nexec yes\n")
    script.chmod(0o755)
    recognizer = TesseractTextRecognizer(timeout_s=0.2, program=str(script))
    async with asyncio.timeout(20):
        with pytest.raises(EngineTimeout):
            await read(recognizer)


async def test_what_stands_on_one_page_has_no_part_in_another() -> None:
    """Frames below a line, in one picture with it, made Tesseract lose half of its words."""
    rng, recognizer = random.Random(20261126), TesseractTextRecognizer(timeout_s=60)
    nothing = GreyPicture(7, 7, bytes(49))
    for _ in range(8):
        words = rng.sample(["seven", "yellow", "flowers", "monday", "morning", "harbour", "letter"], 5)
        first, second = line(" ".join(words)), line("a quiet evening")
        alone = await recognizer.recognize([first])
        assert [word.text for word in alone[0]] == words
        read_all = await recognizer.recognize([frame(rng), nothing, first, frame(rng), second])
        assert read_all[2] == alone[0]
        assert [word.text for word in read_all[4]] == ["a", "quiet", "evening"]
        assert read_all[1] == ()
    assert await recognizer.recognize([nothing]) == [()]
    assert await recognizer.recognize([]) == []


async def test_a_reading_that_is_given_up_ends_its_process(counted: Counted) -> None:
    await counted.prepare()
    task = asyncio.create_task(read(counted, GreyPicture(3000, 2000, os.urandom(6_000_000))))
    await asyncio.sleep(0.5)
    (pid,) = counted.started(1)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert not runs(pid)
    assert await read(counted) == WORDS


async def test_a_language_that_is_not_installed_is_named(tmp_path: Path) -> None:
    recognizer = Counted(tmp_path, "tlh")
    await recognizer.prepare()
    with pytest.raises(BrokenReply, match="failed") as raised:
        await read(recognizer)
    assert "`tlh`" in raised.value.remedy
    await recognizer.close()


async def test_one_that_waits_is_quicker(counted: Counted) -> None:
    async def took() -> float:
        started = time.perf_counter()
        assert await read(counted) == WORDS
        return time.perf_counter() - started

    cold = [await took() for _ in range(5)]
    await counted.prepare()
    ready = []
    for _ in range(5):
        await asyncio.sleep(1)
        ready.append(await took())
    assert statistics.median(ready) < 0.6 * statistics.median(cold)


def test_one_that_waits_ends_with_a_program_that_is_killed(tmp_path: Path) -> None:
    """The program that started it has no time to end it: its stdin does."""
    program = f"""
import asyncio
from pathlib import Path
from tests.engines.test_tesseract import Counted

async def main():
    await Counted(Path({str(tmp_path)!r})).prepare()
    print("ready", flush=True)
    await asyncio.sleep(600)

asyncio.run(main())
"""
    root = Path(__file__).parents[2]
    with subprocess.Popen([sys.executable, "-c", program], cwd=root, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        (pid,) = Counted(tmp_path).started(1)
        time.sleep(1)
        assert runs(pid)
        process.kill()
    wait_until(lambda: not runs(pid), 20, "the end of Tesseract")
