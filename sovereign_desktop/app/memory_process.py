"""The memory's child process: `python -m sovereign_desktop.app.memory_process`. Vectors and local embedding models.

It stands here because it joins two rooms: the index of `memory` and the models of `engines/embed`.
"""

from __future__ import annotations

import logging
import os
import sys

from sovereign_desktop.core.log_lines import JsonLines
from sovereign_desktop.core.parent_pipe import ParentPipe, die_with_parent
from sovereign_desktop.engines.embed.sentence_onnx import load
from sovereign_desktop.memory.process import serve


def main() -> None:
    """Serve the program that started this process until it closes the pipe."""
    log = logging.StreamHandler(sys.stderr)
    log.setFormatter(JsonLines())
    logging.basicConfig(level=logging.WARNING, handlers=[log])
    os.environ["TOKENIZERS_PARALLELISM"] = "false"
    die_with_parent()
    with ParentPipe.take_over() as parent:
        serve(parent, load)
    logging.shutdown()
    os._exit(0)  # taking Chroma's modules apart takes seconds, and all is closed


if __name__ == "__main__":
    main()
