"""What a model is told beside the question, how much of it, and whose plugins may add to it."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from sovereign_desktop.config.sections.section import Section

Tokens = Annotated[int, Field(ge=0, le=1_000_000)]


class Priorities(Section):
    """Tokens for each part. What one does not use goes to the others, in this order."""

    system: Tokens = 2_000
    """Instructions, the time, and what this computer is."""
    memory: Tokens = 4_000
    """What was said in earlier conversations."""
    screen: Tokens = 2_000
    """What is on the screen."""
    conversation: Tokens = 24_000
    """What was said in this conversation."""


class Relevance(Section):
    enabled: bool = True
    """Leave out what has too little to do with the question."""
    threshold: Annotated[float, Field(ge=0, le=1)] = 0.6
    """How much something must have to do with the question, 0 to 1, to be worth telling."""


class ContextCache(Section):
    enabled: bool = True
    """Use again what a source has said, as long as nothing has changed there."""
    ttl_seconds: Annotated[float, Field(ge=0, le=86_400)] = 300.0
    """Ask again after this time, changed or not."""
    max_size: Annotated[int, Field(ge=1, le=10_000)] = 100
    """So many answers are kept."""


class SmartContext(Section):
    token_budget: Annotated[int, Field(ge=1_000, le=1_000_000)] = 32_000
    """The most tokens that one question may take along, with everything that is told beside it."""
    priorities: Priorities = Priorities()
    relevance: Relevance = Relevance()
    cache: ContextCache = ContextCache()
    deadline_s: Annotated[float, Field(ge=0.05, le=30)] = 2.0
    """A source that has not answered so long after it was asked is left out of the turn."""
    grace_ms: Annotated[int, Field(ge=0, le=2_000)] = 150
    """How long a source may still search once your words are known; what you ask about by name has the whole time."""
    plugins: str = ""
    """Plugins that may add to what a model is told, by name, with commas between. No other is loaded."""

    @property
    def plugin_names(self) -> tuple[str, ...]:
        """The names, each once."""
        return tuple(dict.fromkeys(filter(None, (name.strip() for name in self.plugins.split(",")))))
