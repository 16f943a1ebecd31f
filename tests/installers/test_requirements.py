"""The pinned files: they name no index, pin everything by hash, and hold what `pyproject.toml` asks for."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[2]
RUN, TEST, VOICE = "requirements.txt", "requirements-test.txt", "requirements-voice.txt"
OTHERS, LITELLM, BUILD = (f"requirements-{kind}.txt" for kind in ("others", "litellm", "build"))
EVERY_FILE = pytest.mark.parametrize("name", [RUN, TEST, VOICE, OTHERS, LITELLM, BUILD])
SYSTEMS = (("linux", "Linux"), ("darwin", "Darwin"), ("win32", "Windows"))
PYTHONS = ("3.11", "3.12", "3.13")


def text_of(name: str) -> str:
    return (ROOT / "installers" / name).read_text()


def pins(name: str) -> list[Requirement]:
    """The requirements of a file, without their hashes."""
    joined = text_of(name).replace("\\\n", " ")
    return [Requirement(line.split(" --hash")[0].strip()) for line in joined.splitlines() if line.strip()]


def versions(name: str, python: str, system: tuple[str, str]) -> dict[str, str]:
    """What a file installs on a machine: names and versions."""
    machine = environment(python, system)
    applying = [pin for pin in pins(name) if pin.marker is None or pin.marker.evaluate(machine)]
    assert len({pin.name for pin in applying}) == len(applying), "two versions of one package for one machine"
    return {pin.name: next(iter(pin.specifier)).version for pin in applying}


def environment(python: str, system: tuple[str, str]) -> dict[str, str]:
    machine = {"python_version": python, "python_full_version": f"{python}.4", "platform_machine": "x86_64"}
    return {**machine, "sys_platform": system[0], "platform_system": system[1], "implementation_name": "cpython"}


@pytest.mark.parametrize("system", SYSTEMS)
@pytest.mark.parametrize("python", PYTHONS)
def test_what_others_wrote_is_pinned_as_it_is_asked_for_and_nothing_that_is_left_out(
    python: str, system: tuple[str, str]
) -> None:
    table = tomllib.loads((ROOT / "installers" / "others.toml").read_text())
    pinned = versions(OTHERS, python, system)
    for wish in map(Requirement, table["wheels"]):
        assert wish.specifier.contains(pinned[canonicalize_name(wish.name)]), wish
    assert not pinned.keys() & set(table["left_out"])
    assert "://" not in (ROOT / "installers" / "others.toml").read_text()


def test_the_router_beside_ours_is_a_version_that_steals_nothing_and_speaks_through_our_sdk() -> None:
    table = tomllib.loads((ROOT / "installers" / "others.toml").read_text())["litellm"]
    pinned = versions(LITELLM, "3.11", SYSTEMS[0])
    for wish in map(Requirement, table["wheels"]):
        assert wish.specifier.contains(pinned[canonicalize_name(wish.name)]), wish
    assert pinned["litellm"] not in {"1.82.7", "1.82.8"}
    assert pinned["openai"] == versions(RUN, "3.11", SYSTEMS[0])["openai"]


@EVERY_FILE
def test_no_file_names_an_index_or_holds_an_option(name: str) -> None:
    assert "://" not in text_of(name)
    assert not re.search(r"^\s*-(?!-hash=sha256:[0-9a-f]{64}( \\)?$)", text_of(name), re.MULTILINE)


@EVERY_FILE
def test_every_requirement_is_one_version_with_a_hash(name: str) -> None:
    entries = text_of(name).replace("\\\n", " ").splitlines()
    assert entries
    assert [entry for entry in entries if not re.match(r"[a-z0-9-]+==\S+ .*--hash=sha256:[0-9a-f]{64}", entry)] == []


@pytest.mark.parametrize("system", SYSTEMS)
@pytest.mark.parametrize("python", PYTHONS)
def test_what_is_tested_is_what_runs(python: str, system: tuple[str, str]) -> None:
    tested = versions(TEST, python, system)
    assert versions(RUN, python, system).items() <= tested.items()
    assert versions(VOICE, python, system).items() <= tested.items()


@pytest.mark.parametrize("system", SYSTEMS)
@pytest.mark.parametrize("python", PYTHONS)
def test_the_pins_are_what_the_project_asks_for(python: str, system: tuple[str, str]) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    extras = project["optional-dependencies"]
    asked = {RUN: project["dependencies"], TEST: extras["dev"], VOICE: extras["voice"]}
    for name, wishes in asked.items():
        pinned = versions(name, python, system)
        for wish in map(Requirement, wishes):
            if wish.marker is None or wish.marker.evaluate(environment(python, system)):
                version = pinned[canonicalize_name(wish.name)]
                assert wish.specifier.contains(version), f"{name}: {wish} but {version}; run installers/pin.py"


def test_the_voice_service_brings_no_qt() -> None:
    assert not {pin.name for pin in pins(VOICE)} & {"pyside6-essentials", "shiboken6", "qasync", "livekit"}
