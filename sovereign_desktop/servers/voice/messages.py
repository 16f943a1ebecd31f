"""What clients may send, checked once at the edge."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, Field, TypeAdapter

from sovereign_desktop.engines.base import SpeakingStyle
from sovereign_desktop.engines.voice_protocol import MAX_TEXT_CHARACTERS

Phrase = Annotated[str, Field(max_length=1000)]


class Start(BaseModel):
    type: Literal["start"]
    id: str = ""
    sample_rate_hz: int = Field(ge=8_000, le=192_000)
    phrases: list[Phrase] = Field(default=[], max_length=1000)


class End(BaseModel):
    type: Literal["end"]
    id: str = ""


class Cancel(BaseModel):
    type: Literal["cancel"]
    id: str = ""


class SpeechRequest(BaseModel):
    """Also the body of `POST /synthesize`."""

    text: str = Field(max_length=MAX_TEXT_CHARACTERS)
    voice: str = Field(default="", max_length=200)
    speed: float = Field(default=1.0, ge=0.5, le=2.0)

    @property
    def style(self) -> SpeakingStyle:
        return SpeakingStyle(self.voice, self.speed)


class Speak(SpeechRequest):
    type: Literal["speak"]
    id: str = ""


class ListVoices(BaseModel):
    type: Literal["voices"]
    id: str = ""


TO_TRANSCRIBE: TypeAdapter[Start | End | Cancel] = TypeAdapter(
    Annotated[Start | End | Cancel, Field(discriminator="type")]
)
TO_SYNTHESIZE: TypeAdapter[Speak | ListVoices | Cancel] = TypeAdapter(
    Annotated[Speak | ListVoices | Cancel, Field(discriminator="type")]
)
