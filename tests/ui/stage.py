"""A program that does nothing but remember what it was asked, and turns for it to tell of."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from sovereign_desktop.app.key_desk import KeyEntry, KeyRing
from sovereign_desktop.app.memory_desk import MemoryDesk
from sovereign_desktop.audio.port import AudioDevice
from sovereign_desktop.config.dotted import put
from sovereign_desktop.config.paths import find_paths
from sovereign_desktop.config.schema import Settings
from sovereign_desktop.config.sections.ui import Language, Ui
from sovereign_desktop.config.validation import default_of
from sovereign_desktop.conversation.transcripts import TranscriptStore
from sovereign_desktop.core.dialogue import Outcome, TurnState
from sovereign_desktop.core.errors import SovereignError
from sovereign_desktop.core.events import EventBus, MicrophoneLevel, ReplySpoken, SpeechRecognised, TurnStateChanged
from sovereign_desktop.metrics.turns import Stage, TurnRecord, TurnTimings
from sovereign_desktop.orchestrator.learned import Learned

QUESTION = "What time is it in Reykjavík, and will the rain stop before I have to cycle to the harbour?"
ANSWER = "It is twenty past nine. The rain should stop within the hour, so by ten you will stay dry."


class PlayedPast:
    def __init__(self, turns: Sequence[TurnRecord] = ()) -> None:
        self.turns = list(turns)
        self.refusal: SovereignError | None = None

    async def recent(self, limit: int) -> Sequence[TurnRecord]:
        return self.turns if limit < 0 else self.turns[-limit:]

    async def search(self, words: str, limit: int) -> Sequence[TurnRecord]:
        if self.refusal is not None:
            raise self.refusal
        return [turn for turn in self.turns if words in turn.transcript][-limit:]

    async def forget(self, turns: Sequence[TurnRecord]) -> None:
        if self.refusal is not None:
            raise self.refusal
        self.turns = [turn for turn in self.turns if turn not in turns]


MICROPHONE = AudioDevice("USB microphone", "USB microphone", 1, 0, 48_000, is_default_input=True)
SPEAKERS = AudioDevice("Built-in speakers", "Built-in speakers", 0, 2, 48_000, is_default_output=True)
HEADSET = AudioDevice("Headset", "Headset", 1, 2, 48_000)


class PlayedDevices:
    """What the system has; `plug` changes it."""

    def __init__(self) -> None:
        self.all: tuple[AudioDevice, ...] = (MICROPHONE, SPEAKERS)
        self._told: Callable[[tuple[AudioDevice, ...]], None] = lambda _devices: None

    async def watch(self, on_change: Callable[[tuple[AudioDevice, ...]], None]) -> None:
        self._told = on_change
        on_change(self.all)

    def plug(self, *devices: AudioDevice) -> None:
        self.all = devices
        self._told(devices)


class PlayedNewcomer:
    def __init__(self) -> None:
        self.is_here = False
        self.has_old_version = False

    def offered(self) -> None:
        self.has_old_version = False

    def welcomed(self) -> None:
        self.is_here = False


class PlayedProgram:
    """Publishes what a test tells it to; `asked` is what came back."""

    def __init__(self, turns: Sequence[TurnRecord] = (), settings: Settings | None = None) -> None:
        self.bus = EventBus()
        self.settings = settings or Settings(ui=Ui(language=Language.ENGLISH))
        self.past = PlayedPast(turns)
        self.asked: list[str] = []
        self.start_error: Exception | None = None
        self.refusal: SovereignError | None = None
        self.keys = {"openai": "the keyring"}
        self.pings_ms: list[float] = []
        self.newcomer = PlayedNewcomer()
        self.fixed: dict[str, str] = {}
        """Settings that a variable holds, with its name."""
        self.spent = (0.0, 0.0)
        self.memory = MemoryDesk(None, TranscriptStore(Path("nowhere.sqlite")), find_paths())
        self.learned = Learned()

    async def try_key(self, key: str) -> None:
        self.asked.append(f"try key, {len(key)} characters")
        if self.refusal is not None:
            raise self.refusal

    async def try_server(self, base_url: str, model: str) -> str:
        self.asked.append(f"try {model} at {base_url}")
        if self.refusal is not None:
            raise self.refusal
        return "Hello there."

    @property
    def desk(self) -> PlayedProgram:
        return self

    def fixed_by(self, key: str) -> str:
        return self.fixed.get(key, "")

    def spent_usd(self) -> tuple[float, float]:
        return self.spent

    async def change_settings(self, changes: Mapping[str, object]) -> None:
        self.asked.append(f"change {dict(changes)}")
        if self.refusal is not None:
            raise self.refusal
        tree = self.settings.model_dump(mode="json")
        for key, value in changes.items():
            put(tree, key, default_of(key) if value is None else value)
        self.settings = Settings.model_validate(tree)

    async def read_settings_again(self) -> None:
        self.asked.append("read again")

    def begin_anew(self) -> None:
        self.asked.append("begin anew")

    async def look_at_keys(self) -> KeyRing:
        names = sorted({*self.keys, "openai"})
        return KeyRing(tuple(KeyEntry(name, self.keys.get(name, "")) for name in names))

    async def set_key(self, name: str, value: str) -> bool:
        self.asked.append(f"set key {name}, {len(value)} characters")
        if self.refusal is not None:
            raise self.refusal
        self.keys[name] = "the keyring"
        return True

    async def delete_key(self, name: str) -> bool:
        self.asked.append(f"delete key {name}")
        return self.keys.pop(name, None) is not None

    def ask(self, text: str) -> None:
        self.asked.append(f"ask {text}")

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

    def retry(self, turn_id: str) -> None:
        self.asked.append(f"retry {turn_id}")

    def lift_limit(self, period: str) -> None:
        self.asked.append(f"lift {period}")

    def get_update(self) -> None:
        self.asked.append("get update")

    def set_screen_awareness(self, on: bool) -> str:
        self.asked.append(f"screen {on}")
        return ""

    def judge(self, turn_id: str, was_good: bool) -> bool:
        self.asked.append(f"judge {turn_id} {was_good}")
        return True

    @property
    def models(self) -> PlayedProgram:
        return self

    async def use(self, on: bool) -> None:
        self.asked.append(f"use models {on}")
        await self.change_settings({"orchestrator.enabled": on})

    async def look(self) -> Learned:
        return self.learned

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


def waited_for(count: int = 40) -> list[TurnRecord]:
    """Turns that took differently long: by the cloud, then locally for a while, then by the cloud again."""
    made = []
    for number in range(count):
        is_local = count // 3 <= number < count // 2
        spread = 1 + (number * 37 % 17) / 24
        steps = (0.12, 0.09, 0.17, 0.17, 0.07, 0.02) if is_local else (0.2, 0.0, 0.0, 0.0, 0.31, 0.02)
        timings, at = TurnTimings(), 10.0
        timings.mark(Stage.SPEECH_ENDED, at)
        stages = (
            Stage.UTTERANCE_ENDED,
            Stage.TRANSCRIBED,
            Stage.FIRST_TEXT,
            Stage.FIRST_SENTENCE,
            Stage.FIRST_AUDIO,
            Stage.FIRST_SOUND,
        )
        for stage, step in zip(stages, steps, strict=True):
            at += step * spread
            if step:
                timings.mark(stage, at)
        backend = "pipeline" if is_local else "realtime"
        made.append(replace(turn(number), timings=timings, backend=backend))
    return made
