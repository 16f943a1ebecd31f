"""Measuring on a machine that does other things too."""

from __future__ import annotations

import time
from collections.abc import Callable

from tests.desktop import MachineTooBusy

SETTLED_S = 10.0
"""After that long the answer to a question that stuttered is over."""


def measured(count: int, measure: Callable[[], float]) -> list[float]:
    """`count` measurements. What the machine spoiled is measured again, as long as that is not most of it."""
    figures: list[float] = []
    spoiled = 0
    while len(figures) < count:
        try:
            figures.append(measure())
        except MachineTooBusy:
            spoiled += 1
            if spoiled > count:
                raise
            time.sleep(SETTLED_S)
    return figures
