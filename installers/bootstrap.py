#!/usr/bin/env python3
"""The commands of the README: `python3 installers/bootstrap.py run`, `test` or `setup`.

Any Python may come to read this file, so nothing here is newer than the sentence it ends with on an old one.
The work is done in `prepare`.
"""

import sys

if not (3, 11) <= sys.version_info[:2] <= (3, 13):
    sys.exit(
        "Sovereign Desktop needs Python 3.11, 3.12 or 3.13, and this is "
        + ".".join(str(part) for part in sys.version_info[:3])
        + " ("
        + sys.executable
        + "). Install one of them and name it: python3.12 installers/bootstrap.py run"
    )

from pathlib import Path

sys.path[0] = str(Path(__file__).resolve().parent.parent)

from installers.prepare.cli import main  # noqa: E402 - an old Python must have left before it reads this

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
