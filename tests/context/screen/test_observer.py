"""A look at the screen: what is told, what is cut out of the picture, and when nothing is looked at."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from io import BytesIO

import pytest
from PIL import Image

from sovereign_desktop.config.sections.screen import Monitors, ScreenContext, ScreenPrivacy, WhenExcluded
from sovereign_desktop.context.privacy import filter as privacy_filter
from sovereign_desktop.context.privacy.spans import Span
from sovereign_desktop.context.screen import observer as observers
from sovereign_desktop.context.screen.glance import Glance, NotLooking, Report, decode, encode
from sovereign_desktop.context.screen.observer import EXCLUDED, FILTER_BROKE, LOCKED, MOVING, NO_WINDOW_LIST, Observer
from sovereign_desktop.core.picture import Rect
from sovereign_desktop.host.screen.base import ScreenWindow, Shot
from sovereign_desktop.host.screen.choose import Screen
from tests.context.screen.pictures import BlockReader, shot

LEFT, RIGHT = Rect(0, 0, 640, 320), Rect(640, 0, 1280, 320)
NOTES = ScreenWindow(1, Rect(0, 0, 300, 320), "notes", "editor", is_active=True)
MAIL = ScreenWindow(2, Rect(300, 0, 640, 320), "mail", "mailer")
SAFE = ScreenWindow(3, Rect(640, 0, 1280, 320), "db", "KeePassXC")
CUT = ScreenContext(privacy=ScreenPrivacy(when_excluded=WhenExcluded.CUT))


class PlayedScreen:
    """Two monitors; each list of windows in `lists` is told once, the last one for ever."""

    def __init__(self, *lists: Sequence[ScreenWindow], locked: bool = False) -> None:
        self.lists = [tuple(windows) for windows in lists]
        self.locked = locked
        self.taken = 0

    def windows(self) -> tuple[ScreenWindow, ...]:
        return self.lists.pop(0) if len(self.lists) > 1 else self.lists[0]

    async def take(self) -> tuple[Shot, ...]:
        self.taken += 1
        left = shot({"10": (10, 10), "20": (400, 10), "30": (10, 100)})
        return left, shot({"99": (100, 100)}, at=(640, 0))

    async def is_locked(self) -> bool:
        return self.locked

    def close(self) -> None:
        """Nothing is held."""


class Rim(PlayedScreen):
    """The same screen, closed with await."""

    async def close(self) -> None:  # type: ignore[override]
        """Nothing is held."""


def observer(
    screen: PlayedScreen,
    settings: ScreenContext = CUT,
    *,
    blind: bool = False,
    own: int = 0,
    confidence: float = 90.0,
) -> Observer:
    rim = Rim()
    rim.take, rim.is_locked = screen.take, screen.is_locked  # type: ignore[method-assign]
    parts = Screen(rim, None if blind else screen, rim)
    return Observer(settings, parts, BlockReader(confidence), own_process=own)


def read(report: Report) -> str:
    """All words of a report."""
    assert isinstance(report, Glance)
    return " ".join(window.text for window in report.windows)


async def test_each_window_is_told_with_its_words_the_active_one_first() -> None:
    report = await observer(PlayedScreen((MAIL, NOTES))).look()
    assert isinstance(report, Glance)
    assert [(one.title, one.text) for one in report.windows] == [("notes", "10\n30"), ("mail", "20"), ("", "99")]
    assert decode(encode(report)) == report


async def test_an_excluded_window_is_cut_out_of_the_picture_on_every_monitor() -> None:
    report = await observer(PlayedScreen((NOTES, MAIL, SAFE))).look()
    assert isinstance(report, Glance)
    assert [one.title for one in report.windows] == ["notes", "mail"]
    assert "99" not in read(report)


async def test_by_default_nothing_is_looked_at_while_an_excluded_window_is_visible_on_any_monitor() -> None:
    screen = PlayedScreen((NOTES, SAFE))
    assert await observer(screen, ScreenContext()).look() == EXCLUDED
    assert screen.taken == 0
    hidden = (replace(NOTES, box=Rect(0, 0, 1280, 320)), SAFE)
    assert isinstance(await observer(PlayedScreen(hidden), ScreenContext()).look(), Glance)


async def test_a_window_that_is_excluded_only_behind_the_picture_counts_too() -> None:
    came = PlayedScreen((NOTES,), (NOTES, SAFE), (NOTES, SAFE))
    assert await observer(came, ScreenContext()).look() == EXCLUDED
    renamed = PlayedScreen((replace(SAFE, program="x", title="a"),), (replace(SAFE, program="x", title="KeePass"),))
    report = await observer(renamed).look()
    assert "99" not in read(report)


async def test_an_excluded_window_that_moves_is_looked_at_again_and_given_up_when_it_does_not_stop(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(observers, "SETTLING_S", 0)
    places = [(NOTES, replace(SAFE, box=SAFE.box.moved(-step, 0))) for step in range(20)]
    screen = PlayedScreen(*places)
    assert await observer(screen).look() == MOVING
    assert screen.taken == observers.TRIES
    settled = PlayedScreen(*places[:2], (NOTES, SAFE))
    assert isinstance(await observer(settled).look(), Glance)
    assert settled.taken == 2


def shades(report: Report) -> list[int]:
    """How bright the words 10, 20 and 99 are in a report's picture; a covered one is 128."""
    assert isinstance(report, Glance)
    assert report.picture is not None
    assert decode(encode(report)) == report
    picture = Image.open(BytesIO(report.picture.data)).convert("L")
    assert picture.size == (report.picture.width, report.picture.height)
    return [int(picture.getpixel(place)) for place in ((30, 12), (420, 12), (120, 102))]  # type: ignore[arg-type]


