"""`keys`: set, list, delete, and never a key on the screen."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import pytest

from sovereign_desktop.app.keys import carry_out
from sovereign_desktop.core.errors import SovereignError
from sovereign_desktop.host.secrets import Secrets
from tests.app.keyrings import MemoryKeyring, in_use

KEY = "sk-not-a-real-key"


@pytest.fixture
def keyring(home: Path) -> Iterator[MemoryKeyring]:
    backend = MemoryKeyring()
    with in_use(backend):
        yield backend


def typed(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(text))


def test_a_key_is_read_from_standard_input_stored_and_not_shown(
    keyring: MemoryKeyring, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    typed(monkeypatch, f"  {KEY}\n")
    assert carry_out("set", "openai") == 0
    stored = Secrets().get("openai")
    assert stored is not None
    assert stored.reveal() == KEY
    assert carry_out("list", "") == 0
    said = capsys.readouterr()
    assert said.out.splitlines() == [
        "The key for openai is stored in the system's keyring.",
        "openai  from the keyring",
    ]
    assert KEY not in said.out + said.err


def test_a_person_is_asked_without_echo(keyring: MemoryKeyring, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    typed(monkeypatch, "")
    monkeypatch.setattr("sys.stdin.isatty", lambda: True)
    monkeypatch.setattr("getpass.getpass", lambda prompt: asked.append(prompt) or KEY)
    carry_out("set", "openai")
    assert asked == ["Key for openai: "]
    assert KEY in keyring.kept.values()


def test_an_empty_key_changes_nothing(keyring: MemoryKeyring, monkeypatch: pytest.MonkeyPatch) -> None:
    typed(monkeypatch, " \n")
    with pytest.raises(SovereignError, match="nothing was changed"):
        carry_out("set", "openai")
    assert keyring.kept == {}


def test_deleting_says_whether_there_was_one(
    keyring: MemoryKeyring, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    typed(monkeypatch, KEY)
    for action in ("set", "delete", "delete", "list"):
        assert carry_out(action, "openai") == 0
    assert capsys.readouterr().out.splitlines()[1:] == [
        "The key for openai is gone.",
        "There is no key for openai.",
        "There are no keys.",
    ]


OVERRIDDEN = "The variable OPENAI_API_KEY is set, and its key is used as long as it is."


def test_who_stores_or_deletes_a_key_that_a_variable_overrides_is_told(
    keyring: MemoryKeyring, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-another")
    typed(monkeypatch, KEY)
    carry_out("set", "openai")
    carry_out("delete", "openai")
    said = capsys.readouterr().out
    assert said.splitlines()[1::2] == [OVERRIDDEN, OVERRIDDEN]
    assert "sk-" not in said


def test_the_list_says_where_each_key_comes_from(
    keyring: MemoryKeyring, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("openai", "my-server", "other"):
        Secrets().set(name, KEY)
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    monkeypatch.setenv("SOVEREIGN_KEY_MY_SERVER", KEY)
    monkeypatch.setenv("SOVEREIGN_KEY_VOICE_SERVICE", KEY)
    monkeypatch.setenv("SOVEREIGN_KEY_UNUSED", "")
    carry_out("list", "")
    assert capsys.readouterr().out.splitlines() == [
        "my-server  from SOVEREIGN_KEY_MY_SERVER, which wins over the one in the keyring",
        "openai  from OPENAI_API_KEY, which wins over the one in the keyring",
        "other  from the keyring",
        "voice_service  from SOVEREIGN_KEY_VOICE_SERVICE",
    ]


def test_without_a_keyring_the_keys_of_variables_are_listed_all_the_same(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    assert carry_out("list", "") == 0
    assert capsys.readouterr().out == "openai  from OPENAI_API_KEY\n"


@pytest.mark.parametrize("action", ["set", "list", "delete"])
def test_without_a_keyring_no_key_is_taken_for_nothing(home: Path, action: str) -> None:
    with pytest.raises(SovereignError, match="no place for keys") as refused:
        carry_out(action, "openai")
    assert "OPENAI_API_KEY" in refused.value.remedy
