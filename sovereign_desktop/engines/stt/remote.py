"""Speech to text in the voice service. A service that dies loses no word: the utterance is kept and said again."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import aclosing

from sovereign_desktop.core.audio import CAPTURE_RATE_HZ, AudioFrame, EndReason, Utterance, UtteranceEnd
from sovereign_desktop.core.availability import Availability
from sovereign_desktop.core.correlation import new_id
from sovereign_desktop.core.dialogue import Transcript
from sovereign_desktop.core.errors import BrokenReply
from sovereign_desktop.engines.base import SpeechToTextCapabilities
from sovereign_desktop.engines.remote_voice import PATIENCE_S, Link, LinkLost, Links, VoiceConnection
from sovereign_desktop.engines.voice_protocol import TRANSCRIBE_PATH, text_of


class RemoteSpeechToText:
    """The recogniser behind a voice connection, as if it were here."""

    def __init__(self, connection: VoiceConnection, *, patience_s: float = PATIENCE_S) -> None:
        self._links = Links(connection, TRANSCRIBE_PATH, patience_s=patience_s)

    @property
    def name(self) -> str:
        """The engine that does the work, once the service has named it."""
        return self._links.hello.engine if self._links.hello else "voice service"

    @property
    def capabilities(self) -> SpeechToTextCapabilities:
        """What the engine behind the service can do; until it is known, what the built-in one can."""
        known = self._links.hello.capabilities if self._links.hello else {}
        return SpeechToTextCapabilities(
            streaming=bool(known.get("streaming", True)),
            local=bool(known.get("local", True)),
            takes_phrases=bool(known.get("takes_phrases", True)),
        )

    async def availability(self) -> Availability:
        return self._links.availability

    async def prepare(self) -> None:
        await self._links.prepare()

    async def close(self) -> None:
        await self._links.close()

    async def transcribe(
        self, audio: AsyncIterator[AudioFrame], *, phrases: Sequence[str] = ()
    ) -> AsyncIterator[Transcript]:
        job = new_id()
        kept = Utterance()
        keeping = asyncio.create_task(_keep(audio, kept), name="keep what is said")
        try:
            async with aclosing(self._until_heard(job, kept, keeping, phrases)) as transcripts:
                async for transcript in transcripts:
                    yield transcript
        finally:
            await _end(keeping)

    async def _until_heard(
        self, job: str, kept: Utterance, keeping: asyncio.Task[None], phrases: Sequence[str]
    ) -> AsyncGenerator[Transcript, None]:
        """Say the utterance to one service after another until one has heard it to its end."""
        losses = 0
        while True:
            link = await self._links.borrow()
            try:
                async with aclosing(self._say(link, job, kept, keeping, phrases)) as transcripts:
                    async for transcript in transcripts:
                        yield transcript
                        if transcript.is_final:
                            return
            except LinkLost:
                if keeping.done():
                    keeping.result()  # not the link failed but what we listen to
                losses += 1
                self._links.check_losses(losses)

    async def _say(
        self, link: Link, job: str, kept: Utterance, keeping: asyncio.Task[None], phrases: Sequence[str]
    ) -> AsyncGenerator[Transcript, None]:
        saying = asyncio.create_task(_say_all(link, job, kept, keeping, phrases), name="say an utterance")
        finished = False
        try:
            while not finished:
                transcript = _read(await link.receive(job))
                finished = transcript.is_final
                if finished:
                    self._links.give_back(link)
                yield transcript
        except LinkLost:
            finished = True
            link.drop()
            raise
        finally:
            await _end(saying)
            if not finished:
                await self._links.abandon(link, job)


async def _keep(audio: AsyncIterator[AudioFrame], kept: Utterance) -> None:
    try:
        async for frame in audio:
            kept.push(frame)
    finally:
        kept.finish(UtteranceEnd(EndReason.FILE, 0.0, kept.duration_ms))


async def _say_all(link: Link, job: str, kept: Utterance, keeping: asyncio.Task[None], phrases: Sequence[str]) -> None:
    rate_hz = 0
    try:
        async for frame in kept.frames():
            if not rate_hz:
                rate_hz = frame.sample_rate_hz
                await link.send(type="start", id=job, sample_rate_hz=rate_hz, phrases=list(phrases))
            await link.send_sound(frame.pcm)
        if not rate_hz:
            await link.send(type="start", id=job, sample_rate_hz=CAPTURE_RATE_HZ, phrases=list(phrases))
        await asyncio.wait([keeping])
        keeping.result()
        await link.send(type="end", id=job)
    except LinkLost:
        pass  # the reader sees it too, and answers it
    except Exception:
        link.drop()  # what we listen to has failed: nobody waits for an answer any more
        raise


def _read(said: object) -> Transcript:
    if isinstance(said, dict) and said.get("type") == "partial":
        return Transcript(text_of(said, "text"))
    if isinstance(said, dict) and said.get("type") == "final":
        others = said.get("alternatives")
        alternatives = tuple(str(other) for other in others) if isinstance(others, list) else ()
        return Transcript(text_of(said, "text"), is_final=True, alternatives=alternatives)
    raise BrokenReply("The voice service sent something that is no answer.")


async def _end(task: asyncio.Task[None]) -> None:
    task.cancel()
    await asyncio.wait([task])
    if not task.cancelled():
        task.exception()  # seen: it is raised elsewhere, or does not matter any more
