"""Start the program: without a verb the tray app, with one the command line."""

from __future__ import annotations

import sys

_ABOUT = ("-h", "--help", "--version", "--debug")


def main() -> int:
    """Run what the arguments ask for; the exit status."""
    arguments = sys.argv[1:]
    if arguments and (arguments[0] in _ABOUT or not arguments[0].startswith("-")):
        from sovereign_desktop.app.cli import run

        return run(arguments)
    from sovereign_desktop.app.options import parse_tray_options
    from sovereign_desktop.app.second_start import hand_over

    options = parse_tray_options(arguments)
    if (status := hand_over(options)) is not None:
        return status
    from sovereign_desktop.ui.run import run as run_tray

    return run_tray(options)


if __name__ == "__main__":
    sys.exit(main())
