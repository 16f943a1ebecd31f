"""What stands in the log, and above all what does not."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sovereign_desktop.app.logs import start_logging, stop_logging

SECRET = "the secret that somebody said"


@pytest.fixture
def log(tmp_path: Path) -> Iterator[Path]:
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    start_logging(tmp_path / "logs", "INFO")
    yield tmp_path / "logs" / "sovereign.log"
    stop_logging()
    root.handlers[:] = handlers
    root.setLevel(level)


def lines(log: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines()]


def recognise(words: str) -> None:
    raise ValueError(words)


def test_a_line_says_when_where_what_and_its_fields(log: Path) -> None:
    logging.getLogger("sovereign_desktop.test").info("voice service ready", extra={"port": 4711})
    (line,) = lines(log)
    assert len(line.pop("at")) == len("2026-11-21T20:42:00.123")
    assert line == {
        "level": "INFO",
        "logger": "sovereign_desktop.test",
        "message": "voice service ready",
        "port": 4711,
    }


@pytest.mark.expected_errors
def test_an_exception_leaves_its_kind_and_places_and_never_its_text(log: Path) -> None:
    try:
        recognise(SECRET)
    except ValueError:
        logging.getLogger("sovereign_desktop.test").exception("it failed")
    (line,) = lines(log)
    assert line["error"] == "ValueError"
    assert [place.split(":")[0] for place in line["trace"]] == ["test_logs.py", "test_logs.py"]
    assert line["trace"][-1].endswith(" recognise")
    assert SECRET not in log.read_text()


@pytest.mark.expected_errors
def test_what_asyncio_says_of_a_task_that_failed_unseen_does_not_quote_the_failure(log: Path) -> None:
    async def fails() -> None:
        raise ValueError(SECRET)

    async def forgets() -> None:
        task = asyncio.get_running_loop().create_task(fails())
        await asyncio.wait([task])

    asyncio.run(forgets())
    (line,) = lines(log)
    assert line["message"] == "Task exception was never retrieved"
    assert SECRET not in log.read_text()


def test_libraries_that_tell_addresses_are_heard_when_they_warn_only(log: Path) -> None:
    for name in ("httpx", "openai", "websockets", "dbus_fast"):
        logging.getLogger(name).info("GET https://example.com/?key=%s", SECRET)
    assert log.read_text() == ""


def test_the_log_turns_over_at_a_megabyte_and_keeps_three_old_ones(log: Path) -> None:
    for _ in range(60):
        logging.getLogger("sovereign_desktop.test").info("x" * 100_000)
    names = sorted(path.name for path in log.parent.iterdir())
    assert names == ["sovereign.log", "sovereign.log.1", "sovereign.log.2", "sovereign.log.3"]
    assert all(path.stat().st_size <= 1_000_000 for path in log.parent.iterdir())


def test_the_folder_belongs_to_its_user_alone(log: Path) -> None:
    assert log.parent.stat().st_mode & 0o077 == 0


def test_a_folder_that_can_not_be_made_costs_the_log_only(
    tmp_path: Path, log: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_text("")
    start_logging(tmp_path / "file" / "logs", "INFO")
    logging.getLogger("sovereign_desktop.test").warning("still here")
    assert [line["message"] for line in lines(log)] == ["no log file", "still here"]
    assert capsys.readouterr().err == ""


def test_debugging_shows_the_log_on_stderr_too(log: Path, capsys: pytest.CaptureFixture[str]) -> None:
    start_logging(None, "INFO", debug=True)
    logging.getLogger("sovereign_desktop.test").debug("a detail")
    assert json.loads(capsys.readouterr().err)["message"] == "a detail"


def test_after_the_end_nothing_is_written(log: Path) -> None:
    stop_logging()
    logging.getLogger("sovereign_desktop.test").warning("too late")
    assert log.read_text() == ""


def test_logs_that_are_started_and_stopped_many_times_leave_no_handler(tmp_path: Path) -> None:
    root = logging.getLogger()
    stop_logging()  # of a program that another test has started
    before, level = list(root.handlers), root.level
    for _ in range(3):
        start_logging(tmp_path / "logs", "INFO")
        stop_logging()
    assert root.handlers == before
    root.setLevel(level)
