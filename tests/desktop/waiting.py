"""Waiting for something that another process does."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


def wait_until(predicate: Callable[[], T | None], timeout_s: float, what: str, every_s: float = 0.02) -> T:
    """The first truthy answer of `predicate`; after `timeout_s` a failure that says what never came."""
    deadline = time.monotonic() + timeout_s
    while True:
        answer = predicate()
        if answer:
            return answer
        if time.monotonic() > deadline:
            raise TimeoutError(f"waited {timeout_s:g} s in vain for {what} (last answer: {answer!r})")
        time.sleep(every_s)
