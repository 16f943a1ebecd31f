"""What a skill is, what it is told about the moment and the program, and what it answers."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Protocol

from sovereign_desktop.context.screen.glance import Report
from sovereign_desktop.context.screen.watch import OFF, Look, never_looks
from sovereign_desktop.conversation.skills.phrases import Words
from sovereign_desktop.conversation.skills.timers import TimerBook
from sovereign_desktop.core.errors import SovereignError
from sovereign_desktop.memory.memories import Memories


@dataclass(frozen=True, slots=True)
class EngineFact:
    """An engine in use: what it is for (`speech recognition`), its name, and why it was chosen."""

    purpose: str
    name: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Missing:
    """Something that would make answers better: `what` follows "There is no", `remedy` is a whole sentence."""

    what: str
    remedy: str = ""


@dataclass(frozen=True, slots=True)
class ProgramFacts:
    """What the program may say of itself. `mode` as the window calls it: Automatic, Cloud or Local."""

    mode: str = "Automatic"
    engines: tuple[EngineFact, ...] = ()
    hotkey: str = ""
    missing: tuple[Missing, ...] = ()


@dataclass(frozen=True, slots=True)
class SkillContext:
    """The moment a skill answers in.

    `now` is local time with its offset, so that a timer keeps its length across a change of the clocks.
    `failure` is why who was asked first did not answer (a model, the Realtime API); `already_said` is what it had said
    before that. `spoken` is the sentence as it was written, and `session` the talk that it belongs to; without
    `memories` nothing is remembered. `screen` is what is known of the screen, `look` takes another look at it.
    `forget_conversation` has no model told any more what was said until now, the turn that runs included.
    """

    now: datetime
    program: ProgramFacts = ProgramFacts()
    timers: TimerBook = field(default_factory=TimerBook)
    failure: SovereignError | None = None
    already_said: str = ""
    clock_24h: bool = False
    memories: Memories | None = None
    session: str = ""
    spoken: str = ""
    screen: Report = OFF
    look: Look = never_looks
    forget_conversation: Callable[[], None] = lambda: None


@dataclass(frozen=True, slots=True)
class SkillReply:
    """What to say (may be empty) and what the program is to do (may be empty).

    Commands: `stop`, `cancel`, `louder`, `quieter`, `volume:0.40`, `mute`, `repeat`, `timers` (the book of
    timers changed: save it, look when the next is due), `quit`.
    """

    text: str
    command: str = ""
    heard: str = field(default="", compare=False)
    """The words that were answered, where they are not the ones that were written first."""
    later: Callable[[], Awaitable[SkillReply]] | None = field(default=None, compare=False)
    """Gives the reply of a skill that has to wait for something; `settled` asks it."""
    excuse: SovereignError | None = field(default=None, compare=False)
    """Why somebody better could not answer, where the text says no more than that."""


async def settled(reply: SkillReply) -> SkillReply:
    """The reply, once all that it waits for is done."""
    return reply if reply.later is None else replace(await reply.later(), heard=reply.heard)


class Skill(Protocol):
    """Answers one kind of request without a model."""

    @property
    def name(self) -> str:
        """What it is called in records and settings."""

    @property
    def phrases(self) -> tuple[str, ...]:
        """Commands to expect, for the recogniser, in the notation of `phrases.py` with `<number>` as only slot."""

    @property
    def local_always(self) -> bool:
        """Claims that it answers better than a language model, and therefore before one."""

    def answer(self, said: Words, context: SkillContext) -> SkillReply | None:
        """The reply, or None when this is none of its business."""
