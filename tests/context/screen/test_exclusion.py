"""Which windows are left out, and where they can be seen."""

from __future__ import annotations

import pytest

from sovereign_desktop.config.sections.screen import ScreenPrivacy
from sovereign_desktop.context.screen.exclusion import LINGER_S, Exclusions, is_locked_by, visible
from sovereign_desktop.core.errors import SovereignError
from sovereign_desktop.core.picture import Rect
from sovereign_desktop.host.screen.base import ScreenWindow

BOX = Rect(100, 100, 300, 300)


def window(id_: int, title: str = "", program: str = "", box: Rect = BOX, **more: object) -> ScreenWindow:
    return ScreenWindow(id_, box, title, program, **more)  # type: ignore[arg-type]


def excluded(*windows: ScreenWindow, settings: ScreenPrivacy | None = None) -> frozenset[int]:
    return Exclusions(settings or ScreenPrivacy()).excluded(windows, 0.0)


@pytest.mark.parametrize(
    ("title", "program"),
    [
        ("Passwords.kdbx [Locked]", "KeePassXC keepassxc"),
        ("", "org.keepassxc.KeePassXC"),
        ("Unlock vault", "Bitwarden"),
        ("Mozilla Firefox — Private Browsing", "firefox"),
        ("New Tab - Google Chrome (Incognito)", "google-chrome"),
        ("Start - InPrivate - Microsoft Edge", "msedge.exe"),
        ("Online-Banking: Kontostand", "firefox"),
        ("Log in to PayPal", "chromium"),
        ("", "polkit-gnome-au"),
    ],
)
def test_password_managers_banks_and_private_windows_are_left_out(title: str, program: str) -> None:
    assert excluded(window(1, title, program)) == {1}


@pytest.mark.parametrize(
    ("title", "program"),
    [("West Bank - Encyclopedia", "firefox"), ("notes.txt", "mousepad"), ("A private matter - Mail", "thunderbird")],
)
def test_other_windows_are_not(title: str, program: str) -> None:
    assert excluded(window(1, title, program)) == frozenset()


def test_the_users_own_titles_programs_and_patterns_are_left_out() -> None:
    settings = ScreenPrivacy(
        exclude_titles=("diary",), exclude_programs=("Never-Seen",), exclude_patterns=(r"^mail: .*\bhr\b",)
    )
    windows = (
        window(1, "My DIARY 2026"), window(2, "", "never-seen"), window(3, "Letter to HR", "mail"), window(4, "chr"),
    )  # fmt: skip
    assert excluded(*windows, settings=settings) == {1, 2, 3}


def test_a_pattern_that_can_not_be_read_is_said_and_nothing_is_looked_at() -> None:
    with pytest.raises(SovereignError, match="can't be read"):
        Exclusions(ScreenPrivacy(exclude_patterns=("(",)))


def test_popups_without_a_title_and_dialogs_go_with_their_window() -> None:
    windows = (
        window(1, "", "", owner=7), window(2, "Attach", "", belongs_to=3), window(3, "db", "KeePassXC", owner=7),
        window(4, "", "", owner=8),
    )  # fmt: skip
    assert excluded(*windows) == {1, 2, 3}


def test_a_window_whose_title_changes_stays_left_out_for_a_while() -> None:
    exclusions = Exclusions(ScreenPrivacy())
    assert exclusions.excluded([window(1, "Online banking")], 0.0) == {1}
    assert exclusions.excluded([window(1, "News")], LINGER_S - 1) == {1}
    assert exclusions.excluded([window(1, "News")], LINGER_S + 1) == frozenset()


def test_what_lies_on_top_hides_unless_something_shines_through_it() -> None:
    cover = window(2, "on top", box=Rect(100, 100, 300, 200))
    assert visible((cover, window(1)), frozenset({1}))[0].regions == (Rect(100, 200, 300, 300),)
    glass = window(2, "glass", box=BOX, hides=False)
    assert visible((glass, window(1)), frozenset({1}))[0].regions == (BOX,)
    whole = window(2, "all of it", box=BOX)
    assert visible((whole, window(1)), frozenset({1})) == ()


def test_a_screen_locker_on_top_means_locked() -> None:
    assert is_locked_by([window(1, "", "i3lock"), window(2, "notes")])
    assert not is_locked_by([window(2, "notes", "xterm")])
