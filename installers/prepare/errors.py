"""The one error of the set-up: a sentence for the person who started it."""

from __future__ import annotations


class SetupError(Exception):
    """The set-up can't go on. The message says why and what to do; it is all that is shown."""


class Unreachable(SetupError):  # noqa: N818 - it says what is
    """A package index does not answer. Nothing is wrong here, and the next try may do better."""
