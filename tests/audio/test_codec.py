"""Everything that crosses the pipe arrives as it was."""

from __future__ import annotations

import io
from typing import Any

import pytest

from sovereign_desktop.audio import commands as c
from sovereign_desktop.audio import port as p
from sovereign_desktop.audio.codec import TABLE, decode, encode
from sovereign_desktop.core.audio import AudioFrame, EndReason, UtteranceEnd
from sovereign_desktop.core.framing import PipeMessage, read_message

FRAME = AudioFrame(b"\x01\x02\x03\x04", 24_000, 12.5)
EXAMPLES: list[Any] = [
    c.Configure({"volume": 0.5, "processing": {"echo_cancellation": True}}, unsuppressed=True),
    c.Listen("a", p.ListenStyle.TAP, 1.5),
    c.StopListening("a", 2.5),
    c.CancelListening("a"),
    c.ArmHandsFree(True),
    c.Mute(False),
    c.Play("b", FRAME),
    c.Finish("b"),
    c.Flush(),
    c.PlayEarcon(p.Earcon.SEAM),
    c.SetVolume(0.25),
    p.MicrophoneOpened("Ü", 48_000, 21.5),
    p.MicrophoneClosed(),
    p.MicrophoneLost("m", "It is gone.", "Plug it in."),
    p.MicrophoneZeros("m"),
    p.MicrophoneSounds("m"),
    p.LoudspeakerLost("l", "gone"),
    p.LoudspeakerReturned("l"),
    p.Captured("a", AudioFrame(b"\x00\x01", 24_000, 1.5, b"\x02\x03"), 0.5, -30.0),
    p.SpeechStarted(3.5),
    p.UtteranceEnded("a", UtteranceEnd(EndReason.ENDPOINT, 4.5, 960.0)),
    p.PlaybackStarted("b", 5.5),
    p.PlaybackProgress("b", 80.0),
    p.PlaybackEnded("b", 90.0, completed=True),
    p.AudioRestarted("was killed"),
]


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda each: type(each).__name__)
def test_what_crosses_the_pipe_arrives_as_it_was(example: Any) -> None:
    message = read_message(io.BytesIO(encode(example).encode()))
    assert message is not None
    assert decode(message) == example


def test_every_type_of_the_table_is_tried() -> None:
    assert {type(example).__name__ for example in EXAMPLES} == set(TABLE)


def test_the_samples_travel_outside_the_json() -> None:
    assert encode(c.Play("b", FRAME)).payload == FRAME.pcm


def test_an_unknown_message_is_refused() -> None:
    with pytest.raises(ValueError, match="no such message"):
        decode(PipeMessage({"type": "Dance"}))
