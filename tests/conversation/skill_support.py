"""What skill tests share: a moment, a book of skills, and every way to say a phrase."""

from __future__ import annotations

import random
import re
from datetime import datetime, timedelta, timezone

from sovereign_desktop.conversation.skills import SkillBook, SkillContext, SkillReply, TimerBook
from sovereign_desktop.core.dialogue import Transcript

MOMENT = datetime(2026, 11, 21, 20, 42, tzinfo=timezone(timedelta(hours=1)))
BOOK = SkillBook()
SLOTS = {"<number>": ("five", "twenty one", "ninety"), "<digit>": ("zero", "seven")}
_TOKENS = re.compile(r"<\w+>|[^\s\[\]()|<>]+|[\[\]()|]")


def context(**changes: object) -> SkillContext:
    """The moment, with a fresh book of timers."""
    return SkillContext(**{"now": MOMENT, "timers": TimerBook(), **changes})  # type: ignore[arg-type]


def ask(text: str, moment: SkillContext | None = None) -> SkillReply:
    """What the book says; never None, because something is always said."""
    reply = BOOK.answer(Transcript(text, is_final=True), moment or context())
    assert reply is not None
    return reply


def command(text: str, moment: SkillContext | None = None) -> SkillReply | None:
    """What a skill says that goes before a language model."""
    return BOOK.answer(Transcript(text, is_final=True), moment or context(), always_only=True)


def spoken_forms(phrase: str, dice: random.Random, count: int = 12) -> set[str]:
    """Random sentences that a phrase in JSGF notation stands for."""
    return {" ".join(_choice(_TOKENS.findall(phrase), dice).split()) for _ in range(count)}


def _choice(tokens: list[str], dice: random.Random) -> str:
    branches = [""]
    while tokens and tokens[0] not in ")]":
        token = tokens.pop(0)
        if token == "|":
            branches.append("")
        elif token in ("(", "["):
            inner = _choice(tokens, dice)
            tokens.pop(0)
            branches[-1] += f" {inner}" if token == "(" or dice.random() < 0.5 else ""
        else:
            branches[-1] += f" {dice.choice(SLOTS.get(token, (token,)))}"
    return dice.choice(branches)
