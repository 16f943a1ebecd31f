"""The ledger of what was spent, in SQLite: exact, kept across restarts, and shared by all that spend at once."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from threading import Lock

from sovereign_desktop.core.database import Database, Wording
from sovereign_desktop.metrics.prices import TokenUse
from sovereign_desktop.metrics.spend import Expense, Period, Totals

MIGRATIONS: tuple[str, ...] = (
    """
    CREATE TABLE expenses (
        id TEXT PRIMARY KEY,
        turn_id TEXT NOT NULL,
        at TEXT NOT NULL,
        day TEXT NOT NULL,
        model TEXT NOT NULL,
        tokens TEXT NOT NULL,
        picodollars INTEGER NOT NULL,
        is_guess INTEGER NOT NULL
    );
    CREATE INDEX expenses_by_day ON expenses (day, model, picodollars);
    CREATE TABLE lifts (period TEXT PRIMARY KEY);
    """,
)
"""Each leads from the version before it to the next; append, never change."""


class SpendLedger:
    """Adds expenses, and has their totals at hand. `problem` is a sentence when the file could not be used.

    Every expense is one commit that waits for the disk: a crash or a power loss costs the one that was being
    written at most. What can't be written is counted all the same and written with the next, once.
    """

    def __init__(self, path: Path) -> None:
        self._database = Database(
            path, MIGRATIONS, Wording("The list of expenses", "expenses"), outlives_power_loss=True
        )
        self._lock = Lock()  # the file's thread settles what the loop's thread asks for
        self._saved = Totals()
        self._unsaved: dict[str, Expense] = {}
        self._lifted: set[str] = set()

    @property
    def problem(self) -> str:
        return self._database.problem

    @property
    def totals(self) -> Totals:
        """Everything that was ever spent, what is being written included."""
        with self._lock:
            totals, unsaved = self._saved, tuple(self._unsaved.values())
        for expense in unsaved:
            totals = totals.with_expense(expense)
        return totals

    def lifted(self, day: date) -> tuple[Period, ...]:
        """The periods of this day whose hard limit the user has lifted; it comes back with the next period."""
        with self._lock:
            return tuple(period for period in Period if period.key(day) in self._lifted)

    async def open(self) -> str:
        """Read the totals; returns `problem`. Never raises."""
        return await self._database.open(self._read)

    async def add(self, expense: Expense) -> None:
        """Count it now, and keep it. The same id counts once. Raises SovereignError when it could not be kept."""
        self.count(expense)
        await self.save()

    def count(self, expense: Expense) -> None:
        """Have it in the totals; `save` keeps it."""
        with self._lock:
            self._unsaved.setdefault(expense.id, expense)

    async def save(self) -> None:
        """Write everything that is not in the file yet. Raises SovereignError."""
        await self._database.run(self._save)

    async def lift(self, period: Period, day: date) -> None:
        """Let money be spent beyond the hard limit until the period of this day is over. Raises SovereignError."""
        with self._lock:
            self._lifted.add(period.key(day))
        await self._database.run(lambda connection: _lift(connection, period.key(day)))

    async def close(self) -> None:
        """Finish what was asked for, then let go of the file. Idempotent; later calls raise SovereignError."""
        await self._database.close()

    # On the file's thread

    def _save(self, connection: sqlite3.Connection) -> None:
        with self._lock:
            waiting = tuple(self._unsaved.values())
        with connection:
            _insert(connection, waiting)
        self._read(connection, waiting)

    def _read(self, connection: sqlite3.Connection, written: Iterable[Expense] = ()) -> None:
        """Take the sums from the file, because other processes spend too, and forget what is in them by now."""
        rows = connection.execute("SELECT day, model, SUM(picodollars) FROM expenses GROUP BY day, model").fetchall()
        lifts = connection.execute("SELECT period FROM lifts").fetchall()
        with self._lock:
            self._saved = Totals({(day, model): spent for day, model, spent in rows})
            self._lifted |= {row[0] for row in lifts}
            for expense in written:
                self._unsaved.pop(expense.id, None)


def _insert(connection: sqlite3.Connection, expenses: Iterable[Expense]) -> None:
    rows = [
        (
            expense.id,
            expense.turn_id,
            expense.at.isoformat(),
            Period.DAY.key(expense.at.date()),
            expense.model,
            json.dumps(_as_kept(expense.use)),
            expense.picodollars,
            expense.cost.is_guess,
        )
        for expense in expenses
    ]
    connection.executemany("INSERT OR IGNORE INTO expenses VALUES (?, ?, ?, ?, ?, ?, ?, ?)", rows)


def _as_kept(use: TokenUse) -> dict[str, object]:
    kept: dict[str, object] = {part: dict(getattr(use, part)) for part in ("input", "cached", "output")}
    return kept | ({"heard_ms": use.heard_ms} if use.heard_ms else {})


def _lift(connection: sqlite3.Connection, period: str) -> None:
    with connection:
        connection.execute("INSERT OR IGNORE INTO lifts VALUES (?)", (period,))
