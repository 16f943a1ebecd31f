"""Hotkeys where every key is told, and the choice of who listens."""

from __future__ import annotations

import sys
from dataclasses import dataclass

import pytest

from sovereign_desktop.host.hotkey._macos import crashes
from sovereign_desktop.host.hotkey._pynput import key_name
from sovereign_desktop.host.hotkey.choose import choose
from sovereign_desktop.host.hotkey.chords import Chords
from sovereign_desktop.host.hotkey.keysyms import keysym_name
from sovereign_desktop.host.hotkey.parse import KEYS, parse_hotkey


def heard(*keys: str) -> list[tuple[str, bool]]:
    """What "+ctrl" (down) and "-ctrl" (up) amount to."""
    chords = Chords({"talk": parse_hotkey("ctrl+alt+space"), "cancel": parse_hotkey("f9")})
    events = [(chords.key_down if key[0] == "+" else chords.key_up)(key[1:], 0.0) for key in keys]
    return [(event.name, event.is_down) for event in events if event is not None]


def test_a_chord_goes_down_with_its_key_and_up_with_it() -> None:
    assert heard("+ctrl", "+alt", "+space", "+space", "-space", "-alt", "-ctrl") == [("talk", True), ("talk", False)]


def test_the_release_counts_when_the_modifiers_went_up_first() -> None:
    assert heard("+ctrl", "+alt", "+space", "-alt", "-ctrl", "-space") == [("talk", True), ("talk", False)]


def test_more_or_fewer_modifiers_are_another_chord() -> None:
    assert heard("+ctrl", "+space", "-space", "+alt", "+shift", "+space", "-space", "-ctrl", "+f9") == []
    assert heard("+f9", "-f9") == [("cancel", True), ("cancel", False)]


@dataclass
class Key:
    name: str | None = None
    char: str | None = None


@pytest.mark.parametrize(
    ("key", "name"),
    [
        (Key("ctrl_r"), "ctrl"),
        (Key("cmd"), "super"),
        (Key("esc"), "escape"),
        (Key("f5"), "f5"),
        (Key(char="K"), "k"),
        (Key(char=" "), "space"),
        (Key(), ""),
        (None, ""),
    ],
)
def test_keys_are_named_as_in_the_settings(key: Key | None, name: str) -> None:
    assert key_name(key) == name


@pytest.mark.parametrize(("version", "claim"), [("26.0", True), ("27.1.2", True), ("15.6", False), ("", False)])
def test_the_versions_of_macos_that_end_the_process_are_known(version: str, claim: bool) -> None:
    assert crashes(version) is claim


@pytest.mark.skipif(sys.platform != "linux", reason="the modules of Linux are installed there only")
@pytest.mark.parametrize(
    ("env", "platform", "kind"),
    [
        ({"DISPLAY": ":0"}, "linux", "X11HotkeyListener"),
        ({"DISPLAY": ":0", "WAYLAND_DISPLAY": "wayland-0"}, "linux", "PortalHotkeyListener"),
        ({"XDG_SESSION_TYPE": "wayland"}, "linux", "PortalHotkeyListener"),
        ({}, "linux", "NoneType"),
        ({}, "win32", "WindowsHotkeyListener"),
        ({}, "darwin", "MacHotkeyListener"),
    ],
)
def test_the_session_decides_who_listens_and_the_reason_is_told(env: dict[str, str], platform: str, kind: str) -> None:
    choice = choose(env, platform)
    assert type(choice.listener).__name__ == kind
    assert choice.reason


@pytest.mark.skipif(sys.platform != "linux", reason="python-xlib is installed on Linux only")
@pytest.mark.parametrize("key", KEYS)
def test_every_key_of_the_settings_is_one_that_x_knows(key: str) -> None:
    from Xlib import XK

    assert XK.string_to_keysym(keysym_name(key)) != 0
