"""What the installers are made of: one version, one list of names, files that desktops accept."""

from __future__ import annotations

import json
import re
import shutil
import struct
import subprocess
import sys
import tomllib
import xml.etree.ElementTree as ElementTree
import zipfile
from configparser import RawConfigParser
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import pytest
from packaging.version import Version

from installers.pack import cli, deb, icons, man_page, notices, products, stage
from installers.pack.source import NAME, Source, version_in
from installers.pack.toml_text import to_toml
from installers.pack.tree import keep_to_what_is_there
from installers.prepare.errors import SetupError
from sovereign_desktop import __version__
from sovereign_desktop.app.cli import _parser
from sovereign_desktop.core.identity import APP_ID

ROOT = Path(__file__).resolve().parents[2]
LINUX = ROOT / "installers" / "linux"
OF_PYQTGRAPH = {"QtOpenGL", "QtOpenGLWidgets", "QtSvg"}
"""What the latency window's plots import of Qt; `tests/benchmarks/test_deb.py` opens it from the package."""
CONTROL = """\
Package: sovereign-desktop
Version: 4.0.0.dev1
Description: A voice assistant
 that goes on
Depends: libc6
"""


@pytest.fixture(scope="module")
def source() -> Source:
    return Source(ROOT, version_in(ROOT / "sovereign_desktop" / "__init__.py"), 1_800_000_000)


def staged(source: Source, folder: Path, **env: str) -> dict[str, Any]:
    """The `pyproject.toml` that Briefcase would read."""
    stage.stage(source, folder, licences="theirs", python=(3, 11), env=env)
    return tomllib.loads((folder / "pyproject.toml").read_text())


def test_the_version_comes_from_the_one_place_that_has_it(source: Source, tmp_path: Path) -> None:
    assert source.version == __version__
    assert staged(source, tmp_path / "stage")["project"]["version"] == __version__
    assert __version__ not in (ROOT / "briefcase.toml").read_text() + (ROOT / "pyproject.toml").read_text()


def test_a_file_without_a_version_is_told(tmp_path: Path) -> None:
    (tmp_path / "__init__.py").write_text('version = "1"\n')
    with pytest.raises(SetupError, match="names no __version__"):
        version_in(tmp_path / "__init__.py")


def test_the_staged_folder_has_all_that_briefcase_asks_for(source: Source, tmp_path: Path) -> None:
    folder = tmp_path / "stage"
    app = staged(source, folder)["tool"]["briefcase"]["app"][NAME]
    for needed in ("LICENSE", "CHANGELOG.md", "README.md", "requirements.txt", f"{NAME}.1", "sovereign_desktop"):
        assert (folder / needed).exists(), needed
    for kind in ("-16.png", "-512.png", ".ico", ".icns"):
        assert folder.joinpath(app["icon"] + kind).exists(), kind
    assert (folder / "sovereign_desktop" / "resources" / "samples").is_dir()
    assert not list(folder.rglob("__pycache__"))
    assert "template" not in app


def test_a_local_template_is_named_and_a_missing_one_refused(source: Source, tmp_path: Path) -> None:
    settings = staged(source, tmp_path / "stage", SOVEREIGN_BRIEFCASE_TEMPLATE=str(LINUX))
    assert settings["tool"]["briefcase"]["app"][NAME]["template"] == str(LINUX)
    with pytest.raises(SetupError, match="is no folder"):
        stage.joined(source, template=str(tmp_path / "nowhere"), python=(3, 11))


def test_what_a_debian_system_brings_is_named_in_one_file_and_no_python_module_is_among_it() -> None:
    names = stage.debian_packages((3, 11))
    assert {"libportaudio2", "tesseract-ocr", "espeak-ng", "libxcb-cursor0", "ca-certificates"} <= set(names)
    assert not [name for name in names if name.startswith("python")]
    assert not {"xvfb", "openbox", "flite"} & set(names), "these are for the tests"


def test_a_table_survives_being_written_and_read() -> None:
    table = {
        "a": {"text": 'say "yes"\n\\ and ü', "list": ["x", "y z"], "yes": True, "n": 7, "x.y": {"dotted key": False}},
        "empty": {},
    }
    assert tomllib.loads(to_toml(table)) == {key: value for key, value in table.items() if value}
    with pytest.raises(TypeError):
        to_toml({"a": 1.5j})


@pytest.mark.parametrize(
    ("before", "after"), [("4.0.0.dev1", "4.0.0"), ("4.0.0rc2", "4.0.0"), ("4.0.0b1", "4.0.0rc1"), ("4.0.0", "4.0.1")]
)
@pytest.mark.skipif(not shutil.which("dpkg"), reason="only Debian's own program knows Debian's order")
def test_debian_orders_versions_as_python_does(before: str, after: str) -> None:
    assert Version(before) < Version(after)
    words = ["dpkg", "--compare-versions", deb.debian_version(before), "lt", deb.debian_version(after)]
    assert subprocess.run(words).returncode == 0


