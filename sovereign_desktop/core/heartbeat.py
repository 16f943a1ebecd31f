"""Whether the other end of a pipe is still alive: it answers every beat that it is sent, however busy it is.

A process that was suspended, or whose interpreter is stuck, keeps its pipes and sockets open; nothing else tells.
"""

from __future__ import annotations

from dataclasses import dataclass

from sovereign_desktop.core.framing import PipeMessage

BEAT = PipeMessage({"heartbeat": True})


def is_beat(message: PipeMessage) -> bool:
    """Whether a message is a beat, or the answer to one, and nobody else's business."""
    return "heartbeat" in message.header


@dataclass(slots=True)
class Heartbeat:
    """Counts beats without an answer. Beats, not seconds: a computer that slept has missed none.

    A child that has not spoken yet is still loading, and is not judged.
    """

    interval_s: float = 1.5
    most_missed: int = 4
    _missed: int = -1

    def heard(self) -> None:
        """The other end has said something, no matter what."""
        self._missed = 0

    def beat(self) -> bool:
        """Count the beat that is sent now; False when too many before it had no answer."""
        if self._missed >= 0:
            self._missed += 1
        return self._missed <= self.most_missed
