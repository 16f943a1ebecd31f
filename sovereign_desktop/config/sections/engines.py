"""Speech recognition, language model and voice, and the service that holds them."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from sovereign_desktop.config.sections.section import Section


class FasterWhisper(Section):
    model: str = "base.en"
    """A size such as `tiny.en`, `base.en`, `small`, or the path of a converted model's folder."""
    device: str = "auto"
    compute_type: str = "int8"


class OpenAICompatible(Section):
    base_url: str = ""
    """The server's address up to and including `/v1`. Empty: not used."""
    model: str = ""
    key: str = "openai"
    """The name of the key in the system's keyring; servers on this computer usually need none."""
    timeout_s: Annotated[float, Field(gt=0, le=600)] = 20.0
    """Longest wait for the next piece of an answer."""


class SpeechToTextSettings(Section):
    provider: str = "auto"
    """`auto` takes the best that is available: openai_compatible, faster_whisper, pocketsphinx."""
    language: str = "en"
    faster_whisper: FasterWhisper = FasterWhisper()
    openai_compatible: OpenAICompatible = OpenAICompatible()


class LanguageModelSettings(OpenAICompatible):
    provider: str = "auto"
    """`auto` uses the server at `base_url`; `none` answers with skills only; `orchestrator` uses its models."""
    max_tokens: Annotated[int, Field(ge=16, le=32768)] = 512
    temperature: Annotated[float, Field(ge=0, le=2)] = 0.7
    stall_s: Annotated[float, Field(gt=0, le=600)] = 6.0
    """Longest silence in the middle of an answer; then it counts as broken off. `timeout_s` is for its beginning."""


class TextToSpeechSettings(Section):
    provider: str = "auto"
    """`auto` takes the best that is available: openai_compatible, pyttsx3."""
    voice: str = ""
    """A voice's id as `doctor` lists it; empty: the engine's default."""
    speed: Annotated[float, Field(ge=0.5, le=2.0)] = 1.0
    openai_compatible: OpenAICompatible = OpenAICompatible()


class VoiceService(Section):
    python: str = ""
    """Another interpreter (3.11 or newer) to run the speech engines with; empty: this one."""
    url: str = ""
    """A voice service on another machine, such as `https://host:port`; empty: one is started here."""
    key: str = "voice_service"
    """The name of the remote service's token in the keyring."""
    ca_file: str = ""
    """A certificate authority to trust for `url`, in PEM."""
    port: Annotated[int, Field(ge=0, le=65535)] = 0
    """Port on loopback for the service started here; 0: any free one."""
