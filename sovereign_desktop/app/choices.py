"""What the user chose until the program ends: it outlives a start with new settings."""

from __future__ import annotations

from dataclasses import dataclass

from sovereign_desktop.config.schema import Settings
from sovereign_desktop.config.sections.app import Mode


@dataclass(frozen=True, slots=True)
class Choices:
    """Made in the menu, by key or by voice; none of them stands in the settings file."""

    mode: Mode
    muted: bool
    volume: float
    screen: bool
    """Whether the program may look, paused or not."""
    screen_paused: bool

    def over(self, settings: Settings, before: Settings) -> Settings:
        """The settings with these choices in them. Where a setting itself is not what it was `before`, it wins."""
        app, audio, screen = settings.app, settings.audio, settings.screen_context
        if app.mode is before.app.mode:
            app = app.model_copy(update={"mode": self.mode})
        if audio.volume == before.audio.volume:
            audio = audio.model_copy(update={"volume": self.volume})
        if screen.enabled == before.screen_context.enabled:
            screen = screen.model_copy(update={"enabled": self.screen})
        return settings.model_copy(update={"app": app, "audio": audio, "screen_context": screen})
