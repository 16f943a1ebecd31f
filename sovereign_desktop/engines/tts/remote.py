"""Text to speech in the voice service. One that dies in mid-sentence is asked again, and goes on where it stopped."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing

from sovereign_desktop.core.audio import AudioFrame
from sovereign_desktop.core.availability import Availability
from sovereign_desktop.core.correlation import new_id
from sovereign_desktop.core.errors import BrokenReply
from sovereign_desktop.engines.base import SpeakingStyle, TextToSpeechCapabilities, Voice
from sovereign_desktop.engines.remote_voice import PATIENCE_S, Link, LinkLost, Links, Sound, VoiceConnection
from sovereign_desktop.engines.voice_protocol import SYNTHESIZE_PATH


class RemoteTextToSpeech:
    """The voice behind a voice connection, as if it were here."""

    def __init__(self, connection: VoiceConnection, *, patience_s: float = PATIENCE_S) -> None:
        self._links = Links(connection, SYNTHESIZE_PATH, patience_s=patience_s)

    @property
    def name(self) -> str:
        """The engine that does the work, once the service has named it."""
        return self._links.hello.engine if self._links.hello else "voice service"

    @property
    def capabilities(self) -> TextToSpeechCapabilities:
        """What the engine behind the service can do; until it is known, what the built-in one can."""
        known = self._links.hello.capabilities if self._links.hello else {}
        return TextToSpeechCapabilities(
            streaming=bool(known.get("streaming", True)), local=bool(known.get("local", True))
        )

    async def availability(self) -> Availability:
        return self._links.availability

    async def prepare(self) -> None:
        await self._links.prepare()

    async def close(self) -> None:
        await self._links.close()

    async def synthesize(self, text: str, style: SpeakingStyle = SpeakingStyle()) -> AsyncIterator[AudioFrame]:  # noqa: B008
        job = new_id()
        request = {"type": "speak", "text": text, "voice": style.voice, "speed": style.speed}
        delivered = _Delivered()
        losses = 0
        while True:
            link = await self._links.borrow()
            try:
                async with aclosing(self._answers(link, job, request)) as answers:
                    async for said in answers:
                        if not isinstance(said, Sound):
                            return
                        if (rest := delivered.rest_of(said)).pcm:
                            yield rest
            except LinkLost:
                losses += 1
                self._links.check_losses(losses)
                delivered.begin_again(repeats_itself=self.capabilities.local)

    async def voices(self) -> tuple[Voice, ...]:
        job = new_id()
        link = await self._links.borrow()
        try:
            async with aclosing(self._answers(link, job, {"type": "voices"})) as answers:
                said = await anext(answers)
        except LinkLost as lost:
            raise BrokenReply("The voice service went away.") from lost
        return tuple(_voices(said))

    async def _answers(self, link: Link, job: str, request: dict[str, object]) -> AsyncGenerator[object, None]:
        """Everything that the service says about a job, up to the end of it."""
        finished = False
        try:
            await link.send(id=job, **request)
            while True:
                said = await link.receive(job)
                finished = isinstance(said, dict)  # `done` and `voices` are the last word
                if finished:
                    self._links.give_back(link)
                yield said
                if finished:
                    return
        except LinkLost:
            finished = True
            link.drop()
            raise
        finally:
            if not finished:
                await self._links.abandon(link, job)


class _Delivered:
    """How much of a text's sound the listener has.

    A local engine that is asked again makes the same sound again (espeak-ng to within a millisecond a sentence).
    """

    def __init__(self) -> None:
        self._bytes = 0
        self._rate_hz = 0
        self._seen = 0

    def begin_again(self, *, repeats_itself: bool) -> None:
        """The sound comes from the beginning once more. Raises BrokenReply if that does not help the listener."""
        if self._bytes and not repeats_itself:
            raise BrokenReply("The voice broke off in mid-sentence.")
        self._seen = 0

    def rest_of(self, sound: Sound) -> AudioFrame:
        """What of a piece of sound is new. Raises BrokenReply when another engine goes on."""
        if self._bytes and sound.sample_rate_hz != self._rate_hz:
            raise BrokenReply("The voice changed in mid-sentence.")
        self._rate_hz = sound.sample_rate_hz
        known = max(0, self._bytes - self._seen)
        self._seen += len(sound.pcm)
        self._bytes = max(self._bytes, self._seen)
        return AudioFrame(sound.pcm[known:], sound.sample_rate_hz)


def _voices(said: object) -> list[Voice]:
    listed = said.get("voices") if isinstance(said, dict) else None
    if not isinstance(listed, list):
        raise BrokenReply("The voice service sent something that is no answer.")
    return [
        Voice(str(one.get("id", "")), str(one.get("name", "")), str(one.get("language", "")))
        for one in listed
        if isinstance(one, dict)
    ]
