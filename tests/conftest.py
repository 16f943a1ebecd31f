"""Fixtures for every room: guards around each test, a home of its own, and the real desktop."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import keyring
import pytest
from keyring.backends.fail import Keyring as NoKeyring

from tests.desktop import Desktop, tools
from tests.guards import (
    _loops_are_watched,
    _watched,
    expected_errors,
    pytest_configure,
    pytest_runtest_teardown,
)

__all__ = [
    "_loops_are_watched",
    "_watched",
    "expected_errors",
    "pytest_configure",
    "pytest_runtest_teardown",
]

SECRET_SUFFIXES = ("_API_KEY", "_TOKEN", "_SECRET")


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> Iterator[Path]:
    """An empty folder that SOVEREIGN_HOME names, with no key in the environment and no keyring.

    With the marker `real_keyring` the keyring of the desktop stays.
    """
    for name in list(os.environ):
        if name.startswith("SOVEREIGN_") or name.endswith(SECRET_SUFFIXES):
            monkeypatch.delenv(name)
    monkeypatch.setattr("sovereign_desktop.host.secrets.IN_MEMORY", {})
    folder = tmp_path / "home"
    folder.mkdir()
    monkeypatch.setenv("SOVEREIGN_HOME", str(folder))
    if request.node.get_closest_marker("real_keyring"):
        yield folder
        return
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.fail.Keyring")
    before = keyring.get_keyring()
    keyring.set_keyring(NoKeyring())  # type: ignore[no-untyped-call]
    yield folder
    keyring.set_keyring(before)


@pytest.fixture(scope="session")
def whole_desktop() -> Iterator[Desktop]:
    """The desktop for the whole run; tests use `desktop`, module fixtures that start a program use this."""
    if not tools.on_this_system():
        pytest.skip("THE END-TO-END TESTS DID NOT RUN: the virtual desktop exists on Linux only")
    with Desktop() as desktop:
        yield desktop


@pytest.fixture
def desktop(whole_desktop: Desktop) -> Iterator[Desktop]:
    """A real desktop; after the test its programs are ended, its devices plugged in, and leftovers are a failure."""
    earlier = whole_desktop.programs
    yield whole_desktop
    left = whole_desktop.reset(keep=earlier)
    assert not left, "programs were left behind on the desktop: " + "; ".join(left)
