"""The engines of the service: chosen and warmed up in the background, shared by all requests."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from sovereign_desktop.core.errors import EngineUnavailable, RateLimited, SovereignError
from sovereign_desktop.engines.base import Engine, SpeechToText, TextToSpeech

if TYPE_CHECKING:
    from sovereign_desktop.engines.registry import Choice

logger = logging.getLogger(__name__)

E = TypeVar("E", bound=Engine)
MOST_AT_ONCE = 8
"""Jobs of one kind that run side by side; more are asked to come back."""


class Desk(Generic[E]):
    """One kind of engine: which was chosen, whether it is warm, and how many use it now."""

    def __init__(self, kind: str, choose: Callable[[], Coroutine[Any, Any, Choice[E]]]) -> None:
        self._kind = kind
        self._choose = choose
        self._preparing: asyncio.Task[Choice[E] | None] | None = None
        self._failure: SovereignError | None = None
        self._jobs = 0

    def start(self) -> None:
        """Begin to choose and to load."""
        self._preparing = asyncio.create_task(self._prepare(), name=f"prepare {self._kind}")

    @property
    def ready(self) -> bool:
        """Whether nothing is left to wait for; an engine there may be none."""
        return self._preparing is not None and self._preparing.done()

    async def engine(self) -> E:
        """The engine, loaded. Raises EngineError."""
        assert self._preparing is not None
        choice = await asyncio.shield(self._preparing)
        if self._failure is not None or choice is None:
            failure = self._failure or _broken()
            raise failure.with_traceback(None)  # the same error many times over: each raise would add to its trace
        if choice.engine is None:
            raise EngineUnavailable(choice.reason, remedy=choice.remedy)
        return choice.engine

    @contextmanager
    def job(self) -> Iterator[None]:
        """Take one of the places; raises RateLimited when there is none."""
        if self._jobs >= MOST_AT_ONCE:
            raise RateLimited("The voice service is busy.", retry_after_s=1.0)
        self._jobs += 1
        try:
            yield
        finally:
            self._jobs -= 1

    def describe(self) -> dict[str, Any]:
        """What was chosen and why, for `GET /health`."""
        choice = self._preparing.result() if self._preparing is not None and self._preparing.done() else None
        if choice is None:
            failure = self._failure or EngineUnavailable("It is still loading.")
            return {"chosen": None, "reason": failure.user_text, "remedy": failure.remedy, "passed_over": []}
        usable = choice.engine is not None and self._failure is None
        return {
            "chosen": choice.engine.name if choice.engine is not None and usable else None,
            "reason": self._failure.user_text if self._failure else choice.reason,
            "remedy": self._failure.remedy if self._failure else choice.remedy,
            "passed_over": [[one.name, one.reason, one.remedy] for one in choice.passed_over],
        }

    async def close(self) -> None:
        """Let go of the engine."""
        if self._preparing is None:
            return
        self._preparing.cancel()
        await asyncio.wait([self._preparing])
        choice = None if self._preparing.cancelled() else self._preparing.result()
        if choice is not None and choice.engine is not None:
            await choice.engine.close()

    async def _prepare(self) -> Choice[E] | None:
        try:
            choice = await self._choose()
            if choice.engine is not None:
                await self._warm_up(choice.engine)
        except Exception:
            logger.exception("engine can't be chosen", extra={"kind": self._kind})
            self._failure = _broken()
            return None
        return choice

    async def _warm_up(self, engine: E) -> None:
        try:
            await engine.prepare()
        except SovereignError as error:
            self._failure = error
            logger.warning("engine does not load", extra={"kind": self._kind, "engine": engine.name})
        else:
            logger.info("engine ready", extra={"kind": self._kind, "engine": engine.name})


def _broken() -> EngineUnavailable:
    return EngineUnavailable("The speech engines can't be loaded.", remedy="Run `doctor` to see why.")


class Speech:
    """Both desks. A context: engines load when it is entered and are closed when it is left."""

    def __init__(self, stt: Desk[SpeechToText], tts: Desk[TextToSpeech]) -> None:
        self.stt = stt
        self.tts = tts

    @property
    def ready(self) -> bool:
        return self.stt.ready and self.tts.ready

    async def __aenter__(self) -> Speech:
        self.stt.start()
        self.tts.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stt.close()
        await self.tts.close()
