"""Processes that speak into a journal until they are killed: `python journal_writer.py`, a folder a line on stdin.

Each line makes a child by fork, so that thirty of them cost no thirty imports. For each, its process id is printed,
then the number and the monotonic second of every frame that it has handed over.
"""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

from sovereign_desktop.audio.port import Captured
from sovereign_desktop.conversation.journal import Journal
from sovereign_desktop.core.audio import AudioFrame

KEY = b"k" * 32
PACE_S = 0.002


def frame(number: int) -> AudioFrame:
    """20 ms that tell which they are."""
    return AudioFrame(number.to_bytes(4, "little") * 240, 24_000)


def speak(folder: Path) -> None:
    journal = Journal(folder, lambda: KEY)
    number = 0
    while True:
        journal.on_audio(Captured("turn", frame(number), 0.9, -20.0))
        print(number, time.monotonic(), flush=True)
        number += 1
        time.sleep(PACE_S)


if __name__ == "__main__":
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    AESGCM(KEY)
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            speak(Path(line.strip()))
        print("child", child, flush=True)
        os.waitpid(child, 0)
        print("gone", flush=True)
