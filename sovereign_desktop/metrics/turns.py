"""The record of a turn: what was said, by what it was answered, and when each stage was reached."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from sovereign_desktop.core.dialogue import Outcome


class Stage(StrEnum):
    """Moments of a turn, in the order in which they usually come."""

    PRESSED = "pressed"
    MICROPHONE_OPEN = "microphone_open"
    SPEECH_ENDED = "speech_ended"
    UTTERANCE_ENDED = "utterance_ended"
    TRANSCRIBED = "transcribed"
    FIRST_TEXT = "first_text"
    FIRST_SENTENCE = "first_sentence"
    FIRST_AUDIO = "first_audio"
    FIRST_SOUND = "first_sound"
    FINISHED = "finished"


@dataclass(slots=True)
class TurnTimings:
    """When each stage was reached, as `time.monotonic()` seconds. The first mark of a stage counts."""

    at: dict[Stage, float] = field(default_factory=dict)

    def mark(self, stage: Stage, now: float) -> None:
        self.at.setdefault(stage, now)

    def between_ms(self, first: Stage, last: Stage) -> float | None:
        """Milliseconds from one stage to another, or None when either was not reached."""
        if first not in self.at or last not in self.at:
            return None
        return 1000 * (self.at[last] - self.at[first])

    @property
    def voice_to_voice_ms(self) -> float | None:
        """From the end of speech at the microphone to sound at the loudspeaker: the number that is shown."""
        return self.between_ms(Stage.SPEECH_ENDED, Stage.FIRST_SOUND)

    def stages_ms(self) -> dict[str, float]:
        """The time between each reached stage and the one reached before it, from the end of speech on."""
        reached = [stage for stage in Stage if stage in self.at]
        if Stage.SPEECH_ENDED in reached:
            reached = reached[reached.index(Stage.SPEECH_ENDED) :]
        return {f"{last.value}": 1000 * (self.at[last] - self.at[first]) for first, last in itertools.pairwise(reached)}


@dataclass(frozen=True, slots=True)
class TurnRecord:
    """All there is to know of a turn once it is over. `started_at` is Unix time."""

    turn_id: str
    started_at: float
    outcome: Outcome
    transcript: str
    reply: str
    backend: str
    mode: str
    timings: TurnTimings
    engines: Mapping[str, str] = field(default_factory=dict)
    input_tokens: int = 0
    output_tokens: int = 0
    cost_usd: float = 0.0
    error: str = ""
    note: str = ""
    """What else is worth knowing of it, in sentences: a connection that was lost and is back."""
    context: bytes = field(default=b"", repr=False)
    """What its model was told and was sent (`context.manifest.unpacked`)."""

    @property
    def is_worth_keeping(self) -> bool:
        """False for a turn that was given up before a word of it was known: its record would say nothing."""
        given_up = self.outcome in (Outcome.CANCELLED, Outcome.INTERRUPTED)
        return bool(self.transcript or self.reply) or not given_up
