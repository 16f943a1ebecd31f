"""Bring `resources/translations` up to date with the windows' texts: `.venv/bin/python -m installers.translations`.

Run it after a text was added or changed. It takes the texts out of the code and out of the settings' schema into the
`.ts` files and compiles them to the `.qm` files, which are committed: the program then finds them in every kind of
package, and nobody needs Qt's tools to run it. It ends with 1 while something is not translated, and lists it.

Translations of texts that are no longer there are kept, marked as vanished, until `--clean` drops them: a text that
comes back with another branch brings its translation along.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import PySide6

from sovereign_desktop.ui.setting_pages import pages
from sovereign_desktop.ui.setting_words import CONTEXT, to_translate
from sovereign_desktop.ui.translation import TRANSLATED

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "resources" / "translations"
WINDOWS = ROOT / "sovereign_desktop" / "ui"
TOOLS = Path(PySide6.__file__).parent


@dataclass(frozen=True, slots=True)
class Message:
    """One text of a `.ts` file."""

    context: str
    source: str
    translation: str
    is_finished: bool


def extract(folder: Path, *, clean: bool = False) -> None:
    """Bring the `.ts` files in a folder up to date; those that are not there are made. `clean` drops what vanished."""
    with tempfile.TemporaryDirectory() as name:
        settings = Path(name) / "settings.py"
        lines = [f"translate({json.dumps(CONTEXT)}, {json.dumps(text, ensure_ascii=False)})" for text in _settings()]
        settings.write_text("\n".join(lines), encoding="utf-8")
        code = [str(file) for file in sorted(WINDOWS.rglob("*.py"))]
        for language in TRANSLATED:
            # No places: they change with every line, and two branches would meet there.
            options = ["-locations", "none", "-disable-heuristic", "similartext", *(["-no-obsolete"] if clean else [])]
            target = str(folder / f"{language}.ts")
            _run("lupdate", *options, *code, str(settings), "-target-language", language, "-ts", target)


def compile_all(sources: Path, folder: Path) -> None:
    """Make the `.qm` files in `folder` from the `.ts` files."""
    for language in TRANSLATED:
        _run("lrelease", "-silent", str(sources / f"{language}.ts"), "-qm", str(folder / f"{language}.qm"))


def messages(file: Path) -> Iterator[Message]:
    """All texts of a `.ts` file that are said somewhere."""
    for context in ElementTree.parse(file).getroot().iter("context"):  # noqa: S314 - our own file
        for message in context.iter("message"):
            translation = message.find("translation")
            assert translation is not None
            if translation.get("type") in ("vanished", "obsolete"):
                continue
            yield Message(
                context.findtext("name", ""),
                message.findtext("source", ""),
                translation.text or "",
                translation.get("type") is None and bool(translation.text),
            )


def _settings() -> Iterator[str]:
    return to_translate(pages())


def _run(tool: str, *arguments: str) -> None:
    subprocess.run([str(TOOLS / tool), *arguments], check=True, capture_output=True, text=True)


def main() -> int:
    """The exit status: 0 when every text is translated."""
    FOLDER.mkdir(exist_ok=True)
    extract(FOLDER, clean="--clean" in sys.argv)
    compile_all(FOLDER, FOLDER)
    missing = 0
    for language in TRANSLATED:
        for message in messages(FOLDER / f"{language}.ts"):
            if not message.is_finished:
                missing += 1
                print(f"{language}: {message.context}: {message.source}")
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
