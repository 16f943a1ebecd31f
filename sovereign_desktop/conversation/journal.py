"""The journal of what is being spoken: an utterance is on the disk until it is answered, and nobody can read it there.

Each turn has a file in `unanswered/`, which a thread writes while the user speaks: what was heard is in the file
within 250 ms. 300 s of speech make 14.5 MB and cost that thread under a second of processor time; the loop only
appends to a queue. The file goes when the turn is over. What is still there at the next start was not answered.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import queue
import time
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path
from threading import Lock, Thread
from typing import TypeVar

from sovereign_desktop.audio.port import AudioEvent, Captured, UtteranceEnded
from sovereign_desktop.conversation.journal_file import JournalFile, Recording, read
from sovereign_desktop.core.audio import SAMPLE_WIDTH_BYTES, AudioFrame, EndReason, Utterance, UtteranceEnd
from sovereign_desktop.core.errors import SovereignError
from sovereign_desktop.host.sealed import DamagedError, Sealer

logger = logging.getLogger(__name__)

Result = TypeVar("Result")

GATHER_S = 0.15
"""Sound of so long becomes one record; the rest of the 250 ms is for the disk."""
OLDEST_S = 24 * 3600.0
MOST_OFFERED = 5
MOST_WAITING = 20_000
"""Frames that wait for a keyring that asks for its password, or for a disk: 400 s of sound, 20 MB."""
FRAME_MS = 20


@dataclass(frozen=True, slots=True)
class Unanswered:
    """Speech that was not answered. `at` is Unix time."""

    turn_id: str
    at: float
    duration_ms: float


@dataclass(frozen=True, slots=True)
class Pending:
    """What is left of earlier runs, oldest first, and how many files could not be read."""

    questions: tuple[Unanswered, ...] = ()
    damaged: int = 0


@dataclass(frozen=True, slots=True)
class _Sound:
    turn_id: str
    frame: AudioFrame
    speech_ms: float
    at: float


class Journal:
    """Keeps speech until `forget`. Its methods are called on the event loop's thread and do not wait for the disk.

    `key` is asked for on the journal's own thread when there is something to write or to read; it may wait for the
    user, and raises SovereignError where there is none: then the journal is off, and `problem` says why. Speech that
    can't be written costs its journal, never its turn.
    """

    def __init__(self, folder: Path, key: Callable[[], bytes], *, speech_threshold: float = 0.5) -> None:
        self._folder = folder
        self._ask_for_key = key
        self._speech_threshold = speech_threshold
        self._key = b""
        self._queue: queue.Queue[_Sound | Callable[[], None]] = queue.Queue()
        self._thread: Thread | None = None
        self._closing = False
        self._lock = Lock()  # held while a file is made or removed: a file of a turn that is over must not come back
        self._over: dict[str, None] = {}
        self._files: dict[str, JournalFile | None] = {}
        self.problem = ""

    def on_audio(self, event: AudioEvent) -> None:
        """Take an audio event: sound of an utterance, and its end."""
        if self.problem:
            return
        match event:
            case Captured() if self._queue.qsize() < MOST_WAITING:
                is_speech = event.speech_probability >= self._speech_threshold
                speech_ms = event.frame.duration_ms if is_speech else 0.0
                self._put(_Sound(event.listen_id, event.frame, speech_ms, time.monotonic()))
            case UtteranceEnded(turn_id, end):
                self._put(lambda: self._end(turn_id, end.speech_ms))
            case _:
                pass

    def keep(self, turn_id: str) -> None:
        """The turn is over without an answer; its speech stays."""
        self._put(lambda: self._let_go(turn_id))

    def forget(self, turn_id: str) -> None:
        """The turn is over: its file is gone when this returns (on Windows, while it is written, a moment later)."""
        with self._lock:
            self._over[turn_id] = None
            for long_over in tuple(self._over)[:-64]:
                del self._over[long_over]
            self._remove(turn_id)
        self._put(lambda: self._forgotten(turn_id))

    async def prepare(self) -> None:
        """Have the key at hand: fetching it loads libraries, which would stall the loop in the first turn."""
        await self._call(self._prepare)

    async def pending(self) -> Pending:
        """What earlier runs left, at most five and a day old; the rest is deleted. Never raises."""
        return await self._call(self._pending)

    async def utterance(self, turn_id: str) -> Utterance | None:
        """The speech of a turn, complete, or None when it can't be had any more."""
        recording = await self._call(lambda: self._read_again(turn_id))
        if recording is None:
            return None
        end = UtteranceEnd(EndReason.FILE, time.monotonic(), recording.speech_ms)
        return Utterance.of(_frames(recording), end)

    async def close(self) -> None:
        """Write what was heard, and end the thread. Idempotent."""
        thread, self._thread = self._thread, None
        if thread is not None:
            self._queue.put(self._stop)
            await asyncio.to_thread(thread.join)

    def _put(self, item: _Sound | Callable[[], None]) -> None:
        if self._thread is None:
            self._closing = False
            self._thread = Thread(target=self._run, name="journal", daemon=True)
            self._thread.start()
        self._queue.put(item)

    async def _call(self, work: Callable[[], Result]) -> Result:
        done: Future[Result] = Future()

        def run() -> None:
            if not done.set_running_or_notify_cancel():
                return
            try:
                done.set_result(work())
            except Exception as error:  # noqa: BLE001 - it is raised where it was asked for
                done.set_exception(error)

        self._put(run)
        return await asyncio.wrap_future(done)

    # On the journal's thread

    def _run(self) -> None:
        while not self._closing:
            item = self._queue.get()
            try:
                if isinstance(item, _Sound):
                    self._write(item)
                else:
                    item()
            except Exception:  # the edge of the thread: the journal of the next turn needs it
                logger.exception("the journal failed")

    def _write(self, first: _Sound) -> None:
        """Write sound together with what comes within a moment; the first thing that is no sound ends the moment."""
        sounds, then = self._gather(first)
        for turn_id in dict.fromkeys(sound.turn_id for sound in sounds):
            self._append(turn_id, [sound for sound in sounds if sound.turn_id == turn_id])
        if then is not None:
            then()

    def _gather(self, first: _Sound) -> tuple[list[_Sound], Callable[[], None] | None]:
        sounds = [first]
        while True:
            try:
                item = self._queue.get(timeout=max(0.0, first.at + GATHER_S - time.monotonic()))
            except queue.Empty:
                return sounds, None
            if not isinstance(item, _Sound):
                return sounds, item
            sounds.append(item)

    def _append(self, turn_id: str, sounds: list[_Sound]) -> None:
        is_new = turn_id not in self._files
        if is_new:
            self._files[turn_id] = self._begin(turn_id, sounds[0])
        if (file := self._files[turn_id]) is None:
            return
        try:
            file.sound(b"".join(sound.frame.pcm for sound in sounds), sum(sound.speech_ms for sound in sounds))
            file.flush()
            if is_new:
                self._settle_folder()
        except OSError:
            self._give_up(turn_id)

    def _begin(self, turn_id: str, first: _Sound) -> JournalFile | None:
        """The turn's file, or None when it is not to be had or no longer wanted."""
        if not self._has_key():
            return None
        spoken_at = time.time() - (time.monotonic() - first.at)
        try:
            self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            with self._lock:
                if turn_id in self._over:
                    return None
                descriptor = os.open(self._folder / turn_id, os.O_WRONLY | os.O_CREAT | os.O_EXCL | _BINARY, 0o600)
            return self._begun(descriptor, turn_id, spoken_at, first.frame.sample_rate_hz)
        except OSError:
            self._tell_of_disk()
            return None

    def _begun(self, descriptor: int, turn_id: str, at: float, sample_rate_hz: int) -> JournalFile:
        try:
            return JournalFile(descriptor, self._key, turn_id, at, sample_rate_hz)
        except OSError:
            os.close(descriptor)
            raise

    def _end(self, turn_id: str, speech_ms: float) -> None:
        if (file := self._files.get(turn_id)) is not None:
            try:
                file.end(speech_ms)
                file.flush()
            except OSError:
                self._give_up(turn_id)
        self._let_go(turn_id)

    def _give_up(self, turn_id: str) -> None:
        self._let_go(turn_id)
        self._tell_of_disk()

    def _let_go(self, turn_id: str) -> None:
        """Write no more of this turn."""
        file = self._files.get(turn_id)
        self._files[turn_id] = None
        if file is not None:
            file.close()

    def _forgotten(self, turn_id: str) -> None:
        self._let_go(turn_id)
        del self._files[turn_id]
        self._remove(turn_id)
        self._settle_folder()

    def _prepare(self) -> None:
        if self._has_key():
            Sealer(self._key, "").unseal(b"")

    def _pending(self) -> Pending:
        names = [name for name in self._names() if name not in self._files]  # the others are of this run
        if not names or not self._has_key():  # without a file there is no reason to ask for the keyring
            return Pending()
        found: list[Unanswered] = []
        damaged = 0
        for name in names:
            try:
                recording = self._read(self._folder / name)
            except DamagedError:
                damaged += 1
                recording = None
            except OSError as error:
                logger.warning("a journal file can't be read", extra={"error": type(error).__name__})
                continue
            if recording is None or recording.speech_ms <= 0 or time.time() - recording.at > OLDEST_S:
                self._remove(name)
            else:
                found.append(Unanswered(name, recording.at, recording.duration_ms))
        found.sort(key=lambda one: one.at)
        for one in found[:-MOST_OFFERED]:
            self._remove(one.turn_id)
        return Pending(tuple(found[-MOST_OFFERED:]), damaged)

    def _read(self, path: Path) -> Recording | None:
        if not self._has_key():
            return None
        try:
            return read(path, self._key)
        except FileNotFoundError:
            return None

    def _read_again(self, turn_id: str) -> Recording | None:
        try:
            return self._read(self._folder / turn_id)
        except (DamagedError, OSError) as error:
            logger.warning("a journal file can't be read", extra={"error": type(error).__name__})
            return None

    def _has_key(self) -> bool:
        if not self._key and not self.problem:
            try:
                self._key = self._ask_for_key()
            except SovereignError as error:
                self.problem = error.sentence
        return bool(self._key)

    def _names(self) -> list[str]:
        try:
            return sorted(entry.name for entry in os.scandir(self._folder) if entry.is_file(follow_symlinks=False))
        except OSError:  # usually there is no such folder yet
            return []

    def _remove(self, name: str) -> None:
        try:
            (self._folder / name).unlink(missing_ok=True)
        except OSError as error:  # on Windows: it is being written; `_forgotten` comes back to it
            logger.info("a journal file stays for now", extra={"error": type(error).__name__})

    def _settle_folder(self) -> None:
        """Names come and go on the disk with their folder."""
        if _BINARY:  # Windows: folders can't be opened there, and need not be
            return
        with contextlib.suppress(OSError):
            descriptor = os.open(self._folder, os.O_RDONLY)
            try:
                os.fsync(descriptor)
            finally:
                os.close(descriptor)

    def _tell_of_disk(self) -> None:
        logger.warning("speech can't be kept until it is answered: the disk does not take it")

    def _stop(self) -> None:
        self._closing = True
        for turn_id in tuple(self._files):
            self._let_go(turn_id)


_BINARY: int = getattr(os, "O_BINARY", 0)


def _frames(recording: Recording) -> list[AudioFrame]:
    rate = recording.sample_rate_hz
    step = SAMPLE_WIDTH_BYTES * rate * FRAME_MS // 1000
    pcm = recording.pcm
    return [AudioFrame(pcm[begin : begin + step], rate) for begin in range(0, len(pcm), step)]
