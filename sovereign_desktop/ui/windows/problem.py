"""One clear sentence when the program can't start, and what to do about it."""

from __future__ import annotations

import asyncio

from PySide6.QtCore import Qt
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
