"""A text editor with one file open: `python editor.py FILE`. Its window is a real one, its text what is read."""

from __future__ import annotations

import sys
from pathlib import Path

from PySide6.QtGui import QFont
from PySide6.QtWidgets import QApplication, QPlainTextEdit


def main() -> int:
    """Show the file until the window is closed."""
    app = QApplication(sys.argv)
    file = Path(sys.argv[1])
    editor = QPlainTextEdit(file.read_text(encoding="utf-8"))
    editor.setFont(QFont("DejaVu Sans", 12))
    editor.setWindowTitle(f"{file.name} - Editor")
    editor.resize(700, 400)
    editor.show()
    return app.exec()


if __name__ == "__main__":
    raise SystemExit(main())
