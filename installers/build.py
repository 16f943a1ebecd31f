#!/usr/bin/env python3
"""Build what people install: `python3 installers/build.py` makes what this system can, and says what the others need.

The work is done in `pack`. Only the standard library is needed; Briefcase and what it needs come, pinned, into an
environment of their own.
"""

import sys

if not (3, 11) <= sys.version_info[:2] <= (3, 13):
    sys.exit("Sovereign Desktop is built with Python 3.11, 3.12 or 3.13. Name one: python3.12 installers/build.py")

from pathlib import Path

sys.path[0] = str(Path(__file__).resolve().parent.parent)

from installers.pack.cli import main  # noqa: E402 - another Python must have left before it reads this

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
