"""The loudspeaker: a PortAudio stream that is open only while there is something to play.

A stream that keeps running holds a buffer of silence that an answer would queue behind, and costs processor time. One
that is open but stopped can't be trusted: when its device has gone meanwhile, starting it never returns (ALSA's
PulseAudio plug-in). Opening one takes 3 ms.
"""

from __future__ import annotations

import time
from collections import deque
from typing import Any

from sovereign_desktop.audio.mixer import Mixer
from sovereign_desktop.audio.portaudio import Choice, Direction, choose, library, or_die
from sovereign_desktop.audio.resampling import Floats, to_pcm
from sovereign_desktop.core.errors import NoLoudspeaker

BLOCK_MS = 10
LATENCY_S = 0.04
"""A stream that starts filled sounds at once, however large its buffer; a small one stumbles on a busy machine
(blocks of 5 ms in a buffer of 10 ms stretched a sentence by a tenth with two cores under load)."""
LONGEST_LATENCY_S = 1.0
FURTHEST_AHEAD_S = 1.5 * LATENCY_S
PLAYED_BLOCKS = 400

Played = tuple[Floats, float]
"""Samples, and the earliest monotonic second at which the first one may stand at the loudspeaker."""


class Loudspeaker:
    """An open loudspeaker. Everything but the callback happens on the audio thread."""

    def __init__(self, wanted: str, mixer: Mixer) -> None:
        """Open it for what the mixer renders. Raises NoLoudspeaker."""
        chosen = choose(Direction.OUTPUT, wanted)
        if chosen is None:
            raise NoLoudspeaker("There is no loudspeaker.", remedy="Plug one in.")
        self.device = chosen.name
        self.rate_hz = chosen.rate_hz
        self._mixer = mixer
        if mixer.rate_hz != chosen.rate_hz:
            mixer.change_rate(chosen.rate_hz)
        self.running = False
        self.last_block_at = 0.0
        self._played_until = 0.0
        self._channels = chosen.channels
        self._played: deque[Played] = deque(maxlen=PLAYED_BLOCKS)
        self._stream = self._open(chosen)

    def start(self) -> None:
        """Let sound out. Idempotent. Raises NoLoudspeaker."""
        if self.running:
            return
        portaudio = library()
        self.last_block_at = time.monotonic()
        try:
            with or_die():
                self._stream.start()
        except portaudio.PortAudioError as error:
            raise NoLoudspeaker("The loudspeaker can't be started.") from error
        self.running = True

    def has_failed(self, since: float) -> bool:
        """Whether it should take sound and does not: its stream has ended, or took no block since then."""
        return self.running and (self.last_block_at < since or not self._stream.active)

    def close(self) -> None:
        """Give the device back."""
        with or_die():
            self._stream.abort(ignore_errors=True)
            self._stream.close(ignore_errors=True)

    def take_played(self) -> list[Played]:
        """What was handed to the device since the last call."""
        taken = []
        while self._played:
            taken.append(self._played.popleft())
        return taken

    def _open(self, chosen: Choice) -> Any:
        portaudio = library()
        try:
            return portaudio.RawOutputStream(
                samplerate=chosen.rate_hz,
                blocksize=chosen.rate_hz * BLOCK_MS // 1000,
                device=chosen.index,
                channels=chosen.channels,
                dtype="int16",
                latency=LATENCY_S,
                callback=self._on_block,
                prime_output_buffers_using_stream_callback=True,
            )
        except portaudio.PortAudioError as error:
            raise NoLoudspeaker("The loudspeaker can't be opened.") from error

    def _on_block(self, out: Any, frames: int, timing: Any, _status: Any) -> None:
        now = time.monotonic()
        ahead_s = timing.outputBufferDacTime - timing.currentTime
        if not 0 <= ahead_s < LONGEST_LATENCY_S:  # some hosts don't know
            ahead_s = float(self._stream.latency)
        self.last_block_at = now
        samples = self._mixer.render(frames, now + ahead_s)
        self._played.append((self._mixer.spoken, now + ahead_s))
        mono = to_pcm(samples)
        out[:] = mono if self._channels == 1 else _spread(mono, self._channels)


def _spread(mono: bytes, channels: int) -> bytes:
    return b"".join(mono[i : i + 2] * channels for i in range(0, len(mono), 2))
