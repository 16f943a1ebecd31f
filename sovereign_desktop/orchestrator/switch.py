"""Between the single language model and those that answer as one: in and out again at once, or both side by side."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import aclosing
from typing import cast

from sovereign_desktop.config.sections.orchestrator import Orchestrator
from sovereign_desktop.core.availability import Availability
from sovereign_desktop.core.dialogue import Message
from sovereign_desktop.core.errors import EngineError, EngineUnavailable
from sovereign_desktop.engines.base import NO_OPTIONS, LanguageModel, Piece, ReplyOptions, Usage
from sovereign_desktop.orchestrator.history import Comparison
from sovereign_desktop.orchestrator.language_model import OrchestratedModel
from sovereign_desktop.orchestrator.merging import agree

logger = logging.getLogger(__name__)


class OrchestratorSwitch:
    """A `LanguageModel`. `old` is the single model, if there is one; `on` says which way answers the next question.

    A new way that fails before it said anything is replaced by the old one. In a parallel run the old one answers and
    both are noted; while one of them may not be asked, for want of money or of a key, the other answers alone.
    """

    def __init__(self, old: LanguageModel | None, new: OrchestratedModel, *, on: bool) -> None:
        self.old = old
        self.new = new
        self.on = on
        self._answering: LanguageModel = self._first
        self._watching: set[asyncio.Task[None]] = set()

    @property
    def _first(self) -> LanguageModel:
        is_new = self.old is None or (self.on and not self.new.settings.parallel_run)
        return self.new if is_new else cast(LanguageModel, self.old)

    @property
    def name(self) -> str:
        return self._answering.name

    @property
    def model(self) -> str:
        return self._answering.model

    @property
    def hosts(self) -> tuple[str, ...]:
        """Those of the single model, and of the others while they are switched on: the one stands by for them."""
        ways = (self.new if self.on else None, self.old)
        return tuple(dict.fromkeys(host for way in ways if way is not None for host in way.hosts))

    def change(self, settings: Orchestrator, *, on: bool) -> None:
        """Answer by these settings from the next question on. Models that are new in them wait for the next start."""
        self.new.change(settings)
        self.on = on
        self._answering = self._first

    async def availability(self) -> Availability:
        """That of the way that answers; of the one that stands by when that can't."""
        if not self.on and self.old is None:
            return Availability(False, "the orchestrator is switched off", "Switch it on, or set `llm.base_url`.")
        states = [await way.availability() for way in self._ways]
        return next(filter(None, states), states[0])

    @property
    def _ways(self) -> list[LanguageModel]:
        """Who may answer the next question, in this order."""
        first = self._first
        if not self.on or self.old is None:
            return [first]
        return [first, self.old if first is self.new else self.new]

    async def prepare(self) -> None:
        """Prepare both, because switching is at once. Raises when the one that answers can't be."""
        for model in (self.new, self.old):
            try:
                if model is not None:
                    await model.prepare()
            except EngineError:
                if model is self._first:
                    raise

    async def close(self) -> None:
        """Close both."""
        for task in self._watching:
            task.cancel()
        await asyncio.gather(*self._watching, return_exceptions=True)
        await self.new.close()
        if self.old is not None:
            await self.old.close()

    async def reply(self, messages: Sequence[Message], options: ReplyOptions = NO_OPTIONS) -> AsyncIterator[Piece]:
        """The reply of the way that is switched on."""
        if not self.on and self.old is None:
            raise EngineUnavailable(
                "The orchestrator is switched off, and no other language model is set.",
                remedy="Switch it on, or set `llm.base_url`.",
            )
        ways = [way for way in self._ways if await way.availability()] or self._ways
        if self.on and self.new.settings.parallel_run and self.old is not None and len(ways) > 1:
            reply = self._side_by_side(self.old, messages, options)
        else:
            reply = self._in_turn(ways, messages, options)
        async with aclosing(reply) as pieces:
            async for piece in pieces:
                yield piece

    async def _in_turn(
        self, ways: Sequence[LanguageModel], messages: Sequence[Message], options: ReplyOptions
    ) -> AsyncGenerator[Piece, None]:
        for way in ways:
            self._answering = way
            begun = False
            try:
                async with aclosing(cast(AsyncGenerator[Piece], way.reply(messages, options))) as pieces:
                    async for piece in pieces:
                        begun = begun or bool(piece)
                        yield piece
            except EngineError as error:
                if begun or way is ways[-1]:
                    raise
                logger.warning("the orchestrator failed", extra={"error": type(error).__name__})
            else:
                return

    async def _side_by_side(
        self, old: LanguageModel, messages: Sequence[Message], options: ReplyOptions
    ) -> AsyncGenerator[Piece, None]:
        """The old model's reply as it comes. The new way answers to nobody; both are noted when both are through.

        What the new way costs is told to `options.late`: it may be at it when the reply is over.
        """
        self._answering = old
        new_side, old_side = _Side(), _Side()
        watching = asyncio.get_running_loop().create_task(self._watch(messages, options, new_side, old_side))
        self._watching.add(watching)
        watching.add_done_callback(self._watching.discard)
        try:
            async with aclosing(cast(AsyncGenerator[Piece], old.reply(messages, options))) as pieces:
                async for piece in pieces:
                    old_side.push(piece)
                    yield piece
            old_side.end(worked=True)
        except BaseException:
            old_side.end(worked=False)
            raise

    async def _watch(
        self, messages: Sequence[Message], options: ReplyOptions, new_side: _Side, old_side: _Side
    ) -> None:
        try:
            async with aclosing(cast(AsyncGenerator[Piece], self.new.reply(messages, options))) as pieces:
                async for piece in pieces:
                    new_side.push(piece)
                    if isinstance(piece, Usage):
                        options.late(piece)
            new_side.end(worked=True)
        except EngineError:
            new_side.end(worked=False)
        await old_side.over.wait()
        last = next((one for one in reversed(self.new.history.calls) if one.succeeded), None)
        self.new.history.compare(
            Comparison(
                messages[-1].turn_id,
                last.task if last is not None else "",
                old_side.first_s,
                new_side.first_s,
                old_side.cost_usd,
                new_side.cost_usd,
                old_side.worked,
                new_side.worked,
                agree(old_side.text, new_side.text) if old_side.worked and new_side.worked else 0.0,
                self.new.confidence().get(last.model, {}).get(last.task, 0.0) if last is not None else 0.0,
            )
        )
        self.new.history.save()


class _Side:
    """One of two replies as it comes."""

    def __init__(self) -> None:
        self.text = ""
        self.cost_usd = 0.0
        self.first_s = 0.0
        self.worked = False
        self.over = asyncio.Event()
        self._began = time.monotonic()

    def push(self, piece: Piece) -> None:
        if isinstance(piece, str):
            self.text += piece
        if isinstance(piece, Usage):
            self.cost_usd += float(piece.cost_usd or 0)
        elif not self.first_s:
            self.first_s = time.monotonic() - self._began

    def end(self, *, worked: bool) -> None:
        self.worked = worked
        self.over.set()
