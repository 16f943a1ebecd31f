"""The answer when there is no language model: skills, and an honest sentence for everything else."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable

from sovereign_desktop.conversation.backends.base import Consumed, Did, TurnRequest
from sovereign_desktop.conversation.skills.base import SkillContext
from sovereign_desktop.conversation.skills.book import SkillBook
from sovereign_desktop.core.availability import AVAILABLE, Availability
from sovereign_desktop.core.dialogue import Transcript


class SkillsResponder:
    """Answers from the skill book alone. Always available."""

    name = ""

    def __init__(self, skills: SkillBook, facts: Callable[[TurnRequest], SkillContext]) -> None:
        self._skills = skills
        self._facts = facts

    async def availability(self) -> Availability:
        return AVAILABLE

    async def prepare(self) -> None:
        """Nothing to load."""

    async def respond(self, transcript: Transcript, request: TurnRequest) -> AsyncIterator[str | Did | Consumed]:
        """The first skill that knows an answer; the last one always has one."""
        reply = self._skills.answer(transcript, self._facts(request))
        if reply is None:
            return
        if reply.command:
            yield Did(reply.command)
        if reply.text:
            yield reply.text
