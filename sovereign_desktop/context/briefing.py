"""What a turn's model is told: gathered from the press on, put together when asked, written down as it is sent."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence

from sovereign_desktop.config.sections.context import SmartContext
from sovereign_desktop.context.assembler import PER_MESSAGE, Assembler, Material
from sovereign_desktop.context.base import ContextPiece, ContextProvider, Tier
from sovereign_desktop.context.conversation_window import ConversationWindow
from sovereign_desktop.context.gathering import Gatherer, Gathering
from sovereign_desktop.context.manifest import Disclosure, Manifest, packed
from sovereign_desktop.context.meaning import Meaning
from sovereign_desktop.context.needs import needs_of
from sovereign_desktop.context.prompt import Prompt
from sovereign_desktop.context.recent import Recent
from sovereign_desktop.context.tokens import TokenCounter
from sovereign_desktop.core.dialogue import Message

MOST_RECENT = 2
"""Messages that a provider goes by while nobody knows the question."""


class Briefer:
    """Prepares turns. `instructions` are the program's own for a chat model, without anything that changes."""

    def __init__(
        self,
        providers: Sequence[ContextProvider],
        settings: SmartContext,
        counter: TokenCounter,
        instructions: Callable[[], str],
        *,
        meaning: Meaning | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.instructions = instructions
        self._meaning = meaning
        self._grace_s = settings.grace_ms / 1000
        self.assembler = Assembler(settings, counter)
        self._gatherer = Gatherer(providers, settings, clock=clock)
        self._count = Recent(counter.count)
        self._window = ConversationWindow()
        self._room = settings.priorities.conversation

    def begin(self, turn_id: str, history: Sequence[Message], text: str = "") -> Briefing:
        """Ask everybody now. `text` is the question when it was typed; else the user begins to speak."""
        recent = tuple(message.text for message in history[-MOST_RECENT:])
        briefing = Briefing(self, self._gatherer.begin(turn_id, recent))
        briefing.hear(text, is_final=bool(text))
        return briefing

    def conversation(self, history: Sequence[Message]) -> tuple[Message, ...]:
        """The part of it that a session is told, which keeps it from then on."""
        self._count.next_round()
        costs = [self._count(message.text) + PER_MESSAGE for message in history]
        begins = self._window.fit(history, self._room, costs)
        return tuple(history[begins:])

    async def relevance(self, question: str, texts: Sequence[str]) -> Mapping[str, float]:
        """How near in meaning these are to the question, where that can be told in a moment."""
        return {} if self._meaning is None else await self._meaning.relevance(question, texts, self._grace_s)

    async def close(self) -> None:
        """End all searching. Idempotent."""
        await self._gatherer.close()
        self.assembler.forget()


class Briefing:
    """One turn's. Belongs to the turn that it was begun for, and is told by it what is heard and what was sent."""

    def __init__(self, briefer: Briefer, gathering: Gathering) -> None:
        self._briefer = briefer
        self._gathering = gathering
        self._manifest: Manifest | None = None
        self._sent: list[Disclosure] = []

    def hear(self, text: str, *, is_final: bool) -> None:
        """The user's words so far. Who searches by words begins when they are complete."""
        if is_final or not text:
            self._gathering.ask(text, is_final=is_final, tiers=needs_of(text).asked)

    @property
    def is_complete(self) -> bool:
        """Whether everybody has said what they know."""
        return self._gathering.is_complete

    async def prompt(self, question: str, history: Sequence[Message], instructions: str = "") -> Prompt:
        """Everything for this question, after a moment for those who search by its words."""
        self.hear(question, is_final=True)
        await self._gathering.wait(all_of=needs_of(question).asked)
        pieces = [piece for _, said in self._gathering.found() for piece in said.pieces]
        unsure = [piece.text for piece in pieces if piece.is_optional and piece.relevance is None]
        relevance = await self._briefer.relevance(question, unsure)
        return self._prompt(question, history, instructions, relevance)

    def prompt_now(self, question: str, history: Sequence[Message], instructions: str = "") -> Prompt:
        """Everything that is there now; the question is empty for a model that hears it."""
        return self._prompt(question, history, instructions, {})

    def _prompt(
        self, question: str, history: Sequence[Message], instructions: str, relevance: Mapping[str, float]
    ) -> Prompt:
        found = self._gathering.found()
        problems = self._gathering.problems()
        provided = [(provider.tier, said.pieces) for provider, said in found]
        withheld = [_told(provider.name, said.withheld) for provider, said in found if said.withheld]
        material = Material(
            instructions or self._briefer.instructions(),
            question,
            tuple(history),
            (*provided, *(((Tier.SYSTEM, tuple(withheld)),) if withheld else ())),
            problems,
            relevance,
        )
        prompt = self._briefer.assembler.assemble(material)
        self._manifest = prompt.manifest
        return prompt

    def sent(self, disclosure: Disclosure) -> None:
        """This was sent for the turn; the next backend may send it, too."""
        self._sent.append(disclosure)

    def record(self) -> bytes:
        """For the turn's record; empty when nobody was told anything."""
        return packed(self._manifest, self._sent)

    def close(self) -> None:
        """The turn is over."""
        self._gathering.close()


def _told(name: str, why: str) -> ContextPiece:
    """The model should be able to say why it does not know."""
    return ContextPiece(f"You have nothing from the {name}: {why}", f"no {name}", is_trusted=True, is_optional=False)
