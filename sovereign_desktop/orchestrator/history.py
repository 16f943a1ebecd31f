"""What models did, what was thought of it, and what it cost: in memory, and in SQLite where a file is named.

Without a file everything is forgotten with the program. With one, several programs may use it at once: each learns
from what is there when it starts, and limits on money hold for all of them together.
"""

from __future__ import annotations

import sqlite3
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import astuple, dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

from sovereign_desktop.core.database import Database, Wording
from sovereign_desktop.core.errors import SovereignError
from sovereign_desktop.metrics.spend import Period
from sovereign_desktop.orchestrator.limits import Account, Limits, pico
from sovereign_desktop.orchestrator.values import finite

Result = TypeVar("Result")

MOST_KEPT = 20_000
"""Calls in memory; the file has more."""
REPLAYED = 5_000
"""So many calls of the file are learned from at the start."""
MOST_UNSAVED = 5_000
"""A disk that stays full must not fill the memory as well."""
KEPT_DAYS = 180
OUT_S = 10.0
"""A file that could not be had is left alone so long: each try waits for seconds, and behind it everybody else."""
REPORTED, JUDGED = "reported", "judged"
"""Strategies of calls that others made and told of, and of what is no call but one more judgement of one."""

MIGRATIONS: tuple[str, ...] = (
    """
    CREATE TABLE calls (
        id TEXT PRIMARY KEY,
        at REAL NOT NULL,
        request_id TEXT NOT NULL,
        model TEXT NOT NULL,
        task TEXT NOT NULL,
        succeeded INTEGER NOT NULL,
        seconds REAL NOT NULL,
        tokens INTEGER NOT NULL,
        cost_usd REAL NOT NULL,
        quality REAL,
        error TEXT NOT NULL,
        strategy TEXT NOT NULL
    );
    CREATE INDEX calls_by_time ON calls (at);
    CREATE INDEX calls_by_request ON calls (request_id, model);
    CREATE TABLE money (id TEXT PRIMARY KEY, day TEXT NOT NULL, picodollars INTEGER NOT NULL);
    CREATE INDEX money_by_day ON money (day, picodollars);
    CREATE TABLE comparisons (
        at REAL NOT NULL,
        request_id TEXT NOT NULL,
        task TEXT NOT NULL,
        old_seconds REAL NOT NULL,
        new_seconds REAL NOT NULL,
        old_cost_usd REAL NOT NULL,
        new_cost_usd REAL NOT NULL,
        old_ok INTEGER NOT NULL,
        new_ok INTEGER NOT NULL,
        agreement REAL NOT NULL,
        new_confidence REAL NOT NULL
    );
    """,
)
"""Each leads from the version before it to the next; append, never change."""


@dataclass(frozen=True, slots=True)
class Call:
    """One model asked once. `quality` is from 0 to 1, None while nobody has judged it; `at` is Unix time.

    The fields are the columns of the table, in their order; so are those of a `Comparison`.
    """

    id: str
    request_id: str
    model: str
    task: str
    succeeded: bool
    seconds: float
    tokens: int = 0
    cost_usd: float = 0.0
    quality: float | None = None
    error: str = ""
    strategy: str = ""
    at: float = field(default_factory=time.time)


@dataclass(frozen=True, slots=True)
class Comparison:
    """The old way and the new one asked the same, side by side."""

    request_id: str
    task: str
    old_seconds: float
    new_seconds: float
    old_cost_usd: float
    new_cost_usd: float
    old_ok: bool
    new_ok: bool
    agreement: float
    new_confidence: float
    at: float = field(default_factory=time.time)