async def test_a_picture_is_taken_when_one_is_asked_for_without_the_words_that_the_filter_replaces() -> None:
    secret = CUT.model_copy(update={"privacy": CUT.privacy.model_copy(update={"own_words": ("20",)})})
    looking = observer(PlayedScreen((NOTES, MAIL)), secret)
    first = await looking.look()
    assert isinstance(first, Glance)
    assert first.picture is None
    assert "20" not in read(first)
    for _ in range(2):  # a screen that has not changed is covered again
        assert shades(await looking.look(with_picture=True)) == [pytest.approx(10, abs=6), 128, 255]


async def test_a_picture_shows_the_monitor_with_the_active_window_and_no_excluded_one() -> None:
    right = replace(SAFE, program="editor", is_active=True)
    report = await observer(PlayedScreen((right,))).look(with_picture=True)
    assert shades(report)[2] == pytest.approx(99, abs=6)
    hidden = (replace(NOTES, is_active=False), replace(SAFE, is_active=True))
    assert set(shades(await observer(PlayedScreen(hidden)).look(with_picture=True))) == {128}


async def test_what_the_recogniser_is_not_sure_of_is_covered_in_a_picture() -> None:
    report = await observer(PlayedScreen((NOTES, MAIL)), confidence=30.0).look(with_picture=True)
    assert shades(report)[:2] == [128, 128]


async def test_a_locked_screen_is_not_looked_at() -> None:
    screen = PlayedScreen((NOTES,), locked=True)
    assert await observer(screen).look() == LOCKED
    locker = ScreenWindow(9, LEFT.union(RIGHT), "", "i3lock")
    assert await observer(PlayedScreen((locker, NOTES))).look() == LOCKED
    assert screen.taken == 0


async def test_without_a_window_list_nothing_is_looked_at_unless_the_user_says_so() -> None:
    screen = PlayedScreen(())
    assert await observer(screen, blind=True).look() == NO_WINDOW_LIST
    allowed = ScreenContext(privacy=ScreenPrivacy(allow_without_window_list=True))
    report = await observer(screen, allowed, blind=True).look()
    assert isinstance(report, Glance)
    assert "99" in report.windows[0].text


async def test_only_the_monitor_with_the_active_window_is_read_when_the_user_wants_that() -> None:
    focused = CUT.model_copy(update={"monitors": Monitors.FOCUSED})
    assert "99" not in read(await observer(PlayedScreen((NOTES,)), focused).look())


async def test_the_programs_own_windows_are_left_out_and_pause_nothing() -> None:
    own = replace(MAIL, owner=77)
    report = await observer(PlayedScreen((NOTES, own)), ScreenContext(), own=77).look()
    assert isinstance(report, Glance)
    assert "20" not in read(report)


async def test_what_was_read_is_forgotten_when_it_may_not_be_looked_at() -> None:
    screen = PlayedScreen((NOTES,))
    looking = observer(screen)
    await looking.look()
    screen.locked = True
    await looking.look()
    assert not looking._readers
    assert looking._last is None


async def test_a_filter_that_breaks_lets_nothing_pass(monkeypatch: pytest.MonkeyPatch) -> None:
    def breaks(text: str) -> Iterator[Span]:
        raise RuntimeError(text)

    monkeypatch.setattr(observers, "DETECTORS", (breaks,))
    report = await observer(PlayedScreen((NOTES,))).look()
    assert report == FILTER_BROKE
    assert isinstance(report, NotLooking)
    assert decode(encode(report)) == report
    assert privacy_filter.DETECTORS
