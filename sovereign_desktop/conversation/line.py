"""The line of backends: who is asked for an answer, in which order, and what their answers say about the next order."""

from __future__ import annotations

import logging
import time
from collections import deque
from collections.abc import Callable, Sequence

from sovereign_desktop.conversation.backends.base import ConversationBackend
from sovereign_desktop.conversation.modes import Limits, Sample, Situation, Standing, Way, decide
from sovereign_desktop.core.breaker import CircuitBreaker
from sovereign_desktop.core.errors import SovereignError

logger = logging.getLogger(__name__)

PRIMARY = "realtime"
LAST = "skills"
MOST_SAMPLES = 512


class Line:
    """Backends, best first. The primary is left out while its samples speak against it (`modes.decide`).

    Without anybody behind it the primary stays, whatever its samples say; without `limits` nothing but `rule_out` can
    take it out. `on_switch` hears of every new standing, `share_ms` says what the connection adds to a turn now.
    """

    def __init__(
        self,
        backends: Sequence[ConversationBackend] = (),
        limits: Limits | None = None,
        *,
        on_switch: Callable[[Standing], None] = lambda _standing: None,
        share_ms: Callable[[], float | None] = lambda: None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._limits = limits
        self._on_switch = on_switch
        self._share_ms = share_ms
        self._clock = clock
        self._samples: deque[Sample] = deque(maxlen=MOST_SAMPLES)
        self._breakers: dict[str, CircuitBreaker] = {}
        self._failures: dict[str, SovereignError] = {}
        self._ruled_out: dict[str, str] = {}
        self._news = ""
        self.backends = tuple(backends)
        self.standing = Standing(Way.PRIMARY, clock())

    def restart(self, backends: Sequence[ConversationBackend]) -> None:
        """Another line, because the user changed something: what was held against anybody is forgotten."""
        self.backends = tuple(backends)
        self.standing = Standing(Way.PRIMARY, self._clock())
        self._samples.clear()
        self._breakers.clear()
        self._failures.clear()

    def rule_out(self, matter: str, reason: str) -> None:
        """The primary can't be used, whatever its samples say; an empty reason: the matter is over.

        The reason is a clause: `its key was refused`.
        """
        self._ruled_out[matter] = reason
        self._decide()

    def connected(self, *, worked: bool) -> None:
        """The primary was connected to, or could not be, outside of a turn."""
        self._sampled(Sample(self._clock(), worked, is_turn=False))

    @property
    def explanation(self) -> str:
        """Why the primary does not answer now, in a sentence; empty when it does."""
        return f"Answered without the Realtime API: {self.standing.reason}." if self._is_primary_left else ""

    @property
    def absence(self) -> SovereignError | None:
        """The same as a failure, for who can't answer without it."""
        if not self._is_primary_left:
            return None
        return SovereignError(f"The Realtime API is not asked now: {self.standing.reason}.")

    def take_news(self) -> str:
        """That the primary is back, in a sentence, once."""
        news, self._news = self._news, ""
        return news

    def order(self) -> tuple[ConversationBackend, ...]:
        """Who is to be asked now, best first."""
        self._decide()
        others = tuple(backend for backend in self.backends if backend.name != PRIMARY)
        return others if self.standing.way is Way.FALLBACK and others else self.backends

    async def obstacle(self, backend: ConversationBackend) -> SovereignError | None:
        """Why it is not worth asking; None when it is.

        For a backend that failed too often this is the one trial of its cool-down.
        """
        state = await backend.availability()
        if state and (backend.name == PRIMARY or self._breaker(backend).allows(self._clock())):
            return None
        logger.info("backend not available", extra={"backend": backend.name})
        if backend.name == PRIMARY:
            self._sampled(Sample(self._clock(), worked=False))
        if state:
            return self._failures[backend.name]
        return SovereignError(f"{state.reason[:1].upper()}{state.reason[1:].rstrip('.')}.", remedy=state.remedy)

    def answered(self, backend: ConversationBackend, *, voice_to_voice_ms: float | None = None) -> None:
        """It answered a turn, for which the user waited so long."""
        if backend.name != PRIMARY:
            self._breaker(backend).succeeded()
            return
        share_ms = self._share_ms()
        self._sampled(Sample(self._clock(), worked=True, share_ms=share_ms, voice_to_voice_ms=voice_to_voice_ms))

    def failed(self, backend: ConversationBackend, error: SovereignError) -> None:
        """It could not answer a turn."""
        self._failures[backend.name] = error
        if backend.name == PRIMARY:
            self._sampled(Sample(self._clock(), worked=False))
        else:
            self._breaker(backend).failed(self._clock())

    def _sampled(self, sample: Sample) -> None:
        self._samples.append(sample)
        self._decide()

    def _decide(self) -> None:
        ruled_out = next(filter(None, self._ruled_out.values()), "")
        situation = Situation(ruled_out, self._has_model_behind)
        samples = self._samples if self._limits else ()
        standing = decide(samples, self._clock(), self.standing, situation, self._limits or Limits())
        if standing is not self.standing:
            if (self.standing.way, standing.way) == (Way.TRIAL, Way.PRIMARY):
                self._news = f"The Realtime API answers again: {standing.reason}."
            self.standing = standing
            logger.info("mode switched", extra={"way": standing.way.value})
            self._on_switch(standing)

    @property
    def _is_primary_left(self) -> bool:
        return self.standing.way is Way.FALLBACK and any(backend.name == PRIMARY for backend in self.backends)

    @property
    def _has_model_behind(self) -> bool:
        return any(backend.name not in (PRIMARY, LAST) for backend in self.backends)

    def _breaker(self, backend: ConversationBackend) -> CircuitBreaker:
        return self._breakers.setdefault(backend.name, CircuitBreaker())
