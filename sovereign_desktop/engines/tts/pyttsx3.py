"""The system's own voice through pyttsx3: espeak-ng on Linux, SAPI on Windows, NSSpeechSynthesizer on macOS.

Only the voice process uses it: it wants one thread to itself, on macOS the main one (pyttsx3 #403, #126, #67), and
can hang there; the process's watchdog then ends the process, and the program starts another.
"""

from __future__ import annotations

import asyncio
import logging
import sys
import tempfile
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import Any, ClassVar, TypeVar

from sovereign_desktop.core import foreground
from sovereign_desktop.core.audio import SAMPLE_WIDTH_BYTES, AudioFrame
from sovereign_desktop.core.availability import AVAILABLE, Availability
from sovereign_desktop.core.errors import BrokenReply, EngineTimeout, EngineUnavailable
from sovereign_desktop.core.foreground import Foreground, ForegroundThread
from sovereign_desktop.engines.base import SpeakingStyle, TextToSpeechCapabilities, Voice
from sovereign_desktop.engines.tts.pieces import speakable_pieces
from sovereign_desktop.engines.tts.sound_file import read_sound_file

logger = logging.getLogger(__name__)

T = TypeVar("T")
FRAME_MS = 100
PIECE_DEADLINE_S = 10.0
"""A piece takes some 15 ms; after this long the engine hangs."""
ESPEAK_WORDS_PER_MINUTE = 175
"""espeak's own pace; pyttsx3 would speak at 200."""

_REMEDIES = {
    "linux": "Install espeak-ng: sudo apt install espeak-ng (or dnf, pacman, zypper).",
    "darwin": "Install pyobjc into the program's environment, or espeak-ng: brew install espeak-ng.",
    "win32": "Add a voice under Settings, Time & language, Speech.",
}
_one_at_a_time = threading.Lock()
"""pyttsx3 hands every caller of one process the same engine."""


class Pyttsx3TextToSpeech:
    """Speech from the system's engine, made sentence by sentence."""

    name = "pyttsx3"
    capabilities = TextToSpeechCapabilities(streaming=True, local=True)

    def __init__(self, *, piece_deadline_s: float = PIECE_DEADLINE_S) -> None:
        self._piece_deadline_s = piece_deadline_s
        self._thread: ForegroundThread | None = None
        self._engine: _SystemVoice | None = None

    async def availability(self) -> Availability:
        """Whether the engine is there; it is loaded to know, which takes some 50 ms the first time."""
        if find_spec("pyttsx3") is None:
            return Availability(False, "pyttsx3 is not installed", "Install it: pip install pyttsx3")
        try:
            await self.prepare()
        except EngineUnavailable as error:
            return Availability(False, error.user_text, error.remedy)
        except EngineTimeout as error:
            return Availability(False, error.user_text, "Restart the program.")
        return AVAILABLE

    async def prepare(self) -> None:
        if self._engine is None:
            self._engine = await self._do(_SystemVoice)

    async def synthesize(self, text: str, style: SpeakingStyle = SpeakingStyle()) -> AsyncIterator[AudioFrame]:  # noqa: B008
        """Closing the iterator leaves the sentences that are not made yet unmade."""
        await self.prepare()
        engine = self._engine
        assert engine is not None
        for piece in speakable_pieces(text):
            pcm, rate_hz = await self._do(partial(engine.speak, piece, style))
            for frame in _frames(pcm, rate_hz):
                yield frame

    async def voices(self) -> tuple[Voice, ...]:
        await self.prepare()
        assert self._engine is not None
        return self._engine.voices

    async def close(self) -> None:
        engine, self._engine = self._engine, None
        thread, self._thread = self._thread, None
        if thread is not None:
            del engine  # its thread holds the last reference to the system's engine, and lets go of it as it ends
            await asyncio.to_thread(thread.close)

    async def _do(self, call: Callable[[], T]) -> T:
        """Have the engine's thread do it. Cancelling does not wait; what has begun there ends by itself."""
        work = asyncio.wrap_future(self._foreground().submit(lambda: _exclusively(call)))
        try:
            async with asyncio.timeout(self._piece_deadline_s):
                return await work
        except TimeoutError:
            raise EngineTimeout("The system's speech engine does not answer.") from None

    def _foreground(self) -> Foreground:
        if foreground.MAIN.served:
            return foreground.MAIN
        if self._thread is None:
            self._thread = ForegroundThread("pyttsx3")
        return self._thread.foreground


