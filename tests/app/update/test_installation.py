"""How this program came here decides what a new version is handed over to."""

from __future__ import annotations

from pathlib import Path

import pytest

from sovereign_desktop.app.update.installation import Installation, Way, find_installation
from sovereign_desktop.app.update.source import find_source
from sovereign_desktop.core.errors import UpdateError
from sovereign_desktop.host.opening import open_file

KEY = "A" * 43 + "="


def packed(folder: Path) -> Path:
    """Where Briefcase puts the program, on every system."""
    (folder / "app_packages").mkdir()
    package = folder / "app" / "sovereign_desktop"
    package.mkdir(parents=True)
    return package


@pytest.mark.parametrize(
    ("system", "machine", "found"),
    [
        ("linux", "x86_64", Installation(Way.DEB, "-trixie-amd64.deb")),
        ("linux", "aarch64", Installation(Way.DEB, "-trixie-arm64.deb")),
        ("win32", "AMD64", Installation(Way.MSI, ".msi")),
        ("darwin", "arm64", Installation(Way.DMG, ".dmg")),
    ],
)
def test_a_packed_program_is_replaced_by_the_package_of_its_system(
    tmp_path: Path, system: str, machine: str, found: Installation
) -> None:
    assert find_installation(packed(tmp_path), system, machine, lambda: {"VERSION_CODENAME": "trixie"}) == found


def test_this_is_a_source_tree_and_an_environment_has_a_wheel(tmp_path: Path) -> None:
    assert find_installation().way is Way.SOURCE
    site = tmp_path / "lib" / "python3.12" / "site-packages" / "sovereign_desktop"
    site.mkdir(parents=True)
    assert find_installation(site) == Installation(Way.WHEEL, "-py3-none-any.whl")


# Where news come from


def source_file(folder: Path, url: str = "", keys: str = f'"{KEY}"') -> Path:
    file = folder / "updates.toml"
    file.write_text(f'url = "{url}"\nkeys = [{keys}]\n')
    return file


def test_this_build_names_no_source_and_says_so() -> None:
    with pytest.raises(UpdateError, match="This build has no update source") as told:
        find_source()
    assert "announced where this one came from" in told.value.remedy


def test_an_address_without_a_key_is_no_source(tmp_path: Path) -> None:
    with pytest.raises(UpdateError, match="no update source"):
        find_source("https://example.invalid/release.json", source_file(tmp_path, keys=""))


def test_the_users_address_goes_before_that_of_the_build(tmp_path: Path) -> None:
    file = source_file(tmp_path, "https://build.invalid/release.json")
    assert find_source("", file).url == "https://build.invalid/release.json"
    assert find_source(" https://mine.invalid/r.json ", file).url == "https://mine.invalid/r.json"


@pytest.mark.parametrize(
    "url", ["http://example.invalid/", "file:///etc/passwd", "example.invalid", "https://", "http://[::1"]
)
def test_an_address_that_tells_others_who_asks_is_refused(tmp_path: Path, url: str) -> None:
    with pytest.raises(UpdateError, match="has to begin with https"):
        find_source(url, source_file(tmp_path))


@pytest.mark.parametrize("url", ["http://127.0.0.1:8000/r.json", "http://localhost/r.json", "http://[::1]:1/r.json"])
def test_this_computer_may_be_asked_without(tmp_path: Path, url: str) -> None:
    assert find_source(url, source_file(tmp_path)).url == url


@pytest.mark.skipif("sys.platform != 'linux'", reason="xdg-open")
def test_a_file_is_handed_to_the_system_and_a_refusal_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    package = tmp_path / "a b.deb"
    assert not open_file(package), "there is nothing that opens files"
    opener = tmp_path / "xdg-open"
    opener.write_text(f'#!/bin/sh\nprintf "%s" "$1" > {tmp_path}/opened\ntest "$1" = "{package}"\n')
    opener.chmod(0o755)
    assert open_file(package)
    assert (tmp_path / "opened").read_text() == str(package)
    assert not open_file(tmp_path / "other.deb")
