"""A key that is entered in the window is in the keyring and nowhere else: searched byte by byte, after a crash too."""

from __future__ import annotations

import base64
import hashlib
import os
import secrets
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from tests.desktop import Desktop, wait_until
from tests.desktop.facts import children
from tests.end_to_end.running import START_S, Running, running
from tests.fakes.model_server import ModelServer

pytestmark = [pytest.mark.desktop, pytest.mark.timeout(180)]

HASH = """
import hashlib, keyring
kept = keyring.get_password("sovereign-desktop", "openai") or ""
print(hashlib.sha256(kept.encode()).hexdigest())
"""
CRASH_OFFER = "Report of a fault – Sovereign Desktop"
SETTINGS = (
    "app: {{mode: traditional}}\naudio: {{earcons: false}}\nllm: {{base_url: '{url}', model: fake, key: openai}}\n"
)


def new_key() -> str:
    return f"sk-test-{secrets.token_hex(20)}"


def is_in_the_keyring(desktop: Desktop, key: str) -> bool:
    program = desktop.start([sys.executable, "-c", HASH])
    program.wait(20)
    return program.output().strip() == hashlib.sha256(key.encode()).hexdigest()


def forms(key: str) -> list[bytes]:
    """The key, its body alone, and how it would stand in UTF-16 and base64."""
    body = key.removeprefix("sk-test-")
    return [body.encode(), body.encode("utf-16-le"), base64.b64encode(key.encode()).rstrip(b"=")[:-2]]


def traces(desktop: Desktop, keys: list[str]) -> list[str]:
    """Where one of the keys stands: in any file of the desktop and the program, or in what the system shows of it."""
    found = []
    needles = [form for key in keys for form in forms(key)]
    for name, content in (*_files(desktop.folder), *_processes(desktop)):
        found += [name for needle in needles if needle in content]
    return found


def _files(folder: Path) -> Iterator[tuple[str, bytes]]:
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not path.is_symlink():
            yield str(path), path.read_bytes()


def _processes(desktop: Desktop) -> Iterator[tuple[str, bytes]]:
    pids = {program.pid for program in desktop.programs}
    pids |= {child.pid for pid in tuple(pids) for child in children(pid)}
    for pid in sorted(pids):
        for name in ("cmdline", "environ"):
            try:
                yield f"/proc/{pid}/{name}", Path(f"/proc/{pid}/{name}").read_bytes()
            except OSError:
                continue


def enter(app: Running, key: str) -> None:
    """Into the keys page, as somebody without a mouse would: to the list, to its page, to the field."""
    desktop = app.desktop
    app.verb("--show", "settings")
    wait_until(lambda: any(title.startswith("Settings") for title in desktop.titles()), 10, "the settings window")
    desktop.press("ctrl+f")
    desktop.press("ctrl+a")
    desktop.press("BackSpace")
    desktop.press("Tab")
    desktop.type("Keys")
    for _ in range(3):
        desktop.press("Tab")
    desktop.type(f" {key} ")
    desktop.press("Return")
    wait_until(lambda: is_in_the_keyring(desktop, key), 20, "the key in the keyring")


def ask(app: Running, server: ModelServer, key: str) -> None:
    """A question that the model is asked with this key."""
    before = len(server.fake.requests)
    listened = len(app.logged("listening"))
    with app.desktop.hold("ctrl+alt+space"):
        app.wait_for_log("listening", listened + 1)
        app.desktop.say("the quick brown fox jumps over the lazy dog")
    wait_until(lambda: len(server.fake.requests) > before, 30, "the model to be asked")
    sent = [request.headers.get("authorization") for request in server.fake.requests[before:]]
    assert f"Bearer {key}" in sent


def use_change_and_crash(desktop: Desktop, server: ModelServer, settings: str, keys: list[str]) -> None:
    """A session that enters a key, asks with it and changes it, looks for traces, and ends in a segmentation fault."""
    with running(desktop, settings) as app:
        first, second = keys
        enter(app, first)
        app.wait_for_log("program ready", 2)
        ask(app, server, first)
        enter(app, second)
        app.wait_for_log("program ready", 3)
        assert traces(desktop, keys) == []
        family = children(app.pid)
        os.kill(app.pid, signal.SIGSEGV)
        app.program.wait(20)
        psutil.wait_procs(family, timeout=20)


def test_a_key_entered_in_the_window_is_in_the_keyring_and_nowhere_else(desktop: Desktop) -> None:
    keys = [new_key(), new_key()]
    home = Path(desktop.env["SOVEREIGN_HOME"])
    try:
        with ModelServer("It is late.") as server:
            settings = SETTINGS.format(url=server.base_url)
            with pytest.raises(AssertionError, match=f"ended with {-signal.SIGSEGV}"):
                use_change_and_crash(desktop, server, settings, keys)
            (report,) = (home / "logs" / "crashes").glob("running-*.txt")
            assert "Segmentation fault" in report.read_text()
            assert traces(desktop, keys) == []
            assert not list(Path.cwd().glob("core*"))
            with running(desktop, settings) as app:
                app.wait_for_log("program ready", 4)  # those of the run before are in the log too
                wait_until(lambda: CRASH_OFFER in desktop.titles(), START_S, "the report to be offered")
                assert [path.name[:5] for path in report.parent.glob("*-*-*.txt")] == ["seen-"]
            assert traces(desktop, keys) == []
    finally:
        desktop.start([sys.executable, "-m", "sovereign_desktop", "keys", "delete", "openai"]).wait(20)
    assert not is_in_the_keyring(desktop, keys[-1])
