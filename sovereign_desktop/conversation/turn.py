"""A turn in progress: the question, the answer, and everything that its record will say."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from decimal import Decimal

from sovereign_desktop.context.briefing import Briefing
from sovereign_desktop.conversation.answer import Answer
from sovereign_desktop.conversation.backends.base import Consumed
from sovereign_desktop.conversation.question import Question
from sovereign_desktop.core.dialogue import Outcome, TurnState
from sovereign_desktop.core.errors import SovereignError
from sovereign_desktop.metrics.turns import Stage, TurnRecord, TurnTimings


@dataclass(slots=True)
class Turn:
    """One question and its answer. `outcome` is None until it is known how the turn ends."""

    id: str
    question: Question
    answer: Answer
    started_at: float
    conversation: int = 0
    """Which one it belongs to (`History.number`)."""
    timings: TurnTimings = field(default_factory=TurnTimings)
    state: TurnState = TurnState.IDLE
    backend: str = ""
    engines: dict[str, str] = field(default_factory=dict)
    consumed: list[Consumed] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    has_acted: bool = False
    error: SovereignError | None = None
    excuse: SovereignError | None = None
    """Why nobody could answer, where that is all that was said."""
    was_begun: bool = False
    """Whether some of an answer had sound before nobody could finish it."""
    outcome: Outcome | None = None
    mode: str = ""
    task: asyncio.Task[None] | None = None
    briefing: Briefing | None = None

    @property
    def is_closed(self) -> bool:
        return Stage.FINISHED in self.timings.at

    @property
    def has_words(self) -> bool:
        """Whether anything was said. An answer means that there was a question, even if nobody wrote it down."""
        answered = self.answer.text.strip() or self.answer.has_sound or self.has_acted
        return bool(self.question.text or answered)

    @property
    def reply(self) -> str:
        """What was said to the user. After an interruption: what was heard, a model must not believe it said more."""
        return self.answer.heard if self.outcome is Outcome.INTERRUPTED else self.answer.text.strip()

    def record(self) -> TurnRecord:
        """What is kept of it."""
        return TurnRecord(
            turn_id=self.id,
            started_at=self.started_at,
            outcome=self.outcome or Outcome.CANCELLED,
            transcript=self.question.text,
            reply=self.reply,
            backend=self.backend,
            mode=self.mode,
            timings=self.timings,
            engines=dict(self.engines),
            input_tokens=sum(part.usage.input_tokens for part in self.consumed),
            output_tokens=sum(part.usage.output_tokens for part in self.consumed),
            cost_usd=float(sum((part.cost.usd for part in self.consumed), Decimal(0))),
            error=self.error.sentence if self.error else "",
            note=" ".join(dict.fromkeys(self.notes)),
            context=self.briefing.record() if self.briefing is not None else b"",
        )
