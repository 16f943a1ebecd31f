"""Every room below ui runs where Qt is not installed."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[1]

PROGRAM = """
import importlib, json, sys
from importlib.abc import MetaPathFinder

QT = {"PySide6", "shiboken6", "qasync"}

class Blocker(MetaPathFinder):
    def find_spec(self, name, path, target=None):
        if name.partition(".")[0] in QT:
            raise ModuleNotFoundError(f"{name} is not installed here", name=name)

sys.meta_path.insert(0, Blocker())
failed = {}
for name in json.loads(sys.argv[1]):
    try:
        importlib.import_module(name)
    except ImportError as error:
        failed[name] = str(error)
print(json.dumps(failed))
"""


def modules_below_ui() -> list[str]:
    files = (REPOSITORY / "sovereign_desktop").rglob("*.py")
    names = [".".join(file.relative_to(REPOSITORY).with_suffix("").parts) for file in files]
    return sorted(name.removesuffix(".__init__") for name in names if ".ui." not in name)


def import_without_qt(names: list[str]) -> dict[str, str]:
    """The modules that can't be imported, and why."""
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, json.dumps(names)], cwd=REPOSITORY, capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stderr
    failed: dict[str, str] = json.loads(done.stdout)
    return failed


def test_every_module_below_ui_can_be_imported_without_qt() -> None:
    names = modules_below_ui()
    assert "sovereign_desktop.app.program" in names
    assert import_without_qt(names) == {}


def test_without_qt_the_windows_can_not_be_imported() -> None:
    """The control: what blocks Qt does block it."""
    assert "PySide6" in import_without_qt(["sovereign_desktop.ui.run"])["sovereign_desktop.ui.run"]
