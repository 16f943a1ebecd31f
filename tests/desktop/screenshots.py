"""Pictures of every window on a real screen, light and dark: `python -m tests.desktop.screenshots [FOLDER] [LANGUAGE]`.

Without a folder it makes those of the help anew, in `resources/help/pictures`: run it when windows look otherwise.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from PIL import Image

from tests.desktop import Desktop

ROOT = Path(__file__).resolve().parents[2]
PICTURES = ROOT / "resources" / "help" / "pictures"
SCHEMES = ("light", "dark")
WIDEST = 540
"""Pixels of a picture in the help."""
COLORS = 128
"""So many are enough for a window; each file is a third of what it would be."""
PATIENCE_S = 120.0


def paint(folder: Path, language: str = "en") -> list[Path]:
    """Write a picture of every window to a folder, as a user sees them; the files."""
    with Desktop() as desktop:
        for scheme in SCHEMES:
            program = desktop.start(
                [sys.executable, "-m", "tests.ui.every_window", str(folder), scheme, language],
                env={"QT_QPA_PLATFORM": "xcb"},
            )
            status = program.wait(PATIENCE_S)
            if status != 0:
                raise RuntimeError(program.output())
    return sorted(folder.glob("*.png"))


def put_into_the_help(pictures: list[Path]) -> list[Path]:
    """Make small copies of those that the help shows, and take away what it no longer has; the files."""
    from tests.ui.every_window import HELPED  # Qt is for those who draw

    wanted = {f"{name}-{scheme}.png" for name in HELPED for scheme in SCHEMES}
    PICTURES.mkdir(parents=True, exist_ok=True)
    for old in PICTURES.glob("*.png"):
        if old.name not in wanted:
            old.unlink()
    made = [PICTURES / picture.name for picture in pictures if picture.name in wanted]
    for picture, copy in zip((one for one in pictures if one.name in wanted), made, strict=True):
        shrink(picture, copy)
    return made


def shrink(picture: Path, copy: Path) -> None:
    """A copy that is no wider than the help and has few colours."""
    with Image.open(picture) as full:
        image = full.convert("RGB")
    if image.width > WIDEST:
        height = round(image.height * WIDEST / image.width)
        image = image.resize((WIDEST, height), Image.Resampling.LANCZOS)
    few = image.quantize(COLORS, method=Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE)
    few.save(copy, optimize=True)


def main() -> None:
    if len(sys.argv) > 1:
        made = paint(Path(sys.argv[1]).resolve(), *sys.argv[2:3])
    else:
        with tempfile.TemporaryDirectory() as name:
            made = put_into_the_help(paint(Path(name)))
    for file in made:
        print(f"{file} {file.stat().st_size / 1024:.1f} KiB")


if __name__ == "__main__":
    main()
