"""What was spoken and not answered is there at the next start, up to the last moment, and nobody else's to read."""

from __future__ import annotations

import contextlib
import os
import random
import resource
import signal
import stat
import subprocess
import sys
import threading
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from sovereign_desktop.audio.port import Captured, UtteranceEnded
from sovereign_desktop.conversation.journal import MOST_OFFERED, OLDEST_S, Journal, Pending
from sovereign_desktop.conversation.journal_file import JournalFile, Recording, read
from sovereign_desktop.core.audio import AudioFrame, EndReason, UtteranceEnd
from sovereign_desktop.core.errors import SovereignError
from sovereign_desktop.host.sealed import DamagedError
from tests.conversation.journal_writer import KEY, frame

ROOT = Path(__file__).resolve().parents[2]
FRAME_BYTES = len(frame(0).pcm)
pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs fork, SIGKILL and resource limits")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "data" / "unanswered"


@contextlib.asynccontextmanager
async def journal_in(folder: Path, key: Callable[[], bytes] = lambda: KEY) -> AsyncIterator[Journal]:
    journal = Journal(folder, key)
    yield journal
    await journal.close()


def say(journal: Journal, turn_id: str, frames: int = 50, probability: float = 0.9, *, ended: bool = False) -> None:
    for number in range(frames):
        journal.on_audio(Captured(turn_id, frame(number), probability, -20.0))
    if ended:
        journal.on_audio(UtteranceEnded(turn_id, UtteranceEnd(EndReason.RELEASED, 1.0, 420.0)))


async def spoken(folder: Path, *turn_ids: str, frames: int = 50) -> None:
    """Turns of a run that ended before they were answered."""
    async with journal_in(folder) as journal:
        for turn_id in turn_ids:
            say(journal, turn_id, frames, ended=True)


async def pending(folder: Path, key: Callable[[], bytes] = lambda: KEY) -> Pending:
    async with journal_in(folder, key) as journal:
        return await journal.pending()


def files(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()} if folder.exists() else set()


def refuses() -> bytes:
    raise SovereignError("This system has no keyring.")


async def test_speech_of_a_run_that_ended_is_there_in_the_next(folder: Path) -> None:
    await spoken(folder, "turn-1")
    async with journal_in(folder) as journal:
        (question,) = (await journal.pending()).questions
        assert (question.turn_id, question.duration_ms) == ("turn-1", 1000.0)
        assert abs(question.at - time.time()) < 60
        utterance = await journal.utterance("turn-1")
        assert utterance is not None
        assert utterance.pcm() == b"".join(frame(number).pcm for number in range(50))
        assert utterance.end is not None
        assert (utterance.end.reason, utterance.end.speech_ms) == (EndReason.FILE, 420.0)
        assert [one.duration_ms async for one in utterance.frames()] == [20.0] * 50


async def test_an_utterance_that_never_ended_is_as_voiced_as_its_frames(folder: Path) -> None:
    async with journal_in(folder) as journal:
        say(journal, "turn", 10)
        say(journal, "turn", 30, probability=0.1)
    recording = read(folder / "turn", KEY)
    assert recording is not None
    assert (recording.speech_ms, recording.duration_ms) == (200.0, 800.0)


async def test_a_turn_that_is_over_leaves_nothing(folder: Path) -> None:
    async with journal_in(folder) as journal:
        say(journal, "turn", ended=True)
        assert await journal.utterance("turn") is not None
        journal.forget("turn")
        assert files(folder) == set()
        say(journal, "turn", ended=True)  # frames that were on their way
    assert files(folder) == set()


async def test_a_turn_that_ends_while_it_is_written_leaves_nothing(folder: Path) -> None:
    async with journal_in(folder) as journal:
        for number in range(100):
            say(journal, f"turn-{number}", 3, ended=bool(number % 2))
            journal.forget(f"turn-{number}")
    assert files(folder) == set()


async def test_a_failed_turn_keeps_its_speech_for_another_try(folder: Path) -> None:
    async with journal_in(folder) as journal:
        say(journal, "turn")
        journal.keep("turn")
        utterance = await journal.utterance("turn")
        assert utterance is not None
        assert utterance.duration_ms == 1000
        assert await journal.pending() == Pending()  # it is of this run
    assert files(folder) == {"turn"}


