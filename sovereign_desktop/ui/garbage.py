"""What is Qt's ends on Qt's thread: Python's collector of cycles runs there and nowhere else.

By itself it runs in whichever thread happens to allocate. One that works for a window then takes apart what another
window left behind, and a timer that is destroyed beside its thread goes on in Qt's list: the program ends in it.
"""

from __future__ import annotations

import gc
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from PySide6.QtCore import QTimer

LOOK_EVERY_MS = 2000


@contextmanager
def collected_on_this_thread() -> Iterator[None]:
    """While it is entered, garbage is collected by this thread's Qt loop, as often as Python thinks it worth it."""
    looking = QTimer(interval=LOOK_EVERY_MS)
    looking.timeout.connect(collect_what_is_due)
    gc.disable()
    looking.start()
    try:
        yield
    finally:
        looking.stop()
        gc.enable()


def spare_what_is_loaded() -> None:
    """Modules and classes stay for good: with them, a full collection would hold the loop up for 50 ms.

    Counts where something was loaded since the last time: whatever else is there then is spared for good, too.
    """
    if len(sys.modules) > _Spared.modules:
        _Spared.modules = len(sys.modules)
        gc.freeze()


class _Spared:
    """How many modules there were."""

    modules = 0


def collect_what_is_due() -> int | None:
    """Collect the generations whose counters are over their thresholds, as Python does; the oldest of them, if any."""
    generation = None
    for number, (count, most) in enumerate(zip(gc.get_count(), gc.get_threshold(), strict=True)):
        if count <= most:
            break
        generation = number
    if generation is not None:
        gc.collect(generation)
    return generation
