"""A private SQLite file, kept well: opened, brought up to date, set aside when broken, on a thread of its own."""

from __future__ import annotations

import asyncio
import logging
import os
import sqlite3
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from sovereign_desktop.core.errors import SovereignError

logger = logging.getLogger(__name__)

Result = TypeVar("Result")

_CORRUPT = frozenset({"SQLITE_CORRUPT", "SQLITE_NOTADB"})
_BUSY_TIMEOUT_S = 5.0


@dataclass(frozen=True, slots=True)
class Wording:
    """What the file is called in sentences for the user: "The list of past turns", which holds "turns"."""

    title: str
    contents: str


class _TooNewError(Exception):
    """A later version of the program made the file."""


class Database:
    """Runs work on the file's connection. `problem` is a sentence for the user when the file could not be used.

    The file is readable by its owner only, and deleted content is overwritten in it; `erase_log` does the same for
    its log. `migrations` are scripts that each lead from the version before to the next. What is committed outlives
    the program's death; if it `outlives_power_loss` too, each commit waits for the disk. `pragmas` are set on every
    connection.
    """

    def __init__(
        self,
        path: Path,
        migrations: Sequence[str],
        wording: Wording,
        *,
        outlives_power_loss: bool = False,
        pragmas: Sequence[str] = (),
    ) -> None:
        self._path = path
        self._migrations = tuple(migrations)
        self._wording = wording
        synchronous = "FULL" if outlives_power_loss else "NORMAL"
        self._pragmas = ("journal_mode = WAL", f"synchronous = {synchronous}", "secure_delete = ON", *pragmas)
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix=path.stem)
        self._connected: sqlite3.Connection | None = None
        self.problem = ""
        self.is_left_alone = False
        """A later version made the file: it is not touched, and what is kept now is gone with the program."""

    async def open(self, first: Callable[[sqlite3.Connection], object] = lambda _connection: None) -> str:
        """Open the file now instead of at the first use, and do this first; returns `problem`. Never raises."""
        try:
            await self.run(first)
        except SovereignError as error:
            self.problem = error.user_text
        return self.problem

    async def run(self, work: Callable[[sqlite3.Connection], Result]) -> Result:
        """The result of `work`, which is called on the file's thread, calls in order. Raises SovereignError.

        Cancelling does not take it back. It is called once more, on a new file, when this one proves to be broken.
        """
        with self._explained():
            # Shielded: cancelling the caller must not take a record out of the queue.
            return await asyncio.shield(asyncio.wrap_future(self._thread.submit(self._work, work)))

    def run_blocking(self, work: Callable[[sqlite3.Connection], Result]) -> Result:
        """The same for callers without a loop: waits for the disk. Raises SovereignError."""
        with self._explained():
            return self._thread.submit(self._work, work).result()

    def post(self, work: Callable[[sqlite3.Connection], object], failed: Callable[[Exception], None]) -> None:
        """Do it without anybody waiting; `failed` is called on the file's thread. Raises SovereignError when closed."""

        def told(done: Future[object]) -> None:
            try:
                with self._explained():
                    done.result()
            except Exception as error:  # noqa: BLE001 - whoever asked decides what it means
                failed(error)

        with self._explained():
            self._thread.submit(self._work, work).add_done_callback(told)

    def close_blocking(self) -> None:
        """`close` for callers without a loop."""
        with suppress(RuntimeError):  # closed already
            self._thread.submit(self._disconnect).result()
        self._thread.shutdown()

    async def close(self) -> None:
        """Finish what was asked for, then let go of the file. Idempotent; later calls raise SovereignError."""
        try:
            await asyncio.wrap_future(self._thread.submit(self._disconnect))
        except RuntimeError:  # closed already
            return
        self._thread.shutdown()

    @contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except RuntimeError as error:
            raise SovereignError(f"{self._wording.title} is closed.") from error
        except (sqlite3.Error, OSError) as error:
            raise SovereignError(
                f"{self._wording.title} can't be read or written.",
                remedy=f"Look whether {self._path} is writable and its disk has room.",
            ) from error

    # On the file's thread

    def _work(self, work: Callable[[sqlite3.Connection], Result]) -> Result:
        try:
            return work(self._connection())
        except sqlite3.DatabaseError as error:
            if getattr(error, "sqlite_errorname", "").partition("_INDEX")[0] not in _CORRUPT:
                raise
            self._set_aside()
            return work(self._connection())

    def _connection(self) -> sqlite3.Connection:
        if self._connected is None:
            try:
                self._connected = self._connect()
            except _TooNewError:
                self.is_left_alone = True
                self.problem = (
                    f"{self._wording.title} was made by a later version of the program. It is left as it is, and"
                    f" {self._wording.contents} are not kept on disk now."
                )
                self._connected = self._prepared(sqlite3.connect(":memory:"))
        return self._connected

    def _connect(self) -> sqlite3.Connection:
        self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        # SQLite gives its own files the rights of this one, so it must be private before anything is in it.
        os.close(os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600))
        self._path.chmod(0o600)
        connection = sqlite3.connect(self._path, timeout=_BUSY_TIMEOUT_S)
        try:
            return self._prepared(connection)
        except BaseException:
            connection.close()
            raise

    def _prepared(self, connection: sqlite3.Connection) -> sqlite3.Connection:
        """Check the file, set it up, and bring its tables to this version, all or nothing."""
        version: int = connection.execute("PRAGMA user_version").fetchone()[0]
        if version > len(self._migrations):
            raise _TooNewError
        if connection.execute("PRAGMA quick_check(1)").fetchone()[0] != "ok":
            raise _corrupt()
        for pragma in self._pragmas:
            connection.execute(f"PRAGMA {pragma}")
        for number, script in enumerate(self._migrations[version:], start=version + 1):
            connection.executescript(f"BEGIN IMMEDIATE; {script}; PRAGMA user_version = {number}; COMMIT;")
        return connection

    def _set_aside(self) -> None:
        self._disconnect()
        aside = self._path.with_name(
            f"{self._path.name}.broken-{time.strftime('%Y%m%d-%H%M%S')}-{time.time_ns() % 1000}"
        )
        self._path.replace(aside)
        for suffix in ("-wal", "-shm"):
            beside = self._path.with_name(self._path.name + suffix)
            if beside.exists():
                beside.replace(aside.with_name(aside.name + suffix))
        self.problem = f"{self._wording.title} was damaged. It was moved to {aside}, and a new one was begun."
        logger.warning("a database is damaged and was moved aside", extra={"database": self._path.name})

    def _disconnect(self) -> None:
        connection, self._connected = self._connected, None
        if connection is not None:
            connection.close()


def erase_log(connection: sqlite3.Connection) -> None:
    """Empty the file's log, which else keeps what was deleted from the file.

    Raises SovereignError when somebody else reads in it all the while.
    """
    with closing(connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")) as checkpoint:
        is_busy = checkpoint.fetchone()[0]
    if is_busy:
        raise SovereignError(
            "It is deleted, but another program keeps the file's log open, and the text still stands there.",
            remedy="Close the other program, then delete something once more.",
        )


def _corrupt() -> sqlite3.DatabaseError:
    error = sqlite3.DatabaseError("quick_check")
    error.sqlite_errorname = "SQLITE_CORRUPT"
    return error
