"""Which kind of model a question is for: fast, or deep. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable

from sovereign_desktop.config.sections.orchestrator import Role, Router


def route(question: str, router: Router) -> Role:
    """Deep when the question asks for thought, by a trigger or by its length; else fast."""
    words = " ".join(re.findall(r"\w+(?:['’]\w+)?", question.lower()))
    if _has_one(words, router.deep_triggers):
        return Role.DEEP
    if _has_one(words, router.fast_triggers):
        return Role.FAST
    return Role.DEEP if len(words.split()) >= router.long_question_words else Role.FAST


def _has_one(words: str, triggers: Iterable[str]) -> bool:
    """Whole words only: `complex` is not in `complexion`."""
    padded = f" {words} "
    return any(f" {' '.join(trigger.lower().split())} " in padded for trigger in triggers if trigger.strip())
