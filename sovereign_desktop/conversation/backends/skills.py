"""The answer when there is no language model: skills, and an honest sentence for everything else."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator

from sovereign_desktop.conversation.backends.base import Did, Excused, Heard, TurnRequest
from sovereign_desktop.conversation.backends.spoken import Step
from sovereign_desktop.conversation.skills.base import SkillContext, SkillReply, settled
from sovereign_desktop.conversation.skills.book import SkillBook
from sovereign_desktop.core.availability import AVAILABLE, Availability
from sovereign_desktop.core.dialogue import Role, Transcript

NOTHING_TO_REPEAT = "I have not said anything yet."


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

    async def respond(self, transcript: Transcript, request: TurnRequest) -> AsyncIterator[Step]:
        """The first skill that knows an answer; the last one always has one."""
        reply = self._skills.answer(transcript, self._facts(request))
        if reply is not None:
            for step in steps_of(await settled(reply), request):
                yield step


def steps_of(reply: SkillReply, request: TurnRequest) -> Iterator[Step]:
    """What a skill's reply means for the turn: the words that it understood, what to do, what to say."""
    if reply.heard:
        yield Heard(Transcript(reply.heard, is_final=True))
    if reply.excuse is not None:
        yield Excused(reply.excuse)
    if reply.command:
        yield Did(reply.command)
    said = [message.text for message in request.history if message.role is Role.ASSISTANT]
    text = (said[-1] if said else NOTHING_TO_REPEAT) if reply.command == "repeat" else reply.text
    if text:
        yield text
