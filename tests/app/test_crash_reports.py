"""A crash leaves a report with places and without content; an ordinary end leaves nothing."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from sovereign_desktop.app.crash_reports import KEPT, CrashReports

SECRET = "sk-of-somebody-4711"
REPOSITORY = Path(__file__).resolve().parents[2]
RUN = """
import os, sys
from pathlib import Path
from sovereign_desktop.app.crash_reports import CrashReports
def answer(key):
    {how}
reports = CrashReports(Path(sys.argv[1]))
reports.begin()
answer({secret!r})
reports.end()
"""
HOW = {
    "segfault": "os.kill(os.getpid(), 11)",
    "abort": "os.abort()",
    "killed": "os.kill(os.getpid(), 9)",
    "well": "pass",
}


def run(folder: Path, how: str) -> int:
    code = RUN.format(how=HOW[how], secret=SECRET)
    return subprocess.run([sys.executable, "-c", code, str(folder)], cwd=REPOSITORY, timeout=30, check=False).returncode


@pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
@pytest.mark.parametrize(("how", "number"), [("segfault", signal.SIGSEGV), ("abort", signal.SIGABRT)])
def test_a_fault_leaves_where_it_was_and_nothing_of_what_was_there(
    tmp_path: Path, how: str, number: signal.Signals
) -> None:
    assert run(tmp_path, how) == -number
    reports = CrashReports(tmp_path)
    reports.begin()
    (report,) = reports.earlier
    text = report.read_text()
    assert "in answer" in text
    assert "program  " in text
    assert SECRET not in text
    told = reports.tell()
    assert told is not None
    assert told.read_text() == text
    assert reports.tell() is None
    reports.end()
    later = CrashReports(tmp_path)
    later.begin()
    assert later.earlier == ()
    later.end()
    assert told.exists()


@pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
@pytest.mark.parametrize("how", ["killed", "well"])
def test_who_was_killed_or_ended_well_has_nothing_to_tell(tmp_path: Path, how: str) -> None:
    run(tmp_path, how)
    reports = CrashReports(tmp_path)
    reports.begin()
    assert reports.earlier == ()
    reports.end()
    assert list(tmp_path.iterdir()) == []


def test_a_fault_in_python_is_written_by_kind_and_place_with_what_it_came_from(tmp_path: Path) -> None:
    def fail() -> None:
        try:
            divide()
        except ZeroDivisionError as cause:
            raise KeyError(SECRET) from cause

    def divide() -> None:
        raise ZeroDivisionError(SECRET)

    reports = CrashReports(tmp_path)
    reports.begin()
    try:
        fail()
    except KeyError as error:
        reports.note(error)
    reports.end()
    (report,) = tmp_path.iterdir()
    text = report.read_text()
    assert "builtins.KeyError" in text
    assert "builtins.ZeroDivisionError" in text
    assert "test_crash_reports.py, line" in text
    assert SECRET not in text
    assert report.stat().st_mode & 0o077 == 0


def test_a_folder_that_can_not_be_written_costs_the_report_and_not_the_program(tmp_path: Path) -> None:
    (tmp_path / "crashes").write_text("a file")
    reports = CrashReports(tmp_path / "crashes")
    reports.begin()
    reports.note(ValueError())
    reports.end()
    assert reports.earlier == ()


def test_no_more_than_some_are_kept(tmp_path: Path) -> None:
    for number in range(KEPT + 5):
        (tmp_path / f"seen-20260101-0000{number:02d}-1.txt").write_text("old")
    reports = CrashReports(tmp_path)
    reports.begin()
    reports.end()
    assert len(list(tmp_path.iterdir())) == KEPT
