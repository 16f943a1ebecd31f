"""Sets of settings for a kind of computer or network, to choose from when migrating."""

from __future__ import annotations

from sovereign_desktop.core.errors import SovereignError
from sovereign_desktop.migration import targets
from sovereign_desktop.migration.fates import Change

_TABLE: dict[str, tuple[tuple[str, object], ...]] = {
    "balanced": (),
    "low_latency": (
        ("performance.targets.latency_ms", 250),
        ("performance.fallback.latency_threshold_ms", 400),
        ("smart_context.token_budget", 24000),
        ("smart_context.cache.ttl_seconds", 600),
    ),
    "slow_network": (
        ("realtime_api.timeout_s", 45),
        ("realtime_api.max_retries", 5),
        ("smart_context.token_budget", 24000),
        ("smart_context.cache.ttl_seconds", 600),
    ),
    "low_resources": (
        ("stt.faster_whisper.model", "tiny.en"),
        ("audio.processing.noise_reduction", False),
        ("smart_context.token_budget", 8000),
        ("smart_context.cache.ttl_seconds", 600),
        ("monitoring.export.prometheus.enabled", False),
    ),
}
"""`balanced` is the program as it comes; the numbers of the next two are those of the migration guide."""

NAMES = tuple(_TABLE)


def changes_of(name: str) -> tuple[Change, ...]:
    """What the preset sets, as far as this version has it. Raises SovereignError for a name that is none."""
    if name not in _TABLE:
        raise SovereignError(f"There is no preset {name[:50]}.", remedy=f"Choose one of {', '.join(NAMES)}.")
    return tuple(Change(key, value) for key, value in _TABLE[name] if targets.exists(key))
