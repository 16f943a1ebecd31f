"""Past turns for the windows: searched, written to a file, forgotten, all of it off the window's thread."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal

from sovereign_desktop.ui.asking import Asking

if TYPE_CHECKING:  # not needed before the icon stands there
    from sovereign_desktop.metrics.turns import TurnRecord
    from sovereign_desktop.ui.bridge import Program

ALL = -1


class Archive(Asking):
    """What comes back is told by signals; the latest question is answered last."""

    found = Signal(str, list)
    """The words that were looked for, and the turns, oldest first."""
    forgotten = Signal(list)
    """Turns that are gone for good."""
    written = Signal(str, int)
    """A file, and how many turns are in it."""

    def find(self, words: str, limit: int) -> None:
        """Look for turns with all of these words; without words, for the latest."""

        async def find(program: Program) -> None:
            with_words = program.past.search(words, limit) if words.strip() else program.past.recent(limit)
            self.found.emit(words, list(await with_words))

        self._ask(find)

    def forget(self, turns: Sequence[TurnRecord]) -> None:
        """Delete these for good."""
        gone = list(turns)

        async def forget(program: Program) -> None:
            await program.past.forget(gone)
            self.forgotten.emit(gone)

        self._ask(forget)

    def write(self, file: Path, as_text: Callable[[Sequence[TurnRecord]], str], turns: Sequence[TurnRecord]) -> None:
        """Write these turns to a file in one piece, or all there are when none is named."""

        async def write(program: Program) -> None:
            import asyncio  # loaded long since; at the top it would delay the icon

            written = turns or await program.past.recent(ALL)
            try:
                await asyncio.to_thread(_put, file, as_text, written)
            except OSError:
                self.failed.emit(self.tr("{file} can't be written. Choose another folder.").format(file=file.name))
            else:
                self.written.emit(str(file), len(written))

        self._ask(write)


def _put(file: Path, as_text: Callable[[Sequence[TurnRecord]], str], turns: Sequence[TurnRecord]) -> None:
    half = file.with_name(f"{file.name}.part")
    try:
        half.write_text(as_text(turns), encoding="utf-8")
        half.replace(file)
    finally:
        half.unlink(missing_ok=True)
