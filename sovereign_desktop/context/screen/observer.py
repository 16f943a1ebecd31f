"""One look at the screen after the other: what may be seen, and nothing of what may not."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from sovereign_desktop.config.sections.screen import Monitors, ScreenContext, WhenExcluded
from sovereign_desktop.context.privacy.filter import DETECTORS, PrivacyFilter
from sovereign_desktop.context.privacy.spans import Kind
from sovereign_desktop.context.screen.exclusion import Excluded, Exclusions, is_locked_by, visible
from sovereign_desktop.context.screen.glance import Glance, NotLooking, Report, WindowText
from sovereign_desktop.context.screen.page import redact_page
from sovereign_desktop.context.screen.reader import ScreenReader
from sovereign_desktop.context.screen.showing import shown
from sovereign_desktop.core.picture import Rect
from sovereign_desktop.engines.base import ReadWord, TextRecognizer
from sovereign_desktop.host.screen.base import ScreenWindow, Shot
from sovereign_desktop.host.screen.choose import Screen

TRIES = 4
"""Pictures that are taken while excluded windows move; then this look is given up."""
SETTLING_S = 0.05

LOCKED = NotLooking("The screen is locked.")
EXCLUDED = NotLooking("A window that must not be read is visible.")
MOVING = NotLooking("A window that must not be read is moving.")
NO_WINDOW_LIST = NotLooking(
    "On this desktop no program can know which windows are visible, so none can be left out.",
    "Set screen_context.privacy.allow_without_window_list if the screen may be read all the same.",
)
FILTER_BROKE = NotLooking("The privacy filter failed, so nothing was read.", "Report this, please.", is_failure=True)


@dataclass(frozen=True, slots=True)
class _View:
    """Pictures, the windows in them, and what has to be cut out of them."""

    shots: tuple[Shot, ...]
    windows: tuple[ScreenWindow, ...]
    hidden: frozenset[int]
    regions: tuple[Rect, ...]


class Observer:
    """Looks when it is asked. Keeps the words of the last look, and forgets them when it may not look."""

    def __init__(
        self, settings: ScreenContext, screen: Screen, recognizer: TextRecognizer, *, own_process: int = 0
    ) -> None:
        self._settings = settings
        self._screen = screen
        self._recognizer = recognizer
        self._own_process = own_process
        self._exclusions = Exclusions(settings.privacy)
        detectors = DETECTORS if settings.privacy.filter_sensitive else ()
        self._privacy = PrivacyFilter(settings.privacy.own_words, detectors)
        self._readers: dict[Rect, ScreenReader] = {}
        self._last: tuple[object, tuple[WindowText, ...], tuple[Rect, ...]] | None = None
        self._words: list[tuple[ReadWord, ...]] = []

    async def look(self, *, with_picture: bool = False) -> Report:
        """What is on the screen now. Raises ScreenError and EngineError."""
        report = await self._look(with_picture)
        if isinstance(report, NotLooking):
            self.forget()
        return report

    def forget(self) -> None:
        """Keep nothing of what was seen."""
        self._readers.clear()
        self._last = None

    async def close(self) -> None:
        """Let go of the screen and the recogniser."""
        self.forget()
        await self._screen.capture.close()
        await self._screen.lock.close()
        if self._screen.windows is not None:
            self._screen.windows.close()
        await self._recognizer.close()

    async def _look(self, with_picture: bool) -> Report:
        if await self._screen.lock.is_locked():
            return LOCKED
        view = await self._view()
        if isinstance(view, NotLooking):
            return view
        for shot in view.shots:
            for region in view.regions:
                shot.cover(region)
        return await self._read(view, with_picture)

    async def _view(self) -> _View | NotLooking:
        """A picture in which every excluded window stands where the lists before and behind it say."""
        windows = self._screen.windows
        if windows is None:
            if not self._settings.privacy.allow_without_window_list:
                return NO_WINDOW_LIST
            return _View(await self._screen.capture.take(), (), frozenset(), ())
        for _ in range(TRIES):
            before = windows.windows()
            if refused := self._refused(before):
                return refused
            shots = await self._screen.capture.take()
            after = windows.windows()
            if refused := self._refused(after):
                return refused
            hidden = self._hidden(before) | self._hidden(after)
            seen_before, seen_after = visible(before, hidden), visible(after, hidden)
            if _places(seen_before) == _places(seen_after):
                regions = tuple(region for one in seen_after for region in one.regions)
                return _View(self._wanted(shots, after), after, hidden, regions)
            await asyncio.sleep(SETTLING_S)
        return MOVING

    def _refused(self, windows: Sequence[ScreenWindow]) -> NotLooking | None:
        if is_locked_by(windows):
            return LOCKED
        excluded = self._exclusions.excluded(windows, time.monotonic())
        if self._settings.privacy.when_excluded is WhenExcluded.PAUSE and visible(windows, excluded):
            return EXCLUDED
        return None

    def _hidden(self, windows: Sequence[ScreenWindow]) -> frozenset[int]:
        """The excluded windows, and our own: what the assistant has said is no news to it."""
        own = {window.id for window in windows if self._own_process and window.owner == self._own_process}
        return self._exclusions.excluded(windows, time.monotonic()) | own

    def _wanted(self, shots: tuple[Shot, ...], windows: Sequence[ScreenWindow]) -> tuple[Shot, ...]:
        if self._settings.monitors is Monitors.ALL or not any(window.is_active for window in windows):
            return shots
        return (_with_active(shots, windows),)

    async def _read(self, view: _View, with_picture: bool) -> Report:
        boxes = [shot.box for shot in view.shots]
        self._readers = {box: self._readers.get(box) or ScreenReader(self._recognizer) for box in boxes}
        words: list[tuple[ReadWord, ...]] = [await self._readers[shot.box].read(shot) for shot in view.shots]
        key = (tuple(map(id, words)), view.windows)
        if self._last is None or self._last[0] != key:
            read = self._texts(view, [_on_screen(part, box) for part, box in zip(words, boxes, strict=True)])
            if read is None:
                return FILTER_BROKE
            self._last = (key, *read)
            self._words = words  # so that their ids stay theirs
        _, texts, covered = self._last
        picture = shown(_with_active(view.shots, view.windows), covered) if with_picture else None
        return Glance(texts, time.time(), picture)

    def _texts(
        self, view: _View, monitors: Sequence[Sequence[ReadWord]]
    ) -> tuple[tuple[WindowText, ...], tuple[Rect, ...]] | None:
        """What each window shows, and where words stand that may not be seen; None when the filter broke."""
        visible_ones = [window for window in view.windows if window.id not in view.hidden]
        by_window: dict[int, list[ReadWord]] = {}
        for number, words in enumerate(monitors):
            for word in words:
                window = _window_at(view.windows, word.box)
                if window is None or window.id not in view.hidden:
                    moved = replace(word, line=word.line + 100_000 * number)
                    by_window.setdefault(window.id if window else 0, []).append(moved)
        found, covered = [], list[Rect]()
        for window in (*visible_ones, ScreenWindow(0, Rect(0, 0, 0, 0))):
            if (read := by_window.get(window.id)) is None:
                continue
            text, title = redact_page(read, self._privacy, self._settings.ocr.confidence_threshold), window.title
            named = self._privacy.redact(title)
            if text.failed or named.failed:
                return None
            covered += text.covered
            if text.text.strip():
                counts = _counted((*text.kinds, *named.kinds))
                found.append(WindowText(named.text, window.program, text.text, window.is_active, counts))
        return tuple(sorted(found, key=lambda one: not one.is_active)), tuple(covered)


def _places(seen: Sequence[Excluded]) -> list[tuple[int, tuple[Rect, ...]]]:
    return [(one.window.id, one.regions) for one in seen]


def _with_active(shots: Sequence[Shot], windows: Sequence[ScreenWindow]) -> Shot:
    """The monitor with the active window; the first when there is none."""
    active = next((window.box for window in windows if window.is_active), Rect(0, 0, 0, 0))
    return max(shots, key=lambda shot: _area(shot.box.intersection(active)))


def _area(box: Rect) -> int:
    return max(0, box.width) * max(0, box.height)


def _on_screen(words: Iterable[ReadWord], box: Rect) -> list[ReadWord]:
    return [replace(word, box=word.box.moved(box.left, box.top)) for word in words]


def _window_at(windows: Sequence[ScreenWindow], box: Rect) -> ScreenWindow | None:
    x, y = (box.left + box.right) // 2, (box.top + box.bottom) // 2
    return next(
        (one for one in windows if one.box.left <= x < one.box.right and one.box.top <= y < one.box.bottom), None
    )


def _counted(kinds: Iterable[Kind]) -> tuple[tuple[str, int], ...]:
    return tuple(sorted(Counter(kind.value.strip("[]").lower() for kind in kinds).items()))
