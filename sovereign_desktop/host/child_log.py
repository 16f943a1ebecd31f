"""What a child writes to stderr, as records of our log without content.

A line of JSON (`core.log_lines`) becomes the record it was. Of anything else, the log keeps only what can't hold
speech or keys: the places and the type of a traceback, and how long the line was.
"""

from __future__ import annotations

import logging
import re

from sovereign_desktop.core import log_lines

logger = logging.getLogger(__name__)

_PLACE = re.compile(r'\s+File "(?P<file>[^"]+)", line (?P<line>\d+), in (?P<function>[\w<>.]+)$')
_EXCEPTION = re.compile(r"(?P<type>(?:\w+\.)*[A-Z]\w*(?:Error|Exception|Interrupt|Warning))(?::|$)")


class ChildLog:
    """Writes the stderr of one child into the log, line by line, from its reader's thread."""

    longest_line_bytes = 16 * 1024

    def __init__(self, child: str) -> None:
        self._child = child

    def write(self, line: str) -> None:
        """Log a line, or what of it may be logged."""
        said = log_lines.parse(line)
        if said is not None:
            origin = logging.getLogger(said.logger)
            origin.log(said.level, "%s", said.message, extra={**said.fields, "child": self._child})
        elif place := _PLACE.match(line):
            logger.warning(
                "child traceback", extra={"child": self._child, **place.groupdict(), "line": int(place["line"])}
            )
        elif exception := _EXCEPTION.match(line):
            logger.warning("child exception", extra={"child": self._child, "type": exception["type"]})
        else:
            logger.debug("child wrote to stderr", extra={"child": self._child, "characters": len(line)})
