"""Guards around every test: no unexpected error logs, and no threads, child processes or tasks left running."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import threading
import time
from collections.abc import Callable, Collection, Generator, Iterator
from typing import Any

import psutil
import pytest

GRACE_S = 1.0
"""What is on its way out when a test ends may take this long."""
MARKERS = (
    "expected_errors: the test logs errors on purpose; the fixture of the same name lists them",
    "real_keyring: the test wants the keyring of the desktop, not the one that refuses everything",
)


class ErrorLog(logging.Handler):
    """Keeps every record of level ERROR and above."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.records: list[logging.LogRecord] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.records.append(record)


class Watch:
    """What ran before a test, and what runs since."""

    def __init__(self) -> None:
        self._threads = frozenset(threading.enumerate())
        self._children = frozenset(_children())
        self.tasks: list[str] = []
        self.errors = ErrorLog()
        self.errors_expected = False
        logging.getLogger().addHandler(self.errors)

    def complaints(self) -> list[str]:
        """Everything wrong after a test, one sentence each; child processes that are left are killed."""
        logging.getLogger().removeHandler(self.errors)
        threads = _settled(self._new_threads)
        children = _settled(self._new_children)
        found = [f"a thread was left running: {thread.name}" for thread in threads]
        found += [f"a child process was left running: {_killed(child)}" for child in children]
        found += [f"a task was still pending when its loop closed: {task}" for task in self.tasks]
        if not self.errors_expected:
            found += [f"an unexpected error was logged: {_line(record)}" for record in self.errors.records]
        return found

    def _new_threads(self) -> list[threading.Thread]:
        return [t for t in threading.enumerate() if t not in self._threads and t.is_alive()]

    def _new_children(self) -> list[psutil.Process]:
        return [child for child in _children() if child not in self._children]


_watch = pytest.StashKey[Watch]()
_current: list[Watch] = []


@pytest.fixture(autouse=True)
def _watched(request: pytest.FixtureRequest) -> None:
    """Begin to watch, after the fixtures of wider scope and before all others."""
    watch = Watch()
    watch.errors_expected = request.node.get_closest_marker("expected_errors") is not None
    request.node.stash[_watch] = watch
    _current[:] = [watch]


@pytest.fixture
def expected_errors(request: pytest.FixtureRequest) -> list[logging.LogRecord]:
    """The error records that the test has logged so far; asking for them makes them expected."""
    watch: Watch = request.node.stash[_watch]
    watch.errors_expected = True
    return watch.errors.records


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_teardown(item: pytest.Item) -> Generator[None, object, object]:
    """Complain once every fixture of the test has ended."""
    watch = item.stash.get(_watch, None)
    try:
        result = yield
    finally:
        found = watch.complaints() if watch else []
        _current.clear()
    if found:
        pytest.fail("; ".join(found), pytrace=False)
    return result


def pytest_configure(config: pytest.Config) -> None:
    for marker in MARKERS:
        config.addinivalue_line("markers", marker)


@contextlib.contextmanager
def watched_loops() -> Iterator[None]:
    """While this is open, tasks that a closing loop has to cancel are told to the watch of the running test.

    asyncio cancels them without a word, and has no public place to see it: this wraps the private function that
    `asyncio.Runner.close` calls, the same one in Python 3.11 to 3.13.
    """
    original: Callable[[asyncio.AbstractEventLoop], None] = asyncio.runners._cancel_all_tasks  # type: ignore[attr-defined]

    def cancel_all_tasks(loop: asyncio.AbstractEventLoop) -> None:
        for watch in _current:
            watch.tasks += [f"{task.get_name()} {task.get_coro()!r}" for task in asyncio.all_tasks(loop)]
        original(loop)

    asyncio.runners._cancel_all_tasks = cancel_all_tasks  # type: ignore[attr-defined]
    try:
        yield
    finally:
        asyncio.runners._cancel_all_tasks = original  # type: ignore[attr-defined]


@pytest.fixture(autouse=True, scope="session")
def _loops_are_watched() -> Iterator[None]:
    with watched_loops():
        yield


def _settled(leftovers: Callable[[], Collection[Any]]) -> Collection[Any]:
    """What is still left after the time that everything may take to end."""
    deadline = time.monotonic() + GRACE_S
    while (left := leftovers()) and time.monotonic() < deadline:
        time.sleep(0.01)
    return left


def _children() -> list[psutil.Process]:
    found = []
    for child in psutil.Process().children():
        with contextlib.suppress(psutil.NoSuchProcess):
            if child.status() != psutil.STATUS_ZOMBIE:
                found.append(child)
    return found


def _killed(child: psutil.Process) -> str:
    with contextlib.suppress(psutil.NoSuchProcess):
        line = f"{child.pid} {' '.join(child.cmdline())[:120]}"
        child.kill()
        return line
    return f"{child.pid} (gone by now)"


def _line(record: logging.LogRecord) -> str:
    trace = f" ({record.exc_info[1]!r})" if record.exc_info and record.exc_info[1] else ""
    return f"{record.name}: {record.getMessage()}{trace}"
