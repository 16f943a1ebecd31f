"""The one error of the set-up: a sentence for the person who started it."""

from __future__ import annotations


class SetupError(Exception):
    """The set-up can't go on. The message says why and what to do; it is all that is shown."""
