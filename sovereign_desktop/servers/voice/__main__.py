"""The voice service as a child process of the program.

The first message on the pipe is `{"configure": VoiceConfig}`; the answer is
`{"ready": {"port": …, "port_was_taken": …}}` or `{"failed": {"text": …, "remedy": …}}`. Later ones are
`{"purse": …}`: why no money may be spent from now on, empty when it may.
It ends when the pipe does, and with status 75 when an engine hangs.
"""

from __future__ import annotations

import logging
import os
import sys
from threading import Event, Thread

from sovereign_desktop.core.correlation import AddCorrelation
from sovereign_desktop.core.errors import SovereignError
from sovereign_desktop.core.framing import PipeMessage
from sovereign_desktop.core.log_lines import JsonLines
from sovereign_desktop.core.parent_pipe import ParentPipe

LAST_WORDS_S = 3.0
"""How long a service whose program is gone may take to end."""


def main() -> int:
    """Serve until the program lets go of the pipe; the exit status."""
    with ParentPipe.take_over() as parent:
        first = next(iter(parent), None)
        if first is None:
            return 0
        try:
            _serve(parent, first)
        except SovereignError as error:
            parent.send(PipeMessage({"failed": {"text": error.user_text, "remedy": error.remedy}}))
            return 1
    return 0


def _serve(parent: ParentPipe, first: PipeMessage) -> None:
    from sovereign_desktop.servers.loopback import Access, bind_or_any, port_of
    from sovereign_desktop.servers.voice.config import VoiceConfig
    from sovereign_desktop.servers.voice.hosting import VoiceHost
    from sovereign_desktop.servers.voice.service import BODY_BYTES

    config = VoiceConfig.model_validate(first.header["configure"])
    log_to_stderr(config.log_level)
    listening, was_taken = bind_or_any(config.port)
    ready = PipeMessage({"ready": {"port": port_of(listening), "port_was_taken": was_taken}})
    access = Access(config.token, body_bytes=BODY_BYTES)
    host = VoiceHost(config, listening, access, on_ready=lambda: parent.send(ready))
    asked_to_end, ended = Event(), Event()

    def follow() -> None:
        """Follow the purse, and end the service with the pipe, and the process with it even if an engine hangs."""
        for message in parent:
            if "purse" in message.header:
                host.purse.closed = str(message.header["purse"])
        asked_to_end.set()
        host.stop()
        if not ended.wait(LAST_WORDS_S):
            os._exit(1)

    Thread(target=follow, name="parent", daemon=True).start()
    host.run()
    ended.set()
    if not asked_to_end.is_set():  # the server ended by itself; that thread reads the pipe and won't let us close it
        os._exit(1)


def log_to_stderr(level: str) -> None:
    """Write every record as one line of JSON to stderr, with the name of the work that it is about."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines())
    handler.addFilter(AddCorrelation())
    logging.basicConfig(level=level, handlers=[handler])
    for library in ("uvicorn", "websockets", "asyncio", "httpx", "httpx2", "httpcore", "httpcore2", "openai"):
        logging.getLogger(library).setLevel(logging.WARNING)  # they may log addresses, headers or payloads


if __name__ == "__main__":
    sys.exit(main())
