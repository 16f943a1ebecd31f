"""The import contracts of pyproject.toml: each is seen to fail on a planted fault, and all hold without one."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[1]
PACKAGE = "sovereign_desktop"
CONTRACTS = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"][
    "contracts"
]
LAYERS, QT, CORE, VOICE, KINDS = (contract["name"] for contract in CONTRACTS)

FAULTS = {
    "a room that imports upwards": (LAYERS, "config/paths.py", "from sovereign_desktop.host import secrets"),
    "rooms of one layer that know each other": (
        LAYERS, "audio/wav.py", "from sovereign_desktop.engines import base"),
    "a room that was not placed": (LAYERS, "attic/__init__.py", ""),
    "Qt below ui": (QT, "app/facts.py", "from PySide6.QtCore import QObject"),
    "qasync below ui": (QT, "host/outbox.py", "import qasync"),
    "a third party in core": (CORE, "core/audio.py", "import numpy"),
    "a voice service that opens sound devices": (
        VOICE, "servers/voice/config.py", "from sovereign_desktop.audio import devices"),
    "engines of one kind that know another": (
        KINDS, "engines/stt/spoken.py", "from sovereign_desktop.engines.tts import pieces"),
}  # fmt: skip


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The package and its contracts, to do harm to."""
    shutil.copytree(REPOSITORY / PACKAGE, tmp_path / PACKAGE, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(REPOSITORY / "pyproject.toml", tmp_path)
    return tmp_path


def verdicts(folder: Path) -> dict[str, str]:
    """What lint-imports says of each contract."""
    command = "from importlinter.cli import lint_imports_command; lint_imports_command()"
    done = subprocess.run(
        [sys.executable, "-c", command, "--no-cache"], cwd=folder, capture_output=True, text=True, timeout=60
    )
    said = {
        name: found.group(1)
        for name in (contract["name"] for contract in CONTRACTS)
        if (found := re.search(rf"^{re.escape(name)} (KEPT|BROKEN)", done.stdout, re.MULTILINE))
    }
    assert len(said) == len(CONTRACTS), done.stdout + done.stderr
    assert done.returncode == (1 if "BROKEN" in said.values() else 0)
    return said


def test_all_contracts_hold(copy: Path) -> None:
    assert set(verdicts(copy).values()) == {"KEPT"}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_planted_fault_breaks_its_contract_and_no_other(fault: str, copy: Path) -> None:
    contract, file, line = FAULTS[fault]
    path = copy / PACKAGE / file
    path.parent.mkdir(exist_ok=True)
    path.write_text((path.read_text(encoding="utf-8") if path.exists() else "") + f"\n{line}\n", encoding="utf-8")
    assert [name for name, verdict in verdicts(copy).items() if verdict == "BROKEN"] == [contract]


def test_every_contract_has_a_fault_that_breaks_it() -> None:
    assert {contract for contract, _, _ in FAULTS.values()} == {contract["name"] for contract in CONTRACTS}


def test_every_room_below_ui_is_kept_from_qt() -> None:
    rooms = {path.parent.name for path in (REPOSITORY / PACKAGE).glob("*/__init__.py")}
    (contract,) = (one for one in CONTRACTS if one["name"] == QT)
    assert set(contract["source_modules"]) == {f"{PACKAGE}.{room}" for room in rooms - {"ui"}}
