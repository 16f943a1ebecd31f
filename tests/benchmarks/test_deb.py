"""The Debian package from its making to its going: built without a network, installed where nothing ever was, talked
to, removed. With `--whole` only, for it takes minutes, root and a Debian to copy.

SOVEREIGN_DEB names a package to try in place of a new one.
"""

from __future__ import annotations

import json
import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest

from installers.pack.products import why_no_deb
from installers.pack.stage import TEMPLATE
from installers.smoke import HEARD, SAMPLE, broken
from tests.benchmarks import clean_debian
from tests.benchmarks.clean_debian import HOME, USER, CleanDebian
from tests.desktop import Desktop, wait_until
from tests.fakes.openai_server import FakeOpenAIServer
from tests.fakes.threaded import Threaded

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = "sovereign-desktop"
pytestmark = [
    pytest.mark.skipif("not config.getoption('--whole')", reason="THE .deb WAS NOT BUILT: it is with --whole"),
    pytest.mark.skipif("sys.platform != 'linux'", reason="a .deb is Debian's"),
    pytest.mark.timeout(3600),
]


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A package of this tree: with a local template nobody is asked for anything but the pinned wheels, once."""
    if named := os.environ.get("SOVEREIGN_DEB"):
        return Path(named).resolve()
    if obstacle := why_no_deb():
        pytest.skip(f"THE .deb WAS NOT BUILT: it {obstacle}")
    out = tmp_path_factory.mktemp("dist")
    fast = {"DPKG_DEB_COMPRESSOR_TYPE": "zstd", "DPKG_DEB_COMPRESSOR_LEVEL": "1"}
    command = [sys.executable, "installers/build.py", "deb", "--out", str(out)]
    done = subprocess.run(command, cwd=ROOT, env=os.environ | fast, capture_output=True, text=True)
    if done.returncode and f"{TEMPLATE} has to name" in done.stderr and not os.environ.get(TEMPLATE):
        pytest.skip(f"THE .deb WAS NOT BUILT: neither {TEMPLATE} nor a network brings Briefcase's template")
    assert done.returncode == 0, done.stderr
    return next(out.glob("*.deb"))


@pytest.fixture(scope="module")
def debian(package: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[CleanDebian]:
    """A Debian of the kind that the package is for, with the package in /root and not installed."""
    if obstacle := clean_debian.why_not():
        pytest.skip(f"THE .deb WAS NOT INSTALLED: a clean Debian {obstacle}")
    codename = platform.freedesktop_os_release()["VERSION_CODENAME"]
    folder = tmp_path_factory.mktemp("debian")
    debian = CleanDebian(ROOT / "build" / f"debian-{codename}", folder / "root", codename)
    shutil.copy(package, debian.root / "root" / "package.deb")
    shutil.copy(SAMPLE, debian.root / HOME.lstrip("/") / "question.wav")
    yield debian
    shutil.rmtree(folder)


def test_it_is_installed_talked_to_and_removed_without_a_trace(
    debian: CleanDebian, desktop: Desktop, figure: Callable[..., None]
) -> None:
    debian.run("apt-get", "update")
    before, packages_before = debian.files(), debian.packages()
    debian.run("apt-get", "install", "--yes", "--no-install-recommends", "/root/package.deb")
    size = debian.run("dpkg-query", "--show", "--showformat", "${Installed-Size}", PACKAGE)
    figure(installed_mib=int(size) / 1024)
    assert not it_answers_offline(debian)
    assert its_memory_finds_by_meaning(debian)
    its_icon_appears(debian, desktop)
    debian.run("apt-get", "purge", "--yes", PACKAGE)
    assert not [path for path in debian.files() - before if "sovereign" in path]
    debian.run("apt-get", "purge", "--yes", *(debian.packages() - packages_before))
    left = sorted(debian.files() - before)
    figure(left_by_packages_that_it_asked_for=" ".join(left) or "nothing")
    # What those packages' own removal leaves is theirs; nothing of ours writes into these.
    assert not [path for path in left if path.startswith(("tmp/", "run/", "opt/", "srv/", "var/tmp/"))], left
    assert (debian.root / HOME.lstrip("/") / ".local" / "share" / PACKAGE).is_dir(), "what is the user's stays"


def it_answers_offline(debian: CleanDebian) -> list[str]:
    """What is broken; a spoken question is answered with no network but the computer itself."""
    command = debian.command(PACKAGE, "doctor", "--json", user=USER, offline=True)
    faults = broken(json.loads(subprocess.run(command, capture_output=True, text=True).stdout))
    said = json.loads(debian.run(PACKAGE, "ask", f"{HOME}/question.wav", "--json", user=USER, offline=True))
    if HEARD not in said["transcript"] or not said["reply"]:
        faults.append(f"heard {said['transcript']!r}, said {said['reply']!r}")
    return faults


def its_memory_finds_by_meaning(debian: CleanDebian) -> bool:
    """Whether Chroma works as packed: without kubernetes, which it asks for and doesn't use here."""
    home = debian.root / HOME.lstrip("/")
    texts = ["The boat is called Meridian.", "The dentist is on Tuesday.", "Anna prefers tea."]
    (home / "memories.jsonl").write_text("".join(json.dumps({"text": text}) + "\n" for text in texts))
    with Threaded(FakeOpenAIServer()) as server:
        env = {
            "SOVEREIGN_MEMORY_CONTEXT__EMBEDDINGS__BASE_URL": server.base_url,
            "SOVEREIGN_MEMORY_CONTEXT__EMBEDDINGS__DIMENSIONS": "64",
        }
        debian.run(PACKAGE, "memory", "import", f"{HOME}/memories.jsonl", user=USER, env=env)
        found = debian.run(PACKAGE, "memory", "search", "When is my dentist?", user=USER, env=env)
    return any(json.loads(line)["similarity"] is not None for line in found.splitlines())


def its_icon_appears(debian: CleanDebian, desktop: Desktop) -> None:
    """The tray shows it, its windows open, and it goes when it is told to."""
    env = {"DISPLAY": desktop.env["DISPLAY"]}
    program = desktop.start(debian.command(PACKAGE, user=USER, env=env))
    wait_until(lambda: desktop.tray_icons() or not program.running, 60, "the tray icon")
    assert program.running
    for window in ("settings", "latency"):  # what of Qt was left out must not be what they are made of
        debian.run(PACKAGE, "--show", window, user=USER, env=env)
        wait_until(partial(is_open, desktop, window.title()), 60, f"the {window} window")
    debian.run(PACKAGE, "--quit", user=USER, env=env)
    program.wait(30)
    assert not desktop.tray_icons()


def is_open(desktop: Desktop, title: str) -> bool:
    return any(shown.startswith(title) for shown in desktop.titles())
