"""The speech model of the settings: whether it is here, and fetching it for somebody who watches."""

from __future__ import annotations

from collections.abc import Callable

from sovereign_desktop.config.paths import find_paths
from sovereign_desktop.config.schema import Settings
from sovereign_desktop.engines.model_download import Progress, download_model
from sovereign_desktop.engines.models import SPEECH_MODEL, installed_model

SIZES_MB = {"tiny.en": 75, "base.en": 145, "small.en": 480}
"""About what there is to fetch, for those that are offered."""


def is_here(settings: Settings) -> bool:
    """Whether the model of these settings is installed. Looks at the disk, in less than a millisecond."""
    return installed_model(settings.stt.faster_whisper.model, find_paths().models, SPEECH_MODEL) is not None


async def fetch(name: str, on_progress: Callable[[Progress], None]) -> None:
    """Download it; cancelled, it goes on from there the next time. Raises SovereignError."""
    folder = find_paths().models
    if installed_model(name, folder, SPEECH_MODEL) is None:
        await download_model(name, folder, on_progress)
