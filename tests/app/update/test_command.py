"""`update` on the command line, with the program's own settings, and the server that they name."""

from __future__ import annotations

import json
import socketserver
import threading
from base64 import b64encode
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from sovereign_desktop.app.cli import run
from sovereign_desktop.app.update import updater
from sovereign_desktop.app.update.source import Source, find_source
from tests.app.update.stage import BOOKWORM, CONTENT, DEB, Makers, release


@pytest.fixture
def makers() -> Makers:
    return Makers()


@pytest.fixture
def url(makers: Makers) -> Iterator[str]:
    """The address of a release in another thread, for verbs have a loop of their own."""
    bodies = {"/release.json": makers.announce(release("99.1.0")), f"/{DEB}": CONTENT}

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Length", str(len(bodies[self.path])))
            self.end_headers()
            self.wfile.write(bodies[self.path])

        def log_message(self, *_: object) -> None:
            pass

    with socketserver.TCPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}/release.json"
        server.shutdown()
        thread.join()


@pytest.fixture
def build(home: Path, url: str, makers: Makers, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A build that believes these makers, installed from a .deb, whose user names the address."""
    public = b64encode(makers.public.public_bytes(Encoding.Raw, PublicFormat.Raw)).decode()
    file = tmp_path / "updates.toml"
    file.write_text(f'url = ""\nkeys = ["{public}"]\n')

    def source(address: str) -> Source:
        return find_source(address, file)

    defaults = updater.Updater.__init__.__kwdefaults__
    monkeypatch.setitem(defaults, "source", source)
    monkeypatch.setitem(defaults, "installation", lambda: BOOKWORM)
    monkeypatch.setenv("SOVEREIGN_UPDATES__URL", url)


def test_a_build_without_a_source_says_so(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["update", "check"]) == 1
    assert capsys.readouterr().err == (
        "This build has no update source. New versions are announced where this one came from.\n"
    )


@pytest.mark.usefixtures("build")
def test_what_is_new_is_told_in_words_and_in_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["update", "check"]) == 0
    told = capsys.readouterr().out
    assert "99.1.0 of 2026-12-01 is there" in told
    assert "It sings.\nAnd more." in told
    assert run(["update", "check", "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert (said["newer"], said["latest"], said["file"], said["installed_as"]) == (True, "99.1.0", DEB, "deb")


@pytest.mark.usefixtures("build")
def test_the_file_is_fetched_and_the_line_that_installs_it_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["update", "get", "--to", str(tmp_path / "here")]) == 0
    assert (tmp_path / "here" / DEB).read_bytes() == CONTENT
    assert f"sudo apt install {tmp_path / 'here' / DEB}" in capsys.readouterr().out
