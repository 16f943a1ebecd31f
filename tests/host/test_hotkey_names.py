from __future__ import annotations

import pytest

from sovereign_desktop.config.sections.app import Activation
from sovereign_desktop.core.errors import SettingsError
from sovereign_desktop.host.hotkey.parse import Hotkey, parse_hotkey


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("ctrl+alt+space", "ctrl+alt+space"),
        ("Alt + Control + SPACEBAR", "ctrl+alt+space"),
        ("cmd+shift+K", "shift+super+k"),
        ("F13", "f13"),
        ("pause", "pause"),
        ("ctrl+Esc", "ctrl+escape"),
    ],
)
def test_hotkeys_are_read_as_people_write_them(text: str, canonical: str) -> None:
    assert str(parse_hotkey(text)) == canonical
    assert parse_hotkey(canonical) == parse_hotkey(text)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("ctrl+alt+spcae", "Did you mean space?"),
        ("crtl+space", "Did you mean ctrl?"),
        ("ctrl+alt", "needs one key"),
        ("ctrl+a+b", "needs one key"),
        ("", "can't have the key"),
        ("ctrl++a", "can't have the key"),
        ("a", "needed for writing"),
        ("shift+a", "needed for writing"),
        ("ctrl+ctrl+a", "each key once"),
        ("ctrl+" + "x" * 10_000, "can't have the key"),
    ],
)
def test_a_wrong_hotkey_gets_a_sentence_that_helps(text: str, words: str) -> None:
    with pytest.raises(SettingsError) as caught:
        parse_hotkey(text)
    assert words in caught.value.sentence
    assert len(caught.value.sentence) < 200


def test_a_hotkey_is_shown_as_on_the_keyboard() -> None:
    assert Hotkey(("ctrl", "alt"), "space").label == "Ctrl+Alt+Space"


def test_the_default_hotkeys_are_valid() -> None:
    assert str(parse_hotkey(Activation().hotkey)) == "ctrl+alt+space"
    assert str(parse_hotkey(Activation().cancel_hotkey)) == "ctrl+alt+escape"
