"""One clear sentence when the program can't start, or ended in a fault before, and what to do about it."""

from __future__ import annotations

import asyncio
from pathlib import Path

from PySide6.QtCore import QCoreApplication, Qt, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QMessageBox

from sovereign_desktop.ui.icons import program_icon


def problem_box(text: str, remedy: str) -> QMessageBox:
    """The box with the sentence, not shown yet."""
    box = QMessageBox(QMessageBox.Icon.Warning, "Sovereign Desktop", text, QMessageBox.StandardButton.Close)
    box.setTextFormat(Qt.TextFormat.PlainText)
    box.setInformativeText(remedy)
    box.setWindowIcon(program_icon())
    return box


async def tell_problem(text: str, remedy: str) -> None:
    """Show the sentence and wait until it has been read. Cancelling closes it."""
    box = problem_box(text, remedy)
    read: asyncio.Future[int] = asyncio.get_running_loop().create_future()
    box.finished.connect(read.set_result)
    box.open()
    try:
        await read
    finally:
        box.finished.disconnect()
        box.close()
        box.deleteLater()


def report_box(report: Path) -> QMessageBox:
    """Offers what is known of a fault that ended the program at its last run. Not shown yet; nobody has to answer."""
    box = problem_box(
        QCoreApplication.translate("Problem", "Sovereign Desktop ended in a fault at its last run."),
        QCoreApplication.translate(
            "Problem",
            "A report says where the program was. It holds nothing that you said, saw or typed, and no key. It stays"
            " on this computer until you send it to somebody.",
        ),
    )
    box.setWindowTitle(QCoreApplication.translate("Problem", "Report of a fault – Sovereign Desktop"))
    box.setModal(False)
    show = box.addButton(QCoreApplication.translate("Problem", "Open the report"), QMessageBox.ButtonRole.ActionRole)
    show.clicked.connect(lambda: QDesktopServices.openUrl(QUrl.fromLocalFile(str(report))))
    return box
