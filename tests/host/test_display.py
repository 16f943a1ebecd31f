"""Whether there is anything to show an icon on."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from sovereign_desktop.host.display import display_name

VARIABLES = ("QT_QPA_PLATFORM", "WAYLAND_DISPLAY", "DISPLAY")


@pytest.fixture
def no_display(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(sys, "platform", "linux")


@pytest.mark.parametrize("variable", VARIABLES)
def test_a_session_that_names_a_display_has_one(
    no_display: None, monkeypatch: pytest.MonkeyPatch, variable: str
) -> None:
    monkeypatch.setenv(variable, ":7")
    assert display_name() == f"{variable}=:7"


def test_a_session_without_one_has_none(no_display: None) -> None:
    assert not display_name()


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere there is always a display")
def test_without_a_display_a_start_ends_with_one_line_instead_of_a_crash(no_display: None, home: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "sovereign_desktop"], capture_output=True, text=True, timeout=30, check=False
    )
    assert (done.returncode, done.stdout) == (1, "")
    (line,) = done.stderr.splitlines()
    assert "`ask` works without" in line
