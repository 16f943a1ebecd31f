"""A program that does nothing but remember what it was asked, and turns for it to tell of."""

from __future__ import annotations

from collections.abc import Sequence

from sovereign_desktop.config.schema import Settings
from sovereign_desktop.core.dialogue import Outcome, TurnState
from sovereign_desktop.core.events import EventBus, MicrophoneLevel, ReplySpoken, SpeechRecognised, TurnStateChanged
from sovereign_desktop.metrics.turns import Stage, TurnRecord, TurnTimings

QUESTION = "What time is it in Reykjavík, and will the rain stop before I have to cycle to the harbour?"
ANSWER = "It is twenty past nine. The rain should stop within the hour, so by ten you will stay dry."


class PlayedTranscripts:
    def __init__(self, turns: Sequence[TurnRecord] = ()) -> None:
        self.turns = list(turns)

    async def recent(self, limit: int) -> Sequence[TurnRecord]:
        return self.turns[-limit:]


class PlayedProgram:
    """Publishes what a test tells it to; `asked` is what came back."""

    def __init__(self, turns: Sequence[TurnRecord] = (), settings: Settings | None = None) -> None:
        self.bus = EventBus()
        self.settings = settings or Settings()
        self.transcripts = PlayedTranscripts(turns)
        self.asked: list[str] = []
        self.start_error: Exception | None = None

    def toggle(self) -> None:
        self.asked.append("toggle")

    def cancel(self) -> None:
        self.asked.append("cancel")

    def set_muted(self, muted: bool) -> None:
        self.asked.append(f"muted {muted}")

    def answer_pending(self) -> None:
        self.asked.append("answer pending")

    def discard_pending(self) -> None:
        self.asked.append("discard pending")

    def lift_limit(self, period: str) -> None:
        self.asked.append(f"lift {period}")

    def judge(self, turn_id: str, was_good: bool) -> bool:
        self.asked.append(f"judge {turn_id} {was_good}")
        return True

    async def start(self) -> None:
        self.asked.append("start")
        if self.start_error is not None:
            raise self.start_error

    async def stop(self) -> None:
        self.asked.append("stop")

    def goes(self, state: TurnState, turn_id: str = "1") -> None:
        self.bus.publish(TurnStateChanged(state, turn_id if state is not TurnState.IDLE else ""))

    def hears(self, text: str, turn_id: str = "1", *, is_final: bool = False) -> None:
        self.bus.publish(SpeechRecognised(turn_id, text, is_final))

    def says(self, text: str, turn_id: str = "1") -> None:
        self.bus.publish(ReplySpoken(turn_id, text))

    def sounds(self, *levels_dbfs: float) -> None:
        for level in levels_dbfs:
            self.bus.publish(MicrophoneLevel(level))


def turn(
    number: int = 1,
    transcript: str = QUESTION,
    reply: str = ANSWER,
    outcome: Outcome = Outcome.ANSWERED,
    error: str = "",
) -> TurnRecord:
    """A turn that was answered after 640 ms."""
    timings = TurnTimings()
    for stage, at in (
        (Stage.PRESSED, 5.0),
        (Stage.SPEECH_ENDED, 10.0),
        (Stage.UTTERANCE_ENDED, 10.12),
        (Stage.TRANSCRIBED, 10.21),
        (Stage.FIRST_TEXT, 10.38),
        (Stage.FIRST_SENTENCE, 10.55),
        (Stage.FIRST_AUDIO, 10.62),
        (Stage.FIRST_SOUND, 10.64),
    ):
        timings.mark(stage, at)
    return TurnRecord(
        turn_id=str(number),
        started_at=1_790_000_000 + 47.0 * number,
        outcome=outcome,
        transcript=transcript,
        reply=reply,
        backend="pipeline",
        mode="Local",
        timings=timings,
        engines={"stt": "faster-whisper", "llm": "llama3.2", "tts": "espeak-ng"},
        error=error,
    )