def test_the_control_file_gets_what_briefcase_left_out_and_keeps_the_rest() -> None:
    text = deb.corrected(CONTROL, version="4.0.0.dev1", size_kib=77, recommends=["a | b", "c"])
    lines = text.splitlines()
    assert lines[0] == "Package: sovereign-desktop"
    assert lines.count("Version: 4.0.0~dev1") == 1
    assert "Version: 4.0.0.dev1" not in lines
    assert {"Installed-Size: 77", "Recommends: a | b, c", "Depends: libc6"} <= set(lines)
    assert lines[lines.index("Description: A voice assistant") + 1] == " that goes on"


def test_the_menu_knows_the_program_by_the_name_that_it_gives_itself() -> None:
    entry = RawConfigParser(strict=True)
    entry.optionxform = str  # type: ignore[assignment, method-assign]
    entry.read(LINUX / f"{APP_ID}.desktop")
    main = entry["Desktop Entry"]
    assert (main["Exec"], main["Icon"], main["Type"]) == (NAME, APP_ID, "Application")
    for action in filter(None, main["Actions"].split(";")):
        program, *options = entry[f"Desktop Action {action}"]["Exec"].split()
        assert program == NAME
        _parser().parse_args([*options, "doctor"])  # leaves with an error for an option that there is not
    about = ElementTree.parse(LINUX / f"{APP_ID}.metainfo.xml").getroot()
    assert about.findtext("id") == APP_ID
    assert about.findtext("launchable") == f"{APP_ID}.desktop"


def test_the_manual_page_tells_every_verb_and_nothing_is_left_to_fill_in(source: Source) -> None:
    page = man_page.write(source)
    for verb in ("ask", "doctor", "keys", "models"):
        assert rf"\fB{verb}\fR" in page
    assert r"\fB\-\-toggle\fR" in page
    assert not re.search(r"@[a-z]+@", page)


