"""What windows ask of parts of the program that wait for disk or servers: done on the loop, told by signals."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from functools import partial
from typing import TYPE_CHECKING, Any, TypeAlias

from PySide6.QtCore import QObject, Signal

from sovereign_desktop.core.errors import SovereignError

if TYPE_CHECKING:  # not needed before the icon stands there
    from sovereign_desktop.ui.bridge import Program

Ask: TypeAlias = Callable[["Program"], Coroutine[Any, Any, None]]


class Asking(QObject):
    """Asks the program that there is, or the next; what fails is told in a sentence."""

    failed = Signal(str)
    """What did not work, and what to do."""

    def __init__(self, work: Callable[[Ask], None]) -> None:
        super().__init__()
        self._work = work

    def _ask(self, ask: Ask) -> None:
        self._work(partial(self._asked, ask))

    async def _asked(self, ask: Ask, program: Program) -> None:
        try:
            await ask(program)
        except SovereignError as error:
            self.failed.emit(error.sentence)
