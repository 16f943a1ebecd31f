"""The voice service under another Python than the program's, with the modules of the `voice` extra and no Qt."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.app.voices import each, settings_with, voice_with

pytestmark = [pytest.mark.usefixtures("home"), pytest.mark.slow, pytest.mark.timeout(400)]
ROOT = Path(__file__).resolve().parents[2]
PROBE = (
    "import json, sys, sysconfig, ensurepip, venv;"
    "print(json.dumps([list(sys.version_info[:2]), sysconfig.get_config_var('Py_GIL_DISABLED') or 0]))"
)


def others() -> Iterator[str]:
    """Pythons that are installed, can make environments, and are of another version than this one."""
    names = [f"python3.{minor}" for minor in (13, 12, 11)]
    beside = Path(sysconfig.get_config_var("prefix")).parent.glob("3.1[123]*/bin/python3")
    candidates = [found for name in names if (found := shutil.which(name))] + [str(path) for path in beside]
    for python in [*candidates, "/usr/bin/python3"]:
        try:
            done = subprocess.run([python, "-c", PROBE], capture_output=True, timeout=10, check=True)
        except (OSError, subprocess.SubprocessError):
            continue
        version, free_threaded = json.loads(done.stdout)
        if (3, 11) <= tuple(version) < (3, 14) and tuple(version) != sys.version_info[:2] and not free_threaded:
            yield python


@pytest.fixture(scope="module")
def other_python(tmp_path_factory: pytest.TempPathFactory) -> str:
    python = next(others(), None)
    if python is None:
        pytest.skip("NOT TRIED: voice_service.python under another interpreter. Only one Python 3.11 to 3.13 is here")
    folder = tmp_path_factory.mktemp("other")
    subprocess.run([python, "-m", "venv", str(folder)], check=True, capture_output=True)
    mine = str(folder / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python"))
    requirements = str(ROOT / "installers" / "requirements-voice.txt")
    pip = [mine, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--only-binary=:all:"]
    subprocess.run([*pip, "-r", requirements], check=True, capture_output=True)
    return mine


async def test_it_speaks_and_understands_without_qt(other_python: str) -> None:
    async with voice_with(settings_with(python=other_python)) as voice:
        health = await voice.process.health()
        assert (health["stt"]["chosen"], health["tts"]["chosen"]) == ("pocketsphinx", "pyttsx3")
        assert not health["python"].startswith(f"{sys.version_info.major}.{sys.version_info.minor}.")
        assert await voice.hear(each(await voice.say("The quick brown fox jumps over the lazy dog.")))
    done = subprocess.run([other_python, "-c", "import PySide6"], capture_output=True)
    assert done.returncode != 0
