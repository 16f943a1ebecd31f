"""Keys: in a real Secret Service, without any keyring, from variables, and never in sight."""

from __future__ import annotations

import logging
import pickle
import subprocess
import sys
import textwrap
import traceback
from collections.abc import Iterator
from pathlib import Path

import keyring
import pytest
from keyring.backend import KeyringBackend
from keyring.backends.fail import Keyring as NoKeyring
from keyring.errors import KeyringLocked

from sovereign_desktop.core.errors import SovereignError
from sovereign_desktop.host.processes import isolated_env
from sovereign_desktop.host.secrets import Secret, Secrets
from tests.desktop import Desktop

KEY = "sk-0123456789-not-a-real-key"


@pytest.fixture(autouse=True)
def _nothing_in_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sovereign_desktop.host.secrets.IN_MEMORY", {})


@pytest.fixture
def no_keyring() -> Iterator[None]:
    before = keyring.get_keyring()
    keyring.set_keyring(NoKeyring())  # type: ignore[no-untyped-call]
    yield
    keyring.set_keyring(before)


class LockedKeyring(KeyringBackend):
    """A keyring whose owner said no, and that quotes what it was given."""

    priority = 5

    def get_password(self, service: str, username: str) -> str | None:
        raise KeyringLocked(f"locked: {service} {username}")

    def set_password(self, service: str, username: str, password: str) -> None:
        raise RuntimeError(f"could not store {password}")

    def delete_password(self, service: str, username: str) -> None:
        raise KeyringLocked


@pytest.fixture
def locked_keyring() -> Iterator[None]:
    before = keyring.get_keyring()
    keyring.set_keyring(LockedKeyring())  # type: ignore[no-untyped-call]
    yield
    keyring.set_keyring(before)


def in_a_session(desktop: Desktop, body: str) -> str:
    """What a program prints that runs in the desktop's session, with its real keyring."""
    head = "from sovereign_desktop.host.secrets import Secrets\nsecrets = Secrets({})\n"
    env = isolated_env({"DBUS_SESSION_BUS_ADDRESS": desktop.env["DBUS_SESSION_BUS_ADDRESS"]})
    env.pop("PYTHON_KEYRING_BACKEND", None)
    return subprocess.run(
        [sys.executable, "-c", head + textwrap.dedent(body)],
        env=env,
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    ).stdout.strip()


@pytest.mark.desktop
def test_a_real_keyring_keeps_a_key_from_one_run_to_the_next(desktop: Desktop) -> None:
    assert in_a_session(desktop, f"print(secrets.backend_problem(), secrets.set('openai', {KEY!r}))") == "None True"
    assert in_a_session(desktop, f"print(secrets.get('openai').reveal() == {KEY!r}, secrets.names())") == (
        "True ('openai',)"
    )
    assert in_a_session(desktop, "print(secrets.delete('openai'), secrets.delete('openai'))") == "True False"
    assert in_a_session(desktop, "print(secrets.get('openai'), secrets.names())") == "None ()"


@pytest.mark.usefixtures("no_keyring")
def test_without_a_keyring_the_key_lives_in_memory_and_the_user_is_told() -> None:
    secrets = Secrets({})
    problem = secrets.backend_problem()
    assert problem is not None
    assert "no keyring" in problem.user_text
    assert not secrets.set("openai", KEY)
    assert secrets.get("openai") == Secret(KEY)
    assert secrets.names() == ("openai",)
    assert secrets.delete("openai")
    assert secrets.get("openai") is None
    assert Secrets({}).names() == ()


@pytest.mark.usefixtures("no_keyring")
def test_a_variable_wins_for_the_session() -> None:
    secrets = Secrets({"OPENAI_API_KEY": KEY, "SOVEREIGN_KEY_MY_SERVER": "other", "SOVEREIGN_KEY_EMPTY": ""})
    secrets.set("openai", "kept")
    assert secrets.get("openai") == Secret(KEY)
    assert secrets.get("my-server") == Secret("other")
    assert secrets.get("empty") is None
    assert Secrets({"OPENAI_API_KEY": "usual", "SOVEREIGN_KEY_OPENAI": "own"}).get("openai") == Secret("own")


@pytest.mark.usefixtures("locked_keyring")
def test_a_keyring_that_fails_is_one_sentence_without_the_key(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    secrets = Secrets({})
    for attempt in (
        lambda: secrets.get("openai"),
        lambda: secrets.set("openai", KEY),
        lambda: secrets.delete("openai"),
    ):
        with pytest.raises(SovereignError, match="can't be used") as caught:
            attempt()
        assert KEY not in "".join(traceback.format_exception(caught.value))
    assert KEY not in repr([vars(record) for record in caplog.records])


@pytest.mark.parametrize("name", ["", "#names", "a b", "A", "x" * 65, "../x"])
def test_odd_names_are_refused(name: str) -> None:
    with pytest.raises(SovereignError, match="name"):
        Secrets({}).get(name)


def test_a_secret_is_seen_by_nobody_who_does_not_ask() -> None:
    secret = Secret(KEY)
    assert KEY not in f"{secret} {secret!r} {[secret]}"
    assert secret.reveal() == KEY
    assert secret == Secret(KEY)
    assert secret != Secret("other")
    with pytest.raises(TypeError):
        pickle.dumps(secret)
    with pytest.raises(TypeError):
        hash(secret)


@pytest.mark.usefixtures("no_keyring")
def test_keys_are_written_to_no_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOVEREIGN_HOME", str(tmp_path))
    Secrets().set("openai", KEY)
    assert list(tmp_path.rglob("*")) == []