def test_the_icons_show_the_drawing() -> None:
    QtGui = pytest.importorskip("PySide6.QtGui")  # noqa: N806
    from installers.draw_icons import draw

    for size in icons.SIZES:
        kept = QtGui.QImage(str(ROOT / "installers" / "icons" / f"{size}.png"))
        drawn = draw(size)
        assert (kept.width(), kept.height()) == (size, size)
        points = [(size * x // 8, size * y // 8) for x in range(1, 8) for y in range(1, 8)]
        far = [at for at in points if colour_distance(kept.pixelColor(*at), drawn.pixelColor(*at)) > 24]
        assert not far, f"run installers/draw_icons.py: {size} pixels differ at {far}"


def colour_distance(one: Any, other: Any) -> int:
    return max(abs(a - b) for a, b in zip(one.getRgb(), other.getRgb(), strict=True))


def test_the_icons_of_windows_and_macos_hold_the_pictures_they_point_to() -> None:
    pictures = icons.load(ROOT / "installers" / "icons")
    windows, macos = icons.ico(pictures), icons.icns(pictures)
    _, kind, count = struct.unpack_from("<HHH", windows)
    assert (kind, count) == (1, 6)
    for index in range(count):
        width, *_, length, at = struct.unpack_from("<BBBBHHII", windows, 6 + 16 * index)
        assert windows[at : at + length] == pictures[width or 256]
    assert macos[:4] == b"icns"
    assert struct.unpack_from(">I", macos, 4)[0] == len(macos)
    assert pictures[1024] in macos


def wheel(folder: Path, name: str, metadata: str, **files: str) -> None:
    with zipfile.ZipFile(folder / f"{name}-1.0-py3-none-any.whl", "w") as archive:
        archive.writestr(
            f"{name}-1.0.dist-info/METADATA", f"Metadata-Version: 2.4\nName: {name}\nVersion: 1.0\n{metadata}"
        )
        for path, text in files.items():
            archive.writestr(f"{name}-1.0.dist-info/licenses/{path}", text)


def test_every_package_is_named_with_its_licence_and_its_words(source: Source, tmp_path: Path) -> None:
    wheel(
        tmp_path, "Modern", "License-Expression: MIT\nProject-URL: Home, https://modern.invalid\n", LICENSE="MIT words"
    )
    wheel(tmp_path, "wordy", "License: The whole\n text of it\nClassifier: License :: OSI Approved :: BSD License\n")
    wheel(tmp_path, "silent", "")
    wheel(tmp_path, "cluster", "License-Expression: MIT\n")
    found = notices.components(tmp_path, left_out=["cluster"])
    assert [(one.name, one.licence) for one in found] == [
        ("Modern", "MIT"),
        ("silent", "not said in its metadata"),
        ("wordy", "BSD License"),
    ]
    text = notices.licences(found)
    assert "MIT words" in text
    assert "https://modern.invalid" in text
    assert "cluster" not in text
    bill = json.loads(notices.bill_of_materials(found, source))
    assert [one["purl"] for one in bill["components"]] == [
        "pkg:pypi/modern@1.0",
        "pkg:pypi/silent@1.0",
        "pkg:pypi/wordy@1.0",
    ]
    assert notices.bill_of_materials(found, source) == notices.bill_of_materials(found, source)


def test_a_list_of_files_keeps_to_those_that_are_there(tmp_path: Path) -> None:
    record = tmp_path / "one-1.0.dist-info" / "RECORD"
    record.parent.mkdir()
    (tmp_path / "one.py").touch()
    record.write_text("one.py,sha256=x,0\n../bin/one,sha256=y,9\none-1.0.dist-info/RECORD,,\n")
    keep_to_what_is_there(record)
    assert record.read_text() == "one-1.0.dist-info/RECORD,,\none.py,sha256=x,0\n"


def test_what_is_too_large_is_refused_with_what_is_largest_in_it(tmp_path: Path) -> None:
    packages = tmp_path / "usr" / "lib" / NAME / "app_packages" / "fat"
    packages.mkdir(parents=True)
    (packages / "file").write_bytes(bytes(2 * 2**20))
    products._watch_size(tmp_path, 3)
    with pytest.raises(SetupError, match=r"2 MiB, and briefcase.toml allows 1.*fat 2 MiB"):
        products._watch_size(tmp_path, 1)


def test_no_part_of_qt_that_the_program_imports_is_left_out(source: Source) -> None:
    left_out = source.briefcase()["app"][NAME]["cleanup_paths"]
    code = "".join(file.read_text("utf-8") for file in (ROOT / "sovereign_desktop").rglob("*.py"))
    used = set(re.findall(r"PySide6\.(Qt\w+)", code))
    assert {"QtCore", "QtGui", "QtWidgets"} <= used
    for module in used | OF_PYQTGRAPH:
        for file in (f"{module}.abi3.so", f"{module}.pyd", f"Qt/lib/lib{module.replace('Qt', 'Qt6')}.so.6"):
            path = f"lib/app_packages/PySide6/{file}"
            assert not [pattern for pattern in left_out if fnmatchcase(path, pattern.replace("**/", "*"))], path
    assert [one for one in left_out if fnmatchcase("lib/app_packages/PySide6/QtQml.abi3.so", one.replace("**/", "*"))]


@pytest.mark.parametrize(
    ("env", "options"),
    [
        ({}, ["--adhoc-sign"]),
        ({"SOVEREIGN_SIGNING_IDENTITY": "us"}, ["--identity", "us", "--no-notarize"]),
        ({"SOVEREIGN_SIGNING_IDENTITY": "us", "SOVEREIGN_NOTARIZE": "1"}, ["--identity", "us"]),
    ],
)
def test_nothing_is_signed_or_sent_away_unless_a_variable_says_so(env: dict[str, str], options: list[str]) -> None:
    assert products.signing_options(env, notarizes=True) == options


def test_what_this_system_cannot_build_is_named_with_what_it_needs(capsys: pytest.CaptureFixture[str]) -> None:
    elsewhere = "msi" if sys.platform != "win32" else "dmg"
    assert cli.main([elsewhere]) == 1
    assert "needs" in capsys.readouterr().err
    assert cli.main(["rpm"]) == 1
    assert "there are wheel, deb, msi, dmg" in capsys.readouterr().err


def test_the_sums_are_those_of_the_files(tmp_path: Path) -> None:
    (tmp_path / "a.deb").write_bytes(b"abc")
    (tmp_path / "SHA256SUMS").write_text("old")
    cli.write_sums(tmp_path)
    assert (tmp_path / "SHA256SUMS").read_text() == (
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad  a.deb\n"
    )


def test_every_action_of_the_workflows_is_pinned_by_hash_and_every_job_says_what_it_may() -> None:
    for file in (ROOT / ".github" / "workflows").glob("*.yml"):
        text = file.read_text()
        assert "\npermissions: {}\n" in text, file.name
        uses = re.findall(r"uses: (.*)", text)
        assert uses
        for action in uses:
            assert re.fullmatch(r"[\w/-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", action), action


@pytest.mark.skipif(sys.platform == "win32", reason="permissions as Debian knows them")
def test_the_permissions_are_the_same_whatever_the_umask_of_the_one_who_builds(tmp_path: Path) -> None:
    tree = tmp_path / "tree"
    tree.mkdir(mode=0o700)
    (tree / "program").touch(mode=0o700)
    (tree / "file").touch(mode=0o600)
    deb._even_out(tree, 1_800_000_000)
    found = {path.name: path.stat().st_mode & 0o777 for path in (tree, *tree.iterdir())}
    assert {path.stat().st_mtime for path in (tree, *tree.iterdir())} == {1_800_000_000}
    assert found == {"tree": 0o755, "program": 0o755, "file": 0o644}