class History:
    """The calls, newest last. `problem` is a sentence for the user when the file could not be used.

    Threads may share it. What can't be written is kept in memory and costs nobody their answer.
    """

    def __init__(self, path: Path | None = None) -> None:
        self.calls: deque[Call] = deque(maxlen=MOST_KEPT)
        self.comparisons: deque[Comparison] = deque(maxlen=MOST_KEPT)
        self.account = Account()
        self.problem = ""
        self._database = None if path is None else Database(path, MIGRATIONS, Wording("The models' history", "answers"))
        self._lock = threading.Lock()
        self._unsaved: list[Callable[[sqlite3.Connection], object]] = []
        self._out_until = 0.0

    def load(self) -> None:
        """Read what the file has. Waits for the disk; never raises."""
        if self._database is None:
            return
        try:
            calls, comparisons, money = self._database.run_blocking(self._unless_out(_load))
        except SovereignError as error:
            self._failed(error)
            return
        self.calls.extend(calls)
        self.comparisons.extend(comparisons)
        self.account.set_spent(money)
        self.problem = self._database.problem

    def add(self, call: Call) -> None:
        """Keep a call; `save` writes it."""
        self.calls.append(call)
        self._later(lambda connection: _insert_call(connection, call))

    def judge(self, request_id: str, model: str, quality: float) -> Call | None:
        """Note what was thought of an answer; the call, or None when it is not known."""
        found = self.find(request_id, model)
        if found is None:
            return None
        judged = replace(found, quality=quality)
        for at in range(len(self.calls) - 1, -1, -1):
            if self.calls[at].id == found.id:
                self.calls[at] = judged
                break
        self._later(lambda connection: _insert_call(connection, judged))
        return judged

    def find(self, request_id: str, model: str = "") -> Call | None:
        """The latest call of a request, in the end that which succeeded."""
        of_request = [
            one
            for one in self.calls
            if one.request_id == str(request_id) and model in ("", one.model) and one.strategy != JUDGED
        ]
        return next((one for one in reversed(of_request) if one.succeeded), of_request[-1] if of_request else None)

    def compare(self, comparison: Comparison) -> None:
        """Keep a comparison of the old way and the new one."""
        self.comparisons.append(comparison)
        self._later(lambda connection: _insert_comparison(connection, comparison))

    def since(self, moment: float) -> list[Call]:
        """The calls from that Unix time on."""
        return [one for one in self.calls if one.at >= moment]

    # Money

    async def reserve(self, key: str, usd: float, day: date, limits: Limits) -> bool:
        """Set an amount aside; False when a limit has no room for it.

        While the file can't be had, the limit holds for this program alone.
        """
        if self._database is None or not limits:
            return self.account.reserve(key, usd, day, limits)
        if not self.account.reserve(key, usd, day, limits):  # the file can only know of more
            return False
        try:
            granted = await self._database.run(
                self._unless_out(lambda connection: _reserve(connection, key, pico(usd), day, limits))
            )
        except SovereignError as error:
            self._failed(error)
            return True
        except BaseException:  # cancelled: it may be set aside in the file by now, or soon
            self.settle(key, 0.0, day)
            raise
        if not granted:
            self.account.settle(key, 0.0)
        return granted

    def settle(self, key: str, usd: float, day: date) -> None:
        """The reserved call is over and cost so much; `save` writes it."""
        self.account.settle(key, usd)
        self._later(lambda connection: _settle(connection, key, pico(usd), day))

    def spent_usd(self, period: Period, day: date) -> float:
        """What was spent, as far as this program knows without asking the disk."""
        return self.account.spent_usd(period, day)

    # The file

    def save(self) -> None:
        """Have everything written that is not written yet. Waits for nobody; never raises.

        What a full or busy disk does not take is written together with the next.
        """
        if self._database is None:
            return
        with self._lock:
            todo, self._unsaved = self._unsaved, []
        if todo:
            with suppress(SovereignError):  # closed: the program ends
                self._database.post(
                    self._unless_out(lambda connection: _all(connection, todo)), lambda error: self._again(todo, error)
                )

    def close(self) -> None:
        """Write what is not written, and let go of the file. Waits for the disk. Idempotent."""
        self._out_until = 0.0
        if self._database is not None:
            with suppress(SovereignError):  # what is under way may fail, and then is to be written too
                self._database.run_blocking(lambda _connection: None)
            self.save()
            self._database.close_blocking()

    def _unless_out(self, work: Callable[[sqlite3.Connection], Result]) -> Callable[[sqlite3.Connection], Result]:
        """The work, which fails at once for a while after some failed because the file could not be had."""

        def guarded(connection: sqlite3.Connection) -> Result:
            if time.monotonic() < self._out_until:
                raise sqlite3.OperationalError("it could not be had a moment ago")
            try:
                return work(connection)
            except sqlite3.OperationalError:
                self._out_until = time.monotonic() + OUT_S
                raise

        return guarded

    def _again(self, todo: list[Callable[[sqlite3.Connection], object]], error: Exception) -> None:
        with self._lock:
            self._unsaved = [*todo, *self._unsaved][-MOST_UNSAVED:]
        self._failed(error)

    def _failed(self, error: Exception) -> None:
        self.problem = getattr(error, "user_text", "The models' history can't be used.")

    def _later(self, work: Callable[[sqlite3.Connection], object]) -> None:
        if self._database is not None:
            with self._lock:
                self._unsaved.append(work)


