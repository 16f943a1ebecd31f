"""When the Realtime API is left for what stands behind it, and what the user is told about it."""

from __future__ import annotations

from collections.abc import Callable

from sovereign_desktop.config.schema import Settings
from sovereign_desktop.conversation.modes import Limits, Standing, Way
from sovereign_desktop.core.events import EventBus, Notice, NoticeCleared, Severity, WayChanged

MATTER = "way"
BACK = "The Realtime API answers again."


def limits_of(settings: Settings) -> Limits | None:
    """The settings' numbers; None when they say that nothing switches by itself."""
    switching, performance = settings.mode_switching, settings.performance
    if not switching.enabled:
        return None
    return Limits(
        target_ms=performance.targets.latency_ms,
        latency_threshold_ms=performance.fallback.latency_threshold_ms,
        voice_to_voice_limit_ms=performance.fallback.voice_to_voice_limit_ms,
        error_rate_threshold=performance.fallback.error_rate_threshold,
        connection_failures=performance.fallback.connection_failures,
        latency_degradation=switching.conditions.latency_degradation,
        error_rate_increase=switching.conditions.error_rate_increase,
        window_s=switching.evaluation.window_seconds,
        min_samples=switching.evaluation.min_samples,
        cool_down_s=switching.cool_down_seconds,
        trial_turns=switching.trial_turns,
    )


class SwitchNotices:
    """Says once why this computer answers, and once that the Realtime API does again.

    `remedy` says what the user can do, while only they can.
    """

    def __init__(self, bus: EventBus, remedy: Callable[[], str] = lambda: "") -> None:
        self._bus = bus
        self._remedy = remedy
        self._told = ""

    def switched(self, standing: Standing) -> None:
        """The line of backends has another standing."""
        self._bus.publish(WayChanged(standing.way.value, standing.reason, self._tell(standing)))

    def _tell(self, standing: Standing) -> str:
        """Publish what is news, and return its text."""
        if standing.way is Way.FALLBACK and standing.reason != self._told:
            self._told = standing.reason
            text = f"This computer answers, without the Realtime API: {standing.reason}."
            remedy = self._remedy()
            self._bus.publish(Notice(MATTER, text, Severity.WARNING if remedy else Severity.INFO, remedy))
            return text
        if standing.way is Way.PRIMARY and self._told:
            self._told = ""
            self._bus.publish(NoticeCleared(MATTER))
            self._bus.publish(Notice(MATTER, BACK))
            return BACK
        return ""


def as_clause(sentence: str) -> str:
    """A sentence as the end of another: `The key was refused.` becomes `the key was refused`."""
    return sentence[:1].lower() + sentence[1:].rstrip(".")