class _SystemVoice:
    """pyttsx3's engine; made and used in one thread."""

    _at_first: ClassVar[dict[str, str | None]] = {}
    """The default voice of each driver. Later engines may be the first one again, with the voice it used last."""

    def __init__(self) -> None:
        try:
            import pyttsx3

            self._engine = pyttsx3.init()
        except Exception as error:  # each system's driver fails in its own way
            raise EngineUnavailable(
                "The system has no speech engine that can be used.", remedy=_REMEDIES.get(sys.platform, "")
            ) from error
        self._errors: list[Exception] = []
        errors = self._errors  # not self, which would keep the engine alive in a circle
        self._engine.connect("error", lambda exception, **_: errors.append(exception))
        self._espeak = _Espeak.found()
        if self._espeak is not None:
            self._espeak.settle()  # else the present voice may still be that of an earlier engine
        self._pace = ESPEAK_WORDS_PER_MINUTE if self._espeak else self._engine.getProperty("rate")
        self._default = self._at_first.setdefault(str(self._engine), self._engine.getProperty("voice"))
        self.voices = tuple(_default_first(self._engine.getProperty("voices"), self._default))
        # pyttsx3 lists `gmw/en-us` where espeak-ng itself writes `gmw/en-US`: capitals do not count.
        self._known = {voice.id.casefold(): voice.id for voice in self.voices}

    def speak(self, text: str, style: SpeakingStyle) -> tuple[bytes, int]:
        """Mono 16-bit PCM and its rate. Raises BrokenReply."""
        chosen = self._known.get(style.voice.casefold())
        if style.voice and chosen is None:
            logger.info("voice not known to this engine")
        if self._espeak is not None:
            self._engine.proxy.setBusy(False)  # else 2.99 does not wait for the end of its first sentence
        self._engine.setProperty("voice", chosen or self._default)
        self._engine.setProperty("rate", round(self._pace * style.speed))
        if self._espeak is not None:
            self._espeak.settle()
        with tempfile.TemporaryDirectory(prefix="sovereign-") as folder:
            path = Path(folder, "piece.aiff" if sys.platform == "darwin" else "piece.wav")
            self._errors.clear()
            self._engine.save_to_file(text, str(path))
            self._engine.runAndWait()
            if self._errors or not path.exists():
                raise BrokenReply("The system's speech engine made no sound.") from next(iter(self._errors), None)
            return read_sound_file(path)


class _Espeak:
    """What pyttsx3 2.99's driver for espeak leaves to be done."""

    def __init__(self, driver: Any) -> None:
        driver.print = lambda *_: None  # it prints a line for every file
        self._library = driver._espeak

    @classmethod
    def found(cls) -> _Espeak | None:
        """None where another driver is at work."""
        driver = sys.modules.get("pyttsx3.drivers.espeak")
        return None if driver is None else cls(driver)

    def settle(self) -> None:
        """Wait until voice and rate are in force: espeak takes them over in a thread of its own."""
        self._library.Synchronize()


def _exclusively(call: Callable[[], T]) -> T:
    with _one_at_a_time:
        return call()


def _default_first(found: list[Any], default: str | None) -> Iterator[Voice]:
    for voice in sorted(found, key=lambda voice: voice.id != default):
        yield Voice(voice.id, voice.name, _language(voice.languages))


def _language(languages: list[Any]) -> str:
    first = languages[0] if languages else ""
    return first.replace("_", "-") if isinstance(first, str) else ""


def _frames(pcm: bytes, rate_hz: int) -> Iterator[AudioFrame]:
    step = rate_hz * FRAME_MS // 1000 * SAMPLE_WIDTH_BYTES
    for at in range(0, len(pcm), step):
        yield AudioFrame(pcm[at : at + step], rate_hz)
