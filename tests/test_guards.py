"""Each guard around the tests sees the fault that it is there for."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

REPOSITORY = Path(__file__).resolve().parents[1]
OPTIONS = ("-v", "-rA", "-p", "no:cacheprovider", "-o", "asyncio_mode=auto")
PLANTED = """
import asyncio, logging, subprocess, sys, threading

import pytest

stop = threading.Event()


def test_error_log():
    logging.getLogger("room").error("it broke", extra={"port": 1})


def test_expected_error_log(expected_errors):
    logging.getLogger("room").error("it broke")
    assert [record.getMessage() for record in expected_errors] == ["it broke"]


@pytest.mark.expected_errors
def test_marked_error_log():
    logging.getLogger("room").error("it broke")


def test_warning_log():
    logging.getLogger("room").warning("it creaks")


def test_thread():
    threading.Thread(target=stop.wait, name="forgotten thread", daemon=True).start()


def test_thread_that_ends():
    threading.Timer(0.2, lambda: None).start()


def test_child():
    subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)", "forgotten child"])


async def test_task():
    asyncio.create_task(asyncio.sleep(60), name="forgotten task")


async def test_task_of_a_fixture(ticking):
    pass


@pytest.fixture
async def ticking():
    task = asyncio.create_task(asyncio.sleep(60))
    yield
    task.cancel()


def test_nothing_left():
    stop.set()
"""
CONFTEST = """
from tests.guards import (
    _loops_are_watched, _watched, expected_errors, pytest_configure, pytest_runtest_teardown,
)
"""


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> str:
    """What pytest says about a file of planted faults under the guards."""
    folder = tmp_path_factory.mktemp("planted")
    (folder / "conftest.py").write_text(CONFTEST)
    (folder / "test_planted.py").write_text(PLANTED)
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *OPTIONS, "--rootdir", str(folder), str(folder)],
        env={**os.environ, "PYTHONPATH": str(REPOSITORY)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    return done.stdout


@pytest.mark.parametrize(
    ("test", "complaint"),
    [
        ("test_error_log", "an unexpected error was logged: room: it broke"),
        ("test_thread", "a thread was left running: forgotten thread"),
        ("test_child", "a child process was left running: "),
        ("test_task", "a task was still pending when its loop closed: forgotten task"),
    ],
)
def test_a_planted_fault_fails_its_test(report: str, test: str, complaint: str) -> None:
    section = report.partition(f"ERROR at teardown of {test} ")[2].partition("___")[2]
    assert complaint in section.partition("\n____")[0]


@pytest.mark.parametrize(
    "test",
    [
        "test_expected_error_log",
        "test_marked_error_log",
        "test_warning_log",
        "test_thread_that_ends",
        "test_task_of_a_fixture",
        "test_nothing_left",
    ],
)
def test_what_is_in_order_passes(report: str, test: str) -> None:
    assert f"::{test} PASSED" in report
    assert f"ERROR at teardown of {test} " not in report


def test_a_forgotten_child_process_is_ended(report: str) -> None:
    assert report
    assert not [p for p in psutil.process_iter(["cmdline"]) if "forgotten child" in (p.info["cmdline"] or [])]
