"""Speech that an earlier run did not answer is offered: the user has it answered, or discards it."""

from __future__ import annotations

import asyncio
import hashlib
import logging
import secrets as randomness
from collections import deque
from collections.abc import Callable, Coroutine
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any, Self

from sovereign_desktop.audio.port import AudioPort
from sovereign_desktop.config.schema import Settings
from sovereign_desktop.conversation.journal import MOST_OFFERED, Journal, Pending, Unanswered
from sovereign_desktop.conversation.turns import TurnController
from sovereign_desktop.core.dialogue import Outcome
from sovereign_desktop.core.errors import SovereignError
from sovereign_desktop.core.events import EventBus, Notice, NoticeCleared, Severity, TurnEnded, UnansweredChanged
from sovereign_desktop.host.secrets import OWN_PREFIX, Secrets

logger = logging.getLogger(__name__)

KEY_NAME = f"{OWN_PREFIX}unanswered-speech"
MATTER, DAMAGED_MATTER = "unanswered", "unanswered-damaged"

UNREADABLE = "Something you asked was not answered, and its recording can't be read any more."


class UnansweredSpeech:
    """An async context: while it is entered, speech is kept until its turn is over. Leave it before the turns end.

    What is being spoken or answered when it is left stays, and is offered at the next start. `on_answered` hears of
    the turns of earlier runs whose questions were answered now.
    """

    def __init__(
        self,
        journal: Journal,
        audio: AudioPort,
        turns: TurnController,
        bus: EventBus,
        on_answered: Callable[[str], None] = lambda _turn_id: None,
    ) -> None:
        self._on_answered = on_answered
        self._journal = journal
        self._audio = audio
        self._turns = turns
        self._bus = bus
        self._pending: tuple[Unanswered, ...] = ()
        self._asked_again: dict[str, Unanswered] = {}
        self._retried: dict[str, str] = {}
        self._kept: deque[str] = deque()
        self._tasks: set[asyncio.Task[None]] = set()
        self._closing = AsyncExitStack()

    async def __aenter__(self) -> Self:
        self._closing.push_async_callback(self._journal.close)
        self._closing.push_async_callback(self._work_ended)
        self._closing.callback(self._bus.subscribe(TurnEnded, self._turn_ended))
        self._closing.callback(self._audio.subscribe(self._journal.on_audio))
        self._spawn(self._look())
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._closing.aclose()

    def answer(self) -> None:
        """Answer the oldest question, unless the user is speaking just now."""
        if self._pending and not self._turns.listening:
            question = self._take()
            self._spawn(self._ask_again(question))

    def answer_this(self, turn_id: str) -> bool:
        """Answer the question of that turn of an earlier run; False when it is not there."""
        question = next((one for one in self._pending if one.turn_id == turn_id), None)
        if question is None:
            return False
        if not self._turns.listening:
            self._offer(tuple(one for one in self._pending if one is not question))
            self._spawn(self._ask_again(question))
        return True

    def is_asked_again(self, turn_id: str, of_turn_id: str) -> None:
        """The turn asks what another one of this run could not answer: its end is the end of both."""
        self._retried[turn_id] = of_turn_id

    def discard(self) -> None:
        """Forget the oldest question."""
        if self._pending:
            self._journal.forget(self._take().turn_id)

    def forget(self, turn_id: str) -> None:
        """Forget what was said in that turn, if it waits."""
        self._journal.forget(turn_id)
        self._offer(tuple(one for one in self._pending if one.turn_id != turn_id))

    def _take(self) -> Unanswered:
        question, *rest = self._pending
        self._offer(tuple(rest))
        return question

    async def _look(self) -> None:
        found: Pending = await self._journal.pending()
        if found.damaged:
            self._bus.publish(Notice(DAMAGED_MATTER, UNREADABLE, Severity.WARNING))
        self._offer((*found.questions, *self._pending))
        await self._journal.prepare()

    async def _ask_again(self, question: Unanswered) -> None:
        utterance = await self._journal.utterance(question.turn_id)
        if utterance is None:
            self._bus.publish(Notice(DAMAGED_MATTER, UNREADABLE, Severity.WARNING))
            return
        if self._turns.listening:  # the user began to speak meanwhile
            self._offer((question, *self._pending))
            return
        self._asked_again[self._turns.ask_again(utterance)] = question

    def _offer(self, questions: tuple[Unanswered, ...]) -> None:
        if questions == self._pending:
            return
        self._pending = questions
        self._bus.publish(UnansweredChanged(len(questions)))
        if not questions:
            self._bus.publish(NoticeCleared(MATTER))
            return
        logger.info("unanswered speech is offered", extra={"questions": len(questions)})
        text = "You asked something that was not answered."
        if len(questions) > 1:
            text = f"You asked {len(questions)} things that were not answered."
        self._bus.publish(Notice(MATTER, text, remedy="The menu of the icon has Answer and Discard."))

    def _turn_ended(self, event: TurnEnded) -> None:
        """On the thread that publishes, so that no answer is heard twice whatever happens next."""
        question = self._asked_again.pop(event.turn_id, None)
        retried = self._retried.pop(event.turn_id, None)
        if event.outcome is Outcome.FAILED:
            self._journal.keep(event.turn_id)
            if question is None and retried is None:
                self._kept.append(event.turn_id)
                self._forget_the_oldest()
            if question is not None:
                self._offer((question, *self._pending))
            return
        self._journal.forget(event.turn_id)
        if retried is not None:
            self._journal.forget(retried)
        if question is not None:
            self._journal.forget(question.turn_id)
            if event.outcome is Outcome.ANSWERED:
                self._on_answered(question.turn_id)

    def _forget_the_oldest(self) -> None:
        """Keep as many as are offered at the next start: hours without a network must not fill the disk."""
        while len(self._kept) > MOST_OFFERED:
            self._journal.forget(self._kept.popleft())

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _work_ended(self) -> None:
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)


def journal_for(settings: Settings, folder: Path) -> Journal | None:
    """The journal in that folder, or None when the user wants none."""
    if not settings.app.keep_unanswered:
        return None
    secrets = Secrets()
    threshold = settings.audio.endpointing.speech_threshold
    return Journal(folder, lambda: journal_key(secrets), speech_threshold=threshold)


def journal_key(secrets: Secrets) -> bytes:
    """The key of the journal, made on first use. May wait for the user. Raises SovereignError without a keyring."""
    if (problem := keyring_problem(secrets)) is not None:
        raise problem
    kept = secrets.get(KEY_NAME)
    if kept is None:
        text = randomness.token_urlsafe(32)
        secrets.set(KEY_NAME, text)
    else:
        text = kept.reveal()
    return hashlib.sha256(text.encode()).digest()


def keyring_problem(secrets: Secrets) -> SovereignError | None:
    """Why speech is not kept, or None when it is."""
    if secrets.backend_problem() is None:
        return None
    return SovereignError(
        "Speech is not kept until it is answered, because this system has no keyring.",
        remedy="Install and unlock GNOME Keyring, KWallet or KeePassXC.",
    )
