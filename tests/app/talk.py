"""A conversation with the assistant of some settings: everything is real but its ears, its voice and the servers."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from decimal import Decimal
from typing import Any

import pytest

from sovereign_desktop.app import assembly
from sovereign_desktop.app.assembly import Assistant, assemble, spending_of
from sovereign_desktop.app.file_audio import FileAudio
from sovereign_desktop.app.spend import Spending
from sovereign_desktop.config.paths import find_paths
from sovereign_desktop.config.schema import Settings
from sovereign_desktop.conversation.turns import TurnController
from sovereign_desktop.core.events import Notice, TurnAmended, TurnEnded, UsageReported
from sovereign_desktop.metrics.purse import Purse
from sovereign_desktop.metrics.spend import Period
from sovereign_desktop.metrics.turns import TurnRecord
from tests.conversation.stage import events_of
from tests.fakes.engines import FakeSpeechToText, FakeTextToSpeech


class QuietVoice:
    """In place of the voice service: nothing runs."""

    connection = None
    pid = None

    def __init__(self, settings: Settings, keys: Mapping[str, str], purse: Purse) -> None:
        del settings, keys
        self._purse = purse
        self.told: list[str] = []

    async def start(self) -> None: ...

    async def stop(self) -> None: ...

    def purse_changed(self) -> None:
        self.told.append(self._purse.closed)


class Talk:
    """Typed questions to an assistant that runs, each a whole turn."""

    def __init__(self, assistant: Assistant, spending: Spending, turns: TurnController) -> None:
        self.assistant = assistant
        self.spending = spending
        self.turns = turns
        self.ended: list[TurnEnded] = events_of(assistant.bus, TurnEnded)
        self.amended: list[TurnAmended] = events_of(assistant.bus, TurnAmended)
        self.reported: list[UsageReported] = events_of(assistant.bus, UsageReported)
        self.notices: list[Notice] = events_of(assistant.bus, Notice)

    async def ask(self, text: str) -> TurnRecord:
        """The turn's record, once it is over."""
        turn_id = self.turns.ask(text)
        await self.until(lambda: any(event.turn_id == turn_id for event in self.ended))
        record: TurnRecord = self.ended[-1].turn
        return record

    async def until(self, condition: Callable[[], Any]) -> None:
        async with asyncio.timeout(20):
            while not condition():
                await asyncio.sleep(0.002)

    @property
    def today_usd(self) -> Decimal:
        return self.spending.usd(Period.DAY)


@asynccontextmanager
async def talking(monkeypatch: pytest.MonkeyPatch, settings: dict[str, Any]) -> AsyncIterator[Talk]:
    """The assistant of these settings, as the tray program enters it."""
    monkeypatch.setattr(assembly, "VoiceProcess", QuietVoice)
    monkeypatch.setattr(assembly, "RemoteSpeechToText", lambda _connection: FakeSpeechToText())
    monkeypatch.setattr(assembly, "RemoteTextToSpeech", lambda _connection: FakeTextToSpeech())
    made = await assemble(Settings.model_validate(settings), find_paths())
    spending = spending_of(made, find_paths())
    turns = TurnController(
        FileAudio(),
        made.line,
        made.bus,
        history=made.history,
        mode=made.mode_name,
        briefer=made.context.briefer,
    )
    talk = Talk(made, spending, turns)
    async with spending, made, turns:
        yield talk
