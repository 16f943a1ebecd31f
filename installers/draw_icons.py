"""Draw `installers/icons/*.png` from the SVG, after that has changed: `.venv/bin/python installers/draw_icons.py`."""

from __future__ import annotations

import sys
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QImage, QPainter
from PySide6.QtSvg import QSvgRenderer

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from installers.pack.icons import SIZES  # noqa: E402 - run as a script, it finds its own house first

SVG = ROOT / "resources" / "icons" / "sovereign-desktop.svg"
FOLDER = ROOT / "installers" / "icons"


def draw(size: int) -> QImage:
    """The icon, `size` pixels wide and high. Needs no screen and no application."""
    image = QImage(size, size, QImage.Format.Format_ARGB32)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    QSvgRenderer(str(SVG)).render(painter)
    painter.end()
    return image


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for wanted in SIZES:
        draw(wanted).save(str(FOLDER / f"{wanted}.png"))
