"""Whether two builds are the same bytes, and where not, which of the files in them differ in what."""

from __future__ import annotations

import hashlib
import io
import subprocess
import tarfile
import zipfile
from collections.abc import Iterator
from pathlib import Path


def differences(one: Path, other: Path) -> list[str]:
    """What differs between two folders of builds, a line each; nothing when they are the same."""
    names = {folder: {file.name for file in folder.iterdir() if file.is_file()} for folder in (one, other)}
    lines = [f"{name} was built only once" for name in sorted(names[one] ^ names[other])]
    for name in sorted(names[one] & names[other]):
        if (one / name).read_bytes() != (other / name).read_bytes():
            inside = list(_inside(one / name, other / name))
            lines += [f"{name}: {line}" for line in inside or ["the same files, packed into other bytes"]]
    return lines


def _inside(one: Path, other: Path) -> Iterator[str]:
    """What differs in two archives, by the names in them."""
    first, second = _members(one), _members(other)
    for name in sorted(first.keys() | second.keys()):
        if first.get(name) != second.get(name):
            yield f"{name} ({first.get(name, 'missing')} and {second.get(name, 'missing')})"


def _members(archive: Path) -> dict[str, str]:
    """What is in an archive, and what could differ of it, in words."""
    if archive.suffix in (".whl", ".zip"):
        with zipfile.ZipFile(archive) as inside:
            return {
                one.filename: f"{_short(inside.read(one))}, {one.date_time}, {one.external_attr:o}"
                for one in inside.infolist()
            }
    if archive.suffix == ".deb":
        parts = {"control": "--ctrl-tarfile", "files": "--fsys-tarfile"}
        return {
            f"{part}/{name}": said
            for part, option in parts.items()
            for name, said in _tar_members(_output("dpkg-deb", option, str(archive))).items()
        }
    if archive.name.endswith(".tar.gz"):
        return _tar_members(archive.read_bytes())
    return {}


def _tar_members(data: bytes) -> dict[str, str]:
    with tarfile.open(fileobj=io.BytesIO(data)) as inside:
        return {one.name: _said_of(inside, one) for one in inside}


def _said_of(inside: tarfile.TarFile, one: tarfile.TarInfo) -> str:
    file = inside.extractfile(one) if one.isreg() else None
    content = _short(file.read()) if file is not None else one.linkname
    return f"{content}, {one.mode:o}, {one.uid}:{one.gid}, {one.mtime}"


def _short(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()[:12]


def _output(*command: str) -> bytes:
    return subprocess.run(command, capture_output=True, check=True).stdout
