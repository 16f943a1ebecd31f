"""What a voice service is told when it starts."""

from __future__ import annotations

from pathlib import Path

from pydantic import BaseModel, Field

from sovereign_desktop.config.sections.engines import SpeechToTextSettings, TextToSpeechSettings

EXIT_HUNG = 75
"""Exit status of a service that ended itself because an engine hung (EX_TEMPFAIL: start it again)."""


class VoiceConfig(BaseModel):
    """Crosses the pipe as the `configure` field of the first message; `keys` are by their names in the keyring."""

    stt: SpeechToTextSettings = SpeechToTextSettings()
    tts: TextToSpeechSettings = TextToSpeechSettings()
    keys: dict[str, str] = Field(default_factory=dict, repr=False)
    token: str = Field(default="", repr=False)
    port: int = Field(default=0, ge=0, le=65535)
    models_folder: Path
    log_level: str = "INFO"
    purse: str = ""
    """Why no money may be spent (`metrics.purse`), while none may."""
