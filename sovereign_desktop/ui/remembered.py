"""The memory for its window: searched, edited, forgotten, exported and imported, all of it off the window's thread."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal

from sovereign_desktop.ui.asking import Asking

if TYPE_CHECKING:  # not needed before the icon stands there
    from sovereign_desktop.app.memory_lines import LongWork
    from sovereign_desktop.app.memory_traces import Traces
    from sovereign_desktop.ui.bridge import Program


class Remembered(Asking):
    """What comes back is told by signals."""

    found = Signal(str, object)
    """What was looked for, and a `Found`."""
    uses_found = Signal(int, list)
    """A memory's id, and where it was used."""
    traced = Signal(list, object)
    """Ids that are meant to go, and the `Traces` of their texts elsewhere."""
    edited = Signal(object, object)
    """An `Edited`, and the `Traces` of the words before."""
    forgotten = Signal(object)
    """A `Forgotten`."""
    progressed = Signal(int, int)
    """So many are done, of how many."""
    done = Signal(str)
    """What came of it, in a sentence."""

    def look(self, text: str, limit: int) -> None:
        """Look for what fits the text; without one, for the latest."""

        async def look(program: Program) -> None:
            self.found.emit(text, await program.memory.look(text, limit))

        self._ask(look)

    def look_at_uses(self, memory_id: int) -> None:
        """Look where a memory was used."""

        async def look(program: Program) -> None:
            self.uses_found.emit(memory_id, list(await program.memory.uses(memory_id)))

        self._ask(look)

    def trace(self, ids: Sequence[int]) -> None:
        """Look what else contains these."""

        async def trace(program: Program) -> None:
            self.traced.emit(list(ids), await program.memory.traces(ids))

        self._ask(trace)

    def edit(self, memory_id: int, text: str) -> None:
        """Say it in other words."""

        async def edit(program: Program) -> None:
            self.edited.emit(*await program.memory.edit(memory_id, text))

        self._ask(edit)

    def forget(self, ids: Sequence[int], also: Traces) -> None:
        """Erase memories, and what else is named."""

        async def forget(program: Program) -> None:
            self.forgotten.emit(await program.memory.forget(ids, also))

        self._ask(forget)

    def erase(self, traces: Traces) -> None:
        """Delete past turns and files."""

        async def erase(program: Program) -> None:
            await program.memory.erase(traces)
            self.done.emit(self.tr("It is deleted there too."))

        self._ask(erase)

    def export(self, path: Path, work: LongWork) -> None:
        """Write all memories to a file."""

        async def export(program: Program) -> None:
            count = await program.memory.export(path, work)
            if work.is_cancelled:
                self.done.emit(self.tr("Cancelled; nothing was written."))
            else:
                self.done.emit(self.tr("{count} memories are in {file}.").format(count=count, file=path.name))

        work.told = self.progressed.emit
        self._ask(export)

    def take_in(self, path: Path, work: LongWork) -> None:
        """Remember what a file says."""

        async def take_in(program: Program) -> None:
            lines, count = await program.memory.import_(path, work)
            said = self.tr("Cancelled after {lines} lines; {count} memories are kept.")
            if not work.is_cancelled:
                said = self.tr("{lines} lines, {count} memories.")
            self.done.emit(said.format(lines=lines, count=count))

        work.told = self.progressed.emit
        self._ask(take_in)
