"""Libraries that would tell their makers of their use are kept from it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[1]


def load_the_speech_detector(folder: Path, before: str) -> list[Path]:
    """What loading it leaves in a home and temporary folder of its own.

    The environment is an end user's: onnxruntime keeps quiet of itself where a variable like `CI` says that nobody is
    there.
    """
    folder.mkdir()
    code = f"{before}\nfrom sovereign_desktop.audio.vad import load_model\nload_model()"
    subprocess.run(
        [sys.executable, "-c", code],
        env={
            "PATH": os.environ["PATH"],
            "HOME": str(folder),
            "TMPDIR": str(folder),
            "PYTHONDONTWRITEBYTECODE": "1",
        },
        cwd=REPOSITORY,
        check=True,
        timeout=60,
    )
    return sorted(folder.rglob("*"))


@pytest.mark.skipif(sys.platform != "linux", reason="where its folders are is known on Linux")
def test_onnxruntime_leaves_no_id_of_this_computer_and_tells_nobody(tmp_path: Path) -> None:
    assert load_the_speech_detector(tmp_path / "ours", "") == []
    undone = "import os, sovereign_desktop; del os.environ['ORT_DISABLE_TELEMETRY']"
    assert load_the_speech_detector(tmp_path / "without", undone), "it has no such habit any more: drop the variable"
