"""Past turns for the windows: searched, written to a file, forgotten, all of it off the window's thread."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from sovereign_desktop.core.errors import SovereignError

if TYPE_CHECKING:  # not needed before the icon stands there
    from sovereign_desktop.metrics.turns import TurnRecord
    from sovereign_desktop.ui.bridge import Program

ALL = -1


class Archive(QObject):
    """What comes back is told by signals; the latest question is answered last."""

    found = Signal(str, list)
    """The words that were looked for, and the turns, oldest first."""
    forgotten = Signal(list)
    """Turns that are gone for good."""
    written = Signal(str, int)
    """A file, and how many turns are in it."""
    failed = Signal(str)
    """What did not work, and what to do."""

    def __init__(self, work: Callable[[Callable[[Program], Coroutine[Any, Any, None]]], None]) -> None:
        super().__init__()
        self._work = work

    def find(self, words: str, limit: int) -> None:
        """Look for turns with all of these words; without words, for the latest."""
        self._work(partial(self._find, words, limit))

    async def _find(self, words: str, limit: int, program: Program) -> None:
        with_words = program.past.search(words, limit) if words.strip() else program.past.recent(limit)
        try:
            self.found.emit(words, list(await with_words))
        except SovereignError as error:
            self.failed.emit(error.sentence)

    def forget(self, turns: Sequence[TurnRecord]) -> None:
        """Delete these for good."""
        self._work(partial(self._forget, tuple(turns)))

    async def _forget(self, turns: Sequence[TurnRecord], program: Program) -> None:
        try:
            await program.past.forget(turns)
        except SovereignError as error:
            self.failed.emit(error.sentence)
        else:
            self.forgotten.emit(list(turns))

    def write(self, file: Path, as_text: Callable[[Sequence[TurnRecord]], str], turns: Sequence[TurnRecord]) -> None:
        """Write these turns to a file in one piece, or all there are when none is named."""
        self._work(partial(self._write, file, as_text, tuple(turns)))

    async def _write(
        self,
        file: Path,
        as_text: Callable[[Sequence[TurnRecord]], str],
        turns: Sequence[TurnRecord],
        program: Program,
    ) -> None:
        import asyncio  # loaded long since; at the top it would delay the icon

        try:
            written = turns or await program.past.recent(ALL)
            await asyncio.to_thread(_put, file, as_text, written)
        except SovereignError as error:
            self.failed.emit(error.sentence)
        except OSError:
            self.failed.emit(self.tr("{file} can't be written. Choose another folder.").format(file=file.name))
        else:
            self.written.emit(str(file), len(written))


def _put(file: Path, as_text: Callable[[Sequence[TurnRecord]], str], turns: Sequence[TurnRecord]) -> None:
    half = file.with_name(f"{file.name}.part")
    try:
        half.write_text(as_text(turns), encoding="utf-8")
        half.replace(file)
    finally:
        half.unlink(missing_ok=True)
