"""What an earlier run did not answer is offered once, answered like any question, and then gone for good."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from sovereign_desktop.app.unanswered import KEY_NAME, journal_for, journal_key
from sovereign_desktop.config.schema import Settings
from sovereign_desktop.config.sections.app import App
from sovereign_desktop.conversation.journal import MOST_OFFERED, Journal
from sovereign_desktop.core.dialogue import Outcome
from sovereign_desktop.core.errors import BrokenReply, SovereignError
from sovereign_desktop.core.events import TurnEnded, UnansweredChanged
from sovereign_desktop.host.secrets import Secrets
from tests.app.keyrings import LockedKeyring, MemoryKeyring, in_use
from tests.app.stage import Keyboard, Stage, running
from tests.conversation.journal_writer import KEY
from tests.conversation.stage import events_of, settle


class Run:
    """One run of the program over a folder that outlives it."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch, key: bytes = KEY) -> None:
        self.folder = folder / "data" / "unanswered"
        self.journal = Journal(self.folder, lambda: key)
        self.stage = Stage(folder, Keyboard().plug_in(monkeypatch), journal=self.journal)
        self.counts = events_of(self.stage.bus, UnansweredChanged)

    @asynccontextmanager
    async def going(self) -> AsyncIterator[Run]:
        async with running(self.stage):
            await self.settled()
            yield self

    async def settled(self) -> None:
        """The journal's thread has done what it was asked for, and the loop knows."""
        await settle()
        await self.journal.utterance("none")
        await settle()

    def files(self) -> set[str]:
        return {path.name for path in self.folder.iterdir()} if self.folder.exists() else set()

    @property
    def offers(self) -> list[str]:
        return [notice.text for notice in self.stage.notices if notice.key == "unanswered"]


async def leave_unanswered(folder: Path, monkeypatch: pytest.MonkeyPatch, questions: int = 1) -> None:
    """Runs that end while the user is heard."""
    for _ in range(questions):
        run = Run(folder, monkeypatch)
        async with run.going():
            run.stage.program.press()
            run.stage.audio.speak(run.stage.listen_id, 20)


async def answer_offered(run: Run, words: str = "what time is it") -> None:
    run.stage.assistant.stt.words = words.split()
    run.stage.program.answer_pending()
    await run.settled()


async def test_an_answered_turn_leaves_nothing_to_offer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run = Run(tmp_path, monkeypatch)
    async with run.going():
        run.stage.program.press()
        run.stage.audio.speak(run.stage.listen_id, 20)
        await run.settled()
        assert run.files() == {run.stage.listen_id}
        left_when_told: list[set[str]] = []
        run.stage.bus.subscribe(TurnEnded, lambda _event: left_when_told.append(run.files()))
        await run.stage.finish_saying("what time is it")
        record = await run.stage.hear_out()
        assert record.outcome is Outcome.ANSWERED
        assert left_when_told == [set()]  # on the same thread, with nothing in between
    assert run.offers == []


async def test_a_quit_in_the_middle_of_a_question_offers_it_at_the_next_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await leave_unanswered(tmp_path, monkeypatch)
    run = Run(tmp_path, monkeypatch)
    async with run.going():
        assert run.offers == ["You asked something that was not answered."]
        assert run.counts == [UnansweredChanged(1)]
        await answer_offered(run)
        record = await run.stage.hear_out()
        assert (record.outcome, record.transcript) == (Outcome.ANSWERED, "what time is it")
        assert run.files() == set()
        assert run.counts[-1] == UnansweredChanged(0)
    again = Run(tmp_path, monkeypatch)
    async with again.going():
        assert again.offers == []


async def test_a_discarded_question_is_gone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    await leave_unanswered(tmp_path, monkeypatch, 2)
    run = Run(tmp_path, monkeypatch)
    async with run.going():
        assert run.offers == ["You asked 2 things that were not answered."]
        run.stage.program.discard_pending()
        assert len(run.files()) == 1
        run.stage.program.discard_pending()
        run.stage.program.discard_pending()
        assert run.files() == set()
        assert [change.count for change in run.counts] == [2, 1, 0]
        assert run.stage.ended == []


async def test_a_program_that_ends_while_it_answers_again_offers_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await leave_unanswered(tmp_path, monkeypatch)
    run = Run(tmp_path, monkeypatch)
    async with run.going():
        await answer_offered(run)
        assert len(run.files()) == 1
    again = Run(tmp_path, monkeypatch)
    async with again.going():
        assert len(again.offers) == 1


async def test_an_answer_that_fails_is_offered_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    await leave_unanswered(tmp_path, monkeypatch)
    run = Run(tmp_path, monkeypatch)
    async with run.going():
        run.stage.assistant.stt.failure = BrokenReply("The engine broke off.")
        await answer_offered(run)
        assert run.stage.ended[-1].outcome is Outcome.FAILED
        assert [change.count for change in run.counts] == [1, 0, 1]
        assert len(run.files()) == 1


async def test_of_hours_in_which_nobody_can_answer_the_latest_questions_stay(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = Run(tmp_path, monkeypatch)
    async with run.going():
        run.stage.assistant.stt.failure = BrokenReply("The engine broke off.")
        asked = []
        for _ in range(MOST_OFFERED + 2):
            run.stage.program.press()
            asked.append(run.stage.listen_id)
            run.stage.audio.speak(run.stage.listen_id, 20)
            run.stage.program.release()
            run.stage.audio.end(run.stage.listen_id)
            await run.settled()
        assert [event.outcome for event in run.stage.ended] == [Outcome.FAILED] * len(asked)
        assert run.files() == set(asked[2:])


async def test_nobody_is_interrupted_by_an_old_question(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    await leave_unanswered(tmp_path, monkeypatch)
    run = Run(tmp_path, monkeypatch)
    async with run.going():
        run.stage.program.press()
        run.stage.audio.speak(run.stage.listen_id, 5)
        run.stage.program.answer_pending()
        await run.settled()
        assert run.stage.program.listening
        assert run.counts == [UnansweredChanged(1)]


async def test_a_recording_that_can_t_be_read_is_told_and_not_offered(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await leave_unanswered(tmp_path, monkeypatch)
    run = Run(tmp_path, monkeypatch, key=b"o" * 32)
    async with run.going():
        assert [notice.key for notice in run.stage.notices] == ["unanswered-damaged"]
        assert run.files() == set()


def test_the_key_is_made_once_and_kept_in_the_keyring() -> None:
    with in_use(MemoryKeyring()):
        first = journal_key(Secrets({}))
        assert len(first) == 32
        assert journal_key(Secrets({})) == first
        assert Secrets({}).get(KEY_NAME) is not None
        assert Secrets({}).names() == (), "it is none of the user's keys"
    with in_use(MemoryKeyring()):
        assert journal_key(Secrets({})) != first


def test_without_a_keyring_there_is_no_key_and_a_sentence(home: Path) -> None:
    with pytest.raises(SovereignError, match="not kept until it is answered, because this system has no keyring"):
        journal_key(Secrets({}))
    with in_use(LockedKeyring()), pytest.raises(SovereignError, match="keyring can't be used"):
        journal_key(Secrets({}))


def test_who_wants_no_journal_has_none(tmp_path: Path) -> None:
    assert journal_for(Settings(app=App(keep_unanswered=False)), tmp_path) is None
    assert journal_for(Settings(), tmp_path) is not None
