"""The two commands as a newcomer meets them: a real `.venv`, real pip, real processes."""

from __future__ import annotations

import ast
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.installers.checkout import INSTALLERS, Checkout, SilentIndex, make_wheel, pin

OLD_PYTHONS = ("3.6", "3.7", "3.8", "3.9", "3.10")
POSIX_ONLY = pytest.mark.skipif(os.name == "nt", reason="process groups and inherited locks are POSIX")


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    return Checkout.make(tmp_path / "a checkout")


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Checkout:
    """A checkout that is set up for `run`. Tests leave it as they find it."""
    checkout = Checkout.make(tmp_path_factory.mktemp("prepared") / "a checkout")
    done = checkout.run("setup")
    assert done.returncode == 0, done.stderr
    return checkout


def old_pythons() -> list[str]:
    """The interpreters on this machine that are too old, on the PATH or where pyenv keeps them."""
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv"))
    kept = [str(path) for old in OLD_PYTHONS for path in pyenv.glob(f"versions/{old}.*/bin/python3")]
    return kept or [path for old in OLD_PYTHONS if (path := shutil.which(f"python{old}"))]


def test_an_old_python_can_read_the_file_at_all() -> None:
    ast.parse((INSTALLERS / "bootstrap.py").read_text(), feature_version=(3, 7))


def test_an_old_python_gets_one_sentence() -> None:
    pythons = old_pythons()
    if not pythons:
        pytest.skip("no Python older than 3.11 on this machine to try it with")
    for python in pythons:
        done = subprocess.run([python, str(INSTALLERS / "bootstrap.py"), "run"], capture_output=True, text=True)
        assert done.returncode == 1
        assert done.stderr.startswith("Sovereign Desktop needs Python 3.11, 3.12 or 3.13, and this is 3.")
        assert len(done.stderr.splitlines()) == 1


def test_run_starts_the_program_in_its_own_place_with_what_follows_the_dashes(prepared: Checkout) -> None:
    done = prepared.run("run", "--", "ask", "--text", "what time is it")
    assert done.returncode == 7, done.stderr
    said = json.loads(done.stdout)
    assert said["arguments"] == ["ask", "--text", "what time is it"]
    assert Path(said["tiny"]).is_relative_to(prepared.venv)


def test_without_a_display_it_says_why_and_asks_the_recorded_question(prepared: Checkout) -> None:
    done = prepared.run("run", DISPLAY="")
    if sys.platform != "linux":
        pytest.skip("only Linux has machines without a display that say so")
    verb, question = json.loads(done.stdout)["arguments"]
    assert verb == "ask"
    assert question == str(prepared.root / "resources" / "samples" / "what-time-is-it.wav")
    assert "There is no display here" in done.stderr


def test_the_second_time_nothing_is_installed_and_the_work_starts_within_three_seconds(prepared: Checkout) -> None:
    before = prepared.stamp.stat().st_mtime_ns
    started_s = time.monotonic()
    done = prepared.run("run")
    assert time.monotonic() - started_s < 3
    assert done.stderr == ""
    assert prepared.stamp.stat().st_mtime_ns == before


