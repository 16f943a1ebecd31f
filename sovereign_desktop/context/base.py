"""What a turn's model may be told beside the question: who knows something, what it is asked, and what it says.

A `ContextProvider` knows one kind of thing: the screen, what was said weeks ago, this computer. It is asked as soon as
the user starts to speak, and again when words are known; what it gives is weighed, cut to the budget and listed in
the turn's manifest by the assembler. A provider decides nothing about tokens.
"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol


class Tier(StrEnum):
    """A share of the budget, in the order in which what others did not use flows on."""

    SYSTEM = "system"
    MEMORY = "memory"
    SCREEN = "screen"
    CONVERSATION = "conversation"


@dataclass(frozen=True, slots=True)
class ContextQuery:
    """What a provider is asked.

    `text` is the question as far as it is known: empty when the user has just begun to speak, and for a backend that
    gets only sound. `recent` is what was said last, oldest first, to go by until then. `deadline` is on
    `time.monotonic()`: what comes later is left out of this turn.
    """

    turn_id: str
    deadline: float
    text: str = ""
    is_final: bool = False
    """The text will not change any more."""
    recent: tuple[str, ...] = ()
    is_asked_for: bool = False
    """The words are about what this provider knows ("what is on my screen?"): a picture may be worth its price."""


@dataclass(frozen=True, slots=True)
class Redaction:
    """So many things of this kind (`card`, `password`) were replaced by placeholders before anything else saw them."""

    kind: str
    count: int = 1


@dataclass(frozen=True, slots=True)
class Picture:
    """An image for models that can see. The same things are covered in it as in the text."""

    data: bytes
    media_type: str
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class ContextPiece:
    """One thing worth telling: a window's text, a memory, a fact.

    `source` names it for the user, in a few words (`screen: Mail`, `memory of 2 November`). Everything that others
    may have written is not `is_trusted`: it is given to the model as data between delimiters, never as instructions.
    """

    text: str
    source: str
    is_trusted: bool = False
    at: float | None = None
    """When it was seen or said, as Unix time."""
    relevance: float | None = None
    """How much it has to do with the question, 0 to 1, where the provider knows better than the words tell."""
    is_optional: bool = True
    """Left out when it has too little to do with the question. False: only the budget can cut it."""
    redactions: tuple[Redaction, ...] = ()
    picture: Picture | None = None


@dataclass(frozen=True, slots=True)
class Provided:
    """What a provider says. Nothing at all is an answer too.

    `withheld` is the reason, in one sentence for the user, when it could know something but may not look:
    `Screen awareness is off.` The model is told, so that it can say so.
    """

    pieces: tuple[ContextPiece, ...] = ()
    withheld: str = ""


NOTHING = Provided()


class ContextProvider(Protocol):
    """Knows one kind of thing. Its methods are called on the event loop's thread and must not block it."""

    @property
    def name(self) -> str:
        """What the manifest calls it: `screen`, `memory`, `system`."""

    @property
    def tier(self) -> Tier:
        """Whose tokens it uses."""

    def state(self, query: ContextQuery) -> Hashable | None:
        """Changes whenever `get` would answer otherwise; None when only asking can tell. Costs next to nothing.

        While it is equal, and for 300 s at most, the last answer is used without asking. A provider that searches by
        the question puts `query.text` into it; one whose permission was taken back must change it at once.
        """

    async def get(self, query: ContextQuery) -> Provided:
        """What it knows. It is cancelled at the deadline, or when the turn is, and cleans up behind itself.

        Raises SovereignError; it is then left out and named in the manifest, as after any other error.
        """
