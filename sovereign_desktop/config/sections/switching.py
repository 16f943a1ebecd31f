"""When the Realtime API is left for what stands behind it: too slow, too many errors, too dear."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from sovereign_desktop.config.sections.section import AmountOrNone, Section


class LatencyTargets(Section):
    latency_ms: Annotated[float, Field(gt=0)] = 300.0
    """What our connection may add to an answer; nothing that stays below is called slow."""
    voice_to_voice_ms: Annotated[float, Field(gt=0)] = 1500.0
    """Within this after the end of your speech an answer should begin: a line in the latency window, no reason to
    switch."""


class FallbackLimits(Section):
    """When the Realtime API is left for what stands behind it."""

    latency_threshold_ms: Annotated[float, Field(gt=0)] = 500.0
    """Our connection adds more than this, in the middle of the latest turns."""
    voice_to_voice_limit_ms: AmountOrNone = None
    """Answers take longer than this to begin, model included; `none`: however long."""
    error_rate_threshold: Annotated[float, Field(ge=0, le=1)] = 0.1
    """More than this part of the latest turns failed."""
    connection_failures: Annotated[int, Field(ge=1, le=100)] = 3
    """So many failed one after another."""


class Performance(Section):
    targets: LatencyTargets = LatencyTargets()
    fallback: FallbackLimits = FallbackLimits()


class SwitchingEvaluation(Section):
    window_seconds: Annotated[float, Field(gt=0)] = 60.0
    """Which turns are the latest ones."""
    min_samples: Annotated[int, Field(ge=1)] = 10
    """Fewer of them prove nothing."""


class SwitchingConditions(Section):
    latency_degradation: Annotated[float, Field(gt=0)] = 0.5
    """So much slower than before, as a part of it, is a reason to switch."""
    error_rate_increase: Annotated[float, Field(gt=0, le=1)] = 0.1
    """So much more often failing than before is a reason to switch."""


class ModeSwitching(Section):
    enabled: bool = True
    """Leave a Realtime API that is slow or fails; without it, it is asked first at every turn."""
    evaluation: SwitchingEvaluation = SwitchingEvaluation()
    conditions: SwitchingConditions = SwitchingConditions()
    cool_down_seconds: Annotated[float, Field(ge=1)] = 30.0
    """How long it is left alone before it is tried again."""
    trial_turns: Annotated[int, Field(ge=1, le=20)] = 2
    """So many answers in a row bring it back."""
    announce_aloud: bool = False
    """Say aloud, too, when this computer answers instead and when the Realtime API is back."""


class Spend(Section):
    """A spoken turn with the Realtime API costs two or three cents. At a limit this computer answers instead."""

    warn_day_usd: AmountOrNone = None
    """Say so when more was spent in a day. `none`: never; the month's warning is enough for most."""
    cap_day_usd: AmountOrNone = 5.0
    """Spend no more in a day, or `none`. About 200 turns: only a forgotten hands-free microphone gets there."""
    warn_month_usd: AmountOrNone = 5.0
    """Say so when more was spent in a month, or `none`."""
    cap_month_usd: AmountOrNone = 20.0
    """Spend no more in a month, or `none`."""
