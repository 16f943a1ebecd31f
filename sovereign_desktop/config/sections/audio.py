"""Microphone, loudspeaker, and when an utterance ends."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from sovereign_desktop.config.sections.section import Section


class AudioProcessing(Section):
    echo_cancellation: bool = True
    noise_reduction: bool = True
    auto_gain_control: bool = True


class Endpointing(Section):
    speech_threshold: Annotated[float, Field(gt=0, lt=1)] = 0.5
    """How likely sound must be speech to count as it."""
    min_speech_ms: Annotated[int, Field(ge=32, le=2000)] = 96
    """Shorter sounds, such as a cough or a click, do not open a turn."""
    silence_ms: Annotated[int, Field(ge=100, le=5000)] = 700
    """Silence that ends an utterance hands-free."""
    tap_silence_ms: Annotated[int, Field(ge=200, le=10000)] = 1500
    """Silence that ends an utterance begun with a tap."""
    patient_silence_ms: Annotated[int, Field(ge=1000, le=30000)] = 9000
    """Silence that ends an utterance whose end the Realtime API is to find, in case that it does not."""


class Audio(Section):
    input_device: str = ""
    """The device that listens, by name; empty: the system's choice."""
    output_device: str = ""
    """The device that speaks, by name; empty: the system's choice."""
    volume: Annotated[float, Field(ge=0, le=1)] = 1.0
    earcons: bool = True
    """Short sounds when listening starts, stops or fails."""
    pre_roll_ms: Annotated[int, Field(ge=0, le=1000)] = 300
    """How much from before the press is kept while the microphone is open."""
    keep_open_s: Annotated[float, Field(ge=0, le=600)] = 30.0
    """How long the microphone stays open after a turn."""
    always_open: bool = False
    """Never close the microphone. The system shows it as in use."""
    max_utterance_s: Annotated[float, Field(ge=5, le=1800)] = 300.0
    """A question that is longer is ended and answered."""
    processing: AudioProcessing = AudioProcessing()
    endpointing: Endpointing = Endpointing()
