"""The process with the windows never loads what is heavy: that lives in the child processes."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from sovereign_desktop.app.loading import SLICES

REPOSITORY = Path(__file__).resolve().parents[2]
HEAVY = (
    "numpy",
    "sounddevice",
    "soxr",
    "livekit",
    "onnxruntime",
    "fastapi",
    "uvicorn",
    "pocketsphinx",
    "faster_whisper",
    "ctranslate2",
    "pyttsx3",
    "chromadb",
    "pyqtgraph",
)
WHEN_OPENED = ("latency", "latency_plots")
"""Windows that load what is heavy when the user opens them, and not before."""
PROGRAM = """
import importlib, json, sys
for name in json.loads(sys.argv[1]):
    importlib.import_module(name)
print(json.dumps(sorted({*sys.modules, *(name.partition(".")[0] for name in sys.modules)})))
"""


def windows() -> list[str]:
    files = sorted((REPOSITORY / "sovereign_desktop" / "ui").rglob("*.py"))
    files = [file for file in files if file.stem not in WHEN_OPENED]
    return [".".join(file.relative_to(REPOSITORY).with_suffix("").parts).removesuffix(".__init__") for file in files]


def heavy_ones_after(*names: str) -> set[str]:
    """What of the heavy libraries a process has loaded that imported these modules."""
    return loaded_after(*names).intersection(HEAVY)


def loaded_after(*names: str) -> set[str]:
    """All modules and packages that a process has loaded then."""
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, json.dumps(names)], cwd=REPOSITORY, capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stderr
    return set(json.loads(done.stdout))


def test_the_main_process_loads_nothing_heavy() -> None:
    names = (*windows(), "sovereign_desktop.app.loading", *SLICES)
    assert {"sovereign_desktop.ui.run", "sovereign_desktop.app.program"} <= set(names)
    assert heavy_ones_after(*names) == set()


def test_who_names_no_models_does_not_load_the_orchestrator() -> None:
    assert "sovereign_desktop.orchestrator" not in loaded_after("sovereign_desktop.app.loading", *SLICES)


@pytest.mark.parametrize(
    ("module", "loads"),
    [
        ("sovereign_desktop.audio.mixer", "numpy"),
        ("sovereign_desktop.ui.windows.latency", "pyqtgraph"),
        ("sovereign_desktop.servers.voice.service", "fastapi"),
    ],
)
def test_the_children_do_load_it(module: str, loads: str) -> None:
    """The control: a heavy library that is loaded is seen."""
    assert loads in heavy_ones_after(module)
