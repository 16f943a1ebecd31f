"""The Realtime API as this program uses it: whether it can be, the session that is kept open, the backend over it."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict
from typing import Any

from sovereign_desktop.config.schema import Settings
from sovereign_desktop.config.sections.realtime_api import RealtimeApi
from sovereign_desktop.context.fencing import explained
from sovereign_desktop.conversation.backends.base import TurnRequest
from sovereign_desktop.conversation.backends.realtime import RealtimeBackend, SessionNotes
from sovereign_desktop.conversation.skills.base import EngineFact, SkillContext
from sovereign_desktop.conversation.skills.book import SkillBook
from sovereign_desktop.conversation.tools import ToolBox
from sovereign_desktop.core.availability import AVAILABLE, Availability
from sovereign_desktop.core.backoff import Backoff
from sovereign_desktop.core.breaker import CircuitBreaker
from sovereign_desktop.core.dialogue import Message
from sovereign_desktop.host.secrets import variable_for
from sovereign_desktop.realtime.attempts import Attempts
from sovereign_desktop.realtime.client import ClientState, RealtimeClient
from sovereign_desktop.realtime.endpoint import Endpoint
from sovereign_desktop.realtime.session_config import session_config

logger = logging.getLogger(__name__)

LONGEST_RETRY_S = 30.0


class RealtimeWay:
    """The endpoint, a client and a backend of these settings; nothing connects before the backend is prepared."""

    def __init__(
        self,
        settings: Settings,
        key: str,
        *,
        skills: SkillBook,
        facts: Callable[[TurnRequest], SkillContext],
        conversation: Callable[[], Sequence[Message]],
        instructions: Callable[[], str] = str,
        on_change: Callable[[ClientState], None] = lambda _state: None,
        wall_clock: Callable[[], float] = time.time,
    ) -> None:
        self._settings = settings
        self._instructions = instructions
        self._tools = ToolBox(skills)
        api = settings.realtime_api
        self._notes = SessionNotes()
        self._on_change = on_change
        self.client = RealtimeClient(
            endpoint_of(api, key),
            self._session,
            conversation=conversation,
            timeout_s=api.timeout_s,
            attempts=Attempts(
                backoff=Backoff(api.retry_delay_s, max(LONGEST_RETRY_S, api.retry_delay_s)),
                breaker=CircuitBreaker(failures_to_open=max(1, api.max_retries)),
            ),
            on_change=self._changed,
            on_late=lambda decision: self.backend.late(decision),
            wall_clock=wall_clock,
        )
        self.backend = RealtimeBackend(self.client, api, self._tools, facts, notes=self._notes)

    @property
    def fact(self) -> EngineFact:
        """What the program says when it is asked what it uses."""
        api = self._settings.realtime_api
        return EngineFact("conversation", api.model, f"at {self.client.endpoint.host}")

    def begin_anew(self) -> None:
        """No later turn runs in a session that was told what was said until now."""
        self._notes.begin_anew()
        self.client.begin_anew()

    async def close(self) -> None:
        """End the session. Idempotent."""
        await self.client.close()

    def _changed(self, state: ClientState) -> None:
        self._notes.changed(state)
        self._on_change(state)

    def _session(self) -> dict[str, Any]:
        """What a session that opens now is set to."""
        api, language = self._settings.realtime_api, self._settings.stt.language
        functions = [{"type": "function", **asdict(tool)} for tool in self._tools.tools]
        session = session_config(api, self._instructions(), language=language, tools=functions)
        return session | {"instructions": explained(session["instructions"])}


def endpoint_of(api: RealtimeApi, key: str) -> Endpoint:
    """Where the sessions are."""
    return Endpoint(api.url, api.model, key, api.ca_file)


def standing(api: RealtimeApi, key: str) -> Availability:
    """Whether there is what it takes, and the one thing to do when there is not."""
    if not api.url:
        return Availability(False, "No Realtime API is set up.", "Set `realtime_api.url`.")
    if not key and not endpoint_of(api, key).is_local:
        return Availability(
            False,
            "There is no key for the Realtime API.",
            f"Run `sovereign-desktop keys set {api.key}` and paste the key of your account at its provider,"
            f" or set {variable_for(api.key)}.",
        )
    return AVAILABLE
