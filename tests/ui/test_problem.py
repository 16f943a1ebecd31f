"""What is told of a fault that ended the program before: once, with a way to read the report."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QApplication, QMessageBox, QSystemTrayIcon

from sovereign_desktop.app.crash_reports import CrashReports
from sovereign_desktop.core.events import Notice
from sovereign_desktop.ui.shell import Shell
from tests.ui.stage import PlayedProgram


@pytest.fixture
def reports(tmp_path: Path) -> CrashReports:
    reports = CrashReports(tmp_path)
    (tmp_path / "crash-20260101-000000-1.txt").write_text("where it was")
    reports.earlier = tuple(tmp_path.iterdir())
    return reports


def boxes(application: QApplication) -> list[QMessageBox]:
    return [box for box in application.topLevelWidgets() if isinstance(box, QMessageBox) and box.isVisible()]


def test_a_report_is_offered_once_and_opened_by_a_click(
    application: QApplication, program: PlayedProgram, reports: CrashReports, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[QUrl] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", opened.append)
    shell = Shell(QSystemTrayIcon(), crashes=reports)
    shell.attach(program)
    shell.offer_reports()
    shell.offer_reports()
    (box,) = boxes(application)
    assert not box.isModal()
    assert "no key" in box.informativeText()
    next(button for button in box.buttons() if button.text() == "Open the report").click()
    assert Path(opened[0].toLocalFile()).read_text() == "where it was"
    shell.close()
    assert boxes(application) == []


def test_who_wants_the_icon_alone_is_told_where_it_is(
    application: QApplication, program: PlayedProgram, reports: CrashReports
) -> None:
    shell = Shell(QSystemTrayIcon(), minimized=True, crashes=reports)
    shell.attach(program)
    told: list[Notice] = []
    shell.bridge.noticed.connect(told.append)
    shell.offer_reports()
    assert boxes(application) == []
    (notice,) = [notice for notice in told if notice.key == "crash"]
    assert "seen-20260101" in notice.remedy
    shell.close()


def test_without_a_crash_nothing_is_told(application: QApplication, program: PlayedProgram, tmp_path: Path) -> None:
    shell = Shell(QSystemTrayIcon(), crashes=CrashReports(tmp_path))
    shell.attach(program)
    shell.offer_reports()
    assert boxes(application) == []
    shell.close()
