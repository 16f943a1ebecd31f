"""The sound that a client sends: kept until it is committed, watched for speech, passed on to be recognised."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sovereign_desktop.realtime.objects import AUDIO_RATE_HZ
from sovereign_desktop.realtime.server_events import FromServer, SpeechStarted, SpeechStopped
from sovereign_desktop.servers.realtime.formats import BYTES_PER_MS
from sovereign_desktop.servers.realtime.orders import Forget, Hear, HeardAll, Listen, Order
from sovereign_desktop.servers.realtime.refusal import Refusal
from sovereign_desktop.servers.realtime.settings import SemanticVad, ServerVad
from sovereign_desktop.servers.realtime.turn_detection import Began, TurnDetector, Vad

SHORTEST_COMMIT_MS = 100
LONGEST_UTTERANCE_MS = 6 * 60 * 1000
"""Longer than what fits into one append."""
DETECTION_MS = 1000
"""Speech is known to be speech some time after it began: so much from before is kept, besides the padding."""

Tell = Callable[[FromServer | Order], None]


@dataclass(frozen=True, slots=True)
class Utterance:
    """A committed piece of sound."""

    item_id: str
    pcm: bytes

    @property
    def duration_ms(self) -> float:
        return len(self.pcm) / BYTES_PER_MS


@dataclass(frozen=True, slots=True)
class Change:
    """What a piece of sound has changed: somebody began to speak, an utterance has ended and has to be committed."""

    began: bool = False
    ended: bool = False


class Ears:
    """The input buffer of one session and its turn detection."""

    def __init__(self, new_vad: Callable[[], Vad], new_id: Callable[[str], str], tell: Tell) -> None:
        self._new_vad = new_vad
        self._new_id = new_id
        self._tell = tell
        self._kept = bytearray()
        self._heard_bytes = 0  # of the whole session
        self._passed_on = 0  # of what is kept, to be recognised
        self._item_id = ""
        self._detector: TurnDetector | None = None

    @property
    def position_ms(self) -> float:
        """How much sound has been sent in this session."""
        return self._heard_bytes / BYTES_PER_MS

    @property
    def kept_bytes(self) -> int:
        """The sound that a commit would take."""
        return len(self._kept)

    @property
    def is_speaking(self) -> bool:
        """Whether turn detection hears somebody."""
        return self._detector is not None and self._detector.is_speaking

    def detect_turns(self, settings: ServerVad | SemanticVad | None) -> None:
        """Watch for speech like this from now on, or not at all. The same settings as before change nothing."""
        if settings == (self._detector.settings if self._detector else None):
            return
        self._give_up()
        self._detector = None
        if settings is not None:
            self._watch(settings)

    def hear(self, pcm: bytes) -> Change:
        """Take sound. Raises Refusal."""
        is_full = (len(self._kept) + len(pcm)) / BYTES_PER_MS > LONGEST_UTTERANCE_MS
        if is_full and self._detector is None:
            raise Refusal(
                "The input audio buffer is full. Commit or clear it.", code="input_audio_buffer_full", param="audio"
            )
        self._kept += pcm
        self._heard_bytes += len(pcm)
        if self._detector is None:
            self._recognise()
            return Change()
        change = self._watched(self._detector, pcm)
        if is_full and not change.ended:
            self._stop_speech(self.position_ms)
            return Change(change.began, ended=True)
        return change

    def commit(self) -> Utterance:
        """The sound that was kept, as what will be an item. Raises Refusal when that is next to nothing."""
        has_ms = len(self._kept) / BYTES_PER_MS
        if has_ms < SHORTEST_COMMIT_MS:
            raise Refusal(
                "Error committing input audio buffer: buffer too small. Expected at least 100ms of audio, but buffer "
                f"only has {has_ms:.2f}ms of audio.",
                code="input_audio_buffer_commit_empty",
            )
        self._recognise()
        utterance = Utterance(self._item_id, bytes(self._kept))
        self._tell(HeardAll(self._item_id))
        self._begin_anew()
        return utterance

    def begin_silence(self) -> str:
        """The id of the item that what is kept will be although nobody spoke."""
        self._recognise()
        return self._item_id

    def clear(self) -> None:
        """Forget the sound that was kept."""
        self._give_up()
        self._begin_anew()

    def _watched(self, detector: TurnDetector, pcm: bytes) -> Change:
        began = False
        for found in detector.push(pcm):
            if isinstance(found, Began):
                began = True
                self._begin(found, detector.padding_ms)
            elif self._item_id:
                self._stop_speech(found.at_ms)
                return Change(began, ended=True)
        if detector.is_speaking:
            self._recognise()
        else:
            self._keep_newest(detector.padding_ms + DETECTION_MS)
        return Change(began)

    def _stop_speech(self, at_ms: float) -> None:
        self._recognise()
        self._tell(SpeechStopped(audio_end_ms=round(at_ms), item_id=self._item_id))

    def _begin(self, began: Began, padding_ms: int) -> None:
        """Speech: the sound from before it and its padding is none of it."""
        self._keep_newest(self.position_ms - max(0.0, began.at_ms - padding_ms))
        self._item_id = self._new_id("item")
        start_ms = self.position_ms - len(self._kept) / BYTES_PER_MS
        self._tell(SpeechStarted(audio_start_ms=round(start_ms), item_id=self._item_id))
        self._tell(Listen(self._item_id))
        self._passed_on = 0

    def _recognise(self) -> None:
        """Pass on what was not passed on yet."""
        if not self._item_id:
            self._item_id, self._passed_on = self._new_id("item"), 0
            self._tell(Listen(self._item_id))
        if more := bytes(self._kept[self._passed_on :]):
            self._passed_on += len(more)
            self._tell(Hear(self._item_id, more))

    def _keep_newest(self, kept_ms: float) -> None:
        samples = max(0, round(kept_ms * AUDIO_RATE_HZ / 1000))
        del self._kept[: max(0, len(self._kept) - 2 * samples)]

    def _give_up(self) -> None:
        if self._item_id:
            self._tell(Forget(self._item_id))
        self._item_id, self._passed_on = "", 0

    def _begin_anew(self) -> None:
        self._kept.clear()
        self._item_id, self._passed_on = "", 0
        if self._detector is not None and self._detector.is_speaking:
            self._watch(self._detector.settings)

    def _watch(self, settings: ServerVad | SemanticVad) -> None:
        self._detector = TurnDetector(settings, self._new_vad(), self.position_ms)
