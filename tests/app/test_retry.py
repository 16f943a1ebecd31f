"""What nobody could answer stays in the transcript and can be asked again, by its sound or by its words."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from sovereign_desktop.conversation.journal import Journal
from sovereign_desktop.core.dialogue import Outcome
from sovereign_desktop.core.errors import BrokenReply
from sovereign_desktop.core.events import TurnAmended
from sovereign_desktop.metrics.turns import ANSWERED_LATER, TurnRecord
from tests.app.stage import Keyboard, Stage, running
from tests.conversation.journal_writer import KEY
from tests.conversation.stage import events_of, settle


@asynccontextmanager
async def run(folder: Path, monkeypatch: pytest.MonkeyPatch, *, journal: bool = True) -> AsyncIterator[Stage]:
    kept = Journal(folder / "data" / "unanswered", lambda: KEY) if journal else None
    stage = Stage(folder, Keyboard().plug_in(monkeypatch), journal=kept)
    async with running(stage):
        yield stage


async def fail(stage: Stage) -> TurnRecord:
    """A question that nobody can answer."""
    stage.assistant.stt.failure = BrokenReply("The recogniser is broken.")
    stage.program.press()
    await stage.finish_saying("what time is it")
    await stage.program.records_kept()
    stage.assistant.stt.failure = None
    turn: TurnRecord = stage.ended[-1].turn
    assert turn.outcome is Outcome.FAILED
    assert turn.can_be_retried
    return turn


async def all_kept(stage: Stage) -> None:
    """Records that follow from records, too."""
    for _ in range(3):
        await stage.program.records_kept()
        await settle()


async def retried(stage: Stage, turn_id: str = "") -> TurnRecord:
    stage.assistant.stt.words = ["what", "time", "is", "it"]
    stage.program.retry(turn_id)
    for _ in range(100):
        await settle()
        await stage.program.records_kept()
        if stage.playing_anything():
            break
    return await stage.hear_out()


@pytest.mark.parametrize("journal", [True, False])
async def test_the_sound_is_asked_again_and_the_record_says_that_it_was_answered(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, journal: bool
) -> None:
    async with run(tmp_path, monkeypatch, journal=journal) as stage:
        amended = events_of(stage.bus, TurnAmended)
        failed = await fail(stage)
        again = await retried(stage, failed.turn_id)
        assert (again.outcome, again.transcript) == (Outcome.ANSWERED, "what time is it")
        await all_kept(stage)
        kept = await stage.records.get(failed.turn_id)
        assert kept is not None
        assert ANSWERED_LATER in kept.note
        assert not kept.can_be_retried
        assert [event.turn_id for event in amended] == [failed.turn_id]
        stage.program.retry()
        await stage.program.records_kept()
        assert stage.notices[-1].text == "There is no question that was not answered."
    assert not list((tmp_path / "data").glob("unanswered/*"))


async def test_after_a_restart_it_is_asked_from_the_journal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with run(tmp_path, monkeypatch) as stage:
        failed = await fail(stage)
    async with run(tmp_path, monkeypatch) as stage:
        for _ in range(200):
            await settle()
            if any(notice.key == "unanswered" for notice in stage.notices):
                break
            await stage.records.recent(1)
        again = await retried(stage, failed.turn_id)
        assert (again.outcome, again.transcript) == (Outcome.ANSWERED, "what time is it")
        await all_kept(stage)
        kept = await stage.records.get(failed.turn_id)
        assert kept is not None
        assert not kept.can_be_retried


async def test_what_is_gone_is_said_to_be_gone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with run(tmp_path, monkeypatch, journal=False) as stage:
        failed = await fail(stage)
    async with run(tmp_path, monkeypatch, journal=False) as stage:
        stage.program.retry(failed.turn_id)
        await stage.program.records_kept()
        assert stage.notices[-1].text == "The recording of that question is gone."
