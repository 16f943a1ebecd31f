"""Two builds are compared down to the files in them, their rights and their dates."""

from __future__ import annotations

import io
import shutil
import subprocess
import tarfile
import zipfile
from pathlib import Path

import pytest

from installers.pack.comparing import differences


@pytest.fixture
def folders(tmp_path: Path) -> tuple[Path, Path]:
    one, other = tmp_path / "one", tmp_path / "other"
    one.mkdir()
    other.mkdir()
    return one, other


def tar(file: Path, mtime: int = 0, mode: int = 0o644) -> None:
    with tarfile.open(file, "w:gz") as out:
        member = tarfile.TarInfo("a/b")
        member.size, member.mtime, member.mode = 1, mtime, mode
        out.addfile(member, io.BytesIO(b"x"))


def test_the_same_bytes_are_no_difference(folders: tuple[Path, Path]) -> None:
    for folder in folders:
        (folder / "a.txt").write_text("same")
    assert differences(*folders) == []


def test_what_was_built_once_or_is_another_is_named(folders: tuple[Path, Path]) -> None:
    one, other = folders
    (one / "only.txt").touch()
    for folder, text in ((one, "a"), (other, "b")):
        with zipfile.ZipFile(folder / "p.whl", "w") as out:
            out.writestr(zipfile.ZipInfo("same.py"), "same")
            out.writestr(zipfile.ZipInfo("changed.py"), text)
    found = differences(one, other)
    assert found[0] == "only.txt was built only once"
    assert [line.partition(" (")[0] for line in found[1:]] == ["p.whl: changed.py"]


@pytest.mark.parametrize("changes", [{"mtime": 7}, {"mode": 0o755}])
def test_dates_and_rights_count(folders: tuple[Path, Path], changes: dict[str, int]) -> None:
    tar(folders[0] / "s.tar.gz")
    tar(folders[1] / "s.tar.gz", **changes)
    (line,) = differences(*folders)
    assert line.startswith("s.tar.gz: a/b (")


@pytest.mark.skipif(not shutil.which("dpkg-deb"), reason="packs a .deb")
def test_a_package_is_looked_into_on_both_sides(folders: tuple[Path, Path], tmp_path: Path) -> None:
    tree = tmp_path / "tree"
    (tree / "DEBIAN").mkdir(parents=True)
    for folder, version in zip(folders, ("1", "2"), strict=True):
        (tree / "DEBIAN" / "control").write_text(
            f"Package: a\nVersion: {version}\nArchitecture: all\nMaintainer: a <a@b.invalid>\nDescription: a\n"
        )
        (tree / "file").write_text(version)
        (tree / "link").unlink(missing_ok=True)
        (tree / "link").symlink_to("nowhere")
        subprocess.run(["dpkg-deb", "--build", tree, folder / "a.deb"], check=True, capture_output=True)
    names = {line.partition(" (")[0] for line in differences(*folders)}
    assert {"a.deb: control/./control", "a.deb: files/./file"} <= names