Loaded = tuple[list[Call], list[Comparison], dict[str, int]]

# On the file's thread


def _load(connection: sqlite3.Connection) -> Loaded:
    with connection:
        connection.execute("DELETE FROM calls WHERE at < ?", (time.time() - KEPT_DAYS * 86400,))
    rows = connection.execute(
        "SELECT id, request_id, model, task, succeeded, seconds, tokens, cost_usd, quality, error, strategy, at"
        " FROM calls ORDER BY at DESC LIMIT ?",
        (REPLAYED,),
    ).fetchall()
    calls = [call for row in reversed(rows) if (call := _call(row)) is not None]
    compared = connection.execute(
        "SELECT request_id, task, old_seconds, new_seconds, old_cost_usd, new_cost_usd, old_ok, new_ok, agreement,"
        " new_confidence, at FROM comparisons ORDER BY at DESC LIMIT ?",
        (REPLAYED,),
    ).fetchall()
    comparisons = [one for row in reversed(compared) if (one := _comparison(row)) is not None]
    money = connection.execute("SELECT day, SUM(picodollars) FROM money GROUP BY day").fetchall()
    return calls, comparisons, dict(money)


def _call(row: tuple[Any, ...]) -> Call | None:
    """The call of a row; None of one that somebody else wrote and that can be none. SQLite takes anything anywhere."""
    columns = [*row[:4], bool(row[4]), *row[5:]]
    call = Call(*columns)
    texts = (call.id, call.request_id, call.model, call.task, call.error, call.strategy)
    is_judged = call.quality is not None
    is_sound = all(isinstance(text, str) for text in texts) and _are_amounts(
        call.seconds, call.tokens, call.cost_usd, call.at
    )
    if not is_sound or (is_judged and not (_are_amounts(call.quality) and (call.quality or 0.0) <= 1)):
        return None
    return call


def _comparison(row: tuple[Any, ...]) -> Comparison | None:
    columns = [*row[:6], bool(row[6]), bool(row[7]), *row[8:]]
    return Comparison(*columns) if _are_amounts(*row[2:6], *row[8:]) else None


def _are_amounts(*values: object) -> bool:
    return all((number := finite(value)) is not None and number >= 0 for value in values)


def _storable(value: Any) -> Any:
    """Half a character of two, which a model's broken text may hold, is no text to SQLite."""
    return value.encode("utf-8", "replace").decode("utf-8") if isinstance(value, str) else value


def _insert_call(connection: sqlite3.Connection, call: Call) -> None:
    connection.execute(
        "INSERT OR REPLACE INTO calls (id, request_id, model, task, succeeded, seconds, tokens, cost_usd, quality,"
        " error, strategy, at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [_storable(value) for value in astuple(call)],
    )


def _insert_comparison(connection: sqlite3.Connection, one: Comparison) -> None:
    connection.execute(
        "INSERT INTO comparisons (request_id, task, old_seconds, new_seconds, old_cost_usd, new_cost_usd, old_ok,"
        " new_ok, agreement, new_confidence, at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [_storable(value) for value in astuple(one)],
    )


def _reserve(connection: sqlite3.Connection, key: str, amount: int, day: date, limits: Limits) -> bool:
    """One transaction that nobody else can be in at the same time: read the sums, then write the reservation."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        for period, limit in limits.in_picodollars().items():
            query = "SELECT COALESCE(SUM(picodollars), 0) FROM money WHERE day LIKE ? || '%'"
            if connection.execute(query, (period.key(day),)).fetchone()[0] + amount > limit:
                connection.execute("ROLLBACK")
                return False
        connection.execute("INSERT INTO money VALUES (?, ?, ?)", (key, Period.DAY.key(day), amount))
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise
    return True


def _settle(connection: sqlite3.Connection, key: str, amount: int, day: date) -> None:
    connection.execute(
        "INSERT INTO money VALUES (?, ?, ?) ON CONFLICT (id) DO UPDATE SET picodollars = excluded.picodollars",
        (key, Period.DAY.key(day), amount),
    )


def _all(connection: sqlite3.Connection, todo: Iterable[Callable[[sqlite3.Connection], object]]) -> None:
    with connection:
        for work in todo:
            work(connection)
