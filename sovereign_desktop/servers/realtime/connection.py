"""A session on a websocket, with the pipeline behind it."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Coroutine, Iterable, Iterator
from typing import Any

from websockets.asyncio.server import ServerConnection
from websockets.exceptions import ConnectionClosed

from sovereign_desktop.core.dialogue import Transcript
from sovereign_desktop.core.errors import BrokenReply, SovereignError
from sovereign_desktop.realtime.client_events import ClientEvent, InputAudioAppend
from sovereign_desktop.realtime.codec import Malformed, read_client_event, write
from sovereign_desktop.realtime.objects import ErrorDetail
from sovereign_desktop.realtime.server_events import ErrorEvent, FromServer
from sovereign_desktop.servers.realtime.formats import BYTES_PER_MS
from sovereign_desktop.servers.realtime.orders import Answer, Forget, Hear, HeardAll, Listen, Stop
from sovereign_desktop.servers.realtime.outbox import Outbox
from sovereign_desktop.servers.realtime.pipeline import Pipeline, Recognition
from sovereign_desktop.servers.realtime.refusal import Refusal, malformed
from sovereign_desktop.servers.realtime.session import Session, Step

logger = logging.getLogger(__name__)

SLICE_BYTES = 100 * BYTES_PER_MS
"""Sound is taken in slices, so that the other sessions get their turn while 15 MB of it are looked through."""
LONG_MESSAGE = 256 * 2**10
"""Characters from which on a message is read in a thread."""
LIVES_S = 3600.0
"""As with the provider: what a session has gathered is let go of some time, and clients know how to go on."""
GOING_AWAY = 1001
BETA_CLOSED = 4000
BETA_IS_OVER = ErrorDetail(
    type="invalid_request_error",
    code="beta_api_shape_disabled",
    message="The Realtime Beta API is no longer supported. Please use /v1/realtime for the GA API.",
)


class RealtimeConnection:
    """One client. `run` serves it until it goes; all that is done for it ends with it."""

    def __init__(self, socket: ServerConnection, pipeline: Pipeline, *, lives_s: float = LIVES_S) -> None:
        self._socket = socket
        self._pipeline = pipeline
        self._session = Session(pipeline.new_vad, model=pipeline.model, expires_at=int(time.time() + lives_s))
        self._lives_s = lives_s
        self._outbox = Outbox()
        self._recognitions: dict[str, Recognition] = {}
        self._words: dict[str, asyncio.Task[Transcript]] = {}
        self._answers: dict[str, asyncio.Task[None]] = {}
        self._tasks: set[asyncio.Task[Any]] = set()
        self._one_by_one = asyncio.Semaphore(1)

    async def run(self) -> None:
        """Serve the client. Cancelling ends everything that is done for it."""
        self._start(self._deliver(), "deliver")
        try:
            self._perform(self._session.open())
            async with asyncio.timeout(self._lives_s):
                async for message in self._socket:
                    await self._outbox.room()
                    await self._take(message)
        except TimeoutError:
            await self._socket.close(GOING_AWAY, "Your session hit the maximum duration of 60 minutes.")
        except ConnectionClosed:
            pass
        finally:
            tasks = tuple(self._tasks)
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _deliver(self) -> None:
        try:
            await self._outbox.deliver(self._socket.send)
        except ConnectionClosed:
            pass
        finally:
            self._outbox.close()

    async def _take(self, message: str | bytes) -> None:
        try:
            event = await _read(message)
        except Malformed as error:
            logger.info("message refused", extra={"code": error.code})
            self._perform(self._session.refuse(malformed(error)))
            return
        if isinstance(event, InputAudioAppend):
            await self._hear(event)
        else:
            self._perform(self._session.take(event))

    async def _hear(self, event: InputAudioAppend) -> None:
        try:
            for slice_ in _slices(self._session.sound_of(event)):
                self._perform(self._session.hear(slice_))
                await asyncio.sleep(0)
                await self._outbox.room()
        except Refusal as refusal:
            self._perform(self._session.refuse(refusal.detail(event.event_id)))

    # What the session wants

    def _perform(self, steps: Iterable[Step]) -> None:
        for step in steps:
            match step:
                case FromServer():
                    self._outbox.put(write(step))
                case Listen():
                    self._listen(step)
                case Hear(sound_id, pcm) if sound_id in self._recognitions:
                    self._recognitions[sound_id].push(pcm)
                case HeardAll(sound_id) if sound_id in self._recognitions:
                    self._recognitions.pop(sound_id).finish()
                case Forget(sound_id) if sound_id in self._recognitions:
                    del self._recognitions[sound_id]
                    self._words[sound_id].cancel()
                case Answer():
                    waits_for = [self._words[sound_id] for sound_id in step.waits_for if sound_id in self._words]
                    self._answers[step.response_id] = self._start(self._answer(step, waits_for), "answer")
                case Stop(response_id):
                    self._answers.pop(response_id).cancel()

    def _listen(self, order: Listen) -> None:
        recognition = self._recognitions[order.sound_id] = Recognition(self._pipeline)
        words = self._start(self._recognise(order, recognition), "recognise")
        self._words[order.sound_id] = words
        words.add_done_callback(lambda _: self._words.pop(order.sound_id, None))

    async def _recognise(self, order: Listen, recognition: Recognition) -> Transcript:
        """The words of one piece of sound. Those that a client sends whole are recognised one after another."""
        try:
            if order.is_live:
                transcript = await recognition.words()
            else:
                async with self._one_by_one:
                    transcript = await recognition.words()
        except SovereignError as error:
            logger.warning("speech was not recognised", extra={"error": type(error).__name__})
            self._perform(self._session.misheard(order.sound_id, error))
            raise
        self._perform(self._session.recognised(order.sound_id, transcript))
        return transcript

    async def _answer(self, order: Answer, waits_for: list[asyncio.Task[Transcript]]) -> None:
        failure: SovereignError | None = None
        try:
            for words in waits_for:
                await asyncio.shield(words)
            await self._reply(order)
        except SovereignError as error:
            logger.warning("response failed", extra={"error": type(error).__name__})
            failure = error
        except Exception:  # the edge of a task: the session goes on
            logger.exception("response failed unexpectedly")
            failure = BrokenReply("The pipeline failed.")
        self._answers.pop(order.response_id, None)
        self._perform(self._session.finish(order.response_id, failure))

    async def _reply(self, order: Answer) -> None:
        question = self._session.question(order.response_id)
        if question.is_worth_an_answer:
            await self._pipeline.answer(
                order.settings,
                question,
                lambda event: self._perform(self._session.take_answer(order.response_id, event)),
                self._outbox.room,
            )

    def _start(self, work: Coroutine[Any, Any, Any], what: str) -> asyncio.Task[Any]:
        task = asyncio.create_task(work, name=f"realtime: {what}")
        self._tasks.add(task)
        task.add_done_callback(self._ended)
        return task

    def _ended(self, task: asyncio.Task[Any]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None and not isinstance(error, SovereignError):
            logger.error("a task of a session failed", exc_info=error)


async def send_away_beta(socket: ServerConnection) -> None:
    """What clients of the beta get, here as from its provider."""
    await socket.send(write(ErrorEvent(event_id="event_beta", error=BETA_IS_OVER)))
    await socket.close(BETA_CLOSED, "invalid_request_error.beta_api_shape_disabled")


async def _read(message: str | bytes) -> ClientEvent:
    if len(message) < LONG_MESSAGE:
        return read_client_event(message)
    return await asyncio.to_thread(read_client_event, message)


def _slices(pcm: bytes) -> Iterator[bytes]:
    for at in range(0, len(pcm), SLICE_BYTES):
        yield pcm[at : at + SLICE_BYTES]
