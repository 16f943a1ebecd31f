"""What the release workflow signs is what the program believes, and nothing else is signed."""

from __future__ import annotations

import hashlib
import shutil
from base64 import b64decode
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from installers import release
from installers.pack import announcement
from installers.pack.source import Source
from installers.prepare.errors import SetupError
from sovereign_desktop import __version__
from sovereign_desktop.app.update.release import FORMAT, read_release
from sovereign_desktop.core.errors import UpdateError

ROOT = Path(__file__).resolve().parents[2]
CHANGES = "# Changes\n\n## 4.1.0 (2026-12-01)\n\n- It sings.\n\n## 4.0.10\n\n- Ten.\n\n## 4.0.1\n\n- One.\n"
pytestmark = pytest.mark.skipif(not shutil.which("openssl"), reason="signing is OpenSSL's")


@pytest.fixture
def key(tmp_path: Path) -> Path:
    announcement.make_key(tmp_path / "key.pem")
    return tmp_path / "key.pem"


@pytest.fixture
def source(tmp_path: Path, key: Path) -> Source:
    """A source tree that knows the key."""
    root = tmp_path / "source"
    (root / "resources").mkdir(parents=True)
    (root / "CHANGELOG.md").write_text(CHANGES)
    (root / "resources" / "updates.toml").write_text(f'url = ""\nkeys = ["{announcement.public_key(key)}"]\n')
    return Source(root, "4.1.0", 1_796_000_000)


@pytest.fixture
def files(tmp_path: Path) -> Path:
    folder = tmp_path / "dist"
    folder.mkdir()
    (folder / "a.deb").write_bytes(b"abc")
    (folder / "SHA256SUMS").write_text("left out")
    return folder


def believed(key: Path) -> Ed25519PublicKey:
    return Ed25519PublicKey.from_public_bytes(b64decode(announcement.public_key(key)))


def test_the_program_believes_what_was_signed(source: Source, files: Path, key: Path) -> None:
    read = read_release(announcement.announce(source, files, key).read_bytes(), [believed(key)])
    assert (str(read.version), read.day.isoformat(), read.notes) == ("4.1.0", "2026-11-30", "- It sings.")
    assert [(file.name, file.size_bytes, file.sha256) for file in read.files] == [
        ("a.deb", 3, hashlib.sha256(b"abc").hexdigest())
    ]


def test_both_sides_mean_the_same_format() -> None:
    assert announcement.FORMAT == FORMAT


def test_another_key_is_not_believed(source: Source, files: Path, key: Path, tmp_path: Path) -> None:
    announcement.make_key(tmp_path / "other.pem")
    data = announcement.announce(source, files, key).read_bytes()
    with pytest.raises(UpdateError, match="not signed"):
        read_release(data, [believed(tmp_path / "other.pem")])


def test_a_key_that_no_program_knows_signs_nothing(source: Source, files: Path, tmp_path: Path) -> None:
    announcement.make_key(tmp_path / "other.pem")
    with pytest.raises(SetupError, match="No program would believe this key"):
        announcement.announce(source, files, tmp_path / "other.pem")
    assert not (files / "release.json").exists()


def test_a_secret_key_is_its_owners_alone_and_never_replaced(key: Path) -> None:
    assert key.stat().st_mode & 0o077 == 0
    with pytest.raises(SetupError, match="is there already"):
        announcement.make_key(key)


@pytest.mark.parametrize(("version", "notes"), [("4.1.0rc1", "- It sings."), ("4.0.1", "- One."), ("4.0.10", "- Ten.")])
def test_the_notes_are_those_of_the_version(version: str, notes: str) -> None:
    assert announcement.notes(CHANGES, version) == notes


def test_a_version_that_the_change_log_does_not_know_is_not_announced() -> None:
    with pytest.raises(SetupError, match=r"says nothing of 4\.2\.0"):
        announcement.notes(CHANGES, "4.2.0")
    assert announcement.notes((ROOT / "CHANGELOG.md").read_text(), __version__)


def test_the_command_wants_a_key_and_a_folder_with_something_in_it(
    tmp_path: Path, files: Path, key: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(announcement.KEY, raising=False)
    assert release.main(["sign", str(files)]) == 1
    assert "There is no key" in capsys.readouterr().err
    monkeypatch.setenv(announcement.KEY, "no key at all")
    assert release.main(["sign", str(files)]) == 1
    assert "openssl pkey failed" in capsys.readouterr().err
    monkeypatch.setenv(announcement.KEY, key.read_text())
    assert release.main(["sign", str(files)]) == 1, "this tree names no key yet"
    assert "updates.toml" in capsys.readouterr().err
    assert release.main(["key", str(tmp_path / "new.pem")]) == 0
    public = capsys.readouterr().out.split()[-1]
    assert len(b64decode(public)) == 32


def test_an_empty_folder_is_not_released(source: Source, tmp_path: Path, key: Path) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(SetupError, match="nothing to release"):
        announcement.announce(source, tmp_path / "empty", key)
