"""The folder that becomes the Debian package, after Briefcase has filled it: what the desktop finds, and what makes
two builds alike."""

from __future__ import annotations

import compileall
import csv
import py_compile
import shutil
import subprocess
from pathlib import Path

from installers.pack.source import NAME, Source
from installers.prepare.errors import SetupError
from sovereign_desktop.core.identity import APP_ID


def dress(tree: Path, source: Source, *, bundle_identifier: str, licences: str) -> None:
    """Add what Briefcase doesn't."""
    packages = tree / "usr" / "lib" / NAME / "app_packages"
    _make_known(tree / "usr" / "share", source, bundle_identifier)
    doc = tree / "usr" / "share" / "doc" / NAME
    doc.joinpath("third-party-licences.txt").write_text(licences, "utf-8")
    for record in packages.glob("*.dist-info/RECORD"):
        keep_to_what_is_there(record)
    _compile(tree)
    # The linker's fingerprint of the start program tells the folder that it was built in.
    program = tree / "usr" / "bin" / NAME
    subprocess.run(["strip", "--remove-section=.note.gnu.build-id", program], check=True)


def _make_known(share: Path, source: Source, bundle_identifier: str) -> None:
    """The entry in the menu, its icons and its description, named as the program names itself."""
    # Briefcase names them by its own rule, which allows no underscore, and portals go by the name.
    for theirs in share.rglob(f"{bundle_identifier}.*"):
        theirs.unlink()
    linux = source.root / "installers" / "linux"
    _copy(linux / f"{APP_ID}.desktop", share / "applications" / f"{APP_ID}.desktop")
    for size in (16, 32, 48, 64, 128, 256, 512):
        picture = source.root / "installers" / "icons" / f"{size}.png"
        _copy(picture, share / "icons" / "hicolor" / f"{size}x{size}" / "apps" / f"{APP_ID}.png")
    svg = source.root / "resources" / "icons" / f"{NAME}.svg"
    _copy(svg, share / "icons" / "hicolor" / "scalable" / "apps" / f"{APP_ID}.svg")
    about = (linux / f"{APP_ID}.metainfo.xml").read_text("utf-8")
    kind = "development" if "dev" in source.version else "stable"
    for word, text in (("version", source.version), ("date", source.date), ("kind", kind)):
        about = about.replace(f"@{word}@", text)
    metainfo = share / "metainfo" / f"{APP_ID}.metainfo.xml"
    metainfo.parent.mkdir(parents=True, exist_ok=True)
    metainfo.write_text(about, "utf-8")


def _copy(file: Path, place: Path) -> None:
    place.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(file, place)


def keep_to_what_is_there(record: Path) -> None:
    """Take out of a package's list of files what was left out of the tree; commands' digests tell the build folder."""
    with record.open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.reader(file) if row and (record.parent.parent / row[0]).exists()]
    with record.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(sorted(rows))


def _compile(tree: Path) -> None:
    """Bytecode for everything: the program may not write its own where it is installed, and would start slowly."""
    library = tree / "usr" / "lib" / NAME
    done = compileall.compile_dir(
        library,
        quiet=1,
        stripdir=str(tree),
        prependdir="/",
        # No times, no digests to compare: the package's files change together or not at all.
        invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH,
        # What doesn't compile is a template or is meant for another Python; it is no worse off than before.
        workers=1,
    )
    if not done and not any(library.rglob("*.pyc")):
        raise SetupError(f"Nothing in {library} could be compiled")


def installed_mib(tree: Path) -> float:
    """How much room the tree takes when it is installed."""
    return sum(file.stat().st_size for file in tree.rglob("*") if file.is_file() and not file.is_symlink()) / 2**20


def largest(tree: Path, count: int = 12) -> list[str]:
    """The largest packages in the tree, to say what grew."""
    packages = tree / "usr" / "lib" / NAME / "app_packages"
    sizes = sorted(((installed_mib(one), one.name) for one in packages.iterdir() if one.is_dir()), reverse=True)
    return [f"{name} {size:.0f} MiB" for size, name in sizes[:count]]