def test_the_program_is_found_from_any_folder(prepared: Checkout, tmp_path: Path) -> None:
    python = prepared.venv / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    done = subprocess.run([python, "-m", "sovereign_desktop"], cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 7, done.stderr


def test_the_command_that_the_programs_advice_names_is_there(prepared: Checkout, tmp_path: Path) -> None:
    command = prepared.venv / ("Scripts/sovereign-desktop.cmd" if os.name == "nt" else "bin/sovereign-desktop")
    done = subprocess.run([command, "ask", "it's two words"], cwd=tmp_path, capture_output=True, text=True)
    assert json.loads(done.stdout)["arguments"] == ["ask", "it's two words"]
    assert done.returncode == 7, done.stderr


def test_a_dry_run_says_all_and_leaves_nothing_behind(checkout: Checkout) -> None:
    before = checkout.files()
    done = checkout.run("run", "--dry-run")
    assert done.returncode == 0
    assert "everything, up to 1 Python packages" in done.stderr
    assert "Would start: " in done.stderr
    assert checkout.files() == before


def test_the_tests_packages_are_added_to_those_of_the_program(checkout: Checkout) -> None:
    assert checkout.run("setup").returncode == 0
    kept = checkout.venv / "kept"
    kept.touch()
    # This checkout has no ruff, so the first stage fails; what matters is what came before it.
    done = checkout.run("test", "--", "--version")
    assert "more packages, up to 2" in done.stderr
    assert kept.exists()
    assert set(json.loads(checkout.stamp.read_text())["pins"]) == {"requirements.txt", "requirements-test.txt"}
    assert next(checkout.venv.rglob("more.py")).exists()
    assert "selected tests: failed, exit status 1" in done.stderr
    assert done.returncode == 1


def test_other_pins_make_the_environment_anew(checkout: Checkout) -> None:
    assert checkout.run("setup").returncode == 0
    left_over = checkout.venv / "left-over"
    left_over.touch()
    checkout.pin_run(pin(make_wheel(checkout.wheels, "other")))
    assert checkout.run("setup").returncode == 0
    assert not left_over.exists()
    assert not list(checkout.venv.rglob("tiny.py"))


def test_an_environment_that_is_not_ours_is_moved_aside_and_not_deleted(checkout: Checkout) -> None:
    checkout.venv.mkdir()
    (checkout.venv / "precious").write_text("somebody's work")
    done = checkout.run("setup")
    assert done.returncode == 0
    assert "was not made by this script" in done.stderr
    (moved,) = (checkout.root / "build").glob("venv-of-*/precious")
    assert moved.read_text() == "somebody's work"


@POSIX_ONLY
def test_a_set_up_that_was_killed_is_made_again_although_it_looks_complete(checkout: Checkout) -> None:
    with SilentIndex() as index:
        process = checkout.start("setup", **index.variables)
        assert index.asked.wait(60)
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
    assert (checkout.venv / "bin" / "python").exists()
    assert not checkout.stamp.exists()
    half_made = checkout.venv / "half-made"
    half_made.touch()
    done = checkout.run("run")
    assert done.returncode == 7, done.stderr
    assert not half_made.exists()


@POSIX_ONLY
def test_a_complete_environment_is_no_longer_trusted_once_it_is_added_to(checkout: Checkout) -> None:
    assert checkout.run("setup").returncode == 0
    with SilentIndex() as index:
        process = checkout.start("test", **index.variables)
        assert index.asked.wait(60)
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
    assert not checkout.stamp.exists()


@POSIX_ONLY
def test_an_installation_that_outlives_its_set_up_is_waited_for(checkout: Checkout) -> None:
    with SilentIndex() as index:
        first = checkout.start("setup", **index.variables)
        assert index.asked.wait(60)
        first.kill()
        second = checkout.start("run")
        assert second.stderr
        said = next(line for line in second.stderr if "at work here" in line)
        index.released.set()
        _, rest = second.communicate(timeout=60)
        first.communicate()
    assert "waiting for it" in said
    assert "the other set-up has ended" in rest
    assert second.returncode == 7, rest


@POSIX_ONLY
def test_an_interrupt_ends_the_installation_and_says_so(checkout: Checkout) -> None:
    with SilentIndex() as index:
        process = checkout.start("setup", **index.variables)
        assert index.asked.wait(60)
        os.kill(process.pid, signal.SIGINT)
        _, said = process.communicate(timeout=20)
    assert process.returncode == 130
    assert "Interrupted." in said
    assert "Traceback" not in said
    assert not checkout.stamp.exists()


def test_a_package_that_is_not_the_pinned_one_is_refused(checkout: Checkout) -> None:
    with make_wheel(checkout.wheels, "tiny").open("ab") as wheel:
        wheel.write(b"tampered")
    done = checkout.run("setup")
    assert done.returncode == 1
    assert "a package is not the one that was pinned" in done.stderr
    assert not checkout.stamp.exists()


def test_an_index_that_cannot_be_reached_is_named_as_the_reason(checkout: Checkout) -> None:
    nobody = {"PIP_NO_INDEX": "0", "PIP_FIND_LINKS": "", "PIP_RETRIES": "1", "PIP_INDEX_URL": "http://127.0.0.1:9/"}
    done = checkout.run("setup", **nobody)
    assert done.returncode == 1
    assert "the package index can't be reached" in done.stderr
    assert "Traceback" not in done.stderr