async def test_the_five_latest_are_offered_oldest_first_and_the_rest_is_gone(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = time.time()
    for age, name in ((60, "d"), (OLDEST_S + 60, "too-old"), (50, "e"), (400, "a"), (20, "g"), (40, "f"), (300, "b")):
        monkeypatch.setattr(time, "time", lambda age=age: now - age)
        await spoken(folder, name)
    monkeypatch.setattr(time, "time", lambda: now)
    found = await pending(folder)
    assert MOST_OFFERED == 5
    assert [question.turn_id for question in found.questions] == ["b", "d", "e", "f", "g"]
    assert found.damaged == 0
    assert files(folder) == {"b", "d", "e", "f", "g"}


async def test_what_is_older_than_a_day_is_deleted(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    await spoken(folder, "turn")
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + OLDEST_S - 60)
    assert len((await pending(folder)).questions) == 1
    monkeypatch.setattr(time, "time", lambda: now + OLDEST_S + 60)
    assert await pending(folder) == Pending()
    assert files(folder) == set()


async def test_silence_is_not_offered(folder: Path) -> None:
    async with journal_in(folder) as journal:
        say(journal, "turn", probability=0.1)
    assert await pending(folder) == Pending()
    assert files(folder) == set()


async def test_what_another_key_wrote_is_deleted_and_counted(folder: Path) -> None:
    await spoken(folder, "turn-1", "turn-2")
    assert await pending(folder, lambda: b"o" * 32) == Pending((), damaged=2)
    assert files(folder) == set()


async def test_a_file_under_another_name_is_not_taken_for_that_turn(folder: Path) -> None:
    await spoken(folder, "turn-1")
    (folder / "turn-1").rename(folder / "turn-2")
    assert await pending(folder) == Pending((), damaged=1)


async def test_without_a_keyring_nothing_is_written_and_nothing_lost(folder: Path) -> None:
    await spoken(folder, "earlier")
    async with journal_in(folder, refuses) as journal:
        assert await journal.pending() == Pending()
        assert journal.problem == "This system has no keyring."
        say(journal, "turn", ended=True)
    assert files(folder) == {"earlier"}


async def test_the_keyring_is_left_alone_until_there_is_something_to_keep(folder: Path) -> None:
    asked: list[str] = []

    def key() -> bytes:
        asked.append(threading.current_thread().name)
        return KEY

    async with journal_in(folder, key) as journal:
        await journal.pending()
        journal.forget("typed")
    assert asked == []
    async with journal_in(folder, key) as journal:
        say(journal, "turn-1")
        say(journal, "turn-2")
    assert asked == ["journal"]
    async with journal_in(folder, key) as journal:
        await journal.prepare()
        say(journal, "turn-3")
    assert asked == ["journal"] * 2


async def test_only_the_owner_can_read_the_files_and_nobody_the_speech(folder: Path) -> None:
    await spoken(folder, "turn")
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert stat.S_IMODE((folder / "turn").stat().st_mode) == 0o600
    assert frame(7).pcm[:40] not in (folder / "turn").read_bytes()


async def test_a_disk_that_takes_little_at_a_time_gets_all_of_it(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder.mkdir(parents=True)
    write, pcm = os.write, os.urandom(130_000)
    monkeypatch.setattr(os, "write", lambda descriptor, data: write(descriptor, data[:1000]))
    file = JournalFile(os.open(folder / "turn", os.O_WRONLY | os.O_CREAT), KEY, "turn", 1_800_000_000.0, 24_000)
    file.sound(pcm, 2000.0)
    file.close()
    assert read(folder / "turn", KEY) == Recording("turn", 1_800_000_000.0, 24_000, 2000.0, pcm)


async def test_a_file_cut_off_at_any_byte_gives_the_sound_before_the_cut(folder: Path) -> None:
    folder.mkdir(parents=True)
    path = folder / "turn"
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT)
    file = JournalFile(descriptor, KEY, "turn", 1_800_000_000.0, 24_000)
    ends = [path.stat().st_size]
    for number in range(3):
        file.sound(frame(number).pcm[:48], 1.0)
        ends.append(path.stat().st_size)
    file.end(3.0)
    file.close()
    data = path.read_bytes()
    for length in range(len(data) + 1):
        path.write_bytes(data[:length])
        recording = read(path, KEY)
        whole = sum(end <= length for end in ends)
        if whole == 0:
            assert recording is None
        else:
            assert recording is not None
            assert recording.pcm == b"".join(frame(number).pcm[:48] for number in range(whole - 1))


async def test_records_that_change_places_are_noticed(folder: Path) -> None:
    async with journal_in(folder) as journal:
        for _ in range(3):
            say(journal, "turn", 1)
            await journal.utterance("turn")  # ends a record
    data = (folder / "turn").read_bytes()
    size = FRAME_BYTES + 5 + 32
    begin = len(data) - 3 * size
    swapped = (
        data[:begin] + data[begin + size : begin + 2 * size] + data[begin : begin + size] + data[begin + 2 * size :]
    )
    (folder / "turn").write_bytes(swapped)
    with pytest.raises(DamagedError):
        read(folder / "turn", KEY)
    assert await pending(folder) == Pending((), damaged=1)


async def test_a_full_disk_keeps_what_it_took_and_costs_no_turn(folder: Path) -> None:
    before, handler = resource.getrlimit(resource.RLIMIT_FSIZE), signal.getsignal(signal.SIGXFSZ)
    async with journal_in(folder) as journal:
        say(journal, "turn-1", 20)
        assert await journal.utterance("turn-1") is not None
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (25 * FRAME_BYTES, before[1]))
        try:
            say(journal, "turn-1", 20)
            say(journal, "turn-2", 100, ended=True)
            first, second = await journal.utterance("turn-1"), await journal.utterance("turn-2")
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, before)
            signal.signal(signal.SIGXFSZ, handler)
        assert first is not None
        assert first.duration_ms == 400
        assert second is None or second.duration_ms == 0
        say(journal, "turn-3", 20, ended=True)  # there is room again
        assert (await journal.utterance("turn-3")) is not None
    assert [question.turn_id for question in (await pending(folder)).questions] == ["turn-1", "turn-3"]
    assert files(folder) == {"turn-1", "turn-3"}


