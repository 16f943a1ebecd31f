"""The pipeline with a language model behind it."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterator
from contextlib import aclosing
from dataclasses import replace
from typing import cast

from sovereign_desktop.context.manifest import Disclosure, Sent
from sovereign_desktop.conversation.backends.base import Consumed, TurnRequest
from sovereign_desktop.conversation.backends.skills import steps_of
from sovereign_desktop.conversation.backends.spoken import Step
from sovereign_desktop.conversation.skills.base import SkillContext, settled
from sovereign_desktop.conversation.skills.book import SkillBook
from sovereign_desktop.core.availability import Availability
from sovereign_desktop.core.dialogue import Message, Role, ToolCall, Transcript
from sovereign_desktop.core.errors import BrokenReply
from sovereign_desktop.engines.base import NO_OPTIONS, LanguageModel, Piece, ReplyOptions, Usage
from sovereign_desktop.metrics.prices import FREE, Cost


class ModelResponder:
    """A language model, except for what this computer knows better: its clock, its timers, its own volume."""

    def __init__(
        self,
        model: LanguageModel,
        skills: SkillBook,
        facts: Callable[[TurnRequest], SkillContext],
        instructions: Callable[[], str],
        options: ReplyOptions = NO_OPTIONS,
    ) -> None:
        """`instructions` are for requests without a briefing."""
        self._model = model
        self._skills = skills
        self._facts = facts
        self._instructions = instructions
        self._options = options

    @property
    def name(self) -> str:
        return f"{self._model.name}:{self._model.model}"

    async def availability(self) -> Availability:
        return await self._model.availability()

    async def prepare(self) -> None:
        await self._model.prepare()

    async def respond(self, transcript: Transcript, request: TurnRequest) -> AsyncIterator[Step]:
        """A skill's answer where one is always right, else the model's as it is written.

        Whoever gives the model tools of their own wants those to be used.
        """
        reply = None
        if not self._options.tools:
            reply = self._skills.answer(transcript, self._facts(request), always_only=True)
        if reply is not None:
            for step in steps_of(await settled(reply), request):
                yield step
            return
        messages = await self._messages(transcript, request)
        options = replace(self._options, late=lambda usage: request.late(self._consumed(usage)))
        async with aclosing(self._written(messages, options)) as steps:
            async for step in steps:
                yield step

    async def _written(self, messages: list[Message], options: ReplyOptions) -> AsyncGenerator[Step, None]:
        wrote = False
        async with aclosing(cast(AsyncGenerator[Piece], self._model.reply(messages, options))) as pieces:
            async for piece in pieces:
                if isinstance(piece, Usage):
                    yield self._consumed(piece)
                    continue
                wrote = wrote or isinstance(piece, ToolCall) or (isinstance(piece, str) and bool(piece.strip()))
                yield piece
        if not wrote:
            raise BrokenReply("The language model sent an empty answer.")

    def _consumed(self, usage: Usage) -> Consumed:
        cost = FREE if usage.cost_usd is None else Cost(usage.cost_usd)
        return Consumed(usage, usage.model or self._model.model, cost)

    async def _messages(self, transcript: Transcript, request: TurnRequest) -> list[Message]:
        if request.briefing is not None:
            # A model that turns out not to see is asked again without the pictures.
            prompt = await request.briefing.prompt(transcript.text, request.history)
            messages = prompt.messages()
        else:
            messages = [Message(Role.SYSTEM, self._instructions()), *request.history]
            if transcript.text or request.images:
                messages.append(Message(Role.USER, transcript.text, images=request.images))
        if messages[-1].role is Role.USER:
            messages[-1] = replace(messages[-1], turn_id=request.turn_id)
        if request.already_said:
            messages.append(Message(Role.ASSISTANT, request.already_said))
            messages.append(Message(Role.SYSTEM, "Your answer was cut off there. Go on from that word."))
        if request.briefing is not None:
            hosts = self._model.hosts
            to = " at ".join(filter(None, (self.name, ", ".join(hosts))))
            sent = tuple(part for message in messages for part in _sent(message))
            request.briefing.sent(Disclosure(to, bool(hosts), sent))
        return messages


def _sent(message: Message) -> Iterator[Sent]:
    yield Sent(message.role.value, message.text)
    for image in message.images:
        yield Sent("picture", image.data_url)
