"""Text to speech behind an OpenAI-compatible server: OpenAI itself, Kokoro-FastAPI, speaches, LocalAI."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import aclosing
from typing import TYPE_CHECKING, Any, get_args

from sovereign_desktop.core.audio import AudioFrame
from sovereign_desktop.core.availability import Availability
from sovereign_desktop.core.errors import BrokenReply, EngineError
from sovereign_desktop.engines.base import SpeakingStyle, TextToSpeechCapabilities, Voice
from sovereign_desktop.engines.openai_server import OpenAIServer, paced
from sovereign_desktop.engines.tts.streamed_pcm import NotPcm, StreamedPcm

if TYPE_CHECKING:
    from sovereign_desktop.config.sections.engines import OpenAICompatible
    from sovereign_desktop.metrics.purse import Purse

DEFAULT_MODEL = "gpt-4o-mini-tts"
DEFAULT_VOICE = "alloy"


class OpenAICompatibleTextToSpeech:
    """Speaks while the server is still making the sound."""

    name = "openai_compatible"

    def __init__(self, settings: OpenAICompatible, key: str = "", *, purse: Purse | None = None) -> None:
        self._server = OpenAIServer(settings, key, section="tts.openai_compatible", purse=purse)

    @property
    def capabilities(self) -> TextToSpeechCapabilities:
        return TextToSpeechCapabilities(streaming=True, local=self._server.is_local)

    async def availability(self) -> Availability:
        """Whether a server is set; the server itself is not asked."""
        return self._server.availability()

    async def prepare(self) -> None:
        """Import the SDK."""
        _ = self._server.client

    async def close(self) -> None:
        """Close the connections."""
        await self._server.close()

    async def synthesize(self, text: str, style: SpeakingStyle = SpeakingStyle()) -> AsyncIterator[AudioFrame]:  # noqa: B008
        """Frames as they arrive. A text without a letter or digit has no sound and is not sent."""
        if not any(map(str.isalnum, text)):
            return
        sounded = False
        with self._server.explained():
            async with self._asked(text, style) as response:
                sound = self._begun(response.headers.get("content-type", ""))
                pieces = paced(response.iter_bytes(), lambda: self._server.settings.timeout_s)
                async with aclosing(pieces):
                    async for piece in pieces:
                        for frame in self._frames(sound, piece):
                            sounded = True
                            yield frame
            if not sounded:
                raise self._server.broken("sent no sound")

    async def voices(self) -> tuple[Voice, ...]:
        """The voices that the server lists; OpenAI's, when it lists none."""
        if not self._server.availability():
            return ()
        try:
            with self._server.explained():
                names = () if self._server.is_openai else _names(await self._listed())
        except EngineError:
            names = ()
        return tuple(Voice(name, name) for name in names or _openai_voices())

    def _asked(self, text: str, style: SpeakingStyle) -> Any:
        import openai

        settings = self._server.settings
        return self._server.client.audio.speech.with_streaming_response.create(
            model=settings.model or DEFAULT_MODEL,
            voice=style.voice or DEFAULT_VOICE,
            input=text,
            response_format="pcm",
            speed=openai.omit if style.speed == 1.0 else style.speed,
        )

    def _begun(self, content_type: str) -> StreamedPcm:
        try:
            return StreamedPcm(content_type)
        except NotPcm as error:
            raise self._unplayable() from error

    def _frames(self, sound: StreamedPcm, piece: bytes) -> list[AudioFrame]:
        try:
            return list(sound.push(piece))
        except NotPcm as error:
            raise self._unplayable() from error

    def _unplayable(self) -> BrokenReply:
        return self._server.broken("sent sound in a form that can't be played")

    async def _listed(self) -> object:
        return await self._server.client.get("/audio/voices", cast_to=object)


def _names(answer: object) -> tuple[str, ...]:
    """The voices in an answer such as `{"voices": ["af_sky", {"id": "bm_lewis"}]}`."""
    listed = answer.get("voices") if isinstance(answer, dict) else None
    found = [one.get("id") or one.get("name") if isinstance(one, dict) else one for one in listed or ()]
    return tuple(name for name in found if isinstance(name, str))


def _openai_voices() -> tuple[str, ...]:
    """The names in the literals of the installed SDK, the default first."""
    from openai.types.audio.speech_create_params import Voice as Named

    names = [name for part in get_args(Named) for name in get_args(part) if isinstance(name, str)]
    return (DEFAULT_VOICE, *(name for name in names if name != DEFAULT_VOICE))
