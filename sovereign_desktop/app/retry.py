"""Asks again what nobody could answer, and has the old record say so once it is answered."""

from __future__ import annotations

import logging
from dataclasses import replace

from sovereign_desktop.app.unanswered import UnansweredSpeech
from sovereign_desktop.conversation.transcripts import TranscriptStore
from sovereign_desktop.conversation.turns import TurnController
from sovereign_desktop.core.dialogue import Outcome
from sovereign_desktop.core.errors import SovereignError
from sovereign_desktop.core.events import EventBus, Notice, Severity, TurnAmended, TurnEnded
from sovereign_desktop.metrics.turns import ANSWERED_LATER

logger = logging.getLogger(__name__)

LOOKED_THROUGH = 200
"""So many past turns are looked through for one that was not answered."""


class Retry:
    """By its sound, which this run or the journal (`unanswered`) has, or else by its words."""

    def __init__(self, turns: TurnController, transcripts: TranscriptStore, bus: EventBus) -> None:
        self.unanswered: UnansweredSpeech | None = None
        self._turns = turns
        self._transcripts = transcripts
        self._bus = bus
        self._asked: dict[str, str] = {}

    async def ask(self, turn_id: str = "") -> None:
        """What was asked in that turn, or in the latest that nobody could answer."""
        try:
            recent = await self._transcripts.recent(LOOKED_THROUGH)
        except SovereignError as error:
            self._bus.publish(Notice("retry", error.user_text, Severity.WARNING, error.remedy))
            return
        failed = [one for one in recent if one.can_be_retried and turn_id in ("", one.turn_id)]
        if not failed:
            self._bus.publish(Notice("retry", "There is no question that was not answered."))
            return
        turn = failed[-1]
        if asked := self._turns.retry(turn.turn_id):
            if self.unanswered is not None:
                self.unanswered.is_asked_again(asked, turn.turn_id)
        elif self.unanswered is not None and self.unanswered.answer_this(turn.turn_id):
            return
        elif turn.transcript:
            asked = self._turns.ask(turn.transcript)
        else:
            self._bus.publish(Notice("retry", "The recording of that question is gone.", remedy="Ask it again."))
            return
        self._asked[asked] = turn.turn_id

    def answered_by(self, event: TurnEnded) -> str:
        """The turn whose question this one has answered; empty when it was no other's."""
        retried = self._asked.pop(event.turn_id, "")
        return retried if event.outcome is Outcome.ANSWERED else ""

    async def answered(self, turn_id: str) -> None:
        """Its record says from now on that the question was answered; one that was killed has none."""
        try:
            turn = await self._transcripts.get(turn_id)
        except SovereignError:
            logger.warning("a turn that was answered later could not be amended")
            return
        if turn is not None and turn.can_be_retried:
            note = " ".join(filter(None, (turn.note, ANSWERED_LATER)))
            self._bus.publish(TurnAmended(turn_id, replace(turn, note=note)))