async def test_five_minutes_cost_little_and_the_loop_next_to_nothing(folder: Path) -> None:
    frames = [Captured("turn", AudioFrame(os.urandom(960), 24_000), 0.9, -20.0) for _ in range(15_000)]
    async with journal_in(folder) as journal:
        began, cpu_began = time.thread_time(), time.process_time()
        for captured in frames:
            journal.on_audio(captured)
        on_the_loop_s = time.thread_time() - began
        utterance = await journal.utterance("turn")
        whole_s = time.process_time() - cpu_began
        assert utterance is not None
        assert utterance.duration_ms == 300_000
    size = (folder / "turn").stat().st_size
    assert 14_400_000 < size < 14_500_000
    assert on_the_loop_s < 0.5  # 33 µs for each 20 ms
    assert whole_s < 3.0


async def test_kill_at_any_moment_costs_a_quarter_of_a_second(tmp_path: Path) -> None:
    chance, late = random.Random(11), 0
    command = [sys.executable, "-m", "tests.conversation.journal_writer"]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as mother:
        assert mother.stdin is not None
        assert mother.stdout is not None
        for run in range(30):
            folder = tmp_path / str(run)
            mother.stdin.write(f"{folder}\n")
            mother.stdin.flush()
            lines: list[str] = []
            child, killed_at = 0, 0.0
            deadline = time.monotonic() + chance.uniform(0.02, 0.4)
            while "gone" not in (line := mother.stdout.readline()):
                if line.startswith("child"):
                    child = int(line.split()[1])
                else:
                    lines.append(line)
                if child and not killed_at and time.monotonic() >= deadline:
                    killed_at = time.monotonic()
                    os.kill(child, signal.SIGKILL)
            handed_over = dict(line.split() for line in lines if len(line.split()) == 2)
            recording = read(folder / "turn", KEY) if (folder / "turn").exists() else None
            kept = recording.pcm if recording is not None else b""
            assert kept == b"".join(frame(number).pcm for number in range(len(kept) // FRAME_BYTES))
            owed = sum(killed_at - float(at) > 0.25 for at in handed_over.values())
            late += len(kept) < owed * FRAME_BYTES
            found = await pending(folder)
            assert found.damaged == 0
            assert len(found.questions) == bool(kept)
        mother.stdin.close()
    assert late <= 3  # a busy machine may not let the thread run in time
