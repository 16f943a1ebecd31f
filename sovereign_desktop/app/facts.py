"""What the program can truthfully say of itself: to a skill that is asked, to a person who reads `doctor`."""

from __future__ import annotations

from dataclasses import dataclass

from sovereign_desktop.config.sections.app import Mode
from sovereign_desktop.conversation.skills.base import EngineFact, Missing, ProgramFacts

MODE_NAMES = {Mode.HYBRID: "Automatic", Mode.REALTIME: "Cloud", Mode.TRADITIONAL: "Local"}
"""The modes as the windows call them."""

NO_LANGUAGE_MODEL = Missing(
    "language model",
    "Add one in the settings: the address of a local server such as Ollama, or a key for OpenAI.",
)


@dataclass(frozen=True, slots=True)
class EnginesInUse:
    """Which engine was chosen for what, and why; empty names where there is none."""

    realtime: EngineFact | None = None
    stt: EngineFact | None = None
    llm: EngineFact | None = None
    tts: EngineFact | None = None

    @property
    def all(self) -> tuple[EngineFact, ...]:
        return tuple(fact for fact in (self.realtime, self.stt, self.llm, self.tts) if fact is not None)


def program_facts(mode: Mode, hotkey: str, engines: EnginesInUse) -> ProgramFacts:
    """The facts as skills say them."""
    missing = () if engines.llm or engines.realtime else (NO_LANGUAGE_MODEL,)
    return ProgramFacts(mode=MODE_NAMES[mode], engines=engines.all, hotkey=hotkey, missing=missing)
