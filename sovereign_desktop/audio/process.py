"""The audio process: `python -m sovereign_desktop.audio.process`. Commands on stdin, events on stdout, logs on stderr.

The main thread reads commands, the audio thread (`engine.py`) does the work. It ends when its stdin does.
"""

from __future__ import annotations

import contextlib
import logging
import os
import sys
from threading import Thread

from sovereign_desktop.audio.codec import decode, encode
from sovereign_desktop.audio.commands import Command, Configure
from sovereign_desktop.audio.port import AudioEvent
from sovereign_desktop.config.sections.audio import Audio
from sovereign_desktop.core.log_lines import JsonLines
from sovereign_desktop.core.parent_pipe import ParentPipe, die_with_parent

EXIT_FAILED = 70


def main() -> None:
    """Serve the program that started this process until it closes the pipe."""
    log = logging.StreamHandler(sys.stderr)
    log.setFormatter(JsonLines())
    logging.basicConfig(level=logging.INFO, handlers=[log])
    die_with_parent()
    with ParentPipe.take_over() as parent:
        serve(parent)


def serve(parent: ParentPipe) -> None:
    """Carry out the parent's commands; the first one is `Configure`."""
    first = next(iter(parent), None)
    if first is None:
        return
    configure = decode(first)
    if not isinstance(configure, Configure):
        raise TypeError("the first command must be Configure")

    def emit(event: AudioEvent) -> None:
        with contextlib.suppress(BrokenPipeError):  # the parent is gone; stdin will tell
            parent.send(encode(event))

    from sovereign_desktop.audio.engine import Engine  # numpy, onnxruntime, livekit: 300 ms

    engine = Engine(Audio.model_validate(configure.settings), emit, unsuppressed=configure.unsuppressed)
    thread = Thread(target=_run, args=(engine.run,), name="audio")
    thread.start()
    for message in parent:
        command = decode(message)
        assert isinstance(command, Command)
        engine.do(command)
    engine.end()
    thread.join()


def _run(work: object) -> None:
    """Run the audio thread; a process without it would be deaf and mute for ever, so that it ends with it."""
    try:
        assert callable(work)
        work()
    except Exception:
        logging.getLogger(__name__).exception("the audio thread failed")
        os._exit(EXIT_FAILED)


if __name__ == "__main__":
    main()
